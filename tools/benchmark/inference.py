"""Rows of the forward pass: two networks, one row and many, Double and Float."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

import machine
from bench import FIXTURES, ROOT, Bench
from contest import Contender, Contest, Goal, Row, python
from peers import module, threads_of_blas

CHAPTER = [64, 16, 10]
WIDE = [784, 512, 256, 10]

# For each: rows, and the goals for Double and Float.
GOALS = {
    "64-16-10": {
        1: ([Goal(ratio=80, against="onnxruntime"), Goal(ratio=80, against="onnxruntime of skl2onnx"),
             Goal(most=0.0003)],) * 2,
        100: ([Goal(ratio=4)],) * 2,
        10_000: ([Goal(ratio=2, against="onnxruntime")], [Goal(ratio=1.3, against="onnxruntime")]),
    },
    "784-512-256-10": {
        1: ([Goal(ratio=1.7)], [Goal(ratio=1.5)]),
        100: ([Goal(ratio=1)],) * 2,
        10_000: ([Goal(ratio=1)],) * 2,
    },
}


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row(f"{count:,} row{'s' * (count > 1)}, {network}, {name}", goals[index],
            partial(evaluate, network, count, name), quick=network == "64-16-10" and count < 10_000)
        for network, counts in GOALS.items()
        for count, goals in counts.items()
        for index, name in enumerate(["Double", "Float"])
    ]


def evaluate(network: str, count: int, scalar: str, bench: Bench) -> Contest:
    """A batch in, probabilities out."""
    dtype = "f8" if scalar == "Double" else "f4"
    model, x, ours_calls = batch(network, count, dtype, bench)
    layers = layers_of(bench.load(model), dtype)
    products = count * sum(weights.size for weights, _ in layers)
    calls = max(3, min(1000, int(5e8 / products)))

    input_file = bench.path("input.npz")
    np.savez(input_file, x)
    output = bench.path("output.npy")
    peers = numpys(layers, x, calls)
    missing = {}
    for contenders, absent in (
        onnxruntimes(layers, x, calls), skl2onnxs(model, dtype, x, calls, bench),
        scikit_learns(model, dtype, x, calls),
    ):
        peers += contenders
        missing |= absent

    tolerance = 1e-12 if dtype == "f8" else 2e-5

    def agree(mine: Path, theirs: np.ndarray) -> bool:
        ours = np.load(mine)
        top = np.sort(ours, axis=1)
        sure = top[:, -1] - top[:, -2] > tolerance
        return np.allclose(ours, theirs, rtol=0, atol=tolerance) and np.array_equal(
            ours.argmax(axis=1)[sure], theirs.argmax(axis=1)[sure])

    return Contest(
        bench.swift("evaluate", model, input_file, output, scalar.lower(), ours_calls, answer=Path),
        peers, agree=agree, missing=missing,
        # So little work is done before another thread hears of it.
        limit=machine.multiply_adds(products, dtype, machine.CORES if products > 10_000 else 1),
    )


def batch(network: str, count: int, dtype: str, bench: Bench) -> tuple[Path, np.ndarray, int]:
    """A network, so many rows for it, and how often they are evaluated for one measurement.

    Some tens of milliseconds a measurement, by a rough guess of our speed: one call alone, after all the
    others, would tell how fast it is cold.
    """
    sizes = CHAPTER if network == "64-16-10" else WIDE
    if network == "64-16-10":
        model = FIXTURES / "chapter-coefs.npz"
        images = np.load(FIXTURES / "digits.npz")["images"] / 15
    else:
        extras = {"activation": "logistic", "out_activation": "softmax", "classes": np.arange(10)}
        model = bench.network("wide", sizes, extras)
        images = np.random.default_rng(1).random((1000, 784))
    x = np.resize(images, (count, sizes[0])).astype(dtype)
    products = count * sum(inputs * outputs for inputs, outputs in zip(sizes, sizes[1:]))
    return model, x, max(3, int(2e9 / products))


def layers_of(arrays: dict[str, np.ndarray], dtype: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights (inputs × outputs) and biases."""
    count = sum(name.startswith("coefs") for name in arrays)
    return [
        (arrays[f"coefs_{i}"].astype(dtype), arrays[f"intercepts_{i}"].astype(dtype))
        for i in range(count)
    ]


