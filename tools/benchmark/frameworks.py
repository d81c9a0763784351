"""Rows of networks in the files of other frameworks: ONNX and PyTorch."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import machine
from bench import Bench
from contest import Contender, Contest, Goal, Row, python
from fingerprint import contents, fingerprints
from peers import module

LARGE = 1 << 28

# 128, 64 and 64 MiB of single precision, which the frameworks have by default.
SIZES = [8192, 4096, 4096, 4096]

Arrays = dict[str, np.ndarray]


def rows() -> list[Row]:
    """The rows, in their order; those of .pt only where PyTorch is, which writes the file."""
    found = [
        Row("load a network of 256 MiB from ONNX", [Goal(ratio=2, against="onnx"), Goal(ratio=1)],
            partial(load, "onnx"), memory=4 * LARGE),
        Row("convert it to NPZ", [Goal(ratio=2)], partial(convert, "onnx"), memory=4 * LARGE),
    ]
    if find_spec("torch") is None:
        print("no rows of .pt: PyTorch is not in .venv-bench", file=sys.stderr)
        return found
    return found + [
        Row("load a network of 256 MiB from .pt", [Goal(ratio=2, against="torch"), Goal(ratio=1)],
            partial(load, "torch"), memory=4 * LARGE),
        Row("convert that to NPZ", [Goal(ratio=2)], partial(convert, "torch"), memory=4 * LARGE),
    ]


def arrays() -> Arrays:
    """The arrays of a network under PyTorch's names."""
    rng = np.random.default_rng(0)
    found = {}
    for index, (inputs, outputs) in enumerate(zip(SIZES, SIZES[1:])):
        weights = rng.standard_normal((outputs, inputs), dtype="f4")
        found[f"{2 * index}.weight"] = weights / np.float32(inputs**0.5)
        found[f"{2 * index}.bias"] = rng.standard_normal(outputs, dtype="f4")
    return found


def onnx_file(bench: Bench) -> Path:
    """The network as PyTorch's exporters write it."""
    from onnx import TensorProto, helper, numpy_helper, save

    path = bench.path("network.onnx")
    if path.exists():
        return path
    values = arrays()
    nodes, last = [], "X"
    for index in range(len(SIZES) - 1):
        names = [last, f"{2 * index}.weight", f"{2 * index}.bias"]
        nodes.append(helper.make_node("Gemm", names, [f"sum{index}"], transB=1))
        kind = "Relu" if index < len(SIZES) - 2 else "Softmax"
        last = f"layer{index}"
        nodes.append(helper.make_node(kind, [f"sum{index}"], [last]))
    value = partial(helper.make_tensor_value_info, elem_type=TensorProto.FLOAT)
    graph = helper.make_graph(
        nodes, "network", [value("X", shape=["N", SIZES[0]])], [value(last, shape=["N", SIZES[-1]])],
        [numpy_helper.from_array(array, name) for name, array in values.items()])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def torch_file(bench: Bench) -> Path:
    """The network as a checkpoint; the activations are said next to the tensors."""
    torch, _ = module("torch")
    path = bench.path("network.pt")
    if not path.exists():
        torch.save({name: torch.from_numpy(array) for name, array in arrays().items()}, path)
    return path


def safetensors(bench: Bench) -> tuple[Callable[[], Arrays] | None, str]:
    """The same arrays in safetensors' own format."""
    library, reason = module("safetensors.numpy")
    if reason:
        return None, reason
    path = bench.path("network.safetensors")
    if not path.exists():
        library.save_file(arrays(), path)
    return (lambda: library.load_file(path)), ""


def loaders(kind: str, bench: Bench) -> tuple[Path | None, dict[str, Callable[[], Arrays]], dict[str, str]]:
    """The file, who loads its arrays, and who cannot."""
    library, reason = module(kind)
    if reason:
        return None, {}, {kind: reason}
    if kind == "onnx":
        from onnx.numpy_helper import to_array

        path = onnx_file(bench)
        found = {"onnx": lambda: {t.name: to_array(t) for t in library.load(path).graph.initializer}}
    else:
        path = torch_file(bench)

        def torch(**options: bool) -> Arrays:
            tensors = library.load(path, weights_only=True, **options)
            return {name: tensor.numpy() for name, tensor in tensors.items()}

        found = {"torch": torch, "torch with mmap": partial(torch, mmap=True)}
    load, reason = safetensors(bench)
    if load is None:
        return path, found, {"safetensors": reason}
    return path, found | {"safetensors": load}, {}


def load(kind: str, bench: Bench) -> Contest:
    """All arrays into memory."""
    path, found, missing = loaders(kind, bench)
    # Of a view nothing is read.
    found.pop("torch with mmap", None)
    return Contest(
        bench.swift("load-weights", path, answer=lambda text: sorted(text.split())),
        [python(name, work, fingerprints) for name, work in found.items()],
        limit=machine.memcpy(LARGE), missing=missing,
    )


def convert(kind: str, bench: Bench) -> Contest:
    """The library's call, with all that `coefs convert` does, reading back and comparing; except that
    nobody here waits for the disk."""
    path, found, missing = loaders(kind, bench)

    def contender(name: str, work: Callable[[], Arrays]) -> Contender:
        output = bench.path(f"converted-{name}.npz")
        return python(name, lambda: np.savez(output, **work()), output=output)

    ours = bench.path("converted-ours.npz")
    return Contest(
        bench.swift("convert", path, ours, output=ours),
        [contender(name, work) for name, work in found.items()],
        agree=same_numbers, limit=machine.memcpy(LARGE, copies=2), missing=missing,
    )


def same_numbers(mine: Path, theirs: Path) -> bool:
    """Whether two files hold the same arrays of numbers, whatever their names."""
    one, other = (
        fingerprints({name: array for name, array in contents(file).items() if array.dtype == "f4"})
        for file in (mine, theirs)
    )
    return one == other
