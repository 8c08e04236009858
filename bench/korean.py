#!/usr/bin/env python3
"""Korean pages that another program set (Chromium, from HTML of our own), in three looks: this
engine beside Tesseract 5 with kor+eng, and in its strongest setting on Korean (script/Hangul, page
mode 4, spaces between words as it saw them).

usage: bench/korean.py [--pages N] [--seed N] [--rounds N] [--processes N] [--program FILE]
                       [--keep DIR] [--save FILE.json]

Every engine reads the same pictures with the same number of processes, in turn.  Boxes found are
taken back to the flat page before scoring, so that reading order is judged alike on all looks.  CER
and word F1 are those of bench/ocr_score.py, case kept; milliseconds are the median of reading a
page, by the clock; on a machine that others use, compare processor time instead.
--keep leaves pages, truth and what was read: `twinreader eval DIR/truth.jsonl --predictions
DIR/ours.jsonl --html report.html` names the errors.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import korean_pages
import numpy

from run import run_child, score

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def hangul_data():
    """Debian's package names it Hangul or script/Hangul, by release."""
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True).stdout
    return next((n for n in ("script/Hangul", "Hangul") if n in listed.split()), None)


def engines(program, processes):
    peer = [sys.executable, str(HERE / "peer_tesseract.py"), "{truth}", "{out}", "--level", "word"]
    peer += ["--processes", str(processes), "--languages"]
    hangul = hangul_data()
    if not hangul:
        sys.exit("Tesseract's data for Hangul are missing: tools/setup bench")
    ours = [str(program), "eval", "{truth}", "--json", "-v", "--save", "{out}"]
    return {
        "ours": [*ours, "--jobs", str(processes)],
        "tesseract kor+eng": [*peer, "kor+eng", "--page-mode", "3"],
        "tesseract Hangul": [
            *(*peer, hangul, "--page-mode", "4"),
            *("--variable", "preserve_interword_spaces=1"),
        ],
    }


def read_pages(command, truth, out):
    """Milliseconds of each page, in the truth's order, and the processor's seconds for all."""
    places = {"truth": str(truth), "out": str(out)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text, _ = run_child([part.format(**places) for part in command], {"OMP_THREAD_LIMIT": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    result = json.loads(text)
    if "per_page" in result:
        return [page["ms"] for page in result["per_page"]], cpu
    return result["page_ms"], cpu


def load(path):
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]


def flatten(page, matrix):
    back = numpy.linalg.inv(numpy.array(matrix).reshape(3, 3))
    words = [{**w, "box": korean_pages.moved(w["box"], back)} for w in page["words"]]
    return {"image": page["image"], "words": words}


def write(path, pages):
    rows = [json.dumps(page, ensure_ascii=False) for page in pages]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def figures(rows, read, folder, chosen):
    """Scores of the chosen pages, laid flat."""
    truth, predictions = folder / "flat-truth.jsonl", folder / "flat-read.jsonl"
    matrix = {row["image"]: row["matrix"] for row in rows if chosen(row)}
    write(truth, [flatten(row, row["matrix"]) for row in rows if chosen(row)])
    write(predictions, [flatten(p, matrix[p["image"]]) for p in read if p["image"] in matrix])
    return score(truth, predictions)


def groups():
    out = {"all": lambda row: True}
    for look in korean_pages.LOOKS:
        out[look] = lambda row, look=look: row["degradation"] == look
    for kind in korean_pages.LAYOUTS:
        out[kind] = lambda row, kind=kind: row["kind"] == kind
    return out


def measure(folder, rows, commands, rounds):
    times, cpu = {name: [] for name in commands}, {name: [] for name in commands}
    for number in range(rounds):
        for name in list(commands) if number % 2 == 0 else reversed(list(commands)):
            print(f"round {number + 1}/{rounds}: {name}", file=sys.stderr)
            out = folder / (name.replace(" ", "-") + ".jsonl")
            ms, seconds = read_pages(commands[name], folder / "truth.jsonl", out)
            times[name].append(ms)
            cpu[name].append(1000 * seconds / len(rows))
    result = {}
    for name in commands:
        read = load(folder / (name.replace(" ", "-") + ".jsonl"))
        result[name] = {}
        for group, chosen in groups().items():
            ms = [t for run in times[name] for t, row in zip(run, rows, strict=True) if chosen(row)]
            found = figures(rows, read, folder, chosen)
            result[name][group] = {
                "cer": found["cer"],
                "word_f1": found["word_f1"],
                "ms": statistics.median(ms),
            }
        result[name]["all"]["cpu_ms"] = statistics.median(cpu[name])
    return result


def report(result, pages, processes):
    versions = subprocess.run(["tesseract", "--version"], capture_output=True, text=True)
    print(
        f"{pages} pages in {len(korean_pages.LOOKS)} looks, {processes} process(es), "
        f"{len(os.sched_getaffinity(0))} cores, {versions.stdout.splitlines()[0]}\n"
    )
    row = "{:13} {:18} {:>8} {:>8} {:>7} {:>6}"
    print(row.format("pages", "engine", "CER", "word F1", "ms", "ratio"))
    for group in groups():
        for name, figure in result.items():
            ratio = figure[group]["ms"] / result["ours"][group]["ms"]
            print(
                row.format(
                    group,
                    name,
                    f"{figure[group]['cer']:.4f}",
                    f"{figure[group]['word_f1']:.4f}",
                    f"{figure[group]['ms']:.0f}",
                    f"{ratio:.2f}",
                )
            )
    print("\nratio: how many times as long a page takes as with ours")
    cpu = {name: figure["all"]["cpu_ms"] for name, figure in result.items()}
    shown = [f"{name} {ms:.0f} ({ms / cpu['ours']:.2f})" for name, ms in cpu.items()]
    print("milliseconds of processor time a page, start included: " + ", ".join(shown))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=9, help="papers, each in every look")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--program", type=Path, default=ROOT / "build" / "services" / "twinreader" / "twinreader"
    )
    parser.add_argument("--keep", type=Path, help="folder for the pages and what was read")
    parser.add_argument("--save", type=Path, help="write all figures as JSON")
    arguments = parser.parse_args()
    commands = engines(arguments.program.resolve(), arguments.processes)
    with tempfile.TemporaryDirectory(prefix="dure-korean-") as name:
        folder = arguments.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        rows = korean_pages.make(folder, arguments.pages, arguments.seed)
        result = measure(folder, rows, commands, arguments.rounds)
    report(result, arguments.pages, arguments.processes)
    if arguments.save:
        arguments.save.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
