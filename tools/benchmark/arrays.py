"""Rows of one array: view, load, save, transpose."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import machine
from bench import Bench
from contest import Contest, Goal, Row, python
from fingerprint import fingerprint, same_files

GIBIBYTE = 1 << 30


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row("open a view of an NPY of 1 GiB", [Goal(most=0.2)], open_view),
        Row("the same, and sum it", [Goal(ratio=1)], sum_view),
        Row("load an NPY of 1 GiB", [Goal(ratio=1)], load, memory=2 * GIBIBYTE),
        Row("save it", [Goal(ratio=1)], save, memory=2 * GIBIBYTE),
        Row("transpose 4096 × 4096, Double", [Goal(ratio=4)], partial(transpose, "f8"), quick=True,
            memory=GIBIBYTE),
        Row("transpose 4096 × 4096, Float", [Goal(ratio=6)], partial(transpose, "f4"),
            memory=GIBIBYTE),
    ]


def open_view(bench: Bench) -> Contest:
    """Opening only; the elements are counted, not read."""
    path = bench.gibibyte
    return Contest(
        bench.swift("open-npy", path, answer=int),
        [python("np.load(mmap_mode)", lambda: np.load(path, mmap_mode="r"), lambda a: a.size)],
        limit=machine.reading(Path(__file__)),
    )


def sum_view(bench: Bench) -> Contest:
    """Opening and reading every element."""
    path = bench.gibibyte
    return Contest(
        bench.swift("sum-npy", path, answer=float),
        [python("np.load(mmap_mode).sum()", lambda: np.load(path, mmap_mode="r").sum())],
        # Sums of another order: random numbers of both signs, 2^27 of them.
        agree=lambda mine, theirs: abs(mine - theirs) < 1e-6,
        limit=machine.summing(GIBIBYTE),
    )


def load(bench: Bench) -> Contest:
    """The file into memory of one's own."""
    path = bench.gibibyte
    cnpy, missing = bench.cnpy("load-npy", path)
    return Contest(
        bench.swift("load-npy", path),
        [python("np.load", lambda: np.load(path), lambda a: str(fingerprint(a))), *cnpy],
        limit=machine.memcpy(GIBIBYTE), missing=missing,
    )


def save(bench: Bench) -> Contest:
    """Memory into a new file."""
    path = bench.gibibyte
    ours, numpys, cnpys = (bench.path(f"saved-{name}.npy") for name in ("ours", "numpy", "cnpy"))
    array = np.load(path)
    cnpy, missing = bench.cnpy("save-npy", path, cnpys, output=cnpys)
    return Contest(
        bench.swift("save-npy", path, ours, output=ours),
        [python("np.save", lambda: np.save(numpys, array), output=numpys), *cnpy],
        agree=same_files, limit=machine.memcpy(GIBIBYTE), missing=missing,
    )


def transpose(dtype: str, bench: Bench) -> Contest:
    """A square matrix into fresh memory."""
    path = bench.path(f"square-{dtype}.npz")
    matrix = np.random.default_rng(0).standard_normal((4096, 4096)).astype(dtype)
    np.savez(path, matrix)

    def numpys() -> Any:
        return np.ascontiguousarray(matrix.T)

    return Contest(
        bench.swift("transpose", path),
        [python("numpy", numpys, lambda a: str(fingerprint(a)))],
        limit=machine.memcpy(matrix.nbytes),
    )
