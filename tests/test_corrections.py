"""Corrections over HTTP, and the labelled data made of them."""

import itertools
import json
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import running_server
from made_document import ID, ITEMS, made_forms, made_reading, store_document
from PIL import Image
from test_server import ask, assert_problem, directory_of

FRESH = (f"01JDAAAA{n:018d}" for n in itertools.count())
KEEP = {"TWINREADER_STORE_KEEP": "87600h"}


class Kept:
    """A stored document and the server that has it."""

    def __init__(self, server, id):
        self.server, self.id = server, id

    @property
    def url(self):
        return self.server.url

    @property
    def store(self):
        return directory_of(self.server) / "data"

    @property
    def folder(self):
        return self.store / self.id

    def path(self, target, page=1):
        return f"/v1/documents/{self.id}/pages/{page}/corrections/{target}"


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    settings = KEEP | {"TWINREADER_FORMS_DIR": str(made_forms(folder / "forms"))}
    with running_server(folder, settings) as server:
        yield server


@pytest.fixture
def kept(shared_server):
    """A fresh document made by hand.  The store finds it as it finds any: by its folder."""
    kept = Kept(shared_server, next(FRESH))
    store_document(kept.store, id=kept.id)
    yield kept
    shutil.rmtree(kept.folder, ignore_errors=True)


def put(kept, target, value, headers=None, path=None, **more):
    body = json.dumps({"value": value} | more)
    headers = {"Content-Type": "application/json"} | (headers or {})
    status, got, answer = ask(kept, "PUT", path or kept.path(target), body, headers)
    return status, got, json.loads(answer)


def reading_of(kept):
    status, _, body = ask(kept, "GET", f"/v1/documents/{kept.id}")
    assert status == 200
    return json.loads(body)


def corrections_of(kept):
    status, _, body = ask(kept, "GET", f"/v1/documents/{kept.id}/corrections")
    assert status == 200
    return json.loads(body)


def fields_of(reading):
    return {f["name"]: f for f in reading["pages"][0]["form"]["fields"]}


def word_at(reading, line, word):
    return reading["pages"][0]["lines"][line]["words"][word]


def test_a_corrected_word_is_in_the_reading_with_what_was_read(kept):
    status, headers, made = put(kept, "word:0:1", "계산서·", by="Kim")
    assert status == 201
    assert headers["ETag"] == '"1"'
    was = word_at(made_reading(), 0, 1)
    assert made["original"] == was["text"]
    assert made["box"] == was["box"]
    assert made["recogniser"] == "made-recogniser 2.3"
    assert (made["key"], made["by"], made["revision"]) == ("anonymous", "Kim", 1)

    page = reading_of(kept)["pages"][0]
    now = page["lines"][0]["words"][1]
    assert (now["text"], now["original"], now["corrected"]) == ("계산서·", "계산서", True)
    assert (now["confidence"], now["chars"]) == (1, [])
    assert page["lines"][0]["text"] == "진료비 계산서· 영수증"
    assert "corrected" not in page["lines"][0]["words"][0]
    for name in ("text", "tsv", "hocr", "alto"):
        status, _, body = ask(kept, "GET", f"/v1/documents/{kept.id}?format={name}")
        assert status == 200 and "계산서·" in body.decode()
    assert corrections_of(kept)["corrections"] == [made]


def test_corrected_fields_and_cells_are_normalised_again(kept):
    assert put(kept, "field:total", "148,260원")[0] == 201
    assert put(kept, "field:items:6:insured_fund", "4,900")[0] == 201
    assert put(kept, "field:date", "2026년 3월 10일")[0] == 201
    fields = fields_of(reading_of(kept))
    assert (fields["total"]["value"], fields["total"]["normalised"]) == ("148,260원", "148260")
    assert fields["total"]["original"] == "1l8,260"
    assert fields["date"]["normalised"] == "2026-03-10"
    cell = fields["items"]["rows"][6][2]
    assert (cell["value"], cell["normalised"], cell["corrected"]) == ("4,900", "4900", True)
    assert fields["paid"]["value"] == "2O,000"


