"""Checks the Core ML models that `coefs convert` writes.

    .venv-coreml/bin/python tools/check/check_coreml.py BINARY

For every network of fixtures/ that Core ML can express: coremltools loads the file, and an evaluator of the specification
in NumPy predicts as scikit-learn does, within single precision. The evaluator reads nothing but what coremltools parsed.
Whether a Mac computes the same is for a Mac to say.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import coremltools
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "check"))

from checks import Mismatch, run_checks  # noqa: E402

FIXTURES = ROOT / "fixtures"
# The functions of a unary layer, by their numbers.
EXP = 4


def evaluate(spec: Any, rows: Any) -> dict[str, Any]:
    """The outputs of a model for rows, by their names."""
    kind = spec.WhichOneof("Type")
    (given,) = spec.description.input
    if kind == "scaler":
        (output,) = spec.description.output
        shift, scale = np.array(spec.scaler.shiftValue), np.array(spec.scaler.scaleValue)
        return {output.name: (rows + shift) * scale}
    if kind.startswith("pipeline"):
        part = getattr(spec, kind)
        models = part.models if kind == "pipeline" else part.pipeline.models
        values = {given.name: rows}
        for model in models:
            (needed,) = model.description.input
            values |= evaluate(model, values[needed.name])
        return {output.name: values[output.name] for output in spec.description.output}
    network = getattr(spec, kind)
    values = {given.name: rows.astype(np.float32)}
    for layer in network.layers:
        (source,), (target,) = layer.input, layer.output
        values[target] = apply(layer, values[source])
    outputs = spec.description.output
    if kind == "neuralNetworkClassifier":
        which = network.WhichOneof("ClassLabels")
        labels = list(getattr(network, which).vector)
        shares = values[network.labelProbabilityLayerName or network.layers[-1].output[0]]
        if shares.shape[1] != len(labels) or len(set(labels)) != len(labels):
            raise Mismatch(f"{len(labels)} labels for {shares.shape[1]} probabilities")
        return {
            spec.description.predictedFeatureName: [labels[index] for index in shares.argmax(1)],
            spec.description.predictedProbabilitiesName: shares,
        }
    return {output.name: values[output.name] for output in outputs}


def apply(layer: Any, x: Any) -> Any:
    """What a layer makes of rows."""
    kind = layer.WhichOneof("layer")
    if kind == "innerProduct":
        product = layer.innerProduct
        weights = np.array(product.weights.floatValue, np.float32)
        y = x @ weights.reshape(product.outputChannels, product.inputChannels).T
        return y + np.array(product.bias.floatValue, np.float32) if product.hasBias else y
    if kind == "softmax":
        powers = np.exp(x - x.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)
    if kind == "unary" and layer.unary.type == EXP:
        return np.exp(x * np.float32(layer.unary.scale) + np.float32(layer.unary.shift))
    if kind == "activation":
        which = layer.activation.WhichOneof("NonlinearityType")
        return {
            "ReLU": lambda: np.maximum(x, 0), "tanh": lambda: np.tanh(x), "sigmoid": lambda: 1 / (1 + np.exp(-x)),
        }[which]()
    raise Mismatch(f"a layer of kind {kind}")


class Command:
    """The command, and what it wrote."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary.resolve()
        self.kinds: dict[str, int] = {}
        self.refused: list[str] = []

    def convert(self, network: Path, output: Path, *options: str) -> Any:
        """The model that is written, as coremltools loads it; None where it is refused by name."""
        run = subprocess.run(
            [self.binary, "convert", network, output, "--force", *options], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            if run.returncode != 65 or not run.stderr.startswith("coefs: "):
                raise Mismatch(f"exit {run.returncode}: {run.stderr}")
            if output.exists():
                raise Mismatch("there is a file all the same")
            self.refused.append(f"{network.name}: {run.stderr.strip().splitlines()[-1]}")
            return None
        spec = coremltools.models.utils.load_spec(str(output))
        if spec.specificationVersion != 1:
            raise Mismatch(f"specification {spec.specificationVersion}")
        kind = spec.WhichOneof("Type")
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        return spec


def check_estimator(command: Command, path: Path, folder: Path) -> None:
    """An estimator with the answers that were recorded, as it is and folded."""
    known = np.load(path.with_name(f"{path.name.split('.')[0]}.truth.npz"), allow_pickle=True)
    rows = known["X"]
    for options in ([], ["--fold"]):
        spec = command.convert(path, folder / "net.mlmodel", *options)
        if spec is not None:
            compare(spec, rows, known)
        (folder / "net.mlmodel").unlink(missing_ok=True)


def compare(spec: Any, rows: Any, known: Any) -> None:
    """What a model predicts is what scikit-learn does, in single precision."""
    found = evaluate(spec, rows)
    description = spec.description
    shares = found.get(description.predictedProbabilitiesName or "classProbability", found.get("prediction"))
    truth = known["proba"] if "proba" in known else known["prediction"]
    truth = np.asarray(truth, np.float64).reshape(len(rows), -1)
    if not np.allclose(shares, truth, rtol=1e-4, atol=2e-5):
        raise Mismatch(f"outputs differ by {np.abs(shares - truth).max()}")
    if description.predictedFeatureName == "classLabel":
        for label, right, share in zip(found["classLabel"], known["labels"].tolist(), truth, strict=True):
            ordered = np.sort(share)
            # Two classes that are equally probable may change places by rounding.
            if label != right and ordered[-1] - ordered[-2] > 1e-4:
                raise Mismatch(f"{label}, and {right} is right")


def determinism(command: Command, folder: Path) -> None:
    """The same bytes twice, and the self-check with its rows."""
    for name in ("one", "two"):
        command.convert(FIXTURES / "chapter-coefs.npz", folder / f"{name}.mlmodel", "--self-check")
    one, two = ((folder / f"{name}.mlmodel").read_bytes() for name in ("one", "two"))
    if one != two:
        raise Mismatch("other bytes the second time")
    spec = coremltools.models.utils.load_spec(str(folder / "one.mlmodel"))
    texts = dict(spec.description.metadata.userDefined)
    check = next((json.loads(text) for key, text in texts.items() if "self" in key), None)
    if check is None:
        raise Mismatch(f"no self-check in {sorted(texts)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    command = Command(parser.parse_args().binary)
    checks = {"determinism": partial(determinism, command)}
    for path in sorted((FIXTURES / "estimators/1.9.1").glob("*.joblib")):
        truth = path.with_name(f"{path.name.split('.')[0]}.truth.npz")
        if truth.exists() and "X" in np.load(truth, allow_pickle=True):
            checks[path.name] = partial(check_estimator, command, path)
    failed = run_checks(checks)
    print("\n".join(sorted(set(command.refused))))
    print(command.kinds)
    missing = {"neuralNetworkClassifier", "neuralNetworkRegressor", "neuralNetwork", "pipelineClassifier"} - set(command.kinds)
    if missing:
        failed += 1
        print(f"FAIL  no file of kind {', '.join(sorted(missing))}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
