"""Time Coefs and its peers side by side: what `tools/bench` runs.

    .venv/bin/python tools/bench.py BENCHMARK [--json] [--rounds N]

BENCHMARK is the built package Tests/Benchmark. Each row is measured interleaved, ours and the peer's in
turn, warm, N rounds (at least 7). The ratio is the median over the rounds of peer's time / our time, with
the least and the greatest; above 1 we are faster.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore")


@dataclass
class Row:
    """One line of the table."""

    name: str
    goal: float
    peer: str
    ours_ms: list[float]
    peer_ms: list[float]

    @property
    def ratios(self) -> list[float]:
        """How many times as fast we are, round by round."""
        return [theirs / ours for ours, theirs in zip(self.ours_ms, self.peer_ms)]

    def as_dict(self) -> dict[str, object]:
        """The row for --json."""
        return {
            "row": self.name,
            "oursMs": statistics.median(self.ours_ms),
            "peer": self.peer,
            "peerMs": statistics.median(self.peer_ms),
            "ratio": statistics.median(self.ratios),
            "range": [min(self.ratios), max(self.ratios)],
            "goal": self.goal,
        }


@dataclass
class Fit:
    """A network to train, and the data to train it on."""

    name: str
    goal: float
    x: np.ndarray
    y: np.ndarray
    sizes: tuple[int, ...]
    activation: str
    rate: float
    epochs: int
    patience: int


def fits() -> list[Fit]:
    """The three networks of the table."""
    digits = load_digits()
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(10, 784))
    y = rng.integers(0, 10, 10_000)
    x = centres[y] + 4 * rng.normal(size=(10_000, 784))
    return [
        Fit("fit 64-16-10, logistic, 1,000 rows", 6, digits.data[:1000] / 15, digits.target[:1000],
            (16,), "logistic", 0.1, 100, 2),
        Fit("fit 64-100-10, defaults, 1,797 rows", 3, digits.data, digits.target,
            (100,), "relu", 0.001, 200, 10),
        Fit("fit 784-256-10, 10,000 rows, 3 epochs", 1.2, x, y, (256,), "relu", 0.001, 3, 10),
    ]


def ours(benchmark: Path, fit: Fit, folder: Path) -> Callable[[], tuple[float, int, float]]:
    """A process of ours that fits once for each call: milliseconds, epochs, last loss."""
    data = folder / "data.npz"
    np.savez(data, X=fit.x, y=fit.y)
    arguments = [fit.activation, fit.rate, fit.epochs, fit.patience]
    process = subprocess.Popen(
        [benchmark, "fit", data, ",".join(map(str, fit.sizes)), *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )

    def run() -> tuple[float, int, float]:
        process.stdin.write("\n")
        process.stdin.flush()
        elapsed, epochs, loss = process.stdout.readline().split()
        return float(elapsed), int(epochs), float(loss)

    return run


def sklearns(fit: Fit) -> Callable[[], tuple[float, int, float]]:
    """The same by scikit-learn."""

    def run() -> tuple[float, int, float]:
        estimator = MLPClassifier(
            fit.sizes, activation=fit.activation, learning_rate_init=fit.rate, max_iter=fit.epochs,
            n_iter_no_change=fit.patience, random_state=1,
        )
        start = time.perf_counter()
        estimator.fit(fit.x, fit.y)
        return (time.perf_counter() - start) * 1e3, estimator.n_iter_, estimator.loss_

    return run


def measure(benchmark: Path, fit: Fit, rounds: int) -> Row:
    """One row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        pair = ours(benchmark, fit, Path(folder)), sklearns(fit)
        results = [(pair[0](), pair[1]()) for _ in range(rounds + 1)][1:]  # the first only warms up
    for mine, theirs in results:
        if mine[1] != theirs[1] or not np.isclose(mine[2], theirs[2], rtol=1e-9, atol=0):
            raise SystemExit(f"{fit.name}: {mine[1:]} is not scikit-learn's {theirs[1:]}")
    peer = f"scikit-learn {sklearn.__version__}"
    return Row(fit.name, fit.goal, peer, [r[0][0] for r in results], [r[1][0] for r in results])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("benchmark", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    if options.rounds < 7:
        parser.error("at least 7 rounds")
    rows = [measure(options.benchmark.resolve(), fit, options.rounds) for fit in fits()]
    if options.json:
        print(json.dumps([row.as_dict() for row in rows]))
        return
    print(f"{'row':<40} {'ours':>10} {'peer':>10}  {'ratio':>6} {'range':>13} {'goal':>5}  peer")
    for row in rows:
        values = row.as_dict()
        low, high = values["range"]
        print(
            f"{row.name:<40} {values['oursMs']:>7.1f} ms {values['peerMs']:>7.1f} ms  "
            f"{values['ratio']:>6.2f} {low:>5.2f} … {high:<5.2f} {row.goal:>5}  {row.peer}"
        )


if __name__ == "__main__":
    main()
