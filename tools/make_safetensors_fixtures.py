"""Makes fixtures/safetensors/: files of the real safetensors package, good and bad.

    .venv/bin/python tools/make_safetensors_fixtures.py [FOLDER]

manifest.json says of each good file what is in it: the tensors in the order of their data, with the
bytes in hexadecimal digits, and the metadata. `hostile.json` lists damaged files, each with what the
package says to it: the message of its error, or null where it reads the file.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save, save_file

import reference

Tensors = dict[str, NDArray]

DTYPES = "f8 f4 f2 i8 i4 i2 i1 u8 u4 u2 u1 ?".split()


def network(name: str) -> Tensors:
    """The arrays of an NPZ in fixtures/."""
    with np.load(reference.FIXTURES / name, allow_pickle=False) as file:
        return dict(file)


def renamed(arrays: Tensors, weights: str, biases: str, numbers: range, transposed: bool) -> Tensors:
    """Weights and biases by other names, `{}` standing for the number of the layer."""
    tensors: Tensors = {}
    for index, number in enumerate(numbers):
        coefs = arrays[f"coefs_{index}"]
        tensors[weights.format(number)] = np.ascontiguousarray(coefs.T if transposed else coefs)
        tensors[biases.format(number)] = arrays[f"intercepts_{index}"]
    return tensors


def of_every_type() -> Tensors:
    """An array of each type that NumPy and the format share, with values at the edges."""
    tensors: Tensors = {}
    for code in DTYPES:
        dtype = np.dtype(code)
        if dtype.kind == "f":
            values = [0.0, -0.0, 1.5, -2.25, np.inf, np.nan, np.finfo(dtype).max, 6e-8]
        elif dtype.kind == "b":
            values = [True, False, True, True]
        else:
            values = [0, 1, np.iinfo(dtype).min, np.iinfo(dtype).max]
        with np.errstate(over="ignore"):
            tensors[f"values {code}"] = np.array(values, dtype)
    tensors["complex"] = np.array([1 + 2j, -3.5j], np.complex64)
    tensors["scalar"] = np.array(0.5)
    tensors["no elements"] = np.zeros((0, 3), np.float32)
    tensors["cube"] = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    tensors['é"\\\n/\t\u007f'] = np.array([1], np.uint8)
    return tensors


def file_of(header: bytes | dict[str, Any], data: bytes = b"", length: int | None = None) -> bytes:
    """A file of this header, sound or not."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def bfloat16() -> bytes:
    """The chapter's network in bfloat16, which NumPy has not: cut off, as everybody but for rounding."""
    tensors = renamed(network("chapter-coefs.npz"), "{}.weight", "{}.bias", range(0, 3, 2), True)
    header: dict[str, Any] = {}
    data = b""
    for name, array in tensors.items():
        words = (array.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()
        offsets = [len(data), len(data) + len(words)]
        header[name] = {"dtype": "BF16", "shape": list(array.shape), "data_offsets": offsets}
        data += words
    text = json.dumps(header, separators=(",", ":")).encode()
    return file_of(text + b" " * (-len(text) % 8), data)


def tensor(dtype: str = "U8", shape: Any = (4,), offsets: Any = (0, 4), **more: Any) -> dict[str, Any]:
    """What a header says of a tensor."""
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets, **more}


