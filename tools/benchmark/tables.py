"""Rows of tables: a CSV of any length through `coefs predict`."""

from __future__ import annotations

import io
import sys
from functools import partial
from pathlib import Path

import numpy as np

from bench import FIXTURES, Bench
from contest import Contest, Goal, Row

MODEL = FIXTURES / "estimators" / "1.9.1" / "digits.joblib"
HERE = Path(__file__).parent


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row("coefs predict, CSV of 64 columns", [Goal(ratio=1, against="pandas")], partial(predict, False)),
        Row("memory of coefs predict, the same CSV", [Goal(most=100)], partial(predict, True), unit="MB"),
    ]


def table(bench: Bench) -> Path:
    """A CSV with names, of values with 17 digits, as large as was asked for."""
    path = bench.path("rows.csv")
    if path.exists():
        return path
    text = io.StringIO()
    np.savetxt(text, np.random.default_rng(0).standard_normal((20_000, 64)), delimiter=",", fmt="%.17g")
    block = text.getvalue().encode()
    with path.open("wb") as file:
        file.write(",".join(f"x{index}" for index in range(64)).encode() + b"\n")
        while file.tell() < bench.csv_megabytes * 1_000_000:
            file.write(block)
    return path


def predict(memory: bool, bench: Bench) -> Contest:
    """A label for each row."""
    path, output = table(bench), bench.path("stdout")
    mine, theirs = bench.path("predicted.txt"), bench.path("predicted-pandas.txt")
    return Contest(
        bench.launcher.contender(
            "ours", [bench.coefs, "predict", MODEL, "--data", path, "--output", mine, "--force"], output,
            lambda _: mine.read_bytes(), memory),
        [bench.launcher.contender(
            "pandas + scikit-learn", [sys.executable, HERE / "predict_pandas.py", MODEL, path, theirs], output,
            lambda _: theirs.read_bytes(), memory)],
    )
