"""What the two trainers share: the run's folder and its settings, device, learning rate, seeds."""

import json
import math
import os
import sys
import time
from pathlib import Path

import torch


def say(text):
    print(text, file=sys.stderr, flush=True)


def device(name=None):
    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))


def autocast(where, on):
    return torch.autocast(where.type, dtype=torch.bfloat16, enabled=on)


def open_folder(folder, settings):
    """Makes the folder of a run; one that was begun with other settings is refused."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "run.json"
    if not file.exists():
        new = folder / ".run.json"
        new.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        os.replace(new, file)
        return folder
    begun = json.loads(file.read_text(encoding="utf-8"))
    other = [f"{k}: {begun.get(k)}, now {v}" for k, v in settings.items() if begun.get(k) != v]
    if other:
        sys.exit(f"{folder} was begun with other settings: {'; '.join(other)}")
    return folder


def seed_step(seed, step):
    """Makes what is random in a step depend on the seed and the step alone."""
    torch.manual_seed((seed * 1_000_003 + step) % (1 << 62))


def learning_rate(peak, progress, warmup=0.03):
    """Linear up to `peak`, then half a cosine down; `progress` goes from 0 to 1 over a run."""
    if progress < warmup:
        return peak * (0.02 + 0.98 * progress / warmup)
    return peak * (
        0.005 + 0.995 * 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
    )


def groups(net, decay):
    """Parameters for the optimiser: weights decay, biases and normalisation do not."""
    yes = [p for p in net.parameters() if p.ndim > 1]
    no = [p for p in net.parameters() if p.ndim <= 1]
    return [{"params": yes, "weight_decay": decay}, {"params": no, "weight_decay": 0.0}]


class Clock:
    """Says when something is due again, and when the time given to this call is over."""

    def __init__(self, minutes):
        self.start, self.minutes, self.last = time.monotonic(), minutes, {}

    def due(self, what, seconds):
        now = time.monotonic()
        if now - self.last.setdefault(what, self.start) < seconds:
            return False
        self.last[what] = now
        return True

    def over(self):
        return self.minutes > 0 and time.monotonic() - self.start > self.minutes * 60