def forward(layers: list[tuple[np.ndarray, np.ndarray]], x: np.ndarray) -> np.ndarray:
    """The forward pass as one writes it for speed in numpy: what can be done in place is."""
    for index, (weights, biases) in enumerate(layers):
        x = x @ weights
        x += biases
        if index < len(layers) - 1:
            np.negative(x, out=x)
            np.exp(x, out=x)
            x += 1
            np.reciprocal(x, out=x)
    x -= x.max(axis=1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=1, keepdims=True)
    return x


def with_threads(
    name: str, make: Callable[[int], Contender]
) -> list[Contender]:
    """A contender with one thread, and one with all."""
    contenders = []
    for threads in sorted({1, machine.CORES}):
        contender = make(threads)
        contender.name = f"{name}, {threads} thread{'s' * (threads > 1)}"
        contenders.append(contender)
    return contenders


def numpys(layers: list, x: np.ndarray, calls: int) -> list[Contender]:
    """numpy by hand."""
    return with_threads("numpy", lambda threads: python(
        "", lambda: forward(layers, x), calls=calls, around=lambda: threads_of_blas(threads)))


def onnxruntimes(
    layers: list, x: np.ndarray, calls: int
) -> tuple[list[Contender], dict[str, str]]:
    """onnxruntime with the smallest graph: Gemm, Sigmoid, …, Gemm, Softmax."""
    onnx, no_onnx = module("onnx")
    runtime, no_runtime = module("onnxruntime")
    if not onnx or not runtime:
        return [], {"onnxruntime": no_onnx or no_runtime}
    helper = onnx.helper
    kind = helper.np_dtype_to_tensor_dtype(x.dtype)
    nodes, constants, name = [], [], "x"
    for index, (weights, biases) in enumerate(layers):
        constants += [
            onnx.numpy_helper.from_array(weights, f"w{index}"),
            onnx.numpy_helper.from_array(biases, f"b{index}"),
        ]
        nodes.append(helper.make_node("Gemm", [name, f"w{index}", f"b{index}"], [f"z{index}"]))
        last = index == len(layers) - 1
        name = "y" if last else f"a{index}"
        nodes.append(helper.make_node("Softmax" if last else "Sigmoid", [f"z{index}"], [name]))
    graph = helper.make_graph(
        nodes, "mlp",
        [helper.make_tensor_value_info("x", kind, [None, x.shape[1]])],
        [helper.make_tensor_value_info("y", kind, [None, len(layers[-1][1])])], constants,
    )
    proto = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    return sessions("onnxruntime", proto.SerializeToString(), x, calls, "y"), {}


def sessions(name: str, proto: bytes, x: np.ndarray, calls: int, output: str) -> list[Contender]:
    """onnxruntime with a graph."""
    import onnxruntime

    def make(threads: int) -> Contender:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(proto, options, ["CPUExecutionProvider"])
        feed = {session.get_inputs()[0].name: x}
        return python("", lambda: session.run([output], feed)[0], calls=calls)

    return with_threads(name, make)


def estimator_of(model: Path, dtype: str) -> object:
    """The network as scikit-learn's."""
    sys.path.append(str(ROOT / "tools" / "python"))
    import coefs_sklearn

    estimator = coefs_sklearn.load(model)
    estimator.coefs_ = [weights.astype(dtype) for weights in estimator.coefs_]
    estimator.intercepts_ = [biases.astype(dtype) for biases in estimator.intercepts_]
    return estimator


def skl2onnxs(
    model: Path, dtype: str, x: np.ndarray, calls: int, bench: Bench
) -> tuple[list[Contender], dict[str, str]]:
    """onnxruntime with the graph that skl2onnx makes, which tells the labels too."""
    library, reason = module("skl2onnx")
    runtime, no_runtime = module("onnxruntime")
    if not library or not runtime:
        return [], {"onnxruntime of skl2onnx": reason or no_runtime}
    types = library.common.data_types
    kind = types.DoubleTensorType if dtype == "f8" else types.FloatTensorType
    estimator = estimator_of(model, dtype)
    proto = library.convert_sklearn(
        estimator, initial_types=[("x", kind([None, x.shape[1]]))],
        options={id(estimator): {"zipmap": False}}, target_opset=18,
    )
    return sessions("onnxruntime of skl2onnx", proto.SerializeToString(), x, calls, "probabilities"), {}


def scikit_learns(
    model: Path, dtype: str, x: np.ndarray, calls: int
) -> tuple[list[Contender], dict[str, str]]:
    """predict_proba."""
    estimator = estimator_of(model, dtype)
    return [python("scikit-learn", lambda: estimator.predict_proba(x), calls=calls)], {}
