/* Labels on the rows of a page, and what stands beside them. */
#include "twinreader/extract.h"

#include <string.h>

bool extract_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           ((unsigned char)c & 0x80);
}

/* Whether only punctuation stands between the start of its piece and the label, or the value of
 * another label ("Qty : 1 Total : 11.60"). */
static bool starts_piece(const struct extract_row *row, size_t at)
{
    size_t i = at, start = extract_row_piece(row, at)->start;
    bool percent = false;
    while (i > start && !extract_alphanumeric(row->text[i - 1]))
        percent |= row->text[--i] == '%';
    if (i == start)
        return true;
    while (i > start && row->text[i - 1] >= '0' && row->text[i - 1] <= '9')
        i--;
    return !percent && i > start && i < at && !extract_alphanumeric(row->text[i - 1]) &&
           row->text[i] >= '0' && row->text[i] <= '9';
}

/* Where the words that belong to a label start: at its piece, or at the label when another one
 * stands before it. */
size_t extract_label_scope(const struct extract_row *row, size_t at)
{
    size_t start = extract_row_piece(row, at)->start;
    for (size_t i = start; i < at; i++)
        if (extract_alphanumeric(row->text[i]))
            return starts_piece(row, at) ? at : start;
    return start;
}

bool extract_label(const struct extract_row *row, const struct form_labels *labels, bool at_start,
                   struct fuzzy_match *ret)
{
    bool found = false;
    for (size_t i = 0; i < labels->count; i++) {
        struct fuzzy_match m;
        size_t from = 0;
        bool hit = fuzzy_find(&row->folded, &labels->item[i], from, &m);
        while (hit && at_start && !starts_piece(row, m.start)) {
            from = m.start + 1;
            hit = fuzzy_find(&row->folded, &labels->item[i], from, &m);
        }
        if (!hit)
            continue;
        /* The better reading of the same place, else the earlier place. */
        bool overlap = found && m.start < ret->end && m.end > ret->start;
        bool better = overlap ? m.similarity > ret->similarity ||
                                    (m.similarity == ret->similarity && m.end > ret->end)
                              : !found || m.start < ret->start;
        if (better) {
            *ret = m;
            found = true;
        }
    }
    return found;
}

/* Whether one of the labels is the word at characters [from, to) of the folded text, or starts
 * there. */
static bool is_word(const struct fuzzy_text *text, size_t from, size_t to,
                    const struct form_labels *labels)
{
    struct fuzzy_text word = {
        .chars = text->chars + from, .count = to - from, .present = text->present};
    struct fuzzy_match m;
    for (size_t i = 0; i < labels->count; i++)
        if (fuzzy_find(&word, &labels->item[i], 0, &m) && m.start == word.chars[0].start)
            return true;
    return false;
}

bool extract_label_alone(const struct extract_row *row, const struct form_labels *labels,
                         const struct form_labels *alone, const struct fuzzy_match *label)
{
    const struct fuzzy_text *text = &row->folded;
    size_t stop = row->len;
    for (size_t i = 0; i < row->amount_count; i++)
        if (row->amounts[i].number >= label->end && row->amounts[i].start < stop)
            stop = row->amounts[i].start;
    for (size_t i = 0, end; alone->count > 0 && i < text->count; i = end) {
        size_t letters = !text->chars[i].digit;
        for (end = i + 1; end < text->count && !text->chars[end].word_start; end++)
            letters += !text->chars[end].digit;
        if (text->chars[i].start >= label->end && text->chars[i].start < stop && letters > 2 &&
            !is_word(text, i, end, labels) && !is_word(text, i, end, alone))
            return false;
    }
    return true;
}

bool extract_has_label_from(const struct extract_row *row, const struct form_labels *labels,
                            size_t from)
{
    struct fuzzy_match m;
    for (size_t i = 0; i < labels->count; i++)
        if (fuzzy_find(&row->folded, &labels->item[i], from, &m))
            return true;
    return false;
}

bool extract_has_label(const struct extract_row *row, const struct form_labels *labels)
{
    return extract_has_label_from(row, labels, 0);
}

bool extract_matches(const char *text, size_t len, const struct form_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (pattern_search(patterns->item[i], text, len, 0, NULL))
            return true;
    return false;
}
