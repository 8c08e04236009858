"""`twinreader read` as its user meets it: good and bad files, options, outputs, interruption."""

import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import time
import zlib

import pytest
from PIL import Image, ImageDraw

USED_WRONGLY = 2


@pytest.fixture
def page(tmp_path):
    """Makes a small page with some text: page("a.png")."""

    def make(name, text="TOTAL 12.50"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.new("RGB", (320, 96), "white")
        if text:
            ImageDraw.Draw(picture).text((24, 24), text, fill="black", font_size=36)
        picture.save(path)
        return path

    return make


@pytest.fixture
def read(twinreader):
    """Runs `twinreader read ...` with texts as output."""

    def run(*arguments, **options):
        return twinreader("read", *arguments, text=True, **options)

    return run


def lines(text):
    return text.removesuffix("\n").split("\n") if text else []


def words(reading):
    return [w["text"] for p in reading["pages"] for line in p["lines"] for w in line["words"]]


def png_header(width, height):
    """A PNG that declares its size and has next to no pixels."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def pdf(tree, pages):
    """A PDF whose page tree (object 2) says `tree`, with pages as objects from 3 on."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages " + tree + b" >>"]
    text, table = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, content in enumerate(objects + [page] * pages, 1):
        table += b"%010d 00000 n \n" % len(text)
        text += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    end = b"xref\n0 %d\n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return text + end % (pages + 3, table, pages + 3, len(text))


def test_one_file_gives_one_json_object(read, page):
    done = read(page("a.png"))
    assert (done.returncode, done.stderr) == (0, "")
    reading = json.loads(done.stdout)
    assert reading["name"].endswith("a.png")
    assert words(reading) == ["TOTAL", "12.50"]


def test_several_files_give_json_lines_in_the_order_asked(read, page):
    paths = [page(name) for name in ("c.png", "a.png", "b.jpg", "d.png")]
    done = read(*paths, "--jobs", 4)
    assert (done.returncode, done.stderr) == (0, "")
    names = [json.loads(line)["name"] for line in lines(done.stdout)]
    assert names == [str(p) for p in paths]


def test_a_directory_stands_for_its_files_in_name_order(read, page, tmp_path):
    for name in ("d/b.png", "d/a/z.png", "d/c.jpg", "d/.hidden.png"):
        page(name, text="")
    done = read(tmp_path / "d")
    names = [json.loads(line)["name"] for line in lines(done.stdout)]
    assert [n.removeprefix(f"{tmp_path}/d/") for n in names] == ["a/z.png", "b.png", "c.jpg"]


def test_a_blank_page_is_a_result_without_words(read, page):
    done = read(page("blank.png", text=""))
    assert (done.returncode, done.stderr) == (0, "")
    assert words(json.loads(done.stdout)) == []


