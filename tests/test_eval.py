"""`twinreader eval` against bench/ocr_score.py, the scorer that peers' output goes through: the two
must agree on anything, or figures of different engines would not compare.  And errors by name, in
the table, in JSON and in the report."""

import base64
import html.parser
import io
import json
import random
import subprocess
import sys
import unicodedata

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

FIGURES = [
    "pages",
    "pages_missing",
    "word_p",
    "word_r",
    "word_f1",
    "word_f1_fold",
    "char_f1_fold",
    "cer_fold",
    "cer",
    "det_p",
    "det_r",
    "det_h",
]

ALPHABETS = [
    "abcdefgXYZ0123456789.,-:/",
    "ABCabc ßſŒœÉéÅåΣσςİıǅﬃΐ",
    "진료비계산서영수증0123,원",
    # Jamo that compose, marks in every order, a letter that composes with several of them.
    "\u1112\u1161\u11ab\u1100\u1162 de\u0301\u0323\u0307\u031b o\u0308\u0304",
    "a\u00a0b\u2003c\u3000d\u1680e\u200bf\u2028g\x1ch\x85i",
    "\U0001f600\U0001f468\u200d\U0001f469 \U00010400\U00010428 \U0001d15e \u0958 \u2126 \ufb1d",
]


def box(x, y, w, h, rng):
    """Axis-aligned, or leaning, or with halves."""
    if rng.random() < 0.3:
        dx, dy = rng.randint(-3, 3), rng.randint(-3, 3)
        return [x + dx, y, x + w, y + dy, x + w - dx, y + h, x, y + h - dy]
    if rng.random() < 0.3:
        x, y = x + 0.5, y + 0.25
    return [x, y, x + w, y, x + w, y + h, x, y + h]


def made_text(rng):
    alphabet = rng.choice(ALPHABETS)
    text = "".join(rng.choice(alphabet) for _ in range(rng.randint(0, 14)))
    return text.replace("g", " ") if rng.random() < 0.5 else text