def hostile() -> dict[str, bytes]:
    """Files that should not be, each by what is wrong with it."""
    four = b"\1\2\3\4"
    good = {"a": tensor()}
    text = json.dumps(good).encode()
    key = '"a":' + json.dumps(tensor())
    return {
        "sound": file_of(good, four),
        "empty file": b"",
        "shorter than a length": b"\1\0\0\0\0\0\0",
        "a length and no header": struct.pack("<Q", 2),
        "a header longer than the file": file_of(good, four, length=1000),
        "a header of more than the format allows": file_of(good, four, length=100_000_001),
        "a header of 2^64 - 1": file_of(good, four, length=2**64 - 1),
        "an empty header": file_of(b""),
        "a blank before the header": file_of(b" " + text, four),
        "a header that is an array": file_of(b"[]"),
        "a header that is cut": file_of(text[:-1], four),
        "a header that ends in zeros": file_of(text + b"\0\0", four),
        "a header that is not UTF-8": file_of(text.replace(b"a", b"\xff"), four),
        "a lone surrogate": file_of(text.replace(b'"a"', b'"\\ud800"'), four),
        "a tensor twice": file_of(b"{" + key.encode() + b"," + key.encode() + b"}", four),
        "a key twice": file_of(text.replace(b'"dtype"', b'"shape": [4], "dtype"'), four),
        "brackets": file_of(b'{"a":' * 5000, four),
        "a tensor that is an array": file_of({"a": ["U8", [4], [0, 4]]}, four),
        "a tensor without dtype": file_of({"a": {"shape": [4], "data_offsets": [0, 4]}}, four),
        "a tensor without shape": file_of({"a": {"dtype": "U8", "data_offsets": [0, 4]}}, four),
        "a tensor without offsets": file_of({"a": {"dtype": "U8", "shape": [4]}}, four),
        "a key that is not known": file_of({"a": tensor(strides=[1])}, four),
        "a dtype that is not known": file_of({"a": tensor("U7")}, four),
        "a dtype in lower case": file_of({"a": tensor("u8")}, four),
        "a dtype that is no text": file_of({"a": tensor(8)}, four),
        "a shape that is a number": file_of({"a": tensor(shape=4)}, four),
        "a negative axis": file_of({"a": tensor(shape=[-4])}, four),
        "two negative axes": file_of({"a": tensor(shape=[-2, -2])}, four),
        "an axis of 4.0": file_of({"a": tensor(shape=[4.0])}, four),
        "an axis of 4e0": file_of(text.replace(b"[4]", b"[4e0]"), four),
        "an axis of true": file_of({"a": tensor(shape=[True, 4])}, four),
        "an axis of -0": file_of(text.replace(b"[4]", b"[-0]").replace(b"[0, 4]", b"[0, 0]")),
        "an axis beyond 64 bits": file_of({"a": tensor(shape=[2**64])}, four),
        "axes whose product is 0 in 64 bits": file_of({"a": tensor(shape=[2**32, 2**32])}, four),
        "axes whose product is 4 in 64 bits": file_of(
            {"a": tensor(shape=[3, 6148914691236517206, 2])}, four
        ),
        "bytes whose number overflows": file_of({"a": tensor("F64", [2**61])}, four),
        "offsets that are one": file_of({"a": tensor(offsets=[0])}, four),
        "offsets that are three": file_of({"a": tensor(offsets=[0, 2, 4])}, four),
        "offsets the wrong way round": file_of({"a": tensor(offsets=[4, 0])}, four),
        "a negative offset": file_of({"a": tensor(offsets=[-4, 0])}, four),
        "an offset beyond 64 bits": file_of({"a": tensor(offsets=[0, 2**64 + 4])}, four),
        "offsets at the end of 63 bits": file_of({"a": tensor(offsets=[2**63 - 5, 2**63 - 1])}, four),
        "offsets behind the file": file_of({"a": tensor(offsets=[4, 8])}, four),
        "fewer bytes than the shape": file_of({"a": tensor(shape=[5])}, four),
        "more bytes than the shape": file_of({"a": tensor(shape=[3])}, four),
        "part of a byte": file_of({"a": tensor("F4", [3], [0, 2])}, four[:2]),
        "a hole before": file_of({"a": tensor(shape=[3], offsets=[1, 4])}, four),
        "a hole between": file_of(
            {"a": tensor(shape=[1], offsets=[0, 1]), "b": tensor(shape=[2], offsets=[2, 4])}, four
        ),
        "an overlap": file_of(
            {"a": tensor(shape=[3], offsets=[0, 3]), "b": tensor(shape=[2], offsets=[2, 4])}, four
        ),
        "one place for two tensors": file_of({"a": tensor(), "b": tensor()}, four),
        "bytes behind the data": file_of(good, four + b"PK\3\4"),
        "bytes missing": file_of(good, four[:3]),
        "no tensors and some bytes": file_of({}, four),
        "no tensors": file_of({}),
        "metadata that are a list": file_of({"__metadata__": [], **good}, four),
        "metadata that are null": file_of({"__metadata__": None, **good}, four),
        "metadata that are a number": file_of({"__metadata__": {"k": 1}, **good}, four),
        "metadata in metadata": file_of({"__metadata__": {"k": {"l": "m"}}, **good}, four),
        "metadata twice": file_of(
            b'{"__metadata__":{"k":"1"},"__metadata__":{"k":"2"},' + key.encode() + b"}", four
        ),
        "a key twice in the metadata": file_of(
            b'{"__metadata__":{"k":"1","k":"2"},' + key.encode() + b"}", four
        ),
        "blanks behind the header": file_of(text + b"    ", four),
        "line breaks in the header": file_of(json.dumps(good, indent=1).encode(), four),
        "tensors not in the order of their data": file_of(
            {"b": tensor(shape=[2], offsets=[2, 4]), "a": tensor(shape=[2], offsets=[0, 2])}, four
        ),
        "float8": file_of({"a": tensor("F8_E4M3"), "b": tensor("F8_E5M2", [2, 2], [4, 8])}, four * 2),
        "float4": file_of({"a": tensor("F4", [2, 4])}, four),
        "65 axes": file_of({"a": tensor(shape=[1] * 64 + [4])}, four),
    }


