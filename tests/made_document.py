"""A stored document made by hand: a Korean medical receipt with a table, checks that passed and
failed, and a verdict.  All names and numbers are invented.  What it holds does not depend on any
model, so tests of the page and of corrections know every word of it.
"""

import contextlib
import io
import json
import re
import shutil
from pathlib import Path

from conftest import ROOT
from PIL import Image, ImageDraw, ImageFont

ID = "01JDAAAAAAAAAAAAAAAAAAAAAA"
WIDTH, HEIGHT = 1240, 1754
FONTS = ("/usr/share/fonts/truetype/nanum/NanumGothic.ttf", "DejaVuSans.ttf")

ITEMS = [
    ("진찰료", "4,850", "11,310", "0", "0"),
    ("투약 및 조제료", "1,200", "2,800", "0", "3,500"),
    ("주사료", "2,430", "5,670", "0", "0"),
    ("검사료", "6,300", "14,700", "0", "12,000"),
    ("영상진단료", "9,150", "21,350", "0", "0"),
    ("처치 및 수술료", "3,900", "9,100", "0", "25,000"),
    ("재활 및 물리치료료", "2,100", "4,9O0", "0", "8,000"),
]
COLUMNS = ("name", "insured_own", "insured_fund", "full_own", "uninsured")
PLACES = (90, 460, 660, 860, 1020)


def box(x, y, width, height):
    return [x, y, x + width, y, x + width, y + height, x, y + height]


def word(text, x, y, height=26, confidence=0.97, weak=None):
    """Its characters are of one width; the one at `weak` is uncertain."""
    step = height * 0.6 if text.isascii() else height
    chars = [
        {
            "text": c,
            "confidence": 0.4 if i == weak else confidence,
            "box": box(x + i * step, y, step, height),
        }
        for i, c in enumerate(text)
    ]
    mean = sum(c["confidence"] for c in chars) / len(chars)
    return {
        "text": text,
        "confidence": round(mean, 4),
        "box": box(x, y, step * len(text), height),
        "chars": chars,
    }


def line(text, x, y, row, block=0, weak=None, **options):
    """Its last word has the uncertain character."""
    words, parts = [], text.split(" ")
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        words.append(word(part, x, y, weak=weak if last else None, **options))
        x = words[-1]["box"][2] + 14
    return {
        "text": text,
        "confidence": min(w["confidence"] for w in words),
        "box": [*words[0]["box"][:2], *words[-1]["box"][2:6], *words[0]["box"][6:]],
        "row": row,
        "block": block,
        "words": words,
    }


def field(name, type, value, at, normalised=None, confidence=0.96, checks=()):
    found = {
        "name": name,
        "type": type,
        "value": value,
        "normalised": normalised,
        "confidence": confidence,
        "box": at["box"] if at else None,
    }
    if checks:
        found["checks"] = [
            {"name": n, "passed": passed, "detail": detail} for n, passed, detail in checks
        ]
    return found


def made_lines():
    lines = [
        line("진료비 계산서 영수증", 420, 90, 0, height=44),
        line("환자성명 가나다", 90, 200, 1),
        line("진료기간 2026-03-09", 640, 200, 1),
        line("요양기관 한빛내과의원", 90, 250, 2),
        line("사업자등록번호 123-45-67890", 640, 250, 2, confidence=0.93),
    ]
    for i, texts in enumerate(ITEMS):
        for k, text in enumerate(texts):
            weak = text.find("O") if "O" in text else None
            lines.append(line(text, PLACES[k], 360 + 60 * i, 3 + i, block=1, weak=weak))
    for k, text in enumerate(("합계", "29,930", "69,830", "0", "48,500")):
        lines.append(line(text, PLACES[k], 780, 10, block=1))
    lines.append(line("진료비 총액 1l8,260", 90, 880, 11, block=2, confidence=0.99, weak=1))
    lines.append(line("납부한 금액 2O,000", 90, 940, 12, block=2, weak=1))
    return lines


SUM = "total = insured_own_total + insured_fund_total + full_own_total + uninsured_total"
SUM_FAILS = ("sum", False, SUM + ": 118260 is not 148260")


def made_table(items):
    rows = []
    for i, texts in enumerate(ITEMS):
        cells = []
        for k, text in enumerate(texts):
            plain = text.replace(",", "") if k else text
            wrong = "O" in text
            kind = "amount" if k else "text"
            at = items[len(COLUMNS) * i + k]
            normalised = None if wrong else plain
            cells.append(field(COLUMNS[k], kind, text, at, normalised, 0.58 if wrong else 0.95))
        rows.append(cells)
    return {
        "name": "items",
        "type": "list",
        "value": None,
        "normalised": None,
        "confidence": 0.95,
        "box": None,
        "checks": [{"name": "vocabulary", "passed": True, "detail": None}],
        "rows": rows,
    }


