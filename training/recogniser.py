#!/usr/bin/env python3
"""Trains the recogniser from generated crops and makes a package of it.

    training/recogniser.py --out RUN --package models/dure-rec-ko

Run again after a stop of any kind: it goes on from the newest checkpoint in RUN.
training/README.md has the rest.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

import crops
import ctc
import frames
import model_package
import rec_net
import rec_package
import run
import trainer
import worst
from charset import Charset

ROOT = Path(__file__).resolve().parent.parent
HELD = ["cer", "exact", *(f"cer_{look}" for look in crops.LOOKS)]
CLEAN = 40_000  # samples at first that are all clean
VALIDATION = crops.Shapes(16384)


def arguments(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    trainer.add_arguments(p, ROOT / "build/services/twinreader/twinreader")
    p.add_argument("--charset", default=str(ROOT / "services/twinreader/synth/charset.txt"))
    p.add_argument("--size", default="base", choices=rec_net.SIZES)
    p.add_argument("--crops", type=int, default=12_000_000, help="samples of the whole run")
    p.add_argument("--pool", type=int, default=4096, help="samples made, and mixed, at a time")
    p.add_argument("--columns", type=int, default=16384, help="picture columns of a batch")
    p.add_argument(
        "--widths",
        type=lambda text: [int(w) for w in text.split(",")],
        default=[],
        help="columns that a batch may have, as 80,128,...; default: any, in steps of 16",
    )
    p.add_argument("--max-width", type=int, default=640)
    p.add_argument("--look", default="mixed", choices=("mixed", *crops.LOOKS))
    p.add_argument("--lr", type=float, help="AdamW's peak; default 1e-3 * sqrt(columns / 4096)")
    p.add_argument(
        "--frames", type=float, default=0.2, help="part of the run that teaches places, not CTC"
    )
    p.add_argument(
        "--turn", type=float, default=0.02, help="Muon's peak: part of a weight's length"
    )
    p.add_argument("--held", type=int, default=500, help="held-out samples of each look")
    a = trainer.parse(p, argv)
    a.lr = a.lr or 1e-3 * (a.columns / 4096) ** 0.5
    return a


def settings(a):
    """What may not change while a run goes on."""
    names = ("size", "seed", "pool", "columns", "widths", "max_width", "look", "lr", "turn")
    return {n: getattr(a, n) for n in names} | {"charset_sha256": model_package.sha256(a.charset)}


def stage(a, pool):
    """What the curriculum asks of the generator for a pool."""
    begun = a.start or pool * a.pool >= min(CLEAN, 0.1 * a.crops)
    return {"look": a.look if begun else "clean"}


def usable(pool, labels):
    """Which crops can be learned: every character known, and enough steps to write them."""
    ok = np.ones(len(pool), dtype=bool)
    for i, label in enumerate(labels):
        steps = -(-int(pool.width[i]) // rec_net.STRIDE)
        ok[i] = bool(label) and ctc.steps_needed(label) <= steps
    return ok


def to_tensor(pool, pixels, index, columns=0):
    """A batch in -1..1 of at least `columns`, and where each crop is in it: 0 right of it, as the
    program pads.

    `pixels` are the pool's, on the device that is to have the batch: put there once, they are
    looked up there."""
    height = rec_net.HEIGHT
    columns = crops.round_up(max(columns, int(pool.width[index].max())), crops.Shapes.STEP)
    if np.any(pool.height[index] != height):
        raise crops.StreamError(f"crops are to be {height} rows high")
    offset, width = (
        torch.from_numpy(a[index]).to(pixels.device)[:, None, None]
        for a in (pool.offset, pool.width)
    )
    x = torch.arange(columns, device=pixels.device)[None, None, :]
    y = torch.arange(height, device=pixels.device)[None, :, None]
    values = pixels[offset + y * width + torch.minimum(x, width - 1)]
    inside = (x < width)[:, None]
    return values[:, None].float() / 127.5 - 1, inside


def resize(x, columns):
    if columns == x.shape[3]:
        return x
    size = (x.shape[2], columns)
    return functional.interpolate(x, size, mode="bilinear", antialias=False)


def augment(x, inside):
    """What is cheap to vary here: contrast, brightness, noise."""
    n = x.shape[0]
    contrast = torch.empty(n, 1, 1, 1, device=x.device).uniform_(0.6, 1.1)
    light = torch.empty(n, 1, 1, 1, device=x.device).uniform_(-0.2, 0.2)
    noise = torch.empty(n, 1, 1, 1, device=x.device).uniform_(-0.05, 0.06).clamp(min=0)
    return (x * contrast + light + torch.randn_like(x) * noise).clamp(-1, 1) * inside


def loss_of(scores, labels):
    """CTC over all steps, those of the padding too: there the blank has to be learned."""
    logs = scores.float().log_softmax(2).transpose(0, 1)
    steps = torch.full((logs.shape[1],), logs.shape[0], dtype=torch.long)
    lengths = torch.tensor([len(t) for t in labels])
    target = torch.tensor([c for t in labels for c in t], device=logs.device)
    return functional.ctc_loss(logs, target, steps, lengths, zero_infinity=True)


def held_out(a):
    """The fixed validation set: fonts that training never sees, every look."""
    sets = {}
    for look in crops.LOOKS:
        source = crops.Source(a.program, 4711, "held", look, rec_net.HEIGHT, a.max_width)
        sets[look] = source.read(0, a.held)
    return sets


def validate(net, sets, charset, device, shapes=VALIDATION, bf16=False):
    """(Tally by look, Tally by font, errors worst first)."""
    by_look, by_font, errors = ctc.Tally(), ctc.Tally(), []
    net.eval()
    for look, pool in sets.items():
        pixels = torch.from_numpy(pool.pixels).to(device)
        rng = np.random.default_rng(0)
        for index in crops.plan(pool.width, np.ones(len(pool), bool), shapes, rng):
            columns = shapes.fit(int(pool.width[index].max()))
            x, inside = to_tensor(pool, pixels, shapes.fill(index, columns), columns)
            with torch.no_grad(), run.autocast(device, bf16):
                path = net(resize(x * inside, columns)).argmax(2).cpu().numpy()
            for i, steps in zip(index.tolist(), path, strict=False):
                read = "".join(charset.symbols[c] for c in ctc.collapse(steps))
                truth = pool.text[i]
                by_look.add(look, truth, read)
                by_font.add(int(pool.font[i]), truth, read)
                if read != truth:
                    wrong = ctc.distance(truth, read) / len(truth)
                    note = f"{look} {i} font {int(pool.font[i])}"
                    errors.append((wrong, pool.picture(i), truth, read, note))
    net.train()
    errors.sort(key=lambda e: -e[0])
    return by_look, by_font, [e[1:] for e in errors]


class Training(trainer.Trainer):
    def __init__(self, a):
        self.charset = Charset.load(a.charset)
        torch.manual_seed(a.seed)
        net = rec_net.Recogniser(len(self.charset), a.size)
        super().__init__(
            a,
            net,
            settings(a),
            {"crops": a.crops, "frames": a.frames, "within": a.within, "start": a.start},
            HELD,
            "dure-rec",
        )
        self.sets = None
        self.shapes = crops.Shapes(a.columns, tuple(a.widths))

    def batches(self, number, pool):
        labels = [self.charset.encode(t) for t in pool.text]
        rng = np.random.default_rng([self.a.seed, number])
        ok = usable(pool, labels)
        plan = crops.plan(pool.width, ok, self.shapes, rng)
        pixels = torch.from_numpy(pool.pixels).to(self.device)
        places = frames.places(pool, labels)
        return [(pool, pixels, labels, places, index) for index in plan]

    def stretched(self, pool, pixels, index):
        """A batch as the network gets it, its samples, and columns of it per column of theirs."""
        factor = float(torch.empty(1).uniform_(0.9, 1.15))
        columns = self.shapes.fit(int(pool.width[index].max()))
        index = self.shapes.fill(index, columns)
        if self.shapes.widths:  # wider to begin with, or not as much so
            x, inside = to_tensor(pool, pixels, index, int(columns / factor))
        else:
            x, inside = to_tensor(pool, pixels, index)
            step = crops.Shapes.STEP
            columns = max(step, round(x.shape[3] * factor / step) * step)
        part = columns / x.shape[3]
        x = resize(augment(x, inside), columns)
        return x.contiguous(memory_format=self.layout), index, part

    def loss(self, batch, progress):
        pool, pixels, labels, places, index = batch
        x, index, part = self.stretched(pool, pixels, index)
        with run.autocast(self.device, self.bf16):
            vectors = self.net.vectors(x)
            if progress >= self.a.frames:
                scores = self.net.scores(vectors)
                return loss_of(scores, [labels[i] for i in index]), len(index)
            rng = np.random.default_rng([self.a.seed, self.state["step"]])
            per_step = rec_net.STRIDE / part
            target = frames.targets([places[i] for i in index], vectors.shape[1], per_step, rng)
            return frames.loss(vectors, self.net.scores, target), len(index)

    def check(self):
        """Validates, writes the figures and the picture of the worst errors."""
        if self.sets is None:
            self.sets = held_out(self.a)
        shapes = self.shapes if self.shapes.widths else VALIDATION
        by_look, by_font, errors = validate(
            self.net, self.sets, self.charset, self.device, shapes, self.bf16
        )
        looks = {f"cer_{look}": by_look.cer(look) for look in crops.LOOKS}
        self.log_held({"cer": by_look.cer(), "exact": by_look.exact(), **looks})
        worst.draw(self.out / "worst.png", errors[:40])
        worst.write(self.out / "worst.tsv", errors[:400])
        fonts = {str(font): round(by_font.cer(font), 5) for font in sorted(by_font.groups)}
        (self.out / "fonts.json").write_text(json.dumps(fonts, indent=1), encoding="utf-8")
        shown = "  ".join(f"{look} {by_look.cer(look):.2%}" for look in crops.LOOKS)
        run.say(f"held out: CER {by_look.cer():.2%}, exact {by_look.exact():.2%}  ({shown})")

    def run(self):
        """True when the run is complete."""
        if self.state.get("complete"):
            return True
        a, count = self.a, -(-self.a.crops // self.a.pool)
        source = crops.Source(a.program, a.seed, "train", a.look, rec_net.HEIGHT, a.max_width)
        pools = crops.Pools(
            source, a.pool, self.state["pool"], count, a.processes, lambda pool: stage(a, pool)
        )
        try:
            return self.train(pools, count)
        finally:
            pools.close()


def main():
    a = arguments()
    t = Training(a)
    if not t.run():
        return
    t.check()
    if a.package:
        figures = rec_package.write(t.net, t.charset, a, t.out, t.sets, t.state)
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