def test_bad_files_are_reported_and_the_rest_is_read(read, page, tmp_path):
    good = [page("1.png"), page("9.png")]
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "text.jpg").write_text("this is not a picture\n")
    whole = page("whole.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "bomb.png").write_bytes(png_header(60000, 60000))
    (tmp_path / "loop.pdf").write_bytes(pdf(b"/Count 1 /Kids [2 0 R]", 0))
    kids = b" ".join(b"%d 0 R" % (i + 3) for i in range(10000))
    (tmp_path / "long.pdf").write_bytes(pdf(b"/Count 10000 /Kids [" + kids + b"]", 10000))
    one = tmp_path / "one.pdf"
    one.write_bytes(pdf(b"/Count 1 /Kids [3 0 R]", 1))
    qpdf = ["qpdf", "--encrypt", "user", "owner", "256", "--", one, tmp_path / "locked.pdf"]
    subprocess.run(qpdf, check=True)
    said = {
        "empty.jpg": "the file is empty",
        "text.jpg": 'not a picture or PDF (starts with "this is ")',
        "cut.jpg": "the JPEG data is damaged or cut short",
        "missing.jpg": "No such file or directory",
        "bomb.png": "the picture declares 60000 x 60000 pixels, "
        "more than the limit of 200000000 pixels",
        "loop.pdf": "page 1 of the PDF has no size: its page tree is damaged",
        "long.pdf": "the document has 10000 pages, more than the limit of 200",
        "locked.pdf": "the PDF is encrypted and needs a password",
    }
    bad = [tmp_path / name for name in said]
    done = read(good[0], *bad, good[1], "--format", "text")
    assert done.returncode == 1
    assert done.stdout.count("TOTAL") == 2
    told = lines(done.stderr)
    # What libvips says of a damaged picture differs from version to version; ours comes first.
    told[2] = ": ".join(told[2].split(": ")[:3])
    assert told == [f"twinreader: {tmp_path / name}: {text}" for name, text in said.items()]


def test_a_file_name_cannot_command_the_terminal(read, tmp_path):
    (tmp_path / "a\x1b[31mb\nc\x9bd.jpg").write_bytes(b"")
    done = read(*tmp_path.iterdir())
    assert done.returncode == 1
    assert done.stderr == (
        f"twinreader: {tmp_path}/a\\x1b[31mb\\x0ac\\xc2\\x9bd.jpg: the file is empty\n"
    )
    done = read("--\x1b[2J")
    assert lines(done.stderr)[0] == "twinreader read: unknown option --\\x1b[2J"


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root reads anything")
def test_a_directory_without_rights_is_reported(program, page, tmp_path):
    good = page("good.png", text="")
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    command = [program, "read", str(closed), str(good)]
    if os.geteuid() == 0:
        # Root passes every permission check, so the program runs as another user.
        for folder in (tmp_path, *tmp_path.parents):
            if folder.owner() == "root" and folder.stat().st_mode & 0o7 == 0:
                folder.chmod(folder.stat().st_mode | 0o5)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    probe = subprocess.run([*command[:-3], "--version"], capture_output=True, text=True)
    if probe.returncode:
        pytest.skip(f"another user cannot start the program here: {probe.stderr.strip()}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    closed.chmod(0o700)
    assert done.returncode == 1
    assert done.stderr == f"twinreader: {closed}: Permission denied\n"
    assert json.loads(done.stdout)["name"] == str(good)


def test_text_of_several_files_is_told_apart(read, page):
    a, b = page("a.png"), page("b.png", text="BREAD 3.20")
    done = read(a, b, "--format", "text")
    assert lines(done.stdout) == [f"==> {a} <==", "TOTAL 12.50", "", f"==> {b} <==", "BREAD 3.20"]


def test_fields_as_text_are_a_table(read, samples):
    path = samples / "hardware-scan.jpg"
    done = read(path, "--fields", "--format", "text")
    assert done.returncode == 0, done.stderr
    first, *rest = lines(done.stdout)
    assert first.startswith(f"{path}: receipt, ")
    total = next(line for line in rest if line.split()[:1] == ["total"])
    assert "53.81" in total and total.endswith(" %")


def test_timings_say_where_the_time_went(read, page):
    done = read(page("a.png"), "--timings")
    table = lines(done.stderr)
    assert table[0].startswith("stages, summed over 1 worker")
    names = [line.split()[0] for line in table[1:-2]]
    assert {"decode", "detect_run", "recognise_run", "total"} <= set(names)
    assert table[-2].startswith("1 pages in ")
    assert "timings" in json.loads(done.stdout)["pages"][0]


def test_standard_input_is_a_file_like_any_other(read, page):
    with page("a.png").open("rb") as f:
        done = read("-", stdin=f)
    assert done.returncode == 0, done.stderr
    reading = json.loads(done.stdout)
    assert reading["name"] == "stdin"
    assert words(reading) == ["TOTAL", "12.50"]


def test_standard_input_is_bounded(read, page):
    with page("a.png").open("rb") as f:
        done = read("-", stdin=f, env={"TWINREADER_LIMITS_MAX_BYTES": "100"})
    assert done.returncode == 1
    assert done.stderr == "twinreader: standard input: larger than 100 bytes\n"


def test_results_go_into_a_directory_under_their_own_names(read, page, tmp_path):
    page("in/a.png")
    page("in/b.png", text="")
    out = tmp_path / "out"
    for form, extension in (("json", "json"), ("text", "txt"), ("tsv", "tsv"), ("pdf", "pdf")):
        done = read(tmp_path / "in", "-o", out, "--format", form)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (out / f"a.{extension}").stat().st_size > 0
        assert (out / f"b.{extension}").exists()
    assert json.loads((out / "a.json").read_text())["pages"][0]["width"] == 320
    assert (out / "a.txt").read_text() == "TOTAL 12.50\n"
    assert (out / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert not [p for p in out.iterdir() if p.name.startswith(".")]


def test_inputs_of_the_same_name_never_overwrite_each_other(read, page, tmp_path):
    paths = [page("x/a.png"), page("y/a.png", text="BREAD 3.20"), page("a.jpg", text="")]
    out = tmp_path / "out"
    done = read(*paths, "-o", out)
    assert done.returncode == 0
    assert lines(done.stderr) == [
        f"twinreader: {paths[1]}: written as a-2.json, another input of that name came before",
        f"twinreader: {paths[2]}: written as a-3.json, another input of that name came before",
    ]
    names = [json.loads((out / n).read_text())["name"] for n in ("a.json", "a-2.json", "a-3.json")]
    assert names == [str(p) for p in paths]


def test_a_result_never_replaces_a_document(read, samples, page, tmp_path):
    folder = tmp_path / "in"
    page("in/b.png")
    original = samples / "bookshop.pdf"
    for name in ("a.pdf", "b.pdf"):
        shutil.copy(original, folder / name)
    done = read(folder, "--format", "pdf", "-o", folder, "--jobs", "1")
    assert done.returncode == 1
    advice = "would replace a document that is read: give another -o DIR"
    assert lines(done.stderr) == [
        f"twinreader: {folder}/a.pdf: a.pdf {advice}",
        f"twinreader: {folder}/b.pdf: b.pdf {advice}",
        f"twinreader: {folder}/b.png: written as b-2.pdf, another input of that name came before",
    ]
    for name in ("a.pdf", "b.pdf"):
        assert (folder / name).read_bytes() == original.read_bytes()


def test_a_full_standard_output_is_told(read, page):
    with open("/dev/full", "w") as full:
        done = read(page("a.png"), capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr == "twinreader: standard output: No space left on device\n"


def test_a_full_disk_costs_one_result_and_leaves_no_partial_file(program, page, samples, tmp_path):
    # A file system of 16 KiB: too small for the first result, large enough for the second.
    large, small = samples / "hardware-scan.jpg", page("small.png", text="")
    full = tmp_path / "full"
    full.mkdir()
    script = 'mount -t tmpfs -o size=16k tmpfs "$0" && "$@"; code=$?; ls -A "$0"; exit $code'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, full]
    command += [program, "read", large, small, "-o", full, "--jobs", "1"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120)
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no small file system can be made here: {done.stderr.strip()}")
    assert done.stderr == (
        f"twinreader: {large}: cannot write hardware-scan.json: No space left on device\n"
    )
    assert done.returncode == 1
    assert lines(done.stdout) == ["small.json"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "twinreader read: a file or directory is missing; - is standard input"),
        (["--formt", "x"], "twinreader read: unknown option --formt; did you mean --format?"),
        (
            ["a", "--format", "xml"],
            'twinreader read: --format must be one of json, text, tsv, hocr, alto, pdf, is "xml"',
        ),
        (
            ["a", "--jobs", "0"],
            'twinreader read: --jobs must be a whole number from 1 to 1024, is "0"',
        ),
        (
            ["a", "b", "--format", "pdf"],
            "twinreader read: results of several files cannot be joined as pdf: give -o DIR",
        ),
        (["-", "-"], "twinreader read: standard input can be read once only"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(read, arguments, message):
    done = read(*arguments)
    assert done.returncode == USED_WRONGLY
    assert lines(done.stderr) == [message, "Try: twinreader read --help"]
    assert done.stdout == ""


def test_unknown_verbs_get_a_suggestion(twinreader):
    done = twinreader("raed", text=True)
    assert done.returncode == USED_WRONGLY
    assert lines(done.stderr)[0] == 'twinreader: unknown verb "raed"; did you mean "read"?'


def test_an_unknown_option_before_a_verb_is_told(twinreader):
    done = twinreader("-V", text=True)
    assert (done.returncode, done.stdout) == (USED_WRONGLY, "")
    assert done.stderr == "twinreader: unknown option -V\nTry: twinreader --help\n"


def test_every_verb_has_help(twinreader):
    top = twinreader("--help", text=True)
    assert top.returncode == 0 and top.stderr == ""
    listed = top.stdout.split("Verbs:\n")[1].split("\n\n")[0]
    verbs = [line.split()[0] for line in lines(listed)]
    assert verbs[0] == "read"
    for verb in verbs:
        done = twinreader(verb, "--help", text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"Usage: twinreader {verb} ")


def test_an_unknown_configuration_key_names_file_and_line(read, page, tmp_path):
    config = tmp_path / "conf.yaml"
    config.write_text("# ours\nserver:\n  prot: 81\n")
    done = read(page("a.png"), "--config", config)
    assert done.returncode == USED_WRONGLY
    assert done.stderr == (
        f'twinreader: {config}:3: server.prot: unknown key; did you mean "port"?\n'
    )


def test_the_environment_overrides_the_file(twinreader, tmp_path):
    config = tmp_path / "conf.yaml"
    config.write_text("limits:\n  max_pages: 7\n  pdf_dpi: 150\n")
    done = twinreader(
        "--config", config, "--print-config", text=True, env={"TWINREADER_LIMITS_MAX_PAGES": "9"}
    )
    assert done.returncode == 0, done.stderr
    values = dict(
        line.split(": ", 1) for line in lines(done.stdout) if ": " in line and "#" not in line
    )
    assert (values["  max_pages"], values["  pdf_dpi"]) == ("9", "150")
    # What is printed is a configuration itself.
    config.write_text(done.stdout)
    again = twinreader("--config", config, "--print-config", text=True)
    assert again.stdout == done.stdout

    done = twinreader("--print-config", text=True, env={"TWINREADER_SERVER_PROT": "1"})
    assert done.returncode == USED_WRONGLY
    assert done.stderr == (
        "twinreader: environment: TWINREADER_SERVER_PROT: unknown variable; "
        "did you mean TWINREADER_SERVER_PORT?\n"
    )


def test_a_missing_model_is_named(read, page):
    done = read(page("a.png"), env={"TWINREADER_MODELS_DETECTOR": "no-such-model"})
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(
        r"twinreader: no model package \S+/models/no-such-model: No such file or directory\n",
        done.stderr,
    )


def test_an_interrupt_keeps_what_was_read(program, samples, tmp_path, slow):
    source = samples / "hardware-scan.jpg"
    paths = []
    for i in range(60):
        paths.append(tmp_path / f"{i:02}.jpg")
        paths[-1].symlink_to(source)
    process = subprocess.Popen(
        [program, "read", *map(str, paths), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    # Not communicate(): it would miss what readline has buffered.
    out, err = process.stdout.read(), process.stderr.read()
    process.wait(60 * slow)
    assert time.monotonic() - asked < 30 * slow
    assert process.returncode == 1
    assert err == "twinreader: interrupted\n"
    readings = [json.loads(line) for line in [first, *lines(out)]]
    assert [r["name"] for r in readings] == [str(p) for p in paths[: len(readings)]]
    assert len(readings) < 60


def test_a_terminal_gets_text_and_a_progress_bar(program, samples, tmp_path, slow):
    paths = [tmp_path / f"{i}.jpg" for i in range(24)]
    for path in paths:
        shutil.copy(samples / "hardware-scan.jpg", path)
    parent, child = pty.openpty()
    process = subprocess.Popen([program, "read", *map(str, paths)], stdout=child, stderr=child)
    os.close(child)
    seen = b""
    deadline = time.monotonic() + 60 * slow
    while time.monotonic() < deadline:
        try:
            seen += os.read(parent, 65536)
        except OSError:  # the other end is closed
            break
    os.close(parent)
    assert process.wait(10 * slow) == 0
    text = seen.decode()
    assert f"==> {paths[0]} <==" in text
    assert "/24 pages, " in text and "\r\x1b[K[" in text
