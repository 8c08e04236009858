/*
 * Rules to candidates.
 *
 * A rule's candidates all start with the rule's score, lowered by how unlike the label was read and
 * by how far from it the value stands, raised by preferences: `first` by how high the row stands,
 * `last` by rank among the rule's candidates (the grand total comes after its parts), `tall` by its
 * letters' height against the page's, `attached` when the next row follows at once (a name above an
 * address, not a scribble on the page's edge).  With `alone`, a label that has other words beside
 * it is more likely part of a name ("Cash box") and counts for less than half.
 */
#include "twinreader/extract.h"

#include <math.h>
#include <string.h>

/* What a label with other words beside it is worth. */
static const double OTHER_WORDS = 0.45;

struct finder {
    struct extract_job *job;
    const struct form_field *field;
    const struct form_rule *rule;
    struct extract_candidate *out;
    size_t count, max;
};

static float gap_below(const struct extract_view *v, size_t row)
{
    if (row + 1 >= v->row_count)
        return INFINITY;
    return v->rows[row + 1].box.y0 - v->rows[row].box.y1;
}

static double preference(const struct finder *f, size_t row)
{
    const struct form_rule *rule = f->rule;
    const struct extract_view *v = &f->job->view;
    double bonus = 0;
    if (rule->first > 0)
        bonus += rule->first / (1.0 + 0.5 * (double)row);
    if (rule->tall > 0 && v->line_height > 0) {
        const struct extract_box *b = &v->rows[row].pieces[0].box;
        double taller = ((double)b->y1 - (double)b->y0) / (double)v->line_height - 1;
        bonus += rule->tall * (taller > 1 ? 1 : taller > 0 ? taller : 0);
    }
    if (rule->attached > 0 && gap_below(v, row) < 1.2f * v->line_height)
        bonus += rule->attached;
    return bonus;
}

static bool inside(const struct extract_job *job, int region, size_t row)
{
    return row >= job->regions[region].from && row < job->regions[region].to;
}

/* Whether the amount lies within what the field and the rule allow. */
static bool amount_allowed(const struct finder *f, const struct amount *m)
{
    int64_t v = value_amount_scaled(m);
    if (v == INT64_MIN || (f->field->positive && v <= 0))
        return false;
    double size = (double)(v < 0 ? -v : v) / 1e5;
    return size >= f->rule->at_least && size <= f->rule->at_most;
}

static void add(struct finder *f, struct extract_candidate c)
{
    if (f->count == f->max || (f->field->type == FORM_AMOUNT && !amount_allowed(f, &c.amount)))
        return;
    c.score += preference(f, c.row);
    for (size_t i = 0; i < f->field->avoid_count; i++)
        if (inside(f->job, f->field->avoid[i].region, c.row)) {
            c.score -= f->field->avoid[i].by;
            c.avoided = true;
        }
    f->out[f->count++] = c;
}

/* Gives the rule's candidates, `first` and on, their bonus for coming late. */
static void add_ranks(struct finder *f, size_t first)
{
    size_t ranked = 0, rank = 0;
    for (size_t i = first; i < f->count; i++)
        ranked += !f->out[i].avoided;
    for (size_t i = first; i < f->count && ranked > 1; i++)
        if (!f->out[i].avoided)
            f->out[i].score += f->rule->last * (double)rank++ / (double)(ranked - 1);
}

/* How much a printed amount looks like money. */
static double amount_quality(const struct amount *m)
{
    double q = m->decimals == 2 ? 1.0 : m->grouped ? 0.85 : m->decimals > 0 ? 0.6 : 0.5;
    if (m->currency)
        q += 0.3 * (1.0 - q);
    return q;
}

static struct extract_candidate value_candidate(const struct finder *f, size_t row, size_t i)
{
    const struct extract_row *r = &f->job->view.rows[row];
    struct extract_candidate c = {.row = row, .row_end = row + 1};
    if (f->field->type == FORM_AMOUNT) {
        c.amount = r->amounts[i];
        c.start = c.amount.start;
        c.end = c.amount.end;
        c.score = f->rule->score * amount_quality(&c.amount);
    } else {
        c.date = r->dates[i];
        c.start = c.date.start;
        c.end = c.date.end;
        c.score = f->rule->score * (0.5 + 0.5 * (double)c.date.certainty);
    }
    return c;
}

