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


def middles(texts, spans):
    """The column in the middle of each code point of each text; a space's between its
    neighbours'."""
    text = "".join(texts)
    ends = np.cumsum([len(t) for t in texts])
    inked = np.frombuffer(text.encode("utf-32-le"), "<u4") != ord(" ")
    ink = np.concatenate([np.zeros((0, 2)), *spans]).astype(float)
    out = np.zeros(len(text))
    out[inked] = ink.mean(axis=1)
    space = np.flatnonzero(~inked)
    after = np.searchsorted(np.flatnonzero(inked), space)
    crop = np.searchsorted(ends, space, side="right")
    before = np.concatenate([[0], np.cumsum(inked)[ends - 1]])  # ink in the crops before each
    within = (after > before[crop]) & (after < before[crop + 1])
    between = (ink[after[within] - 1, 1] + ink[after[within], 0]) / 2
    out[space[within]] = between
    return np.split(out, ends[:-1])


def places(pool, labels):
    """Per crop of a pool (classes, middles); None for a crop that cannot be learned."""
    found = middles(pool.text, pool.spans)
    return [
        (np.array(label), middle) if label else None
        for label, middle in zip(labels, found, strict=True)
    ]


def targets(of_crops, steps, columns_per_step, rng):
    """What to teach in a batch of `steps` steps: arrays (crop, step, class), characters first, then
    as many blanks; and how many are characters.

    `of_crops` is a list of (classes, middles), `columns_per_step` that of the batch after its width
    was changed.  Of two characters in one step neither is taught."""
    count = len(of_crops)
    row = np.repeat(np.arange(count), [len(label) for label, _ in of_crops])
    label = np.concatenate([label for label, _ in of_crops])
    exact = np.concatenate([middle for _, middle in of_crops]) / columns_per_step
    step = np.clip(exact.astype(int), 0, steps - 1)
    same = (step[1:] == step[:-1]) & (row[1:] == row[:-1])
    alone = np.ones(len(step), bool)
    alone[1:] &= ~same
    alone[:-1] &= ~same
    # All crops on one line, so far apart that none comes near another.
    apart = steps + 10 * CLEAR
    line = np.sort(exact + row * apart)
    grid = (np.arange(steps) + 0.5 + np.arange(count)[:, None] * apart).ravel()
    after = np.searchsorted(line, grid)
    left = np.abs(grid - line[np.maximum(after - 1, 0)])
    right = np.abs(grid - line[np.minimum(after, len(line) - 1)])
    free = np.flatnonzero(np.minimum(left, right) > CLEAR)
    characters = int(alone.sum())
    blank = rng.permutation(free)[:characters]
    return (
        np.concatenate([row[alone], blank // steps]),
        np.concatenate([step[alone], blank % steps]),
        np.concatenate([label[alone], np.full(len(blank), BLANK)]),
        characters,
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
