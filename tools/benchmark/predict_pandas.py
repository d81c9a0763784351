"""What `coefs predict --data FILE.csv` does, with pandas and scikit-learn: predict_pandas.py MODEL FILE.csv OUTPUT.

In pieces, as a table that does not fit into memory has to be read.
"""

import sys

import joblib
import pandas as pd

estimator = joblib.load(sys.argv[1])
# Columns by name where the model knows their names.
is_named = hasattr(estimator, "feature_names_in_")
with open(sys.argv[3], "w") as output:
    for piece in pd.read_csv(sys.argv[2], chunksize=20_000):
        output.writelines(f"{label}\n" for label in estimator.predict(piece if is_named else piece.to_numpy()))
