#!/usr/bin/env python3
"""Trains the detector from generated pages and makes a package of it.

    training/detector.py --out RUN --package models/dure-det-ko

Run again after a stop of any kind: it goes on from the newest checkpoint in RUN.
training/README.md has the rest.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import boxes
import crops
import det_net
import det_package
import pages
import run
import trainer

ROOT = Path(__file__).resolve().parent.parent
HELD = ["f1", "precision", "recall", *(f"f1_{look}" for look in pages.LOOKS)]


def arguments(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    trainer.add_arguments(p, ROOT / "build/services/twinreader/twinreader")
    p.add_argument("--size", default="base", choices=det_net.SIZES)
    p.add_argument("--pages", type=int, default=60_000, help="generated pages of the whole run")
    p.add_argument("--pool", type=int, default=32, help="pages made, and mixed, at a time")
    p.add_argument("--cuts", type=int, default=4, help="squares of a page")
    p.add_argument("--square", type=int, default=512, help="pixels of a square's side")
    p.add_argument("--batch", type=int, default=32, help="squares of a batch")
    p.add_argument("--lr", type=float, help="AdamW's peak; default 1e-3 * sqrt(batch / 8)")
    p.add_argument(
        "--turn", type=float, default=0.02, help="Muon's peak: part of a weight's length"
    )
    p.add_argument("--held", type=int, default=12, help="held-out pages of each look")
    a = trainer.parse(p, argv)
    a.lr = a.lr or 1e-3 * (a.batch / 8) ** 0.5
    return a


def settings(a):
    """What may not change while a run goes on."""
    names = ("size", "seed", "pool", "cuts", "square", "batch", "lr", "turn")
    return {n: getattr(a, n) for n in names}


def held_out(a):
    """Pages in fonts and layouts that training never sees, every look, as the program shows
    them."""
    return {
        look: pages.Source(a.program, 4711, "held", look, cuts=0).read(0, a.held)
        for look in pages.LOOKS
    }


def augment(x):
    """What is cheap to vary here: contrast, brightness, noise, light on dark."""
    shape = (x.shape[0], 1, 1, 1)
    contrast = torch.empty(shape, device=x.device).uniform_(0.6, 1.1)
    light = torch.empty(shape, device=x.device).uniform_(-0.2, 0.2)
    noise = torch.empty(shape, device=x.device).uniform_(-0.05, 0.06).clamp(min=0)
    sign = torch.where(torch.rand(shape, device=x.device) < 0.05, -1.0, 1.0)
    return sign * (x * contrast + light + torch.randn_like(x) * noise).clamp(-1, 1)


class Training(trainer.Trainer):
    def __init__(self, a):
        torch.manual_seed(a.seed)
        net = det_net.Detector(a.size)
        super().__init__(
            a,
            net,
            settings(a),
            {"pages": a.pages, "within": a.within, "start": a.start},
            HELD,
            "dure-det",
        )
        self.sets = None

    def batches(self, number, pool):
        squares, kernels, weights = (pool[k] for k in ("squares", "kernels", "weights"))
        order = np.random.default_rng([self.a.seed, number]).permutation(len(squares))
        parts = [order[i : i + self.a.batch] for i in range(0, len(order), self.a.batch)]
        return [(squares[i], kernels[i], weights[i]) for i in parts]

    def loss(self, batch, _):
        x, kernels, weights = (torch.from_numpy(b).to(self.device).float() for b in batch)
        with run.autocast(self.device, self.bf16):
            x = augment(x[:, None] / 127.5 - 1).contiguous(memory_format=self.layout)
            logits = self.net(x)
        return det_net.loss_of(logits, kernels[:, None], weights[:, None]), len(x)

    def map_of(self, square):
        x = torch.from_numpy(square).to(self.device).float()[None, None] / 127.5 - 1
        with torch.no_grad():
            return self.net(x).sigmoid()[0, 0].float().cpu().numpy()

    def check(self):
        """Validates, writes the figures and the picture of the worst page."""
        if self.sets is None:
            self.sets = held_out(self.a)
        self.net.eval()
        figures = boxes.figures_of(boxes.score(self.map_of, self.sets, pages.SHRINK))
        det_package.draw_worst(self.out / "worst.png", self.map_of, self.sets)
        self.net.train()
        self.log_held(figures)
        run.say("held out: " + "  ".join(f"{k} {v:.2%}" for k, v in figures.items()))

    def run(self):
        """True when the run is complete."""
        if self.state.get("complete"):
            return True
        a, count = self.a, -(-self.a.pages // self.a.pool)
        source = pages.Source(a.program, a.seed, "train", "mixed", a.cuts, a.square)
        pools = crops.Pools(source, a.pool, self.state["pool"], count, a.processes)
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
        figures = det_package.write(t.net, a, t.out, t.sets, t.state)
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
