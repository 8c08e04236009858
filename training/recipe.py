"""How a run's network came about, for its MODEL.md: the commands, and what they took."""

import json
from pathlib import Path

import checkpoint


def _flag(name, value):
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, list):
        text = ",".join(map(str, value))
    return f"--{name.replace('_', '-')} {text}"


def _command(script, package, settings, names):
    """What was given: a length by the clock hides the one by samples, nothing is not said."""
    skip = {"crops", "pages"} if settings.get("within") else {"within"}
    flags = [_flag(n, settings[n]) for n in names if settings.get(n) and n not in skip]
    return f"    training/{script} --out {package} {' '.join(flags)}"


def _took(settings, state, unit):
    hours, where = state["seconds"] / 3600, state.get("device", "a CPU")
    begun = ", from the weights of the run before" if settings.get("start") else ""
    made = f"{state['samples']:,} {unit} in {state['step']:,} steps"
    return f"{made}, {hours:.2f} hours on {where}{begun}"


def recipe(script, a, state, names, unit, package):
    """(commands, what each took), of the run that this one started from first."""
    runs = [(vars(a), state, f"RUN --package models/{package}")]
    if a.start:
        first = json.loads((Path(a.start) / "run.json").read_text(encoding="utf-8"))
        newest = checkpoint.found(a.start)[-1] / "state.json"
        runs[0] = (vars(a) | {"start": "FIRST"}, *runs[0][1:])
        runs.insert(0, (first, json.loads(newest.read_text(encoding="utf-8")), "FIRST"))
    commands = "\n".join(_command(script, out, s, [*names, "start"]) for s, _, out in runs)
    return commands, "; then ".join(_took(s, st, unit) for s, st, _ in runs)
