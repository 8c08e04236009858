"""`twinreader synth`: folders of labelled pages, one seed the same bytes, nothing half-done."""

import hashlib
import json
import os
import resource
import signal
import subprocess
import time

import pytest

FORMATS = "jsonl,icdar,coco,crops,reading"


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def made(twinreader, tmp_path_factory):
    folder = tmp_path_factory.mktemp("synth") / "pages"
    done = twinreader(
        "synth", "--out", folder, "--count", 5, "--seed", 7, "--format", FORMATS, "--jobs", 2
    )
    assert done.returncode == 0, done.stderr.decode()
    return folder


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_jobs(made, twinreader, tmp_path):
    for jobs in (1, 3):
        again = tmp_path / str(jobs)
        done = twinreader(
            "synth", "--out", again, "-n", 5, "-s", 7, "--format", FORMATS, "-j", jobs
        )
        assert done.returncode == 0, done.stderr.decode()
        assert contents(again) == contents(made)


def test_another_seed_gives_other_pages(made, twinreader, tmp_path):
    done = twinreader("synth", "--out", tmp_path / "other", "--count", 5, "--seed", 8)
    assert done.returncode == 0, done.stderr.decode()
    before, after = contents(made), contents(tmp_path / "other")
    assert before["truth.jsonl"] != after["truth.jsonl"]


def test_a_page_is_the_same_in_a_later_run(made, twinreader, tmp_path):
    part = tmp_path / "part"
    done = twinreader("synth", "-o", part, "-n", 2, "-s", 7, "--first", 3)
    assert done.returncode == 0, done.stderr.decode()
    for name in sorted(os.listdir(part / "images")):
        assert (part / "images" / name).read_bytes() == (made / "images" / name).read_bytes()
    assert lines_of(part / "truth.jsonl") == lines_of(made / "truth.jsonl")[3:]


def test_the_manifest_has_every_file(made):
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    files = contents(made)
    files.pop("manifest.json")
    assert manifest["seed"] == 7 and manifest["pages"] == 5
    assert sum(manifest["kinds"].values()) == sum(manifest["looks"].values()) == 5
    assert sum(manifest["fonts"].values()) == manifest["words"]
    assert {entry["path"] for entry in manifest["files"]} == set(files)
    for entry in manifest["files"]:
        assert entry["sha256"] == hashlib.sha256(files[entry["path"]]).hexdigest()
        assert entry["bytes"] == len(files[entry["path"]])


def test_all_formats_tell_the_same(made):
    truth = lines_of(made / "truth.jsonl")
    coco = json.loads((made / "coco.json").read_text(encoding="utf-8"))
    readings = lines_of(made / "readings.jsonl")
    crops = (made / "words.tsv").read_text(encoding="utf-8").splitlines()
    ids = [box["id"] for box in coco["annotations"]]
    assert len(set(ids)) == len(ids)
    assert [image["file_name"] for image in coco["images"]] == [page["image"] for page in truth]
    texts = [line.split("\t")[1] for line in crops]
    assert texts == [word["text"] for page in truth for word in page["words"]]
    for page, image, reading in zip(truth, coco["images"], readings, strict=True):
        number = page["image"].split("/")[1].split(".")[0]
        quads = (made / "icdar" / f"{number}.txt").read_text(encoding="utf-8").splitlines()
        words = page["words"] + page["hidden"]
        assert len(quads) == len(words)
        assert sum(quad.endswith(",###") for quad in quads) == len(page["hidden"])
        boxes = [b for b in coco["annotations"] if b["image_id"] == image["id"]]
        assert len([b for b in boxes if b["category_id"] == 1]) == len(words)
        assert (image["width"], image["height"]) == (page["width"], page["height"])
        read = [word["text"] for line in reading["pages"][0]["lines"] for word in line["words"]]
        assert sorted(read) == sorted(word["text"] for word in page["words"])
        for box in (word["box"] for word in words):
            assert all(0 <= x <= page["width"] for x in box[0::2])
            assert all(0 <= y <= page["height"] for y in box[1::2])


