#!/usr/bin/env python3
"""Reads a thousand pages in one process and watches its memory: it must be low and stay flat.

usage: bench/memory.py [--pages FOLDER] [--program FILE] [--count N] [--workers N] [--limit MIB]

The pages of FOLDER are read again and again in one call of `twinreader read`.  Exits 1 when the
peak passes --limit, or when the second half of the run needs over 5 % more than the first.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from run import ROOT, default_pages


def status_mib(pid, key):
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=Path, default=default_pages())
    parser.add_argument(
        "--program", type=Path, default=ROOT / "build" / "services" / "twinreader" / "twinreader"
    )
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--limit", type=float, default=500)
    arguments = parser.parse_args()
    rows = (arguments.pages / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    files = [str((arguments.pages / json.loads(row)["image"]).resolve()) for row in rows]
    files = (files * (arguments.count // len(files) + 1))[: arguments.count]
    command = [
        str(arguments.program),
        "read",
        "--format",
        "json",
        "--jobs",
        str(arguments.workers),
        *files,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    done = 0

    def count_lines():
        nonlocal done
        for _ in process.stdout:
            done += 1

    reader = threading.Thread(target=count_lines)
    reader.start()
    started, watched, peak = time.monotonic(), [], 0.0
    while process.poll() is None:
        watched.append((done, status_mib(process.pid, "VmRSS")))
        peak = max(peak, status_mib(process.pid, "VmHWM"))
        time.sleep(0.1)
    reader.join()
    wall = time.monotonic() - started
    if process.returncode or done != arguments.count:
        sys.exit(f"the program ended with {process.returncode} after {done} pages")
    print(
        f"{done} pages, {arguments.workers} workers, {done / wall:.2f} pages/s with start-up, "
        f"peak {peak:.0f} MiB"
    )
    print("pages read     resident MiB, greatest in that tenth of the run")
    for tenth in range(10):
        low, high = done * tenth // 10, done * (tenth + 1) // 10
        greatest = max((m for n, m in watched if low <= n < high), default=0)
        print(f"{low:5d} to {high:5d}  {greatest:.0f}")
    first = max(m for n, m in watched if n < done / 2)
    second = max(m for n, m in watched if n >= done / 2)
    if peak > arguments.limit:
        sys.exit(f"peak {peak:.0f} MiB is over {arguments.limit:.0f}")
    if second > first * 1.05:
        sys.exit(f"memory grows: {first:.0f} MiB in the first half, {second:.0f} in the second")


if __name__ == "__main__":
    main()
