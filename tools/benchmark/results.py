"""What a run has measured, kept as JSON with the machine it was measured on, and compared with an earlier run."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import ROOT, Bench
from contest import Line, interval
from growth import Point
from machine import CORES

# The peers, and what they compute with.
PACKAGES = (
    "numpy", "scikit-learn", "scipy", "joblib", "safetensors", "onnx", "onnxruntime", "skl2onnx", "pandas", "torch",
)


def machine_of(bench: Bench) -> dict[str, Any]:
    """What the figures depend on."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return {
        "processor": processor(),
        "cores": CORES,
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": versions,
        "coefs": subprocess.run([bench.coefs, "--version"], capture_output=True, text=True, check=True).stdout.strip(),
        "commit": subprocess.run(
            ["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False,
        ).stdout.strip() or None,
    }


def processor() -> str:
    """The processor's name with the instructions that decide which kernels run."""
    try:
        lines = dict(
            line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines() if ":" in line)
    except OSError:
        named = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False)
        return named.stdout.strip() or platform.machine()
    lines = {key.strip(): value.strip() for key, value in lines.items()}
    numbers = " ".join(lines[key] for key in ("cpu family", "model") if key in lines)
    flags = [flag for flag in ("avx2", "avx512f", "asimd") if flag in (lines.get("flags") or lines.get("Features", "")).split()]
    return ", ".join(filter(None, [lines.get("model name", platform.machine()), numbers, *flags]))


def results(bench: Bench, rounds: int, lines: list[Line], points: list[Point]) -> dict[str, Any]:
    """All of a run."""
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine_of(bench),
        "rounds": rounds,
        "rows": [line.as_dict() for line in lines],
        "growth": [point.as_dict() for point in points],
    }


def keep(run: dict[str, Any]) -> None:
    """Writes a run next to those before it, and says where."""
    folder = ROOT / ".build/bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run['time'].replace(':', '')}.json"
    path.write_text(json.dumps(run, indent=1) + "\n")
    print(f"kept in {path.relative_to(ROOT)}", file=sys.stderr)


def change(before: tuple[float, float], now: tuple[float, float], more_is_better: bool) -> str:
    """What two intervals say: nothing where they overlap."""
    if before[0] <= now[1] and now[0] <= before[1]:
        return "same"
    return "better" if (now[0] > before[1]) == more_is_better else "worse"


def compared(run: dict[str, Any], earlier: dict[str, Any]) -> tuple[list[tuple[str, str, str, str]], list[str]]:
    """A line for each row of both runs, what it was, what it is and what that says, and what is to be known first.

    The ratio to a peer is compared where the best peer is the same, for it is the same work on the same machine;
    our own figure only if both runs are from one kind of machine.
    """
    notes = []
    same_machine = run["machine"]["processor"] == earlier["machine"]["processor"] and (
        run["machine"]["cores"] == earlier["machine"]["cores"])
    if not same_machine:
        notes.append(f"another machine: {earlier['machine']['processor']}, {earlier['machine']['cores']} cores; "
                     "only ratios to the same peer are compared")
    known = {(row["row"], json.dumps(row["goal"], sort_keys=True)): row for row in earlier["rows"]}
    lines = []
    for row in run["rows"]:
        before = known.get((row["row"], json.dumps(row["goal"], sort_keys=True)))
        if before is None:
            lines.append((row["row"], "–", "", "new"))
        elif row["ratios"] and before["ratios"] and row["bestPeer"] == before["bestPeer"]:
            then, now = interval(before["ratios"]), interval(row["ratios"])
            lines.append((row["row"], shown(then), shown(now), change(then, now, True)))
        elif same_machine:
            then, now = interval(before["figures"]), interval(row["figures"])
            lines.append((row["row"], shown(then, row["unit"]), shown(now, row["unit"]), change(then, now, False)))
    return lines, notes


def shown(ends: tuple[float, float], unit: str = "×") -> str:
    """An interval."""
    return f"{ends[0]:.3g} … {ends[1]:.3g} {unit}"
