"""Rows of scikit-learn's fit."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial

import numpy as np

import machine
from bench import Bench
from contest import Contest, Goal, Row, python


@dataclass
class Fit:
    """A network to train."""

    rows: int
    sizes: list[int]
    activation: str
    rate: float
    epochs: int
    patience: int


FITS = {
    "fit 64-16-10, logistic, 1,000 rows": (Fit(1000, [64, 16, 10], "logistic", 0.1, 100, 2), 6),
    "fit 64-100-10, defaults, 1,797 rows": (Fit(1797, [64, 100, 10], "relu", 0.001, 200, 10), 3),
    "fit 784-256-10, 10,000 rows, 3 epochs": (
        Fit(10_000, [784, 256, 10], "relu", 0.001, 3, 10), 1.2),
}


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row(name, [Goal(ratio=goal)], partial(train, fit), quick=fit.rows == 1000)
        for name, (fit, goal) in FITS.items()
    ]


def data(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """The digits, or as many random points around ten centres."""
    from sklearn.datasets import load_digits

    if fit.sizes[0] == 64:
        digits = load_digits()
        scale = 15 if fit.rows == 1000 else 1
        return digits.data[: fit.rows] / scale, digits.target[: fit.rows]
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(10, fit.sizes[0]))
    y = rng.integers(0, 10, fit.rows)
    return centres[y] + 4 * rng.normal(size=(fit.rows, fit.sizes[0])), y


def train(fit: Fit, bench: Bench) -> Contest:
    """The same epochs and the same last loss."""
    import sklearn
    from sklearn.neural_network import MLPClassifier

    x, y = data(fit)
    path = bench.path("fit.npz")
    np.savez(path, X=x, y=y)
    hidden = fit.sizes[1:-1]

    def sklearns() -> MLPClassifier:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return MLPClassifier(
                hidden, activation=fit.activation, learning_rate_init=fit.rate,
                max_iter=fit.epochs, n_iter_no_change=fit.patience, random_state=1,
            ).fit(x, y)

    def answer(estimator: MLPClassifier) -> tuple[float, float]:
        return estimator.n_iter_, estimator.loss_

    def agree(mine: tuple[float, float], theirs: tuple[float, float]) -> bool:
        return mine[0] == theirs[0] and np.isclose(mine[1], theirs[1], rtol=1e-9, atol=0)

    epochs = sklearns().n_iter_
    # Forward, and back to the weights; back to the activations for all layers but the first.
    sizes = [a * b for a, b in zip(fit.sizes, fit.sizes[1:])]
    products = epochs * fit.rows * (3 * sum(sizes) - sizes[0])
    return Contest(
        bench.swift(
            "fit", path, ",".join(map(str, hidden)), fit.activation, fit.rate, fit.epochs,
            fit.patience, answer=lambda text: tuple(map(float, text.split()))),
        [python(f"scikit-learn {sklearn.__version__}", sklearns, answer)],
        agree=agree, limit=machine.multiply_adds(products, "f8"),
    )
