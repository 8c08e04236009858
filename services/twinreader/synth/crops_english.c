#include "twinreader/synth/crops_english.h"

#include <ctype.h>
#include <string.h>

/* What shop receipts print besides what was bought. */
static const char *const labels[] = {
    "TOTAL",
    "SUBTOTAL",
    "SUB TOTAL",
    "GRAND TOTAL",
    "NET TOTAL",
    "TOTAL SALES",
    "TOTAL AMOUNT",
    "TOTAL DUE",
    "AMOUNT DUE",
    "AMOUNT",
    "CASH",
    "CHANGE",
    "CHANGE DUE",
    "BALANCE",
    "DISCOUNT",
    "TOTAL DISCOUNT",
    "ROUNDING",
    "ROUNDING ADJ",
    "ROUNDING ADJUSTMENT",
    "ROUND AMT",
    "TENDERED",
    "CASH TENDERED",
    "PAID",
    "PAYMENT",
    "VISA",
    "MASTER",
    "DEBIT CARD",
    "CREDIT CARD",
    "GST",
    "GST SUMMARY",
    "GST AMOUNT",
    "GST PAYABLE",
    "TAX",
    "TAX CODE",
    "TAX INVOICE",
    "SALES TAX",
    "SERVICE CHARGE",
    "VAT",
    "SST",
    "EXCL GST",
    "INCL GST",
    "INCLUSIVE OF GST",
    "TOTAL QTY",
    "TOTAL ITEMS",
    "ITEM",
    "ITEMS",
    "ITEM COUNT",
    "QTY",
    "QUANTITY",
    "PRICE",
    "UNIT PRICE",
    "U/P",
    "DESCRIPTION",
    "CODE",
    "DISC",
    "DISC %",
    "AMT",
    "NO",
    "INVOICE",
    "INVOICE NO",
    "INV NO",
    "RECEIPT",
    "RECEIPT NO",
    "RECEIPT #",
    "BILL NO",
    "BILL TO",
    "DOC NO",
    "DOCUMENT NO",
    "ORDER NO",
    "TABLE",
    "TABLE NO",
    "PAX",
    "COVER",
    "CASHIER",
    "CASHIER NO",
    "STAFF",
    "SERVER",
    "SALESPERSON",
    "SALES PERSON",
    "CUSTOMER",
    "MEMBER",
    "MEMBER ID",
    "POINTS",
    "COUNTER",
    "TERMINAL",
    "POS",
    "TRANS",
    "TRANSACTION",
    "TRX NO",
    "REF NO",
    "REF",
    "APPROVAL CODE",
    "DATE",
    "TIME",
    "TEL",
    "TEL NO",
    "FAX",
    "H/P",
    "PHONE",
    "EMAIL",
    "WEBSITE",
    "GST ID",
    "GST NO",
    "GST REG NO",
    "CO REG NO",
    "COMPANY REG NO",
    "ROC NO",
    "REG NO",
    "BRANCH",
    "STORE",
    "SHOP",
    "PAGE",
    "TAKE AWAY",
    "DINE IN",
    "ORIGINAL",
    "COPY",
    "REPRINT",
    "THANK YOU",
    "PLEASE COME AGAIN",
    "GOODS SOLD ARE NOT RETURNABLE",
    "GOODS SOLD ARE NOT REFUNDABLE",
    "NO EXCHANGE WITHOUT RECEIPT",
    "THANK YOU FOR SHOPPING",
    "HAVE A NICE DAY",
    "OPENING HOURS",
    "POWERED BY",
    "SIGNATURE",
};

static const char *const towns[] = {
    "JALAN", "LORONG", "TAMAN",        "BANDAR", "KAMPUNG", "PERSIARAN", "SEKSYEN", "MUKIM",
    "LEBUH", "JLN",    "STREET",       "ROAD",   "AVENUE",  "LANE",      "PLAZA",   "MALL",
    "TOWER", "FLOOR",  "GROUND FLOOR", "LOT",    "BLOCK",   "UNIT",
};

static const char *const firms[] = {
    "SDN BHD",    "SDN. BHD.", "ENTERPRISE", "TRADING", "HARDWARE",    "RESTAURANT",
    "RESTORAN",   "CAFE",      "BAKERY",     "MARKET",  "MINI MARKET", "SUPERMARKET",
    "STATIONERY", "MACHINERY", "PHARMACY",   "CO.",     "CO., LTD.",   "INC.",
    "& SONS",     "& CO",      "BOOKS",      "FOODS",   "(M)",
};

static const char *const small_words[] = {
    "of",  "the",  "and",  "to",  "in",   "for",  "with", "on",   "by",   "is",
    "are", "this", "all",  "per", "from", "at",   "your", "each", "only", "no",
    "or",  "not",  "set",  "pcs", "pc",   "box",  "pkt",  "kg",   "new",  "big",
    "hot", "ice",  "free", "off", "buy",  "size", "ml",   "g",    "x",    "w/",
};

