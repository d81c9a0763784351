"""Makes fixtures/estimators/1.9.1/: estimators of the real scikit-learn, pickled in every way.

    .venv-estimators/bin/python tools/make_estimator_fixtures.py

Running it twice gives the same bytes. What is not the same on every run by itself is set here: the
times that searches took, and the time in a gzip header. tools/make_old_estimator_fixtures.py makes
those of older versions.

    NAME.pN.pkl       pickle.dump with protocol N
    NAME.joblib       joblib.dump
    NAME.SUFFIX       joblib.dump with a compressor
    NAME.truth.npz    rows X (real ones, then random ones), and what the estimator answers: proba and
                      labels, or prediction
    refused/          estimators that are no network that Coefs can run
"""

from __future__ import annotations

import io
import json
import pickle
import shutil
import warnings
from typing import Any

import joblib
import numpy as np
import pandas as pd
import reference
from numpy.typing import NDArray
from scipy import stats
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_digits, load_iris, load_linnerud
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    RobustScaler,
    StandardScaler,
)

FOLDER = reference.FIXTURES / "estimators" / "1.9.1"
REFUSED = FOLDER / "refused"

IRIS = load_iris()
X, Y = IRIS.data, IRIS.target
DIGITS = load_digits()
PIXELS = DIGITS.images.reshape(len(DIGITS.images), 64)
DIABETES = load_diabetes()
LINNERUD = load_linnerud()


def classifier(**parameters: Any) -> MLPClassifier:
    """A small one."""
    defaults = {"hidden_layer_sizes": (5,), "max_iter": 20, "random_state": 1}
    return MLPClassifier(**{"learning_rate_init": 0.02, **defaults, **parameters})


def regressor(**parameters: Any) -> MLPRegressor:
    """A small one."""
    defaults = {"hidden_layer_sizes": (5,), "max_iter": 20, "random_state": 2}
    return MLPRegressor(**{"learning_rate_init": 0.02, **defaults, **parameters})


def rows_like(x: NDArray, seed: int = 7) -> NDArray:
    """Every seventh row, and as many random ones, some of them far outside."""
    random = np.random.RandomState(seed)
    real = x[::7][:20]
    made = x.mean(axis=0) + 3 * x.std(axis=0) * random.normal(size=(20, x.shape[1]))
    return np.vstack([real, made]).astype(x.dtype)


# Pickled with every protocol; the others with the last, and by joblib with the usual one.
EVERY_PROTOCOL = (
    "multiclass binary multilabel strings boolean regressor regressor-multi poisson float32 "
    "early-stopping lbfgs dataframe partial-fit pipeline-standard pipeline-minmax pipeline-maxabs "
    "pipeline-robust grid randomized"
).split()


# MARK: - Estimators


def multilabel(columns: int) -> NDArray:
    """Yes and no, several a row."""
    return np.column_stack([Y == 0, Y > 0, X[:, 2] > 4])[:, :columns].astype(int)


def partly_fitted() -> MLPClassifier:
    """partial_fit, which keeps no best loss."""
    network = classifier()
    for start in range(3):
        network.partial_fit(X[start::3], Y[start::3], classes=[0, 1, 2])
    return network


def globally_random() -> MLPClassifier:
    """Drawn from NumPy's own RandomState, which is pickled with the estimator."""
    np.random.seed(3)
    return classifier(random_state=None).fit(X, Y)


def stored_otherwise() -> MLPClassifier:
    """Fortran order, big-endian numbers, and a view that is no block of memory."""
    network = classifier(hidden_layer_sizes=(5, 4)).fit(X, Y)
    wide = np.zeros((5, 8))
    wide[:, ::2] = network.coefs_[1]
    network.coefs_[0] = np.asfortranarray(network.coefs_[0])
    network.coefs_[1] = wide[:, ::2]
    network.intercepts_[0] = network.intercepts_[0].astype(">f8")
    return network


def search(kind: type, estimator: Any, grid: dict[str, Any], y: NDArray, **more: Any) -> Any:
    """A fitted search."""
    return untimed(kind(estimator, grid, cv=2, **more).fit(X, y))


def untimed(found: Any) -> Any:
    """The search, with the times that it took set to nothing."""
    for key, value in found.cv_results_.items():
        if key.endswith("_time"):
            value[:] = 0
    if found.refit:
        found.refit_time_ = 0.0
    return found


