"""Makes fixtures/training/: scikit-learn's fits, NumPy's random draws and scikit-learn's splits.

    .venv/bin/python tools/make_training_fixtures.py

Running it twice gives the same bytes.

    fits.json      for each fit its parameters, n_iter_, loss_curve_, validation_scores_ and what
                   it prints when it gets no better; floats are hexadecimal strings
    data.npz       what the fits learn: X.NAME, y.NAME, and sample_weight.NAME
    FIT.npz        coefs_0, intercepts_0, …; with warm start also start_coefs_0, …
    random.json    draws of numpy.random.RandomState
    splits.json    rows that train_test_split draws

A fit is chaotic where the last bit of its input decides on its result: fitted again on rows of
which each number is the next greater one, it takes other epochs, or weights of a difference that
TOLERANCE does not allow.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import reference
from coefs_sklearn import Arrays, Estimator
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor

FOLDER = reference.FIXTURES / "training"
TOLERANCE = {"float64": 1e-9, "float32": 1e-4}
MAX_SEED = 2**32 - 1


def write(name: str, arrays: Arrays) -> None:
    """np.savez_compressed under fixtures/training/."""
    with (FOLDER / name).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def write_json(name: str, entries: list[dict[str, Any]]) -> None:
    """JSON of one entry a line."""
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    (FOLDER / name).write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")


# MARK: - What is learned


@dataclass(frozen=True)
class Data:
    """Rows and targets; `kind` is classes, labels or values."""

    x: NDArray[np.float64]
    y: NDArray
    kind: str
    loss: str = "squared_error"

    @property
    def weight(self) -> NDArray[np.float64]:
        """A weight for each row, a few of them 0."""
        random = RandomState(len(self.x))
        weight = random.uniform(0.25, 2, len(self.x))
        weight[random.permutation(len(self.x))[:4]] = 0
        return weight


def make_data() -> dict[str, Data]:
    """Pieces of the digits, and numbers made up."""
    digits = load_digits()
    images, labels = digits.data, digits.target
    pair = np.flatnonzero((labels == 3) | (labels == 8))[:75]
    random = RandomState(20)
    x = random.normal(size=(90, 6))
    slopes = random.normal(size=(6, 3))
    linear = x @ slopes + 0.1 * random.normal(size=(90, 3))
    blobs = random.randint(0, 4, 90)
    centres = 2 * random.normal(size=(4, 6))
    rates = np.exp(np.clip(0.5 * linear, -2, 2))
    return {
        "digits": Data(images[:80] / 16, labels[:80], "classes"),
        "pixels": Data(images[80:140], labels[80:140], "classes"),
        "pair": Data(images[pair] / 15, (labels[pair] == 8).astype(int), "classes"),
        "blobs": Data(x + centres[blobs], blobs, "classes"),
        "binary": Data(x[:70], (linear[:70, 0] > 0.7).astype(int), "classes"),
        "even": Data(
            x[:50], (np.argsort(np.argsort(linear[:50, 1])) % 50 >= 25).astype(int), "classes"
        ),
        "one-class": Data(x[:30], np.zeros(30, int), "classes"),
        "labels": Data(x, (linear > 0).astype(int), "labels"),
        "two-labels": Data(
            images[:60] / 16, np.c_[labels[:60] % 2, labels[:60] > 4].astype(int), "labels"
        ),
        "line": Data(x, np.sin(linear[:, :1]) + 2, "values"),
        "lines": Data(x[:65], linear[:65], "values"),
        "counts": Data(x, random.poisson(rates[:, :1]).astype(float), "values", "poisson"),
        "more-counts": Data(x[:55], random.poisson(rates[:55]).astype(float), "values", "poisson"),
    }


# MARK: - Fits


@dataclass
class Fit:
    """One fit: what it learns, and scikit-learn's parameters that are not the defaults."""

    name: str
    data: str
    parameters: dict[str, Any]
    dtype: str = "float64"
    weighted: bool = False
    warm: bool = False
    result: dict[str, Any] = field(default_factory=dict)


