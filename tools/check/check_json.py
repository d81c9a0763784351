"""Checks that what the commands print with --json fits the schemas in the documentation.

    .venv-pages/bin/python tools/check/check_json.py .build/release/coefs

The schemas are those of Sources/Coefs/Coefs.docc/JSON.md. Every command runs on networks of every kind in fixtures/;
every result must fit the schema of its command, and every schema must refuse a result with a key more, and without one
that it requires.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

sys.path[1:1] = [str(Path(__file__).resolve().parent)]
from checks import Mismatch, run_checks  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
PAGE = ROOT / "Sources/Coefs/Coefs.docc/JSON.md"
# One of each kind: with and without attributes, precisions, tasks, labels, preprocessing, ensembles, no network.
MODELS = [
    *(FIXTURES / f"{name}.npz" for name in (
        "chapter-coefs chapter-arr chapter-float32 binary deep multilabel multilabel-two perceptron regressor "
        "regressor-multi strings tanh").split()),
    *sorted((FIXTURES / "estimators/1.9.1").glob("*.joblib"))[::4],
    *sorted((FIXTURES / "whole").glob("*.joblib"))[::8],
    *sorted((FIXTURES / "json-models").glob("*.json"))[::4],
    FIXTURES / "npz/savez-mixed.npz",
    FIXTURES / "npy/objects.npy",
]


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas of the page, by their names."""
    found = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)]
    for schema in found:
        Draft202012Validator.check_schema(schema)
    return {schema["$id"]: schema for schema in found}


SCHEMAS = schemas()
REGISTRY = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items())


class Command:
    """The command, and the number of results that fitted."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary.resolve()
        self.fitted: dict[str, int] = {}

    def __call__(self, schema: str, *arguments: object, fails: bool = True) -> dict[str, Any] | None:
        """Runs a command with --json; what it prints fits the schema.

        A model may not be what the command takes; with `fails` the command then prints nothing, which is fine.
        """
        run = subprocess.run(
            [self.binary, *map(str, arguments), "--json"], capture_output=True, text=True, check=False)
        if not run.stdout and fails and run.returncode > 1:
            return None
        if not run.stdout:
            raise Mismatch(f"{arguments}: nothing is printed: {run.stderr}")
        result = json.loads(run.stdout)
        validator = Draft202012Validator(SCHEMAS[schema], registry=REGISTRY)
        for error in validator.iter_errors(result):
            raise Mismatch(f"{arguments}: {error.json_path}: {error.message[:300]}")
        self.fitted[schema] = self.fitted.get(schema, 0) + 1
        # A schema that takes anything would fit as well.
        for changed in (result | {"another": 1}, {key: result[key] for key in list(result)[1:]}):
            required = set(SCHEMAS[schema].get("required", []))
            if "another" in changed or not required <= set(changed):
                if validator.is_valid(changed):
                    raise Mismatch(f"{arguments}: the schema takes {list(changed)} too")
        return result


def every_command(command: Command, model: Path, folder: Path) -> None:
    """All commands that take a network."""
    command("inspect", "inspect", model, fails=False)
    command("verify", "verify", model, "--min-accuracy", "0.5", "--max", "cost=2")
    command("verify", "verify", model, "--strict", "--baseline", model)
    command("compare", "compare", model, model, "--max-drop", "0.1")
    command("report", "report", model, folder / "page.html")
    command("predict", "predict", model)
    command("predict", "predict", model, "--proba", "--rows", "0:3")
    command("diff", "diff", model, model)
    command("diff", "diff", model, FIXTURES / "chapter-coefs.npz")
    command("convert", "convert", model, folder / "out.npz", "--fold", "--self-check")
    command("convert", "convert", model, folder / "bare.npz", "--drop-preprocessing")
    command("convert", "convert", model, folder / "out.skops")
    command("convert", "convert", model, folder / "out.c")
    command("convert", "convert", model, folder / "out8.c", "--quantize", "int8", "--calibrate", "digits")
    command("inspect", "inspect", folder / "out.npz")
    command("verify --self-check", "verify", folder / "out.npz", "--self-check")


def tables(command: Command, folder: Path) -> None:
    """Rows with texts, gaps and unknown columns."""
    table = FIXTURES / "whole/table.csv"
    for model in sorted((FIXTURES / "whole").glob("*.joblib"))[::4]:
        command("predict", "predict", model, "--data", table)
        command("verify", "verify", model, "--data", table, "--label", "last")


def training(command: Command, folder: Path) -> None:
    """Trainings that end in each way."""
    for index, options in enumerate(([], ["--max-iter", "3"], ["--early-stopping"], ["--solver", "sgd"])):
        command("train", "train", folder / f"{index}.npz", "--random-state", "1", *options, fails=False)


def digits(command: Command, folder: Path) -> None:
    """The built-in images."""
    command("digits show", "digits", "show", "7", fails=False)
    command("digits show", "digits", "average", "7", fails=False)
    command("digits baseline", "digits", "baseline", fails=False)
    command("digits export", "digits", "export", folder / "digits.npz", fails=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    command = Command(parser.parse_args().binary)
    checks = {str(model.relative_to(FIXTURES)): partial(every_command, command, model) for model in MODELS}
    checks |= {check.__name__: partial(check, command) for check in (tables, training, digits)}
    failed = run_checks(checks)
    silent = set(SCHEMAS) - {"common"} - set(command.fitted)
    if silent:
        print(f"FAIL  no result of {', '.join(sorted(silent))}")
    print(f"{sum(command.fitted.values())} passed, {failed + bool(silent)} failed")
    return int(failed > 0 or bool(silent))


if __name__ == "__main__":
    sys.exit(main())
