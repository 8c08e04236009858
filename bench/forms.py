#!/usr/bin/env python3
"""Fields of invented Korean papers from perfect readings, and from readings with misread letters.

usage: bench/forms.py [--kind NAME] [--split held] [--count 300] [--seed 1] [--look mixed]
                      [--noise PERCENT] [--keep DIR] [--mistakes N] [--program FILE]

`twinreader synth` invents and wears the papers and says what a perfect reader would print;
`twinreader fields` looks for the fields in that, with the pictures at hand for ticked boxes;
`twinreader eval` scores them.  Nothing is recognised, so the figures are those of the forms alone.

With --noise so many characters in a hundred are misread, digits as digits and syllables as ones
that differ in a letter, a fifth of them dropped: most with little confidence, one in ten with much,
as recognisers do.  Each paper's mistakes follow from the seed and its number.
"""

import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from run import ROOT

KINDS = ("medical-receipt", "claim-form", "repair-estimate")
# What is taken for what, besides syllables that differ in one letter.
ALIKE = {
    "0": "08O6", "1": "1l7I4", "2": "27Z", "3": "358", "4": "4149", "5": "5S63", "6": "6805",
    "7": "7129", "8": "8630B", "9": "9470", ",": ",.", ".": ".,", "-": "-~", "~": "~-", ":": ":.",
}  # fmt: skip
SURE = 0.1  # of the mistakes are made with confidence
DROPPED = 0.2  # are characters left out


def run(command, **more):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, **more)


def misread(rng, char):
    """Another character that looks like it."""
    code = ord(char) - 0xAC00
    if 0 <= code < 11172:
        first, middle, last = code // 588, code % 588 // 28, code % 28
        which = rng.randrange(3)
        if which == 0:
            first = (first + rng.choice((1, 18))) % 19
        elif which == 1:
            middle = (middle + rng.choice((1, 2, 19, 20))) % 21
        else:
            last = (last + rng.choice((1, 3, 4, 24, 27))) % 28
        return chr(0xAC00 + first * 588 + middle * 28 + last)
    others = ALIKE.get(char, char).replace(char, "")
    return rng.choice(others) if others else char


def wear_word(rng, word, rate):
    """Misreads some of a word's characters; False when nothing is left of it."""
    kept = []
    for char in word["chars"]:
        char["confidence"] = round(1 - 0.1 * rng.random() ** 30, 4)
        if rng.random() < rate:
            dropped = rng.random() < DROPPED
            other = misread(rng, char["text"])
            if dropped:
                continue
            if other != char["text"]:
                sure = rng.random() < SURE
                char["text"] = other
                char["confidence"] = round(rng.uniform(0.9, 0.99 if sure else 0.95), 4)
                if not sure:
                    char["confidence"] = round(rng.uniform(0.3, 0.88), 4)
        kept.append(char)
    word["chars"] = kept
    word["text"] = "".join(char["text"] for char in kept)
    if kept:
        word["confidence"] = sum(char["confidence"] for char in kept) / len(kept)
    return bool(kept)


def wear(reading, rate, seed, number):
    """Misreads some of a page's characters, and says the boxes of words that are not as printed."""
    rng = random.Random(f"{seed}/{number}")
    worn = set()
    for page in reading["pages"]:
        for line in page["lines"]:
            printed = [(word, word["text"]) for word in line["words"]]
            line["words"] = [word for word in line["words"] if wear_word(rng, word, rate)]
            line["text"] = " ".join(word["text"] for word in line["words"])
            worn |= {tuple(word["box"]) for word, text in printed if word["text"] != text}
        page["lines"] = [line for line in page["lines"] if line["words"]]
    return worn


def well_read(truths, found, worn):
    """Of the values none of whose words was misread: how many there are, and how many are right."""
    count = right = 0
    for image, truth in truths.items():
        misread = {w.get("field") for w in truth["words"] if tuple(w["box"]) in worn[image]}
        values = dict(flat(found[image]["fields"]))
        for name, value in flat(truth["fields"]):
            if name not in misread:
                count += 1
                right += same(value, values.get(name))
    return count, right


def prediction(reading):
    """A reading's form as eval takes it."""
    form = reading["pages"][0].get("form") or {}
    fields = {}
    for field in form.get("fields", []):
        fields[field["name"]] = field
    return {
        "image": reading["name"], "words": [], "form": form.get("type"),
        "verdict": form.get("verdict"), "reasons": form.get("reasons"), "fields": fields,
    }  # fmt: skip


def flat(fields):
    for name, value in fields.items():
        for number, row in enumerate(value.get("rows", [])):
            for cell in row:
                yield f"{name}[{number}].{cell['name']}", cell
        if "rows" not in value:
            yield name, value


def fold(text):
    return "".join((text or "").split()).lower()


