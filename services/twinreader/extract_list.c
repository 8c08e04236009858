/*
 * Tables.  Between the table's head and its end each row is held against the form's row patterns;
 * one that matches is an entry.  Rows that match none are text: on many receipts an entry's
 * description has a row of its own, above its figures or below them.  Which of the two is told by
 * the first row under the head.
 */
#include "twinreader/extract.h"

#include <string.h>

enum { ENTRIES_MAX = 200, TEXT_MAX = 200 };

struct entry {
    size_t row;
    const struct form_row_pattern *pattern;
    struct pattern_match match;
    size_t text_row, text_end; /* rows that lend their text; equal: none */
};

static size_t header_words(const struct extract_row *row, const struct form_labels *labels)
{
    size_t n = 0;
    struct fuzzy_match m;
    for (size_t i = 0; i < labels->count; i++)
        n += fuzzy_find(&row->folded, &labels->item[i], 0, &m);
    return n;
}

static bool has_money(const struct extract_row *row)
{
    for (size_t i = 0; i < row->amount_count; i++)
        if (row->amounts[i].decimals == 2 || row->amounts[i].grouped)
            return true;
    return false;
}

/* Whether the row starts with an end label; beside an amount it may stand further right ("Qty : 2
 * Total : 7.00"), but the head of a table has such words too. */
static bool row_ends(const struct extract_row *row, const struct form_list *list, bool alone)
{
    struct fuzzy_match m;
    return extract_label(row, &list->end, true, &m) &&
           (m.start < row->pieces[0].end || has_money(row)) &&
           (!alone || extract_label_alone(row, &list->end, &list->alone, &m));
}

/* An end label alone counts first: "Total care shampoo" is no end when "Total" comes later. */
static size_t find_end(const struct extract_view *v, const struct form_list *list, size_t from,
                       bool with_money)
{
    for (int alone = 1; alone >= 0; alone--)
        for (size_t i = from; i < v->row_count; i++)
            if ((!with_money || has_money(&v->rows[i])) && row_ends(&v->rows[i], list, alone))
                return i;
    return v->row_count;
}

/* The rows between head and end: a head may take two rows.  A table without a head starts with the
 * page, and only an amount makes a label its end: the letterhead may hold such words too. */
static struct extract_rows table_rows(const struct extract_view *v, const struct form_list *list,
                                      struct extract_rows *ret_head)
{
    size_t end = find_end(v, list, 0, true), from = 0;
    while (from < end &&
           (has_money(&v->rows[from]) ||
            header_words(&v->rows[from], &list->header) < (size_t)list->header_least ||
            row_ends(&v->rows[from], list, true)))
        from++;
    *ret_head = (struct extract_rows){0, 0};
    if (from == end)
        return (struct extract_rows){0, end};
    ret_head->from = from;
    do
        from++;
    while (from < end && !has_money(&v->rows[from]) &&
           header_words(&v->rows[from], &list->header) > 0);
    ret_head->to = from;
    return (struct extract_rows){from, find_end(v, list, from, false)};
}

/* Whether the table's head has a word that the pattern needs. */
static bool head_allows(const struct extract_view *v, struct extract_rows head,
                        const struct form_row_pattern *p)
{
    for (size_t i = head.from; i < head.to; i++)
        if (extract_has_label(&v->rows[i], &p->head))
            return true;
    return p->head.count == 0;
}

static const struct form_row_pattern *
match_row(const struct extract_view *v, const struct form_list *list, struct extract_rows head,
          const struct extract_row *row, struct pattern_match *m)
{
    for (size_t i = 0; i < list->row_count; i++)
        if (head_allows(v, head, &list->rows[i]) &&
            pattern_search(list->rows[i].pattern, row->text, row->len, 0, m))
            return &list->rows[i];
    return NULL;
}

/* The group that fills the text column, or 0. */
static int text_group(const struct form_list *list, const struct form_row_pattern *p)
{
    for (int g = 0; g < p->groups; g++)
        if (p->column[g] == list->text_column)
            return g + 1;
    return 0;
}

/* No text of its own, or only a code. */
static bool lacks_text(const struct form_list *list, const struct extract_row *row,
                       const struct entry *entry)
{
    int g = text_group(list, entry->pattern);
    if (list->text_column < 0)
        return false;
    if (g == 0 || entry->match.end[g] <= entry->match.start[g])
        return true;
    return extract_matches(row->text + entry->match.start[g],
                           (size_t)(entry->match.end[g] - entry->match.start[g]), &list->code);
}

static size_t find_entries(const struct extract_view *v, const struct form_list *list,
                           struct extract_rows head, struct extract_rows rows,
                           struct entry *entries)
{
    size_t count = 0, text_from = rows.from, text_to = rows.from;
    bool first = true, above = false;
    for (size_t i = rows.from; i < rows.to && count < ENTRIES_MAX; i++) {
        const struct extract_row *row = &v->rows[i];
        struct entry entry = {.row = i};
        if (extract_matches(row->text, row->len, &list->skip))
            continue;
        entry.pattern = match_row(v, list, head, row, &entry.match);
        if (first) {
            above = !entry.pattern;
            first = false;
        }
        if (!entry.pattern) {
            if (text_to < i)
                text_from = i;
            text_to = i + 1;
            struct entry *last = count > 0 ? &entries[count - 1] : NULL;
            if (!above && last && last->text_row == last->text_end && last->row + 1 == i &&
                lacks_text(list, &v->rows[last->row], last)) {
                last->text_row = i;
                last->text_end = i + 1;
            }
            continue;
        }
        if (above && text_to == i && text_from < i && lacks_text(list, row, &entry)) {
            /* At most two rows: what stands higher belongs to something else. */
            entry.text_row = i - text_from > 2 ? i - 2 : text_from;
            entry.text_end = i;
        }
        entries[count++] = entry;
        text_from = text_to = i + 1;
    }
    return count;
}

