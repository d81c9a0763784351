"""Checks the C kernels on a processor that need not be this machine's.

    .venv/bin/python tools/check/check_kernels.py COMPILER FOLDER

COMPILER is a clang that compiles for this machine and for arm64; FOLDER takes the programs. The kernels of this
machine's processor, of each of its instruction sets, and those of arm64 under qemu-aarch64 answer the same requests.
Each answer is within the bounds that Sources/CNetwork/include/CNetwork.h and the tests promise of NumPy's in 80 bits;
a row has the same bits alone, in any batch and with several threads; what has one right answer has it.
"""

from __future__ import annotations

import hashlib
import platform
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "check"))

from checks import Mismatch, run_checks  # noqa: E402

# As kernels.c numbers them.
BEST_SET, ACTIVATE, FORWARD, GEMM, STEP, TRANSPOSE, CRC32, CRC32_COMBINE, SHA256 = range(9)
LOOPS = ("add_row", "sum_rows", "relu", "logistic_slope", "tanh_slope", "relu_slope", "adam", "sgd")
# As CNetwork.h numbers them.
IDENTITY, LOGISTIC, TANH, RELU, EXP, SOFTMAX = range(6)
SETS = ("base", "AVX2", "AVX-512")
TYPES = (np.float32, np.float64)
# More than a double has, so that NumPy's rounding does not count.
WIDE = np.longdouble
if np.finfo(WIDE).nmant < 63:
    sys.exit("check_kernels.py: NumPy's long double has no more bits than a double on this machine")


@dataclass
class Batch:
    """Requests for one run of the program, and what is to be said of each answer."""

    requests: list[bytes] = field(default_factory=list)
    checks: list[tuple[int, Callable[[bytes], None]]] = field(default_factory=list)

    def ask(
        self, function: int, check: Callable[[bytes], None], answered: int, payload: bytes = b"", scalar: Any = None,
        instructions: int = 0, arguments: tuple[int, ...] = (),
    ) -> None:
        """Adds a request; `check` gets the answer's bytes."""
        five = (*arguments, 0, 0, 0, 0, 0)[:5]
        kind = int(scalar == np.float64)
        self.requests.append(struct.pack("=10q", function, kind, instructions, *five, len(payload), answered) + payload)
        self.checks.append((answered, check))

    def run(self, program: list[str]) -> None:
        """Asks the program, and checks its answers."""
        ran = subprocess.run(program, input=b"".join(self.requests), capture_output=True, check=False)
        if ran.returncode != 0:
            raise Mismatch(f"exit {ran.returncode}: {ran.stderr.decode()[:500]}")
        if len(ran.stdout) != sum(size for size, _ in self.checks):
            raise Mismatch(f"{len(ran.stdout)} bytes were answered")
        start = 0
        for size, check in self.checks:
            check(ran.stdout[start : start + size])
            start += size


def units(found: Any, wanted: Any) -> Any:
    """How far each number is from the right one, in units in the last place of the right one's type."""
    most = np.finfo(found.dtype).max
    last = most - np.nextafter(most, 0)
    with np.errstate(all="ignore"):
        rounded = np.abs(wanted).astype(found.dtype)
        finite = np.isfinite(rounded)
        unit = np.where(rounded < most, np.spacing(rounded), last)
        # An infinite result stands for the power of two that would come next.
        value = np.where(np.isinf(found), np.sign(found) * (WIDE(most) + last), found)
        error = np.where(~finite & (np.abs(found) == rounded), 0, np.abs(value - wanted) / unit)
    return np.where(np.signbit(found) == np.signbit(wanted), error, np.inf)


# MARK: Functions

WORDS = {LOGISTIC: ("logistic", 1.5), TANH: ("tanh", 1.6), EXP: ("exp", 0.9)}


