"""From a detector's map to boxes, as services/twinreader/detect.c does it for upright words, and
their score."""

import numpy as np

import shrink

# Thresholds of the packages: a pixel's, and a region's mean.
BINARISE, LEAST = 0.3, 0.5


def regions(mask):
    """Boxes x0, y0, x1, y1 of the 8-connected regions of a mask, and how many pixels each has."""
    parent, runs = [], []

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    above = []
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), np.int8)
    padded[:, 1:-1] = mask
    for y, row in enumerate(np.diff(padded, axis=1)):
        here, k = [], 0
        for x0, x1 in zip(np.flatnonzero(row == 1), np.flatnonzero(row == -1), strict=True):
            i = len(runs)
            runs.append((x0, y, x1))
            parent.append(i)
            while k < len(above) and runs[above[k]][2] < x0:
                k += 1
            j = k
            while j < len(above) and runs[above[j]][0] <= x1:
                parent[root(above[j])] = root(i)
                j += 1
            here.append(i)
        above = here
    found = {}
    for i, (x0, y, x1) in enumerate(runs):
        r = root(i)
        b = found.setdefault(r, [x0, y, x1, y + 1, 0])
        b[0], b[1], b[2], b[3] = min(b[0], x0), min(b[1], y), max(b[2], x1), max(b[3], y + 1)
        b[4] += x1 - x0
    return np.array(list(found.values()), dtype=float).reshape(-1, 5)


def from_map(probability, shrunk, binarise=BINARISE, least=LEAST):
    """Boxes in page pixels of a map of `shrunk` page pixels per pixel."""
    out = []
    for x0, y0, x1, y1, pixels in regions(probability > binarise):
        if pixels < 3:
            continue
        inside = probability[int(y0) : int(y1), int(x0) : int(x1)]
        if inside.mean() < least:
            continue
        dx, dy = shrink.margins(x1 - x0, y1 - y0)
        out.append([x0 - dx, y0 - dy, x1 + dx, y1 + dy])
    return np.array(out, dtype=float).reshape(-1, 4) * shrunk


def bounds(quads):
    """Upright bounds of quadrilaterals."""
    return np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1).reshape(-1, 4)


def matches(found, truth, least=0.5):
    """How many pairs overlap by at least `least` of their union, one to one, best first."""
    if not len(found) or not len(truth):
        return 0
    low = np.maximum(found[:, None, :2], truth[None, :, :2])
    high = np.minimum(found[:, None, 2:], truth[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    area = [np.clip(b[:, 2:] - b[:, :2], 0, None).prod(axis=1) for b in (found, truth)]
    overlap = common / np.maximum(area[0][:, None] + area[1][None, :] - common, 1e-9)
    used, taken = set(), set()
    for pair in np.argsort(-overlap, axis=None):
        i, j = np.unravel_index(pair, overlap.shape)
        if overlap[i, j] < least:
            break
        if i not in used and j not in taken:
            used.add(i)
            taken.add(j)
    return len(used)


def score(map_of, sets, shrunk):
    """Counts of found, true and matching boxes by look; `map_of` takes a square to its map."""
    counts = {}
    for look, pool in sets.items():
        ends = np.cumsum(pool["counts"])
        found = true = right = 0
        for i, square in enumerate(pool["squares"]):
            quads = pool["quads"][ends[i] - pool["counts"][i] : ends[i]]
            got = from_map(map_of(square), shrunk)
            want = bounds(quads)
            found, true = found + len(got), true + len(want)
            right += matches(got, want)
        counts[look] = (found, true, right)
    return counts


def figures_of(counts):
    def f1(rows):
        found, true, right = (sum(c) for c in zip(*rows, strict=True))
        return 2 * right / max(1, found + true), right / max(1, found), right / max(1, true)

    together = f1(counts.values())
    out = dict(zip(("f1", "precision", "recall"), together, strict=True))
    return out | {f"f1_{look}": f1([c])[0] for look, c in counts.items()}
