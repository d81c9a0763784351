"""Checks the round trip with the real scikit-learn: there through `coefs`, and back again.

    .venv/bin/python tools/check/check_sklearn.py .build/release/coefs

For every model in fixtures/, converted to the MLP layout and from there to scikit-learn's:

- the weights that come back are the fixture's, byte for byte;
- both files are what np.savez (np.savez_compressed) would have written, byte for byte;
- `coefs_sklearn.load` makes of either an estimator that predicts as the original did, bit for
  bit on the machine that VERSIONS.json describes and within a few units elsewhere;
- `coefs predict` answers as scikit-learn did.

Then estimators fitted on the spot take the same way. Exits 1 if anything differs.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier, MLPRegressor

sys.path[1:1] = [str(Path(__file__).resolve().parents[1] / name) for name in ("fixtures", "python")]
import coefs_sklearn  # noqa: E402
import reference  # noqa: E402
from checks import Mismatch, run_checks  # noqa: E402
from coefs_sklearn import Arrays, Estimator  # noqa: E402

# How far a probability may be from scikit-learn's: a sum of 64 products in another order and
# another exp move it by a few units in the last place, and more layers move it further.
CHAPTER_TOLERANCE = {"float64": 2e-15, "float32": 2e-6}
TOLERANCE = {"float64": 1e-14, "float32": 2e-6}
# A regressor's outputs are of any size.
RELATIVE = {"float64": 1e-13, "float32": 1e-5}

# Before 3.11.4, Python's zipfile wrote other local headers for the zip64 extras that numpy asks
# for (cpython#103861), and so np.savez wrote other bytes.
NUMPY_BYTES = sys.version_info >= (3, 11, 4)

LOGISTIC = ("--activation", "logistic")
SOFTMAX = (*LOGISTIC, "--out-activation", "softmax")
INTERCEPTS = ("--intercepts", "perceptron-intercepts.npy")


@dataclass(frozen=True)
class Fixture:
    """A model in fixtures/, the truth that goes with it, and what the file does not say."""

    file: str
    truth: str
    options: tuple[str, ...] = ()


FIXTURES = [
    Fixture("chapter-arr.npz", "chapter", SOFTMAX),
    Fixture("chapter-interleaved.npz", "chapter", SOFTMAX),
    Fixture("chapter-coefs.npz", "chapter"),
    Fixture("chapter-coefs-deflated.npz", "chapter"),
    Fixture("chapter-coefs-trailing.npz", "chapter"),
    Fixture("chapter-coefs-slash.npz", "chapter", SOFTMAX),
    Fixture("chapter-coef0.npz", "chapter", SOFTMAX),
    Fixture("chapter-weights.npz", "chapter", SOFTMAX),
    Fixture("chapter-W0.npz", "chapter", SOFTMAX),
    Fixture("chapter-W1.npz", "chapter", SOFTMAX),
    Fixture("chapter-big-endian.npz", "chapter"),
    Fixture("chapter-fortran.npz", "chapter"),
    Fixture("chapter-longdouble.npz", "chapter"),
    Fixture("chapter-float16.npz", "chapter-float16"),
    Fixture("chapter-float32.npz", "chapter-float32"),
    Fixture("binary.npz", "binary"),
    Fixture("multilabel.npz", "multilabel"),
    Fixture("multilabel-two.npz", "multilabel-two"),
    Fixture("strings.npz", "strings"),
    Fixture("deep.npz", "deep"),
    Fixture("tanh.npz", "tanh"),
    Fixture("perceptron.npz", "perceptron"),
    Fixture("perceptron-coefs.npy", "perceptron", (*INTERCEPTS, *SOFTMAX)),
    Fixture("square.npz", "square", ("--layout", "sklearn", *SOFTMAX)),
    Fixture("square-coefs.npz", "square"),
    Fixture("regressor.npz", "regressor"),
    Fixture("regressor-multi.npz", "regressor-multi"),
]


class Coefs:
    """The command, run in fixtures/ so that file names need no folder."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary.resolve()

    def __call__(self, *arguments: str | Path) -> str:
        """Run it; return what it printed. A non-zero exit is a mismatch."""
        command = [str(self.binary), *map(str, arguments)]
        run = subprocess.run(command, cwd=reference.FIXTURES, capture_output=True, text=True)
        if run.returncode != 0:
            message = (run.stderr or run.stdout).strip()
            raise Mismatch(f"{' '.join(command[1:])}: exit {run.returncode}: {message}")
        return run.stdout

    def predict(
        self, model: str | Path, x: NDArray, options: Iterable[str], proba: bool, folder: Path
    ) -> dict[str, Any]:
        """The answers to the rows of `x`."""
        data = folder / "data.npz"
        np.savez(data, X=x)
        flags = ["--proba"] if proba else []
        return json.loads(self("predict", model, *options, "--data", data, *flags, "--json"))


