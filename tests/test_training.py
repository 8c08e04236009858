"""The trainers' parts: what needs only numpy runs here, what needs PyTorch runs in .deps/train
(`tools/setup train`)."""

import csv
import http.server
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "training"))

import boxes  # noqa: E402
import crops  # noqa: E402
import ctc  # noqa: E402
import curves  # noqa: E402
import pages  # noqa: E402
import shrink  # noqa: E402
from charset import Charset  # noqa: E402

PYTHON = ROOT / ".deps/train/bin/python"
FAKE = ROOT / "tests/fake_crops.py"


def record(picture, text, font=3, look=2):
    raw = text.encode()
    head = struct.pack("<HHHBB", *picture.shape, len(raw), font, look)
    inked = text.replace(" ", "")
    spans = struct.pack(f"<{2 * len(inked)}H", *range(2 * len(inked)))
    return head + raw + spans + picture.tobytes()


def pictures(*widths):
    return [np.full((4, w), 10 + i, np.uint8) for i, w in enumerate(widths)]


def stream(*widths):
    parts = [record(p, "가나 " + "x" * i) for i, p in enumerate(pictures(*widths))]
    return crops.MAGIC + b"".join(parts)


def test_a_stream_is_parsed_crop_by_crop():
    parsed = crops.parse(stream(5, 9, 2))
    assert parsed.text == ["가나 ", "가나 x", "가나 xx"]
    assert parsed.font.tolist() == [3, 3, 3] and parsed.look.tolist() == [2, 2, 2]
    assert [s.tolist() for s in parsed.spans] == [
        [[2 * k, 2 * k + 1] for k in range(n)] for n in (2, 3, 4)
    ]
    for i, p in enumerate(pictures(5, 9, 2)):
        assert np.array_equal(parsed.picture(i), p)


def test_an_empty_stream_has_no_crops():
    assert len(crops.parse(crops.MAGIC)) == 0


@pytest.mark.parametrize(
    "data, message",
    [
        (b"DURECRP1", "does not begin"),
        (b"", "does not begin"),
        (stream(5)[:-1], "ends in crop 0"),
        (stream(5, 6) + b"\1", "head of crop 2"),
        (crops.MAGIC + record(np.zeros((4, 4), np.uint8), "a", look=9), "of look 9"),
        (crops.MAGIC + struct.pack("<HHHBB", 1, 1, 1, 0, 0) + b"\xff\0", "not UTF-8"),
    ],
)
def test_a_broken_stream_is_refused(data, message):
    with pytest.raises(crops.StreamError, match=message):
        crops.parse(data)


def test_batches_hold_every_usable_crop_once_and_no_more_columns_than_allowed():
    rng = np.random.default_rng(1)
    widths = rng.integers(8, 300, 500)
    usable = rng.random(500) < 0.9
    batches = crops.plan(widths, usable, crops.Shapes(1024), rng)
    assert sorted(np.concatenate(batches)) == np.flatnonzero(usable).tolist()
    for b in batches:
        assert len(b) == 1 or crops.round_up(int(widths[b].max()), 16) * len(b) <= 1024


def test_batches_of_few_shapes_are_filled_up_with_their_own_samples():
    shapes = crops.Shapes(1024, (64, 128, 256))
    assert [shapes.fit(w) for w in (8, 64, 70, 72, 128, 256, 280, 400)] == [
        *(64, 64, 64, 128, 128, 256, 256, 256)
    ]
    assert shapes.fill(np.array([3, 1]), 256).tolist() == [3, 1, 3, 1]
    assert shapes.fill(np.arange(9), 128).tolist() == list(range(8))
    assert crops.Shapes(1024).fit(17) == 32
    assert crops.Shapes(1024).fill(np.array([3, 1]), 256).tolist() == [3, 1]


def test_a_batch_keeps_pixels_and_pads_on_the_right():
    parsed = crops.parse(stream(5, 9))
    batch = crops.gather(parsed, np.array([1, 0]), 12, 77)
    assert batch.shape == (2, 4, 12)
    assert (batch[0, :, :9] == 11).all() and (batch[0, :, 9:] == 77).all()
    assert (batch[1, :, :5] == 10).all() and (batch[1, :, 5:] == 77).all()


def test_pools_come_in_order_from_several_processes_and_the_same_again():
    source = crops.Source(f"{sys.executable} {FAKE}", seed=5)
    several = list(crops.Pools(source, 20, 2, 6, processes=3))
    assert [n for n, _ in several] == [2, 3, 4, 5]
    again = source.read(60, 20)
    assert again.text == several[1][1].text
    assert np.array_equal(again.pixels, several[1][1].pixels)


