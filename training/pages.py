#!/usr/bin/env python3
"""Training samples for the detector: squares cut from generated pages, and the maps to learn from
them.

    training/pages.py --program "twinreader" --seed 1 --first 0 --count 4 > samples.npz

One call makes the samples of `count` pages, and depends on seed and page numbers alone; the
trainer runs several at a time (crops.Pools), so that neither drawing nor this file's work holds
its own process up.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import shrink

SHRINK = 2  # page pixels per map pixel, as det_net.SHRINK
SIDE = 960  # longer side of an A4 page as the program shows it to the detector, about
SHORTER = 704  # shorter side of any page as the program shows it: receipts are long and narrow
GROW = 0.08  # of a word's height: ink boxes with a little air make better crops
RING = 3  # weight of what lies between a kernel and its word's edge: there neighbours join

# Looks in the order of synth/degrade.h.
LOOKS = ("clean", "scan", "fax", "phone")


@dataclass
class Page:
    grey: np.ndarray  # rows x columns of bytes
    quads: np.ndarray  # words x 4 x 2, pixels
    hidden: np.ndarray  # words: labelled, but nobody could read them


def generate(program, folder, seed, first, count, split, look):
    command = [
        *program.split(),
        *("synth", "--seed", str(seed), "--first", str(first), "--count", str(count)),
        *("--split", split, "--format", "jsonl", "--jobs", "1", "--out", str(folder)),
        *([] if look == "mixed" else ["--look", look]),
    ]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")


def read(folder):
    """The pages of a folder with a truth file, in its order."""
    truth = next(iter(sorted(Path(folder).glob("*.jsonl"))))
    for line in truth.read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        with Image.open(Path(folder) / page["image"]) as im:
            grey = np.asarray(im.convert("L"))
        words = [*page["words"], *page.get("hidden", [])]
        quads = np.array([w["box"] for w in words], dtype=float).reshape(-1, 4, 2)
        hidden = np.arange(len(words)) >= len(page["words"])
        yield Page(grey, quads, hidden)


def cut(page, size, rng):
    """A square of a page, scaled about as the program scales it: (bytes, quads, hidden)."""
    rows, columns = page.grey.shape
    scale = SIDE / max(rows, columns) * float(np.exp(rng.uniform(np.log(0.7), np.log(1.7))))
    w, h = max(1, round(columns * scale)), max(1, round(rows * scale))
    small = np.asarray(Image.fromarray(page.grey).resize((w, h), Image.Resampling.BILINEAR))
    x = int(rng.integers(min(0, w - size), max(0, w - size) + 1))
    y = int(rng.integers(min(0, h - size), max(0, h - size) + 1))
    out = np.full((size, size), int(np.median(small)), np.uint8)
    top, left = max(0, y), max(0, x)
    part = small[top : y + size, left : x + size]
    out[top - y : top - y + part.shape[0], left - x : left - x + part.shape[1]] = part
    quads = page.quads * [w / columns, h / rows] - [x, y]
    return out, quads, page.hidden


def whole(page):
    """The page as the program shows it to the detector, in the top left of what its step needs."""
    rows, columns = page.grey.shape
    scale = SIDE / max(rows, columns)
    w, h = max(1, round(columns * scale)), max(1, round(rows * scale))
    small = np.asarray(Image.fromarray(page.grey).resize((w, h), Image.Resampling.BILINEAR))
    out = np.full((SIDE, SIDE), 255, np.uint8)
    out[:h, :w] = small
    return out, page.quads * [w / columns, h / rows], page.hidden


def maps(size, quads, hidden):
    """Kernels (0, 1) and weights of a square's pixels at map size."""
    shape = (size // SHRINK, size // SHRINK)
    kernels, weights = np.zeros(shape, np.uint8), np.ones(shape, np.uint8)
    grown = [shrink.grow(q, GROW * shrink.sides(q)[1]) / SHRINK for q in quads]
    for q in grown:
        shrink.fill(shape, q, weights, RING)
    for q, unseen in zip(grown, hidden, strict=True):
        if not unseen:
            shrink.fill(shape, shrink.kernel(q), kernels, 1)
    weights[kernels == 1] = 1
    for q, unseen in zip(grown, hidden, strict=True):
        if unseen:
            shrink.fill(shape, q, weights, 0)
    return kernels, weights


def samples(a):
    """(squares, kernels, weights, quads, how many quads each square has)."""
    out = ([], [], [], [], [])
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        generate(a.program, folder, a.seed, a.first, a.count, a.split, a.look)
        for n, page in enumerate(read(folder)):
            rng = np.random.default_rng([a.seed, a.first + n])
            for _ in range(a.cuts or 1):
                square, quads, hidden = cut(page, a.size, rng) if a.cuts else whole(page)
                kernels, weights = maps(square.shape[0], quads, hidden)
                shown = quads[~hidden]
                for to, what in zip(
                    out, (square, kernels, weights, shown, len(shown)), strict=True
                ):
                    to.append(what)
    return out


@dataclass
class Source:
    """What crops.Pools asks for pages: its read() runs this file."""

    program: str
    seed: int
    split: str = "train"
    look: str = "mixed"
    cuts: int = 4
    size: int = 512

    def read(self, first, count):
        command = [
            *(sys.executable, __file__, "--program", self.program, "--seed", str(self.seed)),
            *("--first", str(first), "--count", str(count), "--split", self.split),
            *("--look", self.look, "--cuts", str(self.cuts), "--size", str(self.size)),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace").strip())
        return np.load(io.BytesIO(done.stdout))


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--program", required=True)
    for name in ("--seed", "--first", "--count"):
        p.add_argument(name, type=int, required=True)
    p.add_argument("--split", default="train", choices=("train", "held"))
    p.add_argument("--look", default="mixed", choices=("mixed", *LOOKS))
    p.add_argument("--cuts", type=int, default=4, help="squares of a page; 0: the page itself")
    p.add_argument("--size", type=int, default=512, help="pixels of a square's side")
    squares, kernels, weights, quads, counts = samples(p.parse_args())
    packed = io.BytesIO()
    np.savez(
        packed,
        squares=np.stack(squares),
        kernels=np.stack(kernels),
        weights=np.stack(weights),
        quads=np.concatenate(quads),
        counts=np.array(counts),
    )
    sys.stdout.buffer.write(packed.getvalue())


if __name__ == "__main__":
    main()
