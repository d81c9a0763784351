"""Checks the recipes of this folder: the predictions of a million rows are scikit-learn's, and how long they take.

    python tools/scoring/check_scoring.py MODEL.joblib MODEL.onnx [--rows N]

MODEL.onnx is what `coefs convert MODEL.joblib MODEL.onnx` makes of a classifier. The rows are drawn at random, from 0 to
16, and divided by 16. scikit-learn predicts them too, in one thread and in blocks, and in Spark in the way that
people usually do it; the recipes themselves do without it.

It takes some minutes, and needs Java for Spark: it is no step of tools/test.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from pyspark.sql import DataFrame, SparkSession

import score_duckdb
import score_spark


def make_rows(path: Path, count: int, width: int) -> np.ndarray:
    """Writes the rows as a table of one column of lists, with their numbers."""
    values = np.random.default_rng(0).integers(0, 17, (count, width)) / 16
    column = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), width)
    table = pa.table({"row": pa.array(np.arange(count)), "x": column})
    pyarrow.parquet.write_table(table, path, compression="none", row_group_size=1 << 16)
    return values


def timed(name: str, count: int, work: Callable[[], np.ndarray]) -> np.ndarray:
    """Does some work, and prints how many rows a second it does."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    print(f"{name:34} {seconds:7.2f} s  {count / seconds:12,.0f} rows/s", flush=True)
    return result


def main() -> int:
    """Run all of it; 1 if a prediction differs."""
    parser = argparse.ArgumentParser(description="Check the recipes for DuckDB and Spark.")
    parser.add_argument("estimator", type=Path, help="a classifier of scikit-learn's, pickled")
    parser.add_argument("model", type=Path, help="the same as ONNX")
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    estimator = joblib.load(options.estimator)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        rows = make_rows(path, options.rows, estimator.n_features_in_)
        expected = timed(
            "scikit-learn", options.rows,
            lambda: np.concatenate(
                [estimator.predict(block) for block in np.array_split(rows, -(-len(rows) // 8192))]
            ),
        )
        connection = duckdb.connect()
        score_duckdb.register(connection, str(options.model))
        found = {
            "DuckDB": timed(
                "DuckDB", options.rows,
                lambda: connection.sql(f"SELECT predict(x) AS label FROM '{path}' ORDER BY row")
                .fetchnumpy()["label"],
            )
        }

        spark = SparkSession.builder.master("local[*]").appName("check").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        table = spark.read.parquet(str(path)).coalesce(spark.sparkContext.defaultParallelism)
        table.limit(1).collect()
        shared = spark.sparkContext.broadcast(estimator)

        def usual(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
            for frame in frames:
                labels = shared.value.predict(np.stack(frame["x"]))
                yield pd.DataFrame({"row": frame["row"], "label": labels})

        def collected(scored: DataFrame) -> np.ndarray:
            # Spark's parts are in an order of their own.
            return scored.toPandas().sort_values("row")["label"].to_numpy()

        kind = "string" if expected.dtype.kind in "UO" else "long"
        found["Spark, mapInPandas, scikit-learn"] = timed(
            "Spark, mapInPandas, scikit-learn", options.rows,
            lambda: collected(table.mapInPandas(usual, f"row long, label {kind}")),
        )
        found["Spark, mapInArrow, onnxruntime"] = timed(
            "Spark, mapInArrow, onnxruntime", options.rows,
            lambda: collected(score_spark.scored(table, options.model.read_bytes())),
        )
        spark.stop()
    failures = 0
    for name, labels in found.items():
        if not np.array_equal(labels, expected):
            failures += 1
            print(f"FAIL  {name}: the predictions are not scikit-learn's")
    print(f"{len(found) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
