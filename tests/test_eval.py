"""`twinreader eval` against bench/ocr_score.py, the scorer that peers' output goes through: the two
must agree on anything, or figures of different engines would not compare."""

import json
import random
import subprocess
import sys
import unicodedata

import pytest

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
