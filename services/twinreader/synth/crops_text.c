/*
 * The mix.  Texts of papers alone would show a few hundred of the 2,350 syllables and hardly a
 * symbol, so about one text in six is made of syllables drawn evenly, some of symbols, and English
 * is partly words that do not exist: a reader must believe its eyes, not a vocabulary.
 */
#include "twinreader/synth/crops_text.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "twinreader/config.h"
#include "twinreader/synth/crops_english.h"
#include "twinreader/synth/value.h"

#include <stdlib.h>
#include <string.h>

enum {
    BMP = 0x10000,
    MAX_BYTES = 240, /* of a text */
    MAX_TRIES = 50   /* texts in a row that hold a character we do not read */
};

struct characters {
    uint16_t *at;
    size_t count;
};

struct synth_crops_charset {
    unsigned char *has; /* [BMP] */
    struct characters syllables, symbols;
};

static bool is_syllable(uint32_t c)
{
    return c >= 0xac00 && c <= 0xd7a3;
}

static void keep(struct synth_crops_charset *s, uint32_t c)
{
    s->has[c] = 1;
    if (is_syllable(c))
        s->syllables.at[s->syllables.count++] = (uint16_t)c;
    else if (c > 0x7f)
        s->symbols.at[s->symbols.count++] = (uint16_t)c;
}

/* One character a line, each once. */
static int parse(struct synth_crops_charset *s, const char *path, const struct buf *file,
                 struct err *e)
{
    size_t line = 1;
    for (size_t i = 0; i < file->len; i++, line++) {
        uint32_t c;
        size_t n = text_utf8_next(file->data + i, file->len - i, &c);
        i += n;
        if (n == 0 || c <= ' ' || c >= BMP || s->has[c] || (i < file->len && file->data[i] != '\n'))
            return err_set(e, ERR_CONFIG, "%s:%zu: must be one character, and each only once", path,
                           line);
        keep(s, c);
    }
    if (s->syllables.count == 0 || s->symbols.count == 0)
        return err_set(e, ERR_CONFIG, "%s: lacks Hangul or symbols", path);
    s->has[' '] = 1;
    return 0;
}

int synth_crops_charset_load(const char *path, struct synth_crops_charset **ret, struct err *e)
{
    struct arena *a = arena_create(1u << 16);
    struct synth_crops_charset *s = calloc(1, sizeof *s);
    struct buf file;
    buf_init(&file, 1u << 20);
    int code = 0;
    if (a && !path)
        path = config_shipped(a, "services/twinreader/synth/charset.txt",
                              "twinreader/synth/charset.txt");
    if (s) {
        s->has = calloc(BMP, 1);
        s->syllables.at = calloc(BMP, sizeof *s->syllables.at);
        s->symbols.at = calloc(BMP, sizeof *s->symbols.at);
    }
    if (!a || !path || !s || !s->has || !s->syllables.at || !s->symbols.at)
        code = err_set(e, ERR_NOMEM, "no memory for a character set");
    if (!code)
        code = file_read(path, &file, e);
    if (!code)
        code = parse(s, path, &file, e);
    buf_finish(&file);
    arena_destroy(a);
    if (code)
        synth_crops_charset_destroy(s);
    else
        *ret = s;
    return code;
}

void synth_crops_charset_destroy(struct synth_crops_charset *c)
{
    if (!c)
        return;
    free(c->has);
    free(c->syllables.at);
    free(c->symbols.at);
    free(c);
}

bool synth_crops_charset_has(const struct synth_crops_charset *s, const char *text)
{
    uint32_t c;
    for (size_t n, left = strlen(text); left > 0; text += n, left -= n) {
        n = text_utf8_next(text, left, &c);
        if (n == 0 || c >= BMP || !s->has[c])
            return false;
    }
    return true;
}

bool synth_crops_text_hangul(const char *text)
{
    uint32_t c;
    for (size_t n, left = strlen(text); left > 0; text += n, left -= n) {
        n = text_utf8_next(text, left, &c);
        if (n == 0)
            return false;
        if (is_syllable(c) || (c >= 0x3131 && c <= 0x318e))
            return true;
    }
    return false;
}

