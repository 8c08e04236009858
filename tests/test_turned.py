"""Pages that lie on their side or upside down are read as if they had been upright."""

import pytest
from PIL import Image, ImageOps


def fields_of(page):
    return {
        f["name"]: f.get("normalised") or f["value"]
        for f in page["form"]["fields"]
        if f["name"] in ("company", "date", "total")
    }


@pytest.fixture(scope="module")
def upright(read_json, samples):
    return fields_of(read_json(samples / "taxi-photo.jpg", "--fields")["pages"][0])


@pytest.mark.parametrize("counter_clockwise", [90, 180, 270])
def test_turned_page_reads_like_the_upright_one(
    read_json, samples, upright, tmp_path, counter_clockwise
):
    path = tmp_path / "turned.jpg"
    with ImageOps.exif_transpose(Image.open(samples / "taxi-photo.jpg")) as picture:
        size = picture.size
        picture.rotate(counter_clockwise, expand=True).save(path, quality=92)
    page = read_json(path, "--fields")["pages"][0]
    assert page["rotation"] == counter_clockwise
    assert (page["width"], page["height"]) == size
    assert fields_of(page) == upright
    assert len(upright) == 3