def made_page(rng, name):
    words = []
    y = 10
    while y < rng.choice([40, 400, 900]):
        height = rng.randint(8, 30)
        x = rng.randint(0, 60)
        while x < 500 and rng.random() < 0.8:
            width = rng.randint(5, 200)
            jump = rng.choice([0, 0, 0, 1, -4, 9])
            words.append({"text": made_text(rng), "box": box(x, y + jump, width, height, rng)})
            x += width + rng.choice([-5, 0, 3, 40])
        y += rng.choice([height // 3, height, height + 6])
    rng.shuffle(words)
    return {"image": name, "words": words}


def spoiled(page, rng):
    """What an engine might make of the page: moved, misread, split, merged, lost, made up."""
    words = []
    for word in page["words"]:
        chance = rng.random()
        text, corners = word["text"], word["box"]
        if chance < 0.1:
            continue
        if chance < 0.3:
            letters = list(text)
            for _ in range(rng.randint(1, 3)):
                at = rng.randint(0, len(letters))
                letters[at : at + rng.randint(0, 1)] = rng.choice(ALPHABETS[0] + ALPHABETS[3])
            text = "".join(letters)
        elif chance < 0.4:
            text = rng.choice([text.upper(), text.lower(), text.casefold()])
        elif chance < 0.5:
            text = unicodedata.normalize(rng.choice(["NFD", "NFC"]), text)
        if chance < 0.7:
            corners = [c + rng.choice([0, 0, 1, -1, 2.5, 6]) for c in corners]
        words.append({"text": text, "box": corners})
        if chance > 0.95:
            words.append({"text": made_text(rng), "box": corners})
    rng.shuffle(words)
    return {"image": page["image"], "words": words}


def save(path, pages):
    path.write_text("".join(json.dumps(page) + "\n" for page in pages), encoding="utf-8")


def both(twinreader, root, truth, predictions):
    script = root / "bench" / "ocr_score.py"
    theirs = subprocess.run(
        [sys.executable, str(script), str(truth), str(predictions), "--json"],
        capture_output=True,
        check=True,
        timeout=300,
    )
    ours = twinreader("eval", truth, "--predictions", predictions, "--json")
    assert ours.returncode == 0, ours.stderr.decode()
    return json.loads(ours.stdout), json.loads(theirs.stdout)


def assert_same(ours, theirs):
    for name in FIGURES:
        assert ours[name] == pytest.approx(theirs[name], abs=6e-7), name


@pytest.mark.parametrize("seed", range(12))
def test_figures_are_those_of_the_script_on_made_pages(twinreader, root, tmp_path, seed):
    rng = random.Random(seed)
    truth = [made_page(rng, f"{i}.png") for i in range(8)]
    predictions = [spoiled(page, rng) for page in truth if rng.random() < 0.9]
    predictions.append({"image": "unknown.png", "words": []})
    if seed % 3 == 0:  # the last of two pages of one image counts
        truth.append({**truth[2], "words": truth[3]["words"]})
        predictions.append({**predictions[0], "words": []})
    rng.shuffle(predictions)
    save(tmp_path / "truth.jsonl", truth)
    save(tmp_path / "predictions.jsonl", predictions)
    ours, theirs = both(twinreader, root, tmp_path / "truth.jsonl", tmp_path / "predictions.jsonl")
    assert_same(ours, theirs)
    assert 0 < theirs["cer_fold"] and theirs["pages"] == 8


def test_every_old_character_is_composed_and_folded_as_python_does(twinreader, root, tmp_path):
    # Characters of Unicode 3.2, since later ones depend on the version of each library; of these
    # the ones that normalising or folding changes, marks, and white space.
    old = unicodedata.ucd_3_2_0
    chars = [
        c
        for c in map(chr, range(0x20, 0x110000))
        if old.category(c) not in ("Cn", "Cs", "Co")
        and not "\uac00" <= c <= "\ud7a3"
        and (old.normalize("NFD", c) != c or c.casefold() != c or old.combining(c) or c.isspace())
    ]
    assert len(chars) > 2000
    truth, predictions = [], []
    for i in range(0, len(chars), 40):
        words, changed = [], []
        for k, c in enumerate(chars[i : i + 40]):
            at = [20 * k, 0, 20 * k + 19, 0, 20 * k + 19, 9, 20 * k, 9]
            other = unicodedata.normalize("NFD", f"x{c}y") if k % 2 else f"x{c}y".casefold()
            words.append({"text": f"x{c}y", "box": at})
            changed.append({"text": other, "box": at})
        truth.append({"image": f"{i}", "words": words})
        predictions.append({"image": f"{i}", "words": changed})
    save(tmp_path / "truth.jsonl", truth)
    save(tmp_path / "predictions.jsonl", predictions)
    ours, theirs = both(twinreader, root, tmp_path / "truth.jsonl", tmp_path / "predictions.jsonl")
    assert_same(ours, theirs)


def test_long_pages_are_compared_quickly(twinreader, tmp_path):
    rng = random.Random(1)
    text = "".join(rng.choice(ALPHABETS[2]) for _ in range(30000))
    at = [0, 0, 9, 0, 9, 9, 0, 9]
    save(tmp_path / "t.jsonl", [{"image": "a", "words": [{"text": text, "box": at}]}])
    save(tmp_path / "p.jsonl", [{"image": "a", "words": [{"text": text[1:] + "x", "box": at}]}])
    done = twinreader(
        "eval", tmp_path / "t.jsonl", "--predictions", tmp_path / "p.jsonl", "--json", timeout=30
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["cer_fold"] == pytest.approx(2 / 30000, abs=1e-6)


def test_fields_are_compared_by_meaning(twinreader, tmp_path):
    truth = {
        "image": "a",
        "words": [],
        "fields": {
            "company": "PAPER  & PENS",
            "date": "19/10/2018",
            "total": "$8.20",
            "address": "12 Road",
        },
    }
    prediction = {
        "image": "a",
        "words": [],
        "fields": {
            "company": "Paper & Pens",
            "date": {"value": "19 OCT 2018", "normalised": "2018-10-19", "type": "date"},
            "total": {"value": "RM 8.20", "normalised": "8.20", "type": "amount"},
            "address": "12Road",
        },
    }
    save(tmp_path / "t.jsonl", [truth])
    save(tmp_path / "p.jsonl", [prediction])
    done = twinreader(
        "eval",
        tmp_path / "t.jsonl",
        "--predictions",
        tmp_path / "p.jsonl",
        "--fields",
        "--json",
        "-v",
    )
    assert done.returncode == 0, done.stderr.decode()
    result = json.loads(done.stdout)
    assert {name: f["exact"] for name, f in result["fields"].items()} == {
        "company": 1,
        "date": 1,
        "total": 1,
        "address": 0,
    }
    assert result["fields"]["address"]["spaceless"] == 1
    assert result["all_fields"] == {"pages": 1, "exact": 0, "share": 0}
    assert result["per_page"][0]["not_exact"] == "address"


def test_forms_find_fields_in_predictions_that_have_none(twinreader, tmp_path):
    lines = [
        "PAPER & PENS SDN BHD",
        "TAX INVOICE",
        "Date: 19/10/2018",
        "Blue pen 8.20",
        "TOTAL RM 8.20",
        "CASH 10.00",
    ]
    words = [
        {"text": t, "box": [20, 30 * i, 400, 30 * i, 400, 30 * i + 20, 20, 30 * i + 20]}
        for i, t in enumerate(lines)
    ]
    truth = {"image": "a", "words": words, "fields": {"date": "19/10/2018", "total": "8.20"}}
    save(tmp_path / "t.jsonl", [truth])
    save(tmp_path / "p.jsonl", [{"image": "a", "words": words}])
    done = twinreader(
        "eval", tmp_path / "t.jsonl", "--predictions", tmp_path / "p.jsonl", "--fields", "--json"
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["all_fields"]["exact"] == 1


@pytest.mark.parametrize(
    "truth, message",
    [
        ("{", "t.jsonl:1"),
        ('{"image":"a","words":[]}\n{"words":[]}', 't.jsonl:2: a page must have an "image"'),
        (
            '{"image":"a","words":[{"text":"x","box":[1,2]}]}',
            "a box must be an array of x1, y1, x2, y2 ...",
        ),
    ],
)
def test_a_wrong_truth_is_refused_with_its_line(twinreader, tmp_path, truth, message):
    (tmp_path / "t.jsonl").write_text(truth)
    done = twinreader("eval", tmp_path / "t.jsonl", "--predictions", tmp_path / "t.jsonl")
    assert done.returncode == 1 and message in done.stderr.decode()


def test_a_truth_without_pages_is_refused_and_not_scored_as_nothing_right(twinreader, tmp_path):
    (tmp_path / "t.jsonl").write_text("\n \n")
    done = twinreader("eval", tmp_path / "t.jsonl", "--predictions", tmp_path / "t.jsonl")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"twinreader: {tmp_path}/t.jsonl: there are no pages in it\n"


def test_empty_pages_score_as_in_the_script(twinreader, root, tmp_path):
    save(tmp_path / "t.jsonl", [{"image": "blank", "words": []}])
    ours, theirs = both(twinreader, root, tmp_path / "t.jsonl", tmp_path / "t.jsonl")
    assert_same(ours, theirs)
    assert ours["pages"] == 1


def test_eval_wants_one_truth(twinreader, tmp_path):
    assert twinreader("eval").returncode == 2
    missing = twinreader("eval", tmp_path / "none.jsonl")
    assert missing.returncode == 1 and "none.jsonl" in missing.stderr.decode()


def test_what_was_read_scores_the_same_when_saved(twinreader, root, samples, tmp_path):
    truth = samples / "truth.jsonl"
    if not truth.exists():
        pytest.skip("there are no samples")
    saved = tmp_path / "read.jsonl"
    now = twinreader("eval", truth, "--fields", "--json", "--save", saved, timeout=300)
    assert now.returncode == 0, now.stderr.decode()
    read = json.loads(now.stdout)
    assert read["pages_per_s"] > 0 and 0 < read["median_ms"] <= read["p95_ms"]
    later = twinreader("eval", truth, "--predictions", saved, "--fields", "--json")
    again = json.loads(later.stdout)
    assert again["fields"] == read["fields"]
    ours, theirs = both(twinreader, root, truth, saved)
    assert_same(ours, theirs)
    assert_same(read, theirs)


def test_a_page_that_cannot_be_read_is_reported_and_the_others_are_scored(
    twinreader, samples, tmp_path
):
    pictures = sorted(samples.glob("*.jpg"))
    if not pictures:
        pytest.skip("there are no samples")
    (tmp_path / "broken.jpg").write_bytes(b"not a picture")
    pages = [{"image": "broken.jpg", "words": []}, {"image": str(pictures[0]), "words": []}]
    save(tmp_path / "t.jsonl", pages)
    done = twinreader("eval", tmp_path / "t.jsonl", "--json", timeout=120)
    assert done.returncode == 1
    assert "broken.jpg: " in done.stderr.decode()
    assert json.loads(done.stdout)["pages_missing"] == 1


def word(text, x, y, width, **more):
    corners = [x, y, x + width, y, x + width, y + 20, x, y + 20]
    return {"text": text, "box": corners, **more}


@pytest.fixture
def named(tmp_path):
    """A page with one error of each kind, its picture, and what was read."""
    picture = Image.new("RGB", (600, 300), "white")
    picture.save(tmp_path / "page.png")
    truth = {
        "image": "page.png",
        "level": "word",
        "kind": "medical-receipt",
        "layout": "narrow",
        "degradation": "fax",
        "words": [
            word("진료비", 20, 20, 60, font="NanumGothic"),
            word("10,030원", 20, 60, 100, font="NanumGothic"),
            word("환자", 200, 60, 40, font="UnBatang"),
            word("부담", 250, 60, 40, font="UnBatang"),
            word("총액", 20, 100, 40, font="UnBatang"),
            word("1234567890", 200, 100, 100, font="UnBatang"),
            word("납부한", 20, 140, 60),
            word("금액", 90, 140, 40),
        ],
        "hidden": [word("도장", 400, 20, 60)],
        "fields": {
            "total": {"value": "10,030원", "normalised": "10030"},
            "items": {
                "type": "list",
                "rows": [
                    [{"name": "name", "value": "진찰료"}, {"name": "amount", "value": "30"}],
                    [{"name": "name", "value": "식대"}, {"name": "amount", "value": "10,000"}],
                ],
            },
        },
    }
    read = {
        "image": "page.png",
        "level": "word",
        "form": "medical-receipt",
        "verdict": "accept",
        "words": [
            word("진로비", 20, 20, 60, confidence=0.93),
            word("1O,O", 20, 60, 48, confidence=0.8),
            word("30원", 72, 60, 48, confidence=0.9),
            word("환자부담", 200, 60, 90),
            word("123", 200, 100, 30),
            word("납부한 금액", 20, 140, 110),
            word("비밀", 420, 22, 30),
            word("헛것", 400, 200, 60),
        ],
        "fields": {
            "total": {
                "value": "10.030",
                "normalised": "10030",
                "checks": [{"name": "sum", "passed": True}],
            },
            "items[0].name": "식대",
            "items[0].amount": "10,000",
        },
    }
    save(tmp_path / "t.jsonl", [truth])
    save(tmp_path / "p.jsonl", [read])
    return tmp_path


def evaluated(twinreader, folder, *options):
    done = twinreader(
        "eval", folder / "t.jsonl", "--predictions", folder / "p.jsonl", "--fields", *options
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_each_error_has_its_name_in_json(twinreader, named):
    result = json.loads(evaluated(twinreader, named, "--json", "-v"))
    boxes = result["detection"]
    assert (boxes["words"], boxes["boxes"]) == (8, 7)
    names = ["found", "split", "merged", "cut", "missed", "wrong_unit"]
    assert {name: boxes[name]["words"] for name in names} == {
        "found": 1,
        "split": 1,
        "merged": 2,
        "cut": 1,
        "missed": 1,
        "wrong_unit": 2,
    }
    assert boxes["merged"]["times"] == 1
    assert boxes["missed"]["rate"] == pytest.approx(1 / 8)
    assert boxes["false"] == {"times": 1, "boxes": 1, "rate": pytest.approx(1 / 7, abs=1e-6)} | {
        "specks": 0
    }
    page = result["per_page"][0]["errors"]
    assert (page["merged"], page["false"], page["words"]) == (2, 1, 8)

    letters = result["recognition"]
    assert letters["letters"] == 31
    assert (letters["changed"], letters["dropped"], letters["added"]) == (3, 9, 2)
    assert letters["cer"] == pytest.approx(14 / 31, abs=1e-6)
    assert (letters["spaces_lost"], letters["spaces_invented"]) == (1, 1)
    pairs = {(p["truth"], p["read"]): p for p in result["confusions"]}
    assert pairs["0", "O"]["count"] == 2 and pairs["0", "O"]["alike"] == "shape"
    assert pairs["료", "로"]["jamo"] == {"place": "vowel", "truth": "ㅛ", "read": "ㅗ"}
    assert ("총", None) not in pairs  # never seen, so not taken for nothing

    by = {name: {row["name"]: row for row in rows} for name, rows in result["by"].items()}
    assert by["font"]["NanumGothic"]["words"] == 2 and by["font"]["NanumGothic"]["edits"] == 3
    assert by["font"]["UnBatang"]["missed"] == 1
    assert by["degradation"]["fax"]["words"] == by["layout"]["narrow"]["words"] == 8
    assert by["length"]["9+"]["cer"] == 0.7

    form = result["forms"]["medical-receipt"]
    assert form["fields"]["total"]["exact"] == 1
    assert form["fields"]["items[].name"] == {
        "pages": 2,
        "exact": 1,
        "spaceless": 1,
        "share": 0.5,
    }
    assert form["verdict"]["accepted"] == 1 and form["verdict"]["accepted_complete"] == 0
    assert (form["verdict"]["accepted_exact"], form["verdict"]["accepted_values"]) == (3, 5)
    assert result["checks"] == {
        "sum": {"passed": 1, "passed_right": 1, "failed": 0, "failed_right": 0}
    }


def test_each_error_has_its_name_in_the_table(twinreader, named):
    lines = evaluated(twinreader, named).splitlines()
    assert "merged          25.00 %  2 in 1 boxes" in lines
    assert "     2  0 → O  look-alike" in lines
    assert "     1  료 → 로  vowel ㅛ → ㅗ" in lines
    assert "spaces         1 lost, 1 invented" in lines
    assert any(line.endswith("   UnBatang") for line in lines)
    assert any("of their values 0.6000 right, 3 of 5" in line for line in lines)


def test_figures_with_hidden_words_are_those_of_the_script(twinreader, root, named):
    ours, theirs = both(twinreader, root, named / "t.jsonl", named / "p.jsonl")
    assert_same(ours, theirs)


class Report(html.parser.HTMLParser):
    """What a browser would take from the page: elements by name, and the text in sight."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self.open = [], "", []
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in ("meta", "img", "input", "polygon", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]>--!></style></span><b>&lt;",
    "' onmouseover='alert(1)",
]


def test_the_report_shows_hostile_text_and_runs_none_of_it(twinreader, named):
    truth, read = (json.loads((named / f).read_text()) for f in ("t.jsonl", "p.jsonl"))
    truth |= {"kind": HOSTILE[0], "layout": HOSTILE[1], "degradation": HOSTILE[2]}
    truth["fields"][HOSTILE[3]] = HOSTILE[0]
    read["fields"]["total"]["checks"][0]["name"] = HOSTILE[1]
    for i, text in enumerate(HOSTILE):
        truth["words"].append(word(text, 20, 180 + 25 * i, 300, font=text))
        read["words"].append(word(text[::-1], 20, 180 + 25 * i, 300, confidence=0.5))
    truth["image"] = read["image"] = "pa<b>&\"'ge.png"
    (named / "page.png").rename(named / truth["image"])
    save(named / "t.jsonl", [truth])
    save(named / "p.jsonl", [read])
    evaluated(twinreader, named, "--html", named / "report.html")
    report = Report((named / "report.html").read_text(encoding="utf-8"))
    for text in [*HOSTILE, HOSTILE[0][::-1], truth["image"]]:
        assert text in report.text, text
    tags = {tag for tag, _ in report.elements}
    assert not tags & {"script", "iframe", "object", "link", "form"}
    for tag, attributes in report.elements:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        for value in attributes.values():
            assert "http" not in (value or "") or tag == "meta"
        if tag == "img":
            assert attributes["src"].startswith("data:image/jpeg;base64,")


def test_the_report_needs_nothing_else_and_fits_a_phone(twinreader, named):
    evaluated(twinreader, named, "--html", named / "report.html")
    text = (named / "report.html").read_text(encoding="utf-8")
    report = Report(text)
    pictures = [a for tag, a in report.elements if tag == "img"]
    assert len(pictures) == 7  # misread, split, merged, cut, missed, false, wrong unit
    crop = Image.open(io.BytesIO(base64.b64decode(pictures[0]["src"].split(",", 1)[1])))
    assert crop.size == (int(pictures[0]["width"]), int(pictures[0]["height"]))
    assert crop.width <= 640 and crop.height <= 320
    assert "진로비" in report.text and "93 %" in report.text
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 360, "height": 640})
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto((named / "report.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert all(page.evaluate("[...document.images].map((i) => i.naturalWidth > 0)"))
        assert page.get_by_text("쪼개짐").first.is_visible()
        page.get_by_text("English").click()
        assert page.get_by_text("several words in one box").is_visible()
        assert not page.get_by_text("쪼개짐").first.is_visible()
        browser.close()
    assert said == [] and all(url.startswith(("file:", "data:")) for url in asked)


def test_a_report_without_pictures_still_has_its_tables(twinreader, named):
    (named / "page.png").write_bytes(b"not a picture")
    evaluated(twinreader, named, "--html", named / "report.html")
    report = Report((named / "report.html").read_text(encoding="utf-8"))
    assert not [tag for tag, _ in report.elements if tag == "img"]
    assert "10,030원" in report.text


def test_a_report_that_cannot_be_written_is_an_error(twinreader, named):
    done = twinreader(
        *("eval", named / "t.jsonl", "--predictions", named / "p.jsonl"),
        *("--html", named / "none" / "report.html"),
    )
    assert done.returncode == 1 and "report.html" in done.stderr.decode()
