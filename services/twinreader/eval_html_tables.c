/* The tables of the report. */
#include "twinreader/eval_html_part.h"
#include "twinreader/out.h"

#include <math.h>

static const size_t pairs_shown = 40, jamo_shown = 20, rows_shown = 60, pages_shown = 60;

void eval_html_say(struct buf *out, const char *ko, const char *en)
{
    buf_puts(out, "<span class=\"ko\" lang=\"ko\">");
    out_xml(out, ko);
    buf_puts(out, "</span><span class=\"en\" lang=\"en\">");
    out_xml(out, en);
    buf_puts(out, "</span>");
}

void eval_html_say_text(struct buf *out, struct eval_html_text t)
{
    eval_html_say(out, t.ko, t.en);
}

void eval_html_table(struct buf *out, const struct eval_html_text *column, size_t count,
                     size_t first, size_t end)
{
    buf_puts(out, "<div class=\"wide\"><table><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        buf_puts(out,
                 i < first || i >= end ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">");
        eval_html_say_text(out, column[i]);
        buf_puts(out, "</th>");
    }
    buf_puts(out, "</tr></thead><tbody>\n");
}

void eval_html_table_end(struct buf *out)
{
    buf_puts(out, "</tbody></table></div>\n");
}

void eval_html_count(struct buf *out, int64_t n)
{
    buf_printf(out, "<td class=\"n\">%lld</td>", (long long)n);
}

void eval_html_percent(struct buf *out, int64_t part, int64_t whole)
{
    if (whole)
        buf_printf(out, "<td class=\"n\">%.1f %%</td>", 100 * eval_report_share(part, whole));
    else
        buf_puts(out, "<td class=\"n\">&#8211;</td>");
}

void eval_html_bar(struct buf *out, double share, double most)
{
    double full = most > 0 ? fmin(1, share / most) : 0;
    buf_printf(out, "<td class=\"n bar\" style=\"--v:%.1f%%\">%.2f %%</td>", 100 * full,
               100 * share);
}

void eval_html_name(struct buf *out, const char *s)
{
    buf_puts(out, "<th scope=\"row\">");
    out_xml(out, s);
    buf_puts(out, "</th>");
}

struct eval_html_text eval_html_kind(enum eval_group_kind kind)
{
    static const struct eval_html_text names[EVAL_GROUP_KINDS] = {
        [EVAL_FOUND] = {"오독", "misread"},
        [EVAL_SPLIT] = {"쪼개짐", "split"},
        [EVAL_MERGED] = {"붙음", "merged"},
        [EVAL_CUT] = {"잘림", "cut off"},
        [EVAL_MISSED] = {"놓침", "missed"},
        [EVAL_FALSE] = {"헛검출", "false"},
        [EVAL_WRONG_UNIT] = {"단위 다름", "wrong unit"},
    };
    return names[kind];
}

static struct eval_html_text meaning(enum eval_group_kind kind)
{
    static const struct eval_html_text texts[EVAL_GROUP_KINDS] = {
        {"한 낱말에 상자 하나", "one word, one box"},
        {"한 낱말이 여러 상자로", "one word in several boxes"},
        {"여러 낱말이 한 상자로", "several words in one box"},
        {"낱말의 절반 이상이 상자 밖", "less than half of the word in boxes"},
        {"상자 없음", "no box"},
        {"글자 없는 상자, 또는 겹친 상자", "a box without a word, or a second one"},
        {"줄, 낱말, 글자의 단위가 다름", "lines, words or letters boxed instead"}};
    return texts[kind];
}

static void boxes(const struct eval_named *n, struct buf *out)
{
    static const struct eval_html_text head[] = {
        {"이름", "name"}, {"비율", "rate"}, {"낱말 수", "words"}, {"횟수", "times"}};
    const struct eval_box_counts *b = &n->boxes;
    buf_puts(out, "<section><h2>");
    eval_html_say(out, "글자 찾기", "Finding text");
    buf_puts(out, "</h2><p>");
    eval_html_say(out, "정답 항목", "entries of the truth");
    buf_printf(out, " %lld, ", (long long)b->words);
    eval_html_say(out, "찾은 상자", "boxes found");
    buf_printf(out, " %lld, ", (long long)b->boxes);
    eval_html_say(out, "그중 티끌", "of them specks");
    buf_printf(out, " %lld</p>\n", (long long)b->specks);
    eval_html_table(out, head, 4, 1, 4);
    for (int k = 0; k < EVAL_GROUP_KINDS; k++) {
        enum eval_group_kind kind = (enum eval_group_kind)k;
        buf_puts(out, "<tr><th scope=\"row\">");
        if (kind == EVAL_FOUND)
            eval_html_say(out, "찾음", "found");
        else
            eval_html_say_text(out, eval_html_kind(kind));
        buf_puts(out, "<small>");
        eval_html_say_text(out, meaning(kind));
        buf_puts(out, "</small></th>");
        eval_html_bar(out, eval_box_rate(b, kind), 1);
        eval_html_count(out, b->share[k]);
        eval_html_count(out, b->groups[k]);
        buf_puts(out, "</tr>\n");
    }
    eval_html_table_end(out);
    buf_puts(out, "</section>\n");
}

