"""Model packages as models/README.md describes them: files, hashes, golden inputs, and their check
by the program."""

import datetime
import hashlib
import os
import shutil
import subprocess
from pathlib import Path


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def quoted(text):
    """A YAML string that survives quotes and backslashes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def version():
    """Today, as YAML text: packages are versioned by the day they were made."""
    return '"' + datetime.datetime.now(datetime.UTC).strftime("%Y.%m.%d") + '"'


def verify(program, folder):
    """Runs `twinreader models verify` on a package; None, or what it says is wrong."""
    command = [*program.split(), "models", "verify", Path(folder).name]
    environment = os.environ | {"TWINREADER_MODELS_DIR": str(Path(folder).parent.resolve())}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()


class Draft:
    """A package being written beside its place; put there whole by `publish`."""

    def __init__(self, folder):
        self.final = Path(folder)
        self.at = self.final.parent / f".{self.final.name}.new" / self.final.name
        shutil.rmtree(self.at.parent, ignore_errors=True)
        (self.at / "golden").mkdir(parents=True)

    def publish(self):
        old = self.at.parent / "old"
        if self.final.exists():
            self.final.rename(old)
        self.final.parent.mkdir(parents=True, exist_ok=True)
        self.at.rename(self.final)
        shutil.rmtree(self.at.parent)
