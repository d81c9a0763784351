"""The peers in Python, and which of them are here."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


@cache
def controller() -> ThreadpoolController:
    """What limits the threads of the libraries that are loaded; numpy's BLAS must be."""
    return ThreadpoolController()


def threads_of_blas(count: int) -> Any:
    """A context in which numpy's BLAS uses at most so many threads."""
    return controller().limit(limits=count, user_api="blas")


@cache
def module(name: str) -> tuple[Any, str]:
    """A module, or why there is none."""
    try:
        return importlib.import_module(name), ""
    except ImportError as error:
        return None, str(error)
