"""What the two trainers share: the run's folder and its settings, device, learning rate, seeds."""

import json
import os
import sys
import time
from pathlib import Path

import torch


def say(text):
    print(text, file=sys.stderr, flush=True)


def device(name=None):
    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))


def name_of(where):
    return torch.cuda.get_device_name(where) if where.type == "cuda" else "a CPU"


def autocast(where, on):
    return torch.autocast(where.type, dtype=torch.bfloat16, enabled=on)


def open_folder(folder, settings, length):
    """Makes the folder of a run; one that was begun with other settings is refused, except for its
    `length`, which may be changed while the learning rate is still at its peak."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "run.json"
    if file.exists():
        begun = json.loads(file.read_text(encoding="utf-8"))
        other = [f"{k}: {begun.get(k)}, now {v}" for k, v in settings.items() if begun.get(k) != v]
        if other:
            sys.exit(f"{folder} was begun with other settings: {'; '.join(other)}")
    new = folder / ".run.json"
    new.write_text(json.dumps(settings | length, indent=1) + "\n", encoding="utf-8")
    os.replace(new, file)
    return folder


def seed_step(seed, step):
    """Makes what is random in a step depend on the seed and the step alone."""
    torch.manual_seed((seed * 1_000_003 + step) % (1 << 62))


def learning_part(step, progress, warmup=100, fall=0.35):
    """The part of its peak that a learning rate has: up in the first steps, level, and from `fall`
    on down to nothing; `progress` goes from 0 to 1 over a run.  Because most of it is level, a
    run's length may be chosen late."""
    return min(1, (step + 1) / warmup, 0.004 + 0.996 * (1 - progress) / (1 - fall))


class Clock:
    """Says when something is due again, and when the time given to this call is over."""

    def __init__(self, minutes, within=0, before=0):
        """A call of `minutes`, of a run of `within` minutes that has taken `before` seconds."""
        self.start, self.minutes, self.last = time.monotonic(), minutes, {}
        self.within, self.before = within, before

    def progress(self):
        return (self.before + time.monotonic() - self.start) / (60 * self.within)

    def due(self, what, seconds):
        now = time.monotonic()
        if now - self.last.setdefault(what, self.start) < seconds:
            return False
        self.last[what] = now
        return True

    def over(self):
        return self.minutes > 0 and time.monotonic() - self.start > self.minutes * 60
