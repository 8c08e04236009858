#!/usr/bin/env python3
"""The whole recipe in a small setting: generator, training, ONNX, 8 bits, packages that verify and
that read and find better than chance.

    training/smoke.py --program build/services/twinreader/twinreader

Takes a few minutes on two cores; its folder is build/train-smoke.  A network that has learned
nothing answers blanks: an error rate of 1, and finds no word: an F1 of 0.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

RECOGNISER = {
    **{"size": "tiny", "columns": 2048, "crops": 80_000, "pool": 1000, "max-width": 96},
    **{"look": "clean", "lr": 1.5e-3, "held": 50, "held-every": 60, "processes": 1},
}
DETECTOR = {
    **{"size": "tiny", "pages": 480, "pool": 16, "cuts": 4, "square": 256, "batch": 4},
    **{"lr": 6e-3, "held": 2, "held-every": 600, "processes": 1},
}


def train(name, options, program, folder):
    """Runs one trainer to its end; the figures of its package."""
    out = folder / name
    shutil.rmtree(out, ignore_errors=True)
    package = folder / f"dure-{name}-smoke"
    command = [sys.executable, str(HERE / f"{name}.py"), "--program", program]
    command += ["--out", str(out), "--package", str(package), "--device", "cpu"]
    for key, value in options.items():
        command += [f"--{key}", str(value)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"smoke: {name}.py failed")
    return json.loads(done.stdout)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--program", required=True)
    p.add_argument("--out", default="build/train-smoke")
    a = p.parse_args()
    folder = Path(a.out)
    folder.mkdir(parents=True, exist_ok=True)
    read = train("recogniser", RECOGNISER, a.program, folder)
    found = train("detector", DETECTOR, a.program, folder)
    failed = []
    for kind in ("float", "int8"):
        print(f"smoke: {kind}: clean CER {read[kind]['clean']:.3f}, F1 {found[kind]['f1']:.3f}")
        if read[kind]["clean"] > 0.9:
            failed.append(f"the {kind} recogniser reads no better than chance")
        if found[kind]["f1"] < 0.05:
            failed.append(f"the {kind} detector finds no better than chance")
    if failed:
        sys.exit("smoke: " + "; ".join(failed))
    print("smoke: 1 passed, 0 failed")


if __name__ == "__main__":
    main()
