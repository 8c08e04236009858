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

/* Words of goods and of what is said about them. */
static const char *const common[] = {
    "account",       "accessories",  "adapter",    "adult",       "advance",    "after",
    "agent",         "air",          "alcohol",    "allowance",   "almond",     "apple",
    "apron",         "area",         "assorted",   "auto",        "available",  "avocado",
    "baby",          "back",         "bacon",      "bag",         "baked",      "balance",
    "ball",          "balm",         "bamboo",     "banana",      "band",       "bank",
    "bar",           "barley",       "base",       "basic",       "basket",     "bath",
    "battery",       "beach",        "bean",       "beauty",      "beef",       "beer",
    "bell",          "belt",         "best",       "beverage",    "bicycle",    "biscuit",
    "black",         "blade",        "blanket",    "blend",       "block",      "blue",
    "board",         "body",         "boiled",     "bolt",        "book",       "bottle",
    "bowl",          "box",          "bracket",    "brake",       "branch",     "brass",
    "bread",         "breakfast",    "brick",      "bright",      "broom",      "brown",
    "brush",         "bucket",       "buffet",     "bulb",        "bun",        "burger",
    "butter",        "button",       "cabbage",    "cable",       "cake",       "calculator",
    "can",           "candle",       "candy",      "canned",      "car",        "card",
    "care",          "carrot",       "cartridge",  "case",        "cash",       "cashew",
    "celery",        "cement",       "centre",     "ceramic",     "cereal",     "chain",
    "chair",         "change",       "charcoal",   "charge",      "cheese",     "chemical",
    "cherry",        "chicken",      "children",   "chili",       "chips",      "chocolate",
    "chopsticks",    "cinnamon",     "clean",      "cleaner",     "clear",      "clip",
    "clock",         "cloth",        "coat",       "coconut",     "coffee",     "cola",
    "cold",          "collect",      "colour",     "combo",       "come",       "common",
    "compact",       "complete",     "concrete",   "condition",   "contact",    "container",
    "conditioner",   "cookie",       "cooking",    "cool",        "copper",     "copy",
    "coral",         "cord",         "corn",       "cotton",      "counter",    "coupon",
    "cover",         "crab",         "cracker",    "cream",       "crispy",     "cup",
    "curry",         "curtain",      "customer",   "cutter",      "dairy",      "dark",
    "day",           "deli",         "delivery",   "deluxe",      "department", "deposit",
    "dessert",       "detergent",    "diesel",     "digital",     "dinner",     "discount",
    "dish",          "display",      "document",   "door",        "double",     "dozen",
    "dragon",        "drawer",       "dress",      "dried",       "drill",      "drink",
    "driver",        "dry",          "duck",       "due",         "duty",       "dust",
    "each",          "eco",          "egg",        "electric",    "electrical", "energy",
    "engine",        "envelope",     "equipment",  "eraser",      "error",      "exchange",
    "exclude",       "expiry",       "express",    "extra",       "fabric",     "face",
    "facial",        "family",       "fan",        "fare",        "fast",       "fee",
    "felt",          "fibre",        "file",       "filled",      "filter",     "final",
    "fine",          "fish",         "fitting",    "fixed",       "flat",       "flavour",
    "float",         "floor",        "flour",      "flower",      "foam",       "folder",
    "food",          "foot",         "fork",       "form",        "fragrance",  "frame",
    "free",          "freight",      "fresh",      "fried",       "front",      "frozen",
    "fruit",         "fuel",         "full",       "furniture",   "garden",     "garlic",
    "gas",           "gate",         "gel",        "gift",        "ginger",     "glass",
    "gloves",        "glue",         "gold",       "grade",       "grain",      "grape",
    "green",         "grill",        "grilled",    "grocery",     "gross",      "guard",
    "guest",         "hair",         "hammer",     "hand",        "handle",     "hanger",
    "hard",          "health",       "herbal",     "high",        "hinge",      "holder",
    "home",          "honey",        "hook",       "hose",        "hospital",   "hot",
    "hotel",         "hour",         "house",      "household",   "hydraulic",  "ice",
    "iced",          "include",      "individual", "industrial",  "ink",        "instant",
    "international", "invoice",      "iron",       "island",      "item",       "jacket",
    "jam",           "jelly",        "juice",      "jumbo",       "junior",     "keep",
    "key",           "kitchen",      "knife",      "label",       "lady",       "lamb",
    "lamp",          "laundry",      "leaf",       "leather",     "left",       "lemon",
    "lettuce",       "level",        "licence",    "light",       "lime",       "limited",
    "line",          "liquid",       "list",       "litre",       "local",      "lock",
    "long",          "loose",        "lotion",     "low",         "lunch",      "machine",
    "magic",         "mail",         "main",       "malt",        "management", "mango",
    "manual",        "margarine",    "marker",     "market",      "mask",       "mat",
    "match",         "meal",         "measure",    "meat",        "medium",     "melon",
    "member",        "men",          "menu",       "metal",       "milk",       "mineral",
    "mini",          "mint",         "mirror",     "mix",         "mixed",      "mobile",
    "model",         "modern",       "money",      "month",       "mop",        "motor",
    "mountain",      "mouse",        "mug",        "mushroom",    "mustard",    "nail",
    "napkin",        "national",     "natural",    "net",         "night",      "noodle",
    "normal",        "north",        "notebook",   "number",      "nut",        "oat",
    "office",        "oil",          "olive",      "onion",       "only",       "open",
    "orange",        "order",        "organic",    "original",    "outdoor",    "outlet",
    "oven",          "oyster",       "pack",       "package",     "pad",        "page",
    "paint",         "pan",          "paper",      "parking",     "part",       "party",
    "pass",          "paste",        "pastry",     "payment",     "peach",      "peanut",
    "pear",          "pen",          "pencil",     "pepper",      "perfume",    "person",
    "pet",           "phone",        "photo",      "piece",       "pillow",     "pin",
    "pine",          "pink",         "pipe",       "pizza",       "plain",      "plan",
    "plant",         "plaster",      "plastic",    "plate",       "player",     "please",
    "plug",          "plus",         "pocket",     "point",       "police",     "polish",
    "pork",          "port",         "pot",        "potato",      "powder",     "power",
    "prawn",         "premium",      "price",      "print",       "printer",    "private",
    "product",       "professional", "promotion",  "protein",     "provided",   "public",
    "pump",          "pure",         "purple",     "purchase",    "quality",    "quick",
    "rack",          "radio",        "rain",       "range",       "rate",       "ready",
    "receipt",       "received",     "recycled",   "red",         "reference",  "refill",
    "refund",        "regular",      "remote",     "rental",      "repair",     "reservation",
    "restaurant",    "return",       "rice",       "right",       "ring",       "road",
    "roast",         "roasted",      "rock",       "roll",        "room",       "rope",
    "rose",          "round",        "rubber",     "ruler",       "salad",      "sale",
    "salmon",        "salt",         "sample",     "sand",        "sandwich",   "sauce",
    "sausage",       "saver",        "scale",      "school",      "scissors",   "screen",
    "screw",         "sea",          "seafood",    "seal",        "seasoning",  "seat",
    "second",        "security",     "seed",       "self",        "sensor",     "sesame",
    "set",           "shampoo",      "sheet",      "shelf",       "shipping",   "shirt",
    "shoes",         "shop",         "short",      "shower",      "shrimp",     "side",
    "silver",        "single",       "size",       "skin",        "sleeve",     "slice",
    "sliced",        "small",        "smart",      "smoked",      "snack",      "soap",
    "socket",        "socks",        "soda",       "soft",        "solid",      "solution",
    "soup",          "south",        "soy",        "spare",       "special",    "spicy",
    "spinach",       "sponge",       "spoon",      "sport",       "spray",      "spring",
    "square",        "stainless",    "stamp",      "standard",    "staple",     "star",
    "station",       "stationery",   "steak",      "steam",       "steel",      "stick",
    "sticker",       "stock",        "stone",      "store",       "straight",   "strawberry",
    "straw",         "street",       "string",     "strong",      "student",    "sugar",
    "summary",       "super",        "supply",     "support",     "sweet",      "switch",
    "system",        "table",        "tablet",     "tank",        "tape",       "tax",
    "taxi",          "tea",          "technology", "telephone",   "terms",      "thank",
    "thermal",       "thick",        "thin",       "thread",      "ticket",     "tile",
    "time",          "tin",          "tissue",     "toast",       "today",      "toilet",
    "token",         "tomato",       "tool",       "toothbrush",  "toothpaste", "top",
    "total",         "towel",        "toy",        "traditional", "trading",    "transfer",
    "transport",     "travel",       "tray",       "treatment",   "trim",       "tube",
    "tuna",          "turkey",       "twin",       "type",        "tyre",       "under",
    "union",         "unit",         "universal",  "used",        "vacuum",     "valid",
    "valve",         "vanilla",      "vegetable",  "vegetarian",  "vehicle",    "venue",
    "vinegar",       "visit",        "vitamin",    "voucher",     "waffle",     "walnut",
    "warranty",      "wash",         "washer",     "waste",       "watch",      "water",
    "wax",           "web",          "weight",     "west",        "wet",        "wheat",
    "wheel",         "white",        "whole",      "wide",        "window",     "wine",
    "wing",          "winter",       "wire",       "women",       "wood",       "work",
    "wrap",          "yellow",       "yogurt",     "young",       "zone",       "zip",
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
        buf_printf(out, "%d", synth_rng_chance(r, 0.12) ? 0 : (int)n);
    buf_putc(out, '.');
    if (synth_rng_chance(r, 0.35))
        buf_puts(out, synth_rng_chance(r, 0.6) ? "00" : "50");
    else
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
        double kind = synth_rng_real(r, 0, 1);
        if (kind < 0.2)
            buf_puts(out, PICK(r, small_words));
        else if (kind < 0.7)
            buf_puts(out, PICK(r, common));
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
