"""Checks the C code that `coefs convert` writes.

    .venv/bin/python tools/check/check_code.py BINARY

For every network of fixtures/ that code can express: gcc and clang compile the file without a warning, as C99 and as
C++17, and it predicts scikit-learn's labels, and its probabilities within 1e-12, 2e-5 in single precision. All
compilers and options give the same bits, and the self-test passes; for no processor is a product fused with a sum.
For all 1,797 digits the bits are those that the library computes. A network that is refused is so for one of the known
reasons.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "check"))

from checks import Mismatch, run_checks  # noqa: E402

FIXTURES = ROOT / "fixtures"
WARNINGS = ["-pedantic", "-Wall", "-Wextra", "-Werror"]
COMPILERS = {
    "gcc": ["gcc", "-std=c99", "-O2"],
    "gcc -O0": ["gcc", "-std=c99", "-O0"],
    "gcc -O3 -march=native": ["gcc", "-std=gnu11", "-O3", "-march=native"],
    "clang": ["clang", "-std=c99", "-O2"],
    "clang -O3 -march=native": ["clang", "-std=c99", "-O3", "-march=native"],
    "g++": ["g++", "-std=c++17", "-O2", "-x", "c++"],
    "clang++": ["clang++", "-std=c++17", "-O2", "-x", "c++"],
}
# Processors that can fuse, and the instructions that do; none of them has to be this machine's.
FUSING = {
    "gcc -march=haswell": ["gcc", "-std=gnu11", "-O3", "-march=haswell"],
    "gcc -march=skylake-avx512": ["gcc", "-std=gnu11", "-O3", "-march=skylake-avx512"],
    "clang -march=x86-64-v4": ["clang", "-std=gnu11", "-O3", "-march=x86-64-v4"],
    "clang for aarch64": ["clang", "--target=aarch64-none-elf", "-ffreestanding", "-std=gnu11", "-O3"],
}
FUSED = re.compile(r"^\s+(vfn?m(?:add|sub)\w*|fn?m(?:add|sub|la|ls))\s", re.MULTILINE)
# Why a network is not written as code.
REASONS = (
    "needs a library", "a label for each output", "of several kinds", "beyond a signed integer", "is not stored",
    "no model", "no weights", "needs", "damaged", "expects", "is not", "cannot", "has",
)


class Network:
    """A network of fixtures/ with rows, and scikit-learn's answers for them."""

    def __init__(self, path: Path, rows: Any, labels: Any, probabilities: Any, has_codes: bool = False) -> None:
        self.path, self.rows = path, np.atleast_2d(np.asarray(rows, np.float64))
        self.labels, self.probabilities = labels, probabilities
        # Whether places of categories stand for texts, which a table of numbers cannot say.
        self.has_codes = has_codes
        self.is_single = probabilities is not None and np.asarray(probabilities).dtype == np.float32


def has_numbers(name: str, code: str) -> bool:
    """Whether there are probabilities or values; some ensembles have labels alone."""
    return f"{name}_predict_proba" in code or f"{name.upper()}_OUTPUTS" in code