struct mixing {
    const struct synth_crops_charset *charset;
    struct synth_rng *r;
    struct arena *arena;
    struct buf *out;
    struct err *e;
};

/* Appends a character below U+10000 as UTF-8. */
static void put(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_putc(out, (char)c);
        return;
    }
    if (c < 0x800) {
        buf_putc(out, (char)(0xc0 | (c >> 6)));
    } else {
        buf_putc(out, (char)(0xe0 | (c >> 12)));
        buf_putc(out, (char)(0x80 | ((c >> 6) & 0x3f)));
    }
    buf_putc(out, (char)(0x80 | (c & 0x3f)));
}

static uint32_t any(struct mixing *m, const struct characters *c)
{
    return c->at[synth_rng_below(m->r, (uint32_t)c->count)];
}

/* Words of one to five syllables, all 2,350 as likely as each other; at times with what clings to
 * words on paper. */
static int add_syllables(struct mixing *m)
{
    int words = (int)synth_rng_range(m->r, 1, 4);
    for (int w = 0; w < words; w++) {
        if (w)
            buf_putc(m->out, ' ');
        bool bracket = synth_rng_chance(m->r, 0.06);
        if (bracket)
            buf_putc(m->out, '(');
        for (int64_t n = synth_rng_range(m->r, 1, 5); n > 0; n--)
            put(m->out, any(m, &m->charset->syllables));
        if (bracket)
            buf_putc(m->out, ')');
        else if (synth_rng_chance(m->r, 0.12))
            buf_putc(m->out, ".,:/~-!?*"[synth_rng_below(m->r, 9)]);
        else if (synth_rng_chance(m->r, 0.05))
            buf_printf(m->out, "%d", (int)synth_rng_range(m->r, 0, 99));
    }
    return 0;
}

/* One or two symbols at a word, or some in a row. */
static int add_symbols(struct mixing *m)
{
    struct synth_value v;
    int code = synth_value_make(synth_rng_chance(m->r, 0.6) ? "form-word" : "amount", NULL, m->r,
                                m->arena, &v, m->e);
    if (code)
        return code;
    uint32_t kind = synth_rng_below(m->r, 4);
    bool spaced = synth_rng_chance(m->r, 0.5);
    if (kind != 1) {
        put(m->out, any(m, &m->charset->symbols));
        if (spaced)
            buf_putc(m->out, ' ');
    }
    if (kind < 3)
        buf_puts(m->out, v.text);
    if (kind > 0) {
        if (spaced)
            buf_putc(m->out, ' ');
        for (int64_t n = synth_rng_range(m->r, 1, kind == 3 ? 5 : 1); n > 0; n--)
            put(m->out, any(m, &m->charset->symbols));
    }
    return 0;
}

static int add_english(struct mixing *m)
{
    synth_crops_english(m->r, m->out);
    return 0;
}

struct source {
    uint32_t weight;
    const char *generator; /* of value.h, or NULL */
    int (*add)(struct mixing *m);
};

static const struct source sources[] = {
    {36, NULL, add_syllables},   {10, NULL, add_symbols},      {24, NULL, add_english},
    {8, "phrase-ko", NULL},      {9, "sentence-ko", NULL},     {7, "word-ko", NULL},
    {5, "pair-ko", NULL},        {9, "line-mixed", NULL},      {3, "person-ko", NULL},
    {3, "address-road", NULL},   {2, "address-lot", NULL},     {3, "hospital", NULL},
    {4, "medical-item", NULL},   {2, "procedure", NULL},       {2, "disease-name", NULL},
    {1, "insurer", NULL},        {1, "policy-name", NULL},     {2, "shop-ko", NULL},
    {2, "goods-ko", NULL},       {2, "repair-item", NULL},     {1, "labour-item", NULL},
    {1, "part", NULL},           {1, "company", NULL},         {3, "polite-line", NULL},
    {4, "form-word", NULL},      {2, "headline-ko", NULL},     {1, "thanks-ko", NULL},
    {2, "bullet", NULL},         {1, "pharmacy", NULL},        {1, "accident-how", NULL},
    {1, "drug", NULL},           {7, "amount", NULL},          {4, "date", NULL},
    {1, "period", NULL},         {2, "phone", NULL},           {3, "code", NULL},
    {1, "account", NULL},        {2, "business-number", NULL}, {2, "resident-number", NULL},
    {1, "card", NULL},           {1, "receipt-number", NULL},  {2, "time", NULL},
    {2, "number", NULL},         {3, "measure", NULL},         {1, "disease", NULL},
    {1, "procedure-code", NULL}, {1, "part-number", NULL},     {1, "plate", NULL},
    {1, "patient-number", NULL}, {3, "phrase-en", NULL},       {4, "sentence-en", NULL},
    {3, "goods-en", NULL},       {3, "shop-en", NULL},         {2, "address-en", NULL},
    {2, "form-en", NULL},        {2, "person-en", NULL},       {3, "ascii", NULL},
    {1, "email", NULL},
};

