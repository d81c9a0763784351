"""Asks several readers of NPY and NPZ what they make of damaged files.

    .venv/bin/python tools/compare/compare_readers.py --reader coefs=COMMAND [--reader NAME=COMMAND …]

The corpus is made from fixtures/, the same on every run: files cut short, bits flipped, fields and
headers that lie, archives that say two things. Of each file it is known which arrays may be read
from it: those of the undamaged file, and where a lone array was changed into another one that is
just as sound (NPY has no checksum), that one too.

A reader is a command that gets the path of a file. For each array it prints a line

    name dtype shape sha256

with the name in percent encoding (`-` for the array of an NPY file), the dtype as in the header
without its byte order (`f8`, `U3`; `?8` if the reader tells no more than the size), the axes as
`64,16` (`-` if there are none), and the hash of the elements in C order, little-endian. It exits
with 0 if it has read all there is, 1 if it refuses something, 3 if memory ran out. NumPy is always
asked; this file is its reader, too. Give `NAME:npy=COMMAND` for one that reads NPY files only.

Every file is read in a process of its own, with limited time and memory (Linux). The answer is

    right      all arrays of the undamaged file, or the one that the file now holds
    refused    an error, and nothing wrong handed out before it
    wrong      an array with another name, type, shape or element; one silently chosen where the
               file holds two of that name; or no error although arrays were missing
    crashed    ended by a signal, or with an exit code of none of these kinds
    exhausted  ran out of time or memory

and only files count whose original the reader reads. Prints the table, then what is behind
the last three columns for the readers named with `--list`. Exits 1 if a reader named `coefs` has
anything there.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import math
import os
import random
import re
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import urllib.parse
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
# On a processor; and by the clock, after which a reader that uses none is given up.
SECONDS = 20
CLOCK_SECONDS = 600
MEMORY = 1 << 30
LINE = re.compile(r"(?P<name>\S*) (\S+) (-|\d+(?:,\d+)*) ([0-9a-f]{64})")
ANSWERS = ("right", "refused", "wrong", "crashed", "exhausted")

# What is known of an array: dtype, shape, and the hash of its elements.
Identity = tuple[str, str, str]


# MARK: - Arrays


def identity(array: NDArray) -> Identity:
    """An array as a reader has to print it."""
    little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False))
    shape = ",".join(map(str, array.shape)) or "-"
    return array.dtype.str[1:], shape, hashlib.sha256(little.tobytes()).hexdigest()


@dataclass(frozen=True)
class NPY:
    """The parts of an NPY file, to be put together wrongly."""

    header: bytes
    data: bytes
    version: tuple[int, int] = (1, 0)
    length: int | None = None

    @classmethod
    def parse(cls, file: bytes) -> NPY:
        """The parts of a sound file of version 1.0."""
        length = int.from_bytes(file[8:10], "little")
        return cls(file[10 : 10 + length], file[10 + length :])

    def __bytes__(self) -> bytes:
        size = len(self.header) if self.length is None else self.length
        count = struct.pack("<H" if self.version[0] == 1 else "<I", size)
        return b"\x93NUMPY" + bytes(self.version) + count + self.header + self.data


def meaning(file: bytes) -> NDArray | None:
    """The array that a file holds by the letter of the format; None if it is not sound.

    Unlike np.load this wants the data to be as long as the header says, to the byte.
    """
    versions = (b"\1\0", b"\2\0", b"\3\0")
    if file[:6] != b"\x93NUMPY" or file[6:8] not in versions or len(file) < 12:
        return None
    start = 10 if file[6] == 1 else 12
    end = start + int.from_bytes(file[8:start], "little")
    if end > len(file):
        return None
    try:
        text = file[start:end].decode("utf-8" if file[6] == 3 else "latin-1")
        fields = ast.literal_eval(text.strip())
        dtype, order, shape = (fields.pop(key) for key in ("descr", "fortran_order", "shape"))
        dtype = np.dtype(dtype)
    except (ValueError, TypeError, SyntaxError, LookupError, AttributeError):
        return None
    except (MemoryError, RecursionError):  # the parser's, for a literal too deep
        return None
    is_sound = (
        not fields
        and not dtype.hasobject
        and isinstance(order, bool)
        and isinstance(shape, tuple)
        and len(shape) <= 64
        and all(type(axis) is int and axis >= 0 for axis in shape)
    )
    if not is_sound or dtype.itemsize * math.prod(shape) != len(file) - end:
        return None
    return np.ndarray(shape, dtype, file, end, order="F" if order else "C")


# MARK: - Archives


@dataclass
class Member:
    """A member of an archive; `local` and `central` replace fields of its two headers."""

    name: str
    data: bytes
    is_deflated: bool = False
    local: dict[str, int | bytes] = field(default_factory=dict)
    central: dict[str, int | bytes] = field(default_factory=dict)
    has_record: bool = True


FLAGS, METHOD, CRC, PACKED, SIZE = "flags", "method", "crc", "packed", "size"


def archive(members: list[Member], comment: bytes = b"", **end: int) -> bytes:
    """A ZIP archive as told, sound or not; `end` replaces fields of the end record."""
    out = bytearray()
    directory = bytearray()
    for member in members:
        packed = member.data
        if member.is_deflated:
            packer = zlib.compressobj(wbits=-15)
            packed = packer.compress(member.data) + packer.flush()
        common: dict[str, int | bytes] = {
            FLAGS: 0, METHOD: 8 * member.is_deflated, CRC: zlib.crc32(member.data),
            PACKED: len(packed), SIZE: len(member.data), "name": member.name.encode(), "extra": b"",
            "offset": len(out),
        }  # fmt: skip
        at = {**common, **member.local}
        if member.has_record:
            out += b"PK\3\4" + struct.pack(
                "<HHHHHIIIHH", 20, at[FLAGS], at[METHOD], 0, 33, at[CRC], at[PACKED], at[SIZE],
                len(at["name"]), len(at["extra"])
            ) + at["name"] + at["extra"] + packed  # fmt: skip
        at = {**common, **member.central}
        directory += b"PK\1\2" + struct.pack(
            "<HHHHHHIIIHHHHHII", 20, 20, at[FLAGS], at[METHOD], 0, 33, at[CRC], at[PACKED],
            at[SIZE], len(at["name"]), len(at["extra"]), 0, 0, 0, 0, at["offset"]
        ) + at["name"] + at["extra"]  # fmt: skip
    values = {"count": len(members), "size": len(directory), "offset": len(out)} | end
    out += directory + end64(values, len(out) + len(directory)) if "at64" in end else directory
    return bytes(out) + b"PK\5\6" + struct.pack(
        "<HHHHIIH", 0, 0, values["count"], values["count"], values["size"], values["offset"],
        len(comment)
    ) + comment  # fmt: skip


def end64(values: dict[str, int], position: int) -> bytes:
    """A zip64 end record and its locator, which points where `at64` says (0: at the record)."""
    record = struct.pack("<QHHIIQQ", 44, 45, 45, 0, 0, values["count"], values["count"])
    record = b"PK\6\6" + record + struct.pack("<QQ", values["size"], values["offset"])
    return record + b"PK\6\7" + struct.pack("<IQI", 0, values["at64"] or position, 1)


# Names of fields, where they are in their record, and how many bytes they have.
LOCAL = {FLAGS: (6, 2), METHOD: (8, 2), CRC: (14, 4), PACKED: (18, 4), SIZE: (22, 4),
         "name_length": (26, 2), "extra_length": (28, 2)}  # fmt: skip
CENTRAL = {FLAGS: (8, 2), METHOD: (10, 2), CRC: (16, 4), PACKED: (20, 4), SIZE: (24, 4),
           "name_length": (28, 2), "extra_length": (30, 2), "comment_length": (32, 2),
           "disk": (34, 2), "offset": (42, 4)}  # fmt: skip
END = {"disk": (4, 2), "directory_disk": (6, 2), "count_here": (8, 2), "count": (10, 2),
       "size": (12, 4), "offset": (16, 4), "comment_length": (20, 2)}  # fmt: skip


def fields_of(file: bytes) -> Iterator[tuple[str, int, int]]:
    """The numeric fields of a sound archive without comments: (name, position, size)."""
    end = len(file) - 22
    central = int.from_bytes(file[end + 16 : end + 20], "little")
    while central < end:
        local = int.from_bytes(file[central + 42 : central + 46], "little")
        for where, start, table in (("local", local, LOCAL), ("central", central, CENTRAL)):
            for name, (offset, size) in table.items():
                yield f"{where}-{name}", start + offset, size
        central += 46 + sum(struct.unpack_from("<HHH", file, central + 28))
    for name, (offset, size) in END.items():
        yield f"end-{name}", end + offset, size


# MARK: - Damage


@dataclass
class Original:
    """A sound file: its bytes and its arrays."""

    name: str
    file: bytes
    arrays: dict[str, Identity]


@dataclass
class Damaged:
    """A damaged file: of what kind, made from which original, and which arrays may be read."""

    kind: str
    original: Original
    file: bytes
    allowed: dict[str, set[Identity]]
    name: str = ""


def damaged(
    kind: str, original: Original, file: bytes, *,
    also: dict[str, NDArray | None] | None = None, ambiguous: str = ""
) -> Damaged:  # fmt: skip
    """A file from which the arrays of the original may be read, and those of `also`."""
    allowed = {name: {array} for name, array in original.arrays.items() if name != ambiguous}
    for name, array in (also or {}).items():
        if array is not None:
            allowed.setdefault(name, set()).add(identity(array))
    return Damaged(kind, original, file, allowed)


def flipped(file: bytes, at: int, bit: int) -> bytes:
    """The same with one bit another."""
    return file[:at] + bytes([file[at] ^ 1 << bit]) + file[at + 1 :]


def cuts(file: bytes, marks: list[int], chance: random.Random) -> list[int]:
    """Lengths to cut a file to: some told, the last byte missing, and three by chance."""
    return sorted({*marks, len(file) - 1, *(chance.randrange(1, len(file)) for _ in range(3))})


def headers(npy: NPY) -> Iterator[tuple[str, NPY]]:
    """A file whose header lies or is no header, in many ways: (kind, the file)."""
    text = npy.header.decode()
    known = ast.literal_eval(text.strip())
    descr, order, shape = (repr(known[key]) for key in ("descr", "fortran_order", "shape"))
    code, axes, item = known["descr"], known["shape"], np.dtype(known["descr"]).itemsize

    def with_text(changed: str) -> NPY:
        padded = changed + " " * (-(len(changed) + 11) % 64) + "\n"
        return NPY(padded.encode("latin-1"), npy.data)

    def with_field(name: str, old: str, new: str) -> NPY:
        return with_text(text.strip().replace(f"'{name}': {old}", f"'{name}': {new}"))

    for lie in (
        (*axes[:-1], axes[-1] + 1), (*axes[:-1], axes[-1] - 1), axes[1:], (*axes, 0), (*axes, 2),
        (-1,), (-axes[0], -axes[1]), (10**7,), (10**12,), (2**63,), (2**64 + axes[0], axes[1]),
        (2**32, 2**32), (2**64 // item + 1,), (2**62, 2**62, 4), (1,) * 70, axes[::-1], (),
    ):  # fmt: skip
        yield "shape", with_field("shape", shape, repr(lie))
    for lie in ("[2, 3]", "6", "(2.0, 3)", "('2', 3)", "(True, 6)", "None", "(2, 3", "(" * 3000):
        yield "shape", with_field("shape", shape, lie)
    small, big = code[:2] + str(item // 2), ">" + code[1:]
    for lie in (small, code[:2] + str(item * 2), big, code[:2], code[:2] + "0", "<f9999999999",
                "<U2147483647", "|O", f"|V{item}", f"<i{item}", "<x8", "", "<f8\0",
                "é"):  # fmt: skip
        yield "dtype", with_field("descr", descr, repr(lie))
    for lie in ("'<f8", "8", "None", "['<f8']", "<f8"):
        yield "dtype", with_field("descr", descr, lie)
    for lie in (str(not known["fortran_order"]), "true", "1", "'True'", "None"):
        yield "order", with_field("fortran_order", order, lie)
    body = text.strip()
    for changed in (
        body[:-1], body[1:], "", "{}", "None", body + body, "[" + body + "]", body + ",",
        body.replace("'shape'", "'shapes'"), body.replace("'descr'", "'Descr'"),
        body.replace("}", "'extra': 1}"), body.replace("'fortran_order'", "fortran_order"),
        body.replace("{", "{'shape': (9,), "), body.replace(",", ";"), "\0" * len(body),
    ):  # fmt: skip
        yield "dictionary", with_text(changed)
    size = len(npy.header)
    for length in (0, 1, size - 1, size + 1, size - 64, size + 16, 65535):
        yield "header length", NPY(npy.header, npy.data, length=length)
    for version in ((0, 0), (1, 1), (2, 0), (3, 0), (4, 0), (255, 255)):
        yield "version", NPY(npy.header, npy.data, version)
    for length in (2**31, 2**32 - 1):
        yield "header length", NPY(npy.header, npy.data, (2, 0), length)
    yield "more data", NPY(npy.header, npy.data + npy.data)
    yield "more data", NPY(npy.header, npy.data + b"\0")
    yield "no data", NPY(npy.header, b"")


def damaged_npy(original: Original, chance: random.Random) -> Iterator[Damaged]:
    """A lone array cut short and with bits flipped."""
    file = original.file
    start = len(file) - len(NPY.parse(file).data)
    for length in cuts(file, [0, 5, 9, start - 1, start, start + 1], chance):
        yield damaged("cut", original, file[:length], also={"-": meaning(file[:length])})
    places = [("bit in the header", 0, start)] * 16 + [("bit in the data", start, len(file))] * 3
    for kind, first, last in places:
        changed = flipped(file, chance.randrange(first, last), chance.randrange(8))
        yield damaged(kind, original, changed, also={"-": meaning(changed)})


def damaged_npz(original: Original, chance: random.Random) -> Iterator[Damaged]:
    """An archive cut short, with bits flipped, and with numbers in its records that lie."""
    file = original.file
    for length in cuts(file, [0, 3, 30, len(file) - 22, len(file) - 23], chance):
        yield damaged("cut", original, file[:length])
    for _ in range(20):
        changed = flipped(file, chance.randrange(len(file)), chance.randrange(8))
        yield damaged("bit in the archive", original, changed)
    lies = []
    for name, at, size in fields_of(file):
        value = int.from_bytes(file[at : at + size], "little")
        top = (1 << 8 * size) - 1
        for lie in {0, 1, value + 1 & top, value - 1 & top, top} - {value}:
            changed = file[:at] + lie.to_bytes(size, "little") + file[at + size :]
            kind = "CRC field" if name.endswith(CRC) else "number in a record"
            lies.append(damaged(kind, original, changed))
    yield from chance.sample(lies, 24)


def crafted(original: Original, parts: dict[str, bytes], deflate: bool) -> Iterator[Damaged]:
    """Archives with every checksum right that lie about their arrays, or say two things."""

    def build(changes: dict[str, bytes] | None = None) -> list[Member]:
        contents = parts | (changes or {})
        return [Member(f"{name}.npy", data, deflate) for name, data in contents.items()]

    first, second, *_ = parts
    npy = NPY.parse(parts[second])
    lies = [(kind, bytes(file)) for kind, file in headers(npy)]
    for kind, file in lies[::4]:
        yield damaged(f"member: {kind}", original, archive(build({second: file})),
                      also={second: meaning(file)})  # fmt: skip
    for cut in (0, 7, len(npy.header) + 10, len(parts[second]) - 1):
        file = parts[second][:cut]
        yield damaged("member: cut", original, archive(build({second: file})))

    # Two members of one name.
    other = bytes(NPY(npy.header, npy.data[::-1]))
    for extra, position in ((other, 3), (other, 0)):
        members = build()
        members.insert(position, Member(f"{second}.npy", extra, deflate))
        yield damaged("two of a name", original, archive(members), ambiguous=second)
    twins = [*build(), Member(f"{second}.npy", parts[second], deflate)]
    yield damaged("two of a name", original, archive(twins))
    bare = [*build(), Member(second, other, deflate)]
    yield damaged("two of a name", original, archive(bare), ambiguous=second)

    # Two entries for one record; an entry that points into the data of another.
    whole = archive(build())
    at = whole.index(b"PK\3\4", 1)
    entry = Member(f"{second}.npy", parts[second], deflate, has_record=False)
    entry.central = {"offset": at}
    yield damaged("overlap", original, archive([*build(), entry]))
    another = Member("another.npy", parts[second], deflate, {}, {"offset": at}, False)
    yield damaged("overlap", original, archive([*build(), another]))
    inner = archive([Member("hidden.npy", other)])
    long = Member("long", inner)
    # "long" begins where the directory did; its data, behind 30 bytes and the name, is a record.
    inside = {"offset": whole.index(b"PK\1\2") + 34}
    hidden = Member("hidden.npy", other, False, {}, inside, False)
    yield damaged("overlap", original, archive([*build(), long, hidden]))

    # The two headers of a member disagree, or both say what cannot be.
    for changes in ({SIZE: 0}, {PACKED: 0}, {METHOD: 8 * (not deflate)}, {METHOD: 12}, {FLAGS: 1},
                    {FLAGS: 8}, {CRC: 0}, {SIZE: 2**32 - 2}, {PACKED: 2**32 - 2},
                    {"name": b"x.npy"}, {"name": b""}, {"name": b"../../x.npy"},
                    {"extra": struct.pack("<HHQQ", 1, 16, 2**63, 2**63), SIZE: 2**32 - 1},
                    {"extra": struct.pack("<HHI", 1, 400, 0)}):  # fmt: skip
        for where in ("local", "central"):
            members = build()
            setattr(members[1], where, changes)
            yield damaged("headers disagree", original, archive(members))
    for changes in ({SIZE: 1}, {SIZE: 2**31}, {FLAGS: 1}, {METHOD: 99}, {CRC: 1}):
        members = build()
        members[1].local = members[1].central = changes
        yield damaged("both headers lie", original, archive(members))

    # Around the archive.
    end = len(whole) - 22
    swapped = archive(build({second: other}))
    junk = random.Random(9).randbytes(200)
    storm = (b"PK\5\6" + bytes(18)) * 2900
    yield damaged("junk around it", original, junk + whole)
    yield damaged("junk around it", original, whole + junk)
    yield damaged("two archives", original, swapped + whole, ambiguous=second)
    yield damaged("two archives", original, archive(build(), swapped), ambiguous=second)
    yield damaged("end records", original, archive(build(), storm))
    yield damaged("end records", original, storm * 5 + whole)
    yield damaged("end records", original, whole[:end] + whole[end:] * 2)
    for ends in ({"count": 0}, {"count": 2}, {"count": 65535}, {"size": 0}, {"offset": 0},
                 {"at64": 0, "offset": 2**32 - 1}, {"at64": 2**63}, {"at64": 2**64 - 1},
                 {"at64": 0, "count": 65535}):  # fmt: skip
        yield damaged("end records", original, archive(build(), **ends))


def bomb(original: Original, parts: dict[str, bytes]) -> Damaged:
    """An archive with 256 MB of zeros behind the data of an array, a thousandth of it packed."""
    first = next(iter(parts))
    members = [Member(f"{name}.npy", data, True) for name, data in parts.items()]
    members[0].data = parts[first] + bytes(1 << 28)
    return damaged("bomb", original, archive(members))


def corpus() -> tuple[list[Original], list[Damaged]]:
    """All files, with names that begin with their number."""
    originals: list[Original] = []
    files: list[Damaged] = []
    for name in ("npy/f8-c", "npy/f8-fortran", "npy/i4-c", "npy/f4-c", "perceptron-coefs"):
        content = (FIXTURES / f"{name}.npy").read_bytes()
        array = meaning(content)
        assert array is not None
        original = Original(Path(name).name + ".npy", content, {"-": identity(array)})
        originals.append(original)
        files += damaged_npy(original, random.Random(name))
        if name == "npy/f8-c":
            for kind, npy in headers(NPY.parse(content)):
                file = bytes(npy)
                files.append(damaged(kind, original, file, also={"-": meaning(file)}))

    parts = {}
    for name in ("f8-c", "i4-c", "f4-c"):
        parts[name.replace("-", "_")] = (FIXTURES / "npy" / f"{name}.npy").read_bytes()
    archives = {
        "savez.npz": (FIXTURES / "npz" / "savez-mixed.npz").read_bytes(),
        "network.npz": (FIXTURES / "chapter-arr.npz").read_bytes(),
        "stored.npz": archive([Member(f"{name}.npy", data) for name, data in parts.items()]),
        "deflated.npz": archive(
            [Member(f"{name}.npy", data, True) for name, data in parts.items()]
        ),
    }
    for name, content in archives.items():
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            with np.load(file) as loaded:
                original = Original(name, content, {key: identity(loaded[key]) for key in loaded})
        originals.append(original)
        files += damaged_npz(original, random.Random(name))
        if name in ("stored.npz", "deflated.npz"):
            files += crafted(original, parts, name == "deflated.npz")
        if name == "deflated.npz":
            files.append(bomb(original, parts))
    for number, damage in enumerate(files):
        kind = damage.kind.replace(" ", "-").replace(":", "")
        damage.name = f"{number:03}-{kind}-{damage.original.name}"
    return originals, files


# MARK: - Readers


@dataclass(frozen=True)
class Reader:
    """A reader: its name, its command, and whether it knows archives."""

    name: str
    command: list[str]
    npy_only: bool = False

    @classmethod
    def parse(cls, text: str) -> Reader:
        """From `NAME=COMMAND` or `NAME:npy=COMMAND`."""
        name, separator, command = text.partition("=")
        if not separator or not command:
            raise argparse.ArgumentTypeError("a reader is NAME=COMMAND")
        return cls(name.removesuffix(":npy"), shlex.split(command), name.endswith(":npy"))

    def ask(
        self, path: Path, allowed: dict[str, set[Identity]], wanted: set[str]
    ) -> tuple[str, str]:
        """What kind of answer it gives to a file, and its last words.

        `allowed` are the arrays that may be handed out, by name; `wanted` the names of those that
        must be, unless there is an error.
        """
        limited = f'ulimit -v {MEMORY >> 10}; ulimit -t {SECONDS}; ulimit -c 0; exec "$@"'
        command = ["sh", "-c", limited, "sh", *self.command, str(path)]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        try:
            run = subprocess.run(
                command, capture_output=True, timeout=CLOCK_SECONDS, check=False, env=environment
            )
        except subprocess.TimeoutExpired:
            return "exhausted", f"{CLOCK_SECONDS} s"
        words = run.stderr.decode(errors="replace").strip().splitlines()
        last = words[-1] if words else ""
        if run.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "exhausted", f"{SECONDS} s on a processor"
        if run.returncode == 3:
            return "exhausted", last
        if run.returncode not in (0, 1):
            return "crashed", f"{run.returncode} {last}"
        names = set()
        for line in run.stdout.decode(errors="replace").splitlines():
            found = LINE.fullmatch(line)
            if not found:
                continue  # what a library says on its own
            name = urllib.parse.unquote(found["name"], errors="replace")
            names.add(name)
            if not any(agree(found.groups()[1:], array) for array in allowed.get(name, ())):
                return "wrong", f"{line} {last}"
        if run.returncode == 1:
            return "refused", last
        if names != wanted:
            return "wrong", f"only {sorted(names)}"
        return "right", ""


def agree(found: tuple[str, ...], array: Identity) -> bool:
    """Whether an array that a reader printed is this one, as far as it tells."""
    dtype = found[0]
    if dtype.startswith("?"):
        same = dtype[1:] == str(np.dtype(array[0]).itemsize)
    else:
        same = dtype == array[0]
    return same and found[1:] == array[1:]


def read_with_numpy(path: str) -> int:
    """NumPy as a reader; the exit code."""
    warnings.simplefilter("ignore")
    try:
        loaded = np.load(path, allow_pickle=False)
        arrays = [("-", loaded)] if isinstance(loaded, np.ndarray) else loaded.items()
        for name, array in arrays:
            if isinstance(array, np.ndarray):  # bytes otherwise, of a member that is no array
                print(urllib.parse.quote(name), *identity(array), flush=True)
    except MemoryError as error:
        print(f"MemoryError: {error}", file=sys.stderr)
        return 3
    except Exception as error:  # whatever it raises is a refusal
        print(f"{type(error).__name__}: {error}".replace("\n", " "), file=sys.stderr)
        return 1
    return 0


# MARK: - The comparison


def compare(readers: list[Reader], listed: list[str], folder: Path) -> bool:
    """Ask them all and print the table; whether coefs has nothing in the last three columns."""
    originals, files = corpus()
    for original in originals:
        (folder / original.name).write_bytes(original.file)
    for damage in files:
        (folder / damage.name).write_bytes(damage.file)
    lone = sum(damage.name.endswith(".npy") for damage in files)
    print(f"{len(files)} damaged files: {lone} NPY, {len(files) - lone} NPZ\n")
    print("| reader | files | " + " | ".join(ANSWERS) + " |")
    print("| --- |" + " ---: |" * (len(ANSWERS) + 1))

    def is_read(reader: Reader, original: Original) -> bool:
        if reader.npy_only and original.name.endswith(".npz"):
            return False
        arrays = {name: {array} for name, array in original.arrays.items()}
        return reader.ask(folder / original.name, arrays, set(arrays))[0] == "right"

    good = True
    notes: list[str] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for reader in readers:
            known = {original.name for original in originals if is_read(reader, original)}
            fit = [damage for damage in files if damage.original.name in known]
            answers = list(
                pool.map(
                    lambda damage: reader.ask(
                        folder / damage.name, damage.allowed, set(damage.original.arrays)
                    ),
                    fit,
                )
            )
            counts = Counter(kind for kind, _ in answers)
            row = [reader.name, len(fit), *(counts[answer] for answer in ANSWERS)]
            print("| " + " | ".join(map(str, row)) + " |", flush=True)
            bad = [
                f"{reader.name} {kind}: {damage.name}: {why}"
                for damage, (kind, why) in zip(fit, answers)
                if kind in ANSWERS[2:]
            ]
            if reader.name == "coefs":
                good = not bad
            if reader.name in (*listed, "coefs"):
                notes += bad
    print("\n" + "\n".join(notes) if notes else "")
    return good


def main() -> int:
    """Read a file with NumPy, or compare all readers."""
    parser = argparse.ArgumentParser(description="Compares readers on damaged NPY and NPZ files.")
    parser.add_argument("--reader", type=Reader.parse, action="append", default=[],
                        metavar="NAME=COMMAND", help="ask this one, too")  # fmt: skip
    parser.add_argument("--list", action="append", default=[], metavar="NAME",
                        help="list each file that this reader gets wrong")  # fmt: skip
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the files there")
    parser.add_argument("--numpy", metavar="FILE", help="only read this file, with NumPy")
    options = parser.parse_args()
    if options.numpy:
        return read_with_numpy(options.numpy)
    warnings.simplefilter("ignore")
    numpy = Reader(f"numpy {np.__version__}", [sys.executable, __file__, "--numpy"])
    with tempfile.TemporaryDirectory() as scratch:
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
        folder = options.keep or Path(scratch)
        return 0 if compare([*options.reader, numpy], options.list, folder) else 1


if __name__ == "__main__":
    sys.exit(main())