def drawn_fits(data: dict[str, Data]) -> list[Fit]:
    """Fits drawn from the product of all options: each runs through its values in an order of its
    own for each piece of data."""
    options: dict[str, list[Any]] = {
        "activation": ["relu", "logistic", "tanh", "identity"],
        "hidden_layer_sizes": [[8], [7, 5], [], [6, 5, 4], [9]],
        "solver": ["adam", "sgd"],
        "alpha": [0.0001, 0, 0.01],
        "batch_size": ["auto", 7, 64, 1000],
        "shuffle": [True, True, False],
        "tol": [1e-4, 1e-2, 0],
        "n_iter_no_change": [10, 1, 2, 5],
        "max_iter": [20, 9, 30],
        "early_stopping": [False, True],
        "random_state": [0, 1, MAX_SEED, 12345, 2**31],
        "dtype": ["float64", "float64", "float64", "float32"],
        "weighted": [False, False, True],
        "warm": [False, False, False, True],
    }
    sgd: dict[str, list[Any]] = {
        "learning_rate": ["constant", "adaptive", "invscaling"],
        "momentum": [0.9, 0, 0.5],
        "nesterovs_momentum": [True, False],
        "power_t": [0.5, 0.25],
        "learning_rate_init": [0.05, 0.01],
    }
    adam: dict[str, list[Any]] = {
        "learning_rate_init": [0.001, 0.02, 0.1],
        "beta_1": [0.9, 0.8],
        "beta_2": [0.999, 0.99],
        "epsilon": [1e-8, 1e-6],
        "validation_fraction": [0.1, 0.25],
    }
    random = RandomState(16)

    def cycle(values: list[Any]) -> itertools.cycle[Any]:
        order = random.permutation(len(values))
        return itertools.cycle([values[index] for index in order])

    fits = []
    every = {name: cycle(values) for name, values in options.items()}
    by_solver = {
        "sgd": {name: cycle(values) for name, values in sgd.items()},
        "adam": {name: cycle(values) for name, values in adam.items()},
    }
    for name in data:
        for number in range(6):
            # Now and then one is left out, so that the cycles do not run in step.
            for values in every.values():
                if random.randint(0, 3) == 0:
                    next(values)
            chosen = {option: next(values) for option, values in every.items()}
            chosen |= {o: next(values) for o, values in by_solver[chosen["solver"]].items()}
            dtype, weighted, warm = (chosen.pop(o) for o in ("dtype", "weighted", "warm"))
            fits.append(Fit(f"{name}-{number}", name, chosen, dtype, weighted, warm))
    return fits


def chosen_fits() -> list[Fit]:
    """Fits that chance might leave out."""
    deep = {"hidden_layer_sizes": [20, 12], "max_iter": 30, "random_state": 5}
    adaptive = {
        "solver": "sgd",
        "learning_rate": "adaptive",
        "tol": 0.5,
        "n_iter_no_change": 1,
        "hidden_layer_sizes": [4],
        "random_state": 6,
    }
    return [
        Fit("defaults", "digits", {"max_iter": 6, "random_state": 2}),
        Fit("learning-rate-too-small", "lines", {**adaptive, "learning_rate_init": 1e-5}),
        Fit("adaptive-score", "binary", {**adaptive, "early_stopping": True, "max_iter": 25}),
        Fit(
            "invscaling",
            "blobs",
            {
                "solver": "sgd",
                "learning_rate": "invscaling",
                "max_iter": 20,
                "learning_rate_init": 0.2,
                "hidden_layer_sizes": [5],
                "random_state": 3,
            },
        ),
        Fit(
            "saturated",
            "pair",
            {
                "solver": "sgd",
                "learning_rate_init": 20.0,
                "max_iter": 12,
                "activation": "identity",
                "hidden_layer_sizes": [],
                "random_state": 4,
            },
        ),
        Fit("unstable-adam", "pixels", {**deep, "learning_rate_init": 0.5}),
        Fit(
            "unstable-sgd",
            "pixels",
            {**deep, "learning_rate_init": 0.3, "solver": "sgd", "activation": "tanh"},
        ),
    ]