def main_of(name: str, code: str, header: str) -> str:
    """A program that reads rows of numbers and prints what the network answers, to the bit."""
    real = "float" if "float inputs" in code else "double"
    upper = name.upper()
    word = ("%08x", "uint32_t") if real == "float" else ("%016llx", "unsigned long long")
    is_regressor = f"{upper}_OUTPUTS" in code
    is_multilabel = f"uint8_t labels[{upper}_CLASSES]" in code
    lines = [
        f'#include "{header}"', "#include <stdio.h>", "#include <string.h>", "int main(void) {",
        f"  double row[{upper}_INPUTS]; {real} x[{upper}_INPUTS];",
        f"  if ({name}_selftest() != 0) return 2;",
        f"  while (fread(row, sizeof row, 1, stdin) == 1) {{",
        f"    for (int i = 0; i < {upper}_INPUTS; i++) x[i] = ({real})row[i];",
    ]
    size = f"{upper}_OUTPUTS" if is_regressor else f"{upper}_CLASSES"
    call = f"{name}_predict" if is_regressor else f"{name}_predict_proba"
    if not has_numbers(name, code):
        lines += [f"    {name}_label which = 0;", f'    if ({name}_predict(x, &which) != 0) {{ puts("refused"); continue; }}']
    else:
        lines += [
            f"    {real} y[{size}];", f'    if ({call}(x, y) != 0) {{ puts("refused"); continue; }}',
            f"    for (int i = 0; i < {size}; i++) {{ {word[1]} bits; memcpy(&bits, &y[i], sizeof bits);"
            f' printf("{word[0]} ", bits); }}',
        ]
    if is_multilabel:
        lines += [
            f"    uint8_t labels[{size}]; {name}_predict(x, labels);",
            f'    for (int i = 0; i < {size}; i++) printf("%d ", labels[i]);',
        ]
    elif not is_regressor:
        kind = code[code.index("typedef ", code.index(f"{upper}_CLASSES")) :].split(f"{name}_label")[0]
        show = {"int64_t": '"%lld", (long long)label', "uint8_t": '"%d", label', "double": '"%.17g", label'}
        form = next((text for key, text in show.items() if key in kind), '"%s", label')
        lines += [f"    {name}_label label = 0; {name}_predict(x, &label);", f"    printf({form});"]
    lines += ['    putchar(\'\\n\');', "  }", "  return 0;", "}", ""]
    return "\n".join(lines)


