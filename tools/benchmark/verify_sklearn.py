"""What `coefs verify` does, as a script with scikit-learn: verify_sklearn.py WEIGHTS.npz."""

import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier

digits = load_digits()
x, y = digits.data[1000:1500] / 15, digits.target[1000:1500]
with np.load(sys.argv[1]) as file:
    arrays = [file[name] for name in file.files]
estimator = MLPClassifier((16,), activation="logistic", max_iter=1)
estimator.partial_fit(digits.data[:10], digits.target[:10], classes=np.arange(10))
estimator.coefs_, estimator.intercepts_ = arrays[:2], arrays[2:]
target = np.eye(10)[y]
softmax = estimator.predict_proba(x)
estimator.out_activation_ = "logistic"
logistic = estimator.predict_proba(x)
print(
    confusion_matrix(y, softmax.argmax(axis=1)).trace(),
    ((softmax - target) ** 2).sum(axis=1).mean(), ((logistic - target) ** 2).sum(axis=1).mean(),
)
