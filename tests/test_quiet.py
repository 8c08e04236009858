"""Nothing leaves the machine and nothing is left behind: telemetry, caches, temporary files."""

import os
import shutil
import subprocess

import pytest


def test_reading_leaves_home_and_tmp_empty(twinreader, samples, tmp_path):
    home, tmp = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    tmp.mkdir()
    env = {**os.environ, "HOME": str(home), "TMPDIR": str(tmp), "XDG_CACHE_HOME": str(home)}
    done = twinreader("read", samples / "bookshop.pdf", samples / "taxi-photo.jpg", env=env)
    assert done.returncode == 0
    assert sorted(home.rglob("*")) == []
    assert sorted(tmp.rglob("*")) == []


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_reading_opens_no_connection(program, samples, tmp_path):
    trace = tmp_path / "trace"
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=connect,sendto", "-o", str(trace)]
        + [str(program), "read", str(samples / "taxi-photo.jpg")],
        capture_output=True,
        timeout=300,
    )
    if done.returncode != 0 and b"ptrace" in done.stderr:
        pytest.skip("tracing is not allowed here")
    assert done.returncode == 0
    inet = [line for line in trace.read_text().splitlines() if "AF_INET" in line]
    assert inet == []