class Command:
    """The command, and what was refused."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary.resolve()
        self.written = 0
        self.refused: list[str] = []

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True, check=False)

    def convert(self, network: Path, output: Path, *options: object) -> bool:
        """Whether the network is written; it is refused for one of the known reasons."""
        run = self.run("convert", network, output, *options)
        if run.returncode == 0:
            self.written += 1
            return True
        if run.returncode != 65 or not any(reason in run.stderr for reason in REASONS):
            raise Mismatch(f"{network.name}: exit {run.returncode}: {run.stderr}")
        self.refused.append(f"{network.name}: {run.stderr.strip().splitlines()[-1]}")
        return False


def compiled(source: Path, main: Path, compiler: str, folder: Path) -> Path:
    """The program."""
    output = folder / f"program-{source.stem}"
    files = [main] if source.suffix == ".h" else [source, main]
    run = subprocess.run(
        [*COMPILERS[compiler], *WARNINGS, *map(str, files), "-o", str(output)], capture_output=True, text=True,
        check=False)
    if run.returncode != 0:
        raise Mismatch(f"{compiler}: {run.stderr[:2000]}")
    return output


def check_two_roundings(source: Path) -> None:
    """No compiler fuses a product and a sum, where the processor could."""
    for compiler, command in FUSING.items():
        run = subprocess.run([*command, "-S", source, "-o", "-"], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Mismatch(f"{compiler}: {run.stderr[:2000]}")
        if found := FUSED.search(run.stdout):
            raise Mismatch(f"{compiler} fuses a product and a sum: {found[1]}")


def answers(program: Path, rows: Any) -> str:
    """What a program prints for rows."""
    run = subprocess.run([program], input=np.ascontiguousarray(rows).tobytes(), capture_output=True, check=False)
    if run.returncode != 0:
        raise Mismatch(f"the self-test fails, exit {run.returncode}")
    return run.stdout.decode()


def check_network(command: Command, network: Network, compilers: list[str], folder: Path) -> None:
    """A network in both precisions and both forms; where several compilers are tried, in 8 bits too."""
    for precision, ending in (("float64", "c"), ("float32", "h")):
        source = folder / f"net_{precision}.{ending}"
        if not command.convert(network.path, source, "--dtype", precision):
            return
        main = folder / f"main_{precision}.c"
        main.write_text(main_of(source.stem, source.read_text(), f"{source.stem}.h"))
        printed = {
            compiler: answers(compiled(source, main, compiler, folder), network.rows) for compiler in compilers}
        for compiler, text in printed.items():
            if text != printed["gcc"]:
                raise Mismatch(f"{precision}: {compiler} has other bits than gcc")
        if ending == "c" and len(compilers) > 1:
            check_two_roundings(source)
        compare(network, printed["gcc"].splitlines(), precision, has_numbers(source.stem, source.read_text()))


    if len(compilers) > 1 and not network.has_codes:
        check_int8(command, network, compilers, folder)


TABLE = re.compile(r"static const \w+ (\w+) net8_(t\d+)\[\d+\] = \{([^}]*)\}")
LAYER = re.compile(
    r"net8_codes\(\w+, (\d+), (-?0x[^,]+), (-?\d+), \w+\);\n"
    r"  net8_dense8\(net8_(t\d+), net8_(t\d+), net8_(t\d+), net8_(t\d+),\n\s+\w+, \d+, (\d+), \w+\);")
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda x: x, "relu": lambda x: np.maximum(x, 0), "tanh": np.tanh,
    "logistic": lambda x: 1 / (1 + np.exp(-x)), "exp": np.exp,
    "softmax": lambda x: (e := np.exp(x - x.max(1, keepdims=True))) / e.sum(1, keepdims=True),
}


def check_int8(command: Command, network: Network, compilers: list[str], folder: Path) -> None:
    """Weights of 8 bits: all compilers agree, the codes are those of the definition, and NumPy computes the same."""
    rows = folder / "rows.npy"
    np.save(rows, network.rows)
    source = folder / "net8.c"
    if not command.convert(network.path, source, "--quantize", "int8", "--calibrate", rows):
        return
    text = source.read_text()
    main = folder / "main8.c"
    main.write_text(main_of("net8", text, "net8.h"))
    printed = {compiler: answers(compiled(source, main, compiler, folder), network.rows) for compiler in compilers}
    if len(set(printed.values())) > 1:
        raise Mismatch("int8: compilers have different bits")
    inspected = json.loads(command.run("inspect", network.path, "--json").stdout)["model"]
    if "ensemble" in inspected or inspected.get("inputTransform") or not has_numbers("net8", text):
        return
    x = network.rows.astype(np.float32)
    # What the layers take in single precision, which decides about scales.
    plain = x
    exact = folder / "weights.npz"
    command.run("convert", network.path, exact, "--to", "mlp")
    arrays = np.load(exact, allow_pickle=True)
    tables = {name: values for _, name, values in TABLE.findall(text)}
    layers = LAYER.findall(text)
    if len(layers) != len(inspected["layers"]) - 1:
        raise Mismatch(f"int8: {len(layers)} layers of 8 bits")
    for number, (inputs, inverse, zero, weights, offsets, scales, biases, outputs) in enumerate(layers):
        w = np.array(tables[weights].split(","), np.int64).reshape(int(outputs), int(inputs))
        scale, bias = (
            np.array([float.fromhex(value.strip().rstrip("f")) for value in tables[name].split(",")], np.float32)
            for name in (scales, biases))
        inverse, zero = np.float32(float.fromhex(inverse.rstrip("f"))), int(zero)
        # The definition: each row of weights by its own maximum, the inputs over their range, which holds 0.
        original = arrays[f"weights_{number}"].astype(np.float64)
        step = np.abs(original).max(1) / 127
        if not np.array_equal(w, np.rint(original / np.where(step == 0, 1, step)[:, None])):
            raise Mismatch(f"int8: the codes of layer {number} are not those of its weights")
        low, high = min(0, float(plain.min())), max(0, float(plain.max()))
        unit = np.float32((high - low) / 255) or np.float32(1)
        if not np.isclose(1 / inverse, unit, rtol=1e-5) or abs(zero - (-128 - low / unit)) > 0.51:
            raise Mismatch(f"int8: layer {number} has the scale {1 / inverse} and the zero point {zero}")
        if not np.array_equal(np.array(tables[offsets].split(","), np.int64), -zero * w.sum(1)):
            raise Mismatch(f"int8: the offsets of layer {number} are not those of its zero point")
        codes = np.rint(np.clip(x * inverse, np.float32(-128 - zero), np.float32(127 - zero))).astype(np.int64) + zero
        sums = codes @ w.T - zero * w.sum(1)
        if np.abs(sums).max() >= 2**31:
            raise Mismatch("int8: a sum needs more than 32 bits")
        last = number == len(layers) - 1
        name = inspected["outActivation"]["name"] if last else inspected["activation"]["name"]
        plain = FUNCTIONS[name](plain @ original.T + arrays[f"biases_{number}"])
        x = FUNCTIONS[name]((sums.astype(np.float32) * scale + bias).astype(np.float32)).astype(np.float32)
    if x.shape[1] == 1 and "NET8_CLASSES" in text:
        x = np.hstack([1 - x, x])
    found = np.array([[int(part, 16) for part in line.split(" ")[: x.shape[1]]] for line in printed["gcc"].splitlines()],
                     np.uint32).view(np.float32)
    # Where a last digit differs, an input may have the code beside.
    if not np.allclose(found, x, rtol=2e-2, atol=2e-2) or np.mean(np.abs(found - x) > 1e-5) > 0.2:
        raise Mismatch(f"int8: NumPy has {x[:2]}, and the code {found[:2]}")


def compare(network: Network, lines: list[str], precision: str, has_numbers: bool) -> None:
    """What a program prints is what scikit-learn says."""
    single = precision == "float32"
    kind, word = (np.float32, np.uint32) if single else (np.float64, np.uint64)
    # scikit-learn computes a network of single precision so.
    tolerance = 2e-5 if single or network.is_single else 1e-12
    for index, line in enumerate(lines):
        label, expected = network.labels[index], network.probabilities
        if line == "refused":
            raise Mismatch(f"row {index} is refused")
        if not has_numbers:
            if line.strip() != str(int(label) if isinstance(label, (bool, np.bool_)) else label):
                raise Mismatch(f"row {index} is {line}, and {label} is right")
            continue
        expected = np.atleast_1d(expected[index] if expected is not None else label).astype(np.float64).ravel()
        parts = line.split(" ", len(expected))
        found = np.array([int(part, 16) for part in parts[: len(expected)]], word).view(kind)
        if not np.allclose(found, expected, rtol=tolerance, atol=tolerance):
            raise Mismatch(f"{precision}: row {index} is {found}, and {expected} is right")
        if single or network.probabilities is None:
            continue
        shown = parts[len(expected)].strip()
        if np.ndim(label) == 1:
            same = shown.split() == [str(int(value)) for value in label]
        elif isinstance(label, (bool, np.bool_)):
            same = shown == str(int(label))
        elif isinstance(label, (float, np.floating)):
            same = float(shown) == float(label)
        else:
            same = shown == str(label)
        if not same:
            raise Mismatch(f"row {index} is {shown}, and {label} is right")


def estimators() -> dict[str, Network]:
    """Those of fixtures/estimators, with the answers that were recorded."""
    found = {}
    for path in sorted((FIXTURES / "estimators/1.9.1").glob("*.joblib")):
        truth = path.with_name(f"{path.name.split('.')[0]}.truth.npz")
        if not truth.exists():
            continue
        known = np.load(truth, allow_pickle=True)
        labels = known["labels"] if "labels" in known else known["prediction"]
        found[path.name] = Network(path, known["X"], labels, known["proba"] if "proba" in known else None)
    return found


def whole(command: Command) -> dict[str, Network]:
    """Those of fixtures/whole whose tables code can take: texts by the index of their category."""
    found = {}
    for case in json.loads((FIXTURES / "whole/cases.json").read_text()):
        path = FIXTURES / "whole" / case["model"]
        if case.get("folder") or case.get("error") or path.suffix != ".joblib" or case.get("options"):
            continue
        inspected = command.run("inspect", path, "--json")
        if inspected.returncode != 0:
            continue
        model = json.loads(inspected.stdout)["model"]
        data = FIXTURES / "whole" / case["data"]
        if model is None or case.get("probas"):
            continue
        if data.suffix == ".npy":
            rows = np.load(data, allow_pickle=True)
            rows = rows if rows.dtype.kind == "f" else None
        else:
            rows = table(command, path, data, model)
        if rows is not None:
            found[f"whole/{path.name}"] = Network(
                path, rows, case["predict"], case.get("proba"), has_codes=data.suffix != ".npy")
    return found


def table(command: Command, path: Path, data: Path, model: dict[str, Any]) -> Any:
    """The rows of a table as numbers; None where its columns cannot be told."""
    lines = [line.split(",") for line in data.read_text().splitlines()]
    names, cells = lines[0], lines[1:]
    columns = {column.get("name"): column for column in model.get("columns") or []}
    code = command.run("convert", path, "-", "--format", "h").stdout
    # The code says which column is which.
    order = re.findall(r"^ \*   \d+: (.*?)(?: \(0 = .*\))?$", code, re.MULTILINE)
    if not order or not set(columns) <= set(names) or '"' in data.read_text():
        return None
    rows = np.full((len(cells), len(order)), np.nan)
    for place, name in enumerate(order):
        if columns and name not in columns:
            continue
        column = columns.get(name, {"isText": False})
        source = names.index(name)
        known = [str(category) for category in column.get("categories") or []]
        for row, line in enumerate(cells):
            text = line[source]
            if column["isText"]:
                # No category has the index of a text that is not known.
                rows[row, place] = np.nan if text == "" else known.index(text) if text in known else len(known)
            else:
                words = {"": np.nan, "True": 1, "False": 0}
                rows[row, place] = words[text] if text in words else float(text)
    return rows


def all_digits(command: Command, folder: Path) -> None:
    """The bits of the library for every digit, in both precisions."""
    command.run("digits", "export", folder / "digits.npz")
    rows = np.load(folder / "digits.npz")["X"] / 15
    np.savetxt(folder / "rows.csv", rows, delimiter=",", fmt="%.17g")
    for precision in ("float64", "float32"):
        source = folder / f"digits_{precision}.c"
        run = command.run(
            "convert", FIXTURES / "chapter-coefs.npz", source, "--dtype", precision, "--self-check",
            folder / "rows.csv")
        if run.returncode != 0:
            raise Mismatch(run.stderr)
        main = folder / "main.c"
        main.write_text(main_of(source.stem, source.read_text(), f"{source.stem}.h"))
        for compiler in COMPILERS:
            answers(compiled(source, main, compiler, folder), rows[:1])
        subprocess.run(["gcc", "-std=c99", "-O2", "-c", source, "-o", folder / "object.o"], check=True)
        listed = subprocess.run(["size", folder / "object.o"], capture_output=True, text=True, check=True).stdout
        _, data, bss = listed.splitlines()[1].split()[:3]
        if (data, bss) != ("0", "0"):
            raise Mismatch(f"there is writable data: {listed}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    command = Command(parser.parse_args().binary)
    networks = estimators() | whole(command)
    checks = {}
    for index, (name, network) in enumerate(networks.items()):
        # Every compiler on some of them.
        compilers = list(COMPILERS) if index % 6 == 0 else ["gcc", "clang"] if index % 3 == 0 else ["gcc"]
        checks[name] = partial(check_network, command, network, compilers)
    checks["all digits"] = partial(all_digits, command)
    failed = run_checks(checks)
    if command.written < 100:
        print(f"FAIL  only {command.written} files were written")
        failed += 1
    print(f"{command.written} files written, {len(command.refused)} networks refused:")
    print("\n".join(sorted(command.refused)))
    print(f"{len(checks) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
