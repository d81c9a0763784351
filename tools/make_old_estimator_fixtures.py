# -*- coding: utf-8 -*-
"""Makes fixtures/estimators/VERSION/ with an older scikit-learn: what people have on their disks.

    make-env/bin/python tools/make_old_estimator_fixtures.py

Runs under every Python from 2.7, as those versions did; run it once in each of these environments:

    folder    Python  scikit-learn   numpy    scipy    joblib
    0.18.2    3.6     0.18.2         1.13.3   0.19.1   its own, 0.10.3
    0.19.2    3.6     0.19.2         1.16.6   1.2.3    its own, 0.11
    0.19.2-2  2.7     0.19.2         1.13.3   0.19.1   its own, 0.11
    0.20.4    3.7     0.20.4         1.17.5   1.3.3    its own, 0.13.2
    0.22.2    3.8     0.22.2.post1   1.18.5   1.4.1    0.14.1
    1.2.2     3.11    1.2.2          1.23.5   1.10.1   1.1.1
    1.4.2     3.11    1.4.2          1.26.4   1.11.4   1.3.2

The names of the files are those of tools/make_estimator_fixtures.py. tools/test does not run it,
for few machines have these environments. The numbers are the same on every run, but not every byte:
NumPy before 1.19 stamps its archives with the time, and searches before 0.22 pickle a dictionary
whose order is not fixed.
"""

from __future__ import division, print_function, unicode_literals

import os
import pickle
import shutil
import sys
import warnings

import numpy as np
import sklearn
from sklearn.datasets import load_diabetes, load_iris, load_linnerud
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

try:
    import joblib
except ImportError:
    from sklearn.externals import joblib

VERSION = sklearn.__version__.replace(".post1", "")
TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "estimators")
FOLDER = os.path.join(TOP, VERSION + ("-2" if sys.version_info[0] == 2 else ""))

# Every kind of estimator, and more protocols than the one that was usual.
IN_FULL = ("0.19.2", "1.2.2")
FEW = ("multiclass", "binary", "strings", "regressor", "pipeline-standard", "grid", "lbfgs")

IRIS = load_iris()
X, Y = IRIS.data, IRIS.target
DIABETES = load_diabetes()
LINNERUD = load_linnerud()


def classifier(**parameters):
    """A small one."""
    defaults = {"hidden_layer_sizes": (5,), "max_iter": 20, "random_state": 1}
    defaults["learning_rate_init"] = 0.02
    defaults.update(parameters)
    return MLPClassifier(**defaults)


def regressor(**parameters):
    """A small one."""
    defaults = {"hidden_layer_sizes": (5,), "max_iter": 20, "random_state": 2}
    defaults["learning_rate_init"] = 0.02
    defaults.update(parameters)
    return MLPRegressor(**defaults)


def rows_like(x):
    """Every seventh row, and as many random ones, some of them far outside."""
    random = np.random.RandomState(7)
    made = x.mean(axis=0) + 3 * x.std(axis=0) * random.normal(size=(20, x.shape[1]))
    return np.vstack([x[::7][:20], made]).astype(x.dtype)


def search(kind, estimator, grid, **more):
    """A fitted search, with the times that it took set to nothing."""
    found = kind(estimator, grid, cv=2, **more).fit(X, Y)
    for key, value in found.cv_results_.items():
        if key.endswith("_time"):
            value[:] = 0
    found.refit_time_ = 0.0
    return found


