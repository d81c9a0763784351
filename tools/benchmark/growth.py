"""How time grows: ten times the parameters or rows, ten times the time."""

from __future__ import annotations

import os
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench import Bench

ROUNDS = 5


@dataclass
class Point:
    """One size."""

    what: str
    count: int
    # Milliseconds, the median of some rounds; `None` where memory does not hold it.
    ms: float | None
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        """The point for --json."""
        return asdict(self) | {"nsEach": self.ns_each}

    @property
    def ns_each(self) -> float | None:
        """Nanoseconds for each parameter or row."""
        return None if self.ms is None else self.ms * 1e6 / self.count


def points(bench: Bench) -> list[Point]:
    """Both tables, from 10^3 to 10^8."""
    sizes = [10**exponent for exponent in range(3, 9)]
    return [parameters(bench, size) for size in sizes] + [rows(bench, size) for size in sizes]


def free_bytes() -> int:
    """What may be used: half of the memory that is free, or of all where Linux does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
        return kilobytes * 1024 // 2
    except OSError:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def timed(what: str, count: int, need: int, arguments: list, bench: Bench) -> Point:
    """Some rounds of our process."""
    if need > free_bytes():
        return Point(what, count, None, f"needs {need / 1e9:.0f} GB of memory")
    ours = bench.swift(*arguments)
    try:
        ours.run()
        return Point(what, count, statistics.median(ours.run()[0] for _ in range(ROUNDS)))
    finally:
        ours.close()


def parameters(bench: Bench, count: int) -> Point:
    """Reading a stored network of two layers, ready to compute with in doubles."""
    what = "load a network, by parameters"
    # Two square layers, and their biases.
    side = round((count / 2) ** 0.5)
    need = 8 * count * 5
    if need > free_bytes():
        return timed(what, count, need, [], bench)
    path = bench.network("growth", [side] * 3, {"out_activation": "softmax"})
    try:
        return timed(what, count, need, ["load-model", path, max(1, 10**5 // count)], bench)
    finally:
        path.unlink()


def rows(bench: Bench, count: int) -> Point:
    """Evaluating rows of 4-8-3 in Float: small, so that memory holds many."""
    what = "evaluate 4-8-3 in Float, by rows"
    need = 4 * count * (4 * 3 + 3 * 3)
    if need > free_bytes():
        return timed(what, count, need, [], bench)
    extras = {"activation": "logistic", "out_activation": "softmax"}
    model = bench.network("growth", [4, 8, 3], extras)
    path, output = bench.path("growth-rows.npz"), bench.path("growth-output.npy")
    block = np.random.default_rng(0).random((1000, 4), dtype="f4")
    np.savez(path, np.tile(block, (count // 1000, 1)))
    arguments = ["evaluate", model, path, output, "float", max(1, 10**5 // count)]
    try:
        return timed(what, count, need, arguments, bench)
    finally:
        path.unlink()
        output.unlink(missing_ok=True)
