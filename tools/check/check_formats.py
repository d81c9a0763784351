"""Checks that the real skops and safetensors packages take what `coefs` writes.

    .venv/bin/python tools/check/check_formats.py .build/release/coefs

For every estimator in fixtures/skops/ and for estimators fitted on the spot:

- `coefs convert` makes a skops archive of it that `skops.io.load` loads without being told to trust
  anything, and the estimator in it predicts as the original does, bit for bit;
- the archive has the same bytes whether the network came from a skops archive, a joblib file or an NPZ
  of its weights;
- `coefs predict` answers as it does.

For networks in fixtures/, `safetensors.numpy` loads what `coefs convert` writes, finds every tensor as
it should be, and would have written the same bytes; those with PyTorch's names are put through as
torch.nn.Sequential would. Exits 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import safetensors.numpy
import skops.io
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning, InconsistentVersionWarning

import check_sklearn
sys.path[1:1] = [str(Path(__file__).resolve().parents[1] / name) for name in ("fixtures", "python")]
import coefs_sklearn  # noqa: E402
import reference  # noqa: E402
from check_sklearn import check_exact, inputs, read
from checks import Mismatch, run_checks  # noqa: E402

SKOPS = reference.FIXTURES / "skops"
ESTIMATORS = reference.FIXTURES / "estimators" / "1.9.1"
# Files of weights that say which activations they go with.
NETWORKS = (
    "binary chapter-coefs chapter-float32 deep multilabel multilabel-two perceptron regressor "
    "regressor-multi strings tanh"
).split()


class Coefs:
    """The command."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary.resolve()

    def __call__(self, *arguments: str | Path) -> str:
        """Run it; return what it printed. A non-zero exit is a mismatch."""
        run = subprocess.run(
            [str(self.binary), *map(str, arguments)], capture_output=True, text=True
        )
        if run.returncode != 0:
            message = (run.stderr or run.stdout).strip()
            raise Mismatch(f"{' '.join(map(str, arguments))}: exit {run.returncode}: {message}")
        return run.stdout


def answers(estimator: Any, x: NDArray) -> dict[str, NDArray]:
    """What an estimator says of some rows."""
    if hasattr(estimator, "predict_proba"):
        return {"proba": estimator.predict_proba(x), "labels": estimator.predict(x)}
    return {"prediction": estimator.predict(x)}


def check_same_answers(what: str, found: Any, wanted: Any, x: NDArray) -> None:
    """Two estimators answer alike, bit for bit."""
    wanted_answers = answers(wanted, x)
    found_answers = answers(found, x)
    if found_answers.keys() != wanted_answers.keys():
        raise Mismatch(f"{what}: it is a {type(found).__name__}")
    for kind, array in wanted_answers.items():
        if array.dtype == object:
            array = array.astype(str)
        check_exact(f"{what}: {kind}", found_answers[kind], array)


def load_trusting_nothing(path: Path) -> Any:
    """skops.io.load, with warnings as errors."""
    untrusted = skops.io.get_untrusted_types(file=path)
    if untrusted:
        raise Mismatch(f"skops would not trust {', '.join(untrusted)}")
    with warnings.catch_warnings():
        warnings.simplefilter("error", InconsistentVersionWarning)
        return skops.io.load(path)


def check_estimator(coefs: Coefs, estimator: Any, x: NDArray, folder: Path) -> None:
    """An estimator, through a skops archive and back."""
    original = folder / "original.skops"
    skops.io.dump(estimator, original)
    written = folder / "written.skops"
    flags = ["--allow-unknown-names"] if "RandomizedSearch" in type(estimator).__name__ else []
    coefs("convert", original, written, *flags)
    loaded = load_trusting_nothing(written)
    check_same_answers("skops", loaded, estimator, x)
    if loaded.get_params().keys() == estimator.get_params().keys():
        repr(loaded)

    again = folder / "again.skops"
    coefs("convert", written, again)
    if again.read_bytes() != written.read_bytes():
        raise Mismatch("written again it has other bytes")
    joblib.dump(estimator, folder / "original.joblib")
    coefs("convert", folder / "original.joblib", folder / "from-joblib.skops", *flags)
    if (folder / "from-joblib.skops").read_bytes() != written.read_bytes():
        raise Mismatch("made of a joblib file it has other bytes")
    coefs("convert", original, folder / "deflated.skops", "--compress", *flags)
    check_same_answers("deflated", load_trusting_nothing(folder / "deflated.skops"), estimator, x)

    np.savez(folder / "data.npz", X=x)
    flags += ["--proba"] if hasattr(estimator, "predict_proba") else []
    said = json.loads(
        coefs("predict", written, "--data", folder / "data.npz", "--json", *flags)
    )
    truth = {
        kind: array.astype(str) if array.dtype == object else array
        for kind, array in answers(estimator, x).items()
    }
    check_sklearn.check_answers(said, truth)


def check_fixture(coefs: Coefs, name: str, folder: Path) -> None:
    """One estimator of fixtures/skops/."""
    x = read(ESTIMATORS / f"{name}.truth.npz")["X"]
    check_estimator(coefs, joblib.load(ESTIMATORS / f"{name}.joblib"), x, folder)