def verdict(data: bytes) -> str | None:
    """What the package says to a file.

    Without the tensor it names: of two in one place it blames now one and now the other.
    """
    try:
        deserialize(data)
    except SafetensorError as error:
        return re.sub(r"offset for tensor `.*`$", "offset for a tensor", str(error))
    return None


def described(path: Path) -> dict[str, Any]:
    """What is in a file, by the package."""
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:start])
    tensors = sorted(
        ({"name": name, **info} for name, info in header.items() if name != "__metadata__"),
        key=lambda info: info["data_offsets"],
    )
    found = {name: view for name, view in deserialize(data)}
    for info in tensors:
        del info["data_offsets"]
        info["data"] = bytes(found[info["name"]]["data"]).hex()
    return {"tensors": tensors, "metadata": header.get("__metadata__", {})}


def main() -> None:
    """Make the files and print what was made."""
    reference.require_pinned_versions()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else reference.FIXTURES / "safetensors"
    folder.mkdir(parents=True, exist_ok=True)
    chapter = network("chapter-coefs.npz")
    strings = network("strings.npz")
    single = network("chapter-float32.npz")
    files: dict[str, tuple[Tensors, dict[str, str] | None]] = {
        # As torch.nn.Sequential(Linear, Sigmoid, Linear), a module of fc1 and fc2, and a ModuleList.
        "sequential": (renamed(single, "{}.weight", "{}.bias", range(0, 3, 2), True), {"format": "pt"}),
        "fc": (renamed(single, "fc{}.weight", "fc{}.bias", range(1, 3), True), None),
        "layers": (renamed(chapter, "layers.{}.weight", "layers.{}.bias", range(2), True), None),
        "half": (
            renamed(
                {name: a.astype("f2") for name, a in chapter.items() if a.dtype == "f8"},
                "{}.weight", "{}.bias", range(0, 3, 2), True,
            ),
            None,
        ),
        "ours": (
            renamed(strings, "weights_{}", "biases_{}", range(2), True),
            {"activation": "tanh"},
        ),
        "coefs": (
            renamed(chapter, "coefs_{}", "intercepts_{}", range(2), False),
            {"classes": json.dumps(list(range(10)))},
        ),
        "types": (of_every_type(), None),
        "empty": ({}, None),
        "note": ({"a": np.zeros(1, np.float32)}, {'"\\\n\u0001é\u007f/': "\t\b\f\r€"}),
    }  # fmt: skip
    for name, (tensors, metadata) in files.items():
        save_file(tensors, folder / f"{name}.safetensors", metadata)
    (folder / "bfloat16.safetensors").write_bytes(bfloat16())
    manifest = {path.name: described(path) for path in sorted(folder.glob("*.safetensors"))}
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    assert save({"a": np.array([1, 2, 3, 4], np.uint8)})[8:10] == b'{"'
    verdicts = [
        {"name": name, "file": data.hex(), "verdict": verdict(data)}
        for name, data in hostile().items()
    ]
    lines = ",\n".join(json.dumps(item) for item in verdicts)
    (folder / "hostile.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")
    accepted = sum(item["verdict"] is None for item in verdicts)
    print(f"{len(manifest)} files; {len(verdicts)} odd ones, of which the package reads {accepted}")


if __name__ == "__main__":
    main()
