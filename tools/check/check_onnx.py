"""Checks that onnx and onnxruntime take what `coefs` writes, and that it computes what scikit-learn does.

    .venv-onnx/bin/python tools/check/check_onnx.py .build/release/coefs [PYTHON ...]

Each PYTHON is one of another environment with onnxruntime in it, in which every model is run too.

For every estimator in fixtures/estimators/1.9.1 and every case in fixtures/whole that is exported:

- `onnx.checker.check_model(full_check=True)` has nothing to say;
- self-checks, which those of fixtures/estimators carry, are met;
- labels are equal, and values in double precision within 1e-12 of what scikit-learn answered when the fixtures were
  made (1e-5 for networks of single precision);
- the same bytes come out twice.

What cannot be expressed has to be refused by name; how many were is said. Rows that scikit-learn refuses are refused by
onnxruntime, or give NaN. Six networks that skl2onnx converts wrongly are put through both. The script
tools/python/self_check.py replays self-checks. Exits 1 if anything differs.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"


# MARK: In any environment: running models


def run(jobs: Path) -> None:
    """Run every model of a list, and write what comes out; this needs no more than numpy and onnxruntime."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    results = []
    for job in json.loads(jobs.read_text()):
        inputs = {}
        for name, (kind, values) in job["inputs"].items():
            inputs[name] = np.array(values, dtype=object if kind == "text" else kind)
        try:
            session = onnxruntime.InferenceSession(job["model"], providers=["CPUExecutionProvider"])
            outputs = session.run(None, inputs)
            names = [output.name for output in session.get_outputs()]
            text = session.get_modelmeta().custom_metadata_map.get("coefs.self_check")
            replayed = None
            if text:
                check = json.loads(text)
                rows, stored = (np.frombuffer(bytes.fromhex(check[key]), check["precision"])
                                .reshape(check["rows"], -1) for key in ("inputs", "outputs"))
                replayed = [session.run(None, {"X": rows})[-1].tolist(), stored.tolist()]
            results.append({"outputs": {n: [str(o.dtype), o.tolist()] for n, o in zip(names, outputs)},
                            "replayed": replayed})
        except Exception as error:  # each kind of failure is an answer
            results.append({"error": str(error)})
    jobs.with_suffix(".out").write_text(json.dumps({"version": onnxruntime.__version__, "results": results}))


# MARK: What goes in


# What pandas reads as a missing value, as far as the tables have it.
MISSING = ("", "N/A", "NA", "NULL", "null", "None", "NaN", "nan")


def cell(text: str) -> float:
    """A cell of a table as a number."""
    if text.lower() in ("true", "false"):
        return float(text.lower() == "true")
    return math.nan if text in MISSING else float(text)


def table(path: Path) -> dict[str, list[str]]:
    """The columns of a CSV."""
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file))
    return {name: [row[index] for row in rows] for index, name in enumerate(header)}


def inputs_for(ports: list[tuple[str, str, int]], names: list[str] | None, data: Path) -> dict[str, Any]:
    """The inputs of a graph, from a file of rows."""
    if data.suffix == ".csv":
        columns: dict[Any, list[Any]] = dict(table(data))
    else:
        array = np.load(data, allow_pickle=True)
        columns = {index: array[:, index].tolist() for index in range(array.shape[1])}
        names = None
    keys = list(columns)
    inputs = {}
    for port, kind, width in ports:
        if port == "X":
            chosen = [columns[name] for name in names] if names else [columns[key] for key in keys[:width]]
        elif names or port in columns:
            chosen = [columns[port]]
        else:
            chosen = [columns[int(port[1:])] if int(port[1:]) in columns else columns[keys[int(port[1:])]]]
        if kind == "text":
            rows = [["" if v is None or v != v or v in MISSING else str(v) for v in row] for row in zip(*chosen)]
        else:
            rows = [[cell(v) if isinstance(v, str) else math.nan if v is None else float(v) for v in row]
                    for row in zip(*chosen)]
        inputs[port] = [kind, rows]
    return inputs


# MARK: What has to come out


