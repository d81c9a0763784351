"""Compares the public API with Tests/API.txt, so that a change is seen.

    python3 tools/check/check_api.py GRAPHS            compare; the exit code is 1 if something differs
    python3 tools/check/check_api.py GRAPHS --write    write the file again

GRAPHS is the folder that `swift package dump-symbol-graph --minimum-access-level public
--skip-synthesized-members` writes to. `tools/test --only api` does both.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "Tests" / "API.txt"
EXPORTS = ROOT / "Sources" / "Coefs" / "Exports.swift"
# The products' modules, lowest first.
MODULES = [
    "Files", "Deflate", "CSV", "NPY", "Zip", "NPZ", "JSON", "Protobuf", "ONNX", "Safetensors", "Pickle", "Skops", "MLP", "Digits", "Sklearn",
    "Training", "Coefs",
]


# What every type conforms to unless it says otherwise.
IMPLICIT = {"Copyable", "Escapable", "SendableMetatype", "BitwiseCopyable"}


def declarations(graphs: Path, module: str) -> list[tuple[list[str], str]]:
    """The public declarations of a module, and what its types conform to; each with its path.

    Those of its extensions of other modules' types are among them.
    """
    paths = sorted(graphs.glob(f"{module}.symbols.json")) + sorted(graphs.glob(f"{module}@*.symbols.json"))
    if not paths:
        sys.exit(f"check_api.py: {graphs} has no graph of {module}")
    found = []
    for path in paths:
        graph = json.loads(path.read_text())
        names = {}
        for symbol in graph["symbols"]:
            if symbol["accessLevel"] not in ("public", "open") or symbol["kind"]["identifier"] == "swift.extension":
                continue
            names[symbol["identifier"]["precise"]] = symbol["pathComponents"]
            text = " ".join("".join(part["spelling"] for part in symbol["declarationFragments"]).split())
            found.append((symbol["pathComponents"], text))
        for relation in graph["relationships"]:
            protocol = relation.get("targetFallback", "").split(".")[-1]
            if relation["kind"] == "conformsTo" and relation["source"] in names and protocol not in IMPLICIT | {""}:
                found.append(([*names[relation["source"]], ""], f"conforms to {protocol}"))
    return sorted(found)


def exported() -> set[str]:
    """The types of other modules that `import Coefs` brings."""
    return set(re.findall(r"@_exported public import \w+ \w+\.(\w+)", EXPORTS.read_text()))


def text(graphs: Path) -> str:
    """The whole API: a line for each declaration, under its module and type."""
    lines = []
    brought = 0
    types = 0
    exports = exported()
    for module in MODULES:
        lines += ["", f"# {module}"]
        for path, declaration in declarations(graphs, module):
            outer = ".".join(path[:-1])
            lines.append(f"{outer}: {declaration}" if outer else declaration)
            if (module == "Coefs" or path[0] in exports) and path[-1]:
                brought += 1
                types += len(path) == 1
    head = [
        "# The public API, as `tools/check/check_api.py GRAPHS --write` writes it; a test compares.",
        f"# import Coefs brings {types} types and functions at the top level, {brought} declarations in all.",
    ]
    return "\n".join(head + lines) + "\n"


def main() -> int:
    """Compare or write."""
    parser = argparse.ArgumentParser(description="Compare the public API with Tests/API.txt.")
    parser.add_argument("graphs", type=Path, help="the folder of symbol graphs")
    parser.add_argument("--write", action="store_true", help="write the file again")
    chosen = parser.parse_args()
    now = text(chosen.graphs)
    if chosen.write:
        FILE.write_text(now)
        return 0
    before = FILE.read_text()
    changes = list(difflib.unified_diff(before.splitlines(), now.splitlines(), "Tests/API.txt", "now", lineterm="", n=0))
    if changes:
        print("\n".join(changes))
        print("The public API has changed; if that is meant: tools/check/check_api.py GRAPHS --write")
        return 1
    print(f"{now.count(chr(10))} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