def check_network(coefs: Coefs, name: str, folder: Path) -> None:
    """A file of weights, into a skops archive and into safetensors."""
    source = reference.FIXTURES / f"{name}.npz"
    estimator = coefs_sklearn.load(source)
    truth = read(reference.FIXTURES / f"{name.removesuffix('-coefs')}.truth.npz")
    coefs("convert", source, folder / "a.skops")
    loaded = load_trusting_nothing(folder / "a.skops")
    check_same_answers("skops", loaded, estimator, inputs(truth))
    # It can be trained further, with an optimizer of its own.
    if "labels" in truth:
        loaded.partial_fit(inputs(truth), truth["labels"])

    arrays = {}
    for layout in ("mlp", "sklearn"):
        path = folder / f"{layout}.safetensors"
        coefs("convert", source, path, "--to", layout)
        tensors = safetensors.numpy.load_file(path)
        coefs("convert", source, folder / f"{layout}.npz", "--to", layout)
        npz = read(folder / f"{layout}.npz")
        if set(tensors) != {key for key, array in npz.items() if key[-1].isdigit()}:
            raise Mismatch(f"safetensors has {sorted(tensors)}")
        for key, tensor in tensors.items():
            check_exact(key, tensor, npz[key])
        check_bytes(path, tensors)
        arrays[layout] = tensors
    coefs("convert", folder / "mlp.safetensors", folder / "back.npz", "--to", "sklearn")
    if (folder / "back.npz").read_bytes() != (folder / "sklearn.npz").read_bytes():
        raise Mismatch("from safetensors and back it has other bytes")
    check_torch(coefs, source, estimator, inputs(truth), folder)


def header(path: Path) -> tuple[dict[str, Any], bytes]:
    """The header of a safetensors file, and what comes behind it."""
    data = path.read_bytes()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8:end]), data[end:]


def check_bytes(path: Path, tensors: dict[str, NDArray]) -> None:
    """The package would have written the same file, but for the order of the metadata."""
    found, data = header(path)
    copy = path.with_suffix(".copy")
    safetensors.numpy.save_file(tensors, copy, found.get("__metadata__"))
    wanted, wanted_data = header(copy)
    if data != wanted_data or list(found) != list(wanted) or found != wanted:
        raise Mismatch(f"the package writes {path.name} in another way")
    if len(path.read_bytes()) != len(copy.read_bytes()):
        raise Mismatch(f"the package writes {path.name} in another length")


ACTIVATIONS: dict[str, Callable[[NDArray], NDArray]] = {
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "identity": lambda z: z,
    "softmax": lambda z: np.exp(z - z.max(1, keepdims=True))
    / np.exp(z - z.max(1, keepdims=True)).sum(1, keepdims=True),
}


def check_torch(coefs: Coefs, source: Path, estimator: Any, x: NDArray, folder: Path) -> None:
    """The tensors are the state of a torch.nn.Sequential, which multiplies by their transposes."""
    path = folder / "torch.safetensors"
    coefs("convert", source, path, "--names", "torch")
    with safetensors.safe_open(path, "np") as file:
        metadata = file.metadata()
        state = {name: file.get_tensor(name) for name in file.keys()}
    count = len(estimator.coefs_)
    wanted = next(iter(answers(estimator, x).values()))
    if set(state) != {f"{2 * n}.{kind}" for n in range(count) for kind in ("weight", "bias")}:
        raise Mismatch(f"PyTorch's names are {sorted(state)}")
    for layer in range(count):
        name = metadata["activation" if layer < count - 1 else "out_activation"]
        z = x @ state[f"{2 * layer}.weight"].T + state[f"{2 * layer}.bias"]
        x = ACTIVATIONS[name](z)
    if wanted.ndim == 2 and x.shape[1] == 1:
        x = np.hstack([1 - x, x])
    check_sklearn.check_close("torch", x.reshape(wanted.shape), wanted, 1e-6, 1e-6)
    if "classes_" in vars(estimator):
        if json.loads(metadata["classes"]) != estimator.classes_.tolist():
            raise Mismatch(f"the classes are {metadata['classes']}")


def main() -> int:
    """Run every check, print a line for each that fails, and how many did not."""
    parser = argparse.ArgumentParser(description="Check what skops and safetensors make of files.")
    parser.add_argument("binary", type=Path, help="the coefs executable")
    coefs = Coefs(parser.parse_args().binary)
    reference.pin()
    reference.require_pinned_versions()
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    # One was fitted on a table with names for its columns.
    warnings.filterwarnings("ignore", message="X does not have valid feature names")

    checks: dict[str, Callable[[Path], None]] = {
        path.name: partial(check_fixture, coefs, path.stem) for path in sorted(SKOPS.glob("*.skops"))
    }
    checks |= {f"{name}.npz": partial(check_network, coefs, name) for name in NETWORKS}
    for name, (estimator, x) in check_sklearn.fitted().items():
        checks[f"fitted: {name}"] = partial(check_estimator, coefs, estimator, x)

    failures = run_checks(checks)
    print(f"{len(checks) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
