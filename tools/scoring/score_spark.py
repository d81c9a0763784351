"""Scores the rows of a table in Spark with an ONNX file: a recipe.

    python score_spark.py MODEL.onnx ROWS.parquet

The column `x` of the table is a list of numbers for each row. The bytes of the model are broadcast once; each worker
opens them once for its part of the rows, and hands onnxruntime whole blocks of them as Arrow arrays. scikit-learn is
not imported, on the driver or on a worker.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession


# The workers need NumPy, pyarrow and onnxruntime: on one machine those of this Python.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)


def scored(rows: DataFrame, model: bytes) -> DataFrame:
    """The table with the column `label` in place of the column `x`."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    has_texts = session.get_outputs()[0].type == "tensor(string)"
    others = [name for name in rows.columns if name != "x"]
    schema = rows.drop("x").schema.add("label", "string" if has_texts else "long")
    shared = rows.sparkSession.sparkContext.broadcast(model)

    def predict(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        options = onnxruntime.SessionOptions()
        # Spark has a worker for each processor.
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            shared.value, options, providers=["CPUExecutionProvider"]
        )
        (given,) = session.get_inputs()
        number = np.float64 if given.type == "tensor(double)" else np.float32
        for batch in batches:
            block = batch.column("x").flatten().to_numpy(zero_copy_only=False)
            block = block.astype(number, copy=False).reshape(-1, given.shape[1])
            (labels,) = session.run(["label"], {"X": block})
            kept = {name: batch.column(name) for name in others}
            label = pa.array(labels.tolist() if has_texts else labels)
            yield pa.RecordBatch.from_pydict(kept | {"label": label})

    return rows.mapInArrow(predict, schema)


def main() -> None:
    """Count the rows of each label."""
    model, rows = sys.argv[1:]
    spark = SparkSession.builder.master("local[*]").appName("score").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    table = scored(spark.read.parquet(rows), Path(model).read_bytes())
    table.groupBy("label").count().orderBy("label").show()
    spark.stop()


if __name__ == "__main__":
    main()
