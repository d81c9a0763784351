"""Makes fixtures/: real networks of real scikit-learn, and golden NPY and NPZ bytes.

    .venv/bin/python tools/make_fixtures.py

Running it twice gives the same bytes. fixtures/README.md says what each file is. "The chapter" is
chapter 16 of "Math for Programmers"; the numbers that it prints are asserted here.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.special import expit
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

import coefs_sklearn
import golden
import reference
from coefs_sklearn import Arrays, Estimator

SCALE = 15
COUNT = 1797
TRAINING = slice(0, 1000)
HELD_OUT = slice(1000, 1500)
NUMERALS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]


@dataclass(frozen=True)
class Digits:
    """scikit-learn's digits: `pixels` (1797, 64) from 0 to 16, `x` the same divided by 15."""

    pixels: NDArray[np.uint8]
    x: NDArray[np.float64]
    y: NDArray[np.int64]

    @classmethod
    def load(cls) -> Digits:
        """scikit-learn's own copy."""
        data = load_digits()
        pixels = data.images.reshape(COUNT, 64)
        return cls(pixels.astype(np.uint8), pixels / SCALE, data.target.astype(np.int64))


def write(name: str, arrays: Arrays, compress: bool = False) -> None:
    """np.savez under fixtures/, in the order of the arrays."""
    saver = np.savez_compressed if compress else np.savez
    with (reference.FIXTURES / name).open("wb") as file:
        saver(file, allow_pickle=False, **arrays)


# MARK: - Truth


def answers(estimator: Estimator, x: NDArray) -> Arrays:
    """What scikit-learn answers to `x`."""
    if isinstance(estimator, MLPRegressor):
        return {"prediction": estimator.predict(x)}
    return {"proba": estimator.predict_proba(x), "labels": estimator.predict(x)}


def scores(estimator: Estimator, x: NDArray, y: NDArray, ranges: list[slice]) -> Arrays:
    """How well it does on some ranges of the rows of `x`: R² or accuracy, and the number right."""
    result = {
        "ranges": np.array([(rows.start, rows.stop) for rows in ranges]),
        "score": np.array([estimator.score(x[rows], y[rows]) for rows in ranges]),
    }
    if isinstance(estimator, MLPClassifier):
        right = (estimator.predict(x) == y).reshape(len(y), -1).all(axis=1)
        result["correct"] = np.array([right[rows].sum() for rows in ranges])
    return result


def truth(estimator: Estimator, x: NDArray, y: NDArray) -> Arrays:
    """A truth file's arrays, with the input rows in it."""
    return {"X": x, **answers(estimator, x), **scores(estimator, x, y, [slice(0, len(x))])}


def digits_truth(estimator: Estimator, x: NDArray, y: NDArray, rows: slice) -> Arrays:
    """A truth file's arrays for rows of the digits, which are in digits.npz already."""
    result = truth(estimator, x[rows], y[rows])
    del result["X"]
    return {"rows": np.array([rows.start, rows.stop]), "scale": np.array(SCALE), **result}


# MARK: - The chapter's network


def fit_chapter(x: NDArray, y: NDArray) -> MLPClassifier:
    """The chapter's network. scikit-learn stopped after two idle epochs in those days."""
    return MLPClassifier(
        hidden_layer_sizes=(16,),
        activation="logistic",
        max_iter=100,
        random_state=1,
        learning_rate_init=0.1,
        n_iter_no_change=2,
    ).fit(x[TRAINING], y[TRAINING])


def cost(outputs: NDArray, labels: NDArray) -> float:
    """The chapter's: squared errors summed over the outputs, then their mean over the rows."""
    return float(((outputs - np.eye(10)[labels]) ** 2).sum(axis=1).mean())


def all_sigmoid(network: MLPClassifier, x: NDArray) -> NDArray:
    """The chapter's own MLP class with these weights: a sigmoid after every layer."""
    for coefs, intercepts in zip(network.coefs_, network.intercepts_):
        x = expit(x @ coefs + intercepts)
    return x


def chapter_truth(network: MLPClassifier, digits: Digits) -> Arrays:
    """All rows, and the scores and costs that the chapter prints, which must be the chapter's."""
    x, y = digits.x, digits.y
    ranges = [TRAINING, HELD_OUT]
    result = digits_truth(network, x, y, slice(0, COUNT))
    result |= scores(network, x, y, ranges)
    proba = network.predict_proba(x)
    result["cost_softmax"] = np.array([cost(proba[rows], y[rows]) for rows in ranges])
    sigmoid = all_sigmoid(network, x)
    result["cost_logistic"] = np.array([cost(sigmoid[rows], y[rows]) for rows in ranges])

    expect("iterations", network.n_iter_, 60)
    expect("final loss", f"{network.loss_:.8f}", "0.00321734")
    expect("accuracy on 0..<1000 and 1000..<1500", result["score"].tolist(), [1.0, 0.962])
    expect("softmax cost", f"{result['cost_softmax'][0]:.12e}", "5.670512721637e-05")
    expect("all-sigmoid cost", f"{result['cost_logistic'][0]:.11f}", "1.43124710554")
    return result