def estimator(fit: Fit, data: Data) -> Estimator:
    """The unfitted estimator."""
    if data.kind == "values":
        return MLPRegressor(loss=data.loss, **fit.parameters)
    return MLPClassifier(**fit.parameters)


def begin(network: Estimator, x: NDArray, y: NDArray) -> Arrays:
    """Give a network weights to begin from: those of two epochs, and none of their other traces."""
    wanted = network.get_params()
    network.set_params(warm_start=True, max_iter=2, early_stopping=False, random_state=7)
    network.fit(x, y)
    network.set_params(**{**wanted, "warm_start": True})
    start = weights(network, "start_")
    network.t_ = 0
    network.loss_curve_ = []
    network._no_improvement_count = 0
    network.best_loss_ = np.inf
    if network.early_stopping:
        network.validation_scores_ = []
        network.best_validation_score_ = -np.inf
    return start


def weights(network: Estimator, prefix: str = "") -> Arrays:
    """Copies of the weights and biases."""
    arrays: Arrays = {}
    for index, (coefs, intercepts) in enumerate(zip(network.coefs_, network.intercepts_)):
        arrays[f"{prefix}coefs_{index}"] = coefs.copy()
        arrays[f"{prefix}intercepts_{index}"] = intercepts.copy()
    return arrays


def run(fit: Fit, data: Data, moved: bool = False) -> tuple[dict[str, Any], Arrays]:
    """What scikit-learn makes of it; `moved` moves each number of X to the next greater one."""
    dtype = np.dtype(fit.dtype)
    x = data.x.astype(dtype)
    y = data.y.astype(dtype) if data.kind == "values" else data.y
    network = estimator(fit, data)
    arrays = begin(network, x, y) if fit.warm else {}
    if moved:
        x = np.nextafter(x, np.array(np.inf, dtype))
    weight = data.weight.astype(dtype) if fit.weighted else None
    output = io.StringIO()
    network.set_params(verbose=True)
    with contextlib.redirect_stdout(output):
        network.fit(x, y, sample_weight=weight)
    result = {
        "n_iter_": network.n_iter_,
        "loss_curve_": [float(loss).hex() for loss in network.loss_curve_],
        "validation_scores_": [float(s).hex() for s in network.validation_scores_ or []],
        "lines": [line for line in output.getvalue().splitlines() if "did not improve" in line],
    }
    return result, arrays | weights(network)


def is_chaotic(fit: Fit, data: Data, result: dict[str, Any], arrays: Arrays) -> bool:
    """Whether the last bit of the input decides."""
    moved, others = run(fit, data, moved=True)
    difference = max(float(np.abs(arrays[name] - others[name]).max()) for name in arrays)
    same = moved["n_iter_"] == result["n_iter_"] and moved["lines"] == result["lines"]
    return not same or difference > TOLERANCE[fit.dtype]


def diverges(result: dict[str, Any]) -> bool:
    """Whether early stopping has nothing to keep: scikit-learn gives its random weights then."""
    return all(score == "nan" for score in result["validation_scores_"] or ["0"])


def make_fits() -> None:
    """Fit them all."""
    data = make_data()
    arrays: Arrays = {}
    for name, part in data.items():
        arrays[f"X.{name}"] = part.x
        arrays[f"y.{name}"] = part.y
        arrays[f"sample_weight.{name}"] = part.weight
    write("data.npz", arrays)
    entries = []
    refused = []
    for fit in drawn_fits(data) + chosen_fits():
        part = data[fit.data]
        try:
            result, found = run(fit, part)
        except ValueError as error:
            refused.append((fit.name, str(error)))
            continue
        entries.append(
            {
                "name": fit.name,
                "data": fit.data,
                "kind": part.kind,
                "loss": part.loss,
                "dtype": fit.dtype,
                "sample_weight": fit.weighted,
                "warm_start": fit.warm,
                "diverges": diverges(result),
                "chaotic": is_chaotic(fit, part, result, found),
                "parameters": fit.parameters,
                **result,
            }
        )
        write(f"{fit.name}.npz", found)
    write_json("fits.json", entries)
    chaotic = [entry["name"] for entry in entries if entry["chaotic"]]
    print(f"{len(entries)} fits, {len(chaotic)} of them chaotic: {', '.join(chaotic)}")
    for name, message in refused:
        print(f"refused: {name}: {message}")
    for option in ("solver", "activation", "learning_rate", "batch_size", "early_stopping"):
        print(option, dict(Counter(entry["parameters"].get(option) for entry in entries)))