static int fill_cell(struct extract_job *job, const struct form_column *column,
                     const struct extract_row *row, size_t start, size_t end, struct field *out)
{
    static const char *const types[] = {"text", "amount", "date", "list"};
    while (start < end && row->text[start] == ' ')
        start++;
    while (end > start && row->text[end - 1] == ' ')
        end--;
    struct amount m;
    struct date d;
    struct field cell = {.type = types[column->type]};
    cell.name = arena_strdup(job->arena, column->name);
    cell.value = arena_strndup(job->arena, row->text + start, end - start);
    if (!cell.name || !cell.value)
        return ERR_NOMEM;
    cell.box = extract_view_place(row, start, end, &cell.confidence);
    const struct value_rules *rules = &job->form->values;
    if (column->type == FORM_TEXT)
        cell.normalised = cell.value;
    else if (column->type == FORM_AMOUNT &&
             value_amount_next(rules, cell.value, end - start, 0, &m))
        cell.normalised = value_amount_text(job->arena, &m);
    else if (column->type == FORM_DATE && value_date_next(rules, cell.value, end - start, 0, &d))
        cell.normalised = value_date_text(job->arena, &d);
    if (!cell.normalised)
        cell.confidence *= 0.5f;
    *out = cell;
    return 0;
}

/* The text of the rows that lend it, joined. */
static int fill_text(struct extract_job *job, const struct form_list *list,
                     const struct entry *entry, struct field *out)
{
    const struct extract_view *v = &job->view;
    char text[TEXT_MAX + 2];
    size_t len = 0;
    struct quad box = {0};
    float sum = 0;
    for (size_t i = entry->text_row; i < entry->text_end; i++) {
        const struct extract_row *row = &v->rows[i];
        float confidence;
        size_t n = row->len < TEXT_MAX - len ? row->len : TEXT_MAX - len;
        while (n > 0 && n < row->len && ((unsigned char)row->text[n] & 0xc0) == 0x80)
            n--;
        if (len > 0 && n > 0)
            text[len++] = ' ';
        n = n < TEXT_MAX - len ? n : 0;
        memcpy(text + len, row->text, n);
        len += n;
        box = extract_quad_join(box, extract_view_place(row, 0, row->len, &confidence));
        sum += confidence;
    }
    struct field cell = {.type = "text", .box = box};
    cell.confidence = sum / (float)(entry->text_end - entry->text_row);
    cell.name = arena_strdup(job->arena, list->columns[list->text_column].name);
    cell.value = cell.normalised = arena_strndup(job->arena, text, len);
    if (!cell.name || !cell.value)
        return ERR_NOMEM;
    *out = cell;
    return 0;
}

static int fill_entry(struct extract_job *job, const struct form_list *list,
                      const struct entry *entry, struct field_row *out, float *ret_confidence)
{
    const struct extract_row *row = &job->view.rows[entry->row];
    struct field *cells = arena_array(job->arena, list->column_count, sizeof *cells);
    size_t count = 0;
    float confidence = 0;
    int r = 0;
    if (!cells)
        return ERR_NOMEM;
    for (size_t c = 0; c < list->column_count && r == 0; c++) {
        bool lent = (int)c == list->text_column && entry->text_row < entry->text_end;
        size_t before = count;
        for (int g = 0; g < entry->pattern->groups && !lent && r == 0; g++) {
            int start = entry->match.start[g + 1], end = entry->match.end[g + 1];
            if (entry->pattern->column[g] == (int)c && end > start && count == before)
                r = fill_cell(job, &list->columns[c], row, (size_t)start, (size_t)end,
                              &cells[count++]);
        }
        if (lent && r == 0)
            r = fill_text(job, list, entry, &cells[count++]);
        if (count > before && r == 0) {
            out->box = extract_quad_join(out->box, cells[before].box);
            confidence += cells[before].confidence;
        }
    }
    out->cells = cells;
    out->cell_count = count;
    *ret_confidence = count ? confidence / (float)count : 0;
    return r;
}

int extract_list(struct extract_job *job, const struct form_field *field, struct field *ret)
{
    const struct form_list *list = &field->list;
    struct entry *entries = arena_array(job->arena, ENTRIES_MAX, sizeof *entries);
    if (!entries)
        return ERR_NOMEM;
    struct extract_rows head, rows = table_rows(&job->view, list, &head);
    size_t count = find_entries(&job->view, list, head, rows, entries);
    size_t first = head.to > head.from ? head.from : count ? entries[0].row : job->list_row;
    if (count > 0 && first < job->list_row)
        job->list_row = first;
    struct field_row *out = arena_array(job->arena, count + 1, sizeof *out);
    if (!out)
        return ERR_NOMEM;
    float sum = 0;
    for (size_t i = 0; i < count; i++) {
        float confidence = 0;
        int r = fill_entry(job, list, &entries[i], &out[i], &confidence);
        if (r < 0)
            return r;
        ret->box = extract_quad_join(ret->box, out[i].box);
        sum += confidence;
    }
    ret->rows = out;
    ret->row_count = count;
    ret->confidence = count ? sum / (float)count : 0;
    return 0;
}