static size_t value_count(const struct finder *f, const struct extract_row *row)
{
    return f->field->type == FORM_AMOUNT ? row->amount_count
           : f->field->type == FORM_DATE ? row->date_count
                                         : 0;
}

static size_t value_start(const struct finder *f, const struct extract_row *row, size_t i)
{
    /* The label may have taken in the currency: "TOTAL RM". */
    return f->field->type == FORM_AMOUNT ? row->amounts[i].number : row->dates[i].start;
}

/* Values of the row at or after byte `from`: one of them, chosen by the rule. */
static bool add_from(struct finder *f, size_t row, size_t from, double factor)
{
    const struct extract_row *r = &f->job->view.rows[row];
    size_t n = value_count(f, r), chosen = n;
    for (size_t i = 0; i < n; i++) {
        if (value_start(f, r, i) < from)
            continue;
        /* Money beats whole numbers: "TOTAL 8 4.24", "4.24 8". */
        bool first = chosen == n;
        bool better = f->rule->take_last;
        if (!first && f->field->type == FORM_AMOUNT) {
            double now = amount_quality(&r->amounts[i]),
                   before = amount_quality(&r->amounts[chosen]);
            better = now > before || (now == before && better);
        }
        if (first || better)
            chosen = i;
    }
    if (chosen == n)
        return false;
    struct extract_candidate c = value_candidate(f, row, chosen);
    c.score *= factor;
    add(f, c);
    return true;
}

/* A row that holds values and, but for short currency marks, no words. */
static bool only_values(const struct finder *f, const struct extract_row *row)
{
    size_t n = value_count(f, row), letters = 0;
    for (size_t i = 0; i < row->len; i++) {
        bool in_value = false;
        for (size_t k = 0; k < n && !in_value; k++)
            in_value = f->field->type == FORM_AMOUNT
                           ? i >= row->amounts[k].start && i < row->amounts[k].end
                           : i >= row->dates[k].start && i < row->dates[k].end;
        letters += !in_value && extract_alphanumeric(row->text[i]);
    }
    return n > 0 && letters <= 3;
}

/* On a bent page the value may sit half a row higher or lower than its label: pieces of the rows
 * beside that overlap the label's height and stand right of it. */
static bool add_beside(struct finder *f, size_t row, const struct extract_piece *label,
                       double factor)
{
    const struct extract_view *v = &f->job->view;
    for (int step = -1; step <= 1; step += 2) {
        size_t near = step < 0 ? row - 1 : row + 1;
        if ((step < 0 && row == 0) || near >= v->row_count)
            continue;
        const struct extract_row *r = &v->rows[near];
        for (size_t i = 0; i < value_count(f, r); i++) {
            const struct extract_piece *p = extract_row_piece(r, value_start(f, r, i));
            float overlap = fminf(p->box.y1, label->box.y1) - fmaxf(p->box.y0, label->box.y0);
            float height = fminf(p->box.y1 - p->box.y0, label->box.y1 - label->box.y0);
            if (p->box.x0 >= label->box.x1 && overlap > 0.35f * height && only_values(f, r))
                return add_from(f, near, p->start, factor * 0.95);
        }
    }
    return false;
}

static bool add_below(struct finder *f, size_t row, const struct extract_piece *label,
                      double factor)
{
    const struct extract_view *v = &f->job->view;
    for (size_t near = row + 1; near < v->row_count && near <= row + 2; near++) {
        const struct extract_row *r = &v->rows[near];
        if (r->box.y0 - label->box.y1 > 2.5f * v->line_height)
            return false;
        if (value_count(f, r) == 0)
            continue;
        const struct extract_piece *p = extract_row_piece(r, value_start(f, r, 0));
        bool under = p->box.x0 < label->box.x1 && p->box.x1 > label->box.x0;
        bool fits = f->field->type == FORM_AMOUNT ? only_values(f, r) : under;
        return fits && add_from(f, near, 0, factor * 0.85);
    }
    return false;
}

