"""What `meson install` lays down works from there, wherever the tree stands."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(program, tmp_path_factory):
    """The program of an installed tree."""
    meson = shutil.which("meson")
    if not meson:
        pytest.skip("meson is not here")
    dest, build = tmp_path_factory.mktemp("dest"), Path(program).parents[2]
    command = [meson, "install", "-C", build, "--destdir", dest, "--no-rebuild", "--quiet"]
    subprocess.run([*map(str, command)], check=True, capture_output=True, timeout=120)
    found = [p for p in dest.rglob("bin/twinreader") if os.access(p, os.X_OK)]
    assert len(found) == 1
    # Moved, since nothing may lead back to where it was installed first.
    prefix = found[0].parent.parent
    return prefix.rename(tmp_path_factory.mktemp("moved") / "dure") / "bin" / "twinreader"


def run(installed, tmp_path, *arguments):
    return subprocess.run(
        [str(installed), *map(str, arguments)], capture_output=True, cwd=tmp_path, timeout=120
    )


def test_an_installed_program_has_all_it_needs(installed, tmp_path, samples):
    done = run(installed, tmp_path, "models", "list")
    assert (done.returncode, done.stderr) == (0, b"")
    for name in ("ppocrv6-det-small", "ppocrv6-rec-small", "ppocr-angle"):
        assert name in done.stdout.decode()
    page = samples / "hardware-scan.jpg"
    done = run(installed, tmp_path, "read", page, "--format", "json", "--fields")
    assert (done.returncode, done.stderr) == (0, b"")
    reading = json.loads(done.stdout)
    assert reading["pages"][0]["lines"]
    assert reading["pages"][0]["form"]["type"] == "receipt"


def test_an_installed_tree_has_every_shipped_file(installed, root):
    share = installed.parent.parent / "share" / "dure"
    for source, target in [
        ("services/twinreader/forms", "twinreader/forms"),
        ("services/twinreader/web", "twinreader/web"),
        ("web/kit", "kit"),
        (".deps/web/vendor", "vendor"),
        ("models", "models"),
    ]:
        here = {p.relative_to(root / source) for p in (root / source).rglob("*") if p.is_file()}
        there = {p.relative_to(share / target) for p in (share / target).rglob("*") if p.is_file()}
        assert there == here, source
