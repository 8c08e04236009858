"""`twinreader models`: list, verify, bench, and what is said of packages that are wrong."""

import hashlib
import json
import re
import shutil

import pytest

DETECTORS = ["dure-det-ko", "ppocrv4-det", "ppocrv6-det-small"]
RECOGNISERS = ["dure-rec-ko", "ppocrv4-rec", "ppocrv6-rec-small"]


@pytest.fixture
def one_package(root, tmp_path):
    """A folder of models that holds a copy of one package; returns a function that copies it."""

    def copy(name):
        shutil.copytree(root / "models" / name, tmp_path / "models" / name)
        return tmp_path / "models" / name

    return copy


def models(twinreader, *arguments, folder=None, **options):
    env = {"TWINREADER_MODELS_DIR": str(folder)} if folder else {}
    return twinreader("models", *arguments, text=True, env=env, **options)


def test_list_shows_every_package_and_which_are_in_use(twinreader):
    done = models(twinreader, "list", "--json")
    assert done.returncode == 0, done.stderr
    listed = {p["name"]: p for p in json.loads(done.stdout)["packages"]}
    assert set(DETECTORS + RECOGNISERS + ["ppocr-angle"]) <= set(listed)
    assert {listed[n]["task"] for n in DETECTORS} == {"detect"}
    assert {listed[n]["task"] for n in RECOGNISERS} == {"recognise"}
    assert {n for n in listed if listed[n]["used"]} == {"dure-det-ko", "dure-rec-ko", "ppocr-angle"}
    assert all(p["licence"] == "Apache-2.0" for p in listed.values())
    table = models(twinreader, "list").stdout
    assert table.splitlines()[0].split() == ["NAME", "TASK", "VERSION", "USED", "TITLE"]
    assert len(table.splitlines()) == len(listed) + 1


def test_every_package_gives_its_golden_answers(twinreader):
    done = models(twinreader, "verify", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(p["ok"] for p in json.loads(done.stdout)["packages"])


def test_bench_times_one_package(twinreader):
    done = models(twinreader, "bench", "ppocr-angle", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert re.match(r"onnxruntime 1\.\d+", answer["engine"])
    assert answer["threads"] == 1
    (package,) = answer["packages"]
    assert package["unit"] == "item"
    assert all(run["ms"] > 0 and run["times"] >= 3 for run in package["runs"])


def test_another_answer_than_the_golden_one_fails(twinreader, one_package):
    package = one_package("ppocrv6-rec-small")
    text = (package / "model.yaml").read_text(encoding="utf-8")
    text = text.replace("text: TOTAL RM 1,234.50", "text: TOTAL RM 1,234.60")
    (package / "model.yaml").write_text(text, encoding="utf-8")
    done = models(twinreader, "verify", folder=package.parent)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "twinreader: ppocrv6-rec-small: golden[0] (golden/total.png): "
        'read "TOTAL RM 1,234.50", must be "TOTAL RM 1,234.60"\n'
    )


def test_an_upright_line_called_upside_down_fails(twinreader, one_package):
    package = one_package("ppocr-angle")
    shutil.copy(package / "golden" / "upright.png", package / "golden" / "upside-down.png")
    done = models(twinreader, "verify", "--json", folder=package.parent)
    assert done.returncode == 1
    (answer,) = json.loads(done.stdout)["packages"]
    assert (answer["ok"], answer["error"]) == (False, "inference")
    assert answer["message"] == 'golden[1] (golden/upside-down.png): is "0", must be "180"'


def test_a_box_elsewhere_and_a_box_too_many_fail(twinreader, one_package):
    package = one_package("ppocrv6-det-small")
    path = package / "model.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[118, 15, 392, 15,", "[98, 15, 392, 15,"), encoding="utf-8")
    done = models(twinreader, "verify", folder=package.parent)
    assert done.returncode == 1
    assert re.search(r"boxes\[0\] is \d+\.\d pixels from the nearest found", done.stderr)
    path.write_text(text + "      - [0, 0, 9, 0, 9, 9, 0, 9]\n", encoding="utf-8")
    done = models(twinreader, "verify", folder=package.parent)
    assert done.returncode == 1
    assert "found 6 boxes, must be 7" in done.stderr


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("network", "model.yaml:10: model.sha256: is not that of "),
        ("key", 'model.yaml:6: tasks: unknown key; did you mean "task"?'),
        ("corrupt", "not a network that ONNX Runtime can load"),
        ("golden", "golden[0].input: no file golden/upright.png"),
    ],
)
def test_a_spoilt_package_is_refused_with_the_reason(twinreader, one_package, spoil, said):
    package = one_package("ppocr-angle")
    path, network = package / "model.yaml", package / "model.onnx"
    text = path.read_text(encoding="utf-8")
    if spoil == "network":
        network.write_bytes(network.read_bytes() + b"x")
    elif spoil == "key":
        path.write_text(text.replace("task: angle", "tasks: angle"), encoding="utf-8")
    elif spoil == "corrupt":
        cut = network.read_bytes()[:1000]
        network.write_bytes(cut)
        digest = hashlib.sha256(cut).hexdigest()
        text = re.sub(r"sha256: \w+", f"sha256: {digest}", text)
        path.write_text(text, encoding="utf-8")
    else:
        (package / "golden" / "upright.png").unlink()
    done = models(twinreader, "verify", folder=package.parent)
    assert done.returncode == 1
    assert said in done.stderr


