"""The output formats as other programs see them: a JSON Schema validator, XML parsers, PDF tools.

The readings are made by hand (services/twinreader/tests/made_reading.c) and include text that tries
to break each format; the last tests read real samples with the program itself.
"""

import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import jsonschema
import pytest

READINGS = ["receipt", "hostile", "korean", "turned", "tight", "blank", "failed"]
ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="session")
def dump(root):
    """Writes a made reading: dump("receipt", "pdf") returns bytes."""
    build = root / os.environ.get("DURE_BUILD", "build")
    tool = build / "services" / "twinreader" / "tests" / "dump_output"
    if not tool.exists():
        pytest.skip("dump_output is not built (configured without unit tests)")

    def run(reading, form):
        done = subprocess.run([str(tool), reading, form], capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    return run


@pytest.fixture(scope="session")
def schema(root):
    path = root / "services" / "twinreader" / "schema" / "reading-1.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


def need(tool):
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    return tool


def bounds(box):
    return min(box[0::2]), min(box[1::2]), max(box[0::2]), max(box[1::2])


def off(a, b):
    """How far apart two rectangles are: the largest difference of an edge."""
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


def words_of(page):
    return [word for line in page["lines"] for word in line["words"]]


def visible(text):
    """What the formats but JSON keep of a text: the same rule as out_next."""
    text = re.sub("[\t-\r\x85\u2028\u2029]", " ", text)
    return re.sub(
        "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff]", "", text
    )


def test_the_schema_is_one(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("reading", READINGS)
def test_json_follows_its_schema(dump, schema, reading):
    document = json.loads(dump(reading, "json"))
    jsonschema.Draft202012Validator(schema).validate(document)


def test_the_schema_refuses_what_is_wrong(dump, schema):
    validator = jsonschema.Draft202012Validator(schema)
    good = json.loads(dump("receipt", "json"))
    spoil = [
        lambda d: d.update(schema="reading/2"),
        lambda d: d.pop("pages"),
        lambda d: d.update(read_at="yesterday"),
        lambda d: d["pages"][0].update(rotation=45),
        lambda d: d["pages"][0]["lines"][0].update(confidence=1.5),
        lambda d: d["pages"][0]["lines"][0]["words"][0]["box"].pop(),
        lambda d: d["pages"][0]["lines"][0]["words"][0]["chars"][0].update(text=None),
        lambda d: d["pages"][0]["form"]["fields"][0].update(value=60.3),
        lambda d: d["pages"][0]["form"]["fields"][2]["rows"][0][0].pop("name"),
        lambda d: d["pages"][0]["timings"]["stages_ms"].update(decode="1"),
        lambda d: d["pages"][0].update(error="broken"),
    ]
    for change in spoil:
        bad = json.loads(json.dumps(good))
        change(bad)
        assert not validator.is_valid(bad)


@pytest.mark.parametrize("reading", READINGS)
def test_hocr_has_every_word_where_it_stands(dump, reading):
    document = json.loads(dump(reading, "json"))
    root = ET.fromstring(dump(reading, "hocr"))
    pages = [e for e in root.iter() if e.get("class") == "ocr_page"]
    assert len(pages) == len(document["pages"])
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    for shown, page in zip(pages, document["pages"], strict=True):
        spans = [e for e in shown.iter(XHTML + "span") if e.get("class") == "ocrx_word"]
        words = words_of(page)
        assert [s.text or "" for s in spans] == [visible(w["text"]) for w in words]
        for span, word in zip(spans, words, strict=True):
            box = [
                int(n)
                for n in re.match(r"bbox (\d+) (\d+) (\d+) (\d+)", span.get("title")).groups()
            ]
            assert off(box, bounds(word["box"])) <= 1
            confidence = int(re.search(r"x_wconf (\d+)", span.get("title"))[1])
            assert abs(confidence - 100 * word["confidence"]) <= 0.51
            confidences = re.search(r"x_confs ([\d. ]+)", span.get("title"))[1].split()
            assert len(confidences) == len(word["chars"])


@pytest.mark.parametrize("reading", READINGS)
def test_alto_has_every_word_where_it_stands(dump, reading):
    document = json.loads(dump(reading, "json"))
    root = ET.fromstring(dump(reading, "alto"))
    assert root.tag == ALTO + "alto"
    assert [e.tag for e in root] == [ALTO + "Description", ALTO + "Layout"]
    pages = list(root.iter(ALTO + "Page"))
    assert len(pages) == len(document["pages"])
    ids = [e.get("ID") for e in root.iter() if e.get("ID")]
    assert len(ids) == len(set(ids))
    allowed = {
        "Page": {"PrintSpace"},
        "PrintSpace": {"TextBlock"},
        "TextBlock": {"TextLine"},
        "TextLine": {"String", "SP"},
        "String": {"Glyph"},
        "Glyph": set(),
        "SP": set(),
    }
    for shown, page in zip(pages, document["pages"], strict=True):
        for element in shown.iter():
            name = element.tag.removeprefix(ALTO)
            assert {c.tag.removeprefix(ALTO) for c in element} <= allowed[name]
            if name == "Glyph":
                assert len(element.get("CONTENT")) == 1
        for line in shown.iter(ALTO + "TextLine"):
            assert [e.tag.removeprefix(ALTO) for e in line][::2] == ["String"] * (
                len(line) // 2 + 1
            )
        strings = list(shown.iter(ALTO + "String"))
        words = words_of(page)
        assert [s.get("CONTENT") for s in strings] == [visible(w["text"]) for w in words]
        for string, word in zip(strings, words, strict=True):
            x, y, w, h = (float(string.get(k)) for k in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
            assert off((x, y, x + w, y + h), bounds(word["box"])) <= 1
            assert abs(float(string.get("WC")) - word["confidence"]) < 1e-4


@pytest.mark.parametrize("reading", READINGS)
def test_tsv_is_what_readers_of_tesseract_expect(dump, reading):
    document = json.loads(dump(reading, "json"))
    rows = [line.split("\t") for line in dump(reading, "tsv").decode().rstrip("\n").split("\n")]
    assert rows[0][0] == "level" and all(len(row) == 12 for row in rows)
    shown = [row[11] for row in rows[1:] if row[0] == "5"]
    assert shown == [visible(w["text"]) for page in document["pages"] for w in words_of(page)]
    assert [row[10] for row in rows[1:] if row[0] != "5"] == ["-1"] * sum(
        row[0] != "5" for row in rows[1:]
    )
    assert sum(row[0] == "1" for row in rows) == len(document["pages"])


def pdf_words(path, tmp_path):
    """Pages of (text, x0, y0, x1, y1) in points, with the page's size."""
    out = tmp_path / "words.html"
    subprocess.run([need("pdftotext"), "-bbox", str(path), str(out)], check=True, timeout=60)
    pages = []
    for page in ET.parse(out).getroot().iter(XHTML + "page"):
        words = [
            (w.text, *(float(w.get(k)) for k in ("xMin", "yMin", "xMax", "yMax"))) for w in page
        ]
        pages.append(((float(page.get("width")), float(page.get("height"))), words))
    return pages


def check_pdf_words(document, pages, tolerance):
    """Every word once, within `tolerance` pixels of its box."""
    assert len(pages) == len(document["pages"])
    for ((width, height), shown), page in zip(pages, document["pages"], strict=True):
        expected = [(visible(w["text"]), bounds(w["box"])) for w in words_of(page)]
        expected = [(text, box) for text, box in expected if text.strip()]
        assert sorted(w[0] for w in shown) == sorted(text for text, _ in expected)
        if not expected:
            continue
        sx, sy = page["width"] / width, page["height"] / height
        left = [(w[0], (w[1] * sx, w[2] * sy, w[3] * sx, w[4] * sy)) for w in shown]
        for text, box in expected:
            near = [w for w in left if w[0] == text and off(w[1], box) <= tolerance]
            assert near, f"{text!r} is not at {box}: {[w for w in left if w[0] == text]}"
            left.remove(near[0])


@pytest.mark.parametrize("reading", ["receipt", "korean", "blank", "failed"])
def test_words_are_found_in_the_pdf_where_they_stand(dump, tmp_path, reading):
    path = tmp_path / "out.pdf"
    path.write_bytes(dump(reading, "pdf"))
    check_pdf_words(json.loads(dump(reading, "json")), pdf_words(path, tmp_path), tolerance=2)


@pytest.mark.parametrize("reading", READINGS)
def test_pdf_tools_have_nothing_to_say_against_it(dump, tmp_path, reading):
    path = tmp_path / "out.pdf"
    path.write_bytes(dump(reading, "pdf"))
    done = subprocess.run(
        [need("qpdf"), "--check", str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr
    done = subprocess.run([need("pdfinfo"), str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ""
    done = subprocess.run([need("pdffonts"), str(path)], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


def test_hostile_text_survives_in_the_pdf(dump, tmp_path):
    path = tmp_path / "out.pdf"
    path.write_bytes(dump("hostile", "pdf"))
    done = subprocess.run([need("pdftotext"), str(path), "-"], capture_output=True, timeout=60)
    text = done.stdout.decode()
    for part in [
        "<b>&\"'</b> ]]> <!--x--> &amp;",
        "(paren) \\slash\\ %percent endstream endobj",
        "\U0001f600",
    ]:
        assert part in text


def test_turned_lines_keep_their_words_and_places(dump, tmp_path):
    path = tmp_path / "out.pdf"
    path.write_bytes(dump("turned", "pdf"))
    done = subprocess.run([need("pdftotext"), str(path), "-"], capture_output=True, timeout=60)
    for line in ["slightly down hill", "read downwards", "LARGE INTERNATIONAL LETTERS"]:
        assert line in done.stdout.decode()
    # A level rectangle stands for a leaning one: as far off as that leans.
    check_pdf_words(json.loads(dump("turned", "json")), pdf_words(path, tmp_path), tolerance=20)


def test_words_that_touch_are_still_words_in_the_pdf(dump, tmp_path):
    path = tmp_path / "out.pdf"
    path.write_bytes(dump("tight", "pdf"))
    done = subprocess.run([need("pdftotext"), str(path), "-"], capture_output=True, timeout=60)
    assert done.stdout.decode().split() == "1 so close together a b c 1.20".split()


def a_sample(samples):
    for path in sorted(samples.glob("*.jpg")):
        return path
    pytest.skip("there is no sample picture")


def test_a_real_page_follows_the_schema(read_json, samples, schema):
    reading = read_json(a_sample(samples), "--fields", "--timings")
    jsonschema.Draft202012Validator(schema).validate(reading)
    assert words_of(reading["pages"][0])


def test_a_real_page_is_searchable_as_pdf(read_json, twinreader, samples, tmp_path):
    sample = a_sample(samples)
    reading = read_json(sample)
    done = twinreader("read", sample, "--format", "pdf")
    assert done.returncode == 0, done.stderr
    path = tmp_path / "out.pdf"
    path.write_bytes(done.stdout)
    done = subprocess.run(
        [need("qpdf"), "--check", str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ((width, height), shown) = pdf_words(path, tmp_path)[0]
    page = reading["pages"][0]
    assert sorted(w[0] for w in shown) == sorted(w["text"] for w in words_of(page))
    # The page leans, and its lines are levelled in the PDF: words move by part of their height.
    scale = page["width"] / width
    boxes = [(w["text"], bounds(w["box"])) for w in words_of(page)]
    found = sum(
        any(
            text == w[0] and off(box, [n * scale for n in w[1:]]) <= max(4, 0.4 * (box[3] - box[1]))
            for w in shown
        )
        for text, box in boxes
    )
    assert found >= 0.9 * len(boxes)
