"""Rows of archives: load and save, large and small; convert."""

from __future__ import annotations

import os
import zipfile
from functools import partial
from pathlib import Path

import numpy as np

import convert_numpy
import machine
from bench import FIXTURES, Bench
from contest import Contender, Contest, Goal, Limit, Row, python
from fingerprint import fingerprints, same_files
from peers import module

LARGE = 1 << 28


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row("load a stored NPZ, 3 layers, 256 MiB",
            [Goal(ratio=2.3, against="numpy"), Goal(ratio=1)], partial(load_large, "stored"),
            memory=4 * LARGE),
        Row("load it deflated", [Goal(ratio=2.3)], partial(load_large, "deflated"),
            memory=4 * LARGE),
        Row("save it stored",
            [Goal(ratio=2.2, against="numpy"), Goal(ratio=1)], partial(save_large, "stored"),
            memory=4 * LARGE),
        Row("save it deflated at level 6", [Goal(ratio=1.9)], partial(save_large, "deflated")),
        Row("load the chapter's NPZ",
            [Goal(ratio=15, against="numpy"), Goal(ratio=1.2, against="safetensors")], load_chapter,
            quick=True),
        Row("load 100 small members", [Goal(ratio=20, against="numpy"), Goal(ratio=1)], load_small,
            quick=True),
        Row("convert 256 MiB, sklearn to mlp, stored", [Goal(ratio=3)], convert,
            memory=4 * LARGE),
    ]


def safetensors(path: Path, bench: Bench, calls: int) -> tuple[list[Contender], dict[str, str]]:
    """The same arrays in safetensors' own format, loaded."""
    library, reason = module("safetensors.numpy")
    if path == bench.path("large-deflated.npz"):
        reason = "it cannot deflate"
    if reason:
        return [], {"safetensors": reason}
    file = bench.path(path.stem + ".safetensors")
    library.save_file(bench.load(path), file)
    return [python("safetensors", lambda: library.load_file(file), fingerprints, calls)], {}


def load_large(method: str, bench: Bench) -> Contest:
    """All arrays into memory, checked by CRC where the reader does so."""
    if method == "stored":
        return load(bench.large, bench, 1, machine.memcpy(LARGE))
    path = bench.large_deflated
    return load(path, bench, 1, machine.inflating(raw_members(path)))


def load_chapter(bench: Bench) -> Contest:
    """Four arrays, 1,210 parameters."""
    path = FIXTURES / "chapter-arr.npz"
    return load(path, bench, 100, machine.reading(path))


def load_small(bench: Bench) -> Contest:
    """100 arrays of 64 numbers."""
    path = bench.small_members
    return load(path, bench, 100, machine.reading(path))


def load(path: Path, bench: Bench, calls: int, limit: Limit) -> Contest:
    """An archive by all who read it, and its arrays by safetensors."""
    peers, missing = safetensors(path, bench, calls)
    cnpy, no_cnpy = bench.cnpy("load-npz", path, calls, answer=str.split)
    return Contest(
        bench.swift("load-npz", path, calls, answer=lambda text: sorted(text.split())),
        [python("numpy", lambda: bench.load(path), fingerprints, calls), *peers, *cnpy],
        limit=limit, missing=missing | no_cnpy,
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
    ours, numpys, cnpys = (bench.path(f"saved-{name}.npz") for name in ("ours", "numpy", "cnpy"))
    save = np.savez if method == "stored" else np.savez_compressed
    peers = [python("numpy", lambda: save(numpys, **arrays), output=numpys)]
    missing = {}
    if method == "stored":
        library, reason = module("safetensors.numpy")
        if library is None:
            missing["safetensors"] = reason
        else:
            tensors = bench.path("saved.safetensors")
            peers.append(python(
                "safetensors", lambda: library.save_file(arrays, tensors), output=tensors))
        cnpy, no_cnpy = bench.cnpy("save-npz", path, cnpys, output=cnpys)
        peers += cnpy
        missing |= no_cnpy
    else:
        missing = {name: "it cannot deflate" for name in ("safetensors", "cnpy")}

    def agree(mine: Path, other: Path) -> bool:
        if other.suffix == ".safetensors":
            return fingerprints(bench.load(mine)) == fingerprints(library.load_file(other))
        return same_files(mine, other)

    return Contest(
        bench.swift("save-npz", path, ours, method, output=ours), peers,
        agree=agree, missing=missing,
        limit=machine.memcpy(LARGE) if method == "stored"
        else machine.deflating([array.tobytes() for array in arrays.values()]),
    )


def convert(bench: Bench) -> Contest:
    """The library's call, with all that `coefs convert` does, reading back and comparing; except that
    nobody here waits for the disk."""
    path = bench.large
    ours, numpys = (bench.path(f"converted-{name}.npz") for name in ("ours", "numpy"))
    return Contest(
        bench.swift("convert", path, ours, output=ours),
        [python("numpy", lambda: convert_numpy.convert(path, numpys), output=numpys)],
        agree=same_files, limit=machine.memcpy(LARGE, copies=2),
    )