static void letter_row(struct buf *out, const char *ko, const char *en, int64_t count,
                       int64_t whole)
{
    buf_puts(out, "<tr><th scope=\"row\">");
    eval_html_say(out, ko, en);
    buf_puts(out, "</th>");
    eval_html_count(out, count);
    eval_html_percent(out, count, whole);
    buf_puts(out, "</tr>\n");
}

static void letters(const struct eval_named *n, struct buf *out)
{
    static const struct eval_html_text head[] = {{"", ""}, {"수", "count"}, {"비율", "share"}};
    buf_puts(out, "<section><h2>");
    eval_html_say(out, "글자 읽기", "Reading letters");
    buf_puts(out, "</h2>\n");
    eval_html_table(out, head, 3, 1, 3);
    letter_row(out, "틀린 글자 (CER)", "letters wrong (CER)", n->edits, n->length);
    letter_row(out, "빠짐", "dropped", n->dropped, n->length);
    letter_row(out, "더해짐", "added", n->added, n->length);
    letter_row(out, "바뀜", "changed", n->changed, n->length);
    letter_row(out, "바뀜: 대소문자만", "changed: case only", n->changed_case, n->length);
    letter_row(out, "바뀜: 닮은 글자", "changed: look-alikes", n->changed_alike, n->length);
    letter_row(out, "바뀜: 자모 하나", "changed: one part of a syllable", n->changed_jamo,
               n->length);
    letter_row(out, "띄어쓰기 사라짐", "spaces lost", n->spaces_lost, 0);
    letter_row(out, "띄어쓰기 지어냄", "spaces invented", n->spaces_invented, 0);
    eval_html_table_end(out);
    buf_puts(out, "</section>\n");
}

static void letter(struct buf *out, uint32_t c)
{
    struct buf text;
    buf_init(&text, 0);
    eval_report_letter(&text, c);
    out_xml(out, buf_status(&text) == 0 ? text.data : "?");
    buf_finish(&text);
}

static void pair_cell(struct buf *out, uint32_t truth, uint32_t read)
{
    buf_puts(out, "<td class=\"pair\"><b>");
    letter(out, truth);
    buf_puts(out, "</b> &#8594; <i>");
    letter(out, read);
    buf_puts(out, "</i></td>");
}

static struct eval_html_text jamo_place(enum eval_jamo_place place)
{
    static const struct eval_html_text names[] = {
        {"첫소리", "initial"}, {"가운뎃소리", "vowel"}, {"받침", "final"}};
    return names[place];
}

static void pair_row(const struct eval_pair *p, struct buf *out)
{
    struct eval_jamo jamo;
    buf_puts(out, "<tr>");
    pair_cell(out, p->truth, p->read);
    eval_html_count(out, p->count);
    buf_puts(out, "<td>");
    if (eval_jamo(p->truth, p->read, &jamo)) {
        eval_html_say_text(out, jamo_place(jamo.place));
        buf_putc(out, ' ');
        letter(out, jamo.truth);
        buf_puts(out, " &#8594; ");
        letter(out, jamo.read);
    } else if (eval_alike(p->truth, p->read) == EVAL_ALIKE_SHAPE) {
        eval_html_say(out, "닮은 꼴", "look-alike");
    } else if (eval_alike(p->truth, p->read) == EVAL_ALIKE_CASE) {
        eval_html_say(out, "대소문자", "case");
    }
    buf_puts(out, "</td></tr>\n");
}

static void pairs(const struct eval_named *n, struct buf *out)
{
    static const struct eval_html_text head[] = {
        {"정답 → 읽음", "truth → read"}, {"수", "count"}, {"", ""}};
    if (!n->pair_count)
        return;
    buf_puts(out, "<h2>");
    eval_html_say(out, "잘못 알아본 글자", "Letters taken for others");
    buf_puts(out, "</h2>\n<div class=\"two\">");
    eval_html_table(out, head, 3, 1, 2);
    for (size_t i = 0; i < n->pair_count && i < pairs_shown; i++) {
        if (i == pairs_shown / 2) { /* side by side where there is room */
            eval_html_table_end(out);
            eval_html_table(out, head, 3, 1, 2);
        }
        pair_row(&n->pair[i], out);
    }
    eval_html_table_end(out);
    buf_puts(out, "</div>\n");
}

