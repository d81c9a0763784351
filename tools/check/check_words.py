"""Checks that the public text uses the project's words.

    python3 tools/check/check_words.py [FILE…]

Finds words and patterns that the project has replaced by the field's own terms, and says what to write
instead: `FILE:LINE: 'WORD': use …`. Exits 1 if it finds one. In Markdown, code is not read: fenced and
indented blocks, and `spans`. In Swift, only doc comments (`///`) are read, and in files that HELP names also
string literals, which are help texts and messages.

Left to the eye, because no pattern finds them without many false hits: sentences that are long or not in the
present tense; 'no X is' for 'X is not'; 'say', 'tell' and 'have' with a file as the subject; 'numbers' for
'values'; 'run' for a group of layers; 'note' for a warning or an entry of metadata; metaphors.

Every rule has a sample that it must find and one that it must not; a rule that fails on its samples fails the
check.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What is checked, as patterns below the root. Extend MARKDOWN, COMMENTS and HELP as texts are rewritten.
MARKDOWN = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "fixtures/README.md",
    "tools/README.md",
    "Sources/*/*.docc/*.md",
]
# Swift files whose doc comments are checked, such as "Sources/Coefs/**/*.swift".
COMMENTS = ["Sources/**/*.swift"]
# Swift files whose string literals are checked too, such as "Sources/CoefsCommand/*.swift".
HELP = ["Sources/**/*.swift"]

# Lines that may have a word: the file, and a part of the line. One that is not needed any longer is an error.
ALLOWED: list[tuple[str, str]] = []


@dataclass
class Rule:
    """A pattern that is replaced, what to write instead, and samples that it must find and must not."""

    pattern: str
    use: str
    wrong: str
    right: str

    def find(self, text: str) -> Iterator[str]:
        """The words of a text that the rule is about."""
        for match in re.finditer(self.pattern, text, re.IGNORECASE):
            yield match[0]


RULES = [
    Rule(r"\banswer(s|ed|ing)?\b", "prediction, label, target or result", "its answers", "its labels"),
    Rule(r"\b(a|the|every|each|no|which) bars?\b", "threshold", "a bar was missed", "a progress bar"),
    Rule(r"\bunfold(s|ed|ing)?\b", "decompress", "bytes unfolded", "fold the scaler"),
    Rule(r"\bbehind\b", "after, or expects … by", "a softmax behind the layer", "a softmax after it"),
    Rule(r"\bbeside\b", "next to", "beside the weights", "besides these"),
    Rule(r"\b(is|are|was|were) none\b", "missing, unsupported, no …", "there is none", "None is a value"),
    Rule(r"\bof which\b", "two sentences", "files, of which two are read", "which of two files"),
    Rule(r"\bgreatest\b", "maximum, largest or argmax", "the greatest output", "the greater of two"),
    Rule(r"(?<!\bat )\bleast\b", "minimum or smallest", "the least median", "at least seven"),
    Rule(r"\b(let|lets|letting) (it |them )?(pass|through)\b", "allow or accept", "it lets them pass", "let go"),
    Rule(r"\bas (it|they) (is|are|stands?)\b(?! \w+(ed|en)\b)", "directly, or unchanged", "read as they are", "as is usual"),
    Rule(r"\bthat (is|are) there\b", "existing, or leave it out", "all that are there", "that is read"),
    Rule(r"\bwhat (is|was) there\b", "the noun that is meant", "what is there", "there is a file"),
    Rule(r"\bwhere (it|they|he|she) (lies?|stands?)\b", "in its file, or in place", "where it lies", "where it is read"),
    Rule(r"\blies? about\b", "are saved", "they lie about", "it lies at an offset"),
    Rule(r"\bteam\b", "thread pool", "a team of threads", "a thread pool"),
    Rule(r"\bnatural logarithm\b", "log", "the natural logarithm", "a logarithmic axis"),
    Rule(r"\b(coefficient of )?determination\b", "R²", "the determination", "it determines the layout"),
    Rule(r"\b(rows|vectors?|matrix|arrays?|columns) of (\d+ |ten )?numbers\b", "values", "rows of numbers", "the number of rows"),
    Rule(r"\bwhat comes in\b", "samples, features, rows or columns", "what comes in", "comes from a file"),
    Rule(r"\bone's own\b|\boneself\b", "your own", "data of one's own", "its own data"),
    Rule(r"\banew\b", "again", "save it anew", "a new file"),
    Rule(r"\brightly\b", "correctly", "told rightly", "brightly"),
    Rule(r"\bsay(s|ing)? no word\b|\bwithout a word\b", "without a message", "without a word", "a word"),
    Rule(r"\b(gave|gives?|giving) up\b", "failed, or timed out", "it gave up", "gives a label"),
    Rule(r"\bhow (much|many) .{0,20}\bthere (is|are)\b", "the number of", "how many files there are", "how many files"),
]


@dataclass
class Line:
    """A line of text, and where it is."""

    file: str
    number: int
    text: str


SPAN = re.compile(r"(`+)(?:(?!\1).)+\1|<!--.*?-->|\]\([^)]*\)|<[\w.]+:[^>]*>")
FENCE = re.compile(r"\s*(```|~~~)")


def markdown(file: str, text: str) -> Iterator[Line]:
    """The lines of a Markdown file, without code, comments and the targets of links."""
    is_code = False
    was_blank = True
    was_indented = False
    for number, line in enumerate(text.splitlines(), start=1):
        if FENCE.match(line):
            is_code = not is_code
            continue
        was_indented = line.startswith("    ") and (was_blank or was_indented)
        was_blank = not line.strip()
        if not is_code and not was_indented:
            yield Line(file, number, SPAN.sub(" ", line))


COMMENT = re.compile(r"^\s*///(.*)$")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
INTERPOLATION = re.compile(r"\\\([^)]*\)")


def comments(file: str, text: str) -> Iterator[Line]:
    """The doc comments of a Swift file, without code."""
    is_code = False
    for number, line in enumerate(text.splitlines(), start=1):
        comment = COMMENT.match(line)
        if not comment:
            is_code = False
        elif FENCE.match(comment[1]):
            is_code = not is_code
        elif not is_code and not comment[1].startswith("     "):
            yield Line(file, number, SPAN.sub(" ", comment[1]))


def literals(file: str, text: str) -> Iterator[Line]:
    """The string literals of a Swift file."""
    is_long = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("//"):
            continue
        if line.count('"""') % 2:
            is_long = not is_long
        elif is_long:
            yield Line(file, number, INTERPOLATION.sub(" ", line))
        else:
            for literal in LITERAL.finditer(line):
                yield Line(file, number, INTERPOLATION.sub(" ", literal[1]))


