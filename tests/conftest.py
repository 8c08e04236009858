"""What the end-to-end tests share: the built program, sample pages, and servers on free ports.

DURE_BUILD names the build folder (default: build).  DURE_CORPUS names a folder of real pages that
the repository does not carry; tests that need it are skipped without it.  DURE_SLOW stretches every
time limit, for sanitized builds.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SLOW = float(os.environ.get("DURE_SLOW", "1"))


def program_path():
    build = Path(os.environ.get("DURE_BUILD", "build"))
    return (ROOT / build) / "services" / "twinreader" / "twinreader"


def corpus_path():
    return Path(os.environ.get("DURE_CORPUS", ROOT / ".." / "shared" / "corpus")).resolve()


@pytest.fixture(scope="session")
def slow():
    """The factor by which time limits stretch."""
    return SLOW


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def samples():
    return ROOT / "samples"


@pytest.fixture(scope="session")
def program():
    path = program_path()
    assert path.exists(), f"{path} is not built"
    return str(path)


@pytest.fixture(scope="session")
def twinreader(program):
    """Runs the program to its end: twinreader("read", path, env={...}).  Returns the finished
    process, with bytes in stdout and stderr unless text=True."""

    def run(*arguments, timeout=60, env=None, **options):
        options.setdefault("capture_output", True)
        return subprocess.run(
            [program, *map(str, arguments)],
            timeout=timeout * SLOW,
            env=os.environ | (env or {}),
            **options,
        )

    return run


@pytest.fixture(scope="session")
def read_json(twinreader):
    """Reads one file and returns the reading."""

    def read(path, *arguments, **options):
        done = twinreader("read", path, "--format", "json", *arguments, **options)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return json.loads(done.stdout)

    return read


@pytest.fixture(scope="session")
def corpus():
    """The folder of real receipts with truth.jsonl."""
    path = corpus_path() / "sroie-dev"
    if not (path / "truth.jsonl").exists():
        pytest.skip(f"no real pages: {path.name}/truth.jsonl is not under DURE_CORPUS")
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A running `twinreader serve`; stopped by its process id only."""

    def __init__(self, process, url, log_path):
        self.process, self.url, self.log_path = process, url, log_path

    @property
    def pid(self):
        return self.process.pid

    def log(self):
        return Path(self.log_path).read_text(encoding="utf-8", errors="replace")

    def get(self, path, timeout=10):
        return urllib.request.urlopen(self.url + path, timeout=timeout * SLOW)

    def stop(self, sig=signal.SIGTERM, timeout=20):
        if self.process.poll() is None:
            self.process.send_signal(sig)
            try:
                self.process.wait(timeout * SLOW)
            except subprocess.TimeoutExpired as late:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"the server did not stop:\n{self.log()}") from late
        return self.process.returncode


@contextlib.contextmanager
def running_server(directory, env=None, arguments=(), wait=30):
    """Starts the server on a free port with its data under `directory`, and stops it at the end."""
    port = free_port()
    settings = {
        "TWINREADER_SERVER_PORT": str(port),
        "TWINREADER_STORE_DIR": str(Path(directory) / "data"),
    } | (env or {})
    log_path = Path(directory) / "server.log"
    with open(log_path, "ab") as log:
        process = subprocess.Popen(
            [str(program_path()), "serve", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | settings,
        )
    server = Server(process, f"http://127.0.0.1:{port}", log_path)
    try:
        deadline = time.monotonic() + wait * SLOW
        while True:
            assert process.poll() is None, f"the server ended at once:\n{server.log()}"
            with contextlib.suppress(OSError):
                server.get("/health/ready", timeout=2).close()
                break
            assert time.monotonic() < deadline, f"the server is not ready:\n{server.log()}"
            time.sleep(0.05)
        yield server
    finally:
        server.stop()


@pytest.fixture
def start_server(tmp_path):
    """Starts servers for one test: start_server(env={...}) returns a Server."""
    with contextlib.ExitStack() as stack:
        count = 0

        def start(env=None, arguments=(), wait=30):
            nonlocal count
            count += 1
            directory = tmp_path / f"server{count}"
            directory.mkdir()
            return stack.enter_context(running_server(directory, env, arguments, wait))

        yield start


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server shared by tests that only read and write documents."""
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running
