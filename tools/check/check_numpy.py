"""Checks that `coefs` and numpy see the same arrays, in sound files, in damaged and in hostile ones.

    .venv/bin/python tools/check/check_numpy.py .build/release/coefs

- Arrays of every plain dtype, both byte orders, any shape and either memory order, saved by numpy:
  `coefs inspect` shows the dtype, shape, order and values that numpy sees.
- Networks of random sizes, dtypes and names, saved by numpy: `np.load` of what `coefs convert`
  wrote gives the same weights, transposed where they should be, bit for bit.
- Damaged files: where `coefs` accepts one, numpy reads the very same arrays or refuses it. Where
  numpy accepts one, `coefs` may refuse it.
- Hostile files: an answer or an error in one line, never a signal.

Every run of the command has to end within 20 seconds on a processor and within 64 MiB and four times
the bytes that the file holds or declares. Exits 1 if anything differs.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import random
import struct
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "fixtures"))
import reference  # noqa: E402
from checks import Mismatch, run_checks  # noqa: E402

Array = NDArray[Any]

NUMBERS = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "f16"]
DTYPES = ["b1", *NUMBERS, "c8", "c16", "c32", "S1", "S5", "U1", "U3", "U17"]
WEIGHTS = ["f2", "f4", "f8", "f16", "i1", "i4", "i8", "u2"]

# Names of weights and of biases, layer by layer, and whether weights are outputs x inputs.
CONVENTIONS: list[tuple[Callable[[int], str], Callable[[int], str], bool]] = [
    (lambda n: f"coefs_{n}", lambda n: f"intercepts_{n}", False),
    (lambda n: f"coefs_{n}_", lambda n: f"intercepts_{n}_", False),
    (lambda n: f"coefs_/{n}", lambda n: f"intercepts_/{n}", False),
    (lambda n: f"coef{n}", lambda n: f"intercept{n}", False),
    (lambda n: f"weights_{n}", lambda n: f"biases_{n}", True),
    (lambda n: f"model/coefs_{n}", lambda n: f"model/intercepts_{n}", False),
    (lambda n: f"layer{n + 1}/kernel", lambda n: f"layer{n + 1}/bias", False),
    (lambda n: f"fc{n + 1}.weight", lambda n: f"fc{n + 1}.bias", True),
    (lambda n: f"{2 * n}.weight", lambda n: f"{2 * n}.bias", True),
]

# On a processor: others may be busy on this machine.
MAX_SECONDS = 20.0
BASE_BYTES = 64 << 20


# MARK: - Running the command


# Runs commands for this process and tells what each has cost. Linux counts the memory of the process
# that starts another among the other's, so that has to be a small one.
LAUNCHER = """
import json, os, resource, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
# What never ends is ended; this process counts among those that are limited, but does little.
resource.setrlimit(resource.RLIMIT_CPU, (300, 310))
for line in sys.stdin:
    command, out, errors = json.loads(line)
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, out, write, 0o600),
               (os.POSIX_SPAWN_OPEN, 2, errors, write, 0o600)]
    _, status, usage = os.wait4(os.posix_spawn(command[0], command, os.environ, file_actions=actions), 0)
    cost = [os.waitstatus_to_exitcode(status), usage.ru_maxrss, usage.ru_utime + usage.ru_stime]
    print(json.dumps(cost), flush=True)