def test_a_charset_of_the_wrong_length_is_refused(twinreader, one_package):
    package = one_package("ppocrv4-rec")
    charset, path = package / "charset.txt", package / "model.yaml"
    before = charset.read_bytes()
    after = before.rstrip(b"\n").rsplit(b"\n", 1)[0] + b"\n"
    charset.write_bytes(after)
    text = path.read_text(encoding="utf-8")
    old, new = (hashlib.sha256(content).hexdigest() for content in (before, after))
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = models(twinreader, "verify", folder=package.parent)
    assert done.returncode == 1
    assert done.stderr == (
        f"twinreader: ppocrv4-rec: {charset}: has 6622 characters, must have 6623 "
        "(codec.classes 6625 less blank and space)\n"
    )


def test_one_wrong_package_does_not_hide_the_others(twinreader, one_package):
    one_package("ppocr-angle")
    wrong = one_package("ppocrv4-det")
    (wrong / "model.yaml").write_text("- a list\n", encoding="utf-8")
    done = models(twinreader, "list", folder=wrong.parent)
    assert done.returncode == 1
    assert "ppocr-angle" in done.stdout
    assert "must be a map of keys and values" in done.stderr


def test_wrong_use_is_told(twinreader, tmp_path):
    done = models(twinreader)
    assert done.returncode == 2
    assert "what to do is missing: list, verify or bench" in done.stderr
    done = models(twinreader, "verfy")
    assert done.returncode == 2
    assert '"verfy" is none of list, verify and bench; did you mean "verify"?' in done.stderr
    done = models(twinreader, "list", "nothing-of-that-name")
    assert done.returncode == 1
    assert "no model package " in done.stderr
    done = models(twinreader, "list", folder=tmp_path / "nowhere")
    assert done.returncode == 1
    assert "nowhere: No such file or directory" in done.stderr


def test_swapping_models_is_one_line(twinreader, read_json, samples, tmp_path):
    """The PP-OCRv4 packages read a sample page that the default ones read."""
    page = sorted(samples.glob("*.jpg"))[0]
    config = tmp_path / "config.yaml"
    config.write_text("models:\n  recogniser: ppocrv4-rec\n", encoding="utf-8")
    swapped, usual = read_json(page, "--config", config), read_json(page)
    assert swapped["models"]["recogniser"].startswith("ppocrv4-rec ")
    assert usual["models"]["recogniser"] != swapped["models"]["recogniser"]
    config.write_text("models:\n  detector: ppocrv4-det\n", encoding="utf-8")
    assert read_json(page, "--config", config)["models"]["detector"].startswith("ppocrv4-det ")
    config.write_text("models:\n  detector: ppocrv4-rec\n", encoding="utf-8")
    done = twinreader("read", page, "--config", config, text=True)
    assert done.returncode == 2
    assert "its task is recognise, but a package for detect is needed here" in done.stderr
