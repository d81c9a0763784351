"""Checks the examples of README.md and of the documentation's pages.

    .venv/bin/python tools/check/check_readme.py .build/release/coefs [PAGE…]

The pages are README.md and those of Sources/Coefs/Coefs.docc, except Chapter.md: the package's tests run that
one, because the last digits of its results depend on the platform.

Each page has a scratch folder of its own, with tools/ and a copy of fixtures/. Its examples run in order:

- a ```console block is run: every `$ command` must print what follows it, on standard output and
  error together. A line `…` stands for any number of lines, and `[exit N]` at the end for an exit
  code other than 0. Numbers of 12 digits and more may differ beyond the 12th, as they do between
  processors. A command that ends in a backslash goes on in the next line. `coefs` is the
  binary, `python` the one that runs this;
- a ```python block is run, in one namespace with those before it on the page;
- a block after the comment `<!-- FILE -->` is that file, word for word;
- every ```swift block has such a comment, unless it is a comment itself (a line of a manifest).

Blocks of other kinds are not checked. Ends at the first difference, and shows it. Exits 1, too, if
there are no examples.
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
DOCUMENTATION = ROOT / "Sources" / "Coefs" / "Coefs.docc"
RUN_BY_THE_TESTS = {"Chapter.md"}
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
    """A fenced block: what it is, its page, and the line of the page on which its text begins."""

    kind: str
    text: str
    page: str
    line: int
    file: str | None

    @property
    def where(self) -> str:
        """The page and the line, for a message."""
        return f"{self.page}:{self.line}"


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


def pages() -> list[Path]:
    """The pages whose examples are checked here."""
    documentation = sorted(DOCUMENTATION.glob("*.md"))
    return [ROOT / "README.md"] + [page for page in documentation if page.name not in RUN_BY_THE_TESTS]


def examples(page: Path) -> Iterator[Example]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    name = str(page.relative_to(ROOT)) if page.is_relative_to(ROOT) else str(page)
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start("text")) + 1
        yield Example(block["kind"], block["text"], name, line, block["file"])


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
            raise Difference(f"{example.page}:{number}: a console block begins with '$ command'")
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
        diff = difflib.unified_diff(expected, found, "page", "found", lineterm="", n=2)
        raise Difference("\n".join([where, *diff]))


def run_console(example: Example) -> None:
    """Every command prints what the page shows."""
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
        check_equal(f"{example.page}:{command.line}: {command.shown[0]}", command.expected, found)


def run_python(example: Example, namespace: dict[str, Any]) -> None:
    """The block runs without an exception."""
    # Padded, so that a traceback names the line of the page.
    source = "\n" * (example.line - 1) + example.text
    try:
        exec(compile(source, str(ROOT / example.page), "exec"), namespace)
    except Exception as error:
        raise Difference("".join(traceback.format_exception(error)).rstrip()) from error


def check(example: Example, namespace: dict[str, Any]) -> bool:
    """Check one example; return whether it is one that can be checked."""
    if example.file:
        path = ROOT / example.file
        file = path.read_text(encoding="utf-8")
        where = f"{example.where}: not {example.file}"
        if example.text != file:
            check_equal(where, example.text.splitlines(), file.splitlines())
            raise Difference(f"{where}: only the empty lines at the end differ")
    elif example.kind == "swift":
        if not all(line.startswith("//") for line in example.text.splitlines()):
            raise Difference(f"{example.where}: name the file of this Swift before it: <!-- FILE -->")
        return False
    elif example.kind == "console":
        run_console(example)
    elif example.kind == "python":
        run_python(example, namespace)
    else:
        return False
    return True


def find_programs(folder: Path, binary: Path) -> None:
    """Let `coefs` be the binary, and `python` the one that runs this."""
    folder.mkdir()
    (folder / "coefs").symlink_to(binary.resolve())
    path = [str(folder), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    os.environ["PATH"] = os.pathsep.join(path)


def enter(folder: Path) -> None:
    """Make the folder look like the repository, and go there."""
    folder.mkdir()
    (folder / "tools").symlink_to(ROOT / "tools")
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    os.chdir(folder)


def main() -> int:
    """Check every example."""
    parser = argparse.ArgumentParser(description="Check the examples of README.md and the documentation.")
    parser.add_argument("binary", type=Path, help="the coefs executable")
    parser.add_argument("pages", type=Path, nargs="*", help="the pages, instead of all")
    arguments = parser.parse_args()
    checked = [page.resolve() for page in arguments.pages] or pages()
    count = 0
    with tempfile.TemporaryDirectory() as scratch:
        try:
            find_programs(Path(scratch) / "bin", arguments.binary)
            for number, page in enumerate(checked):
                enter(Path(scratch) / str(number))
                namespace: dict[str, Any] = {"__name__": "__main__"}
                for example in examples(page):
                    count += check(example, namespace)
                os.chdir(ROOT)
                shutil.rmtree(Path(scratch) / str(number))
        except (Difference, OSError, subprocess.TimeoutExpired) as error:
            print(error)
            print(f"{count} passed, 1 failed")
            return 1
        finally:
            os.chdir(ROOT)
    if count == 0:
        print("there are no examples")
        return 1
    print(f"{count} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