def test_a_value_may_be_confirmed(kept):
    _, _, made = put(kept, "field:total", "1l8,260")
    assert made["value"] == made["original"] == "1l8,260"
    total = fields_of(reading_of(kept))["total"]
    assert total["corrected"] and total["normalised"] == "118260"


def test_a_field_that_the_form_missed_may_be_added(kept):
    status, _, made = put(kept, "field:patient_total", "120,000")
    assert (status, made["original"], made["box"]) == (201, None, None)
    added = fields_of(reading_of(kept))["patient_total"]
    assert (added["value"], added["original"], added["corrected"]) == ("120,000", None, True)


def checks_of(field):
    return [(c["name"], c["passed"]) for c in field.get("checks", [])]


def test_checks_and_verdict_follow_the_corrections(kept):
    """The stored verdict is the made document's own; corrected, the form's checks are run."""
    form = reading_of(kept)["pages"][0]["form"]
    assert form["verdict"] == "review" and len(form["reasons"]) == 10
    put(kept, "field:total", "148,260")
    fields = fields_of(reading_of(kept))
    assert checks_of(fields["total"]) == [("sum", True)]
    assert checks_of(fields["insured_own_total"]) == [("sum", True), ("sum", True)]
    assert checks_of(fields["business_number"]) == [("checksum", False)]
    put(kept, "field:business_number", "123-45-67891")
    put(kept, "field:items:6:insured_fund", "4,900")
    put(kept, "field:paid", "78,430")
    form = reading_of(kept)["pages"][0]["form"]
    assert form["reasons"] == ["form: 58 % sure", "patient_total: not found"]
    put(kept, "field:patient_total", "78,430")
    fields = fields_of(reading_of(kept))
    assert checks_of(fields["patient_total"]) == [("sum", True)]
    assert (fields["patient_total"]["type"], fields["patient_total"]["normalised"]) == (
        "amount",
        "78430",
    )
    assert reading_of(kept)["pages"][0]["form"]["reasons"] == ["form: 58 % sure"]
    put(kept, "field:patient_total", "78,431")
    assert checks_of(fields_of(reading_of(kept))["patient_total"]) == [("sum", False)]
    assert ask(kept, "DELETE", kept.path("field:total"))[0] == 204
    assert checks_of(fields_of(reading_of(kept))["total"]) == [("sum", False)]


def test_undoing_gives_back_what_was_read(kept):
    before = reading_of(kept)
    put(kept, "word:0:1", "x")
    put(kept, "field:total", "1")
    put(kept, "field:patient_total", "a")
    for target in ("word:0:1", "field:total", "field:patient_total"):
        assert ask(kept, "DELETE", kept.path(target))[0] == 204
    assert reading_of(kept) == before
    assert corrections_of(kept)["corrections"] == []
    assert_problem(*ask(kept, "DELETE", kept.path("field:total")), 404, "not_found")


@pytest.mark.parametrize(
    "target",
    [
        "word:0:9",
        "word:99:0",
        "word:00:1",
        "word:-1:0",
        "word:0",
        "word:0:1:2",
        "word:0:1x",
        "field:nothing",
        "field:items",
        "field:items:0",
        "field:items:7:name",
        "field:items:0:nothing",
        "field:total:0:name",
        "field:",
        "line:0",
        "%EA%B0%80",
    ],
)
def test_an_unknown_target_is_refused(kept, target):
    status, headers, body = ask(
        kept, "PUT", kept.path(target), '{"value":"x"}', {"Content-Type": "application/json"}
    )
    assert_problem(status, headers, body, 404, "not_found")
    assert "corrections.json" not in os.listdir(kept.folder)


