#!/usr/bin/env python3
"""Packs the generator for a machine that has neither a network nor its libraries and fonts.

    training/bundle.py --program build/services/twinreader/twinreader --out FOLDER

FOLDER/twinreader then runs there from wherever it lies.  It brings the program, the libraries that
it is linked with (but not those of the C library, whose version there must be the same or newer),
and of each font the characters that synthesis draws, a tenth of their bytes.  Crops come out as
they do here but for a few (1 of 300), where a rule of a font needs glyphs that are cut off.
"""

import argparse
import glob
import logging
import re
import shutil
import subprocess
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from charset import Charset

ROOT = Path(__file__).resolve().parent.parent
SYNTH = ROOT / "services/twinreader/synth"
FONT = re.compile(r'file: "?(?P<file>[^,}"]+)"?(?:, face: (?P<face>\d+))?')
C_LIBRARY = re.compile(r"lib(c|m|dl|rt|pthread|resolv|util)\.so|ld-linux|linux-vdso")

# (Split, so that no line of this file looks like the first of a script.)
LAUNCHER = (
    "#!/bin"
    """/sh
# Runs the program beside this file with the libraries and fonts beside this file.
here=$(cd "$(dirname "$0")" && pwd)
list=$here/share/dure/twinreader/synth/fonts.yaml
if ! [ -f "$list" ]; then
    sed "s#@fonts@#$here/fonts#" "$list.in" >"$list.$$" && mv "$list.$$" "$list"
fi
LD_LIBRARY_PATH=$here/lib exec "$here/bin/twinreader" "$@"
"""
)


def copy_program(program, out):
    (out / "bin").mkdir(parents=True)
    (out / "lib").mkdir()
    shutil.copy2(program, out / "bin/twinreader")
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    for name, path in re.findall(r"(\S+) => (/\S+)", listed):
        if not C_LIBRARY.match(name):
            shutil.copyfile(path, out / "lib" / name)
    (out / "twinreader").write_text(LAUNCHER, encoding="utf-8")
    (out / "twinreader").chmod(0o755)


def shrink_font(path, face, characters, to):
    """Writes the part of a font that draws `characters`, shaping rules and all."""
    font = TTFont(path, fontNumber=face, lazy=True)
    options = subset.Options(notdef_outline=True, hinting=True)
    options.drop_tables += ["FFTM", "vhea", "vmtx", "VORG", *(f"TSI{c}" for c in "0123BCDJPSV5")]
    part = subset.Subsetter(options)
    part.populate(unicodes=[ord(c) for c in characters])
    part.subset(font)
    font.save(to)


def copy_fonts(out):
    """The fonts of fonts.yaml, each under a number, and a fonts.yaml that names them so."""
    characters = [*Charset.load(SYNTH / "charset.txt").characters, " "]
    (out / "fonts").mkdir()
    count = 0

    def replace(match):
        nonlocal count
        found = sorted(glob.glob(f"/usr/share/fonts/{match['file']}"))
        if not found:
            return match[0]
        name = f"{count:03}{Path(found[0]).suffix.replace('.ttc', '.otf')}"
        shrink_font(found[0], int(match["face"] or 0), characters, out / "fonts" / name)
        count += 1
        return f"file: {name}"

    text = (SYNTH / "fonts.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^folders: .*$", "folders: ['@fonts@']", text, flags=re.MULTILINE)
    there = out / "share/dure/twinreader/synth"
    there.mkdir(parents=True)
    (there / "fonts.yaml.in").write_text(FONT.sub(replace, text), encoding="utf-8")
    shutil.copyfile(SYNTH / "charset.txt", there / "charset.txt")
    shutil.copytree(SYNTH / "forms", there / "forms")
    return count


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--program", required=True)
    p.add_argument("--out", required=True, help="a new folder")
    a = p.parse_args()
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of every odd font
    out = Path(a.out)
    copy_program(a.program, out)
    count = copy_fonts(out)
    size = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"{out}: {count} fonts, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