static void jamo_pairs(const struct eval_named *n, struct buf *out)
{
    static const struct eval_html_text head[] = {
        {"자리", "place"}, {"정답 → 읽음", "truth → read"}, {"수", "count"}};
    if (!n->jamo_count)
        return;
    buf_puts(out, "<section><h2>");
    eval_html_say(out, "음절 안에서 바뀐 자모", "Parts of syllables");
    buf_puts(out, "</h2>\n");
    eval_html_table(out, head, 3, 2, 3);
    for (size_t i = 0; i < n->jamo_count && i < jamo_shown; i++) {
        buf_puts(out, "<tr><td>");
        eval_html_say_text(out, jamo_place(n->jamo[i].jamo.place));
        buf_puts(out, "</td>");
        pair_cell(out, n->jamo[i].jamo.truth, n->jamo[i].jamo.read);
        eval_html_count(out, n->jamo[i].count);
        buf_puts(out, "</tr>\n");
    }
    eval_html_table_end(out);
    buf_puts(out, "</section>\n");
}

static void tallies(const struct eval_named *n, enum eval_dimension d, struct buf *out)
{
    static const struct eval_html_text titles[] = {{"글꼴별", "By font"},
                                                   {"열화별", "By degradation"},
                                                   {"문서 종류별", "By kind of paper"},
                                                   {"배치별", "By layout"},
                                                   {"낱말 길이별", "By length of word"}};
    static const struct eval_html_text head[] = {{"", ""},
                                                 {"글자 오류율", "CER"},
                                                 {"낱말", "words"},
                                                 {"맞은 낱말", "right"},
                                                 {"놓친 낱말", "missed"}};
    double most = 0;
    if (!n->tally_count[d])
        return;
    for (size_t i = 0; i < n->tally_count[d]; i++)
        most = fmax(most, eval_report_share(n->tally[d][i].edits, n->tally[d][i].length));
    buf_puts(out, "<section><h2>");
    eval_html_say_text(out, titles[d]);
    buf_puts(out, "</h2>\n");
    eval_html_table(out, head, 5, 1, 5);
    for (size_t i = 0; i < n->tally_count[d] && i < rows_shown; i++) {
        const struct eval_tally *t = &n->tally[d][i];
        buf_puts(out, "<tr>");
        eval_html_name(out, t->name);
        eval_html_bar(out, eval_report_share(t->edits, t->length), most);
        eval_html_count(out, t->words);
        eval_html_percent(out, t->right, t->words);
        eval_html_percent(out, t->missed, t->words);
        buf_puts(out, "</tr>\n");
    }
    eval_html_table_end(out);
    buf_puts(out, "</section>\n");
}

static void form(const struct eval_form_count *f, struct buf *out)
{
    static const struct eval_html_text head[] = {{"항목", "field"},
                                                 {"맞음", "exact"},
                                                 {"값", "values"},
                                                 {"띄어쓰기 빼고", "without spaces"}};
    buf_puts(out, "<section><h3>");
    if (f->name)
        out_xml(out, f->name);
    else
        eval_html_say(out, "모두", "all");
    buf_puts(out, "</h3><p>");
    eval_html_say(out, "모두 맞은 쪽", "pages with all right");
    buf_printf(out, " %lld / %lld", (long long)f->complete, (long long)f->pages);
    if (f->judged) {
        buf_puts(out, ", ");
        eval_html_say(out, "통과 판정", "accepted");
        buf_printf(out, " %lld; ", (long long)f->accepted);
        eval_html_say(out, "그 값 가운데 맞음", "of their values right");
        buf_printf(out, " %lld / %lld (%.2f %%)", (long long)f->accepted_exact,
                   (long long)f->accepted_fields,
                   100 * eval_report_share(f->accepted_exact, f->accepted_fields));
    }
    if (f->invented) {
        buf_puts(out, ", ");
        eval_html_say(out, "지어낸 줄", "rows invented");
        buf_printf(out, " %lld", (long long)f->invented);
    }
    buf_puts(out, "</p>\n");
    eval_html_table(out, head, 4, 1, 4);
    for (size_t i = 0; i < f->field_count; i++) {
        const struct eval_field_count *n = &f->field[i];
        buf_puts(out, "<tr>");
        eval_html_name(out, n->name);
        eval_html_bar(out, eval_report_share(n->exact, n->pages), 1);
        eval_html_count(out, n->pages);
        eval_html_percent(out, n->spaceless, n->pages);
        buf_puts(out, "</tr>\n");
    }
    eval_html_table_end(out);
    buf_puts(out, "</section>\n");
}

