#!/usr/bin/env python3
"""Tesseract 5 through its C interface, in the process, one thread per process (its own threads make
it several times slower: OMP_THREAD_LIMIT=1)."""

import ctypes

from pool import arguments_parser, limit_threads, run


class Tesseract:
    def __init__(self, languages, page_mode):
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
        api.TessBaseAPIClear.argtypes = api.TessDeleteText.argtypes = [handle]
        self.base = api.TessBaseAPICreate()
        if api.TessBaseAPIInit3(self.base, None, languages.encode()):
            raise RuntimeError(f"Tesseract has no data for {languages}")
        api.TessBaseAPISetPageSegMode(self.base, page_mode)

    @staticmethod
    def shared_library(names):
        for name in names:
            try:
                return ctypes.CDLL(name)
            except OSError as error:
                problem = error
        raise problem

    def table(self, path):
        """The page as Tesseract's table: one row of 12 columns per word, among others."""
        picture = ctypes.c_void_p(self.leptonica.pixRead(path.encode()))
        if not picture.value:
            raise RuntimeError(f"cannot read {path}")
        self.api.TessBaseAPISetImage2(self.base, picture)
        table = ""
        if self.api.TessBaseAPIRecognize(self.base, None) == 0:
            pointer = self.api.TessBaseAPIGetTsvText(self.base, 0)
            table = ctypes.string_at(pointer).decode("utf-8", "replace")
            self.api.TessDeleteText(pointer)
        self.api.TessBaseAPIClear(self.base)
        self.leptonica.pixDestroy(ctypes.byref(picture))
        return table


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
            x0, y0 = min(w[1] for w in piece), min(w[2] for w in piece)
            x1, y1 = max(w[3] for w in piece), max(w[4] for w in piece)
            text = " ".join(w[0] for w in piece)
            out.append({"text": text, "box": [x0, y0, x1, y0, x1, y1, x0, y1]})
    return out


def main():
    parser = arguments_parser(__doc__)
    parser.add_argument("--languages", default="eng")
    parser.add_argument("--page-mode", type=int, default=3)
    arguments = parser.parse_args()
    limit_threads(1)

    def make_reader():
        engine = Tesseract(arguments.languages, arguments.page_mode)
        return lambda path: lines_of(engine.table(path))

    run(make_reader, arguments)


if __name__ == "__main__":
    main()
