"""From a trained detector to its packages: ONNX, 8 bits, what they cost, a golden page, MODEL.md.

Two folders are written: NAME with the 8-bit network and NAME-float beside it, to compare with.
"""

import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from PIL import Image, ImageDraw

import boxes
import det_net
import layers
import model_package
import pages
import quantise
import recipe
import shrink

THRESHOLDS = {"binarise": boxes.BINARISE, "box": boxes.LEAST, "min_size": 1.5}

MODEL_YAML = """\
# Keys: models/README.md
title: {title}
version: {version}
licence: Apache-2.0
origin: trained by training/detector.py from generated pages; MODEL.md has the recipe
task: detect

model:
  file: model.onnx
  sha256: {sha256}

input:
  layout: nchw
  order: grey
  mean: [0.5]
  std: [0.5]
  size:
    rule: multiple
    step: {step}
    side: {side}
    side_is_longer: false
    min_side: 32
    max_side: 2016
    enlarge: 2

output:
  kind: probability_map
  box_format: quad
  shrink: {shrink}

threshold:
  binarise: {binarise}
  box: {box}
  unclip_ratio: {ratio}
  unclip_along: {along}
  join: 0.8
  min_size: {min_size}
  max_boxes: 3000
  dilate: false

batch:
  max_items: 1
  max_columns: 16384

golden:
  - input: golden/page.png
    tolerance: 4
    boxes:
{boxes}"""

MODEL_MD = """\
# {title}

A map of word kernels (DBNet's, shrunk so that growing them as `model.yaml` says gives the words
back) at half the page's size, from grey pages of {side} pixels on their shorter side.  Licence:
Apache-2.0.

## Recipe

Trained from pages that `twinreader synth` invented, no others:

{commands}

| | |
| --- | --- |
| network | `{size}` of `training/det_net.py` |
| parameters | {parameters:,} |
| multiply-adds of a page of 960 x 672 | {macs:,} |
| file | {bytes:,} bytes{kind} |
| seed | {seed} |
| trained on | {took} |
| optimiser | Muon for matrices, AdamW for the rest |

## Figures

Words found in generated pages of held-out fonts and layouts, {held} of each look (boxes that
overlap by half of their union); `curve.csv`, `held.csv` and `curve.png` show how it came about:

| | {columns} |
| --- | {rule} |
{rows}

One thread, 960 x 672: {ms:.1f} ms ({ms_float:.1f} as float).  `twinreader models bench {name}`
measures it elsewhere.
"""


def to_input(square):
    return square.astype(np.float32)[None, None] / 127.5 - 1


def maps_of(path):
    s = quantise.session(path, 2)
    return lambda square: s.run(None, {"x": to_input(square)})[0][0, 0]


def draw_worst(path, map_of, sets):
    """The held-out page with the lowest score: what is there in green, what was found in red."""
    worst = None
    for look, pool in sets.items():
        ends = np.cumsum(pool["counts"])
        for i, square in enumerate(pool["squares"]):
            want = boxes.bounds(pool["quads"][ends[i] - pool["counts"][i] : ends[i]])
            got = boxes.from_map(map_of(square), pages.SHRINK)
            f1 = 2 * boxes.matches(got, want) / max(1, len(got) + len(want))
            if worst is None or f1 < worst[0]:
                worst = (f1, look, square, want, got)
    f1, look, square, want, got = worst
    im = Image.fromarray(square).convert("RGB")
    d = ImageDraw.Draw(im)
    for b in want:
        d.rectangle(tuple(b), outline="limegreen")
    for b in got:
        d.rectangle(tuple(b), outline="red")
    d.text((4, 4), f"{look}, F1 {f1:.3f}", fill="red")
    im.save(path)


def calibration(a, count=24):
    pool = pages.Source(a.program, a.seed + 1, "train", "mixed", 2, 640).read(0, count)
    return [to_input(square) for square in pool["squares"]]


def sensitive(path):
    """Nodes that stay float: the first convolution, and the last, whose output is the map."""
    nodes = onnx.load(path).graph.node
    convolutions = [n.name for n in nodes if n.op_type == "Conv"]
    rest = [n.name for n in nodes if n.op_type in ("Sigmoid", "DepthToSpace", "Resize")]
    return [convolutions[0], convolutions[-1], *rest]


def check_export(net, path):
    x = torch.from_numpy(np.random.default_rng(3).uniform(-1, 1, (1, 1, 64, 96))).float()
    with torch.no_grad():
        want = net(x).sigmoid().numpy()
    off = float(np.abs(want - quantise.session(path).run(None, {"x": x.numpy()})[0]).max())
    if off > 1e-3:
        raise RuntimeError(f"the exported network is off by {off}")