def expect(what: str, found: object, wanted: object) -> None:
    """Exit unless scikit-learn does here what it did for the chapter."""
    if found != wanted:
        sys.exit(f"the chapter's {what}: {found!r} instead of {wanted!r}")


def layers(network: Estimator, coefs: str, intercepts: str, first: int = 0) -> Arrays:
    """Weights and biases by layer, `{}` in the names standing for the layer's number."""
    arrays: Arrays = {}
    for index, (weight, bias) in enumerate(zip(network.coefs_, network.intercepts_), first):
        arrays[coefs.format(index)] = weight
        arrays[intercepts.format(index)] = bias
    return arrays


def training_state(network: MLPClassifier) -> Arrays:
    """The fitted attributes that can be arrays, under scikit-learn's own names."""
    names = (
        "out_activation_ classes_ n_layers_ n_iter_ loss_ n_outputs_ n_features_in_ t_ "
        "best_loss_ loss_curve_"
    )
    state = {name: np.asarray(getattr(network, name)) for name in names.split()}
    return {"activation": np.array(network.activation), **state}


def converted(arrays: Arrays, dtype: DTypeLike) -> Arrays:
    """The same with every float64 array in another dtype."""
    result = {
        name: array.astype(dtype) if array.dtype == np.float64 else array
        for name, array in arrays.items()
    }
    for array in result.values():
        if array.dtype == np.longdouble:
            golden.clear_padding(array)
    return result


def make_chapter(digits: Digits) -> None:
    """The chapter's network under every naming that people use, and in every float dtype."""
    network = fit_chapter(digits.x, digits.y)
    write("chapter.truth.npz", chapter_truth(network, digits))

    bare = layers(network, "coefs_{}", "intercepts_{}")
    coefs_sklearn.save(network, reference.FIXTURES / "chapter-coefs.npz")
    with np.load(reference.FIXTURES / "chapter-coefs.npz", allow_pickle=False) as file:
        full: Arrays = dict(file)
    transposed = {
        name: np.ascontiguousarray(array.T)
        for name, array in layers(network, "weights_{}", "biases_{}").items()
    }
    by_kind = network.coefs_ + network.intercepts_
    write("chapter-arr.npz", numbered(by_kind))
    write("chapter-interleaved.npz", numbered(bare.values()))
    write("chapter-coefs-slash.npz", layers(network, "coefs_/{}", "intercepts_/{}"))
    write("chapter-coef0.npz", layers(network, "coef{}", "intercept{}"))
    write("chapter-W0.npz", layers(network, "W{}", "b{}"))
    write("chapter-W1.npz", layers(network, "W{}", "b{}", first=1))
    write("chapter-weights.npz", transposed)
    write("chapter-coefs-deflated.npz", full, compress=True)
    trailing = layers(network, "coefs_{}_", "intercepts_{}_")
    write("chapter-coefs-trailing.npz", trailing | training_state(network))

    write("chapter-big-endian.npz", converted(full, ">f8"))
    write("chapter-longdouble.npz", converted(full, np.longdouble))
    fortran = {name: array.copy("F") for name, array in full.items()}
    write("chapter-fortran.npz", fortran)

    x32 = digits.x.astype(np.float32)
    single = fit_chapter(x32, digits.y)
    coefs_sklearn.save(single, reference.FIXTURES / "chapter-float32.npz")
    write("chapter-float32.truth.npz", digits_truth(single, x32, digits.y, HELD_OUT))

    write("chapter-float16.npz", converted(full, np.float16))
    network.coefs_ = [coefs.astype(np.float16).astype(np.float64) for coefs in network.coefs_]
    network.intercepts_ = [b.astype(np.float16).astype(np.float64) for b in network.intercepts_]
    write("chapter-float16.truth.npz", digits_truth(network, digits.x, digits.y, HELD_OUT))


def numbered(arrays: Iterable[NDArray]) -> Arrays:
    """The names that np.savez gives to arrays without one."""
    return {f"arr_{index}": array for index, array in enumerate(arrays)}


# MARK: - Other networks