# MARK: - Draws


def checksum(words: list[int]) -> str:
    """FNV-1a over 64-bit words, as hexadecimal digits."""
    value = 0xCBF29CE484222325
    for word in words:
        value = (value ^ word) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def raw(random: RandomState, count: int) -> list[int]:
    """Outputs of 32 bits."""
    return random.randint(0, 2**32, count, np.uint32).tolist()


def make_random() -> None:
    """Draws of every kind, for many seeds."""
    seeds = [0, 1, 2, 42, 623, 624, 65535, 2**31 - 1, 2**31, MAX_SEED - 1, MAX_SEED]
    seeds += RandomState(9).randint(0, 2**32, 53, np.uint32).tolist()
    entries = []
    for seed in seeds:
        count = 1_000_000 if seed == 1 else 1_500
        letters = np.arange(26)
        random = RandomState(seed)
        entries.append(
            {
                "seed": seed,
                "count": count,
                "raw": checksum(raw(RandomState(seed), count)),
                # From here on one generator makes all draws, one kind after another.
                "double": [float(random.random_sample()).hex() for _ in range(3)],
                "uniform": [float(random.uniform(-0.3, 1.7)).hex() for _ in range(3)],
                "interval": [
                    [bound, int(random.randint(0, bound + 1, dtype=np.int64))]
                    for bound in (1, 9, 255, 256, 2**31, 2**32 - 2, 2**40, 2**62)
                ],
                "permutation": random.permutation(17).tolist(),
                "shuffle": shuffled(random, letters),
                "choice": random.choice(letters, 7, replace=False).tolist(),
                "long": checksum(random.permutation(300).tolist()),
                "last": int(raw(random, 1)[0]),
            }
        )
    write_json("random.json", entries)


def shuffled(random: RandomState, array: NDArray) -> list[int]:
    """A shuffled copy."""
    copy = array.copy()
    random.shuffle(copy)
    return copy.tolist()


def make_splits() -> None:
    """Rows as train_test_split draws them, in proportion and not, with shares that tie."""
    entries = []
    cases = [
        ([10], 0.15),
        ([37], 0.25),
        ([5, 5], 0.2),
        ([7, 7], 0.3),
        ([25, 25], 0.1),
        ([25, 25], 0.25),
        ([50, 7], 0.1),
        ([3, 40], 0.5),
        ([2, 2], 0.5),
        ([6, 6, 6], 0.3),
        ([4, 4, 4, 4, 4], 0.25),
        ([9, 3, 3, 9], 0.4),
        ([20], 0.999 - 0.05),
        ([11, 13], 0.9),
    ]
    for (sizes, fraction), seed in itertools.product(cases, (0, 1, 7, MAX_SEED)):
        rows = sum(sizes)
        classes = np.repeat(np.arange(len(sizes)), sizes)
        classes = RandomState(rows).permutation(classes)
        for is_stratified in (False, True):
            random = RandomState(seed)
            training, validation = train_test_split(
                np.arange(rows),
                test_size=fraction,
                random_state=random,
                stratify=classes if is_stratified else None,
            )
            entries.append(
                {
                    "seed": seed,
                    "classes": classes.tolist(),
                    "fraction": fraction,
                    "stratified": is_stratified,
                    "training": training.tolist(),
                    "validation": validation.tolist(),
                    "next": raw(random, 1)[0],
                }
            )
    write_json("splits.json", entries)


def main() -> None:
    """Make them all."""
    reference.pin()
    reference.require_pinned_versions()
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    warnings.filterwarnings("ignore", category=UserWarning)
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    FOLDER.mkdir(parents=True, exist_ok=True)
    make_fits()
    make_random()
    make_splits()
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{size:,} bytes in all")


if __name__ == "__main__":
    main()
