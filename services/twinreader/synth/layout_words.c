/* Words in fonts that have them, lines of words no wider than their place. */
#include "twinreader/synth/layout_run.h"

#include <math.h>
#include <string.h>

static int nomem(struct layout_run *l)
{
    return err_set(l->e, ERR_NOMEM, "no memory for a paper");
}

/* Regular fonts with Hangul of the paper's split whose style is one of `styles`; SIZE_MAX: none. */
static size_t choose_font(struct layout_run *l, unsigned styles, unsigned without)
{
    size_t seen = 0, chosen = SIZE_MAX;
    for (size_t i = 0; i < synth_fonts_count(l->fonts); i++) {
        const struct synth_font *f = synth_fonts_at(l->fonts, i);
        if (f->split == l->sheet->split && (f->style & SYNTH_FONT_HANGUL) && (f->style & styles) &&
            !(f->style & without) && synth_rng_below(l->r, (uint32_t)++seen) == 0)
            chosen = i;
    }
    return chosen;
}

static size_t common_start(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

/* The bold sister of `font`, or any bold font, or itself. */
static size_t choose_bold(struct layout_run *l, size_t font)
{
    size_t best = font, most = 0;
    const char *name = synth_fonts_at(l->fonts, font)->name;
    for (size_t i = 0; i < synth_fonts_count(l->fonts); i++) {
        const struct synth_font *f = synth_fonts_at(l->fonts, i);
        size_t same = common_start(name, f->name);
        if (f->split == l->sheet->split && (f->style & SYNTH_FONT_HANGUL) &&
            (f->style & SYNTH_FONT_BOLD) && (best == font || same > most)) {
            best = i;
            most = same;
        }
    }
    return best;
}

int synth_layout_fonts(struct layout_run *l)
{
    const unsigned special = SYNTH_FONT_BOLD | SYNTH_FONT_HAND | SYNTH_FONT_DISPLAY;
    unsigned ways = 1u + l->sheet->other + l->sheet->hand, way;
    l->key_font = choose_font(l, l->sheet->font, special & ~l->sheet->font);
    if (l->key_font == SIZE_MAX)
        l->key_font = choose_font(l, ~0u, special);
    if (l->key_font == SIZE_MAX)
        l->key_font = choose_font(l, ~0u, 0);
    if (l->key_font == SIZE_MAX)
        return err_set(l->e, ERR_NOT_FOUND, "no font with Hangul for \"%s\"", l->form->kind);
    l->bold_font = choose_bold(l, l->key_font);
    l->value_font = l->key_font;
    way = synth_rng_below(l->r, ways);
    if (way > 0) {
        bool hand = l->sheet->hand && (way == 2 || !l->sheet->other);
        size_t font =
            hand ? choose_font(l, SYNTH_FONT_HAND, SYNTH_FONT_BOLD) : choose_font(l, ~0u, special);
        if (font != SIZE_MAX)
            l->value_font = font;
    }
    return 0;
}

/* Handwriting is drawn small in its em. */
double synth_layout_size(const struct layout_run *l, size_t font, double size)
{
    return synth_fonts_at(l->fonts, font)->style & SYNTH_FONT_HAND ? size * 1.25 : size;
}

/* Width in mm at 10 points, negative when the font lacks a glyph; remembered, as layout asks twice.
 */
double synth_layout_measure(struct layout_run *l, size_t font, const char *text)
{
    uint64_t hash = 1469598103934665603u ^ font; /* FNV-1a */
    for (const char *s = text; *s; s++)
        hash = (hash ^ (unsigned char)*s) * 1099511628211u;
    hash += hash == 0;
    struct layout_width *w = &l->widths[hash % LAYOUT_WIDTHS];
    if (w->hash != hash) {
        w->hash = hash;
        w->width = synth_fonts_cover(l->fonts, font, text)
                       ? synth_fonts_width(l->fonts, font, synth_layout_size(l, font, 10), text)
                       : -1;
    }
    return w->width;
}

static size_t characters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

double synth_layout_width(const struct layout_run *l, double at_ten, const char *text, double size)
{
    return at_ten * size / 10 * l->stretch + l->spacing * (double)characters(text);
}

/* The font asked for, or the first of the split that has every glyph. */
static int find_font(struct layout_run *l, const char *text, size_t wanted, size_t *ret,
                     double *ret_width)
{
    double width = synth_layout_measure(l, wanted, text);
    if (width > 0) {
        *ret = wanted;
        *ret_width = width;
        return 0;
    }
    for (size_t i = 0; i < synth_fonts_count(l->fonts); i++) {
        const struct synth_font *f = synth_fonts_at(l->fonts, i);
        if (f->split == l->sheet->split && !(f->style & (SYNTH_FONT_HAND | SYNTH_FONT_DISPLAY)) &&
            (width = synth_layout_measure(l, i, text)) > 0) {
            *ret = i;
            *ret_width = width;
            return 0;
        }
    }
    return err_set(l->e, ERR_NOT_FOUND, "no font of the split has every glyph of \"%s\"", text);
}

static int add_word(struct layout_run *l, struct layout_words *w, const struct layout_word *word)
{
    if (w->count == w->capacity) {
        size_t capacity = w->capacity ? w->capacity * 2 : 8;
        struct layout_word *more = arena_array(l->a, capacity, sizeof *more);
        if (!more)
            return nomem(l);
        if (w->count)
            memcpy(more, w->word, w->count * sizeof *more);
        w->word = more;
        w->capacity = capacity;
    }
    w->word[w->count++] = *word;
    return 0;
}

/* Splits at spaces. */
static int add_text(struct layout_run *l, struct layout_words *w, const char *text,
                    const struct layout_word *like)
{
    int r = 0;
    struct layout_word word = *like;
    while (r == 0 && *text) {
        size_t len = strcspn(text, " ");
        if (len > 0) {
            word.text = arena_strndup(l->a, text, len);
            if (!word.text)
                return nomem(l);
            r = find_font(l, word.text, like->font, &word.font, &word.width);
            if (r == 0)
                r = add_word(l, w, &word);
            word.kind = LAYOUT_W_TEXT;
        }
        text += len + (text[len] == ' ');
    }
    return r;
}

static int add_checks(struct layout_run *l, const struct layout_piece *p, struct layout_words *w,
                      size_t font)
{
    const struct layout_def *d =
        p->list < 0 ? &l->form->value[p->value] : &l->form->value[p->list].column[p->value];
    const struct layout_value *v = synth_layout_value(l, p);
    int r = 0;
    for (size_t i = 0; r == 0 && i < d->choice_count; i++) {
        bool on = strcmp(d->choice[i], v->text) == 0;
        struct layout_word like = {
            .kind = LAYOUT_W_CHECK, .on = on, .font = font, .field = on ? v->field : NULL};
        r = add_text(l, w, d->choice[i], &like);
    }
    return r;
}

static int add_piece(struct layout_run *l, const struct layout_piece *p, bool bold,
                     struct layout_words *w)
{
    size_t font = bold ? l->bold_font : l->key_font;
    struct layout_word like = {.font = font};
    const struct layout_name *name;
    const struct layout_value *v;
    const char *text;
    switch (p->kind) {
    case LAYOUT_LITERAL:
        return add_text(l, w, p->text, &like);
    case LAYOUT_VALUE:
        v = synth_layout_value(l, p);
        like.field = v->field;
        like.font = bold ? l->bold_font : l->value_font;
        return add_text(l, w, v->text, &like);
    case LAYOUT_KEY:
        name = &l->sheet->names[p->name];
        like.key = true;
        if (name->value >= 0)
            like.field = name->name;
        text = arena_printf(l->a, "%s%s%s", p->text ? p->text : "", l->name[p->name],
                            p->after ? p->after : "");
        return text ? add_text(l, w, text, &like) : nomem(l);
    case LAYOUT_CHECKS:
        return add_checks(l, p, w, font);
    default:
        like.kind = LAYOUT_W_MARK;
        like.mark = p->kind;
        like.width = p->width;
        like.height = p->height;
        return add_word(l, w, &like);
    }
}

double synth_layout_word_width(const struct layout_run *l, const struct layout_word *w, double size)
{
    if (w->kind == LAYOUT_W_MARK)
        return w->width * l->scale;
    double width = synth_layout_width(l, w->width, w->text, size);
    return w->kind == LAYOUT_W_CHECK ? width + LAYOUT_CHECK * size * LAYOUT_POINT : width;
}

/* Whether two words become one text. */
bool synth_layout_joins(const struct layout_word *a, const struct layout_word *b)
{
    return a->kind != LAYOUT_W_MARK && b->kind == LAYOUT_W_TEXT && a->font == b->font &&
           a->field == b->field && a->key == b->key;
}

/* The font's own space within a text; more where words of different kinds meet. */
double synth_layout_space(struct layout_run *l, const struct layout_word *a,
                          const struct layout_word *b, double size)
{
    if (synth_layout_joins(a, b))
        return (synth_layout_measure(l, a->font, "0 0") - synth_layout_measure(l, a->font, "00")) *
                   size / 10 * l->stretch +
               l->spacing;
    return (b->kind == LAYOUT_W_CHECK ? 0.75 : 0.5) * size * LAYOUT_POINT;
}

static bool can_break(const char *text)
{
    for (const unsigned char *s = (const unsigned char *)text; *s; s++)
        if (*s < 0xEA || *s > 0xED) { /* the lead bytes of Hangul syllables */
            if (*s < 0x80 || *s >= 0xC0)
                return false;
        }
    return characters(text) > 1;
}

/* Cuts words of Hangul that are wider than their place, as a narrow cell does. */
static int cut_words(struct layout_run *l, struct layout_words *w, double size, double width)
{
    struct layout_words out = {0};
    int r = 0;
    for (size_t i = 0; r == 0 && i < w->count; i++) {
        struct layout_word word = w->word[i];
        if (word.kind != LAYOUT_W_TEXT || synth_layout_word_width(l, &word, size) <= width ||
            !can_break(word.text)) {
            r = add_word(l, &out, &word);
            continue;
        }
        const char *rest = word.text;
        while (r == 0 && *rest) {
            size_t fits = 0, bytes = strlen(rest);
            for (size_t n = 3; n <= bytes; n += 3) {
                struct layout_word part = word;
                part.text = arena_strndup(l->a, rest, n);
                if (!part.text)
                    return nomem(l);
                part.width = synth_layout_measure(l, part.font, part.text);
                if (fits && synth_layout_word_width(l, &part, size) > width)
                    break;
                fits = n;
                w->word[i] = part;
            }
            r = add_word(l, &out, &w->word[i]);
            rest += fits;
        }
    }
    if (r == 0)
        *w = out;
    return r;
}

static double widest(const struct layout_run *l, const struct layout_words *w, double size)
{
    double most = 0;
    for (size_t i = 0; i < w->count; i++)
        most = fmax(most, synth_layout_word_width(l, &w->word[i], size));
    return most;
}

/* A mark that is wider than its place is drawn smaller. */
static void fit_marks(const struct layout_run *l, struct layout_words *w, double width)
{
    for (size_t i = 0; i < w->count; i++) {
        struct layout_word *mark = &w->word[i];
        if (mark->kind != LAYOUT_W_MARK || mark->width * l->scale <= width)
            continue;
        mark->height *= width / (mark->width * l->scale);
        mark->width = width / l->scale;
    }
}

/* All of it on one line. */
static double whole(struct layout_run *l, const struct layout_words *w, double size)
{
    double x = 0;
    for (size_t i = 0; i < w->count; i++)
        x += synth_layout_word_width(l, &w->word[i], size) +
             (i ? synth_layout_space(l, &w->word[i - 1], &w->word[i], size) : 0);
    return x;
}

static int break_lines(struct layout_run *l, struct layout_block *b, double width, double leading)
{
    double x = 0, em = b->size * LAYOUT_POINT;
    b->start = arena_array(l->a, b->words.count + 1, sizeof *b->start);
    b->line_height = arena_array(l->a, b->words.count + 1, sizeof *b->line_height);
    if (!b->start || !b->line_height)
        return nomem(l);
    for (size_t i = 0; i < b->words.count; i++) {
        const struct layout_word *w = &b->words.word[i];
        double own = synth_layout_word_width(l, w, b->size);
        double space = i ? synth_layout_space(l, w - 1, w, b->size) : 0;
        if (i == 0 || x + space + own > width + 1e-6) {
            b->start[b->lines] = i;
            b->line_height[b->lines++] = em * leading;
            x = own;
        } else {
            x += space + own;
        }
        b->width = fmax(b->width, x);
        double *h = &b->line_height[b->lines - 1];
        *h = fmax(*h, w->kind == LAYOUT_W_MARK ? w->height * l->scale : 0);
    }
    b->start[b->lines] = b->words.count;
    for (size_t i = 0; i < b->lines; i++)
        b->height += b->line_height[i];
    return 0;
}

int synth_layout_break(struct layout_run *l, const struct layout_template *t, double size,
                       bool bold, double width, double leading, struct layout_block *ret)
{
    struct layout_block b = {0};
    int r = 0;
    for (size_t i = 0; r == 0 && i < t->count; i++)
        r = add_piece(l, &t->piece[i], bold, &b.words);
    if (r == 0)
        fit_marks(l, &b.words, width - 1e-6);
    /* Rather a little smaller than in two lines; rather in two lines than much smaller. */
    b.size = size;
    while (r == 0 && b.size > size * 0.82 && whole(l, &b.words, b.size) > width)
        b.size *= 0.95;
    if (r == 0 && whole(l, &b.words, b.size) > width)
        for (b.size = size; b.size > size * 0.72; b.size *= 0.93)
            if (widest(l, &b.words, b.size) <= width)
                break;
    if (r == 0)
        r = cut_words(l, &b.words, b.size, width);
    while (r == 0 && b.size > size * 0.4 && widest(l, &b.words, b.size) > width)
        b.size *= 0.93;
    if (r == 0 && widest(l, &b.words, b.size) > width)
        r = err_set(l->e, ERR_CONFIG, "%s, layout %s: %.1f mm are too narrow for \"%s\"",
                    l->form->kind, l->sheet->name, width, synth_layout_text(l, t));
    if (r == 0)
        r = break_lines(l, &b, width, leading);
    if (r == 0)
        *ret = b;
    return r;
}