def difference(found: Any, wanted: Any, tolerance: float) -> str | None:
    """Where two answers differ, in words."""
    found, wanted = np.array(found), np.array(wanted)
    if found.ndim == wanted.ndim + 1 and found.shape[-1] == 1:
        found = found[..., 0]
    if found.shape != wanted.shape:
        return f"shape {found.shape} instead of {wanted.shape}"
    if "f" in (found.dtype.kind, wanted.dtype.kind) and found.dtype.kind in "fiub" and wanted.dtype.kind in "fiub":
        scale = np.maximum(1, np.abs(wanted.astype(float)))
        largest = np.max(np.abs(found.astype(float) - wanted.astype(float)) / scale, initial=0)
        return None if largest <= tolerance else f"differs by {largest}"
    return None if found.tolist() == wanted.tolist() else f"{found.tolist()[:5]} instead of {wanted.tolist()[:5]}"


class Checks:
    """The cases, and what is wrong with them."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.binary, self.folder = binary, folder
        self.jobs: list[dict[str, Any]] = []
        self.cases: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.failures: list[str] = []
        self.count = 0

    def convert(self, model: Path, options: list[str], output: Path) -> str | None:
        """Convert a model; the error, if there is one."""
        done = subprocess.run(
            [self.binary, "convert", str(model), str(output), *options], capture_output=True, text=True)
        return None if done.returncode == 0 else done.stderr.strip()

    def add(self, name: str, model: Path, data: Path | dict[str, Any], wanted: dict[str, Any],
            options: list[str], refuses: bool = False) -> None:
        """Convert a model, check the file, and keep it to be run."""
        import onnx

        self.count += 1
        output = self.folder / f"{self.count}.onnx"
        error = self.convert(model, options, output)
        if error:
            if refuses or "cannot be written to ONNX" in error or "is too large for" in error:
                self.refused.append(f"{name}: {error}")
            else:
                self.failures.append(f"{name}: {error}")
            return
        if isinstance(data, dict):
            again = self.folder / "again.onnx"
            self.convert(model, [*options, "--force"], again)
            if output.read_bytes() != again.read_bytes():
                self.failures.append(f"{name}: other bytes the second time")
        file = onnx.load(output)
        try:
            onnx.checker.check_model(file, full_check=True)
        except Exception as problem:
            self.failures.append(f"{name}: {problem}")
        kinds = {onnx.TensorProto.DOUBLE: "float64", onnx.TensorProto.FLOAT: "float32", onnx.TensorProto.STRING: "text"}
        ports = [(port.name, kinds[port.type.tensor_type.elem_type], port.type.tensor_type.shape.dim[1].dim_value)
                 for port in file.graph.input]
        metadata = {entry.key: entry.value for entry in file.metadata_props}
        names = metadata.get("coefs.feature_names_in_")
        if isinstance(data, Path):
            try:
                inputs = inputs_for(ports, json.loads(names) if names else None, data)
            except Exception as problem:
                if not refuses:
                    self.failures.append(f"{name}: inputs: {problem!r}")
                return
        else:
            inputs = {port: [kind, data["X"]] for port, kind, _ in ports}
        single = any(kind == "float32" for _, kind, _ in ports)
        # The logarithm of a probability near 0 makes ten times as much of the last digit.
        double = 1e-11 if "temperature" in name else 1e-12
        self.cases.append({"name": name, "wanted": wanted, "tolerance": 1e-5 if single else double,
                           "refuses": refuses, "replays": "--self-check" in options})
        self.jobs.append({"model": str(output), "inputs": inputs})

    def replay(self) -> None:
        """Replay self-checks with the script of the documentation; of an altered file it has to fail."""
        script = ROOT / "tools" / "python" / "self_check.py"
        for name in ("multiclass", "binary", "regressor", "float32"):
            output = self.folder / f"{name}.onnx"
            model = FIXTURES / "estimators" / "1.9.1" / f"{name}.joblib"
            error = self.convert(model, ["--self-check"], output)
            done = subprocess.run([sys.executable, script, output], capture_output=True, text=True)
            if error or done.returncode != 0:
                self.failures.append(f"self-check of {name}: {error or done.stdout + done.stderr}")
                continue
            content = output.read_bytes()
            digits = content.rindex(b'"outputs":"') + len(b'"outputs":"') + 12
            output.write_bytes(content[:digits] + b"0a" + content[digits + 2 :])
            if subprocess.run([sys.executable, script, output], capture_output=True).returncode != 1:
                self.failures.append(f"self-check of {name}: another output is not found")

    def run(self, python: str) -> None:
        """Run all models in an environment, and compare what comes out."""
        jobs = self.folder / "jobs.json"
        jobs.write_text(json.dumps(self.jobs))
        subprocess.run([python, __file__, "--run", str(jobs)], check=True)
        answer = json.loads(jobs.with_suffix(".out").read_text())
        version = answer["version"]
        before = len(self.failures)
        for case, result in zip(self.cases, answer["results"]):
            for problem in self.compare(case, result):
                self.failures.append(f"{case['name']} (onnxruntime {version}): {problem}")
        print(f"onnxruntime {version}: {len(self.cases)} models, {len(self.failures) - before} problems")

    def compare(self, case: dict[str, Any], result: dict[str, Any]) -> list[str]:
        """What is wrong with one answer."""
        if case["refuses"]:
            outputs = result.get("outputs", {})
            values = [v for kind, value in outputs.values() for v in np.ravel(value).tolist()
                      if kind.startswith("float")]
            fine = "error" in result or any(v != v or math.isinf(v) for v in values)
            return [] if fine else ["gives an answer where scikit-learn gives an error"]
        if "error" in result:
            return [result["error"][:300]]
        problems = []
        outputs = {name: value for name, (_, value) in result["outputs"].items()}
        for name, wanted in case["wanted"].items():
            if name not in outputs:
                problems.append(f"no output {name}")
                continue
            problem = difference(outputs[name], wanted, case["tolerance"])
            if problem:
                problems.append(f"{name}: {problem}")
        if case["replays"]:
            found, stored = result["replayed"]
            problem = difference(found, stored, case["tolerance"])
            if problem:
                problems.append(f"self-check: {problem}")
        return problems


# MARK: The cases


def add_estimators(checks: Checks) -> None:
    """Those of fixtures/estimators."""
    folder = FIXTURES / "estimators" / "1.9.1"
    for truth in sorted(folder.glob("*.truth.npz")):
        name = truth.name.removesuffix(".truth.npz")
        model = next((path for path in [folder / f"{name}.joblib", folder / f"{name}.z3.joblib",
                                        folder / f"{name}.p5.pkl"] if path.exists()), None)
        if model is None:
            checks.failures.append(f"{name}: no model")
            continue
        arrays = np.load(truth)
        if "X" not in arrays:
            continue
        wanted = {}
        if "labels" in arrays:
            wanted["label"] = arrays["labels"].tolist()
        if "proba" in arrays:
            wanted["probabilities"] = arrays["proba"].tolist()
        if "prediction" in arrays:
            wanted["variable"] = arrays["prediction"].tolist()
        checks.add(name, model, {"X": arrays["X"].tolist()}, wanted, ["--self-check"])


def add_whole(checks: Checks) -> None:
    """Those of fixtures/whole."""
    folder = FIXTURES / "whole"
    for case in json.loads((folder / "cases.json").read_text()):
        wanted: dict[str, Any] = {}
        probabilities = case.get("proba")
        if case.get("probas") is not None:
            probabilities = np.concatenate(case["probas"], axis=1).tolist()
        predict = case.get("predict")
        if predict is not None:
            wanted["label"] = predict
        if probabilities is not None:
            wanted["probabilities"] = probabilities
        options = [str(folder / option) if option.endswith(".skops") else option for option in case["options"]]
        name = f"whole/{case['name']}"
        checks.add(name, folder / case["model"], folder / case["data"], wanted, options,
                   refuses=case.get("error") is not None)
        if checks.cases and checks.cases[-1]["name"] == name and checks.jobs:
            import onnx

            outputs = [o.name for o in onnx.load(checks.jobs[-1]["model"], load_external_data=False).graph.output]
            if outputs == ["variable"] and "label" in wanted:
                wanted["variable"] = wanted.pop("label")


# MARK: Side by side with skl2onnx


def faults() -> dict[str, tuple[Any, Any]]:
    """Networks that skl2onnx converts wrongly, each with rows."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    random = np.random.default_rng(0)
    x = random.normal(size=(60, 4))
    classes = (x[:, 0] > 0).astype(np.int64)

    def settings(**more: Any) -> dict[str, Any]:
        return {"hidden_layer_sizes": (5,), "max_iter": 60, "random_state": 0, **more}

    return {
        "two outputs of a regressor": (MLPRegressor(**settings()).fit(x, x[:, :2]), x),
        "two labels of a multilabel network": (
            MLPClassifier(**settings()).fit(x, np.stack([classes, x[:, 1] > 0], 1).astype(int)), x),
        "integer classes above 32 bits": (MLPClassifier(**settings()).fit(x, classes * 2**40 + 1), x),
        "Poisson loss": (MLPRegressor(**settings(loss="poisson")).fit(x, np.exp(x[:, 0])), x),
        "double precision with the default outputs": (MLPClassifier(**settings()).fit(x, classes), x),
        "double precision of several labels": (
            MLPClassifier(**settings()).fit(x, (x[:, :3] > 0).astype(int)), x),
    }


