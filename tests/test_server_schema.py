"""The OpenAPI document holds: a fuzzer that reads it finds no error and no broken promise."""

import os
import subprocess
import sys
from pathlib import Path

from conftest import SLOW

HERE = Path(__file__).resolve().parent
EXAMPLES = int(os.environ.get("DURE_SCHEMA_EXAMPLES", "15"))


def fuzz(server, directory, *arguments, headers=()):
    command = [
        Path(sys.executable).parent / "schemathesis",
        "--config-file",
        HERE / "schemathesis.toml",
        "run",
        server.url + "/openapi.json",
        f"--max-examples={EXAMPLES}",
        "--seed=20261123",
        "--workers=1",
        f"--request-timeout={120 * SLOW}",
        *arguments,
    ]
    for header in headers:
        command += ["--header", header]
    done = subprocess.run(
        list(map(str, command)), cwd=directory, capture_output=True, text=True, timeout=280 * SLOW
    )
    lines = [line[:400] for line in done.stdout.splitlines()]
    assert done.returncode == 0, "\n".join(lines[-150:])
    assert "12 selected / 12 total" in done.stdout or arguments


# Reading as many pages as one upload may have is not what this should spend its time on.
FEW_PAGES = {"TWINREADER_LIMITS_MAX_PAGES": "3"}


def test_a_fuzzer_finds_no_error_and_no_broken_promise(start_server, tmp_path):
    server = start_server(FEW_PAGES)
    fuzz(server, tmp_path)


def test_nor_with_keys(start_server, twinreader, tmp_path):
    keys = tmp_path / "keys"
    key = twinreader("keys", "new", "fuzzer", "--file", keys, text=True).stdout.strip()
    server = start_server({"TWINREADER_SERVER_KEYS_FILE": str(keys)})
    fuzz(
        server,
        tmp_path,
        "--exclude-operation-id=readDocument",
        "--phases=coverage,fuzzing",
        headers=[f"Authorization: Bearer {key}"],
    )