# MARK: - Reading


def read(path: Path) -> Arrays:
    """All arrays of an NPZ file, or the one of an NPY file under the name of the file."""
    content = np.load(path, allow_pickle=False)
    if isinstance(content, np.ndarray):
        return {path.stem: content}
    with content:
        return {name: content[name] for name in content.files}


def npy_bytes(array: NDArray) -> bytes:
    """What np.save writes."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def network(fixture: Fixture) -> tuple[list[NDArray], list[NDArray]]:
    """A fixture's weights (inputs, outputs) and biases as stored, whatever their names.

    Every fixture has its layers in order, its weights as its only matrices, and its biases as
    its only vectors of floats but for the loss curve.
    """
    arrays = read(reference.FIXTURES / fixture.file)
    if INTERCEPTS[0] in fixture.options:
        arrays |= read(reference.FIXTURES / INTERCEPTS[1])
    arrays.pop("loss_curve_", None)
    coefs = [array for array in arrays.values() if array.ndim == 2]
    intercepts = [a for a in arrays.values() if a.ndim == 1 and a.dtype.kind == "f"]
    if "weights_0" in arrays:
        coefs = [np.ascontiguousarray(weights.T) for weights in coefs]
    return coefs, intercepts


def inputs(truth: Arrays) -> NDArray:
    """The rows that a truth file has the answers to."""
    if "X" in truth:
        return truth["X"]
    start, stop = truth["rows"]
    x = load_digits().data[start:stop] / truth["scale"]
    return x.astype(np.float32) if truth.get("proba", x).dtype == np.float32 else x


# MARK: - Comparing


def check_members(path: Path, coefs: list[NDArray], intercepts: list[NDArray]) -> None:
    """Every weight member is what np.save makes of the fixture's array, in its order."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        for index, layer in enumerate(zip(coefs, intercepts, strict=True)):
            for kind, array in zip(("coefs", "intercepts"), layer):
                member = f"{kind}_{index}.npy"
                if member not in names:
                    raise Mismatch(f"{path.name} has no {member}, only {sorted(names)}")
                if archive.read(member) != npy_bytes(array):
                    raise Mismatch(f"{path.name}: {member} is not the fixture's, byte for byte")
    if f"coefs_{len(coefs)}.npy" in names:
        raise Mismatch(f"{path.name} has more than {len(coefs)} layers")


def check_archive(path: Path, compressed: bool) -> None:
    """The whole file is what numpy would have written."""
    if not NUMPY_BYTES:
        return
    saver = np.savez_compressed if compressed else np.savez
    file = io.BytesIO()
    saver(file, allow_pickle=False, **read(path))
    if file.getvalue() != path.read_bytes():
        raise Mismatch(f"{path.name} is not what np.{saver.__name__} writes, byte for byte")


def check_exact(what: str, found: NDArray, wanted: NDArray) -> None:
    """Equal in type, shape and every bit."""
    if found.dtype != wanted.dtype or not np.array_equal(found, wanted):
        raise Mismatch(f"{what}: {found.dtype} {found.shape} {furthest(found, wanted)}")


