"""Rows of tables: a CSV of any length through `coefs predict`."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from bench import FIXTURES, Bench
from contest import Contest, Goal, Row

DIGITS = FIXTURES / "estimators" / "1.9.1" / "digits.joblib"
MIXED = FIXTURES / "whole" / "table.joblib"
HERE = Path(__file__).parent


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row("coefs predict, CSV of 64 columns", [Goal(ratio=1, against="pandas")],
            partial(predict, DIGITS, numbers, False)),
        Row("memory of coefs predict, the same CSV", [Goal(most=100)], partial(predict, DIGITS, numbers, True),
            unit="MB"),
        Row("coefs predict, CSV of numbers, texts, gaps", [Goal(ratio=5, against="pandas")],
            partial(predict, MIXED, mixed, False)),
        Row("memory of coefs predict, that CSV", [Goal(most=200)], partial(predict, MIXED, mixed, True),
            unit="MB"),
    ]


def numbers() -> tuple[bytes, bytes]:
    """The head and 20,000 rows of a CSV of values with 17 digits."""
    text = io.StringIO()
    np.savetxt(text, np.random.default_rng(0).standard_normal((20_000, 64)), delimiter=",", fmt="%.17g")
    return ",".join(f"x{index}" for index in range(64)).encode() + b"\n", text.getvalue().encode()


def mixed() -> tuple[bytes, bytes]:
    """The head and 20,000 rows of a CSV of numbers, flags and texts, some of them missing, as the model knows them."""
    generator = np.random.default_rng(0)
    count = 20_000

    def gaps(column: list[str]) -> list[str]:
        return ["" if missing else cell for cell, missing in zip(column, generator.random(count) < 0.05)]

    def chosen(*words: str) -> list[str]:
        return list(generator.choice(words, count))

    columns = {
        "age": gaps([str(value) for value in generator.integers(18, 95, count)]),
        "income": gaps([f"{value:.2f}" for value in generator.lognormal(7, 1, count)]),
        "height": gaps([f"{value:.2f}" for value in generator.normal(1.7, 0.1, count)]),
        "balance": gaps([f"{value:.2f}" for value in generator.normal(0, 1000, count)]),
        "rooms": [str(value) for value in generator.integers(1, 7, count)],
        "zone": chosen("10", "20", "35", "40"),
        "member": chosen("True", "False"),
        "home city": gaps(chosen("Zürich", "New York", "Oslo", "Paris", "Łódź")),
        "job": gaps(chosen("nurse", "clerk", "cook", "diver", "pilot", "smith")),
        "size": gaps(chosen("large", "medium", "small")),
    }
    rows = "".join(",".join(row) + "\n" for row in zip(*columns.values()))
    return ",".join(columns).encode() + b"\n", rows.encode()


def table(model: Path, content: Callable[[], tuple[bytes, bytes]], bench: Bench) -> Path:
    """A CSV with names for a model, as large as was asked for."""
    path = bench.path(f"{model.stem}.csv")
    if path.exists():
        return path
    head, rows = content()
    with path.open("wb") as file:
        file.write(head)
        while file.tell() < bench.csv_megabytes * 1_000_000:
            file.write(rows)
    return path


def predict(model: Path, content: Callable[[], tuple[bytes, bytes]], memory: bool, bench: Bench) -> Contest:
    """A label for each row."""
    path, output = table(model, content, bench), bench.path("stdout")
    mine, theirs = bench.path("predicted.txt"), bench.path("predicted-pandas.txt")
    return Contest(
        bench.launcher.contender(
            "ours", [bench.coefs, "predict", model, "--data", path, "--output", mine, "--force"], output,
            lambda _: mine.read_bytes(), memory),
        [bench.launcher.contender(
            "pandas + scikit-learn", [sys.executable, HERE / "predict_pandas.py", model, path, theirs], output,
            lambda _: theirs.read_bytes(), memory)],
    )