def function(activation: int, x: Any) -> Any:
    """The function in 80 bits."""
    x = x.astype(WIDE)
    with np.errstate(over="ignore", under="ignore"):
        if activation == EXP:
            return np.exp(x)
        if activation == TANH:
            return np.tanh(x)
        e = np.exp(-np.abs(x))
        return np.where(x < 0, e, 1) / (1 + e)


def samples(scalar: Any) -> Any:
    """Numbers throughout the range of a type and of what the functions can tell apart."""
    generator = np.random.default_rng(12)
    limits = np.finfo(scalar)
    low, high = (-105, 90) if scalar == np.float32 else (-746, 711)
    even = [generator.uniform(*ends, 12_000) for ends in ((low, high), (-1, 1), (-12, 12), (-40, 40), (low, low * 0.9))]
    exponents = np.arange(limits.minexp - limits.nmant, limits.maxexp)
    sizes = np.ldexp(generator.uniform(1, 2, (8, len(exponents))), exponents).ravel()
    return np.concatenate([*even, sizes, -sizes]).astype(scalar)


def check_functions(program: list[str], instructions: int, scalar: Any, _: Path) -> None:
    """Accuracy, special values, and that a number's place in the row does not count."""
    batch = Batch()
    x = samples(scalar)
    limits = np.finfo(scalar)
    special = np.array(
        [np.nan, np.inf, -np.inf, 0, -0.0, limits.max, -limits.max, limits.smallest_subnormal,
         -limits.smallest_subnormal], scalar)

    def accurate(activation: int, answer: bytes) -> None:
        name, bound = WORDS[activation]
        found = np.frombuffer(answer, scalar)
        error = units(found, function(activation, x))
        worst = int(np.argmax(error))
        if not error[worst] <= bound:
            raise Mismatch(f"{name} of {x[worst]!r} is {found[worst]!r}, {error[worst]} units from right")

    def same(wanted: Any, what: str, answer: bytes) -> None:
        found = np.frombuffer(answer, scalar)
        right = (found == wanted) & (np.signbit(found) == np.signbit(wanted)) | np.isnan(found) & np.isnan(wanted)
        if not right.all():
            raise Mismatch(f"{what}: {found[~right]}, and {wanted[~right]} is right")

    for activation in WORDS:
        batch.ask(ACTIVATE, partial(accurate, activation), x.nbytes, x.tobytes(), scalar, instructions,
                  (activation, 1, len(x)))
    for count in range(1, 36):
        row = np.resize(special, count)
        for activation in (EXP, LOGISTIC, TANH, RELU, IDENTITY):
            wanted = row
            if activation == RELU:
                wanted = np.where(row < 0, 0, row).astype(scalar)
            elif activation != IDENTITY:
                with np.errstate(over="ignore", under="ignore"):
                    wanted = function(activation, row).astype(scalar)
            batch.ask(ACTIVATE, partial(same, wanted, f"activation {activation} of {count} special values"),
                      row.nbytes, row.tobytes(), scalar, instructions, (activation, 1, count))
    alone: dict[tuple[int, int], bytes] = {}
    row = np.random.default_rng(3).uniform(-30, 30, 70).astype(scalar)

    def remember(key: tuple[int, int], answer: bytes) -> None:
        alone[key] = answer

    def placed(activation: int, count: int, answer: bytes) -> None:
        if answer != b"".join(alone[activation, place] for place in range(count)):
            raise Mismatch(f"activation {activation} in a row of {count} has other bits than alone")

    for activation in (LOGISTIC, TANH, RELU, EXP):
        for place in range(len(row)):
            batch.ask(ACTIVATE, partial(remember, (activation, place)), row.itemsize, row[place].tobytes(), scalar,
                      instructions, (activation, 1, 1))
        for count in (2, 3, 5, 8, 13, 31, 33, 70):
            batch.ask(ACTIVATE, partial(placed, activation, count), row[:count].nbytes, row[:count].tobytes(), scalar,
                      instructions, (activation, 1, count))
    batch.run(program)