def test_readings_follow_the_published_schema(made, root):
    schema = root / "services" / "twinreader" / "schema" / "reading-1.schema.json"
    validator = pytest.importorskip("jsonschema").Draft202012Validator(
        json.loads(schema.read_text(encoding="utf-8"))
    )
    for reading in lines_of(made / "readings.jsonl"):
        validator.validate(reading)


def test_eval_takes_truth_and_lines_as_they_are(made, twinreader):
    done = twinreader(
        "eval", made / "truth.jsonl", "--predictions", made / "lines.jsonl", "--json", text=True
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["pages"] == 5 and figures["pages_missing"] == 0
    assert figures["word_f1"] == 1, figures


def test_a_picture_can_be_read_again(made, read_json):
    page = lines_of(made / "truth.jsonl")[0]
    reading = read_json(made / page["image"])
    assert (reading["pages"][0]["width"], reading["pages"][0]["height"]) == (
        page["width"],
        page["height"],
    )


def test_png_and_resolution_and_look_are_as_asked(twinreader, tmp_path):
    out = tmp_path / "png"
    done = twinreader(
        "synth", "--out", out, "-n", 1, "--image", "png", "--dpi", 75, "--look", "fax"
    )
    assert done.returncode == 0, done.stderr.decode()
    page = lines_of(out / "truth.jsonl")[0]
    assert page["dpi"] == 75 and page["degradation"] == "fax"
    assert (out / page["image"]).read_bytes().startswith(b"\x89PNG")


def test_list_names_the_kinds_and_each_can_be_asked_for(twinreader, tmp_path):
    kinds = twinreader("synth", "--list", text=True).stdout.split()
    assert {"medical-receipt", "claim-form"} <= set(kinds)
    for kind in kinds:
        out = tmp_path / kind
        done = twinreader(
            "synth", "-o", out, "-n", 1, "--kind", kind, "--split", "held", "--dpi", 60
        )
        assert done.returncode == 0, done.stderr.decode()
        assert lines_of(out / "truth.jsonl")[0]["kind"] == kind


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--kind", "medical-receip"], 'did you mean "medical-receipt"'),
        (["--look", "fog"], "mixed, clean, scan, fax, phone"),
        (["--format", "jsonl,xml"], "xml"),
        (["--dpi", "6000"], "from 50 to 600"),
        (["surprise"], "surprise"),
    ],
)
def test_what_it_does_not_know_is_used_wrongly(twinreader, tmp_path, arguments, says):
    done = twinreader("synth", "-o", tmp_path / "x", "-n", 1, *arguments, text=True)
    assert done.returncode == 2
    assert says in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_folder_with_something_in_it_is_left_alone(twinreader, tmp_path):
    (tmp_path / "mine").write_text("keep")
    done = twinreader("synth", "--out", tmp_path, "--count", 1, text=True)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert contents(tmp_path) == {"mine": b"keep"}


def test_a_full_disk_is_said_and_leaves_no_half_file(program, tmp_path):
    out = tmp_path / "full"

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

    done = subprocess.run(
        [program, "synth", "--out", str(out), "--count", "3"],
        preexec_fn=limit,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "cannot write images/000000.jpg" in done.stderr
    assert contents(out) == {}


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_cut_off_has_whole_files_and_no_manifest(program, tmp_path, slow, sig):
    out = tmp_path / "cut"
    process = subprocess.Popen(
        [program, "synth", "--out", str(out), "--count", "100000", "--image", "png"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30 * slow
    while not (out / "images").exists() or len(os.listdir(out / "images")) < 2:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.01)
    process.send_signal(sig)
    _, said = process.communicate(timeout=30 * slow)
    assert process.returncode == (-sig if sig == signal.SIGKILL else 1)
    if sig != signal.SIGKILL:
        assert b"interrupted" in said
    files = contents(out)
    final = {name for name in files if not name.rsplit("/", 1)[-1].startswith(".")}
    assert final and all(name.startswith("images/") for name in final)
    for name in final:
        assert files[name].endswith(b"IEND\xaeB\x60\x82")
    if sig != signal.SIGKILL:
        assert set(files) == final