def test_a_generator_that_fails_is_named():
    source = crops.Source(f"{sys.executable} -c raise(SystemExit(7))", seed=5)
    with pytest.raises(crops.StreamError, match="synth crops --seed 5"):
        list(crops.Pools(source, 20, 0, 1))


def test_ctc_collapses_repeats_and_drops_blanks():
    assert ctc.collapse([0, 3, 3, 0, 3, 2, 2, 0]) == [3, 3, 2]
    assert ctc.collapse([]) == []


def test_ctc_reads_text_with_the_mean_of_the_best_probabilities():
    charset = Charset(["a", "b"])
    p = np.full((4, 4), 0.01)
    p[[0, 1, 2, 3], [1, 1, 0, 3]] = [0.6, 0.9, 0.8, 0.7]
    text, sure = ctc.decode(p, charset)
    assert text == "a " and sure == pytest.approx(0.8)


def test_doubled_letters_need_a_step_between():
    assert ctc.steps_needed([1, 1, 2, 2, 2]) == 8


@pytest.mark.parametrize(
    "a, b, d", [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("가나다", "가다", 1)]
)
def test_distance_is_levenshteins(a, b, d):
    assert ctc.distance(a, b) == d == ctc.distance(b, a)


def test_error_rates_are_by_group():
    t = ctc.Tally()
    t.add("x", "abcd", "abcd")
    t.add("y", "ab", "a")
    assert t.cer("x") == 0 and t.cer("y") == 0.5 and t.cer() == pytest.approx(1 / 6)
    assert t.exact() == 0.5


def test_the_shipped_charset_has_hangul_and_encodes_real_spaces():
    charset = Charset.load(ROOT / "services/twinreader/synth/charset.txt")
    assert sum("가" <= c <= "힣" for c in charset.characters) == 2350
    classes = charset.encode("진료비 1,200원")
    assert "".join(charset.symbols[c] for c in classes) == "진료비 1,200원"
    assert charset.encode(" ") == [len(charset) - 1]
    assert charset.encode("\u4e02") is None


@pytest.mark.parametrize("w, h", [(100, 10), (9, 9), (10, 80), (3, 2), (400, 31)])
def test_shrinking_is_undone_by_what_the_program_adds(w, h):
    a, b = shrink.shrink(w, h)
    assert 0 < a < w and 0 < b < h
    dx, dy = shrink.margins(a, b)
    assert a + 2 * dx == pytest.approx(w, rel=1e-6) and b + 2 * dy == pytest.approx(h, rel=1e-6)


def test_the_kernel_of_a_turned_word_is_turned_with_it():
    angle = np.radians(20)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    box = np.array([[0, 0], [60, 0], [60, 12], [0, 12]], float)
    assert np.allclose(shrink.kernel(box @ turn), shrink.kernel(box) @ turn)


def test_filling_covers_the_pixels_whose_centres_are_inside():
    out = np.zeros((10, 20))
    shrink.fill(out.shape, np.array([[2, 3], [7, 3], [7, 5.4], [2, 5.4]]), out, 1)
    assert out.sum() == 10 and out[3:5, 2:7].all()
    shrink.fill(out.shape, np.array([[-5, -5], [-1, -5], [-1, -1], [-5, -1]], float), out, 1)
    assert out.sum() == 10


def page_of_words():
    """Two lines of words with gaps of a third of their height, in quads."""
    out = []
    for y in (20, 44):
        x = 10.0
        for w in (30, 90, 15, 60, 200):
            out.append([[x, y], [x + w, y], [x + w, y + 12], [x, y + 12]])
            x += w + 4
    return np.array(out, float)


def test_a_perfect_map_gives_the_words_back():
    quads = page_of_words()
    kernels, weights = pages.maps(512, quads, np.zeros(len(quads), bool))
    found = boxes.from_map(kernels.astype(float), pages.SHRINK)
    assert len(found) == len(quads)
    assert boxes.matches(found, boxes.bounds(quads), least=0.6) == len(quads)
    assert set(np.unique(weights)) == {1, pages.RING}


def test_words_that_nobody_could_read_are_not_to_be_learned():
    quads = page_of_words()
    kernels, weights = pages.maps(512, quads, np.arange(len(quads)) == 1)
    y, x = int(quads[1, :, 1].mean() / 2), int(quads[1, :, 0].mean() / 2)
    assert kernels[y, x] == 0 and weights[y, x] == 0


def test_regions_are_8_connected_and_count_their_pixels():
    mask = np.array([[1, 0, 0, 1, 1], [0, 1, 0, 0, 0], [1, 0, 0, 1, 0], [1, 0, 1, 0, 0]], bool)
    found = sorted(boxes.regions(mask).tolist())
    assert found == [[0, 0, 2, 4, 4], [2, 2, 4, 4, 2], [3, 0, 5, 1, 2]]


