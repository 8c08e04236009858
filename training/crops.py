"""Training samples from `twinreader synth crops`: the stream, pools of it, and batches.

The samples of a seed are numbered without end.  A pool is a run of POOL consecutive ones, made by
one process; several are made at a time by as many processes, and are used in order whichever is
ready first.  So what a run trains on depends on its seed alone, and a run that goes on after a
crash knows where it was.
"""

import itertools
import struct
import subprocess
import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

MAGIC = b"DURECRP2"
HEADER = struct.Struct("<HHHBB")
LOOKS = ("clean", "scan", "fax", "phone")


class StreamError(Exception):
    pass


@dataclass
class Crops:
    """Many crops in one buffer: crop i is height[i] x width[i] grey bytes from offset[i].

    spans[i] has the first and last column of the ink of every code point of text[i] but spaces."""

    pixels: np.ndarray
    offset: np.ndarray
    height: np.ndarray
    width: np.ndarray
    text: list
    font: np.ndarray
    look: np.ndarray
    spans: list

    def __len__(self):
        return len(self.text)

    def picture(self, i):
        h, w, o = int(self.height[i]), int(self.width[i]), int(self.offset[i])
        return self.pixels[o : o + h * w].reshape(h, w)


def parse(data):
    """The bytes of a whole stream -> Crops.  Raises StreamError with the place of what is wrong."""
    if data[: len(MAGIC)] != MAGIC:
        raise StreamError("not a stream of crops: it does not begin with DURECRP2")
    rows, texts, spans = [], [], []
    at, end = len(MAGIC), len(data)
    while at < end:
        if at + HEADER.size > end:
            raise StreamError(f"the stream ends in the head of crop {len(texts)}")
        height, width, length, font, look = HEADER.unpack_from(data, at)
        at += HEADER.size
        begin = at + length
        if not height or not width or look >= len(LOOKS):
            raise StreamError(f"crop {len(texts)} is {width}x{height} of look {look}")
        try:
            text = data[at:begin].decode("utf-8")
        except UnicodeDecodeError as e:
            raise StreamError(f"the text of crop {len(texts)} is not UTF-8") from e
        inked = len(text) - text.count(" ")
        if begin + 4 * inked + height * width > end:
            raise StreamError(f"the stream ends in crop {len(texts)}")
        texts.append(text)
        spans.append(np.frombuffer(data, "<u2", 2 * inked, begin).reshape(-1, 2))
        begin += 4 * inked
        rows.append((begin, height, width, font, look))
        at = begin + height * width
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    pixels = np.frombuffer(data, dtype=np.uint8).copy()
    return Crops(
        pixels, table[:, 0], table[:, 1], table[:, 2], texts, table[:, 3], table[:, 4], spans
    )


@dataclass
class Source:
    """What to ask the generator for."""

    program: str
    seed: int
    split: str = "train"
    look: str = "mixed"
    height: int = 32
    max_width: int = 640
    workers: int = 1

    def command(self, first, count, max_width=None, look=None):
        look = look or self.look
        return [
            *self.program.split(),
            *("synth", "crops", "--seed", str(self.seed), "--first", str(first)),
            *("--count", str(count), "--split", self.split, "--height", str(self.height)),
            *("--max-width", str(max_width or self.max_width), "--jobs", str(self.workers)),
            *([] if look == "mixed" else ["--look", look]),
        ]

    def read(self, first, count, **stage):
        """Makes `count` crops; a stage of a curriculum may have its own max_width and look."""
        command = self.command(first, count, **stage)
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            message = done.stderr.decode(errors="replace").strip()
            raise StreamError(f"{' '.join(command)}: {message or done.returncode}")
        return parse(done.stdout)


