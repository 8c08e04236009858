"""The characters a recogniser knows, in the order of its classes: the blank, the lines of a
charset file, the space."""

from pathlib import Path

BLANK = 0


class Charset:
    """Class 0 is CTC's blank, 1..n are the file's characters, the last one is the space."""

    def __init__(self, characters):
        if len(set(characters)) != len(characters):
            raise ValueError("a character is listed twice")
        if any(len(c) != 1 or c.isspace() for c in characters):
            raise ValueError("a charset has one visible character per line")
        self.characters = list(characters)
        self.symbols = ["", *self.characters, " "]
        self.index = {c: i for i, c in enumerate(self.symbols) if c}

    @classmethod
    def load(cls, path):
        lines = Path(path).read_text(encoding="utf-8").split("\n")
        return cls([line for line in lines if line and line != " "])

    def __len__(self):
        return len(self.symbols)

    def encode(self, text):
        """The classes of `text`; None when it has a character that is not listed."""
        try:
            return [self.index[c] for c in text]
        except KeyError:
            return None

    def text(self):
        """What a package's charset.txt holds: the space is not listed there."""
        return "".join(c + "\n" for c in self.characters)
