"""From a trained recogniser to its packages: ONNX, 8 bits, the accuracy lost to them, golden
inputs, MODEL.md.

Two folders are written: NAME with the 8-bit network and NAME-float beside it, to compare with.
"""

import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from PIL import Image

import crops
import ctc
import layers
import model_package
import quantise
import rec_net
import recipe

STEP = 16

MODEL_YAML = """\
# Keys: models/README.md
title: {title}
version: {version}
licence: Apache-2.0
origin: trained by training/recogniser.py from generated lines; MODEL.md has the recipe
task: recognise

model:
  file: model.onnx
  sha256: {model_sha256}

input:
  layout: nchw
  order: grey
  mean: [0.5]
  std: [0.5]
  size:
    rule: fixed_height
    step: {step}
    height: {height}
    min_width: {step}
    max_width: 3200
    pad: 0
    width_factor: 1

output:
  kind: ctc
  shrink: {shrink}

codec:
  kind: ctc
  classes: {classes}
  blank: 0
  space: true
  charset:
    file: charset.txt
    sha256: {charset_sha256}

threshold:
  text: 0.5

batch:
  max_items: 8
  max_columns: 1024

golden:
{golden}"""

MODEL_MD = """\
# {title}

CTC over {classes} classes: the blank, the {characters} characters of `charset.txt` (the 2,350
syllables of KS X 1001, ASCII, the symbols of the forms), the space.  Grey lines of {height} rows,
one time step per {shrink} columns.  Licence: Apache-2.0.

## Recipe

Trained from lines and words that `twinreader synth crops` invented, no others:

{commands}

| | |
| --- | --- |
| network | `{size}` of `training/rec_net.py` |
| parameters | {parameters:,} |
| multiply-adds per column | {macs:,} |
| file | {bytes:,} bytes{kind} |
| seed | {seed} |
| trained on | {took} |
| optimiser | Muon for matrices, AdamW for the rest |
| taught | where characters stand (`--frames`: that part of a run), then CTC |

## Figures

Character error rate in held-out fonts, {held} generated lines of each look; `curve.csv`, `held.csv`
and `curve.png` show how it came about:

| | together | {looks} |
| --- | --- | {rule} |
{rows}

Exactly right: {exact:.2%} of the lines ({exact_float:.2%} before quantisation).

One thread, 8 lines of 320 columns: {ms:.4f} ms per column ({ms_float:.4f} as float).
`twinreader models bench {name}` measures it elsewhere.
"""


def read_all(path, sets, charset):
    """Reads the held-out sets with an ONNX network: (Tally by look, what was read, by look)."""
    s, tally, read = quantise.session(path, 2), ctc.Tally(), {}
    for look, pool in sets.items():
        texts = [("", 0.0)] * len(pool)
        everything = np.ones(len(pool), bool)
        for index in crops.plan(
            pool.width, everything, crops.Shapes(4096), np.random.default_rng(0)
        ):
            out = s.run(None, {"x": batch(pool, index)})[0]
            for i, p in zip(index.tolist(), out, strict=True):
                texts[i] = ctc.decode(p, charset)
                tally.add(look, pool.text[i], texts[i][0])
        read[look] = texts
    return tally, read


def batch(pool, index):
    """A batch as the program makes it: -1..1, 0 right of each crop."""
    columns = crops.round_up(int(pool.width[index].max()), STEP)
    x = crops.gather(pool, index, columns, 0).astype(np.float32) / 127.5 - 1
    inside = np.arange(columns)[None, None, :] < pool.width[index][:, None, None]
    return (x * inside)[:, None]


def calibration(a, count=512):
    """Batches of crops in training fonts that training did not see."""
    source = crops.Source(a.program, a.seed + 1, "train", "mixed", rec_net.HEIGHT, a.max_width)
    pool = source.read(0, count)
    everything = np.ones(len(pool), bool)
    plan = crops.plan(pool.width, everything, crops.Shapes(2048), np.random.default_rng(1))
    return [batch(pool, index) for index in plan]


def sensitive(path):
    """Nodes that stay float: the first convolution, which sees the picture itself, and the
    softmax."""
    nodes = onnx.load(path).graph.node
    first = next(n.name for n in nodes if n.op_type == "Conv")
    return [first, *(n.name for n in nodes if n.op_type == "Softmax")]


def check_export(net, path):
    """The exported network must say what the trained one says."""
    x = np.random.default_rng(3).uniform(-1, 1, (2, 1, rec_net.HEIGHT, 96)).astype(np.float32)
    with torch.no_grad():
        want = net(torch.from_numpy(x)).softmax(2).numpy()
    got = quantise.session(path).run(None, {"x": x})[0]
    off = float(np.abs(want - got).max())
    if off > 1e-3:
        raise RuntimeError(f"the exported network is off by {off}")


def golden(draft, sets, read):
    """Writes clean crops that the network reads; right ones first.  Yields (file, text,
    confidence)."""
    pool, texts = sets["clean"], read["clean"]
    rank = [
        (texts[i][0] != pool.text[i], -texts[i][1], i)
        for i in range(len(pool))
        if texts[i][0].strip() == texts[i][0] != ""
    ]
    for _, _, i in sorted(rank)[:40]:
        name = f"golden/line-{i}.png"
        Image.fromarray(pool.picture(i)).save(draft.at / name, optimize=True)
        yield name, texts[i][0], texts[i][1]