static void forms(const struct eval_form_sum *s, struct buf *out)
{
    static const struct eval_html_text head[] = {{"검사", "check"},
                                                 {"통과", "passed"},
                                                 {"그중 맞음", "and right"},
                                                 {"실패", "failed"},
                                                 {"그중 맞음", "and right"}};
    buf_puts(out, "<h2>");
    eval_html_say(out, "항목과 판정", "Fields and verdicts");
    buf_puts(out, "</h2>\n<div class=\"two\">");
    if (s->form_count == 0)
        form(&s->all, out);
    for (size_t i = 0; i < s->form_count; i++)
        form(&s->form[i], out);
    buf_puts(out, "</div>\n");
    if (!s->check_count)
        return;
    eval_html_table(out, head, 5, 1, 5);
    for (size_t i = 0; i < s->check_count; i++) {
        const struct eval_check_count *c = &s->check[i];
        buf_puts(out, "<tr>");
        eval_html_name(out, c->name);
        eval_html_count(out, c->passed);
        eval_html_percent(out, c->passed_right, c->passed);
        eval_html_count(out, c->failed);
        eval_html_percent(out, c->failed_right, c->failed);
        buf_puts(out, "</tr>\n");
    }
    eval_html_table_end(out);
}

/* How many, and behind it which. */
static void wrong_fields(const char *names, struct buf *out)
{
    int count = names && *names ? 1 : 0;
    for (const char *s = names; s && *s; s++)
        count += *s == ' ';
    if (!count) {
        buf_puts(out, "<td></td>");
        return;
    }
    buf_printf(out, "<td><details><summary>%d</summary>", count);
    out_xml(out, names);
    buf_puts(out, "</details></td>");
}

static void pages(const struct eval_report *r, struct buf *out)
{
    static const struct eval_html_text head[] = {
        {"그림", "image"},   {"글자 오류율", "CER"}, {"쪼개짐", "split"},
        {"붙음", "merged"},  {"잘림", "cut off"},    {"놓침", "missed"},
        {"헛검출", "false"}, {"단위 다름", "unit"},  {"틀린 항목", "fields not exact"}};
    static const enum eval_group_kind kinds[] = {EVAL_SPLIT,  EVAL_MERGED, EVAL_CUT,
                                                 EVAL_MISSED, EVAL_FALSE,  EVAL_WRONG_UNIT};
    buf_puts(out, "<h2>");
    eval_html_say(out, "쪽별", "By page");
    buf_puts(out, "</h2>\n");
    eval_html_table(out, head, r->forms ? 9 : 8, 1, 8);
    for (int64_t i = 0; i < r->counts.pages && i < (int64_t)pages_shown; i++) {
        const struct eval_page_report *p = &r->page[i];
        buf_puts(out, "<tr>");
        eval_html_name(out, p->image);
        eval_html_bar(out, eval_cer(&p->counts, r->fold), 1);
        for (int k = 0; k < 6; k++)
            eval_html_count(out, p->boxes.share[kinds[k]]);
        if (r->forms) {
            wrong_fields(p->fields, out);
        }
        buf_puts(out, "</tr>\n");
    }
    eval_html_table_end(out);
    if (r->counts.pages > (int64_t)pages_shown) {
        buf_puts(out, "<p>");
        eval_html_say(out, "나머지 쪽은 --json -v에 있습니다.",
                      "The other pages are in --json -v.");
        buf_puts(out, "</p>\n");
    }
}

void eval_html_tables(const struct eval_report *r, struct buf *out)
{
    buf_puts(out, "<div class=\"two\">\n");
    boxes(r->named, out);
    letters(r->named, out);
    buf_puts(out, "</div>\n");
    pairs(r->named, out);
    if (r->forms && r->forms->all.pages)
        forms(r->forms, out);
    buf_puts(out, "<div class=\"two\">\n");
    jamo_pairs(r->named, out);
    for (int d = 0; d < EVAL_DIMENSIONS; d++)
        tallies(r->named, (enum eval_dimension)d, out);
    buf_puts(out, "</div>\n");
    pages(r, out);
}
