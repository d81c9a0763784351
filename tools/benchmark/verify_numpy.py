"""What `coefs verify` does, as a script with numpy only: verify_numpy.py WEIGHTS.npz DIGITS.npz."""

import sys

import numpy as np

with np.load(sys.argv[1]) as file:
    arrays = [file[name] for name in file.files]
with np.load(sys.argv[2]) as file:
    x, y = file["images"][1000:1500] / 15, file["labels"][1000:1500]
coefs, intercepts = arrays[: len(arrays) // 2], arrays[len(arrays) // 2 :]
for index, (weights, biases) in enumerate(zip(coefs, intercepts)):
    x = x @ weights + biases
    if index < len(coefs) - 1:
        x = 1 / (1 + np.exp(-x))
logistic = 1 / (1 + np.exp(-x))
softmax = np.exp(x - x.max(axis=1, keepdims=True))
softmax /= softmax.sum(axis=1, keepdims=True)
target = np.eye(10)[y]
confusion = np.zeros((10, 10), int)
np.add.at(confusion, (y, x.argmax(axis=1)), 1)
print(
    confusion.trace(), ((softmax - target) ** 2).sum(axis=1).mean(),
    ((logistic - target) ** 2).sum(axis=1).mean(),
)