def check_close(what: str, found: Any, wanted: NDArray, absolute: float, relative: float) -> None:
    """Equal but for the last digits."""
    numbers = np.asarray(found, np.float64)
    if numbers.shape != wanted.shape or not np.allclose(numbers, wanted, relative, absolute):
        raise Mismatch(f"{what}: {numbers.shape} {furthest(numbers, wanted)}")


def furthest(found: NDArray, wanted: NDArray) -> str:
    """How far apart two arrays are, for a message."""
    if found.shape != wanted.shape:
        return f"instead of {wanted.shape}"
    if wanted.dtype.kind != "f":
        return f"differs in {np.count_nonzero(found != wanted)} places"
    return f"differs by up to {np.abs(found - wanted).max()}"


def check_estimator(what: str, estimator: Estimator, truth: Arrays, exact: bool) -> None:
    """It answers as the original did."""
    x = inputs(truth)
    if isinstance(estimator, MLPRegressor):
        wanted, found = truth["prediction"], estimator.predict(x)
    else:
        wanted, found = truth["proba"], estimator.predict_proba(x)
        labels = estimator.predict(x)
        if not np.array_equal(labels, truth["labels"]):
            raise Mismatch(f"{what}: labels: {furthest(labels, truth['labels'])}")
    if exact:
        check_exact(what, found, wanted)
    else:
        kind = wanted.dtype.name
        check_close(what, found, wanted, TOLERANCE[kind], RELATIVE[kind])


def check_answers(
    answers: dict[str, Any], truth: Arrays, tolerance: dict[str, float] = TOLERANCE
) -> None:
    """`coefs predict --json` says what scikit-learn said."""
    if "prediction" in truth:
        wanted = truth["prediction"]
        kind = wanted.dtype.name
        check_close("predict", answers["predictions"], wanted, TOLERANCE[kind], RELATIVE[kind])
        return
    if answers["predictions"] != truth["labels"].tolist():
        raise Mismatch("predict: the labels are not scikit-learn's")
    wanted = truth["proba"]
    check_close("predict", answers["probabilities"], wanted, tolerance[wanted.dtype.name], 0)


# MARK: - The checks


def convert_there_and_back(
    coefs: Coefs, model: str | Path, options: Iterable[str], folder: Path
) -> list[Path]:
    """Convert to the MLP layout and from there to scikit-learn's; return the two files."""
    there, back = folder / "mlp.npz", folder / "sklearn.npz"
    coefs("convert", model, there, *options)
    coefs("convert", there, back, "--to", "sklearn")
    for path in (there, back):
        check_archive(path, compressed=False)
    compressed = folder / "compressed.npz"
    coefs("convert", there, compressed, "--to", "sklearn", "--compress")
    check_archive(compressed, compressed=True)
    return [there, back]


def check_fixture(coefs: Coefs, fixture: Fixture, exact: bool, folder: Path) -> None:
    """One model of fixtures/."""
    truth = read(reference.FIXTURES / f"{fixture.truth}.truth.npz")
    there, back = convert_there_and_back(coefs, fixture.file, fixture.options, folder)
    check_members(back, *network(fixture))
    for path in (there, back):
        check_estimator(f"load {path.name}", coefs_sklearn.load(path), truth, exact)
    proba = "proba" in truth
    answers = coefs.predict(fixture.file, inputs(truth), fixture.options, proba, folder)
    strict = fixture.truth.startswith("chapter")
    check_answers(answers, truth, CHAPTER_TOLERANCE if strict else TOLERANCE)


def check_fitted(coefs: Coefs, estimator: Estimator, x: NDArray, folder: Path) -> None:
    """An estimator of this very process: saved, converted, loaded and predicted."""
    saved = folder / "saved.npz"
    coefs_sklearn.save(estimator, saved)
    if isinstance(estimator, MLPRegressor):
        truth = {"X": x, "prediction": estimator.predict(x)}
    else:
        truth = {"X": x, "proba": estimator.predict_proba(x), "labels": estimator.predict(x)}
    files = [saved, *convert_there_and_back(coefs, saved, (), folder)]
    check_members(files[-1], estimator.coefs_, estimator.intercepts_)
    for path in files:
        check_estimator(f"load {path.name}", coefs_sklearn.load(path), truth, exact=True)
    check_answers(coefs.predict(saved, x, (), "proba" in truth, folder), truth)


