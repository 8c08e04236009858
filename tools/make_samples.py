#!/usr/bin/env python3
"""Makes the sample receipts in samples/ and their truth: invented shops, honest-looking pictures.

usage: tools/make_samples.py [--only NAME] [FOLDER]

Every receipt is typeset flat on paper (fonts of Debian's fonts-dejavu and fonts-liberation),
printed (faded heat bands, dead print elements), put on a desk or a scanner's glass (perspective,
curl, folds, shadow, uneven light), and taken (blur, noise, JPEG).  One seed per sample: the same
versions of Pillow, numpy and the fonts give the same bytes.

truth.jsonl holds one picture per line in the format that `twinreader eval` reads; its boxes went
through the same perspective and curl as the ink.  pages.jsonl does the same for files of several
pages; the PDF's boxes are in points (72 to the inch), not pixels.  Both also hold the date in ISO
form and the items: description, quantity or null, amount.
"""

import io
import json
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = Path("/usr/share/fonts/truetype")
MONO = FONTS / "liberation/LiberationMono-Regular.ttf"
MONO_BOLD = FONTS / "liberation/LiberationMono-Bold.ttf"
SANS = FONTS / "liberation/LiberationSans-Regular.ttf"
SANS_BOLD = FONTS / "liberation/LiberationSans-Bold.ttf"
NARROW = FONTS / "liberation/LiberationSansNarrow-Regular.ttf"
DEJAVU_MONO = FONTS / "dejavu/DejaVuSansMono.ttf"
SERIF_BOLD = FONTS / "liberation/LiberationSerif-Bold.ttf"