def test_unknown_pages_and_documents_are_refused(kept):
    for path in (
        kept.path("word:0:0", page=2),
        kept.path("word:0:0", page=0),
        Kept(kept.server, "0" * 26).path("word:0:0"),
    ):
        assert put(kept, None, "x", path=path)[0] == 404
    assert_problem(*ask(kept, "GET", f"/v1/documents/{'0' * 26}/corrections"), 404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"value":null}',
        '{"value":1}',
        '{"value":""}',
        '{"value":" x"}',
        '{"value":"x "}',
        '{"value":"a\\nb"}',
        '{"value":"a\\u0000b"}',
        '{"value":"a\\u0085b"}',
        '{"value":"a","by":"\\u001b"}',
        '{"value":"a","by":""}',
        '{"value":"a","more":1}',
        '{"value":"a","value":"b"}',
        json.dumps({"value": "가" * 1001}),
        b'{"value":"\xff"}',
    ],
)
def test_a_wrong_body_is_refused(kept, body):
    headers = {"Content-Type": "application/json"}
    assert_problem(*ask(kept, "PUT", kept.path("word:0:0"), body, headers), 400, "usage")
    assert corrections_of(kept)["corrections"] == []


def test_limits_of_a_correction(kept):
    assert put(kept, "word:0:0", "가" * 1000)[0] == 201
    assert put(kept, "word:0:0", "x" * 20000)[0] == 413
    status, headers, body = ask(
        kept, "PUT", kept.path("word:0:0"), "<a/>", {"Content-Type": "text/xml"}
    )
    assert_problem(status, headers, body, 415, "unsupported")


def test_the_second_of_two_people_is_told(kept):
    first = {"If-None-Match": "*"}
    status, headers, _ = put(kept, "field:total", "1", first)
    assert status == 201
    status, got, problem = put(kept, "field:total", "2", first)
    assert_problem(status, got, json.dumps(problem), 412, "changed_meanwhile")
    seen = {"If-Match": headers["ETag"]}
    status, later, made = put(kept, "field:total", "3", seen)
    assert (status, made["original"]) == (200, "1l8,260")
    assert put(kept, "field:total", "4", seen)[0] == 412
    assert ask(kept, "DELETE", kept.path("field:total"), None, seen)[0] == 412
    assert fields_of(reading_of(kept))["total"]["value"] == "3"
    # Who corrects another field is not hindered.
    assert put(kept, "field:paid", "20,000", first)[0] == 201
    assert (
        ask(kept, "DELETE", kept.path("field:total"), None, {"If-Match": later["ETag"]})[0] == 204
    )
    # A tag never comes back.
    assert put(kept, "field:total", "5")[1]["ETag"] not in (headers["ETag"], later["ETag"])


@pytest.mark.parametrize("tag", ["1", '"1', "W/", '"11"', '""', ""])
def test_what_is_no_tag_matches_nothing(kept, tag):
    put(kept, "field:total", "1")
    assert put(kept, "field:total", "2", {"If-Match": tag})[0] == 412
    status, headers, body = put(kept, "field:total", "2", {"If-None-Match": '"1"'})
    assert_problem(status, headers, json.dumps(body), 400, "usage")
    assert corrections_of(kept)["revision"] == 1


def test_a_list_of_tags_is_understood(kept):
    put(kept, "field:total", "1")
    assert put(kept, "field:total", "2", {"If-Match": 'W/"1"'})[0] == 412
    assert put(kept, "field:total", "2", {"If-Match": '"7" , "1"'})[0] == 200
    assert put(kept, "field:total", "3", {"If-Match": "*"})[0] == 200
    assert put(kept, "field:date", "3", {"If-Match": "*"})[0] == 412