def make_classifiers(digits: Digits) -> None:
    """A classifier of each kind that predicts in a way of its own."""
    x, y = digits.x, digits.y
    train, held_out = TRAINING, HELD_OUT

    deep = MLPClassifier((32, 16, 12), activation="relu", max_iter=60, random_state=2)
    tanh = MLPClassifier(
        (16,), activation="tanh", solver="sgd", learning_rate_init=0.1, max_iter=60, random_state=3
    )
    perceptron = MLPClassifier((), max_iter=200, random_state=4)
    for name, network in (("deep", deep), ("tanh", tanh), ("perceptron", perceptron)):
        network.fit(x[train], y[train])
        coefs_sklearn.save(network, reference.FIXTURES / f"{name}.npz")
        write(f"{name}.truth.npz", digits_truth(network, x, y, held_out))
    np.save(reference.FIXTURES / "perceptron-coefs.npy", perceptron.coefs_[0])
    np.save(reference.FIXTURES / "perceptron-intercepts.npy", perceptron.intercepts_[0])

    words = np.array(NUMERALS)[y]
    strings = MLPClassifier((12,), activation="tanh", max_iter=60, random_state=5)
    strings.fit(x[train], words[train])
    coefs_sklearn.save(strings, reference.FIXTURES / "strings.npz")
    write("strings.truth.npz", digits_truth(strings, x, words, held_out))

    either = (y == 3) | (y == 8)
    x38, y38 = x[either], y[either]
    binary = MLPClassifier(
        (4,), activation="logistic", learning_rate_init=0.05, max_iter=100, random_state=6
    )
    binary.fit(x38[:200], y38[:200])
    coefs_sklearn.save(binary, reference.FIXTURES / "binary.npz")
    write("binary.truth.npz", truth(binary, x38[200:], y38[200:]))

    properties = np.column_stack([y % 2 == 0, y >= 5, np.isin(y, (2, 3, 5, 7))]).astype(int)
    for name, columns in (("multilabel", 3), ("multilabel-two", 2)):
        network = MLPClassifier(
            (12,), activation="relu", learning_rate_init=0.02, max_iter=60, random_state=7
        )
        network.fit(x[train], properties[train, :columns])
        coefs_sklearn.save(network, reference.FIXTURES / f"{name}.npz")
        write(f"{name}.truth.npz", digits_truth(network, x, properties[:, :columns], held_out))

    # As many inputs as hidden neurons as outputs: no shape tells how the file stores a layer.
    inkiest = np.sort(np.argsort(digits.pixels.var(axis=0), kind="stable")[-10:])
    x10 = np.ascontiguousarray(x[:, inkiest])
    square = MLPClassifier((10,), activation="logistic", max_iter=60, random_state=8)
    square.set_params(learning_rate_init=0.05).fit(x10[train], y[train])
    write("square.npz", numbered(square.coefs_ + square.intercepts_))
    coefs_sklearn.save(square, reference.FIXTURES / "square-coefs.npz")
    write("square.truth.npz", truth(square, x10[held_out], y[held_out]))


def make_regressors(digits: Digits) -> None:
    """One output, and several."""
    x = digits.x
    rows = np.repeat(np.arange(8.0), 8)
    columns = np.tile(np.arange(8.0), 8)
    ink = x.sum(axis=1)
    targets = np.column_stack([x @ rows / ink, x @ columns / ink, x.mean(axis=1)])
    shown = slice(1000, 1100)
    for name, y in (("regressor", targets[:, 0]), ("regressor-multi", targets)):
        network = MLPRegressor(
            hidden_layer_sizes=(12,),
            activation="relu",
            learning_rate_init=0.01,
            max_iter=200,
            random_state=9,
        )
        network.fit(x[TRAINING], y[TRAINING])
        coefs_sklearn.save(network, reference.FIXTURES / f"{name}.npz")
        write(f"{name}.truth.npz", digits_truth(network, x, y, shown))


def main() -> None:
    """Make them all and print what was made."""
    reference.pin()
    reference.require_pinned_versions()
    if np.finfo(np.longdouble).nmant != 63:
        sys.exit("the long double fixtures need x86-64, where a long double has 80 bits")
    # The networks are small and stop where they are told to, which is what the warning is about.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)

    reference.FIXTURES.mkdir(exist_ok=True)
    digits = Digits.load()
    write("digits.npz", {"images": digits.pixels, "labels": digits.y})
    make_chapter(digits)
    make_classifiers(digits)
    make_regressors(digits)
    arrays = golden.write_npy(reference.FIXTURES / "npy")
    archives = golden.write_npz(reference.FIXTURES / "npz")

    versions = reference.versions()
    text = json.dumps(versions, indent=2) + "\n"
    (reference.FIXTURES / "VERSIONS.json").write_text(text, encoding="utf-8", newline="\n")
    models = [
        path
        for path in reference.FIXTURES.glob("*.np[yz]")
        if path.name != "digits.npz" and not path.name.endswith(".truth.npz")
    ]
    size = sum(path.stat().st_size for path in reference.FIXTURES.rglob("*") if path.is_file())
    print(f"{len(models)} models, {arrays} arrays, {archives} archives, {size:,} bytes in all")
    print(json.dumps(versions["machine"]))


if __name__ == "__main__":
    main()
