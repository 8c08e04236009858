#!/usr/bin/env python3
"""Compares this engine with RapidOCR 3.10 (the same ONNX files) and Tesseract 5: same pages, same
cores, one go.

usage: bench/run.py [--pages FOLDER] [--program FILE] [--quick] [--rounds N] [--save FILE.json]

FOLDER holds truth.jsonl and its pictures; without it $DURE_CORPUS/sroie-dev is read when it exists,
else the shipped samples.  Engines take turns, in every round all of them and every second round in
reverse, so that a machine that warms up or slows down does not favour one; figures are medians over
rounds.  Pages a second are taken over the wall time after every worker has loaded its models and,
for the peers, read one page.  Memory is the peak resident size, summed over processes.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# RapidOCR's own networks: what the ratio to it compares.
SAME_NETWORKS = {
    "TWINREADER_MODELS_DETECTOR": "ppocrv6-det-small",
    "TWINREADER_MODELS_RECOGNISER": "ppocrv6-rec-small",
}


@dataclass
class Setting:
    """One way to run one engine, and what was measured."""

    name: str
    family: str
    command: list
    environment: dict = field(default_factory=dict)
    rates: list = field(default_factory=list)
    medians: list = field(default_factory=list)
    slow: list = field(default_factory=list)
    peaks: list = field(default_factory=list)
    scores: dict = field(default_factory=dict)

    @property
    def rate(self):
        return statistics.median(self.rates)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def settings(program, cores, quick):
    ours = [str(program), "eval", "{truth}", "--json", "--save", "{out}", "--jobs"]
    rapid = [sys.executable, str(HERE / "peer_rapidocr.py"), "{truth}", "{out}"]
    tess = [sys.executable, str(HERE / "peer_tesseract.py"), "{truth}", "{out}"]
    out = []
    for jobs in sorted({1, cores}, reverse=True):
        name = f"{jobs} worker{'s' if jobs > 1 else ''}"
        command = [*ours, str(jobs)]
        out.append(Setting(f"twinreader, PP-OCRv6, {name}", "ours", command, SAME_NETWORKS))
        out.append(Setting(f"twinreader, {name}", "ours", command))
    shapes = sorted({(1, 1), (1, cores), (cores, 1)})
    for angle in (False, True):
        for processes, threads in shapes:
            if quick and angle and processes == 1:
                continue
            name = f"RapidOCR{', angle' if angle else ''}, {processes} proc x {threads} thr"
            flags = ["--processes", str(processes), "--threads", str(threads)]
            out.append(Setting(name, "rapidocr", rapid + flags + (["--angle"] if angle else [])))
    for processes in sorted({1, cores}):
        name = f"Tesseract, {processes} proc x 1 thr"
        flags = ["--processes", str(processes)]
        out.append(Setting(name, "tesseract", tess + flags, {"OMP_THREAD_LIMIT": "1"}))
    return out


def run_child(command, environment):
    """Runs a program to its end; returns its standard output and its own peak memory in MiB."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, env=os.environ | environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            sys.exit(
                f"{' '.join(command)}\nended with {process.returncode}:\n"
                + errors.read().decode(errors="replace")[-2000:]
            )
        return output.read().decode(), usage.ru_maxrss / 1024


