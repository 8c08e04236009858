"""Figures of a run as they come: rows of a CSV file, a picture of them, and MLflow where it is
configured.

MLFLOW_TRACKING_URI (http or https) is spoken to over its REST interface; when it does not answer,
training goes on and says so once.
"""

import csv
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from PIL import Image, ImageDraw


class Mlflow:
    def __init__(self, uri, experiment, folder, parameters):
        self.api = uri.rstrip("/") + "/api/2.0/mlflow/"
        self.file = Path(folder) / "mlflow-run"
        try:
            if self.file.exists():  # the run goes on
                self.run = self.file.read_text(encoding="utf-8").strip()
                return
            body = {"experiment_id": self._experiment(experiment), "start_time": _now()}
            self.run = self._post("runs/create", body)["run"]["info"]["run_id"]
            self.file.write_text(self.run + "\n", encoding="utf-8")
            pairs = [{"key": k, "value": str(v)[:500]} for k, v in parameters.items()]
            self._post("runs/log-batch", {"run_id": self.run, "params": pairs})
        except (OSError, KeyError, ValueError) as e:
            self._give_up(e)

    def _experiment(self, name):
        try:
            return self._post("experiments/create", {"name": name})["experiment_id"]
        except urllib.error.HTTPError:  # it exists
            url = f"{self.api}experiments/get-by-name?experiment_name={name}"
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["experiment"]["experiment_id"]

    def _post(self, path, body):
        request = urllib.request.Request(
            self.api + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def _give_up(self, error):
        self.run = None
        print(f"curves: MLflow does not answer, going on without: {error}", file=sys.stderr)

    def log(self, step, row):
        if not self.run:
            return
        metrics = [
            {"key": k, "value": float(v), "timestamp": _now(), "step": step}
            for k, v in row.items()
            if isinstance(v, (int, float))
        ]
        try:
            self._post("runs/log-batch", {"run_id": self.run, "metrics": metrics})
        except (OSError, ValueError) as e:
            self._give_up(e)


def _now():
    return int(time.time() * 1000)


class Curve:
    """One CSV file; rows after the step from which a run goes on again are dropped when it is
    opened."""

    def __init__(self, path, columns, step):
        self.path, self.columns = Path(path), columns
        rows = [r for r in read(path) if float(r["step"]) <= step] if self.path.exists() else []
        with open(self.path, "w", newline="", encoding="utf-8") as f:
            out = csv.DictWriter(f, columns, lineterminator="\n")
            out.writeheader()
            out.writerows([{k: r.get(k, "") for k in columns} for r in rows])

    def add(self, row):
        with open(self.path, "a", newline="", encoding="utf-8") as f:
            shown = {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()}
            csv.DictWriter(f, self.columns, lineterminator="\n").writerow(shown)


def read(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def draw(path, series, width=720, height=360):
    """Draws series {name: [(x, y), ...]} into a PNG, each scaled to its own greatest value."""
    im = Image.new("RGB", (width, height), "white")
    d = ImageDraw.Draw(im)
    left, top, right, bottom = 10, 40, width - 10, height - 10
    d.rectangle((left, top, right, bottom), outline="grey")
    colours = ("crimson", "royalblue", "seagreen", "darkorange", "purple", "black")
    last = max((x for points in series.values() for x, _ in points), default=0) or 1
    at = left
    for (name, points), colour in zip(series.items(), colours * 9, strict=False):
        most = max((y for _, y in points), default=0) or 1
        line = [
            (left + (right - left) * x / last, bottom - (bottom - top) * y / most)
            for x, y in points
        ]
        if len(line) > 1:
            d.line(line, fill=colour, width=2)
        legend = f"{name} (top {most:.3g})"
        d.text((at, 12), legend, fill=colour)
        at += d.textlength(legend) + 16
    im.save(path)
