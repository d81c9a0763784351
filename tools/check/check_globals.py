"""Checks that `coefs inspect` lists the names that Python's pickletools finds in pickles.

    .venv/bin/python tools/check/check_globals.py .build/release/coefs

The pickles are those of fixtures/estimators/ and, as far as they can be read at all,
fixtures/hostile-pickles/: every name has to be listed once, in the order in which they come first, also
where module and name come through the memo or are put together on the stack. Nothing is loaded here
either: pickletools only reads operations. Exits 1 if anything differs.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickletools
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

# Python 2 wrote bytes in such lines, of which pickletools takes ASCII only.
pickletools.stringnl.reader = lambda data: data.readline().decode("latin-1")

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
MARK = object()


def unfolded(data: bytes) -> bytes:
    """A file without its compression."""
    if data.startswith(b"\x1f\x8b"):
        return gzip.decompress(data)
    return zlib.decompress(data) if data.startswith(b"\x78") else data


def names(pickle: bytes) -> list[tuple[str, str]]:
    """Every module and name in a pickle, by what each operation takes from the stack and leaves there."""
    stack: list[Any] = []
    memo: dict[int, Any] = {}
    found: dict[tuple[str, str], None] = {}
    for operation, argument, _ in pickletools.genops(pickle):
        kind = operation.name
        if kind in ("PUT", "BINPUT", "LONG_BINPUT"):
            memo[argument] = stack[-1]
        elif kind == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif kind in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(memo[argument])
        elif kind == "DUP":
            stack.append(stack[-1])
        elif kind == "MARK":
            stack.append(MARK)
        else:
            taken = list(operation.stack_before)
            if pickletools.markobject in taken or kind == "POP_MARK":
                while stack.pop() is not MARK:
                    pass
                taken = taken[:taken.index(pickletools.markobject)] if taken else []
            operands = [stack.pop() for _ in taken][::-1]
            if kind == "GLOBAL":
                found[tuple(argument.split(" ", 1))] = None
            elif kind == "STACK_GLOBAL":
                found[tuple(operands)] = None
            is_text = isinstance(argument, str) and kind != "GLOBAL"
            stack += [argument if is_text else None for _ in operation.stack_after]
    return list(found)


def shown(name: str) -> str:
    """A name as the command shows it: what is not printable is escaped."""
    short = {"\r": "\\r", "\n": "\\n"}
    return "".join(
        letter if " " <= letter <= "~" else short.get(letter, f"\\u{{{ord(letter):X}}}")
        for letter in name)


def main() -> int:
    """Compare all files; print those that differ, and how many do not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the coefs executable")
    binary = parser.parse_args().binary.resolve()
    cases = json.loads((FIXTURES / "hostile-pickles" / "cases.json").read_text())
    files = sorted((FIXTURES / "estimators").glob("*/*.pkl")) + [
        FIXTURES / "hostile-pickles" / case["file"]
        # That one is a text to who looks at its beginning.
        for case in cases if case["inert"] and case["file"] != "carriage-return.pkl"
        # joblib's arrays stand between the operations.
        and not case["file"].endswith(".joblib")
    ]
    failures = mentioned = 0
    for file in files:
        wanted = [f"{module}.{name}" for module, name in names(unfolded(file.read_bytes()))]
        run = subprocess.run([binary, "inspect", "--json", file], capture_output=True, text=True)
        found = [entry["name"] for entry in json.loads(run.stdout or "{}").get("globals", [])]
        mentioned += len(found)
        if found != [shown(name) for name in wanted]:
            failures += 1
            print(f"FAIL  {file.relative_to(FIXTURES)}: {found}, not {wanted}; {run.stderr}")
    if not mentioned:
        failures += 1
        print("FAIL  no name was found at all")
    print(f"{len(files) - failures} passed, {failures} failed; {mentioned} names")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
