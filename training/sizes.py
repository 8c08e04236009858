#!/usr/bin/env python3
"""What each size of the networks costs on this machine, untrained: parameters, multiply-adds, time.

    training/sizes.py [--peer-recogniser FILE.onnx] [--peer-detector FILE.onnx]

Processor time of one thread, in milliseconds: per input column of a batch of eight lines of 320
columns, and per page of 960 x 672.  A peer is another network of PP-OCR's shape, timed in the same
run: 48 rows of three channels, and pages of three channels.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch

import det_net
import det_package
import layers
import quantise
import rec_net
import rec_package

CLASSES = 2618
LINES, PAGE = (8, 1, rec_net.HEIGHT, 320), (1, 1, 960, 672)


def both(net, folder, shape, sensitive):
    """Milliseconds of a network as float and with 8 bits."""
    paths = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
    onnx.save(net.eval().to_onnx(), paths[0])
    rng = np.random.default_rng(0)
    noise = [rng.uniform(-1, 1, (1, *shape[1:])).astype(np.float32) for _ in range(3)]
    quantise.quantise(paths[0], paths[1], noise, keep=sensitive(paths[0]))
    return [quantise.milliseconds(p, shape) for p in paths]


def row(kind, size, net, shape, per, times):
    cost = layers.multiply_adds(net, torch.zeros(1, *shape[1:])) * shape[0] / per
    print(
        f"| {kind} | {size} | {layers.parameters(net):,} | {cost / 1e6:.2f} M | "
        + " | ".join(f"{t / per:.4f}" for t in times)
        + " |",
        flush=True,
    )


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--peer-recogniser")
    p.add_argument("--peer-detector")
    a = p.parse_args()
    torch.manual_seed(1)
    print("| network | size | parameters | multiply-adds | ms, float | ms, 8 bits |")
    print("| --- | --- | --- | --- | --- | --- |")
    columns = LINES[0] * LINES[3]
    with tempfile.TemporaryDirectory() as folder:
        for size in rec_net.SIZES:
            net = rec_net.Recogniser(CLASSES, size)
            times = both(net, folder, LINES, rec_package.sensitive)
            row("recogniser, a column", size, net, LINES, columns, times)
        for size in det_net.SIZES:
            net = det_net.Detector(size)
            times = both(net, folder, PAGE, det_package.sensitive)
            row("detector, a page", size, net, PAGE, 1, times)
    if a.peer_recogniser:
        ms = quantise.milliseconds(a.peer_recogniser, (8, 3, 48, 320)) / columns
        print(f"| peer, a column | | | | {ms:.4f} | |")
    if a.peer_detector:
        ms = quantise.milliseconds(a.peer_detector, (1, 3, 960, 672))
        print(f"| peer, a page | | | | {ms:.4f} | |")


if __name__ == "__main__":
    main()