def same(truth, read):
    if read is None or read.get("value") is None:
        return False
    return fold(truth["value"]) == fold(read["value"]) or (
        truth.get("normalised") == read.get("normalised")
    )


def list_mistakes(truths, found, most):
    """The mistakes, and how many of which kind, by layout and field."""
    counts, shown = collections.Counter(), 0
    for image, truth in truths.items():
        read = found[image]
        values = dict(flat(read["fields"]))
        wrong = []
        for name, value in flat(truth["fields"]):
            if same(value, values.get(name)):
                continue
            got = values.get(name)
            column = name if "[" not in name else name[: name.index("[")] + name[name.index(".") :]
            counts[truth["layout"], column, "wrong" if got else "missing"] += 1
            wrong.append(f"  {name}: {value['value']!r} read {got and got['value']!r}")
        if wrong and shown < most:
            shown += 1
            print(
                image,
                truth["layout"],
                truth["degradation"],
                read.get("verdict"),
                read.get("reasons"),
            )
            print("\n".join(wrong[:12]))
    for (layout, column, how), count in counts.most_common(60):
        print(f"{count:6} {how:8} {layout:18} {column}")


def truths_of(made):
    lines = (made / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return {truth["image"]: truth for truth in map(json.loads, lines)}


def measure(o, kind, folder):
    made = folder / f"{kind}-{o.split}-{o.look}-{o.seed}-{o.count}"
    if not (made / "manifest.json").exists():
        run([
            o.program, "synth", "--out", made, "--count", o.count, "--seed", o.seed, "--kind", kind,
            "--split", o.split, "--look", o.look, "--format", "jsonl,reading", "--jobs", o.jobs,
        ])  # fmt: skip
    predictions = folder / f"{made.name}.found.jsonl"
    if o.read:
        scored = run([
            o.program, "eval", made / "truth.jsonl", "--fields", "--json", "--save", predictions,
            "--jobs", o.jobs,
        ])  # fmt: skip
        if o.mistakes:
            rows = map(json.loads, predictions.read_text(encoding="utf-8").splitlines())
            list_mistakes(truths_of(made), {row["image"]: row for row in rows}, o.mistakes)
        return json.loads(scored.stdout), None
    worn = {}
    readings = folder / f"{made.name}.read.jsonl"
    with open(made / "readings.jsonl", encoding="utf-8") as lines, open(readings, "w") as out:
        for number, line in enumerate(lines):
            reading = json.loads(line)
            if o.noise:
                worn[reading["name"]] = wear(reading, o.noise / 100, o.seed, number)
            print(json.dumps(reading, ensure_ascii=False), file=out)
    done = run([o.program, "fields", "-f", "json", "--pictures", made / "images", readings])
    found = {}
    for line in done.stdout.decode().splitlines():
        one = prediction(json.loads(line))
        found[one["image"]] = one
    predictions.write_text(
        "".join(json.dumps(p, ensure_ascii=False) + "\n" for p in found.values())
    )
    scored = run([
        o.program, "eval", made / "truth.jsonl", "--predictions", predictions, "--fields", "--json"
    ])  # fmt: skip
    truths = truths_of(made)
    if o.mistakes:
        list_mistakes(truths, found, o.mistakes)
    return json.loads(scored.stdout), well_read(truths, found, worn) if o.noise else None


def share(part, whole):
    return f"{100 * part / whole:.2f}" if whole else "-"


def main():
    parser = argparse.ArgumentParser(description="fields of invented papers")
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--split", default="held")
    parser.add_argument("--look", default="mixed")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--noise", type=float, default=0, metavar="PERCENT")
    parser.add_argument("--read", action="store_true", help="read the pictures, end to end")
    parser.add_argument("--mistakes", type=int, default=0, metavar="N", help="papers to be shown")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="papers are kept there, and taken")
    parser.add_argument(
        "--program", type=Path, default=ROOT / "build/services/twinreader/twinreader"
    )
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = o.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        how = "read with the models in use" if o.read else f"noise {o.noise} %"
        print(f"{o.count} papers a kind, {o.split}, {o.look}, seed {o.seed}, {how}")
        for kind in o.kind or KINDS:
            score, unworn = measure(o, kind, folder)
            values, verdict = score["values"], score["verdict"]
            right = share(verdict["accepted_exact"], verdict["accepted_values"])
            print(
                f"{kind:16} {share(values['exact'], values['count']):>6} % of "
                f"{values['count']} fields, {values['rows_invented']} rows invented; accepted "
                f"{verdict['accepted']} papers, {right} % of their {verdict['accepted_values']} "
                f"fields right"
            )
            if unworn:
                print(f"{'':16} {share(unworn[1], unworn[0]):>6} % of {unworn[0]} well read")


if __name__ == "__main__":
    sys.exit(main())