def make_estimators() -> dict[str, tuple[Any, NDArray]]:
    """Each with the rows that it is asked about."""
    iris = rows_like(X)
    binary = (Y == 2).astype(int)
    diabetes = rows_like(DIABETES.data)
    found: dict[str, tuple[Any, NDArray]] = {
        "multiclass": (classifier().fit(X, Y), iris),
        "binary": (classifier(activation="logistic").fit(X, binary + 4), iris),
        "multilabel": (classifier().fit(X, multilabel(3)), iris),
        "multilabel-two": (classifier(activation="tanh").fit(X, multilabel(2)), iris),
        "strings": (classifier().fit(X, IRIS.target_names[Y]), iris),
        "objects": (classifier().fit(X, np.array(["é", "日本", "c"], object)[Y]), iris),
        "boolean": (classifier().fit(X, Y == 1), iris),
        "one-class": (classifier().fit(X, np.full(len(X), 7)), iris),
        "big-integers": (classifier().fit(X, np.array([-3, 7, 2**40])[Y]), iris),
        "small-integers": (classifier().fit(X, Y.astype(np.uint8)), iris),
        "floats": (classifier().fit(X, Y.astype(float)), iris),
        "regressor": (regressor().fit(DIABETES.data, DIABETES.target / 50), diabetes),
        "regressor-multi": (
            regressor(max_iter=40).fit(LINNERUD.data, LINNERUD.target / 50),
            rows_like(LINNERUD.data),
        ),
        "poisson": (
            regressor(loss="poisson").fit(DIABETES.data, DIABETES.target / 50),
            diabetes,
        ),
        "float32": (classifier().fit(X.astype(np.float32), Y), iris.astype(np.float32)),
        "early-stopping": (classifier(early_stopping=True, max_iter=60).fit(X, Y), iris),
        "lbfgs": (classifier(solver="lbfgs").fit(X, Y), iris),
        "sgd": (classifier(solver="sgd", activation="identity").fit(X, Y), iris),
        "deep": (classifier(hidden_layer_sizes=(6, 5, 4), activation="tanh").fit(X, Y), iris),
        "perceptron": (classifier(hidden_layer_sizes=()).fit(X, Y), iris),
        "dataframe": (classifier().fit(pd.DataFrame(X, columns=IRIS.feature_names), Y), iris),
        "partial-fit": (partly_fitted(), iris),
        "global-random": (globally_random(), iris),
        "stored-otherwise": (stored_otherwise(), iris),
    }
    scalers = {
        "standard": StandardScaler(),
        "standard-no-mean": StandardScaler(with_mean=False),
        "standard-no-std": StandardScaler(with_std=False),
        "minmax": MinMaxScaler((-1, 2)),
        "minmax-clip": MinMaxScaler(clip=True),
        "maxabs": MaxAbsScaler(),
        "maxabs-clip": MaxAbsScaler(clip=True),
        "robust": RobustScaler(),
        "robust-no-centering": RobustScaler(with_centering=False),
        "robust-no-scaling": RobustScaler(with_scaling=False),
    }
    for name, scaler in scalers.items():
        found[f"pipeline-{name}"] = (make_pipeline(scaler, classifier()).fit(X, Y), iris)
    two = make_pipeline(MaxAbsScaler(), StandardScaler(), classifier()).fit(X, Y)
    nothing = Pipeline(
        [("a", "passthrough"), ("b", None), ("scale", RobustScaler()), ("net", classifier())]
    ).fit(X, Y)
    nested = make_pipeline(make_pipeline(MinMaxScaler(), StandardScaler()), regressor())
    nested.fit(DIABETES.data, DIABETES.target / 50)
    grid = {"alpha": [0.1, 0.001]}
    in_pipeline = {"mlpclassifier__alpha": [0.1, 0.001]}
    scaled = make_pipeline(StandardScaler(), classifier())
    labels = IRIS.target_names[Y]
    found |= {
        "pipeline-two": (two, iris),
        "pipeline-passthrough": (nothing, iris),
        "pipeline-nested": (nested, diabetes),
        "grid": (search(GridSearchCV, classifier(), grid, Y), iris),
        "grid-pipeline": (search(GridSearchCV, scaled, in_pipeline, labels), iris),
        "randomized": (
            search(
                RandomizedSearchCV,
                classifier(),
                {"alpha": stats.uniform(0, 1)},
                Y,
                n_iter=2,
                random_state=5,
            ),
            iris,
        ),
    }
    last = make_pipeline(StandardScaler(), GridSearchCV(classifier(), grid, cv=2)).fit(X, Y)
    untimed(last[-1])
    found["pipeline-grid"] = (last, iris)
    return found