#define PICK(r, list) ((list)[synth_rng_below((r), (uint32_t)(sizeof(list) / sizeof *(list)))])

static void digits(struct synth_rng *r, struct buf *out, int64_t count)
{
    for (; count > 0; count--)
        buf_putc(out, (char)('0' + (int)synth_rng_below(r, 10)));
}

/* A word that nobody knows but everybody can pronounce. */
static void made_up(struct synth_rng *r, struct buf *out)
{
    static const char *const onset[] = {
        "b",  "c",  "d",  "f",  "g",  "h",  "j",  "k",  "l",  "m",  "n",  "p",  "qu",  "r",
        "s",  "t",  "v",  "w",  "y",  "z",  "bl", "br", "ch", "cl", "cr", "dr", "fl",  "gr",
        "ph", "pl", "pr", "sh", "sl", "sp", "st", "th", "tr", "tw", "wh", "kn", "str", ""};
    static const char *const vowel[] = {"a", "e",  "i",  "o",  "u",  "a",  "e",  "i", "o",
                                        "u", "ai", "ea", "ee", "oo", "ou", "ie", "y", "au"};
    static const char *const coda[] = {"",  "",  "",  "",   "n",  "r",  "s",  "t",  "l",  "m",
                                       "d", "k", "p", "ng", "ck", "st", "nd", "ll", "ss", "x",
                                       "g", "b", "f", "w",  "th", "rt", "nt", "zz", "ff", "rd"};
    for (int64_t n = synth_rng_range(r, 1, 3); n > 0; n--) {
        buf_puts(out, PICK(r, onset));
        buf_puts(out, PICK(r, vowel));
        buf_puts(out, PICK(r, coda));
    }
}

/* 12.50, 1,204.00, -3.00 */
static void money(struct synth_rng *r, struct buf *out)
{
    static const char *const currency[] = {"RM", "RM ", "$", "$ ", "MYR ", "€", "£", "S$"};
    if (synth_rng_chance(r, 0.06))
        buf_putc(out, '-');
    if (synth_rng_chance(r, 0.35))
        buf_puts(out, PICK(r, currency));
    int64_t n = synth_rng_chance(r, 0.15)
                    ? synth_rng_range(r, 1000, 99999)
                    : synth_rng_range(r, 0, synth_rng_chance(r, 0.5) ? 30 : 999);
    if (n >= 1000 && synth_rng_chance(r, 0.8))
        buf_printf(out, "%d,%03d", (int)(n / 1000), (int)(n % 1000));
    else
        buf_printf(out, "%d", (int)n);
    buf_putc(out, '.');
    digits(r, out, 2);
}

/* Any letters and digits: article numbers, codes of receipts. */
static void code(struct synth_rng *r, struct buf *out)
{
    for (int64_t parts = synth_rng_range(r, 1, 3); parts > 0; parts--) {
        for (int64_t n = synth_rng_range(r, 0, 4); n > 0; n--)
            buf_putc(out, (char)('A' + (int)synth_rng_below(r, 26)));
        digits(r, out, synth_rng_range(r, 1, 6));
        if (parts > 1)
            buf_putc(out, "-/:#"[synth_rng_below(r, 4)]);
    }
}

static void clock_and_date(struct synth_rng *r, struct buf *out)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int d = (int)synth_rng_range(r, 1, 28), m = (int)synth_rng_range(r, 1, 12);
    int y = (int)synth_rng_range(r, 2005, 2027);
    char c = "/-./"[synth_rng_below(r, 4)];
    switch (synth_rng_below(r, 4)) {
    case 0:
        buf_printf(out, "%02d%c%02d%c%d", d, c, m, c, y);
        break;
    case 1:
        buf_printf(out, "%02d%c%02d%c%02d", d, c, m, c, y % 100);
        break;
    case 2:
        buf_printf(out, "%d %s %d", d, months[m - 1], y);
        break;
    default:
        buf_printf(out, "%d-%s-%02d", d, months[m - 1], y % 100);
        break;
    }
    if (synth_rng_chance(r, 0.5)) {
        buf_printf(out, " %d:%02d", (int)synth_rng_range(r, 1, 23), (int)synth_rng_below(r, 60));
        if (synth_rng_chance(r, 0.5))
            buf_printf(out, ":%02d", (int)synth_rng_below(r, 60));
        if (synth_rng_chance(r, 0.3))
            buf_puts(out, synth_rng_chance(r, 0.5) ? " PM" : "AM");
    }
}

static void phone(struct synth_rng *r, struct buf *out)
{
    buf_puts(out, synth_rng_chance(r, 0.2) ? "+6" : "");
    buf_putc(out, '0');
    digits(r, out, synth_rng_range(r, 1, 2));
    buf_puts(out, synth_rng_chance(r, 0.8) ? "-" : " ");
    digits(r, out, synth_rng_range(r, 3, 4));
    if (synth_rng_chance(r, 0.6))
        buf_putc(out, ' ');
    digits(r, out, 4);
}