def test_boxes_match_one_to_one():
    truth = np.array([[0, 0, 10, 10], [20, 0, 30, 10]], float)
    assert boxes.matches(np.array([[0, 0, 10, 9], [0, 1, 10, 10]], float), truth) == 1
    assert boxes.matches(truth[::-1], truth) == 2
    assert boxes.matches(np.zeros((0, 4)), truth) == 0


def test_a_cut_carries_its_words_along():
    grey = np.full((1400, 1000), 255, np.uint8)
    grey[300:320, 400:480] = 0
    quad = np.array([[[400, 300], [480, 300], [480, 320], [400, 320]]], float)
    page = pages.Page(grey, quad, np.zeros(1, bool))
    for seed in range(20):
        square, quads, _ = pages.cut(page, 512, np.random.default_rng(seed))
        x, y = quads[0].mean(axis=0).astype(int)
        if 0 <= x < 512 and 0 <= y < 512:
            assert square[y, x] < 40
    square, quads, _ = pages.whole(page)
    x, y = quads[0].mean(axis=0).astype(int)
    assert square.shape == (960, 960) and square[y, x] == 0


def test_a_curve_forgets_what_came_after_the_step_it_goes_on_from(tmp_path):
    curve = curves.Curve(tmp_path / "c.csv", ["step", "loss"], 0)
    for step in (1, 2, 3):
        curve.add({"step": step, "loss": 1 / step})
    curves.Curve(tmp_path / "c.csv", ["step", "loss"], 2)
    assert [r["step"] for r in curves.read(tmp_path / "c.csv")] == ["1", "2"]


class FakeMlflow(http.server.BaseHTTPRequestHandler):
    """Answers the few calls of MLflow's REST interface that are made; remembers them."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        call = self.path.removeprefix("/api/2.0/mlflow/")
        self.server.calls.append((call, body))
        if call == "experiments/create":
            return self.answer(400, {"error_code": "RESOURCE_ALREADY_EXISTS"})
        self.answer(200, {"run": {"info": {"run_id": "r1"}}})

    def do_GET(self):
        self.server.calls.append((self.path, None))
        self.answer(200, {"experiment": {"experiment_id": "7"}})

    def answer(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


def test_figures_go_to_mlflow_and_a_run_that_goes_on_stays_the_same_run(tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeMlflow) as server:
        server.calls = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        uri = f"http://127.0.0.1:{server.server_port}"
        curves.Mlflow(uri, "x", tmp_path, {"seed": 1}).log(5, {"loss": 0.5, "note": "text"})
        curves.Mlflow(uri, "x", tmp_path, {"seed": 1}).log(6, {"loss": 0.4})
        server.shutdown()
    calls = [c for c, _ in server.calls]
    assert calls.count("runs/create") == 1
    created = dict(server.calls)["runs/create"]
    assert created["experiment_id"] == "7"
    logged = [b for c, b in server.calls if c == "runs/log-batch" and "metrics" in b]
    assert [(m["key"], m["value"], m["step"]) for b in logged for m in b["metrics"]] == [
        ("loss", 0.5, 5),
        ("loss", 0.4, 6),
    ]
    assert all(b["run_id"] == "r1" for b in logged)


def test_training_goes_on_without_mlflow(tmp_path, capsys):
    dead = curves.Mlflow("http://127.0.0.1:9", "x", tmp_path, {})
    dead.log(1, {"loss": 1.0})
    assert capsys.readouterr().err.count("MLflow does not answer") == 1


# What follows needs PyTorch.

needs_torch = pytest.mark.skipif(
    not PYTHON.exists(), reason="no PyTorch: `tools/setup train` puts it into .deps/train"
)


def in_training(code, *arguments, timeout=280):
    done = subprocess.run(
        [str(PYTHON), "-c", code, *map(str, arguments)],
        cwd=ROOT / "training",
        capture_output=True,
        text=True,
        timeout=timeout,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_torch
def test_exported_networks_say_what_the_trained_ones_say(tmp_path):
    in_training(
        """
import sys, numpy as np, onnx, torch
import det_net, quantise, rec_net, rec_package

torch.manual_seed(1)
def stir(net):
    for m in net.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(m.running_mean, -1, 1)
            torch.nn.init.uniform_(m.running_var, 0.5, 2)
            torch.nn.init.uniform_(m.bias, -1, 1)
    return net.eval()

for size in ('tiny', 'small'):
    net = stir(rec_net.Recogniser(50, size))
    onnx.save(net.to_onnx(), sys.argv[1] + "/rec.onnx")
    rec_package.check_export(net, sys.argv[1] + "/rec.onnx")
