"""What this machine can do at best, measured in the same run: the limits of the rows."""

import os
import statistics
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np

from contest import Limit

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def median_ms(work: Callable[[], object], rounds: int = 7) -> float:
    """The median time of some rounds, after one to warm up."""
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[1:])


@cache
def memcpy(byte_count: int, copies: int = 1) -> Limit:
    """Copying so many bytes, warm memory to warm memory, with one thread."""
    source = np.ones(byte_count // 8)
    target = np.ones(byte_count // 8)
    name = "memcpy" if copies == 1 else f"{copies} × memcpy"
    return Limit(name, copies * median_ms(lambda: np.copyto(target, source)))


@cache
def summing(byte_count: int) -> Limit:
    """Summing doubles that are in memory."""
    values = np.ones(byte_count // 8)
    return Limit("sum in memory", median_ms(values.sum))


def reading(file: Path) -> Limit:
    """Opening, reading and closing a small file."""

    def read() -> None:
        for _ in range(100):
            descriptor = os.open(file, os.O_RDONLY)
            os.read(descriptor, 1 << 20)
            os.close(descriptor)

    return Limit("open, read, close", median_ms(read) / 100)


def zlib_on_all_cores(work: Callable[[bytes], object], parts: list[bytes], name: str) -> Limit:
    """Python's zlib over some parts, a thread for each core; measured once, for it takes long."""
    with ThreadPoolExecutor(CORES) as pool:
        start = time.perf_counter()
        list(pool.map(work, sorted(parts, key=len, reverse=True)))
        return Limit(name, (time.perf_counter() - start) * 1e3)


def inflating(parts: list[bytes]) -> Limit:
    """Inflating raw streams."""
    return zlib_on_all_cores(
        lambda part: zlib.decompress(part, wbits=-15), parts, f"inflate, {CORES} threads")


def deflating(parts: list[bytes]) -> Limit:
    """Deflating at level 6."""
    return zlib_on_all_cores(lambda part: zlib.compress(part, 6), parts, f"deflate, {CORES} threads")


@cache
def multiply_adds_per_ms(dtype: str, threads: int) -> float:
    """What the BLAS of numpy reaches in the product of two large matrices."""
    from peers import threads_of_blas

    size = 2048
    one = np.ones((size, size), dtype)
    out = np.empty_like(one)
    with threads_of_blas(threads):
        return size**3 / median_ms(lambda: np.matmul(one, one, out=out))


def multiply_adds(count: float, dtype: str, threads: int = CORES) -> Limit:
    """So many multiply-adds, at the speed of a large product."""
    speed = multiply_adds_per_ms(dtype, threads)
    return Limit(f"multiply-adds, {threads} thread{'s' * (threads > 1)}", count / speed)
