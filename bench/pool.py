"""Runs one engine over pages with several processes, the way a person would scale it.

Every process loads its engine and reads one page to warm up, all wait for one another, and then
they take pages from one shared counter.  Prints one JSON object: wall time after the warm-up,
milliseconds per page, and the sum of the processes' peak memory.
"""

import json
import multiprocessing
import os
import time
from pathlib import Path


def peak_memory_kib():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def work(make_reader, paths, counter, barrier, results):
    started = time.perf_counter()
    read = make_reader()
    loaded = time.perf_counter() - started
    read(paths[0])
    barrier.wait()
    started, pages = time.perf_counter(), []
    while True:
        with counter.get_lock():
            index = counter.value
            counter.value += 1
        if index >= len(paths):
            break
        before = time.perf_counter()
        lines = read(paths[index])
        pages.append((index, (time.perf_counter() - before) * 1000, lines))
    ended = time.perf_counter()
    results.put((started, ended, loaded, pages, peak_memory_kib()))


def run(make_reader, arguments):
    """arguments: .truth, .out, .processes.  make_reader() returns a function from a path to a list
    of {"text", "box"}, one per line of text."""
    rows = [json.loads(row) for row in Path(arguments.truth).read_text("utf-8").splitlines()]
    folder = Path(arguments.truth).resolve().parent
    paths = [str(folder / row["image"]) for row in rows]
    context = multiprocessing.get_context("fork")
    counter, barrier = context.Value("l", 0), context.Barrier(arguments.processes)
    results = context.Queue()
    workers = [
        context.Process(target=work, args=(make_reader, paths, counter, barrier, results))
        for _ in range(arguments.processes)
    ]
    for worker in workers:
        worker.start()
    done = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    # perf_counter is the machine's monotonic clock: comparable between processes.
    wall = max(d[1] for d in done) - min(d[0] for d in done)
    pages = sorted((page for d in done for page in d[3]), key=lambda page: page[0])
    with open(arguments.out, "w", encoding="utf-8") as out:
        for index, _, lines in pages:
            row = {"image": rows[index]["image"], "words": lines}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(
        json.dumps(
            {
                "wall_s": wall,
                "page_ms": [page[1] for page in pages],
                "load_s": max(d[2] for d in done),
                "peak_mib": sum(d[4] for d in done) / 1024,
            }
        )
    )


def arguments_parser(description):
    import argparse

    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("truth", help="truth.jsonl; its pictures are the pages")
    parser.add_argument("out", help="where to write the lines read, one page per line")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser


def limit_threads(n):
    """Before any numerical library is loaded."""
    for name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(n)
