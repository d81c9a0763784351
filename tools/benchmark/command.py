"""Rows of whole processes: the time and the memory of the command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench import FIXTURES, LARGE_SIZES, Bench
from contest import Contender, Contest, Goal, Limit, Row
from fingerprint import same_files

WEIGHTS = FIXTURES / "chapter-arr.npz"
HERE = Path(__file__).parent

# 1.3 times the largest layer, plus 64 MB.
CONVERT_MB = 1.3 * LARGE_SIZES[0] * LARGE_SIZES[1] * 8 / 1e6 + 64


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row("coefs verify, whole process",
            [Goal(ratio=17, against="numpy"), Goal(ratio=100, against="scikit-learn")],
            partial(verify, False), quick=True),
        Row("memory of coefs verify", [Goal(most=20)], partial(verify, True), unit="MB"),
        Row("memory of coefs convert, 256 MiB", [Goal(most=round(CONVERT_MB, 1))], convert, unit="MB"),
    ]


def verify(memory: bool, bench: Bench) -> Contest:
    """The chapter's weights on the held-out digits: right answers, and both costs."""
    output = bench.path("stdout")

    def program(
        name: str, arguments: list, calls: int, answer: Callable[[str], Any] = numbers
    ) -> Contender:
        return bench.launcher.contender(
            name, arguments, output, answer, memory, 1 if memory else calls)

    shell = program("", ["/bin/sh", "-c", ":"], 21, lambda text: text)
    return Contest(
        program("ours", [bench.coefs, "verify", WEIGHTS, "--json"], 20, numbers_of_json),
        [
            program("numpy",
                    [sys.executable, HERE / "verify_numpy.py", WEIGHTS, FIXTURES / "digits.npz"], 3),
            program("scikit-learn", [sys.executable, HERE / "verify_sklearn.py", WEIGHTS], 1),
        ],
        agree=lambda mine, theirs: np.allclose(mine, theirs, rtol=1e-9),
        limit=Limit("an empty shell", shell.run()[0]),
    )


def numbers(printed: str) -> list[float]:
    """What the scripts print: right answers, costs under softmax and logistic."""
    return [float(word) for word in printed.split()]


def numbers_of_json(printed: str) -> list[float]:
    """The same of our answer."""
    answer = json.loads(printed)
    return [answer["correct"], answer["cost"]["softmax"], answer["cost"]["logistic"]]


def convert(bench: Bench) -> Contest:
    """The most that is in memory while 256 MiB are converted."""
    path, output = bench.large, bench.path("stdout")
    mine, theirs = bench.path("converted.npz"), bench.path("converted-numpy.npz")
    return Contest(
        bench.launcher.contender(
            "ours", [bench.coefs, "convert", path, mine, "--force"], output, lambda _: mine, True),
        [bench.launcher.contender(
            "numpy", [sys.executable, HERE / "convert_numpy.py", path, theirs], output,
            lambda _: theirs, True)],
        agree=same_files,
        limit=Limit("the largest layer", LARGE_SIZES[0] * LARGE_SIZES[1] * 8 / 1e6),
    )
