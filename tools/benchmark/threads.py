"""Rows of the threads: the library as a guest of an app, beside the pool of the command and one thread."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np

from bench import Bench
from contest import Contender, Contest, Goal, Row
from inference import batch

# A program that predicts 100 rows, then waits: 100 times, one each 10 ms.
PERIOD_MS = 10
PERIODS = 100


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        # Threads that sleep are woken: a guest may be somewhat slower than who holds the machine.
        Row(f"{count:,} rows, {network}, Double, as a guest", [Goal(ratio=goal, against="the pool")],
            partial(evaluate, network, count))
        for network, count, goal in [
            ("64-16-10", 100, 0.5), ("64-16-10", 10_000, 0.7), ("784-512-256-10", 100, 0.5),
            ("784-512-256-10", 10_000, 0.8),
        ]
    ] + [
        # But what it takes from the others is little more than the work itself.
        Row(f"processor time of 100 rows, {network}, every {PERIOD_MS} ms, as a guest",
            [Goal(ratio=0.8, against="one thread"), Goal(ratio=1, against="the pool")],
            partial(pace, network))
        for network in ("64-16-10", "784-512-256-10")
    ]


def evaluate(network: str, count: int, bench: Bench) -> Contest:
    """A batch in, probabilities out, again and again."""
    model, x, calls = batch(network, count, "f8", bench)
    return contest(bench, model, x, calls)


def pace(network: str, bench: Bench) -> Contest:
    """100 rows, then a pause; the figure is the processor time of all threads, the pauses included."""
    model, x, _ = batch(network, 100, "f8", bench)
    return contest(bench, model, x, PERIODS, PERIOD_MS)


def contest(bench: Bench, model: Path, x: np.ndarray, *amount: int) -> Contest:
    """The same work with each kind of threads; the same bits come out."""
    input_file = bench.path("input.npz")
    np.savez(input_file, x)

    def contender(name: str, around: list[str]) -> Contender:
        output = bench.path(f"{name}.npy")
        return bench.swift(
            "evaluate", model, input_file, output, "double", *amount, answer=Path, name=name,
            around=around)

    guest = ["env", "COEFS_THREADS=guest"]
    peers = [contender("the pool", ["env"])]
    missing = {}
    if shutil.which("taskset"):
        # On one processor Dispatch asks for no other thread.
        peers.append(contender("one thread", ["taskset", "--cpu-list", "0", *guest]))
    else:
        missing["one thread"] = "taskset is for Linux"
    return Contest(
        contender("ours", guest), peers, missing=missing,
        agree=lambda mine, theirs: mine.read_bytes() == theirs.read_bytes())
