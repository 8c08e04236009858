"""A run's state on disk, complete or not there at all.

A checkpoint is a folder `step-N` with three files, none of them over 16 MiB for the networks here:
the weights, the optimiser's two moments per weight (as bfloat16: they are averages of noisy
gradients), and what is left as JSON.  It is written beside, synced and renamed, so a run may be
killed at any moment; the newest two are kept.
"""

import json
import os
import shutil
from pathlib import Path

import torch


def _sync(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def _narrow(state):
    """Moments as bfloat16, step counts as they are."""
    return {
        k: {n: v.to(torch.bfloat16) if n.startswith("exp_avg") else v for n, v in s.items()}
        for k, s in state.items()
    }


def save(folder, net, optimiser, state):
    folder = Path(folder)
    for left in folder.glob(".step-*"):  # by a run that was killed while saving
        shutil.rmtree(left, ignore_errors=True)
    new = folder / f".step-{state['step']}"
    new.mkdir(parents=True)
    torch.save(net.state_dict(), new / "weights.pt")
    torch.save(_narrow(optimiser.state_dict()["state"]), new / "moments.pt")
    (new / "state.json").write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
    for f in new.iterdir():
        _sync(f)
    done = folder / f"step-{state['step']}"
    shutil.rmtree(done, ignore_errors=True)
    new.rename(done)
    _sync(folder)
    for old in found(folder)[:-2]:
        shutil.rmtree(old, ignore_errors=True)


def found(folder):
    """The checkpoints of a folder, oldest first."""
    folders = [p for p in Path(folder).glob("step-*") if (p / "state.json").exists()]
    return sorted(folders, key=lambda p: int(p.name.removeprefix("step-")))


def load(folder, net, optimiser=None):
    """Fills `net` (and `optimiser`) from the newest checkpoint; its state, or None when there is
    none."""
    folders = found(folder)
    if not folders:
        return None
    at = folders[-1]
    device = next(net.parameters()).device
    net.load_state_dict(torch.load(at / "weights.pt", map_location=device, weights_only=True))
    if optimiser is not None:
        # load_state_dict turns the moments back into the weights' own type.
        whole = optimiser.state_dict()
        whole["state"] = torch.load(at / "moments.pt", map_location="cpu", weights_only=True)
        optimiser.load_state_dict(whole)
    return json.loads((at / "state.json").read_text(encoding="utf-8"))
