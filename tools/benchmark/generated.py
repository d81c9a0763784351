"""The row of code that a network is compiled into: C of `coefs convert`, against the C of emlearn."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import numpy as np

from bench import Bench
from contest import Contender, Contest, Goal, Row, server
from inference import batch, estimator_of, layers_of, onnxruntimes
from peers import module

CALLS = 10_000

# Reads a row, and answers each line with the milliseconds of a prediction and the probabilities.
PROGRAM = """
#include "%(header)s"
#include <stdio.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec * 1e-6;
}

int main(int count, char **arguments) {
  float x[%(inputs)d], y[%(outputs)d];
  FILE *file = fopen(arguments[count - 1], "rb");
  if (!file || fread(x, sizeof x, 1, file) != 1) return 1;
  char line[8];
  while (fgets(line, sizeof line, stdin)) {
    const double start = now();
    for (int call = 0; call < %(calls)d; call++) {
      %(call)s;
      /* Nobody knows what was read or changed. */
      __asm__ volatile("" : : "r"(x), "r"(y) : "memory");
    }
    printf("%%.9g", (now() - start) / %(calls)d);
    for (int i = 0; i < %(outputs)d; i++) printf(" %%.9g", y[i]);
    printf("\\n");
    fflush(stdout);
  }
  return 0;
}
"""


def rows() -> list[Row]:
    """The rows, in their order."""
    return [
        Row("1 row, 64-16-10, Float, C that convert writes",
            [Goal(ratio=1, against="emlearn"), Goal(ratio=1, against="onnxruntime")], predict)
    ]


def predict(bench: Bench) -> Contest:
    """A row in, probabilities out."""
    model, x, calls = batch("64-16-10", 1, "f4", bench)
    layers = layers_of(bench.load(model), "f4")
    row, input_file, output = bench.path("row.bin"), bench.path("input.npz"), bench.path("output.npy")
    x.tofile(row)
    np.savez(input_file, x)

    def compiled(name: str, header: Path, call: str, folders: list[str]) -> Contender:
        source, program = bench.path(f"{header.stem}_main.c"), bench.path(header.stem)
        source.write_text(PROGRAM % {
            "header": header.name, "inputs": x.shape[1], "outputs": len(layers[-1][1]), "calls": CALLS, "call": call})
        subprocess.run(["cc", "-std=gnu11", "-O2", *folders, str(source), "-o", str(program), "-lm"], check=True)
        return server(name, [program, row], answer=lambda text: np.array(text.split(), np.float32)[None])

    ours = bench.path("ours_net.h")
    subprocess.run(
        [bench.coefs, "convert", model, ours, "--dtype", "float32"], check=True, capture_output=True)
    library = bench.swift("evaluate", model, input_file, output, "float", calls, answer=np.load, name="Coefs, library")
    peers, missing = onnxruntimes(layers, x, CALLS)
    peers.append(library)
    emlearn, reason = module("emlearn")
    if emlearn:
        theirs = bench.path("emlearn_net.h")
        # It leaves files in the working directory.
        with contextlib.chdir(bench.folder):
            emlearn.convert(estimator_of(model, "f4"), method="inline", dtype="float").save(
                file=str(theirs), name="emlearn_net")
        peers.append(compiled(
            "emlearn", theirs, f"emlearn_net_regress(x, {x.shape[1]}, y, {len(layers[-1][1])})",
            [f"-I{Path(emlearn.__file__).parent}"]))
    else:
        missing["emlearn"] = reason
    return Contest(
        compiled("ours", ours, "ours_net_predict_proba(x, y)", []), peers,
        # emlearn writes weights with six decimals.
        agree=lambda mine, theirs: np.allclose(mine, theirs, rtol=0, atol=1e-4),
        missing=missing,
    )
