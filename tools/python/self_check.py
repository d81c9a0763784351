"""Replays the self-check of an ONNX file: python self_check.py model.onnx"""

import json
import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
check = json.loads(session.get_modelmeta().custom_metadata_map["coefs.self_check"])
inputs, stored = (np.frombuffer(bytes.fromhex(check[name]), check["precision"]).reshape(check["rows"], -1)
                  for name in ("inputs", "outputs"))
outputs = session.run(None, {"X": inputs})[-1]
tolerance = 1e-12 if check["precision"] == "float64" else 1e-5
print(f"{np.sum(outputs == stored)} of {stored.size} outputs are bit for bit those that are stored")
sys.exit(not np.allclose(outputs, stored, rtol=tolerance, atol=tolerance))