def lines(path: Path) -> Iterator[Line]:
    """What is checked of a file."""
    file = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".swift":
        yield from markdown(file, text)
        return
    yield from comments(file, text)
    if any(path in ROOT.glob(pattern) for pattern in HELP):
        yield from literals(file, text)


def files() -> list[Path]:
    """The files to check. A pattern that names none is an error."""
    found: set[Path] = set()
    for pattern in MARKDOWN + COMMENTS + HELP:
        matches = set(ROOT.glob(pattern))
        if not matches:
            sys.exit(f"check_words.py: {pattern} names no file")
        found |= matches
    return sorted(found)


def rule_problems() -> Iterator[str]:
    """Rules that do not find what they should, or find what they should not."""
    for rule in RULES:
        if not any(rule.find(rule.wrong)):
            yield f"rule {rule.pattern}: does not find '{rule.wrong}'"
        if any(rule.find(rule.right)):
            yield f"rule {rule.pattern}: finds '{rule.right}'"


def main() -> int:
    """Check every line of every file."""
    parser = argparse.ArgumentParser(description="Check the words of the public text.")
    parser.add_argument("files", type=Path, nargs="*", help="the files, instead of all")
    given: list[Path] = parser.parse_args().files
    problems = list(rule_problems())
    unused = set(ALLOWED)
    count = 0
    for path in [file.resolve() for file in given] or files():
        for line in lines(path):
            count += 1
            reasons = {entry for entry in ALLOWED if entry[0] == line.file and entry[1] in line.text}
            for rule in RULES:
                for word in rule.find(line.text):
                    if reasons:
                        unused -= reasons
                    else:
                        problems.append(f"{line.file}:{line.number}: '{word}': use {rule.use}")
    if not given:
        problems += [f"{file}: '{part}' need not be allowed any longer" for file, part in sorted(unused)]
    for problem in problems:
        print(problem)
    if problems:
        print(f"{count} lines, {len(problems)} failed")
        return 1
    print(f"{count} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