def make_estimators():
    """Each with the rows that it is asked about."""
    iris = rows_like(X)
    labels = np.column_stack([Y == 0, Y > 0, X[:, 2] > 4]).astype(int)
    names = np.array(["setosa", "versicolor", "virginica"])
    grid = {"alpha": [0.1, 0.001]}
    found = {
        "multiclass": (classifier().fit(X, Y), iris),
        "binary": (classifier(activation="logistic").fit(X, (Y == 2) + 4), iris),
        "multilabel": (classifier().fit(X, labels), iris),
        "strings": (classifier().fit(X, names[Y]), iris),
        "objects": (classifier().fit(X, np.array(["é", "b", "c"], object)[Y]), iris),
        "boolean": (classifier().fit(X, Y == 1), iris),
        "lbfgs": (classifier(solver="lbfgs").fit(X, Y), iris),
        "early-stopping": (classifier(early_stopping=True).fit(X, Y), iris),
        "regressor": (
            regressor().fit(DIABETES.data, DIABETES.target / 50),
            rows_like(DIABETES.data),
        ),
        "regressor-multi": (
            regressor(max_iter=40).fit(LINNERUD.data, LINNERUD.target / 50),
            rows_like(LINNERUD.data),
        ),
        "float32": (classifier().fit(X.astype(np.float32), Y), iris.astype(np.float32)),
        "grid": (search(GridSearchCV, classifier(), grid), iris),
        "randomized": (
            search(RandomizedSearchCV, classifier(), grid, n_iter=2, random_state=5),
            iris,
        ),
    }
    scalers = {
        "standard": StandardScaler(),
        "minmax": MinMaxScaler((-1, 2)),
        "maxabs": MaxAbsScaler(),
        "robust": RobustScaler(),
    }
    for name, scaler in scalers.items():
        found["pipeline-" + name] = (make_pipeline(scaler, classifier()).fit(X, Y), iris)
    return found


def path(name):
    """Where a file goes."""
    return os.path.join(FOLDER, name)


def write(name, estimator, x):
    """The estimator in every way, and what it answers."""
    if hasattr(estimator, "predict_proba"):
        answers = {"proba": estimator.predict_proba(x), "labels": estimator.predict(x)}
        if answers["labels"].dtype == object:
            answers["labels"] = answers["labels"].astype("U")
    else:
        answers = {"prediction": estimator.predict(x)}
    with open(path(name + ".truth.npz"), "wb") as file:
        np.savez_compressed(file, X=x, **{str(key): answers[key] for key in sorted(answers)})
    protocols = {pickle.HIGHEST_PROTOCOL if VERSION < "0.22" else 4}
    if VERSION in IN_FULL:
        protocols |= {0, 2}
    for protocol in sorted(protocols):
        with open(path("{}.p{}.pkl".format(name, protocol)), "wb") as file:
            pickle.dump(estimator, file, protocol=protocol)
    # By name, because joblib of those days writes some things beside the file otherwise.
    joblib.dump(estimator, path(name + ".joblib"))
    if name == "strings":
        joblib.dump(estimator, path(name + ".z3.joblib"), compress=3)


def write_object_arrays(estimator, x):
    """Lists of arrays that were saved as one array of objects."""
    coefs, intercepts = [], []
    for arrays, found in ((estimator.coefs_, coefs), (estimator.intercepts_, intercepts)):
        whole = np.empty(len(arrays), dtype=object)
        for index, array in enumerate(arrays):
            whole[index] = array
        found.append(whole)
    np.save(path("lists-coefs.npy"), coefs[0])
    np.save(path("lists-intercepts.npy"), intercepts[0])
    with open(path("lists.npz"), "wb") as file:
        np.savez(file, coefs=coefs[0], intercepts=intercepts[0])
    with open(path("lists.truth.npz"), "wb") as file:
        np.savez_compressed(
            file, X=x, proba=estimator.predict_proba(x), labels=estimator.predict(x)
        )


def main():
    """Make them all and print what was made."""
    warnings.simplefilter("ignore")
    if os.path.exists(FOLDER):
        shutil.rmtree(FOLDER)
    os.makedirs(FOLDER)
    for name, (estimator, x) in sorted(make_estimators().items()):
        if VERSION not in IN_FULL and name not in FEW:
            continue
        write(name, estimator, x)
        if name == "lbfgs":
            write_object_arrays(estimator, x)
    print(FOLDER, len(os.listdir(FOLDER)), "files", sklearn.__version__, joblib.__version__)


if __name__ == "__main__":
    main()
