#include "twinreader/eval_html.h"

#include "twinreader/eval_html_part.h"
#include "twinreader/out.h"

#include <stdlib.h>

static const size_t max_pictures = (size_t)6 << 20; /* bytes of base 64 in the report */

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"ko\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'\">\n"
    "<title>TwinReader eval</title>\n<style>\n";

/* Colours of truth and reading are told apart by hue and by dashes, for those who see no hue. */
static const char style[] =
    ":root{--ink:#1c2430;--soft:#5b6675;--line:#d9dee6;--paper:#fff;--tint:#f4f6f9;"
    "--truth:#0a7d4f;--read:#c8321f;--bar:#cfdcf2;color-scheme:light dark}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b5;--line:#38414e;"
    "--paper:#151a21;--tint:#1e252e;--truth:#4cc38a;--read:#ff8a75;--bar:#2c3f63}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--paper);color:var(--ink);"
    "font:16px/1.5 system-ui,'Noto Sans KR','NanumGothic',sans-serif}\n"
    "h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}"
    "h3{font-size:1rem;margin:1rem 0 .3rem}\np{margin:.3rem 0;color:var(--soft)}\n"
    ".pick{position:absolute;opacity:0}"
    ".lang{display:inline-block;padding:.35rem .9rem;border:1px solid var(--line);"
    "border-radius:1rem;cursor:pointer;margin-right:.3rem}\n"
    "#ko:checked~main .en,#ko:checked~.en,#en:checked~main .ko{display:none}\n"
    "#ko:checked~label[for=ko],#en:checked~label[for=en]{background:var(--ink);"
    "color:var(--paper)}\n"
    ".pick:focus-visible+.lang{outline:2px solid var(--truth)}\n"
    ".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.6rem;"
    "margin:1rem 0;padding:0;list-style:none}\n"
    ".tiles li{padding:.6rem .8rem;background:var(--tint);border-radius:.5rem}\n"
    ".tiles b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}\n"
    ".tiles span{color:var(--soft);font-size:.85rem}\n"
    ".wide{overflow-x:auto;max-width:100%}\n"
    "table{border-collapse:collapse;font-size:.9rem;min-width:min(100%,20rem)}\n"
    "th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:left;"
    "vertical-align:top}\nthead th{color:var(--soft);font-weight:600;white-space:nowrap}\n"
    "tbody th{font-weight:500;overflow-wrap:anywhere;min-width:9rem}th "
    "small{display:block;color:var(--soft);font-weight:400}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".bar{min-width:6.5rem;background:linear-gradient(to right,var(--bar) var(--v),transparent "
    "0)}\n"
    ".pair{white-space:nowrap;font-size:1.05rem}.pair i{font-style:normal}\n"
    ".pair b,.truth{color:var(--truth);font-weight:600}.pair i,.read{color:var(--read)}\n"
    ".two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));"
    "gap:0 1.5rem;align-items:start}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));"
    "gap:.8rem}\n"
    ".card{margin:0;padding:.6rem;background:var(--tint);border-radius:.5rem;min-width:0}\n"
    ".crop{position:relative;display:block;width:fit-content;max-width:100%;background:#fff}\n"
    ".crop img{display:block;max-width:100%;height:auto}\n"
    ".crop svg{position:absolute;inset:0;width:100%;height:100%}\n"
    ".crop polygon{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}\n"
    ".crop .t{stroke:#0a7d4f;stroke-dasharray:6 3}.crop .r{stroke:#c8321f}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .7rem;margin:.5rem 0 0;"
    "font-size:.9rem}\ndt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\n";

static void tile(struct buf *out, const char *ko, const char *en, int decimals, double value,
                 const char *unit)
{
    buf_printf(out, "<li><b>%.*f%s</b>", decimals, value, unit);
    eval_html_say(out, ko, en);
    buf_puts(out, "</li>");
}

static void tiles(const struct eval_report *r, struct buf *out)
{
    const struct eval_named *n = r->named;
    buf_puts(out, "<ul class=\"tiles\">");
    tile(out, "쪽", "pages", 0, (double)r->counts.pages, "");
    if (r->counts.missing)
        tile(out, "읽지 못한 쪽", "pages not read", 0, (double)r->counts.missing, "");
    tile(out, "글자 오류율 (상자별)", "CER, matched by box", 2,
         100 * eval_report_share(n->edits, n->length), " %");
    tile(out, "오류율 (차례)", "CER by order", 2, 100 * eval_cer(&r->counts, r->fold), " %");
    tile(out, "낱말 F1", "word F1", 2, 100 * eval_rates(&r->counts.exact).f1, " %");
    tile(out, "찾은 상자", "found", 2, 100 * eval_box_rate(&n->boxes, EVAL_FOUND), " %");
    if (r->forms && r->forms->all.pages) {
        const struct eval_form_count *f = &r->forms->all;
        tile(out, "맞은 항목 값", "field values exact", 2,
             100 * eval_report_share(f->exact, f->fields), " %");
        if (f->accepted)
            tile(out, "통과 판정 가운데 맞음", "right among accepted", 2,
                 100 * eval_report_share(f->accepted_exact, f->accepted_fields), " %");
    }
    if (r->timed)
        tile(out, "초당 쪽", "pages a second", 2, r->pages_per_s, "");
    buf_puts(out, "</ul>\n");
    if (r->timed) {
        buf_puts(out, "<p>");
        out_xml(out, r->engine);
        buf_puts(out, "</p>\n");
    }
}

static void polygons(struct buf *out, const struct eval_html_crop *c, const struct quad *q,
                     size_t count, const char *class)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "<polygon class=\"%s\" points=\"", class);
        for (int k = 0; k < 4; k++) {
            out_number(out, ((double)q[i].p[k].x - c->x) * c->scale, 1);
            buf_putc(out, ',');
            out_number(out, ((double)q[i].p[k].y - c->y) * c->scale, 1);
            buf_putc(out, k < 3 ? ' ' : '"');
        }
        buf_puts(out, "/>");
    }
}

