"""Teaching a CTC network where each character stands.

CTC alone has to find out which step writes which character before it can learn what characters look
like; the generator knows (`Crops.spans`).  So the step in the middle of a character's ink is taught
the character, steps clearly between characters are taught the blank, and what lies beside a middle
is left to the network.  Only those steps need scores, which spares most of the widest product of
all, that with the classes.  The last part of a run is CTC's (recogniser.py), which then starts from
a network that reads.
"""

import numpy as np
import torch
from torch.nn import functional

from charset import BLANK

CLEAR = 0.8  # steps from the nearest middle at which a step is between characters


def middles(text, spans):
    """The column in the middle of each code point of `text`; a space's between its neighbours'."""
    out = np.zeros(len(text))
    spans = spans.astype(float)
    k = 0
    for i, symbol in enumerate(text):
        if symbol != " ":
            out[i] = spans[k].mean()
            k += 1
        elif 0 < k < len(spans):
            out[i] = (spans[k - 1, 1] + spans[k, 0]) / 2
    return out


def places(pool, labels):
    """Per crop of a pool (classes, middles); None for a crop that cannot be learned."""
    return [
        (np.array(label), middles(text, spans)) if label else None
        for text, spans, label in zip(pool.text, pool.spans, labels, strict=True)
    ]


def targets(of_crops, steps, columns_per_step, rng):
    """What to teach in a batch of `steps` steps: arrays (crop, step, class), characters first, then
    as many blanks; and how many are characters.

    `of_crops` is a list of (classes, middles), `columns_per_step` that of the batch after its width
    was changed.  Of two characters in one step neither is taught."""
    rows, at, classes, blank_rows, blank_at = [], [], [], [], []
    grid = np.arange(steps) + 0.5
    for i, (label, middle) in enumerate(of_crops):
        exact = middle / columns_per_step
        step = np.clip(exact.astype(int), 0, steps - 1)
        alone = np.ones(len(step), bool)
        same = step[1:] == step[:-1]
        alone[1:] &= ~same
        alone[:-1] &= ~same
        rows.append(np.full(int(alone.sum()), i))
        at.append(step[alone])
        classes.append(label[alone])
        after = np.searchsorted(exact, grid)
        left = np.abs(grid - exact[np.maximum(after - 1, 0)])
        right = np.abs(grid - exact[np.minimum(after, len(exact) - 1)])
        free = np.flatnonzero(np.minimum(left, right) > CLEAR)
        blank_rows.append(np.full(len(free), i))
        blank_at.append(free)
    rows, at, classes = np.concatenate(rows), np.concatenate(at), np.concatenate(classes)
    blank_rows, blank_at = np.concatenate(blank_rows), np.concatenate(blank_at)
    pick = rng.permutation(len(blank_rows))[: len(rows)]
    return (
        np.concatenate([rows, blank_rows[pick]]),
        np.concatenate([at, blank_at[pick]]),
        np.concatenate([classes, np.full(len(pick), BLANK)]),
        len(rows),
    )


def loss(vectors, head, target, smoothing=0.05):
    """Cross entropy at the taught steps; `vectors` are [N, steps, channels], `head` scores them."""
    rows, at, classes, characters = target
    device = vectors.device
    picked = vectors[torch.from_numpy(rows).to(device), torch.from_numpy(at).to(device)]
    scores = head(picked).float()
    each = functional.cross_entropy(
        scores, torch.from_numpy(classes).to(device), reduction="none", label_smoothing=smoothing
    )
    return each[:characters].mean() + 0.5 * each[characters:].mean()
