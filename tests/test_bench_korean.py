"""The pages of bench/korean.py: their truth must be where the ink is in every look, or engines
would be measured against something else."""

import random
import sys

import numpy
import pytest
from conftest import ROOT
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(ROOT / "bench"))

import korean_pages  # noqa: E402
import peer_tesseract  # noqa: E402


@pytest.fixture(scope="module")
def receipt():
    """A receipt set by Chromium: the picture and its words."""
    body = korean_pages.receipt(random.Random(5))
    return korean_pages.render(body, "NanumGothic", 21, "left")


def test_every_word_of_the_truth_has_ink_in_its_box_and_no_ink_is_elsewhere(receipt):
    picture, words = receipt
    assert len(words) > 60 and {"진료비", "영수증", "합계"} <= {text for text, _ in words}
    dark = numpy.asarray(picture.convert("L")) < 100
    for text, (x0, y0, x1, y1) in words:
        box = dark[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1]
        assert box.sum() > 3 * len(text), text
        dark[int(y0) : int(y1) + 1, int(x0) - 1 : int(x1) + 2] = False
    # What is left are the table's rules: long, and a pixel or two wide.
    rules = (dark.sum(axis=0) > 100)[None, :] | (dark.sum(axis=1) > 100)[:, None]
    assert not (dark & ~rules).any()


@pytest.mark.parametrize("look", korean_pages.LOOKS)
def test_boxes_move_with_what_they_stand_on(look):
    boxes = [(100, 100, 300, 140), (900, 1500, 1100, 1540), (150, 1600, 240, 1640)]
    page = Image.new("RGB", (korean_pages.WIDTH, korean_pages.HEIGHT), "white")
    for box in boxes:
        ImageDraw.Draw(page).rectangle(box, fill="black")
    spoiled, matrix = korean_pages.apply_look(look, page, random.Random(look))
    samples = numpy.asarray(spoiled.convert("L"))
    for box in boxes:
        corners = korean_pages.moved(korean_pages.corners(box), matrix)
        mask = Image.new("L", spoiled.size)
        ImageDraw.Draw(mask).polygon(corners, fill=255)
        near = numpy.asarray(mask.filter(ImageFilter.MaxFilter(41))) > 0
        inside, dark = numpy.asarray(mask) > 0, near & (samples < 90)
        assert (inside & dark).sum() > 0.93 * (inside | dark).sum()
        back = korean_pages.moved(corners, numpy.linalg.inv(matrix))
        assert back == pytest.approx(korean_pages.corners(box), abs=0.3)


def test_pages_follow_from_the_seed_and_leave_nothing_to_fill_in():
    for name, make in korean_pages.LAYOUTS.items():
        body = make(random.Random(3))
        assert body == make(random.Random(3)) != make(random.Random(4)), name
        assert "{" not in body and "None" not in body


def test_pieces_of_tesseract_become_the_words_of_its_own_line():
    pieces = [("진", [0, 0, 9, 20]), ("료비", [10, 1, 30, 19]), ("총", [40, 0, 49, 20])]
    assert peer_tesseract.joined("진료비  총\n", pieces) == [
        {"text": "진료비", "box": [0, 0, 30, 0, 30, 20, 0, 20]},
        {"text": "총", "box": [40, 0, 49, 0, 49, 20, 40, 20]},
    ]
    assert peer_tesseract.joined("", []) == []