def answers(model: str | bytes, x: Any) -> list[Any]:
    """What onnxruntime makes of a model, labels first."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, {"X": x})


def problem_of(found: list[Any], network: Any, x: Any, tolerance: float = 1e-12) -> str | None:
    """How answers differ from those of the network."""
    wanted = [network.predict(x)]
    if hasattr(network, "predict_proba"):
        wanted.append(network.predict_proba(x))
    for one, other in zip(found, wanted):
        problem = difference(one, other, tolerance)
        if problem:
            return problem
    return None


def compare_with_skl2onnx(checks: Checks) -> None:
    """Ours is right for each of the six, and theirs is not."""
    import joblib
    import skl2onnx

    for index, (name, (network, x)) in enumerate(faults().items()):
        dumped, output = checks.folder / f"fault{index}.joblib", checks.folder / f"fault{index}.onnx"
        joblib.dump(network, dumped)
        error = checks.convert(dumped, [], output)
        ours = error or problem_of(answers(str(output), x), network, x)
        if ours:
            checks.failures.append(f"{name}: {ours}")
        zipmap = "default outputs" in name
        try:
            options = None if zipmap or not hasattr(network, "classes_") else {id(network): {"zipmap": False}}
            # In single precision, which it is made for, unless the fault is one of double precision.
            rows = x if "double precision" in name else x.astype(np.float32)
            theirs = skl2onnx.to_onnx(network, rows[:1], options=options).SerializeToString()
            wrong = problem_of(answers(theirs, rows), network, x, 1e-4)
        except Exception as problem:
            wrong = f"{type(problem).__name__}: {str(problem).splitlines()[0][:100]}"
        if wrong is None:
            checks.failures.append(f"{name}: skl2onnx {skl2onnx.__version__} is right now; take it off the list")
        print(f"{name}: ours is scikit-learn's; skl2onnx {skl2onnx.__version__}: {wrong}")


def main() -> int:
    """Run all checks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("pythons", nargs="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(arguments.binary, Path(folder))
        add_estimators(checks)
        add_whole(checks)
        for python in [sys.executable, *arguments.pythons]:
            checks.run(python)
        compare_with_skl2onnx(checks)
        checks.replay()
    for failure in checks.failures:
        print(f"FAIL  {failure}")
    for refusal in checks.refused:
        print(f"refused  {refusal}")
    print(f"{len(checks.cases)} models, {len(checks.refused)} refused, {len(checks.failures)} problems")
    return 1 if checks.failures else 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["--run"]:
        run(Path(sys.argv[2]))
    else:
        sys.exit(main())