static void words(struct synth_rng *r, struct buf *out)
{
    for (int64_t n = synth_rng_range(r, 1, 5), first = n; n > 0; n--) {
        if (n < first)
            buf_putc(out, ' ');
        if (synth_rng_chance(r, 0.3))
            buf_puts(out, PICK(r, small_words));
        else
            made_up(r, out);
        if (n > 1 && synth_rng_chance(r, 0.08))
            buf_putc(out, ",.;:"[synth_rng_below(r, 4)]);
    }
    if (synth_rng_chance(r, 0.12))
        buf_putc(out, ".,:;!?"[synth_rng_below(r, 6)]);
}

static void label(struct synth_rng *r, struct buf *out)
{
    static const char *const after[] = {"",
                                        "",
                                        "",
                                        ":",
                                        ":",
                                        " :",
                                        ".",
                                        " (RM)",
                                        " (INCL GST)",
                                        " @6%",
                                        " 6%",
                                        " (INCL. GST 6%)",
                                        " (EXCL GST)",
                                        " #",
                                        " *",
                                        " -"};
    buf_puts(out, PICK(r, labels));
    buf_puts(out, PICK(r, after));
    switch (synth_rng_below(r, 5)) {
    case 0:
        break;
    case 1:
        buf_putc(out, ' ');
        code(r, out);
        break;
    default:
        buf_putc(out, ' ');
        money(r, out);
        break;
    }
}

/* "2 X 12.50 25.00 SR", "Brondle cake 1.2KG 8.90" */
static void article(struct synth_rng *r, struct buf *out)
{
    if (synth_rng_chance(r, 0.5)) {
        words(r, out);
        buf_putc(out, ' ');
    } else if (synth_rng_chance(r, 0.3)) {
        digits(r, out, synth_rng_chance(r, 0.5) ? 13 : 6);
        buf_putc(out, ' ');
    }
    if (synth_rng_chance(r, 0.6))
        buf_printf(out, "%d%s", (int)synth_rng_range(r, 1, 40),
                   synth_rng_chance(r, 0.5)   ? " x "
                   : synth_rng_chance(r, 0.5) ? "X"
                                              : " @ ");
    money(r, out);
    if (synth_rng_chance(r, 0.3)) {
        static const char *const tax[] = {" SR", " ZR", " S", " Z", " *", " T", " ZRL", " (SR)"};
        buf_puts(out, PICK(r, tax));
    }
}

static void place(struct synth_rng *r, struct buf *out)
{
    if (synth_rng_chance(r, 0.5)) {
        static const char *const no[] = {"NO. ", "NO ", "NO.", "LOT ", "", "#"};
        buf_puts(out, PICK(r, no));
        buf_printf(out, "%d", (int)synth_rng_range(r, 1, 400));
        if (synth_rng_chance(r, 0.4))
            buf_printf(out, "%c", 'A' + (int)synth_rng_below(r, 6));
        buf_puts(out, synth_rng_chance(r, 0.7) ? ", " : " ");
    }
    buf_puts(out, PICK(r, towns));
    buf_putc(out, ' ');
    made_up(r, out);
    if (synth_rng_chance(r, 0.4))
        buf_printf(out, " %d/%d", (int)synth_rng_range(r, 1, 60), (int)synth_rng_range(r, 1, 40));
    if (synth_rng_chance(r, 0.4)) {
        buf_puts(out, ", ");
        digits(r, out, 5);
        buf_putc(out, ' ');
        made_up(r, out);
    }
    if (synth_rng_chance(r, 0.3))
        buf_putc(out, '.');
}

static void firm(struct synth_rng *r, struct buf *out)
{
    made_up(r, out);
    buf_putc(out, ' ');
    if (synth_rng_chance(r, 0.4)) {
        made_up(r, out);
        buf_putc(out, ' ');
    }
    buf_puts(out, PICK(r, firms));
    if (synth_rng_chance(r, 0.2)) {
        buf_puts(out, " (");
        digits(r, out, 6);
        buf_printf(out, "-%c)", 'A' + (int)synth_rng_below(r, 26));
    }
}

/* All capitals, as tills print, or a capital at each word, or at the first. */
static void set_case(struct synth_rng *r, char *text)
{
    double p = synth_rng_real(r, 0, 1);
    bool start = true;
    for (char *c = text; *c; c++) {
        unsigned char u = (unsigned char)*c;
        if (u < 0x80 && isalpha(u)) {
            bool capital = p < 0.5 || (p < 0.75 && start) || (p < 0.87 && c == text);
            *c = (char)(capital ? toupper(u) : p < 0.97 ? tolower(u) : u);
        }
        start = *c == ' ';
    }
}

void synth_crops_english(struct synth_rng *r, struct buf *out)
{
    static void (*const makers[])(struct synth_rng *, struct buf *) = {
        label, label, label, article, article, article, words,          words,
        words, place, firm,  firm,    money,   code,    clock_and_date, phone};
    size_t from = out->len;
    PICK(r, makers)(r, out);
    if (out->data && out->len > from)
        set_case(r, out->data + from);
}
