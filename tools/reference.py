"""The setting in which scikit-learn's numbers repeat, bit for bit.

The last bits of a matrix product depend on the number of BLAS threads and on the instruction
set that OpenBLAS and NumPy choose for the processor at hand. `pin()` fixes all three, so that
every x86-64 machine with AVX2 gets the same numbers; `machine()` says what else they hang on.
"""

from __future__ import annotations

import os
import platform
import sys
import zlib
from importlib import metadata
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
REQUIREMENTS = ROOT / "tools" / "requirements.txt"

SINGLE_THREAD = {
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}
AVX2_AND_NO_MORE = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "OPENBLAS_CORETYPE": "Haswell",
}


def pin() -> None:
    """Run this same command again with the pinned environment, unless it is there already.

    The variables are read when NumPy is loaded, hence a new process rather than an assignment.
    """
    pinned = dict(SINGLE_THREAD)
    if platform.machine() in ("x86_64", "AMD64"):
        pinned.update(AVX2_AND_NO_MORE)
    if any(os.environ.get(name) != value for name, value in pinned.items()):
        environment = {**os.environ, **pinned}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def pinned_versions() -> dict[str, str]:
    """The packages of requirements.txt and their versions."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def require_pinned_versions() -> None:
    """Exit with a message unless every installed package has its pinned version."""
    wrong = []
    for name, wanted in pinned_versions().items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = "nothing"
        if found != wanted:
            wrong.append(f"{name} {wanted} is wanted, {found} is installed")
    if wrong:
        sys.exit("\n".join([*wrong, f"run: pip install -r {REQUIREMENTS.relative_to(ROOT)}"]))


def machine() -> dict[str, str]:
    """What the last bits still depend on once the environment is pinned."""
    libc = "-".join(platform.libc_ver()).strip("-")
    blas = sorted(
        f"{library['internal_api']} {library['version']} {library.get('architecture', '')}".strip()
        for library in threadpool_info()
        if library["user_api"] == "blas"
    )
    return {
        "platform": f"{platform.system()}-{platform.machine()}",
        "libc": libc,
        "blas": ", ".join(blas),
        "longdouble": f"{np.finfo(np.longdouble).nmant + 1} bit significand",
    }


def versions() -> dict[str, dict[str, str]]:
    """Everything the fixtures were made with, as fixtures/VERSIONS.json records it."""
    return {
        "packages": pinned_versions(),
        "python": {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION},
        "machine": machine(),
    }