def made_fields(lines):
    """As the checks of forms/medical-receipt.yaml see them."""
    sums, total, paid = lines[-6:-2], lines[-2], lines[-1]
    numbers = [
        field(f"{name}_total", "amount", at["text"], at, at["text"].replace(",", ""), 0.95, checks)
        for name, at, checks in (
            (
                "insured_own",
                sums[0],
                [("sum", True, "insured_own_total = items.insured_own"), SUM_FAILS],
            ),
            ("insured_fund", sums[1], [SUM_FAILS]),
            ("uninsured", sums[3], [("sum", True, "uninsured_total = items.uninsured"), SUM_FAILS]),
        )
    ]
    number, day = lines[4]["words"][1], lines[2]["words"][1]
    return [
        field("hospital", "text", "한빛내과의원", lines[3]["words"][1], "한빛내과의원"),
        field(
            "business_number",
            "text",
            "123-45-67890",
            number,
            "1234567890",
            0.93,
            [("checksum", False, "the check digit is another")],
        ),
        field("patient", "text", "가나다", lines[1]["words"][1], "가나다"),
        field("date", "date", "2026-03-09", day, "2026-03-09", checks=[("date", True, None)]),
        *numbers,
        field("total", "amount", "1l8,260", total["words"][2], "118260", 0.86, [SUM_FAILS]),
        field("paid", "amount", "2O,000", paid["words"][2], "20000", 0.64),
        made_table(lines[5 : 5 + len(COLUMNS) * len(ITEMS)]),
    ]


def made_forms(folder):
    """The shipped forms, of which the medical receipt requires only what this document knows of."""
    shutil.copytree(ROOT / "services" / "twinreader" / "forms", folder)
    form = folder / "medical-receipt.yaml"
    known = "require: [hospital, patient, date, total, patient_total, items]"
    text, found = re.subn(r"require: \[.*\]", known, form.read_text(encoding="utf-8"))
    assert found == 1
    form.write_text(text, encoding="utf-8")
    return folder


def made_reading(id=ID, name="medical-receipt.png", verdict="review"):
    lines = made_lines()
    fields = made_fields(lines)
    form = {"type": "medical-receipt", "confidence": 0.58, "fields": fields}
    if verdict:
        form |= {"verdict": verdict, "reasons": []}
    if verdict == "review":
        form["reasons"] = [
            "form: 58 % sure",
            "items: insured_fund 58 % sure",
            "business_number: checksum fails",
            "business_number: nothing confirms it",
            "insured_own_total: sum fails",
            "insured_fund_total: sum fails",
            "uninsured_total: sum fails",
            "total: sum fails",
            "patient_total: not found",
            "paid: 64 % sure",
        ]
    page = {
        "number": 1,
        "source": name,
        "width": WIDTH,
        "height": HEIGHT,
        "dpi": 150,
        "rotation": 0,
        "skew": 0,
        "text_layer": False,
        "lines": lines,
        "form": form,
        "error": None,
    }
    return {
        "schema": "reading/1",
        "id": id,
        "name": name,
        "format": "png",
        "models": {"detector": "made-detector 1.0", "recogniser": "made-recogniser 2.3"},
        "read_at": "2026-11-23T14:00:00.000Z",
        "pages": [page],
    }


def font_of(size):
    for path in FONTS:
        with contextlib.suppress(OSError):
            return ImageFont.truetype(path, size)
    return ImageFont.load_default()


def made_picture(reading, scale=0.8):
    """The page as the server would have kept it: smaller than the source, as large ones are."""
    page = reading["pages"][0]
    picture = Image.new(
        "RGB", (round(page["width"] * scale), round(page["height"] * scale)), "white"
    )
    draw = ImageDraw.Draw(picture)
    for one in (w for text_line in page["lines"] for w in text_line["words"]):
        x, y, height = one["box"][0], one["box"][1], one["box"][5] - one["box"][1]
        font = font_of(round(height * 0.8 * scale))
        draw.text((x * scale, (y + height * 0.05) * scale), one["text"], "black", font)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def store_document(store, id=ID, **options):
    """Puts the document into a store that no server has open yet, and returns its reading."""
    reading = made_reading(id=id, **options)
    folder = Path(store) / id
    folder.mkdir(parents=True)
    (folder / "reading.json").write_text(json.dumps(reading), encoding="utf-8")
    words = sum(len(text_line["words"]) for text_line in reading["pages"][0]["lines"])
    meta = {k: reading[k] for k in ("id", "name", "format", "read_at")}
    meta |= {"pages": 1, "words": words, "form": "medical-receipt"}
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    (folder / "page-1.jpg").write_bytes(made_picture(reading))
    return reading
