"""Rows of archives: load and save, large and small; convert."""

from __future__ import annotations

import os
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import convert_numpy
import machine
from bench import FIXTURES, Bench
from contest import Contender, Contest, Goal, Row, python
from fingerprint import fingerprint, same_files
from peers import module

LARGE = 1 << 28


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row("load a stored NPZ, 3 layers, 256 MiB",
            [Goal(ratio=2.3, against="numpy"), Goal(ratio=1)], partial(load_large, "stored")),
        Row("load it deflated", [Goal(ratio=2.3)], partial(load_large, "deflated")),
        Row("save it stored",
            [Goal(ratio=2.2, against="numpy"), Goal(ratio=1)], partial(save_large, "stored")),
        Row("save it deflated at level 6", [Goal(ratio=1.9)], partial(save_large, "deflated")),
        Row("load the chapter's NPZ",
            [Goal(ratio=15, against="numpy"), Goal(ratio=1.2, against="safetensors")], load_chapter),
        Row("load 100 small members", [Goal(ratio=20, against="numpy"), Goal(ratio=1)], load_small),
        Row("convert 256 MiB, sklearn to mlp, stored", [Goal(ratio=3)], convert),
    ]


def fingerprints(arrays: dict[str, np.ndarray]) -> str:
    """The fingerprint of each array, in the order of their names: not every format keeps its own."""
    return " ".join(str(fingerprint(arrays[name])) for name in arrays)


def safetensors(path: Path, bench: Bench, calls: int) -> tuple[list[Contender], dict[str, str]]:
    """The same arrays in safetensors' own format, loaded, in the order of the archive."""
    library, reason = module("safetensors.numpy")
    if library is None:
        return [], {"safetensors": reason}
    arrays = bench.load(path)
    file = bench.path(path.stem + ".safetensors")
    library.save_file(arrays, file)

    def answer(loaded: dict[str, np.ndarray]) -> str:
        return fingerprints({name: loaded[name] for name in arrays})

    return [python("safetensors", lambda: library.load_file(file), answer, calls)], {}


def load_large(method: str, bench: Bench) -> Contest:
    """All arrays into memory, checked by CRC where the reader does so."""
    path = bench.large if method == "stored" else bench.large_deflated
    peers, missing = safetensors(path, bench, 1) if method == "stored" else ([], {})
    cnpy, no_cnpy = bench.cnpy("load-npz", path)
    return Contest(
        bench.swift("load-npz", path, 1),
        [python("numpy", lambda: bench.load(path), fingerprints), *peers, *cnpy],
        limit=machine.memcpy(LARGE) if method == "stored" else machine.inflating(raw_members(path)),
        missing=missing | no_cnpy,
    )


def raw_members(path: Path) -> list[bytes]:
    """The deflated bytes of each member."""
    parts = []
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for member in archive.infolist():
            file.seek(member.header_offset + 26)
            lengths = file.read(4)
            file.seek(sum(np.frombuffer(lengths, "<u2").tolist()), os.SEEK_CUR)
            parts.append(file.read(member.compress_size))
    return parts


def save_large(method: str, bench: Bench) -> Contest:
    """Memory into a new file."""
    path = bench.large
    arrays = bench.load(path)
    theirs = bench.path("saved-numpy.npz")
    save = np.savez if method == "stored" else np.savez_compressed

    def numpys() -> Path:
        theirs.unlink(missing_ok=True)
        save(theirs, **arrays)
        return theirs

    peers = [python("numpy", numpys)]
    missing = {}
    if method == "stored":
        library, reason = module("safetensors.numpy")
        if library is None:
            missing["safetensors"] = reason
        else:
            tensors = bench.path("saved.safetensors")

            def safetensors_save() -> dict[str, np.ndarray]:
                tensors.unlink(missing_ok=True)
                library.save_file(arrays, tensors)
                return tensors

            peers.append(python("safetensors", safetensors_save))
        cnpy, no_cnpy = bench.cnpy("save-npz", path, bench.path("saved-cnpy.npz"))
        peers += cnpy
        missing |= no_cnpy
    else:
        missing["cnpy"] = "it cannot deflate"

    def agree(mine: Path, other: Path) -> bool:
        if other.suffix == ".safetensors":
            return fingerprints(bench.load(mine)) == fingerprints(
                {name: array for name, array in sorted_like(library.load_file(other), arrays)})
        return same_files(mine, other)

    return Contest(
        bench.swift("save-npz", path, bench.path("saved.npz"), method, answer=Path), peers,
        agree=agree, missing=missing,
        limit=machine.memcpy(LARGE) if method == "stored"
        else machine.deflating([array.tobytes() for array in arrays.values()]),
    )


def sorted_like(loaded: dict[str, Any], arrays: dict[str, Any]) -> list[tuple[str, Any]]:
    """The loaded arrays in the order of others."""
    return [(name, loaded[name]) for name in arrays]


def load_chapter(bench: Bench) -> Contest:
    """Four arrays, 1,210 parameters."""
    return load_often(FIXTURES / "chapter-arr.npz", bench, calls=100)


def load_small(bench: Bench) -> Contest:
    """100 arrays of 64 numbers."""
    return load_often(bench.small_members, bench, calls=10)


def load_often(path: Path, bench: Bench, calls: int) -> Contest:
    """A small archive."""
    peers, missing = safetensors(path, bench, calls)
    cnpy, no_cnpy = bench.cnpy("load-npz", path, calls)
    return Contest(
        bench.swift("load-npz", path, calls),
        [python("numpy", lambda: bench.load(path), fingerprints, calls), *peers, *cnpy],
        limit=machine.reading(path), missing=missing | no_cnpy,
    )


def convert(bench: Bench) -> Contest:
    """The library's call, with all that `coefs convert` does: flush, read back, compare."""
    path = bench.large
    theirs = bench.path("converted-numpy.npz")

    def numpys() -> Path:
        theirs.unlink(missing_ok=True)
        convert_numpy.convert(path, theirs)
        return theirs

    return Contest(
        bench.swift("convert", path, bench.path("converted.npz"), answer=Path),
        [python("numpy", numpys)],
        agree=same_files, limit=machine.memcpy(LARGE, copies=2),
    )
