#!/usr/bin/env python3
"""Tesseract 5 through its C interface, in the process, one thread per process (its own threads make
it several times slower: OMP_THREAD_LIMIT=1)."""

import ctypes

from pool import arguments_parser, limit_threads, run


class Tesseract:
    def __init__(self, languages, page_mode, variables=()):
        text, handle = ctypes.c_char_p, ctypes.c_void_p
        self.leptonica = self.shared_library(("libleptonica.so.6", "liblept.so.5"))
        self.leptonica.pixRead.argtypes, self.leptonica.pixRead.restype = [text], handle
        self.leptonica.pixDestroy.argtypes = [ctypes.POINTER(handle)]
        self.api = api = self.shared_library(("libtesseract.so.5",))
        api.TessVersion.restype = text
        api.TessBaseAPICreate.restype = handle
        api.TessBaseAPIInit3.argtypes = [handle, text, text]
        api.TessBaseAPISetPageSegMode.argtypes = [handle, ctypes.c_int]
        api.TessBaseAPISetImage2.argtypes = [handle, handle]
        api.TessBaseAPIRecognize.argtypes = [handle, handle]
        api.TessBaseAPIGetTsvText.argtypes = [handle, ctypes.c_int]
        api.TessBaseAPIGetTsvText.restype = handle
        api.TessBaseAPISetVariable.argtypes = [handle, text, text]
        api.TessBaseAPIGetIterator.argtypes = [handle]
        api.TessBaseAPIGetIterator.restype = handle
        api.TessResultIteratorDelete.argtypes = [handle]
        api.TessResultIteratorNext.argtypes = [handle, ctypes.c_int]
        api.TessResultIteratorGetUTF8Text.argtypes = [handle, ctypes.c_int]
        api.TessResultIteratorGetUTF8Text.restype = handle
        api.TessResultIteratorGetPageIterator.argtypes = [handle]
        api.TessResultIteratorGetPageIterator.restype = handle
        api.TessPageIteratorIsAtBeginningOf.argtypes = [handle, ctypes.c_int]
        number = ctypes.POINTER(ctypes.c_int)
        api.TessPageIteratorBoundingBox.argtypes = [handle, ctypes.c_int] + [number] * 4
        api.TessBaseAPIClear.argtypes = api.TessDeleteText.argtypes = [handle]
        self.base = api.TessBaseAPICreate()
        if api.TessBaseAPIInit3(self.base, None, languages.encode()):
            raise RuntimeError(f"Tesseract has no data for {languages}")
        api.TessBaseAPISetPageSegMode(self.base, page_mode)
        for variable in variables:
            name, _, value = variable.partition("=")
            if not api.TessBaseAPISetVariable(self.base, name.encode(), value.encode()):
                raise RuntimeError(f"Tesseract has no variable {name}")

    @staticmethod
    def shared_library(names):
        for name in names:
            try:
                return ctypes.CDLL(name)
            except OSError as error:
                problem = error
        raise problem

    def read(self, path, collect):
        """collect(self) while the page is recognised; None when there is nothing on it."""
        picture = ctypes.c_void_p(self.leptonica.pixRead(path.encode()))
        if not picture.value:
            raise RuntimeError(f"cannot read {path}")
        self.api.TessBaseAPISetImage2(self.base, picture)
        found = self.api.TessBaseAPIRecognize(self.base, None) == 0
        out = collect(self) if found else None
        self.api.TessBaseAPIClear(self.base)
        self.leptonica.pixDestroy(ctypes.byref(picture))
        return out

    def take(self, pointer):
        text = ctypes.string_at(pointer).decode("utf-8", "replace") if pointer else ""
        if pointer:
            self.api.TessDeleteText(pointer)
        return text

    def table(self):
        """The page as Tesseract's table: one row of 12 columns per word, among others."""
        return self.take(self.api.TessBaseAPIGetTsvText(self.base, 0))

    def words(self):
        """What stands between spaces in Tesseract's own text of a line, which may be several of its
        words: it takes syllables of Hangul for words and says in the text where a space was."""
        iterator, out, pieces, line = self.api.TessBaseAPIGetIterator(self.base), [], [], ""
        if not iterator:
            return out
        page = self.api.TessResultIteratorGetPageIterator(iterator)
        corner = [ctypes.c_int() for _ in range(4)]
        while True:
            if self.api.TessPageIteratorIsAtBeginningOf(page, LINE):
                out += joined(line, pieces)
                line = self.take(self.api.TessResultIteratorGetUTF8Text(iterator, LINE))
                pieces = []
            text = self.take(self.api.TessResultIteratorGetUTF8Text(iterator, WORD)).strip()
            if text and self.api.TessPageIteratorBoundingBox(
                page, WORD, *[ctypes.byref(c) for c in corner]
            ):
                pieces.append((text, [c.value for c in corner]))
            if not self.api.TessResultIteratorNext(iterator, WORD):
                break
        self.api.TessResultIteratorDelete(iterator)
        return out + joined(line, pieces)


LINE, WORD = 2, 3  # Tesseract's levels


def joined(line, pieces):
    """The line's words with boxes: each takes the pieces that make it up."""
    out, at = [], 0
    for word in line.split():
        text, boxes = "", []
        while at < len(pieces) and len(text) < len(word):
            text += pieces[at][0]
            boxes.append(pieces[at][1])
            at += 1
        if boxes:
            out.append(entry(word, boxes))
    return out


def entry(text, boxes):
    x0, y0 = min(b[0] for b in boxes), min(b[1] for b in boxes)
    x1, y1 = max(b[2] for b in boxes), max(b[3] for b in boxes)
    return {"text": text, "box": [x0, y0, x1, y0, x1, y1, x0, y1]}


def segments(words):
    """Splits a line where the gap is wider than 1.5 heights, as receipts' truth does."""
    out = [[words[0]]]
    for before, word in zip(words, words[1:], strict=False):
        height = max(before[4] - before[2], word[4] - word[2])
        if word[1] - before[3] > 1.5 * height:
            out.append([])
        out[-1].append(word)
    return out


def lines_of(table):
    lines = {}
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        x, y, width, height = map(int, cells[6:10])
        word = (cells[11].strip(), x, y, x + width, y + height)
        lines.setdefault(tuple(cells[1:5]), []).append(word)
    out = []
    for words in lines.values():
        for piece in segments(words):
            out.append(entry(" ".join(w[0] for w in piece), [w[1:] for w in piece]))
    return out


def main():
    parser = arguments_parser(__doc__)
    parser.add_argument("--languages", default="eng")
    parser.add_argument("--page-mode", type=int, default=3)
    parser.add_argument("--variable", action="append", default=[], help="NAME=VALUE")
    parser.add_argument("--level", choices=["line", "word"], default="line")
    arguments = parser.parse_args()
    limit_threads(1)

    def make_reader():
        engine = Tesseract(arguments.languages, arguments.page_mode, arguments.variable)
        if arguments.level == "word":
            return lambda path: engine.read(path, Tesseract.words) or []
        return lambda path: lines_of(engine.read(path, Tesseract.table) or "")

    run(make_reader, arguments)


if __name__ == "__main__":
    main()