"""


class Coefs:
    """The command, and what its runs have cost at the most."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.binary = str(binary.resolve())
        self.outputs = folder / "out", folder / "errors"
        self.launcher = subprocess.Popen(
            [sys.executable, "-ISc", LAUNCHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.runs = 0
        self.peak = 0
        self.seconds = 0.0

    def __call__(self, *arguments: str | Path, declared: int = 0) -> tuple[int, str, str]:
        """Run it; return the exit code and what it printed.

        A signal, a long time and too much memory are mismatches; `declared` is the number of bytes
        that the file asks for, where that is more than its length.
        """
        command = [self.binary, *map(str, arguments)]
        assert self.launcher.stdin and self.launcher.stdout
        request = json.dumps([command, *map(str, self.outputs)])
        self.launcher.stdin.write(request.encode() + b"\n")
        self.launcher.stdin.flush()
        code, peak, seconds = json.loads(self.launcher.stdout.readline())
        out, errors = (path.read_text(encoding="utf-8") for path in self.outputs)
        peak *= 1 if sys.platform == "darwin" else 1024
        self.runs += 1
        self.peak = max(self.peak, peak)
        self.seconds = max(self.seconds, seconds)

        sizes = [path.stat().st_size for path in map(Path, arguments) if path.is_file()]
        allowed = BASE_BYTES + 4 * max([declared, *sizes])
        # Signals are below 0; the codes are those of sysexits.h that the command documents.
        if code not in (0, 65, 66, 74):
            raise Mismatch(f"{command[1:]}: exit {code}: {errors[-500:]}")
        if code != 0 and errors.count("\n") != 1:
            raise Mismatch(f"{command[1:]}: the error is not one line: {errors!r}")
        if peak > allowed:
            raise Mismatch(f"{command[1:]}: {peak >> 20} MiB, and {allowed >> 20} are allowed")
        if seconds > MAX_SECONDS:
            raise Mismatch(f"{command[1:]}: {seconds:.1f} s")
        return code, out, errors

    def inspect(self, path: Path, declared: int = 0) -> list[dict[str, Any]] | None:
        """The arrays in a file; `None` where it is refused."""
        code, out, _ = self("inspect", "--json", path, declared=declared)
        return json.loads(out)["arrays"] if code == 0 else None


# MARK: - Comparing


def plain(value: Any) -> Any:
    """An element of an array as the command's JSON has it."""
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, np.complexfloating):
        return [plain(np.float64(value.real)), plain(np.float64(value.imag))]
    if isinstance(value, np.floating):
        number = float(np.float64(value))
        if math.isnan(number):
            return "nan"
        return number if math.isfinite(number) else ("inf" if number > 0 else "-inf")
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def same(shown: Any, value: Any, itemsize: int) -> bool:
    """Whether the value shown is this one; of four bytes or fewer, the shortest text that is."""
    if isinstance(value, float) and isinstance(shown, (int, float)) and itemsize <= 4:
        return float(np.float32(shown)) == value
    return bool(shown == value)


def padding(array: Array) -> Array:
    """The six of sixteen bytes that a long double leaves as the memory was; none of other types."""
    if array.dtype.kind not in "fc" or array.dtype.itemsize // (1 + (array.dtype.kind == "c")) != 16:
        return np.empty(0, np.uint8)
    words = np.ascontiguousarray(array).reshape(-1).view(np.uint8).reshape(-1, 16)
    return words[:, :6] if array.dtype.byteorder == ">" else words[:, 10:]


def clear_padding(array: Array) -> None:
    """Zero them, in an array in C order."""
    padding(array)[...] = 0


def demand_same(entry: dict[str, Any], array: Array) -> None:
    """Compare what the command shows of an array with the array."""
    name = entry["name"]

    def demand(field: str, expected: Any) -> None:
        if entry[field] != expected:
            raise Mismatch(f"{name}: {field} is {entry[field]!r}, and numpy says {expected!r}")

    # A record's type is shown as the header has it.
    if array.dtype.fields is None:
        demand("dtype", array.dtype.str)
    demand("shape", list(array.shape))
    demand("byteCount", array.nbytes)
    matters = array.size > 0 and sum(length > 1 for length in array.shape) > 1
    demand("fortranOrder", bool(matters and not array.flags.c_contiguous))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = [plain(value) for value in array.ravel(order="C")[:6]]
    except (UnicodeDecodeError, ValueError, SystemError):
        values = None  # no text, which numpy keeps as it is
    shown = entry["first"]
    if shown is None and padding(array).any():
        return  # few numbers of x86-64, and what pads them makes others of another processor
    if shown is None:
        # Dates and records are not shown, nor text that is not valid Unicode; Python takes lone
        # surrogates for valid.
        if array.dtype.kind not in "SUmMV":
            raise Mismatch(f"{name}: no value is shown of {values!r}")
        return
    if values is None:
        raise Mismatch(f"{name}: {shown!r} is shown of what is no text")
    itemsize = array.dtype.itemsize if array.dtype.kind == "f" else 8
    if len(shown) != len(values) or not all(
        same(one, other, itemsize) for one, other in zip(shown, values)
    ):
        raise Mismatch(f"{name}: the values are {shown!r}, and numpy has {values!r}")
    if array.dtype.kind in "iuf":
        with np.errstate(all="ignore"):
            numbers = array.astype(np.float64).ravel()
        finite = numbers[np.isfinite(numbers)]
        demand("nonFinite", int(numbers.size - finite.size))
        demand("min", float(finite.min()) if finite.size else None)
        demand("max", float(finite.max()) if finite.size else None)


# MARK: - Sound files


def random_array(rng: np.random.Generator, code: str) -> Array:
    """Any bits in any shape; text is valid Unicode."""
    order = rng.choice(["<", ">"]) if np.dtype(code).itemsize > 1 else ""
    dtype = np.dtype(f"{order}{code}")
    axes = int(rng.integers(0, 5))
    shape = tuple(int(length) for length in rng.integers(0 if rng.random() < 0.1 else 1, 6, axes))
    count = math.prod(shape)
    if dtype.kind in "SU":
        letters = list("az09 .\\'\"\u00e9\u65e5\u0000" + ("\U0001f600" if dtype.kind == "U" else ""))
        words = [
            "".join(rng.choice(letters, int(rng.integers(0, 18)))) for _ in range(count)
        ]
        if dtype.kind == "S":
            words = [word.encode("ascii", "ignore") for word in words]
        flat = np.array(words, dtype=dtype)
    elif dtype.kind == "b":
        flat = rng.integers(0, 2, count).astype(dtype)
    elif dtype.itemsize in (16, 32) and code in ("f16", "c32"):
        # Not any bits: those that the processor takes for invalid are no numbers to compare.
        parts = rng.standard_normal((count, dtype.itemsize // 16)).astype(np.longdouble)
        parts = parts * np.longdouble(2) ** int(rng.integers(-900, 900))
        flat = (parts[:, 0] + 1j * parts[:, 1] if dtype.kind == "c" else parts[:, 0]).astype(dtype)
        if rng.random() < 0.5:
            clear_padding(flat)
    else:
        flat = np.frombuffer(rng.bytes(count * dtype.itemsize), dtype=dtype)
    array = flat.reshape(shape)
    return np.asfortranarray(array) if rng.random() < 0.5 and axes else array


def check_arrays(coefs: Coefs, seed: int, folder: Path) -> None:
    """Forty arrays in an archive, and one alone."""
    rng = np.random.default_rng(seed)
    arrays = {
        f"a{index}": random_array(rng, DTYPES[(seed + index) % len(DTYPES)]) for index in range(40)
    }
    path = folder / "arrays.npz"
    (np.savez_compressed if seed % 2 else np.savez)(path, **arrays)
    entries = coefs.inspect(path)
    if entries is None or [entry["name"] for entry in entries] != list(arrays):
        raise Mismatch("the archive is refused, or has other arrays")
    for entry, array in zip(entries, arrays.values()):
        demand_same(entry, array)
    path = folder / "array.npy"
    np.save(path, arrays["a0"])
    entries = coefs.inspect(path)
    if entries is None:
        raise Mismatch("the array is refused")
    demand_same(entries[0], arrays["a0"])


def check_network(coefs: Coefs, seed: int, folder: Path) -> None:
    """A network under some convention, converted to both layouts."""
    rng = np.random.default_rng(seed)
    weight_name, bias_name, is_mlp = CONVENTIONS[seed % len(CONVENTIONS)]
    sizes = [int(size) for size in rng.integers(1, 9, int(rng.integers(2, 6)))]
    arrays: dict[str, Array] = {}
    layers: list[tuple[Array, Array]] = []
    for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        dtype = np.dtype(str(rng.choice(["<", ">"])) + str(rng.choice(WEIGHTS)))
        weights = (rng.standard_normal((inputs, outputs)) * 50 + 60).astype(dtype)
        biases = (rng.standard_normal(outputs) * 50 + 60).astype(dtype)
        # Such small networks are not always told from those of another processor.
        clear_padding(weights)
        clear_padding(biases)
        layers.append((weights, biases))
        stored = weights.T if is_mlp else weights
        stored = np.asfortranarray(stored) if rng.random() < 0.5 else np.ascontiguousarray(stored)
        arrays[weight_name(layer)] = stored
        arrays[bias_name(layer)] = biases.reshape(1, -1) if rng.random() < 0.2 else biases
    path = folder / "network.npz"
    (np.savez_compressed if seed % 2 else np.savez)(path, **arrays)
    for layout, names in (("mlp", ("weights", "biases")), ("sklearn", ("coefs", "intercepts"))):
        output = folder / f"{layout}.npz"
        code, _, message = coefs("convert", path, output, "--to", layout)
        if code != 0:
            raise Mismatch(message)
        with np.load(output, allow_pickle=False) as found:
            expected = {}
            for layer, (weights, biases) in enumerate(layers):
                expected[f"{names[0]}_{layer}"] = weights.T if layout == "mlp" else weights
                expected[f"{names[1]}_{layer}"] = biases
            if list(found) != list(expected):
                raise Mismatch(f"{layout}: the arrays are {list(found)}")
            for name, array in expected.items():
                other = found[name]
                if (other.dtype, other.shape) != (array.dtype, array.shape):
                    raise Mismatch(f"{layout}: {name} is {other.dtype} {other.shape}")
                if other.tobytes() != array.tobytes():
                    raise Mismatch(f"{layout}: {name} has other bits")


# MARK: - Damaged files

HEADER_WORDS = [
    (b"<", b">"), (b"<", b"="), (b"<", b"|"), (b"f8", b"f4"), (b"f8", b"i8"), (b"f8", b"d"),
    (b"f8", b"u8"), (b"f8", b"c16"), (b"f8", b"S8"), (b"f8", b"U2"), (b"f8", b"m8"), (b"f8", b"O"),
    (b"f8", b"M8[ns]"), (b"f8", b"V8"), (b"'<f8'", b"'float64'"), (b"'<f8'", b"'double'"),
    (b"'<f8'", b"[('a', '<f8')]"), (b"'<f8'", b"('<f8', ())"), (b"True", b"False"),
    (b"False", b"True"), (b"False", b"0"), (b"(2, 3)", b"(3, 2)"), (b"(2, 3)", b"(6,)"),
    (b"(2, 3)", b"(6)"), (b"(2, 3)", b"[2, 3]"), (b"(2, 3)", b"(2, 3, 1)"), (b"(2, 3)", b"(-2, -3)"),
    (b"(2, 3)", b"(2L, 3L)"), (b"(2, 3)", b"(0x2, 0b11)"), (b"(2, 3)", b"(+2, 3)"),
    (b"(2, 3)", b"(True, 6)"), (b"(2, 3)", b"(2.0, 3)"), (b"(2, 3)", b"(1_2, 3)"),
    (b"(2, 3)", b"()"), (b"(2, 3)", b"(2, 3"), (b"(2, 3)", b"(0, 3)"), (b"(2, 3)", b"((2), 3)"),
    (b"'shape'", b"'descr': '<f8', 'shape'"), (b"'shape'", b"'x': 1, 'shape'"),
    (b"'shape'", b"u'shape'"), (b"'shape'", b"b'shape'"), (b"'shape'", b"'sha' 'pe'"),
    (b"'shape'", b"'\\x73hape'"), (b"}", b"} # no more"), (b"}", b""), (b"{", b"({"), (b"{", b" {"),
    (b" ", b"\t"), (b"\n", b" "), (b"\n", b"\x00"), (b", ", b",\n"),
]  # fmt: skip


def damaged(file: bytes, rng: random.Random) -> bytes:
    """The file with one to three things done to it."""
    data = bytearray(file)
    for _ in range(rng.choice([1, 1, 2, 3])):
        place = rng.randrange(len(data)) if data else 0
        kind = rng.randrange(8)
        if kind == 0:
            del data[place:]
        elif kind == 1 and data:
            data[place] ^= 1 << rng.randrange(8)
        elif kind == 2 and data:
            data[place] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, 0x20, 0x30, 0x39])
        elif kind == 3:
            del data[place : place + rng.choice([1, 2, 8, 64])]
        elif kind == 4:
            data[place:place] = bytes(rng.choice([1, 2, 8, 64]))
        elif kind == 5 and len(data) > 4:
            number = struct.unpack_from("<H", data, min(place, len(data) - 2))[0]
            number = (number + rng.choice([-1, 1, 64, -64])) % 65536
            struct.pack_into("<H", data, min(place, len(data) - 2), number)
        else:
            old, new = rng.choice(HEADER_WORDS)
            where = data.find(old)
            if where >= 0:
                data[where : where + len(old)] = new
                # The header keeps its length where the blanks at its end allow it.
                blanks = data.find(b"     ", where)
                change = len(new) - len(old)
                if blanks >= 0 and change > 0:
                    del data[blanks : blanks + change]
                elif blanks >= 0:
                    data[blanks:blanks] = b" " * -change
    return bytes(data)


def numpy_reads(file: bytes) -> dict[str | None, Array | Exception] | None:
    """The arrays that numpy reads, each or its refusal; `None` where it refuses the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            content = np.load(io.BytesIO(file), allow_pickle=False)
            if isinstance(content, np.ndarray):
                return {None: content}
            arrays: dict[str | None, Array | Exception] = {}
            for name in content.files:
                try:
                    value = content[name]
                except Exception as error:  # numpy passes on whatever zipfile and tokenize raise
                    value = error
                if isinstance(value, (np.ndarray, Exception)):
                    arrays[name] = value
            return arrays
        except Exception:  # the same
            return None


def sound_npy(rng: np.random.Generator) -> bytes:
    """A small array of the shape and dtype that HEADER_WORDS knows, or any other."""
    file = io.BytesIO()
    array = rng.standard_normal((2, 3))
    if rng.random() < 0.3:
        array = random_array(rng, str(rng.choice(DTYPES)))
    np.save(file, np.asfortranarray(array) if rng.random() < 0.3 else array)
    return file.getvalue()


def damaged_npz(seed: int, rng: random.Random) -> bytes:
    """An archive that is damaged, or that holds damaged arrays with sound checksums."""
    generator = np.random.default_rng(seed)
    file = io.BytesIO()
    method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(file, "w", method) as archive:
            for index in range(rng.randrange(1, 4)):
                names = ["a{}.npy", "b{}.npy", "a{}", "x/{}.npy", "caf\u00e9{}.npy"]
                # Now and then a name that another member has.
                name = "a.npy" if rng.random() < 0.1 else rng.choice(names).format(index)
                array = sound_npy(generator)
                if seed % 3 and rng.random() < 0.5:
                    array = damaged(array, rng)
                archive.writestr(name, array)
    return file.getvalue() if seed % 3 else damaged(file.getvalue(), rng)


def check_damaged(coefs: Coefs, kind: str, runs: int, folder: Path) -> None:
    """Many files; of those that numpy refuses, which prove nothing more, a part only is tried."""
    accepted = refused = 0
    seed = 0
    while accepted + refused < runs:
        seed += 1
        rng = random.Random(seed)
        if kind == "npy":
            file = damaged(sound_npy(np.random.default_rng(seed)), rng)
        else:
            file = damaged_npz(seed, rng)
        truth = numpy_reads(file)
        if truth is None and seed % 8:
            continue
        path = folder / f"damaged.{kind}"
        path.write_bytes(file)
        try:
            entries = coefs.inspect(path)
        except Mismatch as error:
            raise Mismatch(f"seed {seed}: {error}") from None
        if entries is None:
            refused += 1
            continue
        accepted += 1
        if truth is None:
            continue
        by_name = {entry["name"]: entry for entry in entries}
        missing = [
            name for name, value in truth.items()
            if isinstance(value, np.ndarray) and name not in by_name
        ]  # fmt: skip
        if missing:
            raise Mismatch(f"seed {seed}: numpy also reads {missing}")
        for name, entry in by_name.items():
            value = truth.get(name)
            if isinstance(value, np.ndarray) and entry["shape"] is not None:
                try:
                    demand_same(entry, value)
                except Mismatch as error:
                    raise Mismatch(f"seed {seed}: {error}") from None
    if not accepted or not refused:
        raise Mismatch(f"{accepted} accepted, {refused} refused: not a fair sample")
    print(f"      {kind}: {seed} made, {accepted} accepted, {refused} refused")


# MARK: - Hostile files


def npy(shape: str, descr: str = "'|u1'", data: bytes = b"") -> bytes:
    """An NPY file that claims this shape."""
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode("latin1")
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(text)) + text + data


def packed(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def end_record_storm() -> bytes:
    """An archive with an end record every 22 bytes of its comment (42 s for libzip 1.7.3)."""
    archive = packed([(f"{index:04}", b"") for index in range(4_500)])
    end = archive[-22:]
    records = b"".join(
        end[:20] + struct.pack("<H", 22 * after) for after in reversed(range(2_978))
    )
    return archive[:-22] + records


def hostile_files() -> dict[str, tuple[bytes, int]]:
    """Files that ask for much, each with the bytes that it truthfully declares."""
    one = npy("()", data=b"\x01")
    stack = npy("(1000, 1, 1)", data=bytes(1000))
    bomb = bytes(64 << 20)
    return {
        "a claim of 8 EiB": (npy("(1152921504606846975,)", "'<f8'"), 0),
        "a claim beyond 64 bits": (npy("(4294967296, 4294967296, 4294967296)"), 0),
        "10^17 rows of nothing": (npy("(100000000000000000, 0)", "'<f8'"), 0),
        "elements without bytes": (npy("(1000000000000,)", "'|S0'"), 0),
        "brackets 4,000 deep": (npy("(" * 4_000), 0),
        "4,000 signs": (npy("-" * 4_000 + "1"), 0),
        "a shape of 3,000 axes": (npy("(" + "1," * 3_000 + ")"), 0),
        "a header of 4 GiB": (b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + bytes(100), 0),
        "names of 2,000 separators": (packed([(f"{'/' * 2_000}{i}.npy", one) for i in range(200)]), 0),
        "4,000 stacks of 1,000 layers": (
            packed([(f"{i}/coefs.npy", stack) for i in range(4_000)]), 4_000 * 1_128),
        "a member for every layer": (packed([(f"coefs_{i}.npy", one) for i in range(5_000)]), 0),
        "64 MiB in 64 KiB": (
            packed([("coefs_0.npy", npy("(67108864,)", data=bomb))]), len(bomb)),
        "64 MiB that are no array": (packed([("notes", bomb)]), 0),
        "a storm of end records": (end_record_storm(), 0),
        "an archive in an archive's comment": (packed([("a.npy", one)]) + packed([("b.npy", one)]), 0),
    }  # fmt: skip


def check_hostile(coefs: Coefs, file: bytes, declared: int, folder: Path) -> None:
    """Look into it, and try to convert it; each is bounded by what `Coefs` demands of every run."""
    path = folder / "hostile"
    path.write_bytes(file)
    coefs.inspect(path, declared=declared)
    code, _, _ = coefs("convert", path, folder / "out.npz", declared=declared)
    if code == 0 or (folder / "out.npz").exists():
        raise Mismatch("it is taken for a network")


def main() -> int:
    """Run every check, print a line for each."""
    parser = argparse.ArgumentParser(description="Check that coefs and numpy see the same arrays.")
    parser.add_argument("binary", type=Path, help="the coefs executable")
    parser.add_argument("--damaged", type=int, default=300, help="damaged files of each kind")
    arguments = parser.parse_args()
    outputs = tempfile.TemporaryDirectory()
    coefs = Coefs(arguments.binary, Path(outputs.name))
    reference.require_pinned_versions()

    checks: dict[str, Callable[[Path], None]] = {}
    for seed in range(len(DTYPES)):
        checks[f"arrays {seed}"] = partial(check_arrays, coefs, seed)
    for seed in range(60):
        checks[f"network {seed}"] = partial(check_network, coefs, seed)
    for kind in ("npy", "npz"):
        checks[f"damaged {kind}"] = partial(check_damaged, coefs, kind, arguments.damaged)
    for name, (file, declared) in hostile_files().items():
        checks[name] = partial(check_hostile, coefs, file, declared)

    failures = run_checks(checks)
    print(
        f"{coefs.runs} runs of the command, none above {coefs.peak >> 20} MiB "
        f"and {coefs.seconds:.1f} s"
    )
    print(f"{len(checks) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
