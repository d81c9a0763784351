"""A number that tells arrays apart, the same as Tests/Benchmark's Fingerprint.swift computes."""

import numpy as np

CLASSES = 61


def fingerprint(array: np.ndarray) -> int:
    """The fingerprint of an array's bytes, in the order of memory."""
    data = array.reshape(-1, order="A").view(np.uint8)
    words = data[: len(data) // 8 * 8].view(np.uint64)
    rest = len(words) // CLASSES * CLASSES
    sums = words[:rest].reshape(-1, CLASSES).sum(axis=0, dtype=np.uint64)
    value = 0
    for part in [*sums.tolist(), *words[rest:].tolist()]:
        value = (value * 31 + part) % 2**64
    return value


def fingerprints(arrays: dict[str, np.ndarray]) -> list[str]:
    """Those of some arrays, sorted: not every format keeps the arrays' order."""
    return sorted(str(fingerprint(array)) for array in arrays.values())


def same_files(mine: object, theirs: object) -> bool:
    """Whether two NPY or NPZ files hold the same arrays, bit for bit."""
    one, other = contents(mine), contents(theirs)
    return one.keys() == other.keys() and all(
        one[key].dtype == other[key].dtype
        and one[key].shape == other[key].shape
        and one[key].tobytes() == other[key].tobytes()
        for key in one
    )


def contents(file: object) -> dict[str, np.ndarray]:
    """The arrays of an NPY or NPZ file."""
    loaded = np.load(file)
    if isinstance(loaded, np.ndarray):
        return {"": loaded}
    with loaded:
        return dict(loaded)
