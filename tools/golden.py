"""The golden bytes of fixtures/npy and fixtures/npz: what numpy itself writes, and truth beside it.

A part of make_fixtures.py. Every truth is read back from the written file by numpy.
"""

from __future__ import annotations

import ast
import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

Version = tuple[int, int]

FLOATS = [0.0, -0.0, 1.5, -np.inf, np.inf, np.nan]
LONG_DOUBLES = [0.0, -0.0, 1.5, 1 + np.ldexp(np.longdouble(1), -63), -np.inf, np.nan]
SAMPLES: dict[str, list[Any]] = {
    "f2": [*FLOATS[:3], 65504, 6e-8, np.nan],
    "f4": [*FLOATS[:3], 3.4e38, -np.inf, np.nan],
    "f8": FLOATS,
    "f16": LONG_DOUBLES,
    "c8": [0, complex(-0.0, 1), 1.5 - 2j, complex(np.inf, -np.inf), complex(np.nan, 0), 3e38j],
    "c16": [0, complex(-0.0, 1), 1.5 - 2j, complex(np.inf, -np.inf), complex(np.nan, 0), 1e300j],
    "c32": [complex(a, b) for a, b in zip(FLOATS, reversed(FLOATS))],
    "S5": ["", "a", "b\0c", "hello", " pad ", "'\"\\n"],
    "U3": ["", "a", "b\0c", "é日😀", " p ", "'\"\\"],
}


def write_npy(directory: Path) -> int:
    """Write the .npy files and truth.json; return how many files there are."""
    directory.mkdir(exist_ok=True)
    arrays = _arrays_by_dtype() | _arrays_by_shape() | _arrays_without_plain_values()
    versions: dict[str, Version] = {}
    for major in (1, 2, 3):
        arrays[f"version-{major}"] = np.arange(6, dtype="<i4").reshape(2, 3)
        versions[f"version-{major}"] = (major, 0)
    truth = []
    for name, array in arrays.items():
        path = directory / f"{name}.npy"
        with path.open("wb") as file, warnings.catch_warnings():
            # numpy warns that a header in UTF-8 is beyond old readers: it is the point here.
            warnings.simplefilter("ignore", UserWarning)
            npy.write_array(file, array, versions.get(name), allow_pickle=array.dtype.hasobject)
        truth.append({"file": path.name, **_describe(path.read_bytes())})
    _write_json(directory / "truth.json", truth)
    return len(truth)


def write_npz(directory: Path) -> int:
    """Write the .npz files and manifest.json; return how many archives there are."""
    directory.mkdir(exist_ok=True)
    archives = _saved_archives() | _zipfile_archives()
    manifest = []
    for name, (how, content) in archives.items():
        path = directory / f"{name}.npz"
        path.write_bytes(content)
        manifest.append({"file": path.name, "writer": how, **_read_archive(content)})
    _write_json(directory / "manifest.json", manifest)
    return len(manifest)


def clear_padding(array: NDArray) -> None:
    """Zero the six of sixteen bytes that a long double leaves as the memory was."""
    array.view(np.uint8).reshape(-1, 16)[:, 10:] = 0