class Pools:
    """Iterates over (pool number, Crops) from pool `first` to `last`, made by `processes` at a
    time.

    `stage` (pool number -> arguments of the source's read) lets a curriculum begin with what is
    easy.
    """

    def __init__(self, source, size, first, last, processes=1, stage=None):
        self.source, self.size, self.last = source, size, last
        self.stage = stage or (lambda pool: {})
        self.tickets = itertools.count(first)
        self.first, self.ahead = first, processes + 1
        self.ready, self.failed, self.closed = {}, None, False
        self.changed = threading.Condition()
        self.wanted = first
        self.threads = [threading.Thread(target=self._work, daemon=True) for _ in range(processes)]
        for t in self.threads:
            t.start()

    def _work(self):
        while True:
            with self.changed:
                pool = next(self.tickets)
                while not self.closed and pool >= self.wanted + self.ahead:
                    self.changed.wait()
                if self.closed or pool >= self.last:
                    return
            try:
                made = self.source.read(pool * self.size, self.size, **self.stage(pool))
            except Exception as e:  # handed to whoever waits for the pool
                with self.changed:
                    self.failed = e
                    self.changed.notify_all()
                return
            with self.changed:
                self.ready[pool] = made
                self.changed.notify_all()

    def __iter__(self):
        for pool in range(self.first, self.last):
            with self.changed:
                while pool not in self.ready and not self.failed:
                    self.changed.wait()
                if pool not in self.ready:
                    raise self.failed
                crops = self.ready.pop(pool)
                self.wanted = pool + 1
                self.changed.notify_all()
            yield pool, crops

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()


def round_up(n, step):
    return (n + step - 1) // step * step


@dataclass
class Shapes:
    """What batches may measure: `columns` padded columns at most.

    Without `widths`, as many samples as fit of any width in steps of STEP.  A GPU's library
    prepares for each new shape for seconds: with `widths` there is one shape to each of them, and
    what a batch lacks is filled up with its own samples again."""

    STEP = 16

    columns: int
    widths: tuple = ()

    def fit(self, width):
        """The padded width of a batch whose widest sample has `width` columns.  With `widths` a
        little less, up to a tenth, which the batch is then squeezed into."""
        if self.widths:
            return next((w for w in self.widths if w >= 0.9 * width), self.widths[-1])
        return round_up(width, self.STEP)

    def fill(self, index, width):
        """The samples of a batch of the padded width: `index`, or as many as its shape has."""
        return np.resize(index, self.columns // width) if self.widths else index


def plan(widths, usable, shapes, rng):
    """Cuts the usable samples into batches alike in width, in random order."""
    order = np.flatnonzero(usable)
    # A little noise, so that the same widths do not always meet.
    order = order[np.argsort(widths[order] * rng.uniform(0.92, 1.08, order.size), kind="stable")]
    batches, batch, widest = [], [], 0
    for i in order.tolist():
        w = max(widest, shapes.fit(int(widths[i])))
        if batch and w * (len(batch) + 1) > shapes.columns:
            batches.append(np.array(batch))
            batch, w = [], shapes.fit(int(widths[i]))
        batch.append(i)
        widest = w
    if batch:
        batches.append(np.array(batch))
    rng.shuffle(batches)
    return batches


def gather(crops, index, columns, pad):
    """Crops of one height as a batch of bytes, rows x `columns`, `pad` to their right."""
    height = int(crops.height[index[0]])
    if np.any(crops.height[index] != height):
        raise StreamError("crops of different heights in one batch")
    width = crops.width[index][:, None, None]
    x = np.arange(columns)[None, None, :]
    y = np.arange(height)[None, :, None]
    inside = x < width
    at = crops.offset[index][:, None, None] + y * width + np.minimum(x, width - 1)
    out = crops.pixels[at]
    return np.where(inside, out, np.uint8(pad))


class Mean:
    """The mean of the last `n` values."""

    def __init__(self, n):
        self.values = deque(maxlen=n)

    def add(self, v):
        self.values.append(v)

    def __float__(self):
        return float(np.mean(self.values)) if self.values else 0.0