static void picture(struct buf *out, const struct eval_html_crop *c)
{
    buf_printf(out,
               "<span class=\"crop\"><img width=\"%d\" height=\"%d\" alt=\"\" "
               "src=\"data:image/jpeg;base64,%s\"><svg viewBox=\"0 0 %d %d\" aria-hidden=\"true\">",
               c->width, c->height, c->base64.data, c->width, c->height);
    polygons(out, c, c->finding->read_box, c->finding->read_count, "r");
    polygons(out, c, c->finding->truth_box, c->finding->truth_count, "t");
    buf_puts(out, "</svg></span>");
}

static void entry(struct buf *out, const char *ko, const char *en, const char *class,
                  const char *text)
{
    buf_puts(out, "<dt>");
    eval_html_say(out, ko, en);
    buf_printf(out, "</dt><dd class=\"%s\">", class);
    out_xml(out, text);
    buf_puts(out, "</dd>");
}

static void card(struct buf *out, const struct eval_html_crop *c, const struct eval_set *truth)
{
    const struct eval_finding *f = c->finding;
    const struct eval_page *page = &truth->page[f->page];
    buf_puts(out, "<figure class=\"card\">");
    if (c->base64.len)
        picture(out, c);
    buf_puts(out, "<figcaption><dl>");
    if (f->truth_count)
        entry(out, "정답", "truth", "truth", f->truth);
    if (f->read_count)
        entry(out, "읽음", "read", "read", f->read);
    if (f->confidence >= 0) {
        buf_puts(out, "<dt>");
        eval_html_say(out, "확신", "confidence");
        buf_printf(out, "</dt><dd>%.0f %%</dd>", 100 * f->confidence);
    }
    if (page->degradation)
        entry(out, "열화", "degradation", "", page->degradation);
    entry(out, "그림", "image", "", page->image);
    buf_puts(out, "</dl></figcaption></figure>\n");
}

/* The worst of each kind, misread ones first. */
static int worst(const struct eval_report *r, const struct eval_set *truth, const char *dir,
                 const struct document_limits *limits, struct buf *out, struct err *e)
{
    size_t count = 0, at = 0, bytes = 0;
    for (int k = 0; k < EVAL_GROUP_KINDS; k++)
        count += r->named->worst_count[k];
    struct eval_html_crop *crop = calloc(count + 1, sizeof *crop);
    if (!crop)
        return err_set(e, ERR_NOMEM, "not enough memory for the report");
    for (int k = 0; k < EVAL_GROUP_KINDS; k++)
        for (size_t i = 0; i < r->named->worst_count[k]; i++, at++) {
            crop[at].finding = &r->named->worst[k][i];
            buf_init(&crop[at].base64, 0);
        }
    int rc = eval_html_crops(crop, count, truth, dir, limits, e);
    if (rc == 0 && count) {
        buf_puts(out, "<h2>");
        eval_html_say(out, "가장 나쁜 것들", "The worst");
        buf_puts(out, "</h2><p>");
        eval_html_say(out, "초록 점선은 정답, 빨간 선은 찾은 상자입니다.",
                      "Dashed green is the truth, red what was found.");
        buf_puts(out, "</p>\n");
    }
    for (size_t i = 0; rc == 0 && i < count; i++) {
        enum eval_group_kind kind = crop[i].finding->kind;
        bytes += crop[i].base64.len;
        if (bytes > max_pictures)
            buf_clear(&crop[i].base64);
        if (i == 0 || kind != crop[i - 1].finding->kind) {
            buf_puts(out, i ? "</div>\n<h3>" : "<h3>");
            eval_html_say_text(out, eval_html_kind(kind));
            buf_puts(out, "</h3><div class=\"cards\">\n");
        }
        card(out, &crop[i], truth);
    }
    if (rc == 0 && count)
        buf_puts(out, "</div>\n");
    for (size_t i = 0; i < count; i++)
        buf_finish(&crop[i].base64);
    free(crop);
    return rc;
}

int eval_html(const struct eval_report *r, const struct eval_set *truth, const char *dir,
              const struct document_limits *limits, struct buf *out, struct err *e)
{
    buf_puts(out, head);
    buf_puts(out, style);
    buf_puts(out, "</style>\n</head>\n<body>\n"
                  "<input class=\"pick\" type=\"radio\" name=\"lang\" id=\"ko\" checked>"
                  "<label class=\"lang\" for=\"ko\" lang=\"ko\">한국어</label>\n"
                  "<input class=\"pick\" type=\"radio\" name=\"lang\" id=\"en\">"
                  "<label class=\"lang\" for=\"en\" lang=\"en\">English</label>\n<main>\n<h1>");
    eval_html_say(out, "이름 붙은 오류", "Errors by name");
    buf_puts(out, "</h1>\n");
    tiles(r, out);
    eval_html_tables(r, out);
    int rc = worst(r, truth, dir, limits, out, e);
    if (rc)
        return rc;
    buf_puts(out, "</main>\n</body>\n</html>\n");
    rc = buf_status(out);
    return rc ? err_set(e, rc, "not enough memory for the report") : 0;
}
