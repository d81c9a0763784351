"""What `coefs convert` does, as a script with numpy, all at once: convert_numpy.py IN.npz OUT.npz."""

import sys

import numpy as np

NAMES = {"coefs": "weights", "intercepts": "biases"}


def convert(source: object, target: object) -> None:
    """scikit-learn's layout to (outputs, inputs)."""
    arrays = {}
    with np.load(source) as file:
        for name in file.files:
            kind, _, index = name.partition("_")
            arrays[f"{NAMES[kind]}_{index}"] = np.ascontiguousarray(file[name].T)
    np.savez(target, **arrays)


if __name__ == "__main__":
    convert(*sys.argv[1:])