def _sample(dtype: str) -> NDArray:
    """Six telling values of a dtype as a (2, 3) array in native byte order."""
    if dtype == "b1":
        values: list[Any] = [True, False, False, True, True, False]
    elif dtype[0] in "iu":
        limits = np.iinfo(dtype)
        values = [limits.min, limits.max, 0, 1, limits.max - 1, limits.max // 2]
    else:
        values = SAMPLES[dtype]
    array = np.array(values, dtype).reshape(2, 3)
    if dtype in ("f16", "c32"):
        clear_padding(array)
    return array


def _arrays_by_dtype() -> dict[str, NDArray]:
    """Each dtype in C and in Fortran order, and big-endian where it has a byte order."""
    arrays = {}
    integers = [kind + size for kind in "iu" for size in "1248"]
    for dtype in ["b1", *integers, *SAMPLES]:
        array = _sample(dtype)
        arrays[f"{dtype}-c"] = array
        fortran = array.copy("F")
        if dtype in ("f16", "c32"):
            clear_padding(fortran.T)
        arrays[f"{dtype}-fortran"] = fortran
        if array.dtype.byteorder != "|" and dtype not in ("f16", "c32"):
            arrays[f"{dtype}-big-endian"] = array.astype(array.dtype.newbyteorder(">"))
    arrays["f8-big-endian-fortran"] = np.asfortranarray(_sample("f8").astype(">f8"))
    return arrays


def _arrays_by_shape() -> dict[str, NDArray]:
    """Each kind of shape, and the headers that only a shape can bring about."""
    counting = np.arange(120, dtype="<i2")
    return {
        "shape-0d": np.array(2.5),
        "shape-0d-string": np.array("logistic"),
        "shape-0": np.zeros(0),
        "shape-1": np.array([7.0]),
        "shape-1x1": np.array([[7.0]]),
        "shape-5": np.linspace(0, 1, 5),
        "shape-3x0x2": np.zeros((3, 0, 2), "<f4"),
        "shape-2x1-fortran": np.asfortranarray(np.array([[1.0], [2.0]])),
        "shape-2x3x4x5": counting.reshape(2, 3, 4, 5),
        "shape-2x3x4x5-fortran": np.asfortranarray(counting.reshape(2, 3, 4, 5)),
        "shape-64-dimensions": np.full((1,) * 64, 3.0),
        "shape-large-axis": np.empty((10**17, 0), "i1"),
        "shape-large-last-axis": np.empty((0, 10**17), "i1"),
        "header-already-aligned": _aligned(),
    }


def _aligned() -> NDArray:
    """An array whose header needs no padding, and therefore gets 64 spaces of it."""
    for dimensions in range(1, 65):
        array = np.full((1,) * dimensions, 3.0)
        file = io.BytesIO()
        npy.write_array(file, array)
        text = file.getvalue()[10 : -array.nbytes]
        growth = npy.GROWTH_AXIS_MAX_DIGITS - len("1")
        if len(text) == len(text.rstrip()) + growth + 64 + 1:
            return array
    raise AssertionError("no number of dimensions aligns the header")


def _arrays_without_plain_values() -> dict[str, NDArray]:
    """The dtypes that are no numbers and no strings; their bytes count up."""
    record = np.dtype([("a", "<i4"), ("b", ">f8", (2, 3)), ("c", "|S5")])
    pair = np.dtype([("a", "<u2"), (("second", "b"), "|i1")])
    moments = ["2024-02-29T12:00", "NaT"]
    return {
        "raw-structured": _counting(record, 2),
        "raw-structured-c": _counting(pair, 6).reshape(2, 3),
        "raw-structured-fortran": np.asfortranarray(_counting(pair, 6).reshape(2, 3)),
        "raw-structured-aligned": _counting(np.dtype("i1, f8", align=True), 2),
        "raw-structured-latin1": _counting(np.dtype([("é", "<i4")]), 2),
        "raw-structured-utf8": _counting(np.dtype([("日本", "<i4")]), 2),
        "raw-datetime": np.array(moments, "M8[s]"),
        "raw-datetime-multiple": np.array(moments, "M8[25s]"),
        "raw-timedelta": np.array([1, -1], "m8[ms]"),
        "raw-void": np.frombuffer(b"abcdefgh", "V4"),
        "raw-bfloat16": np.frombuffer(b"\x80\x3f\x00\xc0", "V2"),
        "objects": np.array([1, "two", None], object),
        "objects-in-record": np.zeros(1, [("a", "O")]),
    }


def _counting(dtype: np.dtype[Any], count: int) -> NDArray:
    """As many elements, of the bytes 0, 1, 2, …"""
    return np.frombuffer(bytes(range(dtype.itemsize * count)), dtype)


def _describe(content: bytes) -> dict[str, Any]:
    """What numpy reads in the bytes of a .npy file."""
    version = content[6]
    start = 10 if version == 1 else 12
    data_offset = start + int.from_bytes(content[8:start], "little")
    text = content[start:data_offset].decode("utf-8" if version == 3 else "latin-1")
    header = ast.literal_eval(text.strip())
    described = {
        "version": version,
        "dataOffset": data_offset,
        "dtype": str(header["descr"]),
        "shape": header["shape"],
        "fortranOrder": header["fortran_order"],
        "values": None,
    }
    if npy.descr_to_dtype(header["descr"]).kind in "biufcSU":
        array = npy.read_array(io.BytesIO(content), allow_pickle=False)
        described["values"] = [_plain(value) for value in array.ravel("C")]
    return described


def _plain(value: Any) -> Any:
    """A value for JSON: floats as hexadecimal strings, which lose nothing, complex as pairs."""
    match value:
        case np.complexfloating():
            return [_plain(value.real), _plain(value.imag)]
        case np.longdouble():
            return _long_double_hex(value)
        case np.floating():
            return float(value).hex()
        case np.bytes_():
            return value.decode("ascii")
        case _:
            return value.item()


def _long_double_hex(value: np.longdouble) -> str:
    """`float.hex` for a number of more than 53 bits."""
    if not np.isfinite(value):
        return float(value).hex()
    fraction, exponent = np.frexp(abs(value))
    sign = "-" if np.signbit(value) else ""
    return f"{sign}{int(np.ldexp(fraction, 64)):#x}p{int(exponent) - 64:+d}"


class _Pipe(io.RawIOBase):
    """A sink that cannot seek, as a pipe: zipfile then writes data descriptors."""

    def __init__(self) -> None:
        super().__init__()
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.content += data
        return len(data)


def _saved_archives() -> dict[str, tuple[str, bytes]]:
    """What np.savez and np.savez_compressed write, with the name of the function."""
    numbers = np.linspace(-1, 1, 12).reshape(3, 4)
    labels = np.array(["null", "eins", "zwölf"])
    positional = (numbers, np.arange(5, dtype="<i4"))
    named = {"w": numbers.astype("<f4"), "b": np.array([True, False])}
    dtypes = {
        "half": numbers.astype("<f2"),
        "big": numbers.astype(">f8"),
        "fortran": np.asfortranarray(numbers),
        "labels": labels,
        "scalar": np.array(0.5),
        "none": np.zeros((0, 3)),
        "bytes": np.array([b"ab", b"c"]),
        "complex": numbers[0] * 1j,
    }
    unicode_names = {"größe": numbers[0], "重み": numbers[1], "a/b": numbers[2]}
    long = {"pixels": np.tile(np.arange(17, dtype="u1"), 60), "ramp": np.arange(300.0)}
    calls = {
        "mixed": (positional, named),
        "dtypes": ((), dtypes),
        "unicode": ((), unicode_names),
        "long": ((), long),
        "empty": ((), {}),
    }
    archives = {}
    for suffix, how in (("", "savez"), ("-deflated", "savez_compressed")):
        saver = getattr(np, how)
        for name, (args, kwargs) in calls.items():
            file = io.BytesIO()
            saver(file, *args, allow_pickle=False, **kwargs)
            archives[f"savez-{name}{suffix}"] = (how, file.getvalue())
        pipe = _Pipe()
        saver(pipe, *positional, allow_pickle=False, **named)
        archives[f"streamed-mixed{suffix}"] = (f"{how} to a pipe", bytes(pipe.content))
    return archives


def _zipfile_archives() -> dict[str, tuple[str, bytes]]:
    """What people zip themselves, member by member."""
    one, two = (_npy_bytes(np.array([number, -number])) for number in (1.0, 2.0))
    members: dict[str, list[tuple[str, bytes]]] = {
        "directory": [("d/", b""), ("d/a.npy", one)],
        "readme": [("readme.txt", b"weights of a network\n"), ("a.npy", one)],
        "no-extension": [("a", one), ("b.npy", two)],
        "duplicate": [("a.npy", one), ("a.npy", two)],
        "a-and-a-npy": [("a.npy", one), ("a", two)],
        "text-as-npy": [("a.npy", b"not an array\n"), ("b.npy", two)],
        "empty-member": [("a.npy", b""), ("b.npy", two)],
        "names": [("../x.npy", one), ("/abs.npy", two), (".npy", one), ("a.npy.npy", two)],
    }
    archives = {
        f"zipfile-{name}": ("zipfile", _zip(listed, zipfile.ZIP_STORED))
        for name, listed in members.items()
    }
    deflated = _zip(members["readme"], zipfile.ZIP_DEFLATED)
    return archives | {"zipfile-deflated": ("zipfile", deflated)}


def _zip(members: list[tuple[str, bytes]], method: int) -> bytes:
    """An archive of these members, the same on every day and system."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Duplicate name")
        for name, content in members:
            info = zipfile.ZipInfo(name, (2024, 2, 29, 12, 0, 0))
            info.create_system = 3
            info.compress_type = method
            archive.writestr(info, content)
    return file.getvalue()


def _npy_bytes(array: NDArray) -> bytes:
    """What np.save writes."""
    file = io.BytesIO()
    npy.write_array(file, array, allow_pickle=False)
    return file.getvalue()


def _read_archive(content: bytes) -> dict[str, Any]:
    """The members of an archive, the arrays that numpy finds in it, and what is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.namelist()
    arrays: list[dict[str, Any]] = []
    others: dict[str, str] = {}
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        for name in dict.fromkeys(file.files):
            value = file[name]
            if isinstance(value, bytes):
                others[name] = value.decode("ascii")
            else:
                arrays.append({"name": name, **_describe(_npy_bytes(value))})
    return {"members": members, "arrays": arrays, "others": others}


def _write_json(path: Path, entries: list[dict[str, Any]]) -> None:
    """A JSON array with an entry to a line."""
    lines = (json.dumps(entry, ensure_ascii=False) for entry in entries)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")
