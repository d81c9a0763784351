"""Makes fixtures/skops/: the estimators of fixtures/estimators/1.9.1/, saved by the real skops.

    .venv/bin/python tools/make_skops_fixtures.py [FOLDER]

The truth of NAME.skops is fixtures/estimators/1.9.1/NAME.truth.npz. The numbers by which skops tells
objects apart are their addresses in memory; here they are counted from 1 in the order in which they
come, so that running this twice gives the same bytes. refused/ has estimators that are no network
that Coefs can run.
"""

from __future__ import annotations

import io
import itertools
import json
import pickle
import sys
import zipfile
from pathlib import Path
from typing import Any

import joblib
import skops.io

import reference

ESTIMATORS = reference.FIXTURES / "estimators" / "1.9.1"

# As skops.io.dump writes them unless told otherwise; the others are deflated, which it can too.
STORED = {"multiclass", "regressor", "pipeline-standard"}

NAMES = (
    "multiclass binary multilabel multilabel-two strings objects boolean one-class big-integers "
    "small-integers floats regressor regressor-multi poisson float32 early-stopping lbfgs sgd deep "
    "perceptron dataframe partial-fit global-random stored-otherwise pipeline-standard "
    "pipeline-standard-no-mean pipeline-standard-no-std pipeline-minmax pipeline-minmax-clip "
    "pipeline-maxabs pipeline-maxabs-clip pipeline-robust pipeline-robust-no-centering "
    "pipeline-robust-no-scaling pipeline-two pipeline-passthrough pipeline-nested pipeline-grid grid "
    "grid-pipeline randomized digits digits-standard digits-minmax-clip"
).split()


def renumbered(value: Any, numbers: dict[int, int]) -> Any:
    """A schema with other numbers for the objects in it."""

    def number(found: int) -> int:
        return numbers.setdefault(found, len(numbers) + 1)

    if isinstance(value, list):
        return [renumbered(item, numbers) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, item in value.items():
        if key == "__id__":
            result[key] = number(item)
        elif key == "file" and value.get("__loader__") == "NdArrayNode":
            result[key] = f"{number(int(item.removesuffix('.npy')))}.npy"
        else:
            result[key] = renumbered(item, numbers)
    return result


def skops_bytes(estimator: Any, compressed: bool) -> bytes:
    """What skops.io.dumps gives, with no address in it."""
    numbers: dict[int, int] = {}
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(skops.io.dumps(estimator))) as source,
        zipfile.ZipFile(output, "w", method) as target,
    ):
        schema = renumbered(json.loads(source.read("schema.json")), numbers)
        for info in source.infolist():
            data = source.read(info)
            name = info.filename
            if name == "schema.json":
                data = json.dumps(schema, indent=2).encode()
            else:
                name = f"{numbers[int(name.removesuffix('.npy'))]}.npy"
            target.writestr(zipfile.ZipInfo(name), data, method)
    return output.getvalue()


def estimator(name: str) -> Any:
    """One of the estimators: from a pickle if there is one, because joblib changes byte orders."""
    pickled = ESTIMATORS / f"{name}.p5.pkl"
    if pickled.exists():
        return pickle.loads(pickled.read_bytes())
    return joblib.load(ESTIMATORS / f"{name}.joblib")


def main() -> None:
    """Make them all and print what was made."""
    reference.require_pinned_versions()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else reference.FIXTURES / "skops"
    (folder / "refused").mkdir(parents=True, exist_ok=True)
    size = 0
    made = itertools.chain(
        ((name, estimator(name)) for name in NAMES),
        (
            (f"refused/{path.stem}", pickle.loads(path.read_bytes()))
            for path in sorted((ESTIMATORS / "refused").glob("*.pkl"))
        ),
    )
    for name, found in made:
        data = skops_bytes(found, name not in STORED)
        (folder / f"{name}.skops").write_bytes(data)
        size += len(data)
    print(f"{len(NAMES)} estimators and those to be refused, {size:,} bytes in all")


if __name__ == "__main__":
    main()