def score(truth, predictions):
    command = [sys.executable, str(HERE / "ocr_score.py"), str(truth), str(predictions), "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def measure(setting, truth, pages, folder):
    out = folder / "predictions.jsonl"
    out.unlink(missing_ok=True)
    places = {"truth": str(truth), "out": str(out)}
    command = [part.format(**places) if "{" in part else part for part in setting.command]
    text, peak = run_child(command, setting.environment)
    result = json.loads(text)
    if setting.family == "ours":
        setting.rates.append(result["pages_per_s"])
        setting.medians.append(result["median_ms"])
        setting.slow.append(result["p95_ms"])
        setting.peaks.append(peak)
    else:
        setting.rates.append(pages / result["wall_s"])
        setting.medians.append(statistics.median(result["page_ms"]))
        setting.slow.append(percentile(result["page_ms"], 0.95))
        setting.peaks.append(result["peak_mib"])
    if not setting.scores:
        setting.scores = score(truth, out)


def prepare_pages(source, limit, folder):
    """A truth file beside links to its pictures, cut to the first `limit` pages."""
    rows = (source / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    rows = rows[:limit] if limit else rows
    for row in rows:
        image = json.loads(row)["image"]
        link = folder / image
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to((source / image).resolve())
    truth = folder / "truth.jsonl"
    truth.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return truth, len(rows)


def default_pages():
    corpus = Path(os.environ.get("DURE_CORPUS", ROOT / ".." / "shared" / "corpus")) / "sroie-dev"
    return corpus if (corpus / "truth.jsonl").exists() else ROOT / "samples"


def version_of(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def same_networks():
    """Whether RapidOCR's ONNX files are byte for byte those of our packages."""
    import rapidocr

    def digest(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()

    theirs = {digest(p) for p in (Path(rapidocr.__file__).parent / "models").glob("*.onnx")}
    names = ("ppocrv6-det-small", "ppocrv6-rec-small", "ppocr-angle")
    return all(digest(ROOT / "models" / name / "model.onnx") in theirs for name in names)


def machine(program):
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    ours, _ = run_child([str(program), "--version"], {})
    tesseract = subprocess.run(["tesseract", "--version"], capture_output=True, text=True)
    return {
        "processor": model,
        "avx512": " avx512f " in Path("/proc/cpuinfo").read_text(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "twinreader": ours.split()[-1],
        "rapidocr": version_of("rapidocr"),
        "onnxruntime": version_of("onnxruntime"),
        "opencv": version_of("opencv-python-headless"),
        "tesseract": tesseract.stdout.split("\n")[0].removeprefix("tesseract "),
        "same_onnx_files": same_networks(),
    }


def report(done, facts, source, pages, rounds):
    best = max((s for s in done if s.family == "rapidocr"), key=lambda s: s.rate)
    best_tess = max((s for s in done if s.family == "tesseract"), key=lambda s: s.rate)
    print(f"{pages} pages of {source}, {rounds} rounds")
    print(", ".join(f"{k} {v}" for k, v in facts.items()))
    print()
    head = (
        "engine and setting",
        "pages/s",
        "ratio",
        "median",
        "p95",
        "MiB",
        "ratio",
        "word F1",
        "CER",
        "H-mean",
    )
    row = "{:34} {:>8} {:>6} {:>7} {:>7} {:>6} {:>6} {:>8} {:>7} {:>7}"
    print(row.format(*head))
    for s in done:
        peak = max(s.peaks)
        print(
            row.format(
                s.name,
                f"{s.rate:.3f}",
                f"{s.rate / best.rate:.2f}",
                f"{statistics.median(s.medians):.0f}",
                f"{statistics.median(s.slow):.0f}",
                f"{peak:.0f}",
                f"{peak / max(best.peaks):.2f}",
                f"{s.scores['word_f1_fold']:.4f}",
                f"{s.scores['cer_fold']:.4f}",
                f"{s.scores['det_h']:.4f}",
            )
        )
    same, ours = done[0], done[1]
    print()
    print(f"ratios are to RapidOCR's best setting ({best.name}); times are milliseconds a page;")
    print("word F1 and CER are case-folded, H-mean is of text lines at IoU 0.5")
    print(
        f"twinreader with RapidOCR's networks: {same.rate / best.rate:.2f} times the pages a "
        f"second of RapidOCR's best, {same.rate / best_tess.rate:.2f} times of Tesseract's; with "
        f"its default packages: {ours.rate / best.rate:.2f} and {ours.rate / best_tess.rate:.2f}"
    )


def print_stages(program, truth, cores):
    """Where our own time goes, as the program itself measures it."""
    rows = truth.read_text(encoding="utf-8").splitlines()
    files = [str(truth.parent / json.loads(row)["image"]) for row in rows]
    command = [str(program), "read", "--timings", "--format", "json", "--jobs", str(cores)]
    for title, environment in (("PP-OCRv6", SAME_NETWORKS), ("default packages", {})):
        done = subprocess.run(
            [*command, *files],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | environment,
        )
        print(f"\n{title}: {done.stderr.strip()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=Path, default=default_pages())
    parser.add_argument(
        "--program", type=Path, default=ROOT / "build" / "services" / "twinreader" / "twinreader"
    )
    parser.add_argument("--quick", action="store_true", help="ten pages, one round, fewer settings")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--limit", type=int, default=0, help="first N pages only")
    parser.add_argument("--only", default="", help="settings whose name contains this, and ours")
    parser.add_argument("--save", type=Path, help="write all figures as JSON")
    arguments = parser.parse_args()
    rounds = arguments.rounds or (1 if arguments.quick else 3)
    limit = arguments.limit or (10 if arguments.quick else 0)
    cores = len(os.sched_getaffinity(0))
    program = arguments.program.resolve()
    facts = machine(program)
    todo = [
        s
        for s in settings(program, cores, arguments.quick)
        if s.family == "ours" or arguments.only in s.name
    ]
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as name:
        folder = Path(name)
        truth, pages = prepare_pages(arguments.pages.resolve(), limit, folder)
        for number in range(rounds):
            for setting in todo if number % 2 == 0 else reversed(todo):
                print(f"round {number + 1}/{rounds}: {setting.name}", file=sys.stderr)
                measure(setting, truth, pages, folder)
        report(todo, facts, arguments.pages.name, pages, rounds)
        print_stages(program, truth, cores)
    if arguments.save:
        arguments.save.write_text(
            json.dumps(
                {
                    "machine": facts,
                    "pages": pages,
                    "rounds": rounds,
                    "settings": [vars(s) for s in todo],
                },
                indent=1,
            )
            + "\n"
        )


if __name__ == "__main__":
    main()