def check_softmax(program: list[str], instructions: int, scalar: Any, _: Path) -> None:
    """Within 3 units in the last place, and one more for each 32 columns; NaN without a finite maximum."""
    batch = Batch()
    generator = np.random.default_rng(4)

    def accurate(z: Any, answer: bytes) -> None:
        # The differences are rounded, as they are where scikit-learn computes it.
        e = np.exp((z - z.max(1, keepdims=True)).astype(WIDE))
        error = units(np.frombuffer(answer, scalar).reshape(z.shape), e / e.sum(1, keepdims=True))
        if not error.max() <= 3 + z.shape[1] / 32:
            raise Mismatch(f"{z.shape[1]} columns: {error.max()} units from right")

    def undefined(what: Any, answer: bytes) -> None:
        if not np.isnan(np.frombuffer(answer, scalar)).all():
            raise Mismatch(f"softmax of {what} is not NaN")

    for columns in (*range(1, 41), 100, 130):
        z = generator.uniform(-20, 20, (5, columns)).astype(scalar)
        batch.ask(ACTIVATE, partial(accurate, z), z.nbytes, z.tobytes(), scalar, instructions, (SOFTMAX, 5, columns))
        for value, place in product((np.nan, np.inf), {0, columns // 2, columns - 1}):
            z = np.full(columns, 0.5, scalar)
            z[place] = value
            batch.ask(ACTIVATE, partial(undefined, z), z.nbytes, z.tobytes(), scalar, instructions,
                      (SOFTMAX, 1, columns))
    batch.run(program)


# MARK: Networks

SHAPES = (
    (1, 1, 1, 1), (2, 1, 130, 3), (70, 130, 1, 2), (12, 16, 16, 16), (13, 31, 17, 5), (25, 32, 33, 9), (6, 33, 64, 31),
    (70, 64, 16, 10), (24, 65, 31, 33), (47, 128, 129, 4), (3, 130, 130, 130), (36, 2, 7, 65), (300, 64, 100, 10),
)


def check_networks(program: list[str], instructions: int, scalar: Any, _: Path) -> None:
    """Sums within a bound of plain ones; a row has the same bits alone, in any batch and with threads."""
    generator = np.random.default_rng(9)
    for number, (rows, inputs, hidden, outputs) in enumerate(SHAPES):
        w = [generator.uniform(-1, 1, shape).astype(scalar) for shape in ((hidden, inputs), (outputs, hidden))]
        b = [generator.uniform(-1, 1, size).astype(scalar) for size in (hidden, outputs)]
        x = generator.uniform(-1, 1, (rows, inputs)).astype(scalar)
        weights = b"".join(array.tobytes() for pair in zip(w, b) for array in pair)
        for last in (IDENTITY, number % 6):
            answers: dict[object, bytes] = {}
            batch = Batch()

            def ask(key: object, some: Any, threads: int) -> None:
                batch.ask(
                    FORWARD, partial(answers.__setitem__, key), len(some) * outputs * scalar().itemsize,
                    weights + some.tobytes(), scalar, instructions,
                    (inputs, hidden, outputs, len(some), threads + 64 * RELU + 4096 * last))

            for row in range(rows):
                ask(row, x[row : row + 1], 1)
            for threads in (1, 2, 3):
                ask(("all", threads), x, threads)
            ask("some", x[rows // 2 :], 1)
            batch.run(program)
            alone = [answers[row] for row in range(rows)]
            where = f"{rows} rows of {inputs}-{hidden}-{outputs}, activation {last}"
            for key in (("all", 1), ("all", 2), ("all", 3)):
                if answers[key] != b"".join(alone):
                    raise Mismatch(f"{where}: {key} has other bits than the rows alone")
            if answers["some"] != b"".join(alone[rows // 2 :]):
                raise Mismatch(f"{where}: the later rows have other bits than alone")
            if last != IDENTITY:
                continue
            sums = x.astype(WIDE)
            error = np.zeros_like(sums)
            eps = float(np.finfo(scalar).eps)
            for layer, (matrix, bias) in enumerate(zip(w, b)):
                # What each sum rounds, and what came in wrong.
                count = matrix.shape[1] + 1
                error = error @ np.abs(matrix.T).astype(WIDE) + count * eps * (
                    np.abs(sums) @ np.abs(matrix.T).astype(WIDE) + np.abs(bias))
                sums = sums @ matrix.T.astype(WIDE) + bias
                if layer == 0:
                    sums = np.maximum(sums, 0)
            found = np.frombuffer(b"".join(alone), scalar).reshape(rows, outputs)
            if not (np.abs(found - sums) <= error).all():
                raise Mismatch(f"{where}: a sum is {np.abs(found - sums).max()} from right")


def check_products(program: list[str], scalar: Any, _: Path) -> None:
    """Products of matrices, also transposed and added up: within k roundings."""
    generator = np.random.default_rng(5)
    batch = Batch()

    def close(wanted: Any, bound: Any, what: str, answer: bytes) -> None:
        error = np.abs(np.frombuffer(answer, scalar).reshape(wanted.shape) - wanted)
        if not (error <= bound).all():
            raise Mismatch(f"{what}: {error.max()} from right")

    for m, n, k in ((1, 1, 1), (3, 5, 7), (12, 32, 64), (13, 33, 255), (25, 17, 256), (7, 65, 257), (64, 31, 600),
                    (100, 10, 200), (5, 3, 0)):
        a, b = generator.normal(size=(m, k)).astype(scalar), generator.normal(size=(k, n)).astype(scalar)
        c = generator.normal(size=(m, n)).astype(scalar)
        wide_a, wide_b = a.astype(WIDE), b.astype(WIDE)
        for flags in range(8):
            accumulates = flags & 4
            wanted = wide_a @ wide_b + (c if accumulates else 0)
            bound = (k + 2) * float(np.finfo(scalar).eps) * (np.abs(wide_a) @ np.abs(wide_b) + np.abs(c))
            payload = c.tobytes() + (a.T if flags & 1 else a).tobytes() + (b.T if flags & 2 else b).tobytes()
            batch.ask(GEMM, partial(close, wanted, bound, f"{m} x {n} x {k}, {flags}"), c.nbytes, payload, scalar,
                      arguments=(m, n, k, flags))
    batch.run(program)


# MARK: Training

def optimized(adam: bool, w: Any, m: Any, v: Any, sums: Any, step: tuple[float, ...]) -> tuple[Any, Any, Any]:
    """A step of scikit-learn's optimizers."""
    alpha, weight, rate, beta_1, beta_2, epsilon, nesterovs = (WIDE(number) for number in step)
    g = (sums + alpha * w) / weight
    if adam:
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g * g
        return w - rate * m / (np.sqrt(v) + epsilon), m, v
    m = beta_1 * m - rate * g
    return w + (beta_1 * m - rate * g if nesterovs else m), m, v


def check_training(program: list[str], scalar: Any, _: Path) -> None:
    """The loops of a training step, within some roundings of the numbers that come in."""
    generator = np.random.default_rng(6)
    batch = Batch()
    eps = float(np.finfo(scalar).eps)

    def close(wanted: Any, bound: Any, what: str, answer: bytes) -> None:
        size = wanted.size * scalar().itemsize
        error = np.abs(np.frombuffer(answer[:size], scalar).reshape(wanted.shape) - wanted)
        if not (error <= bound).all():
            raise Mismatch(f"{what}: {error.max()} from right")

    def stepped(wanted: Any, bound: Any, what: str, answer: bytes) -> None:
        close(wanted, bound, what, answer)
        found = np.frombuffer(answer[: wanted[0].size * scalar().itemsize], scalar).astype(WIDE)
        squares = struct.unpack("=d", answer[-8:])[0]
        if not abs(squares - (found**2).sum()) <= (found.size + 2) * eps * (found**2).sum():
            raise Mismatch(f"{what}: the sum of squares is {squares}")

    for rows, columns in ((1, 1), (2, 3), (5, 8), (7, 33), (31, 17), (16, 64)):
        count = rows * columns
        x, a = generator.normal(size=(2, count)).astype(scalar)
        a = np.where(generator.random(count) < 0.2, 0, a).astype(scalar)
        wide, slope = x.astype(WIDE), a.astype(WIDE)
        matrix, row = wide.reshape(rows, columns), a[:columns]
        wanted = {
            "add_row": (matrix + row, eps * (np.abs(matrix) + np.abs(row))),
            "sum_rows": (matrix.sum(0), rows * eps * np.abs(matrix).sum(0)),
            "relu": (np.where(wide < 0, 0, wide), np.zeros(count)),
            "logistic_slope": (wide * slope * (1 - slope), 4 * eps * np.abs(wide * slope) * (1 + np.abs(slope))),
            "tanh_slope": (wide * (1 - slope**2), 4 * eps * np.abs(wide) * (1 + slope**2)),
            "relu_slope": (np.where(slope == 0, 0, wide), np.zeros(count)),
        }
        for loop, (right, bound) in wanted.items():
            payload = x.tobytes() + (row if loop == "add_row" else a).tobytes()
            batch.ask(STEP, partial(close, right, bound, f"{loop} of {rows} x {columns}"),
                      right.size * scalar().itemsize, payload, scalar, arguments=(LOOPS.index(loop), rows, columns))
        arrays = generator.normal(size=(5, count)).astype(scalar)
        arrays[2] = np.abs(arrays[2])
        w, m, v, first, second = arrays.astype(WIDE)
        for adam, nesterovs in ((True, 0.0), (False, 0.0), (False, 1.0)):
            step = (0.5, 32.0, 0.25, 0.875, 0.75, 1e-8, nesterovs)
            right = np.array(optimized(adam, w, m, v, first + second, step))
            # Each number that comes in, with all roundings on its way.
            bound = 64 * eps * (np.abs(right) + np.abs(first) + np.abs(second) + np.abs(w) + np.abs(m) + 1)
            payload = arrays.tobytes() + struct.pack("=7d", *step)
            loop = "adam" if adam else "sgd"
            batch.ask(STEP, partial(stepped, right, bound, f"{loop} of {count} weights, nesterovs {nesterovs}"),
                      3 * count * scalar().itemsize + 8, payload, scalar, arguments=(LOOPS.index(loop), 1, count))
    batch.run(program)


# MARK: Bytes

def check_bytes(program: list[str], _: Path) -> None:
    """Transpositions, CRC-32 and SHA-256, which have one right answer."""
    generator = np.random.default_rng(7)
    batch = Batch()

    def same(wanted: bytes, what: str, answer: bytes) -> None:
        if answer != wanted:
            raise Mismatch(f"{what}: {answer[:32].hex()}, and {wanted[:32].hex()} is right")

    for item, (rows, columns) in product(
        (1, 2, 3, 4, 8, 12, 16, 24), ((1, 1), (1, 9), (9, 1), (3, 5), (16, 16), (33, 65), (64, 128), (130, 70))):
        source = generator.integers(0, 256, (rows, columns, item), np.uint8)
        # Rows as they lie, and rows with a gap behind each.
        for gap in (0, 3):
            padded = np.pad(source.reshape(rows, -1), ((0, 0), (0, gap)))
            target = np.full((columns, rows * item + gap), 0x5A, np.uint8)
            target[:, : rows * item] = source.transpose(1, 0, 2).reshape(columns, -1)
            batch.ask(
                TRANSPOSE, partial(same, target.tobytes(), f"transposition of {rows} x {columns} x {item}, gap {gap}"),
                target.size, padded.tobytes(), arguments=(rows, columns, item, padded.shape[1], target.shape[1]))
    data = generator.integers(0, 256, 10_000, np.uint8).tobytes()
    for count, start in product((0, 1, 3, 7, 8, 15, 16, 63, 64, 65, 255, 256, 1023, 4096, 9_990), (0, 1, 7)):
        part = data[: count + start]
        before = zlib.crc32(b"before")
        wanted = struct.pack("=I", zlib.crc32(part[start:], before))
        batch.ask(CRC32, partial(same, wanted, f"CRC-32 of {count} bytes"), 4, part, arguments=(before, start))
        wanted = struct.pack("=I", zlib.crc32(data[:100] + part))
        batch.ask(CRC32_COMBINE, partial(same, wanted, f"CRC-32 of 100 and {len(part)} bytes"), 4,
                  arguments=(zlib.crc32(data[:100]), zlib.crc32(part), len(part)))
    initial = struct.pack("=8I", *(int(WIDE(prime) ** WIDE(0.5) % 1 * 2**32) for prime in (2, 3, 5, 7, 11, 13, 17, 19)))
    for size in (0, 1, 55, 56, 63, 64, 119, 120, 1000, 9_999):
        message = data[:size] + b"\x80" + bytes((55 - size) % 64) + struct.pack(">Q", size * 8)
        digest = hashlib.sha256(data[:size]).digest()
        wanted = struct.pack("=8I", *struct.unpack(">8I", digest))
        batch.ask(SHA256, partial(same, wanted, f"SHA-256 of {size} bytes"), 32, initial + message)
    batch.run(program)


# MARK: Processors

def compiled(compiler: str, options: list[str], output: Path) -> Path:
    """The program that calls the kernels."""
    sources = [
        ROOT / "tools/check/kernels/kernels.c", *sorted((ROOT / "Sources/CNetwork").glob("*.c")),
        *sorted((ROOT / "Sources/CBytes").glob("*.c")),
    ]
    includes = [f"-I{ROOT / 'Sources' / target / 'include'}" for target in ("CNetwork", "CBytes")]
    subprocess.run(
        [compiler, *options, "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", *includes, *map(str, sources), "-o",
         str(output), "-lpthread", "-lm"], check=True)
    return output


def best_set(program: list[str]) -> int:
    """The best instruction set of the processor."""
    answers: list[bytes] = []
    batch = Batch()
    batch.ask(BEST_SET, answers.append, 1, bytes(1))
    batch.run(program)
    return answers[0][0]


def main() -> int:
    compiler, folder = sys.argv[1], Path(sys.argv[2])
    programs = {
        platform.machine(): [str(compiled(compiler, [], folder / "native"))],
        "arm64": [
            "qemu-aarch64", "-L", "/usr/aarch64-linux-gnu",
            str(compiled(compiler, ["--target=aarch64-linux-gnu", "--gcc-toolchain=/usr"], folder / "arm64"))],
    }
    checks: dict[str, Callable[[Path], None]] = {}
    for processor, program in programs.items():
        for scalar in TYPES:
            name = f"{processor}, {scalar.__name__}"
            for instructions in range(best_set(program) + 1):
                of_set = f"{name}, {SETS[instructions]}"
                checks[f"{of_set}: functions"] = partial(check_functions, program, instructions, scalar)
                checks[f"{of_set}: softmax"] = partial(check_softmax, program, instructions, scalar)
                checks[f"{of_set}: networks"] = partial(check_networks, program, instructions, scalar)
            checks[f"{name}: products"] = partial(check_products, program, scalar)
            checks[f"{name}: training"] = partial(check_training, program, scalar)
        checks[f"{processor}: bytes"] = partial(check_bytes, program)
    failed = run_checks(checks)
    print(f"{len(checks) - failed} passed, {failed} failed; {', '.join(programs)}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