def fill(draft, network, charset, title, items):
    """Puts network, charset and model.yaml into the draft."""
    if Path(network) != draft.at / "model.onnx":
        shutil.copyfile(network, draft.at / "model.onnx")
    (draft.at / "charset.txt").write_text(charset.text(), encoding="utf-8")
    lines = "".join(
        f"  - input: {file}\n    text: {model_package.quoted(text)}\n"
        f"    min_confidence: {sure * 0.9:.3f}\n"
        for file, text, sure in items
    )
    (draft.at / "model.yaml").write_text(
        MODEL_YAML.format(
            title=title,
            version=model_package.version(),
            model_sha256=model_package.sha256(draft.at / "model.onnx"),
            charset_sha256=model_package.sha256(draft.at / "charset.txt"),
            step=STEP,
            height=rec_net.HEIGHT,
            shrink=rec_net.STRIDE,
            classes=len(charset),
            golden=lines,
        ),
        encoding="utf-8",
    )


def choose_golden(draft, network, charset, title, sets, read, program, wanted=4):
    """Golden inputs that the program itself confirms, one after the other."""
    chosen, complaint = [], "the network reads nothing at all"
    for item in golden(draft, sets, read):
        if len(chosen) < wanted:
            fill(draft, network, charset, title, [item])
            complaint = model_package.verify(program, draft.at)
            if complaint is None:
                chosen.append(item)
                continue
        (draft.at / item[0]).unlink()
    if not chosen:
        raise RuntimeError(f"no golden input passes: {complaint}")
    fill(draft, network, charset, title, chosen)


def figures_of(tally):
    looks = {look: round(tally.cer(look), 5) for look in crops.LOOKS}
    return {"cer": round(tally.cer(), 5), "exact": round(tally.exact(), 5), **looks}


def document(draft, a, state, net, charset, f, kind):
    name, other = draft.final.name, {"int8": "float", "float": "int8"}[kind]
    rows = [
        f"| {k} | {f[k]['cer']:.2%} | " + " | ".join(f"{f[k][x]:.2%}" for x in crops.LOOKS) + " |"
        for k in (kind, other)
    ]
    name = name.removesuffix("-float")
    names = ("size", "seed", "crops", "within", "pool", "columns", "widths", "lr", "turn", "frames")
    commands, took = recipe.recipe("recogniser.py", a, state, names, "lines", name)
    (draft.at / "MODEL.md").write_text(
        MODEL_MD.format(
            title=title_of(kind),
            name=name,
            commands=commands,
            took=took,
            classes=len(charset),
            characters=f"{len(charset.characters):,}",
            height=rec_net.HEIGHT,
            shrink=rec_net.STRIDE,
            size=a.size,
            parameters=layers.parameters(net),
            macs=f["macs_per_column"],
            bytes=(draft.at / "model.onnx").stat().st_size,
            kind=", 8-bit weights and activations" if kind == "int8" else ", float",
            seed=a.seed,
            held=a.held,
            looks=" | ".join(crops.LOOKS),
            rule=" | ".join("---" for _ in crops.LOOKS),
            rows="\n".join(rows),
            exact=f[kind]["exact"],
            exact_float=f["float"]["exact"],
            ms=f[f"ms_per_column_{kind}"],
            ms_float=f["ms_per_column_float"],
        ),
        encoding="utf-8",
    )


def title_of(kind):
    return "Dure, Korean and English text recognition" + (", float" if kind == "float" else "")


def write(net, charset, a, out, sets, state):
    """Exports, quantises, measures, packs and verifies; returns the figures."""
    net = net.to("cpu").eval()
    paths = {"float": out / "float.onnx", "int8": out / "int8.onnx"}
    onnx.save(net.to_onnx(), paths["float"])
    check_export(net, paths["float"])
    quantise.quantise(paths["float"], paths["int8"], calibration(a), keep=sensitive(paths["float"]))
    macs = layers.multiply_adds(net, torch.zeros(1, 1, rec_net.HEIGHT, 320)) // 320
    f = {"macs_per_column": macs, "parameters": layers.parameters(net)}
    read = {}
    for kind, path in paths.items():
        tally, read[kind] = read_all(path, sets, charset)
        f[kind] = figures_of(tally)
        f[f"ms_per_column_{kind}"] = quantise.milliseconds(path, (8, 1, 32, 320)) / 8 / 320
        f[f"bytes_{kind}"] = path.stat().st_size
    f["int8_loss"] = f["int8"]["cer"] - f["float"]["cer"]
    for kind, path in paths.items():
        final = Path(a.package + ("-float" if kind == "float" else ""))
        draft = model_package.Draft(final)
        choose_golden(draft, path, charset, title_of(kind), sets, read[kind], a.program)
        document(draft, a, state, net, charset, f, kind)
        for name in ("curve.csv", "held.csv", "curve.png"):
            shutil.copyfile(out / name, draft.at / name)
        draft.publish()
    return f
