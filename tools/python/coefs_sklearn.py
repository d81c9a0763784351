"""scikit-learn's MLPClassifier and MLPRegressor to and from a plain NPZ file.

    import coefs_sklearn

    coefs_sklearn.save(classifier, "model.npz")
    again = coefs_sklearn.load("model.npz")
    again.predict(X)

The file holds arrays of numbers and strings and nothing else, so that reading it runs no code
(`allow_pickle=False` throughout). For layer N, counted from 0:

    coefs_N          (inputs, outputs), as in `estimator.coefs_[N]`
    intercepts_N     (outputs,)
    activation       the hidden activation: logistic, tanh, relu or identity
    out_activation   softmax, logistic, identity, or exp (a regressor with Poisson loss)
    classes          a classifier's labels, in the order of its outputs

`load` also reads the layout that `coefs convert` writes by default, weights_N (outputs, inputs)
with biases_N.

As a command: `python tools/python/coefs_sklearn.py MODEL.npz` loads a file and says what it holds.
"""

from __future__ import annotations

import argparse
import sys
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.validation import check_is_fitted

Estimator: TypeAlias = MLPClassifier | MLPRegressor
Arrays: TypeAlias = dict[str, NDArray]

HIDDEN_ACTIVATIONS = ("identity", "logistic", "relu", "tanh")
CLASSIFIER_OUTPUTS = ("softmax", "logistic")
REGRESSOR_OUTPUTS = ("identity", "exp")


def save(estimator: Estimator, path: str | PathLike[str]) -> None:
    """Write a fitted estimator's weights to `path`, an NPZ file. Their dtype is kept.

    Raises:
        TypeError: `estimator` is neither an MLPClassifier nor an MLPRegressor, or its classes
            are Python objects that are not all strings.
        sklearn.exceptions.NotFittedError: it has not been fitted.
    """
    if not isinstance(estimator, Estimator):
        raise TypeError(f"an MLPClassifier or MLPRegressor is wanted, not {type(estimator)}")
    check_is_fitted(estimator, "coefs_")
    arrays: Arrays = {}
    for index, (coefs, intercepts) in enumerate(zip(estimator.coefs_, estimator.intercepts_)):
        arrays[f"coefs_{index}"] = coefs
        arrays[f"intercepts_{index}"] = intercepts
    arrays["activation"] = np.array(estimator.activation)
    arrays["out_activation"] = np.array(estimator.out_activation_)
    if isinstance(estimator, MLPClassifier):
        arrays["classes"] = _plain(np.asarray(estimator.classes_))
    with Path(path).open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def load(
    path: str | PathLike[str],
    *,
    activation: str | None = None,
    out_activation: str | None = None,
) -> Estimator:
    """Read an NPZ file into an estimator that predicts as the saved one did, bit for bit.

    It is an MLPClassifier if the file has classes or the output activation is softmax or
    logistic, and an MLPRegressor otherwise. A classifier without stored classes has
    0, 1, 2, …. Several logistic outputs mean multilabel, as in scikit-learn.

    Weights become float32 or float64, C-contiguous and in native byte order, which is what
    `fit` makes and computes in. The optimizer's state is not in the file: `partial_fit` starts
    it anew.

    Args:
        path: the NPZ file.
        activation: the hidden activation; needed where the file stores none.
        out_activation: the output activation; needed where the file stores none.

    Raises:
        ValueError: the arrays are no network, or say nothing of an activation.
    """
    content = np.load(path, allow_pickle=False)
    if isinstance(content, np.ndarray):
        raise ValueError("this is a single array (NPY), not an NPZ file of weights and biases")
    with content:
        arrays: Arrays = {name: content[name] for name in content.files}
    coefs, intercepts = _layers(arrays)
    activation = _choice(arrays, "activation", activation, HIDDEN_ACTIVATIONS)
    out_activation = _choice(
        arrays, "out_activation", out_activation, CLASSIFIER_OUTPUTS + REGRESSOR_OUTPUTS
    )
    hidden = tuple(layer.shape[1] for layer in coefs[:-1])
    outputs = coefs[-1].shape[1]

    estimator: Estimator
    if "classes" in arrays or out_activation in CLASSIFIER_OUTPUTS:
        estimator = MLPClassifier(hidden_layer_sizes=hidden, activation=activation)
        binarizer = _binarizer(arrays.get("classes"), outputs, out_activation)
        estimator._label_binarizer = binarizer
        estimator.classes_ = binarizer.classes_
    else:
        loss = "poisson" if out_activation == "exp" else "squared_error"
        estimator = MLPRegressor(loss=loss, hidden_layer_sizes=hidden, activation=activation)

    estimator.coefs_ = coefs
    estimator.intercepts_ = intercepts
    estimator.out_activation_ = out_activation
    estimator.n_features_in_ = coefs[0].shape[0]
    estimator.n_layers_ = len(coefs) + 1
    estimator.n_outputs_ = outputs
    # No training has been seen: the rest is as `fit` sets it before its first iteration.
    estimator.n_iter_ = 0
    estimator.t_ = 0
    estimator.loss_ = np.nan
    estimator.best_loss_ = np.inf
    estimator.loss_curve_ = []
    estimator.validation_scores_ = None
    estimator.best_validation_score_ = None
    estimator._no_improvement_count = 0
    return estimator


