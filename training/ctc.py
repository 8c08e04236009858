"""Reading a CTC network's output, and how wrong it is."""

import numpy as np

from charset import BLANK


def collapse(path):
    """Classes of each step -> classes read: repeats once, blanks dropped."""
    path = np.asarray(path)
    if not path.size:
        return []
    first = np.ones(path.size, dtype=bool)
    first[1:] = path[1:] != path[:-1]
    return path[first & (path != BLANK)].tolist()


def decode(probabilities, charset):
    """Steps x classes -> (text, mean of each character's best probability)."""
    path = probabilities.argmax(axis=1)
    best = probabilities[np.arange(path.size), path]
    text, sure = [], []
    previous = BLANK
    for c, p in zip(path.tolist(), best.tolist(), strict=True):
        if c != BLANK and c != previous:
            text.append(charset.symbols[c])
            sure.append(p)
        elif c != BLANK:
            sure[-1] = max(sure[-1], p)
        previous = c
    return "".join(text), float(np.mean(sure)) if sure else 0.0


def distance(a, b):
    """Levenshtein's distance of two sequences."""
    if a == b:
        return 0
    if len(a) < len(b):
        a, b = b, a
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (x != y))
    return row[-1]


def steps_needed(classes):
    """The fewest steps in which CTC can write `classes`: doubled letters need a blank between."""
    return len(classes) + sum(a == b for a, b in zip(classes, classes[1:], strict=False))


class Tally:
    """Character error rate and whole lines read, by group (look, font)."""

    def __init__(self):
        self.groups = {}

    def add(self, group, truth, read):
        g = self.groups.setdefault(group, [0, 0, 0, 0])
        g[0] += distance(truth, read)
        g[1] += len(truth)
        g[2] += truth == read
        g[3] += 1

    def cer(self, group=None):
        wrong, length = self._sum(group, 0), self._sum(group, 1)
        return wrong / length if length else 0.0

    def exact(self, group=None):
        right, count = self._sum(group, 2), self._sum(group, 3)
        return right / count if count else 0.0

    def _sum(self, group, column):
        return sum(v[column] for k, v in self.groups.items() if group is None or k == group)