def test_many_people_at_once_lose_nothing(kept):
    targets = [f"field:items:{r}:{c}" for r in range(7) for c in ("name", "uninsured")]
    wins, barrier = [], threading.Barrier(8)

    def correct(person):
        barrier.wait()
        for target in targets:
            status, _, _ = put(kept, target, f"{person} {target}", {"If-None-Match": "*"})
            assert status in (201, 412)
            if status == 201:
                wins.append((target, f"{person} {target}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(correct, range(8)))
    got = corrections_of(kept)
    assert sorted(wins) == sorted((c["target"], c["value"]) for c in got["corrections"])
    assert len(wins) == len(targets)
    assert sorted(c["revision"] for c in got["corrections"]) == list(range(1, len(targets) + 1))


def test_what_was_answered_survives_a_kill(tmp_path):
    store_document(tmp_path / "data")
    with running_server(tmp_path, KEEP) as server:
        kept = Kept(server, ID)
        assert put(kept, "word:0:1", "one")[0] == 201
        assert put(kept, "word:0:2", "two")[0] == 201
        server.process.kill()
        server.process.wait()
    # What a crash in the middle of a write would leave.
    (tmp_path / "data" / ID / ".new-corrections.json").write_text('{"schema"')
    with running_server(tmp_path, KEEP) as server:
        kept = Kept(server, ID)
        reading = reading_of(kept)
        assert [word_at(reading, 0, i)["text"] for i in (1, 2)] == ["one", "two"]
        assert put(kept, "word:0:1", "three")[0] == 200
        assert word_at(reading_of(kept), 0, 1)["text"] == "three"


def test_damaged_corrections_are_said_and_not_overwritten(kept):
    file = kept.folder / "corrections.json"
    for text in ("{", "[]", '{"schema":"corrections/1","revision":1,"corrections":[{}]}'):
        file.write_text(text)
        assert ask(kept, "GET", f"/v1/documents/{kept.id}")[0] == 500
        assert put(kept, "word:0:0", "x")[0] == 500
        assert file.read_text() == text


def test_the_name_of_the_key_is_kept(tmp_path, twinreader):
    keys = tmp_path / "keys"
    key = twinreader("keys", "new", "desk-2", "--file", keys, text=True).stdout.strip()
    store_document(tmp_path / "data")
    with running_server(tmp_path, KEEP | {"TWINREADER_SERVER_KEYS_FILE": str(keys)}) as server:
        kept = Kept(server, ID)
        assert put(kept, "word:0:0", "x")[0] == 401
        status, _, made = put(kept, "word:0:0", "x", {"Authorization": f"Bearer {key}"})
        assert (status, made["key"], made["by"]) == (201, "desk-2", None)


def test_a_deleted_document_takes_its_corrections_along(kept):
    put(kept, "word:0:0", "x")
    assert ask(kept, "DELETE", f"/v1/documents/{kept.id}")[0] == 204
    assert put(kept, "word:0:0", "x")[0] == 404
    assert not (kept.folder).exists()


def test_masking_hides_what_was_read_as_well(kept):
    file = kept.folder / "reading.json"
    number = "850101-1234567"
    file.write_text(file.read_text().replace("123-45-67890", number))
    put(kept, "word:4:1", "850101-1234568")
    put(kept, "field:business_number", "x")
    path = f"/v1/documents/{kept.id}"
    assert number in ask(kept, "GET", path)[2].decode()
    status, _, body = ask(kept, "GET", path + "?mask=true")
    assert status == 200
    assert "1234567" not in body.decode() and "1234568" not in body.decode()
    assert word_at(json.loads(body), 4, 1)["corrected"]


# The verb


def export(twinreader, kept, out):
    done = twinreader("corrections", "export", kept.store, "-o", out, text=True)
    assert done.returncode == 0, done.stderr
    return done


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_corrections_become_labelled_data(kept, twinreader, tmp_path):
    put(kept, "word:0:1", "계산서·", by="Kim")
    put(kept, "field:items:6:insured_fund", "4,900")
    put(kept, "field:patient_total", "120,000")
    out = tmp_path / "out"
    done = export(twinreader, kept, out)
    assert "1 words and 2 fields of 1 documents" in done.stderr
    assert lines_of(out / "words.txt") == [f"images/{kept.id}-1.png\t계산서·"]
    assert lines_of(out / "fields.txt") == [f"images/{kept.id}-2.png\t4,900"]
    records = [json.loads(text) for text in lines_of(out / "corrections.jsonl")]
    assert [r["correction"] for r in records] == corrections_of(kept)["corrections"]
    assert [r["document"] for r in records] == [kept.id] * 3
    assert records[2]["image"] is None
    assert records[0]["correction"]["recogniser"] == "made-recogniser 2.3"

    # The crop is the word's ink: the page was kept at 0.8 of its size.
    crop = Image.open(out / f"images/{kept.id}-1.png").convert("L")
    at = word_at(made_reading(), 0, 1)["box"]
    assert abs(crop.width - 0.8 * (at[2] - at[0])) <= 1
    assert abs(crop.height - 0.8 * (at[5] - at[1])) <= 1
    page = Image.open(kept.folder / "page-1.jpg").convert("L")
    same = page.crop([round(0.8 * v) for v in (at[0], at[1], at[4], at[5])]).resize(crop.size)
    difference = [abs(a - b) for a, b in zip(crop.tobytes(), same.tobytes(), strict=True)]
    assert sum(difference) / len(difference) < 12
    assert min(crop.tobytes()) < 80


def test_an_export_mirrors_the_store(kept, twinreader, tmp_path):
    def snapshot():
        return {p.relative_to(out): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}

    out = tmp_path / "out"
    put(kept, "word:0:1", "one")
    put(kept, "word:0:2", "two")
    export(twinreader, kept, out)
    first = snapshot()
    (out / "images" / "mine.png").write_bytes(b"not ours")
    export(twinreader, kept, out)
    assert snapshot() == first | {(out / "images/mine.png").relative_to(out): b"not ours"}
    ask(kept, "DELETE", kept.path("word:0:1"))
    export(twinreader, kept, out)
    assert lines_of(out / "words.txt") == [f"images/{kept.id}-2.png\ttwo"]
    assert sorted(p.name for p in (out / "images").iterdir()) == [f"{kept.id}-2.png", "mine.png"]


def test_a_damaged_document_does_not_stop_the_others(tmp_path, twinreader):
    other = "01JDBBBBBBBBBBBBBBBBBBBBBB"
    for id in (ID, other):
        store_document(tmp_path / "data", id=id)
    with running_server(tmp_path, KEEP) as server:
        for id in (ID, other):
            assert put(Kept(server, id), "word:0:0", "x")[0] == 201
    (tmp_path / "data" / ID / "corrections.json").write_text("{")
    out = tmp_path / "out"
    done = twinreader("corrections", "export", tmp_path / "data", "-o", out, text=True)
    assert done.returncode == 1
    assert f"{ID} is left out: JSON, line 1" in done.stderr
    assert lines_of(out / "words.txt") == [f"images/{other}-1.png\tx"]


def test_a_store_without_corrections_gives_empty_lists(tmp_path, twinreader):
    store_document(tmp_path / "data")
    out = tmp_path / "out"
    done = twinreader("corrections", "export", tmp_path / "data", "-o", out)
    assert done.returncode == 0
    assert [(out / n).read_bytes() for n in ("words.txt", "fields.txt", "corrections.jsonl")] == [
        b""
    ] * 3


def test_the_verb_used_wrongly(twinreader, tmp_path):
    assert twinreader("corrections").returncode == 2
    assert twinreader("corrections", "import", tmp_path, "-o", tmp_path).returncode == 2
    assert twinreader("corrections", "export", tmp_path).returncode == 2
    assert twinreader("corrections", "export", "a", "b", "-o", tmp_path).returncode == 2
    gone = twinreader("corrections", "export", tmp_path / "gone", "-o", tmp_path / "o", text=True)
    assert gone.returncode == 1 and "gone" in gone.stderr


def test_made_documents_fit_the_published_schema(kept, root):
    schema = json.loads((root / "services/twinreader/schema/reading-1.schema.json").read_text())
    jsonschema = pytest.importorskip("jsonschema")
    put(kept, "word:0:0", "x")
    put(kept, "field:patient_total", "y")
    put(kept, "field:items:0:name", ITEMS[0][0])
    jsonschema.validate(reading_of(kept), schema)