class Paper:
    """A flat receipt: ink on white, and the box of every piece of text in paper pixels."""

    def __init__(self, width, height, font, size, margin=60):
        self.image = Image.new("L", (width, height), 255)
        self.draw = ImageDraw.Draw(self.image)
        self.width, self.margin = width, margin
        self.font, self.size = font, size
        self.y = margin
        self.pieces = []

    def put(self, text, x, anchor="l", font=None, size=None, ink=0):
        """Draws one piece at the cursor's height: x is its left, middle or right end."""
        face = ImageFont.truetype(str(font or self.font), size or self.size)
        ascent, _ = face.getmetrics()
        place = (x, self.y + ascent)
        self.draw.text(place, text, font=face, fill=ink, anchor=anchor + "s")
        self.pieces.append((text, self.draw.textbbox(place, text, font=face, anchor=anchor + "s")))

    def feed(self, lines=1.0, size=None):
        self.y += round((size or self.size) * 1.25 * lines)

    def centre(self, text, **style):
        self.put(text, self.width / 2, "m", **style)
        self.feed(size=style.get("size"))

    def left(self, text, **style):
        self.put(text, self.margin, "l", **style)
        self.feed(size=style.get("size"))

    def pair(self, left, right, **style):
        self.put(left, self.margin, "l", **style)
        self.put(right, self.width - self.margin, "r", **style)
        self.feed(size=style.get("size"))

    def columns(self, *cells, **style):
        """cells: (text, x as a share of the printed width, anchor)."""
        for text, share, anchor in cells:
            self.put(text, self.margin + share * (self.width - 2 * self.margin), anchor, **style)
        self.feed(size=style.get("size"))

    def rule(self, dash=None, weight=3):
        y, end = self.y + self.size // 2, self.width - self.margin
        step = dash or end
        for x in range(self.margin, end, step):
            right = min(end, x + (step * 6 // 10 if dash else step))
            self.draw.line((x, y, right, y), fill=0, width=weight)
        self.feed()

    def bars(self, rng, height=110):
        x = self.width // 5
        while x < self.width * 4 // 5:
            w = int(rng.integers(3, 10))
            self.draw.rectangle((x, self.y, x + w, self.y + height), fill=0)
            x += w + int(rng.integers(3, 11))
        self.y += height + 12

    def cut(self):
        """Ends the paper under the last line."""
        self.image = self.image.crop((0, 0, self.width, self.y + self.margin))
        return self


def smooth_noise(rng, height, width, cell):
    """Noise in 0..1 whose features are about `cell` pixels wide."""
    small = rng.random((height // cell + 3, width // cell + 3))
    big = Image.fromarray((small * 255).astype(np.uint8)).resize((width, height), Image.BICUBIC)
    return np.asarray(big, dtype=np.float64) / 255


def print_paper(paper, rng, fade=0.2, dead=2, tint=(250, 248, 241)):
    """Thermal or toner ink on textured paper: returns float RGB."""
    ink = 1 - np.asarray(paper.image.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float64) / 255
    height, width = ink.shape
    ink *= 1 - fade * smooth_noise(rng, height, width, 190)
    ink *= 1 - 0.12 * rng.random((height, width))
    for _ in range(dead):  # heating elements that no longer heat
        x = int(rng.integers(paper.margin, width - paper.margin))
        ink[:, x : x + 2] *= 0.45
    texture = (
        1 - 0.03 * smooth_noise(rng, height, width, 7) - 0.03 * smooth_noise(rng, height, width, 90)
    )
    page = np.array(tint)[None, None, :] * texture[:, :, None]
    black = np.array((46, 44, 52))[None, None, :]
    return page * (1 - ink[:, :, None]) + black * ink[:, :, None]


def fold(page, places, depth=0.16):
    """Shades folds across the paper: dark on one side of the line, light on the other."""
    height = page.shape[0]
    y = np.arange(height)
    shade = np.ones(height)
    for place in places:
        away = (y - place * height) / 26
        shade += depth * np.where(away < 0, -np.exp(away), np.exp(-away) * 0.35)
    return page * shade[:, None, None]


def homography(source, target):
    """The 3x3 matrix that takes four source points to four target points."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows, float), np.array(values, float)), 1).reshape(
        3, 3
    )


def project(matrix, x, y):
    w = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    return (
        (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / w,
        (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / w,
    )


class Scene:
    """Where a paper lies in the picture: a quadrilateral, and a curl of `curl` paper pixels."""

    def __init__(self, paper, quad, curl=0.0):
        self.width, self.height = paper.image.size
        corners = [(0, 0), (self.width, 0), (self.width, self.height), (0, self.height)]
        self.matrix = homography(corners, quad)
        self.curl = curl

    def bend(self, x):
        return self.curl * np.sin(np.pi * x / self.width)

    def place(self, box):
        """The quadrilateral of a paper box in the picture, as eight rounded numbers."""
        x0, y0, x1, y1 = box
        out = []
        for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)):
            out += [round(float(c), 1) for c in project(self.matrix, x, y + self.bend(x))]
        return out

    def lay(self, desk, page, shadow=0.45):
        """Puts the printed page on the desk, with the shadow of its edge."""
        height, width = desk.shape[:2]
        v, u = np.mgrid[0:height, 0:width].astype(np.float64)
        x, y = project(np.linalg.inv(self.matrix), u + 0.5, v + 0.5)
        y = y - self.bend(x)
        inside = (x >= 0) & (x < self.width - 1) & (y >= 0) & (y < self.height - 1)
        mask = Image.fromarray((inside * 255).astype(np.uint8))
        soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(14)), dtype=np.float64) / 255
        out = desk * (1 - shadow * np.roll(soft, (9, 7), (0, 1)))[:, :, None]
        xs, ys = x[inside], y[inside]
        xi, yi = xs.astype(int), ys.astype(int)
        fx, fy = (xs - xi)[:, None], (ys - yi)[:, None]
        out[inside] = (page[yi, xi] * (1 - fx) + page[yi, xi + 1] * fx) * (1 - fy) + (
            page[yi + 1, xi] * (1 - fx) + page[yi + 1, xi + 1] * fx
        ) * fy
        return out


def soften(page, radius):
    """Blurs before shrinking, so that sampling does not alias."""
    image = Image.fromarray(page.clip(0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float64)


def wood(rng, height, width, colour):
    grain = smooth_noise(rng, height, width * 8, 24)[:, ::8] * 0.6 + 0.4 * smooth_noise(
        rng, height, width, 160
    )
    return np.array(colour)[None, None, :] * (0.72 + 0.5 * grain)[:, :, None]


def light(picture, rng, angle, strength=0.35, blobs=1):
    """Uneven light from one side, and soft shadows of whoever holds the phone."""
    height, width = picture.shape[:2]
    v, u = np.mgrid[0:height, 0:width]
    along = (u / width - 0.5) * np.cos(angle) + (v / height - 0.5) * np.sin(angle)
    level = 1 - strength * (along + 0.5) * 0.8
    for _ in range(blobs):
        cx, cy = rng.uniform(0.55, 1.1) * width, rng.uniform(0.5, 1.1) * height
        away = np.hypot((u - cx) / (0.42 * width), (v - cy) / (0.3 * height))
        level *= 1 - strength * 0.8 / (1 + np.exp((away - 1) * 9))
    return picture * level[:, :, None]


def take(picture, rng, blur, noise):
    """Lens and sensor."""
    image = Image.fromarray(picture.clip(0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(blur)
    )
    level = np.asarray(image, dtype=np.float64)
    grain = rng.normal(0, noise, level.shape[:2])[:, :, None] + rng.normal(
        0, noise / 3, level.shape
    )
    return Image.fromarray((level + grain).clip(0, 255).astype(np.uint8))


def jpeg(image, quality, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=2, optimize=True, **options)
    return out.getvalue()


def words(paper, scene):
    return [{"text": text, "box": scene.place(box)} for text, box in paper.pieces]


def cafe(rng):
    """A café's till receipt, photographed on a wooden table by a window."""
    p = Paper(900, 1700, MONO, 38)
    p.centre("BLUE HERON COFFEE", font=MONO_BOLD, size=62)
    p.centre("Roasters & Bakery")
    p.centre("14 Quay Street, Port Ellery")
    p.centre("Tel 01632 960 417")
    p.feed(0.6)
    p.pair("Order 2187", "Table 6")
    p.pair("09/03/2026", "08:42")
    p.rule(dash=22)
    items = (
        ("Flat White", "2", "7.80"),
        ("Cold Brew Tonic", "1", "4.60"),
        ("Almond Croissant", "1", "3.95"),
        ("Egg & Cress Roll", "2", "13.00"),
        ("Oat Milk", "1", "0.50"),
    )
    for name, quantity, amount in items:
        p.pair(f"{quantity} {name}", amount)
    p.rule(dash=22)
    p.pair("Subtotal", "29.85")
    p.pair("VAT 20% included", "4.98")
    p.pair("TOTAL GBP", "29.85", font=MONO_BOLD, size=54)
    p.feed(0.4)
    p.pair("Card Visa ****4410", "29.85")
    p.pair("Change", "0.00")
    p.feed(0.6)
    p.centre("VAT No GB 000 4417 82")
    p.centre("Thank you, see you soon!")
    p.cut()
    scene = Scene(p, [(176, 118), (812, 84), (868, 1322), (140, 1290)], curl=16)
    page = soften(fold(print_paper(p, rng, fade=0.25), [0.47]), 0.6)
    picture = scene.lay(wood(rng, 1400, 1000, (150, 104, 66)), page)
    picture = take(light(picture, rng, 0.5), rng, 0.7, 4.5)
    fields = {
        "company": "BLUE HERON COFFEE",
        "date": "09/03/2026",
        "address": "14 Quay Street, Port Ellery",
        "total": "29.85",
        "tax": "4.98",
    }
    more = {"iso_date": "2026-03-09", "items": items}
    return "cafe-photo.jpg", jpeg(picture, 82), words(p, scene), fields, more


def hardware(rng):
    """A hardware store's long receipt on a flat-bed scanner, a little askew and faded."""
    p = Paper(1000, 2600, DEJAVU_MONO, 34, margin=70)
    p.centre("TALLOW & FINCH HARDWARE LTD", size=46)
    p.centre("Unit 3, Millrace Retail Park")
    p.centre("Castlebrook CB4 9ZZ")
    p.centre("Phone: 01632 960 188")
    p.feed(0.5)
    p.centre("TAX INVOICE", size=42)
    p.left("Invoice No: TF-0093318")
    p.pair("Date: 21 Nov 2025", "Time: 14:07")
    p.left("Served by: Marek")
    p.rule()
    p.columns(("QTY", 0, "l"), ("DESCRIPTION", 0.1, "l"), ("EACH", 0.8, "r"), ("AMOUNT", 1, "r"))
    p.rule()
    items = (
        ("4", "Hex bolt M8 x 60", "0.85", "3.40"),
        ("1", "Claw hammer 16 oz", "18.50", "18.50"),
        ("2", "Masking tape 48mm", "3.25", "6.50"),
        ("1", "Wood stain oak 1L", "14.99", "14.99"),
        ("3", "Sanding disc P120", "2.10", "6.30"),
        ("10", "Cable clip 6mm wht", "0.12", "1.20"),
        ("1", "LED bulb E27 9W", "5.75", "5.75"),
    )
    for quantity, name, each, amount in items:
        p.columns((quantity, 0, "l"), (name, 0.1, "l"), (each, 0.8, "r"), (amount, 1, "r"))
    p.rule()
    p.pair("Sub-total", "56.64")
    p.pair("Discount 5%", "-2.83")
    p.pair("Total excl. VAT", "44.84")
    p.pair("VAT @ 20%", "8.97")
    p.rule(dash=26)
    p.pair("TOTAL DUE", "£53.81", size=50)
    p.rule(dash=26)
    p.pair("Cash", "£60.00")
    p.pair("Change", "£6.19")
    p.feed(0.6)
    p.bars(rng)
    p.centre("2 0093318 211125 4")
    p.feed(0.4)
    p.centre("Goods may be returned within 28 days")
    p.centre("with this receipt.")
    p.cut()
    width, height = 900, 1560
    scene = Scene(p, [(66, 40), (790, 22), (826, 1494), (100, 1516)])
    page = soften(print_paper(p, rng, fade=0.5, dead=3, tint=(247, 247, 244)), 0.5)
    glass = (
        np.full((height, width, 3), 226.0) - 14 * smooth_noise(rng, height, width, 120)[:, :, None]
    )
    picture = scene.lay(glass, page, shadow=0.25)
    for _ in range(26):  # dust on the glass
        x, y = int(rng.integers(0, width - 3)), int(rng.integers(0, height - 3))
        picture[y : y + 2, x : x + int(rng.integers(1, 4))] *= 0.6
    picture = take(picture, rng, 0.5, 3).convert("L")
    fields = {
        "company": "TALLOW & FINCH HARDWARE LTD",
        "date": "21 Nov 2025",
        "address": "Unit 3, Millrace Retail Park Castlebrook CB4 9ZZ",
        "total": "53.81",
        "tax": "8.97",
    }
    goods = [(name, quantity, amount) for quantity, name, _, amount in items]
    return (
        "hardware-scan.jpg",
        jpeg(picture.convert("RGB"), 78, dpi=(200, 200)),
        words(p, scene),
        fields,
        {"iso_date": "2025-11-21", "items": goods},
    )


def restaurant(rng):
    """A restaurant's bill under warm light, curled and folded, taken from low down."""
    p = Paper(960, 1900, SANS, 38, margin=64)
    p.centre("Saffron Lantern", font=SERIF_BOLD, size=74)
    p.centre("KITCHEN & BAR", size=34)
    p.centre("220 Harbour Road, Suite 5")
    p.centre("Marlow Bay, WA 98000")
    p.centre("(206) 555-0142")
    p.feed(0.5)
    p.pair("Check # 40612", "Guests: 3")
    p.pair("Server: Ines", "12/27/2025 7:58 PM")
    p.rule()
    items = (
        ("Charred Aubergine", None, "11.50"),
        ("Lamb Biryani", None, "24.00"),
        ("Paneer Skewers (2)", None, "27.00"),
        ("Garlic Naan (3)", None, "12.75"),
        ("Mango Lassi", None, "6.25"),
        ("Sparkling Water", None, "5.00"),
    )
    for name, _, amount in items:
        p.pair(name, f"${amount}")
    p.rule(weight=2)
    p.pair("Subtotal", "$86.50")
    p.pair("Sales Tax 9.5%", "$8.22")
    p.pair("Service Charge", "$15.57")
    p.rule(weight=2)
    p.pair("Grand Total", "$110.29", font=SANS_BOLD, size=54)
    p.feed(0.5)
    p.pair("MASTERCARD", "XXXX 7731")
    p.pair("Approval", "061884")
    p.feed(0.5)
    p.centre("Tip suggestions are not included", font=NARROW)
    p.centre("Please come again")
    p.cut()
    scene = Scene(p, [(232, 70), (806, 96), (938, 1352), (96, 1330)], curl=-26)
    page = soften(
        fold(print_paper(p, rng, fade=0.15, dead=0, tint=(255, 246, 226)), [0.3, 0.66]), 0.5
    )
    desk = (
        np.array((58, 50, 47))[None, None, :]
        * (0.8 + 0.4 * smooth_noise(rng, 1440, 1080, 5))[:, :, None]
    )
    picture = light(scene.lay(desk, page), rng, 2.2, 0.42, blobs=2) * np.array((1.0, 0.95, 0.84))
    fields = {
        "company": "Saffron Lantern",
        "date": "12/27/2025",
        "address": "220 Harbour Road, Suite 5 Marlow Bay, WA 98000",
        "total": "110.29",
        "tax": "8.22",
    }
    more = {"iso_date": "2025-12-27", "items": items}
    data = jpeg(take(picture, rng, 0.8, 6), 80)
    return "restaurant-photo.jpg", data, words(p, scene), fields, more


def taxi(rng):
    """A taxi's narrow strip; the phone was held sideways, so only EXIF says which way is up."""
    p = Paper(640, 1400, MONO_BOLD, 36, margin=40)
    p.centre("CITYHOP TAXI CO", size=52)
    p.centre("Licence TX-4471")
    p.centre("8 Depot Lane, Norhaven")
    p.feed(0.5)
    p.left("RECEIPT 00071925", font=MONO)
    p.left("DATE  2026-02-14", font=MONO)
    p.pair("START 22:16", "END 22:41", font=MONO)
    p.pair("DISTANCE", "11.4 km", font=MONO)
    p.rule(dash=20)
    items = (
        ("Flag fall", None, "3.60"),
        ("Fare", None, "21.15"),
        ("Night rate", None, "4.25"),
        ("Bridge toll", None, "2.00"),
    )
    for name, _, amount in items:
        p.pair(name, amount, font=MONO)
    p.rule(dash=20)
    p.pair("TOTAL EUR", "31.00", size=48)
    p.feed(0.3)
    p.pair("PAID CARD", "31.00", font=MONO)
    p.feed(0.3)
    p.centre("DRIVER 118 - GOOD NIGHT", font=MONO, size=32)
    p.cut()
    scene = Scene(p, [(262, 74), (752, 116), (716, 1180), (196, 1148)], curl=10)
    page = soften(print_paper(p, rng, fade=0.35, dead=1, tint=(240, 243, 250)), 0.5)
    seat = (
        np.array((74, 82, 92))[None, None, :]
        * (0.7 + 0.6 * smooth_noise(rng, 1260, 950, 9))[:, :, None]
    )
    picture = take(light(scene.lay(seat, page), rng, -0.8, 0.3), rng, 1.0, 6)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright
    data = jpeg(picture.transpose(Image.ROTATE_90), 80, exif=exif.tobytes())
    fields = {
        "company": "CITYHOP TAXI CO",
        "date": "2026-02-14",
        "address": "8 Depot Lane, Norhaven",
        "total": "31.00",
    }
    more = {"iso_date": "2026-02-14", "items": items}
    return "taxi-photo.jpg", data, words(p, scene), fields, more


def pharmacy(rng):
    """Two faxed pages in one TIFF: a pharmacy's receipt, and its prescription sheet."""
    first = Paper(1240, 1754, SANS, 34, margin=150)
    first.left("WILLOWMERE PHARMACY", font=SANS_BOLD, size=54)
    first.left("77 Chapel Hill, Ashcombe AS1 2QQ")
    first.left("Telephone 01632 960 903")
    first.feed()
    first.pair("RECEIPT", "No. 118-20447", font=SANS_BOLD, size=40)
    first.pair("Date of supply: 02.10.2025", "Till 2")
    first.rule()
    first.columns(("Item", 0, "l"), ("Qty", 0.7, "r"), ("Amount", 1, "r"), font=SANS_BOLD)
    items = (
        ("Prescription charge", "2", "19.80"),
        ("Saline nasal spray 20 ml", "1", "4.35"),
        ("Elastic bandage 7.5 cm", "2", "6.90"),
        ("Digital thermometer", "1", "11.25"),
    )
    for name, quantity, amount in items:
        first.columns((name, 0, "l"), (quantity, 0.7, "r"), (amount, 1, "r"))
    first.rule()
    first.pair("Net amount", "35.25")
    first.pair("VAT", "7.05")
    first.pair("Amount payable", "42.30", font=SANS_BOLD, size=42)
    first.pair("Paid by debit card", "42.30")
    first.feed(2)
    first.left("Keep this receipt for your insurance claim.")
    second = Paper(1240, 1754, SANS, 34, margin=150)
    second.left("PRESCRIPTION SHEET", font=SANS_BOLD, size=48)
    second.left("Page 2 of 2")
    second.feed()
    for left, right in (
        ("Patient reference", "WM-55820"),
        ("Prescriber code", "ASH 0417"),
        ("Dispensed on", "02.10.2025"),
    ):
        second.pair(left, right)
    second.rule()
    for text in (
        "1. Amoxicillin 500 mg capsules, 21",
        "   One capsule three times a day",
        "2. Ibuprofen 400 mg tablets, 24",
        "   One tablet with food when needed",
    ):
        second.put(text.strip(), second.margin + (50 if text[0] == " " else 0))
        second.feed(1.4)
    pages, truth = [], []
    for paper, lean in ((first, 9), (second, -6)):
        scene = Scene(
            paper, [(lean, 0), (1240 + lean, lean), (1240 - lean, 1754), (-lean, 1754 - lean)]
        )
        page = print_paper(paper, rng, fade=0.15, dead=0)
        level = scene.lay(np.full((1754, 1240, 3), 255.0), page, shadow=0).mean(axis=2)
        level += 50 * (smooth_noise(rng, 1754, 1240, 3) - 0.5) + rng.normal(0, 9, level.shape)
        level[np.asarray(rng.random(level.shape) < 0.0006)] = 0
        pages.append(Image.fromarray(((level > 150) * 255).astype(np.uint8)).convert("1"))
        truth.append({"words": words(paper, scene)})
    out = io.BytesIO()
    pages[0].save(
        out, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(150, 150)
    )
    truth[0]["fields"] = {
        "company": "WILLOWMERE PHARMACY",
        "date": "02.10.2025",
        "address": "77 Chapel Hill, Ashcombe AS1 2QQ",
        "total": "42.30",
        "tax": "7.05",
    }
    truth[0] |= {"iso_date": "2025-10-02", "items": items}
    return "pharmacy-fax.tif", out.getvalue(), truth


def pdf_file(lines, width=420, height=595):
    """A PDF of one page with real text: lines are (x, y from the top, size, bold, text)."""
    stream = "BT\n"
    for x, y, size, bold, text in lines:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        stream += f"/F{2 if bold else 1} {size} Tf 1 0 0 1 {x} {height - y} Tm ({escaped}) Tj\n"
    packed = zlib.compress((stream + "ET\n").encode("cp1252"), 9)
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 6 0 R "
        "/Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> >>".encode(),
        font.format("Courier").encode(),
        font.format("Courier-Bold").encode(),
        f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        + packed
        + b"\nendstream",
    ]
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return (
        out
        + (
            f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
        ).encode()
    )


def bookshop(_rng):
    """A web shop's receipt as a PDF that carries its own text."""
    rows = [
        (16, True, "PAPER LANTERN BOOKS LTD", None),
        (10, False, "5 Sycamore Yard, Eastmere EM2 7XX", None),
        (10, False, "Order confirmation and receipt", None),
        None,
        (10, False, "Order number", "PLB-208811"),
        (10, False, "Date", "30 January 2026"),
        None,
        (10, False, "The Tide Clock (hardback)", "18.99"),
        (10, False, "A Field Guide to Clouds", "12.50"),
        (10, False, "Gift wrapping", "2.00"),
        None,
        (10, False, "Subtotal", "33.49"),
        (10, False, "Delivery", "3.95"),
        (10, True, "Total", "37.44"),
        None,
        (10, False, "Paid with gift card. Thank you for your order.", None),
    ]
    lines, y, truth = [], 60, []
    for row in rows:
        if row:
            size, bold, left, right = row
            for text, end in ((left, None), (right, 384)):
                if text:
                    width = 0.6 * size * len(text)  # every Courier glyph is 0.6 em wide
                    x = round(end - width, 2) if end else 36
                    lines.append((x, y, size, bold, text))
                    box = (x, y - 0.63 * size, x + width, y + 0.16 * size)
                    truth.append({"text": text, "points": [round(c, 1) for c in box]})
        y += 17
    fields = {
        "company": "PAPER LANTERN BOOKS LTD",
        "date": "30 January 2026",
        "address": "5 Sycamore Yard, Eastmere EM2 7XX",
        "total": "37.44",
    }
    items = [(row[2], None, row[3]) for row in rows[7:10]]
    more = {"iso_date": "2026-01-30", "items": items}
    return "bookshop.pdf", pdf_file(lines), [{"words": truth, "fields": fields} | more]


SINGLE = (cafe, hardware, restaurant, taxi)
SEVERAL = (pharmacy, bookshop)


def write_lines(path, rows):
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )


def main(arguments):
    only = arguments.pop(arguments.index("--only") + 1) if "--only" in arguments else None
    folders = [a for a in arguments if not a.startswith("--")]
    folder = Path(folders[0]) if folders else Path(__file__).resolve().parent.parent / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    truth, pages = [], []
    for index, make in enumerate(SINGLE + SEVERAL):
        if only and make.__name__ != only:
            continue
        rng = np.random.Generator(np.random.PCG64(20261123 + index))
        name, data, boxes, *rest = make(rng)
        (folder / name).write_bytes(data)
        if make in SINGLE:
            fields, more = rest
            row = {"image": name, "level": "line", "words": boxes, "fields": fields}
            truth.append(row | more)
        else:
            pages.append({"image": name, "level": "line", "pages": boxes})
        print(f"{name}: {len(data) // 1024} KiB")
    if not only:
        write_lines(folder / "truth.jsonl", truth)
        write_lines(folder / "pages.jsonl", pages)


if __name__ == "__main__":
    main(sys.argv[1:])
