"""Speaks the stream of `twinreader synth crops` with bars for letters: what the tests of training/
train on.

The letter a is one bar, b two; so a network can learn it in seconds and without a font.
"""

import argparse
import random
import struct
import sys

LOOKS = {"clean": 0, "scan": 1, "fax": 2, "phone": 3}


def crop(rng, height, look):
    text = "".join(rng.choice("ab") for _ in range(rng.randint(1, 4)))
    columns, spans = [255] * 3, []
    for letter in text:
        spans += [len(columns), len(columns) + (3 if letter == "a" else 9)]
        columns += [0, 0, 0, 255, 255, 255] * (1 if letter == "a" else 2) + [255] * 8
    columns = [c if rng.random() > 0.01 else 128 for c in columns]
    raw = text.encode()
    head = struct.pack("<HHHBB", height, len(columns), len(raw), 0, look)
    return head + raw + struct.pack(f"<{len(spans)}H", *spans) + bytes(columns) * height


def main():
    p = argparse.ArgumentParser()
    for name in ("--seed", "--first", "--count", "--height", "--max-width", "--jobs"):
        p.add_argument(name, type=int)
    p.add_argument("--split")
    p.add_argument("--look")
    a = p.parse_args([x for x in sys.argv[1:] if x not in ("synth", "crops")])
    out = sys.stdout.buffer
    out.write(b"DURECRP2")
    for n in range(a.first, a.first + a.count):
        rng = random.Random(f"{a.seed} {a.split} {n}")
        look = LOOKS[a.look] if a.look else rng.randrange(4)
        out.write(crop(rng, a.height, look))


if __name__ == "__main__":
    main()
