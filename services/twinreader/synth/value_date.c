/* Dates and times as Korean papers write them. */
#include "twinreader/synth/value_maker.h"

#include <stdio.h>
#include <string.h>

/* Howard Hinnant, "chrono-compatible low-level date algorithms": civil_from_days. */
void synth_value_civil(int64_t day, int *year, int *month, int *day_of_month)
{
    day += 719468;
    int64_t era = (day >= 0 ? day : day - 146096) / 146097;
    int64_t doe = day - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day_of_month = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

void synth_value_put_date(struct synth_value_maker *m, int64_t day, const char *style)
{
    static const char *const styles[] = {"korean", "korean-zero", "dot",       "dot-space", "iso",
                                         "slash",  "short",       "short-dot", "plain"};
    int y, mo, d;
    synth_value_civil(day, &y, &mo, &d);
    snprintf(m->normalised, sizeof m->normalised, "%04d-%02d-%02d", y, mo, d);
    const char *s = style ? style : styles[synth_rng_below(m->r, 8)];
    if (strcmp(s, "korean") == 0)
        synth_value_printf(m, "%d년 %d월 %d일", y, mo, d);
    else if (strcmp(s, "korean-zero") == 0)
        synth_value_printf(m, "%d년 %02d월 %02d일", y, mo, d);
    else if (strcmp(s, "dot") == 0)
        synth_value_printf(m, "%04d.%02d.%02d", y, mo, d);
    else if (strcmp(s, "dot-space") == 0)
        synth_value_printf(m, "%04d. %d. %d.", y, mo, d);
    else if (strcmp(s, "iso") == 0)
        synth_value_printf(m, "%04d-%02d-%02d", y, mo, d);
    else if (strcmp(s, "slash") == 0)
        synth_value_printf(m, "%04d/%02d/%02d", y, mo, d);
    else if (strcmp(s, "short") == 0)
        synth_value_printf(m, "%02d/%02d/%02d", y % 100, mo, d);
    else if (strcmp(s, "short-dot") == 0)
        synth_value_printf(m, "%02d.%02d.%02d", y % 100, mo, d);
    else if (strcmp(s, "plain") == 0)
        synth_value_printf(m, "%04d%02d%02d", y, mo, d);
    else
        m->failed = true;
}

/* Between 2015 and 2027; the option is a style. */
static void date(struct synth_value_maker *m, const char *option)
{
    synth_value_put_date(m, synth_rng_range(m->r, 16436, 21184), option);
}

static void time_of_day(struct synth_value_maker *m, const char *option)
{
    int h = (int)synth_rng_range(m->r, 7, 22), min = (int)synth_rng_below(m->r, 60);
    int sec = (int)synth_rng_below(m->r, 60);
    const char *s = option;
    static const char *const styles[] = {"short", "long", "korean", "ampm"};
    if (!s)
        s = styles[synth_rng_below(m->r, 4)];
    snprintf(m->normalised, sizeof m->normalised, "%02d:%02d", h, min);
    if (strcmp(s, "short") == 0)
        synth_value_printf(m, "%02d:%02d", h, min);
    else if (strcmp(s, "long") == 0)
        synth_value_printf(m, "%02d:%02d:%02d", h, min, sec);
    else if (strcmp(s, "korean") == 0) {
        synth_value_puts(m, h < 12 ? "오전" : "오후");
        synth_value_printf(m, " %d시 %d분", h > 12 ? h - 12 : h, min);
    } else if (strcmp(s, "ampm") == 0)
        synth_value_printf(m, "%d:%02d %s", h > 12 ? h - 12 : h, min, h < 12 ? "AM" : "PM");
    else
        m->failed = true;
}

static void period(struct synth_value_maker *m, const char *option)
{
    static const char *const styles[] = {"dot", "iso", "korean", "short-dot"};
    int64_t first = synth_rng_range(m->r, 16436, 21000);
    const char *style = option ? option : styles[synth_rng_below(m->r, 4)];
    synth_value_put_date(m, first, style);
    synth_value_puts(m, " ~ ");
    synth_value_put_date(m, first + synth_rng_range(m->r, 0, 45), style);
    m->normalised[0] = '\0';
}

const struct synth_value_generator synth_value_date_generators[] = {
    {"date", date}, {"period", period}, {"time", time_of_day}, {NULL, NULL}};
