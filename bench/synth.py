#!/usr/bin/env python3
"""How fast `twinreader synth` makes pages and crops, and what a page costs in each look.

usage: bench/synth.py [--program FILE] [--count N] [--jobs N] [--least PAGES_PER_S]

Pages are of all kinds at 150 dpi, with their JSON lines.  The peer is writing alone: the same
pictures, kept in memory, encoded as JPEG again and written by as many processes (Pillow).  The
ratio says how many times as long it takes to invent, draw, wear and label them, too.  Exits 1 when
fewer than --least pages a second are made of all looks mixed.
"""

import argparse
import io
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from run import ROOT

LOOKS = ("clean", "scan", "fax", "phone", "mixed")


def make(program, folder, look, count, jobs):
    started, before = time.monotonic(), os.times()
    command = [program, "synth", "--out", folder, "--count", count, "--look", look, "--jobs", jobs]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.monotonic() - started, os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return wall, cpu


def crops(program, count, jobs):
    started = time.monotonic()
    command = [program, "synth", "crops", "--count", count, "--jobs", jobs]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def encode(job):
    from PIL import Image

    data, target = job
    picture = Image.open(io.BytesIO(data))
    picture.load()
    started = time.perf_counter()
    picture.save(target, "JPEG", quality=75)
    return time.perf_counter() - started


def write_again(folder, jobs):
    files = sorted((folder / "images").iterdir())
    work = [(file.read_bytes(), str(folder / f"{file.name}.again")) for file in files]
    with multiprocessing.Pool(jobs) as pool:
        return sum(pool.map(encode, work)) / jobs


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--program", type=Path, default=ROOT / "build" / "services" / "twinreader" / "twinreader"
    )
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--least", type=float, default=20)
    arguments = parser.parse_args()
    program, count, jobs = arguments.program, arguments.count, arguments.jobs
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    print(f"{version.stdout.strip()}, {count} pages a look, {jobs} jobs on {os.cpu_count()} cores")
    print("look    pages/s  CPU ms/page  hidden words")
    with tempfile.TemporaryDirectory() as temporary:
        for look in LOOKS:
            folder = Path(temporary) / look
            wall, cpu = make(program, folder, look, count, jobs)
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            hidden = manifest["hidden"] / max(1, manifest["words"])
            print(f"{look:7s} {count / wall:7.1f}  {cpu / count * 1000:11.1f}  {hidden:11.2%}")
        peer = write_again(folder, jobs)
    print(f"writing alone: {count / peer:.1f} pages/s; synth takes {wall / peer:.1f} times as long")
    seconds = crops(program, 100 * count, jobs)
    print(f"crops: {100 * count / seconds:.0f} a second")
    if count / wall < arguments.least:
        sys.exit(f"{count / wall:.1f} pages a second are fewer than {arguments.least:g}")


if __name__ == "__main__":
    main()
