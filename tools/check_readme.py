"""Run the README's own examples.

- ```console blocks: after `$ ` a command, then what it must print (stdout and stderr) and, where it is
  not 0, `[exit N]`;
- ```python blocks: run in order, in one namespace;
- a ```swift block behind `<!-- FILE -->`: must be that file.

Everything runs in a scratch folder with links to tools/ and fixtures/, so that the tree stays clean.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(?:<!-- (?P<file>\S+) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S)


def differences(name: str, wanted: str, found: str) -> str:
    """A diff, empty where there is nothing to tell."""
    lines = wanted.splitlines(), found.splitlines()
    return "\n".join(difflib.unified_diff(*lines, "README.md", name, lineterm=""))


def run_console(text: str) -> str:
    """What the block looks like when its commands are run."""
    output = []
    for line in text.splitlines():
        if line.startswith("$ "):
            run = subprocess.run(
                line[2:], shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True,
            )
            output += [line, *run.stdout.splitlines()]
            if run.returncode != 0:
                output.append(f"[exit {run.returncode}]")
    return "\n".join(output) + "\n"


def main() -> int:
    """Check every block; return the number of those that are wrong."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    passed = failed = 0
    namespace: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("tools", "fixtures"):
            (Path(folder) / name).symlink_to(ROOT / name)
        os.chdir(folder)
        for block in BLOCK.finditer(readme):
            kind, text, file = block["kind"], block["text"], block["file"]
            if kind == "console":
                problem = differences("as run", text, run_console(text))
            elif kind == "python":
                exec(compile(text, "README.md", "exec"), namespace)  # raises where it is wrong
                problem = ""
            elif kind == "swift" and file:
                problem = differences(file, text, (ROOT / file).read_text(encoding="utf-8"))
            else:
                continue
            if problem:
                failed += 1
                print(problem)
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
