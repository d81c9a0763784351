"""Makes fixtures/skops/VERSION/ with an older skops: archives of protocols 0 and 1.

    make-env/bin/python tools/make_old_skops_fixtures.py

Run it once in each of these environments, of Python 3.11 with scikit-learn 1.2.2, numpy 1.23.5, scipy
1.10.1 and joblib 1.1.1:

    folder  skops  protocol
    0.4.0   0.4.0  0
    0.6.0   0.6.0  1

The estimators and their truths are those of fixtures/estimators/1.2.2/. tools/test does not run it, for
few machines have these environments; the same bytes come out every time.
"""

from __future__ import annotations

import pickle
import sys
import types
from pathlib import Path

import skops

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NAMES = "multiclass binary multilabel strings boolean regressor regressor-multi pipeline-standard grid".split()

# What make_skops_fixtures imports only to compare versions with those of today.
sys.modules["reference"] = types.SimpleNamespace(FIXTURES=FIXTURES)
from make_skops_fixtures import skops_bytes  # noqa: E402


def main() -> None:
    """Make them all and print what was made."""
    folder = FIXTURES / "skops" / skops.__version__
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        estimator = pickle.loads((FIXTURES / "estimators" / "1.2.2" / f"{name}.p4.pkl").read_bytes())
        (folder / f"{name}.skops").write_bytes(skops_bytes(estimator, compressed=name != "multiclass"))
    print(f"{len(NAMES)} estimators by skops {skops.__version__}")


if __name__ == "__main__":
    main()