static bool skip_char(char c)
{
    return c == ' ' || c == ':' || c == ';' || c == '.' || c == ',' || c == '-' || c == '*' ||
           c == '=' || c == '_' || c == '~' || c == '#';
}

/* Narrows [start, end) to what is worth keeping of a text value. */
static void trim(const char *text, size_t *start, size_t *end)
{
    while (*start < *end && skip_char(text[*start]))
        (*start)++;
    while (*end > *start && skip_char(text[*end - 1]) && text[*end - 1] != '.')
        (*end)--;
}

/* Removes the cut patterns from a text and squeezes its spaces; NULL when the arena is full. */
static char *cut_text(const struct finder *f, const char *text, size_t len)
{
    char *out = arena_strndup(f->job->arena, text, len);
    if (!out)
        return NULL;
    size_t n = len, kept = 0;
    for (size_t i = 0; i < f->field->cut.count; i++) {
        struct pattern_match m;
        for (int times = 0; times < 4 && pattern_search(f->field->cut.item[i], out, n, 0, &m) &&
                            m.end[0] > m.start[0];
             times++) {
            memmove(out + m.start[0], out + m.end[0], n - (size_t)m.end[0]);
            n -= (size_t)(m.end[0] - m.start[0]);
        }
    }
    for (size_t i = 0; i < n; i++)
        if (out[i] != ' ' || (kept > 0 && out[kept - 1] != ' '))
            out[kept++] = out[i];
    out[kept] = '\0';
    return out;
}

/* Takes the marks off both ends of a terminated text. */
static char *trim_text(char *text)
{
    size_t start = 0, end = strlen(text);
    trim(text, &start, &end);
    text[end] = '\0';
    return text + start;
}

static int add_text(struct finder *f, size_t row, size_t start, size_t end, double factor)
{
    const struct extract_view *v = &f->job->view;
    trim(v->rows[row].text, &start, &end);
    if (start >= end)
        return 0;
    struct extract_candidate c = {.row = row,
                                  .row_end = row + 1,
                                  .start = start,
                                  .end = end,
                                  .score = f->rule->score * factor};
    char *own = cut_text(f, v->rows[row].text + start, end - start);
    if (!own)
        return ERR_NOMEM;
    c.text = trim_text(own);
    if (!*c.text)
        return 0;
    size_t len = strlen(c.text);
    if (row > 0 && extract_matches(c.text, len, &f->rule->join_previous)) {
        const struct extract_row *above = &v->rows[row - 1];
        float gap = v->rows[row].box.y0 - above->box.y1;
        char *head = cut_text(f, above->text, above->len);
        if (!head)
            return ERR_NOMEM;
        head = trim_text(head);
        if (*head && gap < v->line_height && !extract_has_label(above, &f->field->never)) {
            c.text = arena_printf(f->job->arena, "%s %s", head, c.text);
            if (!c.text)
                return ERR_NOMEM;
            c.row = row - 1;
            c.start = 0;
        }
    }
    add(f, c);
    return 0;
}

/* Text right of a label: the rest of its piece, or the next piece. */
static int add_text_right(struct finder *f, size_t row, const struct fuzzy_match *m, double factor)
{
    const struct extract_row *r = &f->job->view.rows[row];
    const struct extract_piece *p = extract_row_piece(r, m->start);
    size_t start = m->end, end = p->end;
    trim(r->text, &start, &end);
    if (start >= end && p + 1 < r->pieces + r->piece_count) {
        start = p[1].start;
        end = p[1].end;
    }
    return start < end ? add_text(f, row, start, end, factor) : 0;
}

static bool ends_in_money(const struct extract_row *row)
{
    const struct amount *last = row->amount_count ? &row->amounts[row->amount_count - 1] : NULL;
    return last && last->decimals == 2 && last->end == row->len;
}