def fill(draft, network, title, found):
    shutil.copyfile(network, draft.at / "model.onnx")
    rows = [[b[0], b[1], b[2], b[1], b[2], b[3], b[0], b[3]] for b in found]
    text = MODEL_YAML.format(
        title=title,
        version=model_package.version(),
        sha256=model_package.sha256(network),
        step=det_net.MULTIPLE,
        side=pages.SHORTER,
        shrink=det_net.SHRINK,
        ratio=shrink.RATIO,
        along=shrink.ALONG,
        boxes="".join(f"      - [{', '.join(f'{v:.0f}' for v in row)}]\n" for row in rows),
        **THRESHOLDS,
    )
    (draft.at / "model.yaml").write_text(text, encoding="utf-8")


def candidates(sets):
    """Pages and their top left corners on white, clean ones and those with little ink first: the
    fewer words, the sooner this file's boxes and the program's agree to the last one."""
    for side in (pages.SHORTER, 500, 360):
        for pool in sets.values():
            for square in sorted(pool["squares"], key=lambda s: int((s < 128).sum())):
                part = np.full((pages.SHORTER, pages.SHORTER), 255, np.uint8)
                part[:side, :side] = square[:side, :side]
                yield part


def choose_golden(draft, network, title, sets, program):
    """A page on which the program itself finds what the map says."""
    map_of, complaint = maps_of(network), "there is no page"
    for square in candidates(sets):
        Image.fromarray(square).save(draft.at / "golden/page.png", optimize=True)
        found = boxes.from_map(map_of(square), pages.SHRINK)
        found = np.clip(found, 0, pages.SIDE)
        if not len(found):
            continue
        fill(draft, network, title, found)
        complaint = model_package.verify(program, draft.at)
        if complaint is None:
            return
    raise RuntimeError(f"no golden page passes: {complaint}")


def document(draft, a, state, net, f, kind):
    other = {"int8": "float", "float": "int8"}[kind]
    names = ("size", "seed", "pages", "within", "pool", "cuts", "square", "batch", "lr", "turn")
    name = draft.final.name.removesuffix("-float")
    commands, took = recipe.recipe("detector.py", a, state, names, "squares", name)
    columns = list(f[kind])
    rows = [
        f"| {k} | " + " | ".join(f"{f[k][c]:.3f}" for c in columns) + " |" for k in (kind, other)
    ]
    (draft.at / "MODEL.md").write_text(
        MODEL_MD.format(
            title=title_of(kind),
            side=pages.SHORTER,
            name=name,
            commands=commands,
            took=took,
            size=a.size,
            parameters=layers.parameters(net),
            macs=f["macs"],
            bytes=(draft.at / "model.onnx").stat().st_size,
            kind=", 8-bit weights and activations" if kind == "int8" else ", float",
            seed=a.seed,
            held=a.held,
            columns=" | ".join(columns),
            rule=" | ".join("---" for _ in columns),
            rows="\n".join(rows),
            ms=f[f"ms_{kind}"],
            ms_float=f["ms_float"],
        ),
        encoding="utf-8",
    )


def title_of(kind):
    return "Dure, word detection" + (", float" if kind == "float" else "")


def write(net, a, out, sets, state):
    """Exports, quantises, measures, packs and verifies; returns the figures."""
    net = net.to("cpu").eval()
    paths = {"float": out / "float.onnx", "int8": out / "int8.onnx"}
    onnx.save(net.to_onnx(), paths["float"])
    check_export(net, paths["float"])
    quantise.quantise(paths["float"], paths["int8"], calibration(a), keep=sensitive(paths["float"]))
    f = {
        "macs": layers.multiply_adds(net, torch.zeros(1, 1, 960, 672)),
    }
    for kind, path in paths.items():
        f[kind] = boxes.figures_of(boxes.score(maps_of(path), sets, pages.SHRINK))
        f[f"ms_{kind}"] = quantise.milliseconds(path, (1, 1, 960, 672))
        f[f"bytes_{kind}"] = path.stat().st_size
    for kind, path in paths.items():
        draft = model_package.Draft(Path(a.package + ("-float" if kind == "float" else "")))
        choose_golden(draft, path, title_of(kind), sets, a.program)
        document(draft, a, state, net, f, kind)
        for name in ("curve.csv", "held.csv", "curve.png"):
            shutil.copyfile(out / name, draft.at / name)
        draft.publish()
    return f