def check_verify(coefs: Coefs, estimator: MLPClassifier, folder: Path) -> None:
    """`coefs verify` counts as scikit-learn does."""
    saved = folder / "saved.npz"
    coefs_sklearn.save(estimator, saved)
    rows = slice(1000, 1500)
    digits = load_digits()
    x, y = digits.data[rows] / 15, digits.target[rows]
    report = json.loads(coefs("verify", saved, "--min-accuracy", "0", "--json"))
    proba = estimator.predict_proba(x)
    cost = ((proba - np.eye(10)[y]) ** 2).sum(axis=1).mean()
    check_close("verify: accuracy", report["accuracy"], np.array(estimator.score(x, y)), 0, 0)
    check_close("verify: cost", report["cost"]["softmax"], cost, 0, 1e-12)
    if report["confusion"] != confusion_matrix(y, estimator.predict(x)).tolist():
        raise Mismatch("verify: the confusion matrix is not scikit-learn's")


def fitted() -> dict[str, tuple[Estimator, NDArray]]:
    """Estimators fitted on the spot, each with the rows to try it on."""
    digits = load_digits()
    x, y = digits.data / 15, digits.target
    train, rest = slice(0, 600), slice(600, 700)
    few = {"max_iter": 20, "random_state": 0}
    words = np.array(["Ölberg", "berg"])[y % 2]
    fits = {
        "multiclass": (MLPClassifier((20,), activation="logistic", **few), x, y),
        "float32": (MLPClassifier((20, 10), **few), x.astype(np.float32), y),
        "lbfgs": (MLPClassifier((8,), solver="lbfgs", activation="tanh", **few), x, y),
        "early stopping": (MLPClassifier((8,), early_stopping=True, **few), x, y),
        "two strings": (MLPClassifier((8,), activation="identity", **few), x, words),
        "objects": (MLPClassifier((8,), **few), x, words.astype(object)),
        "booleans": (MLPClassifier((8,), **few), x, y > 4),
        "big integers": (MLPClassifier((8,), **few), x, y.astype(np.uint64) + 2**63),
        "multilabel": (MLPClassifier((8,), **few), x, np.eye(10, dtype=int)[y][:, :4]),
        "regressor": (MLPRegressor(hidden_layer_sizes=(8,), **few), x, y),
        "two outputs": (MLPRegressor(hidden_layer_sizes=(), **few), x, x[:, 20:22]),
    }
    return {
        name: (estimator.fit(data[train], targets[train]), data[rest])
        for name, (estimator, data, targets) in fits.items()
    }


def on_reference_machine() -> bool:
    """Whether truth files can be expected to repeat here to the bit."""
    text = (reference.FIXTURES / "VERSIONS.json").read_text(encoding="utf-8")
    recorded = json.loads(text)
    return recorded["machine"] == reference.machine()


def main() -> int:
    """Run every check, print a line for each."""
    parser = argparse.ArgumentParser(description="Check the round trip with scikit-learn.")
    parser.add_argument("binary", type=Path, help="the coefs executable")
    coefs = Coefs(parser.parse_args().binary)
    reference.pin()
    reference.require_pinned_versions()
    # Twenty epochs are enough here, and fewer than the estimators would like.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)

    exact = on_reference_machine()
    if not NUMPY_BYTES:
        print("note: whole archives not compared; np.savez writes other bytes before Python 3.11.4")
    print(f"truth files are compared {'bit for bit' if exact else 'within tolerance'}")
    checks: dict[str, Callable[[Path], None]] = {
        fixture.file: partial(check_fixture, coefs, fixture, exact) for fixture in FIXTURES
    }
    estimators = fitted()
    for name, (estimator, x) in estimators.items():
        checks[f"fitted: {name}"] = partial(check_fitted, coefs, estimator, x)
    checks["verified: multiclass"] = partial(check_verify, coefs, estimators["multiclass"][0])

    failures = run_checks(checks, tells_each=True)
    print(f"{len(checks) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