for size in ('tiny', 'small'):
    net = stir(det_net.Detector(size))
    onnx.save(net.to_onnx(), sys.argv[1] + "/det.onnx")
    x = torch.randn(2, 1, 64, 96)
    want = net(x).sigmoid().detach().numpy()
    got = quantise.session(sys.argv[1] + "/det.onnx").run(None, {"x": x.numpy()})[0]
    assert got.shape == (2, 1, 32, 48) and np.abs(want - got).max() < 1e-4
""",
        tmp_path,
    )


@needs_torch
def test_characters_are_taught_at_the_middle_of_their_ink_and_blanks_between():
    in_training(
        """
import numpy as np
import frames

spans = [[[4, 6]], [[0, 8], [10, 14], [40, 48]], [[2, 2], [8, 8]]]
spans = [np.array(s, "<u2") for s in spans]
before, middle, behind = frames.middles(["x", "ab c", "d e"], spans)
assert before.tolist() == [5] and behind.tolist() == [2, 5, 8]
assert middle.tolist() == [4, 12, 27, 44]
pool = [(np.array([5, 6, 1, 7]), middle), (np.array([8, 8, 9]), np.array([1.0, 2.0, 30.0]))]
rng = np.random.default_rng(0)
rows, at, classes, characters = frames.targets(pool, 16, 4.0, rng)
taught = set(zip(rows[:characters], at[:characters], classes[:characters]))
# The first two characters of the second crop share a step: neither is taught.
assert taught == {(0, 1, 5), (0, 3, 6), (0, 6, 1), (0, 11, 7), (1, 7, 9)}
assert (classes[characters:] == 0).all() and 0 < len(classes) - characters <= characters
for row, step in zip(rows[characters:], at[characters:]):
    assert np.abs(pool[row][1] / 4 - step - 0.5).min() > frames.CLEAR
"""
    )


@needs_torch
def test_the_optimiser_turns_matrices_and_keeps_their_length():
    in_training(
        """
import torch
import muon, rec_net

x = torch.randn(12, 30)
u, s, v = torch.linalg.svd(muon.orthogonal(x))
assert 0.6 < s.min() and s.max() < 1.3
torch.manual_seed(0)
net = rec_net.Recogniser(20, "tiny")
optimiser = muon.Muon(net, lr=1e-3, turn=0.02, decay=0.02)
optimiser.set_part(1)
lengths = {n: p.norm().item() for n, p in net.named_parameters() if muon.is_matrix(n, p)}
assert lengths
picture, target = torch.randn(4, 1, 32, 64), torch.randint(0, 20, (4 * 16,))
losses = []
for _ in range(30):
    loss = torch.nn.functional.cross_entropy(net(picture).reshape(-1, 20), target)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
assert losses[-1] < 0.5 * losses[0]
for n, p in net.named_parameters():
    if n in lengths:
        assert abs(p.norm().item() / lengths[n] - 1) < 1e-4
"""
    )


@needs_torch
def test_training_and_packing_see_a_batch_alike():
    in_training(
        f"""
import sys, numpy as np, torch
import crops, rec_package, recogniser

pool = crops.Source("{sys.executable} {FAKE}", 3).read(0, 40)
index = np.array([7, 3, 30, 11])
x, inside = recogniser.to_tensor(pool, torch.from_numpy(pool.pixels), index)
assert np.allclose((x * inside).numpy(), rec_package.batch(pool, index))
"""
    )


def train(out, *arguments, wait=True):
    charset = out.parent / "charset.txt"
    charset.write_text("a\nb\n", encoding="utf-8")
    command = [
        *(str(PYTHON), str(ROOT / "training/recogniser.py"), "--out", str(out), "--size", "tiny"),
        *("--program", f"{sys.executable} {FAKE}", "--charset", str(charset), "--device", "cpu"),
        *("--crops", "2400", "--pool", "240", "--columns", "2048", "--held", "20"),
        *("--processes", "1", "--save-every", "1", "--held-every", "1000", *arguments),
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    if wait:
        message = process.communicate(timeout=280)[1]
        assert process.returncode == 0, message
    return process


@needs_torch
def test_a_run_killed_at_any_moment_goes_on_and_learns(tmp_path):
    out = tmp_path / "run"
    process = train(out, wait=False)
    end = time.monotonic() + 240
    while not list(out.glob("step-*/state.json")) and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    steps = [json.loads(p.read_text())["step"] for p in out.glob("step-*/state.json")]
    train(out)
    state = max(
        (json.loads(p.read_text()) for p in out.glob("step-*/state.json")), key=lambda s: s["step"]
    )
    assert state["step"] > max(steps) > 0
    with open(out / "held.csv", newline="") as f:
        assert float(list(csv.DictReader(f))[-1]["cer"]) < 0.2
    assert (out / "worst.png").stat().st_size > 0