def make_digit_networks() -> dict[str, tuple[Any, NDArray]]:
    """Networks of 64 pixels divided by 15: what `coefs verify` measures unless told otherwise."""
    pixels, y = PIXELS[:1000] / 15, DIGITS.target[:1000]
    rows = PIXELS[1000:1040] / 15
    chapter = MLPClassifier(
        (16,),
        activation="logistic",
        max_iter=100,
        random_state=1,
        learning_rate_init=0.1,
        n_iter_no_change=2,
    )
    scaled = classifier(hidden_layer_sizes=(16,), max_iter=30)
    ranged = classifier(hidden_layer_sizes=(16,), max_iter=30)
    return {
        "digits": (chapter.fit(pixels, y), rows),
        "digits-standard": (make_pipeline(StandardScaler(), scaled).fit(pixels, y), rows),
        "digits-minmax-clip": (make_pipeline(MinMaxScaler(clip=True), ranged).fit(pixels, y), rows),
    }


def make_refused() -> dict[str, Any]:
    """What is not a network, or not yet, or more than Coefs can run."""
    target = TransformedTargetRegressor(regressor(), func=np.log1p, inverse_func=np.expm1)
    without_refit = search(GridSearchCV, classifier(), {"alpha": [0.1, 0.2]}, Y, refit=False)
    return {
        "unfitted": classifier(),
        "unfitted-pipeline": make_pipeline(StandardScaler(), classifier()),
        "unfitted-scaler": Pipeline(
            [("scale", StandardScaler()), ("net", classifier().fit(X, Y))]
        ),
        "unfitted-grid": GridSearchCV(classifier(), {"alpha": [0.1]}),
        "no-refit": without_refit,
        "pca": make_pipeline(PCA(2, random_state=1), classifier()).fit(X, Y),
        "normalizer": make_pipeline(Normalizer(), classifier()).fit(X, Y),
        "logistic-regression": LogisticRegression().fit(X, Y),
        "scaler": StandardScaler().fit(X),
        "pipeline-without-network": make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y),
        "transformed-target": target.fit(DIABETES.data, DIABETES.target),
        "list": [classifier().fit(X, Y)],
    }


# MARK: - Files


def joblib_bytes(estimator: Any, **how: Any) -> bytes:
    """joblib.dump, with no time of its own in it."""
    stream = io.BytesIO()
    joblib.dump(estimator, stream, **how)
    data = stream.getvalue()
    if data[:2] == b"\x1f\x8b":
        # RFC 1952: four bytes of seconds since 1970.
        data = data[:4] + bytes(4) + data[8:]
    return data


def write_truth(name: str, estimator: Any, x: NDArray) -> None:
    """The rows, and the answers."""
    if hasattr(estimator, "predict_proba"):
        answers = {"proba": estimator.predict_proba(x), "labels": estimator.predict(x)}
    else:
        answers = {"prediction": estimator.predict(x)}
    answers = {
        key: value.astype(str) if value.dtype == object else value
        for key, value in answers.items()
    }
    with (FOLDER / f"{name}.truth.npz").open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, X=x, **answers)


COMPRESSORS = {
    "z1": ("zlib", 1),
    "z3": 3,
    "z9": ("zlib", 9),
    "gz": ("gzip", 3),
    "bz2": ("bz2", 3),
    "xz": ("xz", 3),
    "lzma": ("lzma", 3),
    "lz4": ("lz4", 3),
}


def main() -> None:
    """Make them all and print what was made."""
    reference.pin()
    reference.require_pinned_versions()
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    REFUSED.mkdir(parents=True)
    for name, (estimator, x) in make_estimators().items():
        write_truth(name, estimator, x)
        for protocol in range(6) if name in EVERY_PROTOCOL else (5,):
            data = pickle.dumps(estimator, protocol=protocol)
            (FOLDER / f"{name}.p{protocol}.pkl").write_bytes(data)
        (FOLDER / f"{name}.joblib").write_bytes(joblib_bytes(estimator))
    for name, (estimator, x) in make_digit_networks().items():
        write_truth(name, estimator, x)
        (FOLDER / f"{name}.joblib").write_bytes(joblib_bytes(estimator))
    # Enough text and object arrays in it that a compressor's blocks differ.
    whole = make_pipeline(StandardScaler(), classifier())
    whole.fit(pd.DataFrame(X, columns=IRIS.feature_names), IRIS.target_names[Y])
    write_truth("compressed", whole, rows_like(X))
    for suffix, how in COMPRESSORS.items():
        data = joblib_bytes(whole, compress=how)
        (FOLDER / f"compressed.{suffix}.joblib").write_bytes(data)
    for protocol in range(6):
        data = joblib_bytes(whole, protocol=protocol)
        (FOLDER / f"compressed.p{protocol}.joblib").write_bytes(data)
    for name, estimator in make_refused().items():
        (REFUSED / f"{name}.pkl").write_bytes(pickle.dumps(estimator, protocol=4))
    versions = json.dumps(reference.versions(), indent=2) + "\n"
    (FOLDER / "VERSIONS.json").write_text(versions, encoding="utf-8", newline="\n")
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files)} files, {size:,} bytes in all")


if __name__ == "__main__":
    main()
