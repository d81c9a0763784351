"""Scores the rows of a table in DuckDB with an ONNX file: a recipe.

    python score_duckdb.py MODEL.onnx ROWS.parquet

The column `x` of the table is a list of numbers for each row. DuckDB hands the function whole blocks of rows as Arrow
arrays; onnxruntime computes them. scikit-learn is not imported.
"""

from __future__ import annotations

import sys

import duckdb
import numpy as np
import onnxruntime
import pyarrow as pa


def label_type(session: onnxruntime.InferenceSession) -> tuple[str, pa.DataType]:
    """DuckDB's and Arrow's type of the labels."""
    if session.get_outputs()[0].type == "tensor(string)":
        return "VARCHAR", pa.string()
    return "BIGINT", pa.int64()


def register(connection: duckdb.DuckDBPyConnection, model: str, name: str = "predict") -> None:
    """Makes a model a function of SQL: `predict(x)` gives the label of each row."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    sql_type, arrow_type = label_type(session)
    width = session.get_inputs()[0].shape[1]
    number = np.float64 if session.get_inputs()[0].type == "tensor(double)" else np.float32

    def predict(column: pa.ChunkedArray) -> pa.Array:
        blocks = [np.empty(0, number)] + [
            chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks
        ]
        rows = np.concatenate(blocks).astype(number, copy=False).reshape(-1, width)
        (labels,) = session.run(["label"], {"X": rows})
        return pa.array(labels.tolist() if labels.dtype == object else labels, arrow_type)

    connection.create_function(
        name, predict, [f"DOUBLE[{width}]"], sql_type, type="arrow"
    )


def main() -> None:
    """Count the rows of each label."""
    model, rows = sys.argv[1:]
    connection = duckdb.connect()
    register(connection, model)
    print(
        connection.sql(
            f"SELECT predict(x) AS label, count(*) AS rows FROM '{rows}' GROUP BY 1 ORDER BY 1"
        )
    )


if __name__ == "__main__":
    main()
