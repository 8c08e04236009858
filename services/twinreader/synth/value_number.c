/* Numbers with a shape: check digits where the real ones have them, so that checks can be tested on
 * invented papers; amounts; plates. */
#include "twinreader/synth/value_maker.h"

#include <stdio.h>
#include <string.h>

static unsigned digit(struct synth_value_maker *m)
{
    return synth_rng_below(m->r, 10);
}

static bool has(const char *option, const char *word)
{
    return option && strstr(option, word);
}

/* YYMMDD-GNNNNNC: the last digit is 11 less the sum weighted 2..9,2..5 modulo 11, modulo 10.
 * Option "masked": 900101-1******. */
static void resident_number(struct synth_value_maker *m, const char *option)
{
    static const int weight[12] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int year, month, day, d[13], sum = 0;
    synth_value_civil(synth_rng_range(m->r, -12400, 17500), &year, &month, &day); /* 1936..2017 */
    int sex = (int)synth_rng_below(m->r, 2) + (year < 2000 ? 1 : 3);
    int head = (year % 100) * 10000 + month * 100 + day;
    for (int i = 5; i >= 0; i--, head /= 10)
        d[i] = head % 10;
    d[6] = sex;
    for (int i = 7; i < 12; i++)
        d[i] = (int)digit(m);
    for (int i = 0; i < 12; i++)
        sum += d[i] * weight[i];
    d[12] = (11 - sum % 11) % 10;
    bool masked = has(option, "masked");
    for (int i = 0; i < 13; i++)
        synth_value_printf(m, i == 6 ? "-%c" : "%c", i > 6 && masked ? '*' : (char)('0' + d[i]));
}

/* NNN-NN-NNNNC: weights 1 3 7 1 3 7 1 3 5, and the tens of five times the ninth digit. */
static void business_number(struct synth_value_maker *m, const char *option)
{
    static const int weight[9] = {1, 3, 7, 1, 3, 7, 1, 3, 5};
    (void)option;
    int d[10], sum = 0;
    for (int i = 0; i < 9; i++)
        d[i] = (int)digit(m);
    if (d[0] == 0)
        d[0] = 1 + (int)synth_rng_below(m->r, 8);
    for (int i = 0; i < 9; i++)
        sum += d[i] * weight[i];
    sum += d[8] * 5 / 10;
    d[9] = (10 - sum % 10) % 10;
    for (int i = 0; i < 10; i++)
        synth_value_printf(m, i == 3 || i == 5 ? "-%d" : "%d", d[i]);
}

/* Luhn's check digit; an issuer's number that no card begins with.  Option "masked". */
static void card(struct synth_value_maker *m, const char *option)
{
    int d[16], sum = 0;
    for (int i = 0; i < 15; i++)
        d[i] = (int)digit(m);
    d[0] = 9;
    for (int i = 0; i < 15; i++) {
        int v = i % 2 == 0 ? d[i] * 2 : d[i];
        sum += v > 9 ? v - 9 : v;
    }
    d[15] = (10 - sum % 10) % 10;
    bool masked = has(option, "masked");
    for (int i = 0; i < 16; i++)
        synth_value_printf(m, i && i % 4 == 0 ? "-%c" : "%c",
                           masked && i >= 8 && i < 12 ? '*' : (char)('0' + d[i]));
}

/* Option "mobile", "office" or none for either. */
static void phone(struct synth_value_maker *m, const char *option)
{
    bool mobile = has(option, "mobile") || (!has(option, "office") && synth_rng_chance(m->r, 0.5));
    synth_value_expand(m, mobile ? "010-{2~9}###-####|010-{2~9}###-####|010-{2~9}###-####|"
                                   "010-####-{1~9}###|011-{2~9}##-####"
                                 : "02-{2~8}##-####|02-{2~8}###-####|031-{2~9}##-####|"
                                   "032-{2~9}##-####|051-{2~9}##-####|053-{2~9}##-####|"
                                   "042-{2~9}##-####|062-{2~9}##-####|055-{2~9}##-####|"
                                   "070-{4~8}###-####|1{5~6}{4~9}#-####|043-{2~9}##-####");
}

/* Option: "first~last", then what amounts end in ("1000~90000/100"), then a style ("/won"). */
static void amount(struct synth_value_maker *m, const char *option)
{
    static const char *const styles[] = {"", "", "", "won", "sign"};
    int64_t first = 100, last = 2000000;
    long long step = 10;
    char style[16] = "";
    synth_value_range(option, &first, &last);
    const char *slash = option ? strchr(option, '/') : NULL;
    if (slash && sscanf(slash, "/%lld/%15s", &step, style) < 1)
        m->failed = true;
    if (step < 1 || !option)
        step = 10;
    /* Small amounts are as frequent as large ones. */
    int64_t high = last;
    while (high / 10 > first && synth_rng_chance(m->r, 0.45))
        high /= 10;
    int64_t won = synth_rng_range(m->r, first, high) / step * step;
    if (won < first)
        won = (first + step - 1) / step * step;
    struct arena *a = arena_create(512);
    const char *text = NULL;
    if (a)
        text = synth_value_amount(won, option ? style : styles[synth_rng_below(m->r, 5)], a);
    if (text)
        synth_value_puts(m, text);
    else
        m->failed = true;
    arena_destroy(a);
    snprintf(m->normalised, sizeof m->normalised, "%lld", (long long)won);
}

/* A whole number; option "first~last". */
static void number(struct synth_value_maker *m, const char *option)
{
    int64_t first = 0, last = 999;
    synth_value_range(option, &first, &last);
    synth_value_printf(m, "%lld", (long long)synth_rng_range(m->r, first, last));
}

/* Option: a pattern of # digits, @ capitals and anything else, "R-####-######". */
static void code(struct synth_value_maker *m, const char *option)
{
    synth_value_expand(m, option ? option
                                 : "@@-####|@###-##|####-####|@@@######|##-@@-###|@#@#-@@##|"
                                   "No. ######|###-@@@-##|@@####@|########-#");
}

const struct synth_value_generator synth_value_number_generators[] = {
    {"amount", amount},
    {"business-number", business_number},
    {"card", card},
    {"code", code},
    {"number", number},
    {"phone", phone},
    {"resident-number", resident_number},
    {NULL, NULL}};