def _plain(classes: NDArray) -> NDArray:
    """Labels in a dtype that needs no pickle: strings held as objects become 'U'."""
    if classes.dtype.kind not in "OT":
        return classes
    odd = next((label for label in classes if not isinstance(label, str)), None)
    if odd is not None:
        raise TypeError(f"class labels must be numbers, booleans or strings, not {odd!r}")
    return classes.astype(np.str_)


def _layers(arrays: Arrays) -> tuple[list[NDArray], list[NDArray]]:
    """The coefs (inputs, outputs) and intercepts, from either layout."""
    if "coefs_0" in arrays:
        weight, bias, transposed = "coefs_{}", "intercepts_{}", False
    elif "weights_0" in arrays:
        weight, bias, transposed = "weights_{}", "biases_{}", True
    else:
        raise ValueError(f"neither coefs_0 nor weights_0 is among {sorted(arrays)}")

    coefs: list[NDArray] = []
    intercepts: list[NDArray] = []
    while (name := weight.format(len(coefs))) in arrays:
        bias_name = bias.format(len(coefs))
        if bias_name not in arrays:
            raise ValueError(f"{name} has no {bias_name}")
        matrix = arrays[name].T if transposed else arrays[name]
        vector = arrays[bias_name]
        if matrix.ndim != 2 or vector.shape != matrix.shape[1:]:
            raise ValueError(f"{name} {arrays[name].shape} and {bias_name} {vector.shape} differ")
        if coefs and coefs[-1].shape[1] != matrix.shape[0]:
            raise ValueError(f"{name} takes {matrix.shape[0]} inputs, not {coefs[-1].shape[1]}")
        coefs.append(_computable(name, matrix))
        intercepts.append(_computable(bias_name, vector))
    return coefs, intercepts


def _computable(name: str, array: NDArray) -> NDArray:
    """An array as `fit` would have made it: float32 or float64, native and C-contiguous."""
    if array.dtype.kind != "f":
        raise ValueError(f"{name} holds {array.dtype}, not floating-point numbers")
    return np.ascontiguousarray(array, np.float32 if array.dtype.itemsize == 4 else np.float64)


def _choice(arrays: Arrays, name: str, given: str | None, allowed: tuple[str, ...]) -> str:
    """The caller's word where there is one, else the file's; refused unless allowed."""
    if given is None:
        if name not in arrays:
            raise ValueError(f"the file stores no {name}: pass {name}=")
        given = str(arrays[name])
    if given not in allowed:
        raise ValueError(f"{name} is {given!r}, not one of {', '.join(allowed)}")
    return given


def _binarizer(classes: NDArray | None, outputs: int, out_activation: str) -> LabelBinarizer:
    """What turns outputs into labels, fitted as `fit` would have done for these classes."""
    if out_activation == "logistic" and outputs > 1:
        return LabelBinarizer().fit(np.eye(outputs, dtype=np.int64))
    if classes is None:
        classes = np.arange(max(outputs, 2))
    # One output decides between two classes, or always answers the only one there is.
    fitting = (1, 2) if outputs == 1 else (outputs,)
    if classes.ndim != 1 or len(classes) not in fitting:
        raise ValueError(f"classes of shape {classes.shape} for {outputs} outputs")
    binarizer = LabelBinarizer().fit(classes)
    if not np.array_equal(binarizer.classes_, classes):
        raise ValueError("classes are not in ascending order, as scikit-learn has them")
    return binarizer


def main(arguments: list[str] | None = None) -> int:
    """Say what a file holds."""
    parser = argparse.ArgumentParser(description="Load an NPZ file into scikit-learn.")
    parser.add_argument("model", type=Path, help="the NPZ file")
    parser.add_argument("--activation", choices=HIDDEN_ACTIVATIONS)
    parser.add_argument("--out-activation", choices=CLASSIFIER_OUTPUTS + REGRESSOR_OUTPUTS)
    options = parser.parse_args(arguments)
    try:
        estimator = load(
            options.model, activation=options.activation, out_activation=options.out_activation
        )
    except (OSError, ValueError) as error:
        print(f"{options.model}: {error}", file=sys.stderr)
        return 1
    sizes = [estimator.n_features_in_, *estimator.hidden_layer_sizes, estimator.n_outputs_]
    print(f"{estimator}: {'-'.join(map(str, sizes))}, {estimator.out_activation_} outputs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
