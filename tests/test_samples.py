"""The shipped samples are read by the real program as a person would read them."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

SAMPLES = ROOT / "samples"


def rows_of(name):
    return [json.loads(row) for row in (SAMPLES / name).read_text("utf-8").splitlines()]


PICTURES = {row["image"]: row for row in rows_of("truth.jsonl")}
DOCUMENTS = {row["image"]: row for row in rows_of("pages.jsonl")}
NEEDED = {"cafe-photo.jpg", "hardware-scan.jpg", "restaurant-photo.jpg", "taxi-photo.jpg"}
GUESSED = {"Saffron Lantern"}


def edit_distance(a, b):
    before = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (x != y)))
        before = now
    return before[-1]


def bounds(box):
    return min(box[0::2]), min(box[1::2]), max(box[0::2]), max(box[1::2])


def covered(inner, outer):
    """The share of one box's bounds that lies within another's."""
    a, b = bounds(inner), bounds(outer)
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    area = (a[2] - a[0]) * (a[3] - a[1])
    return max(width, 0) * max(height, 0) / area if area else 0


def compare(page, truth):
    """Returns the word F1 and the character error rate in reading order, spaces removed."""
    want = Counter(word for piece in truth for word in piece["text"].split())
    got = Counter(word["text"] for line in page["lines"] for word in line["words"])
    f1 = 2 * (want & got).total() / (want.total() + got.total())
    a = "".join("".join(piece["text"].split()) for piece in truth)
    b = "".join("".join(line["text"].split()) for line in page["lines"])
    return f1, edit_distance(a, b) / len(a)


def fields_of(page):
    return {field["name"]: field for field in page["form"]["fields"]}


def plain(text):
    """Without case and without the marks at a word's end that a fax's noise adds."""
    return " ".join(word.rstrip(".,") for word in text.casefold().split())


def check_items(field, wanted):
    """Figures are exact; a description may lack one letter."""
    rows = [{cell["name"]: cell["normalised"] for cell in row} for row in field["rows"]]
    assert [[r.get("quantity"), r["amount"]] for r in rows] == [item[1:] for item in wanted]
    for row, (name, *_) in zip(rows, wanted, strict=True):
        assert edit_distance(plain(row["description"]), plain(name)) <= 1, row["description"]


def check_fields(page, row):
    fields, truth = fields_of(page), row["fields"]
    assert page["form"]["type"] == "receipt"
    assert plain(fields["company"]["value"]) == plain(truth["company"])
    address, wanted = plain(fields["address"]["value"]), plain(truth["address"])
    assert edit_distance(address, wanted) <= len(wanted) // 15, address
    assert fields["date"]["normalised"] == row["iso_date"]
    assert fields["total"]["normalised"] == truth["total"]
    assert ("tax" in fields) == ("tax" in truth)
    if "tax" in truth:
        assert fields["tax"]["normalised"] == truth["tax"]
    check_items(fields["items"], row["items"])
    for name in ("date", "total", "address"):
        assert 0.5 < fields[name]["confidence"] <= 1
    # A name with neither a legal form nor a kind of shop in it is a guess, and must say so.
    least, most = (0.3, 0.5) if truth["company"] in GUESSED else (0.5, 1)
    assert least < fields["company"]["confidence"] <= most


@pytest.fixture(scope="module")
def all_read(twinreader):
    """Every sample, in one call."""
    files = [SAMPLES / name for name in sorted(PICTURES | DOCUMENTS)]
    return twinreader("read", "--fields", "--format", "json", *files)


@pytest.fixture(scope="module")
def readings(all_read):
    rows = [json.loads(row) for row in all_read.stdout.splitlines()]
    return {Path(row["name"]).name: row for row in rows}


def test_all_samples_are_read_in_one_call_and_in_order(all_read):
    assert all_read.returncode == 0, all_read.stderr.decode()
    rows = [json.loads(row) for row in all_read.stdout.splitlines()]
    assert [Path(row["name"]).name for row in rows] == sorted(PICTURES | DOCUMENTS)


def test_there_are_samples():
    assert NEEDED <= PICTURES.keys()
    assert {"pharmacy-fax.tif", "bookshop.pdf"} <= DOCUMENTS.keys()


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_read_nearly_without_error(readings, name):
    (page,) = readings[name]["pages"]
    f1, error = compare(page, PICTURES[name]["words"])
    assert f1 >= 0.93, f"word F1 {f1:.3f}"
    assert error <= 0.03, f"character error rate {error:.3f}"


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_boxes_lie_where_the_ink_is(readings, name):
    (page,) = readings[name]["pages"]
    boxes = [line["box"] for line in page["lines"]]
    found = [max(covered(piece["box"], box) for box in boxes) for piece in PICTURES[name]["words"]]
    assert np.mean([share > 0.8 for share in found]) >= 0.95


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_the_fields_of_a_picture_are_exact(readings, name):
    (page,) = readings[name]["pages"]
    check_fields(page, PICTURES[name])


def test_every_page_of_a_fax_is_read(readings):
    truth = DOCUMENTS["pharmacy-fax.tif"]["pages"]
    pages = readings["pharmacy-fax.tif"]["pages"]
    assert [page["number"] for page in pages] == [1, 2]
    for page, wanted in zip(pages, truth, strict=True):
        f1, error = compare(page, wanted["words"])
        assert f1 >= 0.91 and error <= 0.03, (f1, error)
    check_fields(pages[0], truth[0])


def test_a_pdf_with_text_is_not_read_from_its_picture(readings):
    (truth,) = DOCUMENTS["bookshop.pdf"]["pages"]
    (page,) = readings["bookshop.pdf"]["pages"]
    assert page["text_layer"] is True
    assert compare(page, truth["words"]) == (1, 0)
    check_fields(page, truth)
    scale = page["width"] / 420  # the page is 420 points wide
    words = [word for line in page["lines"] for word in line["words"]]
    for piece in truth["words"]:
        x0, y0, x1, y1 = (c * scale for c in piece["points"])
        first = piece["text"].split()[0]
        assert any(
            word["text"] == first
            and abs(word["box"][0] - x0) < 3 * scale
            and abs((word["box"][1] + word["box"][5]) / 2 - (y0 + y1) / 2) < 6 * scale
            for word in words
        ), piece


NARROW = Path("/usr/share/fonts/truetype/liberation/LiberationSansNarrow-Regular.ttf")


@pytest.mark.skipif(not NARROW.exists(), reason="their fonts are Debian 12's")
def test_the_samples_can_be_made_again(tmp_path):
    subprocess.run(
        [sys.executable, ROOT / "tools" / "make_samples.py", tmp_path], check=True, timeout=120
    )
    for name in ("truth.jsonl", "pages.jsonl", "bookshop.pdf"):
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes()
    for name in PICTURES:  # another processor may round a pixel otherwise
        made, kept = (np.asarray(Image.open(d / name), dtype=float) for d in (tmp_path, SAMPLES))
        assert made.shape == kept.shape and np.abs(made - kept).mean() < 0.5
