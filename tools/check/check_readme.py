"""Checks that the README's examples do what it says.

    .venv/bin/python tools/check/check_readme.py .build/release/coefs

In the order in which they stand, in a scratch folder that has tools/ and a copy of fixtures/:

- a ```console block is run: every `$ command` must print what follows it, on standard output and
  error together. A line `…` stands for any number of lines, and `[exit N]` at the end for an exit
  code other than 0. Numbers of 12 digits and more may differ beyond the 12th, as they do between
  processors. A command that ends in a backslash goes on in the next line. `coefs` is the
  binary, `python` the one that runs this;
- a ```python block is run, in one namespace with those before it;
- a block behind the comment `<!-- FILE -->` is that file.

Blocks of other kinds are only read by people. Ends at the first difference, and shows it. Exits 1,
too, if there are no examples.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(
    r"^(?:<!-- (?P<file>[\w./+-]+) -->\n+)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S
)
ANY_LINES = "…"
LONG_NUMBER = re.compile(r"\b\d\.\d{11,}(?:e[+-]\d+)?\b")
# By the clock, so many because `tools/coefs` may have to build first, on a machine that has other work.
SECONDS = 7200


class Difference(Exception):
    """An example does something else; the message says what."""


@dataclass
class Example:
    """A fenced block: what it is, and the line of the README on which its text begins."""

    kind: str
    text: str
    line: int
    file: str | None


@dataclass
class Command:
    """A command as it is shown, what is run, and what it should print."""

    shown: list[str]
    line: int
    expected: list[str]

    @property
    def script(self) -> str:
        """The command without the prompt."""
        return "\n".join(self.shown).removeprefix("$ ")


def examples(text: str) -> Iterator[Example]:
    """The fenced blocks of the README."""
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start("text")) + 1
        yield Example(block["kind"], block["text"], line, block["file"])


def commands(example: Example) -> list[Command]:
    """The commands of a console block."""
    found: list[Command] = []
    continues = False
    for number, line in enumerate(example.text.splitlines(), start=example.line):
        if continues:
            found[-1].shown.append(line)
        elif line.startswith("$ "):
            found.append(Command([line], number, []))
        elif found:
            found[-1].expected.append(line)
        else:
            raise Difference(f"README.md:{number}: a console block begins with '$ command'")
        continues = line.endswith("\\") and (continues or line.startswith("$ "))
    return found


def rounded(line: str) -> str:
    """The line with its long numbers rounded to 12 digits."""
    return LONG_NUMBER.sub(lambda number: f"{float(number[0]):.11e}", line)


def matches(expected: list[str], found: list[str]) -> bool:
    """Whether the lines are those expected, where `…` stands for any."""
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == ANY_LINES else re.escape(rounded(line)) + "\n"
        for line in expected
    )
    return re.fullmatch(pattern, "".join(rounded(line) + "\n" for line in found)) is not None


def check_equal(where: str, expected: list[str], found: list[str]) -> None:
    """The lines are those expected, or else a diff is raised."""
    while expected and not expected[-1]:  # an empty line before the next command is for the eye
        expected = expected[:-1]
    if not matches(expected, found):
        diff = difflib.unified_diff(expected, found, "README.md", "found", lineterm="", n=2)
        raise Difference("\n".join([where, *diff]))


def run_console(example: Example) -> None:
    """Every command prints what the README says."""
    for command in commands(example):
        run = subprocess.run(
            ["bash", "-c", command.script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
        )
        found = run.stdout.removesuffix("\n").split("\n") if run.stdout else []
        if run.returncode != 0:
            found.append(f"[exit {run.returncode}]")
        check_equal(f"README.md:{command.line}: {command.shown[0]}", command.expected, found)


def run_python(example: Example, namespace: dict[str, Any]) -> None:
    """The block runs without an exception."""
    # Padded, so that a traceback names the line of the README.
    source = "\n" * (example.line - 1) + example.text
    try:
        exec(compile(source, str(README), "exec"), namespace)
    except Exception as error:
        raise Difference("".join(traceback.format_exception(error)).rstrip()) from error


def check(example: Example, namespace: dict[str, Any]) -> bool:
    """Check one example; return whether it is one that can be checked."""
    if example.file:
        file = (ROOT / example.file).read_text(encoding="utf-8")
        where = f"README.md:{example.line}: not {example.file}"
        if example.text != file:
            check_equal(where, example.text.splitlines(), file.splitlines())
            raise Difference(f"{where}: only the empty lines at the end differ")
    elif example.kind == "console":
        run_console(example)
    elif example.kind == "python":
        run_python(example, namespace)
    else:
        return False
    return True


def enter(folder: Path, binary: Path) -> None:
    """Make the folder look like the repository, and go there."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "coefs").symlink_to(binary.resolve())
    path = [str(programs), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    os.environ["PATH"] = os.pathsep.join(path)
    work = folder / "work"
    work.mkdir()
    (work / "tools").symlink_to(ROOT / "tools")
    shutil.copytree(ROOT / "fixtures", work / "fixtures")
    os.chdir(work)


def main() -> int:
    """Check every example."""
    parser = argparse.ArgumentParser(description="Check the README's examples.")
    parser.add_argument("binary", type=Path, help="the coefs executable")
    binary: Path = parser.parse_args().binary
    count = 0
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder:
        try:
            enter(Path(folder), binary)
            for example in examples(README.read_text(encoding="utf-8")):
                count += check(example, namespace)
        except (Difference, OSError, subprocess.TimeoutExpired) as error:
            print(error)
            print(f"{count} passed, 1 failed")
            return 1
    if count == 0:
        print("README.md has no examples")
        return 1
    print(f"{count} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
