"""What every row may use: our programs, the peers' ways in, and files, each made once if asked for."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from contest import Contender, Launcher, server

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"

# Three layers of 128, 64 and 64 MiB; two threads share them well.
LARGE_SIZES = [4096, 4096, 2048, 4096]


class Bench:
    """The place of a run."""

    def __init__(
        self, swift: Path, coefs: Path, folder: Path, launcher: Launcher, cnpy: Path | None,
        csv_megabytes: int,
    ) -> None:
        self.swift_program = swift
        self.coefs = coefs
        self.folder = folder
        self.launcher = launcher
        self.cnpy_checkout = cnpy
        self.csv_megabytes = csv_megabytes

    # MARK: Who does the work

    def swift(
        self, *arguments: Any, answer: Callable[[str], Any] = lambda text: text,
        output: Path | None = None, name: str = "ours", around: Sequence[Any] = (),
    ) -> Contender:
        """A process of ours that does one work of Tests/Benchmark. `around` is what starts it: `env A=B`."""
        return server(name, [*around, self.swift_program, *arguments], answer, output)

    def cnpy(
        self, *arguments: Any, answer: Callable[[str], Any] = lambda text: text,
        output: Path | None = None,
    ) -> tuple[list[Contender], dict[str, str]]:
        """cnpy at the same work, or why it is missing."""
        if self.cnpy_checkout is None:
            return [], {"cnpy": "not asked for; give its checkout with --cnpy DIR"}
        return [server("cnpy", [self.cnpy_program, *arguments], answer, output)], {}

    @cached_property
    def cnpy_program(self) -> Path:
        """cnpy behind the protocol of the servers, built for this run."""
        program = self.folder / "cnpy"
        source = Path(__file__).with_name("cnpy.cpp")
        subprocess.run(
            ["c++", "-O3", "-DNDEBUG", "-I", self.cnpy_checkout, source,
             self.cnpy_checkout / "cnpy.cpp", "-lz", "-o", program],
            check=True,
        )
        return program

    # MARK: Files

    def path(self, name: str) -> Path:
        """A file of this run."""
        return self.folder / name

    @cached_property
    def gibibyte(self) -> Path:
        """An NPY of 1 GiB of doubles."""
        path = self.path("gibibyte.npy")
        np.save(path, np.random.default_rng(0).standard_normal((1 << 14, 1 << 13)))
        return path

    @cached_property
    def large(self) -> Path:
        """A network of 256 MiB in scikit-learn's layout, stored."""
        return self.network("large", LARGE_SIZES)

    @cached_property
    def large_deflated(self) -> Path:
        """The same, deflated."""
        path = self.path("large-deflated.npz")
        np.savez_compressed(path, **self.load(self.large))
        return path

    @cached_property
    def small_members(self) -> Path:
        """100 arrays of 64 doubles."""
        rng = np.random.default_rng(0)
        path = self.path("small-members.npz")
        np.savez(path, *[rng.standard_normal(64) for _ in range(100)])
        return path

    @staticmethod
    def load(path: Path) -> dict[str, np.ndarray]:
        """All arrays of an NPZ."""
        with np.load(path) as file:
            return dict(file)

    def network(self, name: str, sizes: list[int], extras: dict[str, Any] = {}) -> Path:
        """A network of random weights as scikit-learn would save it."""
        rng = np.random.default_rng(0)
        arrays = {}
        for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
            arrays[f"coefs_{index}"] = rng.standard_normal((inputs, outputs)) / inputs**0.5
            arrays[f"intercepts_{index}"] = rng.standard_normal(outputs)
        path = self.path(f"{name}.npz")
        np.savez(path, **arrays, **extras)
        return path