/* The rows behind another field's value. */
static int add_after(struct finder *f)
{
    const struct extract_found *anchor = &f->job->found[f->rule->after];
    const struct extract_view *v = &f->job->view;
    if (!anchor->found)
        return 0;
    struct extract_candidate c = {.score = f->rule->score};
    char *text = NULL;
    int64_t taken = 0;
    /* Not into the goods: neither the first list nor any row that ends in a sum. */
    size_t end_row = f->job->list_row;
    for (size_t i = anchor->best.row_end; i < end_row && taken < f->rule->lines; i++) {
        const struct extract_row *row = &v->rows[i];
        if (ends_in_money(row))
            break;
        if (extract_matches(row->text, row->len, &f->rule->skip))
            continue;
        if (extract_matches(row->text, row->len, &f->rule->until_match))
            break;
        if (taken == 0 && f->rule->start.count > 0 &&
            !extract_matches(row->text, row->len, &f->rule->start))
            continue;
        struct fuzzy_match stop;
        bool stops = extract_label(row, &f->rule->until, false, &stop);
        size_t start = 0, end = stops ? stop.start : row->len, last = end;
        trim(row->text, &start, &last);
        if (start < last) {
            char *piece = cut_text(f, row->text + start, end - start);
            text = !piece ? NULL : text ? arena_printf(f->job->arena, "%s %s", text, piece) : piece;
            if (!text)
                return ERR_NOMEM;
            if (taken++ == 0) {
                c.row = i;
                c.start = start;
            }
            c.row_end = i + 1;
            c.end = end;
        }
        if (stops)
            break;
    }
    if (text)
        text = trim_text(text);
    if (text && *text) {
        c.text = text;
        add(f, c);
    }
    return 0;
}

static int row_candidates(struct finder *f, size_t row)
{
    const struct form_rule *rule = f->rule;
    const struct extract_row *r = &f->job->view.rows[row];
    bool text = f->field->type == FORM_TEXT;
    struct fuzzy_match label = {0, 0, 1};
    if (rule->labels.count > 0) {
        if (!extract_label(r, &rule->labels, rule->at_start, &label))
            return 0;
    } else if (!text && value_count(f, r) == 0) {
        return 0;
    }
    size_t scope = rule->labels.count > 0 ? extract_label_scope(r, label.start) : 0;
    if ((rule->with.count > 0 && !extract_has_label_from(r, &rule->with, scope)) ||
        extract_has_label_from(r, &rule->unless, scope) || extract_has_label(r, &f->field->never) ||
        (rule->match.count > 0 && !extract_matches(r->text, r->len, &rule->match)) ||
        extract_matches(r->text, r->len, &rule->reject))
        return 0;
    double factor = 0.5 + 0.5 * (double)label.similarity;
    if (rule->labels.count > 0 && !extract_label_alone(r, &rule->labels, &rule->alone, &label))
        factor *= OTHER_WORDS;
    if (text && (rule->where & FORM_LINE))
        return add_text(f, row, 0, r->len, factor);
    if (text)
        return add_text_right(f, row, &label, factor);
    if (rule->labels.count == 0) {
        for (size_t i = 0; i < value_count(f, r); i++)
            add(f, value_candidate(f, row, i));
        return 0;
    }
    const struct extract_piece *piece = extract_row_piece(r, label.start);
    if ((rule->where & FORM_RIGHT) &&
        (add_from(f, row, label.end, factor) || add_beside(f, row, piece, factor)))
        return 0;
    if (rule->where & FORM_BELOW)
        add_below(f, row, piece, factor);
    return 0;
}

int extract_candidates(struct extract_job *job, const struct form_field *field,
                       struct extract_candidate *ret, size_t max, size_t *ret_count)
{
    struct finder f = {.job = job, .field = field, .out = ret, .max = max};
    int r = 0;
    for (size_t i = 0; i < field->rule_count && r == 0; i++) {
        f.rule = &field->rules[i];
        size_t before = f.count;
        if (f.rule->after >= 0) {
            r = add_after(&f);
            continue;
        }
        size_t rows = job->view.row_count;
        if (f.rule->rows > 0 && (size_t)f.rule->rows < rows)
            rows = (size_t)f.rule->rows;
        for (size_t row = 0; row < rows && r == 0; row++)
            if (f.rule->region < 0 || inside(job, f.rule->region, row))
                r = row_candidates(&f, row);
        add_ranks(&f, before);
    }
    *ret_count = f.count;
    return r;
}
