"""What the checks of the command share: how they are run, and how one says what is wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path


class Mismatch(Exception):
    """Something is not as it should be; the message says what."""


def run_checks(checks: dict[str, Callable[[Path], None]], tells_each: bool = False) -> int:
    """Run every check in a folder of its own; print those that fail, and return how many."""
    failures = 0
    for name, check in checks.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(Path(folder))
                if tells_each:
                    print(f"ok    {name}")
            except Exception as error:  # a crash of any kind fails one check, not the others
                failures += 1
                print(f"FAIL  {name}: {error if isinstance(error, Mismatch) else repr(error)}")
    return failures
