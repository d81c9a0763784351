"""Checks that scikit-learn predicts with the skops archives that `coefs` makes of whole estimators.

    .venv-estimators/bin/python tools/check/check_whole.py BINARY

For every estimator of fixtures/whole/ that `coefs convert` takes: `skops.io.load` loads the archive, trusting no more
than scikit-learn's own names and numpy.dtype, and predicts to the bit what the original predicts for the fixture's rows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import skops.io

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "check"))

from checks import Mismatch, run_checks  # noqa: E402

WHOLE = ROOT / "fixtures" / "whole"
# Estimators that are more than one object, or another package's.
NOT_COPIED = {
    "container-dict.joblib",
    "container-tuple.joblib",
    "container-pipeline.joblib",
    "container-imblearn.joblib",
}
TRUSTED = ("sklearn.", "numpy.")


def load(path: Path) -> Any:
    """An estimator of any of the files."""
    if path.suffix != ".skops":
        return joblib.load(path)
    untrusted = skops.io.get_untrusted_types(file=path)
    foreign = [name for name in untrusted if not name.startswith(TRUSTED)]
    if foreign:
        raise Mismatch(f"skops would not trust {', '.join(foreign)}")
    return skops.io.load(path, trusted=untrusted)


def answers(estimator: Any, rows: Any) -> dict[str, Any]:
    """All that it predicts, or the class of the error."""
    found = {}
    for method in ("predict", "predict_proba"):
        try:
            found[method] = np.asarray(getattr(estimator, method)(rows)).tolist()
        except Exception as error:
            found[method] = type(error).__name__
    return found


def check(binary: Path, case: dict[str, Any], folder: Path) -> None:
    """One estimator, through a skops archive."""
    copy = folder / "copy.skops"
    done = subprocess.run(
        [binary, "convert", WHOLE / case["model"], copy], capture_output=True, text=True
    )
    if done.returncode:
        raise Mismatch(done.stderr.strip())
    data = WHOLE / case["data"]
    rows = pd.read_csv(data, float_precision="round_trip") if data.suffix == ".csv" else np.load(data)
    expected, found = (answers(load(path), rows) for path in (WHOLE / case["model"], copy))
    if found != expected:
        raise Mismatch(f"it predicts {found}, and the original {expected}")


def main() -> int:
    """Run every check, print a line for each that fails, and how many did not."""
    parser = argparse.ArgumentParser(description="Check skops archives of whole estimators.")
    parser.add_argument("binary", type=Path, help="the coefs executable")
    binary = parser.parse_args().binary
    warnings.filterwarnings("ignore")
    cases = json.loads((WHOLE / "cases.json").read_text())
    checks = {
        case["model"]: partial(check, binary, case)
        for case in cases
        if not case["error"] and not case["options"] and case["model"] not in NOT_COPIED
        and case["data"].endswith((".csv", ".npy"))
    }
    failures = run_checks(checks)
    print(f"{len(checks) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