enum { SOURCES = sizeof sources / sizeof *sources };

static int add_one(struct mixing *m)
{
    uint32_t total = 0;
    for (size_t i = 0; i < SOURCES; i++)
        total += sources[i].weight;
    uint32_t pick = synth_rng_below(m->r, total);
    const struct source *s = sources;
    while (pick >= s->weight)
        pick -= s++->weight;
    if (s->add)
        return s->add(m);
    struct synth_value v;
    int code = synth_value_make(s->generator, NULL, m->r, m->arena, &v, m->e);
    if (!code)
        buf_puts(m->out, v.text);
    return code;
}

/* Joins runs of spaces and drops those at the ends; returns the number of words. */
static size_t tidy(char *text)
{
    size_t words = 0;
    char *to = text;
    for (const char *from = text; *from;) {
        from += strspn(from, " ");
        size_t n = strcspn(from, " ");
        if (n == 0)
            break;
        if (words++)
            *to++ = ' ';
        memmove(to, from, n);
        to += n;
        from += n;
    }
    *to = '\0';
    return words;
}

/* Keeps `count` words from word `first` on. */
static void keep_words(char *text, size_t first, size_t count)
{
    char *start = text;
    for (; first > 0; first--)
        start = strchr(start, ' ') + 1;
    char *end = start;
    for (; count > 0 && *end; count--) {
        end += *end == ' ';
        end += strcspn(end, " ");
    }
    *end = '\0';
    memmove(text, start, (size_t)(end - start) + 1);
}

static void to_upper(char *text)
{
    for (char *c = text; *c; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
}

static int mix(struct mixing *m)
{
    int code = add_one(m);
    for (int more = 0; !code && more < 2 && synth_rng_chance(m->r, 0.2); more++) {
        buf_putc(m->out, ' ');
        code = add_one(m);
    }
    if (!code && (buf_status(m->out) || !m->out->data))
        code = err_set(m->e, ERR_LIMIT, "a text is too long");
    if (code)
        return code;
    char *text = m->out->data;
    size_t words = tidy(text);
    if (words > 1 && synth_rng_chance(m->r, 0.4)) {
        size_t first = synth_rng_below(m->r, (uint32_t)words);
        size_t most = words - first;
        keep_words(text, first, 1 + synth_rng_below(m->r, (uint32_t)(most < 3 ? most : 3)));
    }
    if (synth_rng_chance(m->r, 0.15))
        to_upper(text);
    return 0;
}

int synth_crops_text(const struct synth_crops_charset *c, struct synth_rng *r, struct arena *a,
                     const char **ret, struct err *e)
{
    struct buf out;
    buf_init(&out, 4096);
    struct mixing m = {c, r, a, &out, e};
    int code = 0;
    for (int i = 0; !code && i < MAX_TRIES; i++) {
        buf_clear(&out);
        code = mix(&m);
        if (code || !*out.data || strlen(out.data) > MAX_BYTES ||
            !synth_crops_charset_has(c, out.data))
            continue;
        *ret = arena_strdup(a, out.data);
        code = *ret ? 0 : err_set(e, ERR_NOMEM, "no memory for a text");
        buf_finish(&out);
        return code;
    }
    if (!code)
        code = err_set(e, ERR_INTERNAL, "no text out of the character set in %d tries", MAX_TRIES);
    buf_finish(&out);
    return code;
}
