"""The loop that both trainers run: pools into batches, batches into steps, and all that makes a
run last.

A run is `pools` pools of samples long.  Between steps it writes its curve, validates and saves;
killed at any moment it goes on from the last checkpoint, with the same batches in the same order.
"""

import json
import os
import time
from pathlib import Path

import torch

import checkpoint
import curves
import muon
import run

CURVE = ["step", "samples", "loss", "lr", "seconds", "samples_per_s"]

LAYOUTS = {"nhwc": torch.channels_last, "nchw": torch.contiguous_format}


class Trainer:
    """Subclasses give batches() of a pool, loss() of a batch at a part of the run, and check()."""

    def __init__(self, a, net, settings, length, held, name):
        self.a, self.device = a, run.device(a.device)
        self.bf16 = self.device.type == "cuda" if a.bf16 is None else bool(a.bf16)
        self.out = run.open_folder(a.out, settings, length)
        self.layout = LAYOUTS[a.layout]
        self.net = net.to(self.device, memory_format=self.layout)
        self.optimiser = muon.Muon(net, a.lr, a.turn, 0.02)
        fresh = {"step": 0, "samples": 0, "pool": 0, "batch": 0, "seconds": 0.0}
        begun = checkpoint.load(self.out, net, self.optimiser)
        if not begun and a.start and not checkpoint.load(a.start, net):
            raise SystemExit(f"{a.start} has no checkpoint to start from")
        self.state = {"device": run.name_of(self.device)} | (begun or fresh)
        self.curve = curves.Curve(self.out / "curve.csv", CURVE, self.state["step"])
        self.held_curve = curves.Curve(
            self.out / "held.csv", ["step", "samples", *held], self.state["step"]
        )
        uri = os.environ.get("MLFLOW_TRACKING_URI")
        self.mlflow = curves.Mlflow(uri, name, self.out, settings | length) if uri else None
        run.say(f"{a.size} network on {self.device}, from step {self.state['step']}")

    def save(self):
        checkpoint.save(self.out, self.net, self.optimiser, self.state)

    def step(self, batch, progress):
        part = run.learning_part(self.state["step"], progress)
        self.optimiser.set_part(part)
        run.seed_step(self.a.seed, self.state["step"])
        loss, samples = self.loss(batch, progress)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.state["step"] += 1
        self.state["samples"] += samples
        return loss.detach(), self.a.lr * part

    def log(self, losses, lr, took, samples):
        self.state["seconds"] += took
        row = {
            "step": self.state["step"],
            "samples": self.state["samples"],
            "loss": float(torch.stack(losses).mean()),
            "lr": lr,
            "seconds": self.state["seconds"],
            "samples_per_s": samples / took,
        }
        self.curve.add(row)
        if self.mlflow:
            self.mlflow.log(row["step"], row)
        run.say(
            f"step {row['step']}  samples {row['samples']}  loss {row['loss']:.3f}  "
            f"lr {lr:.2g}  {row['samples_per_s']:.0f} samples/s"
        )

    def log_held(self, figures):
        """Writes what a validation found, and draws the curves anew."""
        row = {"step": self.state["step"], "samples": self.state["samples"], **figures}
        self.held_curve.add(row)
        if self.mlflow:
            self.mlflow.log(row["step"], figures)
        series = {}
        for name, file in (("loss", "curve.csv"), (next(iter(figures)), "held.csv")):
            rows = curves.read(self.out / file)
            series[name] = [(float(r["samples"]), float(r[name])) for r in rows]
        curves.draw(self.out / "curve.png", series)

    def train(self, pools, count):
        """Goes through the rest of `count` pools; true when the run is complete, false when the
        time given was up."""
        a, state = self.a, self.state
        clock = run.Clock(a.minutes, a.within, state["seconds"])
        losses, began, before = [], time.monotonic(), state["samples"]
        self.net.train()
        for number, pool in pools:
            batches = self.batches(number, pool)
            for k in range(state["batch"], len(batches)):
                progress = (number + k / len(batches)) / count
                if a.within:
                    progress = clock.progress()
                if progress >= 1:
                    return self.complete()
                loss, lr = self.step(batches[k], progress)
                state["batch"] = k + 1
                losses.append(loss)
                if clock.due("log", a.log_every):
                    self.log(losses, lr, time.monotonic() - began, state["samples"] - before)
                    losses, began, before = [], time.monotonic(), state["samples"]
                if clock.due("check", a.held_every):
                    self.check()
                    began = time.monotonic()
                if clock.due("save", a.save_every):
                    self.save()
                if clock.over():
                    self.save()
                    run.say(f"time is up at {progress:.1%}; the same command goes on")
                    return False
            state["pool"], state["batch"] = number + 1, 0
        return self.complete()

    def complete(self):
        self.state["complete"] = True
        self.save()
        return True


def add_arguments(p, program):
    """Options that both trainers have."""
    p.add_argument("--out", required=True, help="folder of the run: checkpoints, curves, pictures")
    p.add_argument("--package", help="folder of the package to write when training is complete")
    p.add_argument("--program", default=str(program), help="the generator")
    p.add_argument("--start", help="a run whose weights to start from")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--held-every", type=float, default=120, help="seconds between validations")
    p.add_argument("--save-every", type=float, default=60, help="seconds between checkpoints")
    p.add_argument("--log-every", type=float, default=10, help="seconds between rows of the curve")
    p.add_argument("--minutes", type=float, default=0, help="stop, resumable; 0: never")
    p.add_argument(
        "--within",
        type=float,
        default=0,
        help="minutes of the whole run, instead of samples",
    )
    p.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 1) - 1))
    p.add_argument("--device", help="cpu or cuda; default: cuda where there is one")
    p.add_argument("--layout", default="nhwc", choices=LAYOUTS, help="of what is computed with")
    p.add_argument("--bf16", type=int, help="1 or 0; default: on cuda")


def parse(p, argv):
    """Parses the options of a run; one that was begun before brings its own settings along."""
    begun = Path(p.parse_known_args(argv)[0].out) / "run.json"
    if begun.exists():
        p.set_defaults(**json.loads(begun.read_text(encoding="utf-8")))
    return p.parse_args(argv)
