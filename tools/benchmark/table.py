"""The table as text, as Markdown or as JSON."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from typing import Any

from contest import Line, interval, quantity
from growth import Point

HEADS = ["row", "ours", "best peer", "", "ratio", "95 % interval", "goal", "", "limit", "", "× limit"]
WIDTHS = "{:<40} {:>8}  {:>9} {:<33} {:>7} {:>17}  {:>8} {:<4} {:<23} {:>8} {:>7}"
GROWTH_HEADS = ["growth", "size", "time", "each", ""]
GROWTH_WIDTHS = "{:<34} {:>6} {:>9} {:>9}  {}"


class Table:
    """Prints lines as they come; JSON at the end."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.lines: list[Line] = []
        self.points: list[Point] = []

    def add(self, lines: list[Line]) -> None:
        """A measured row, with a line for each goal."""
        if not self.lines:
            self.head(HEADS, WIDTHS)
        self.lines += lines
        for line in lines:
            self.row(cells(line), WIDTHS)
        for name, reason in lines[0].missing.items():
            # JSON has it in the row, and a table in Markdown no room for it.
            note = f"    without {name}: {reason}"
            if self.form == "text":
                print(note)
            elif self.form == "markdown":
                print(lines[0].row + note, file=sys.stderr)
        sys.stdout.flush()

    def add_growth(self, points: list[Point]) -> None:
        """How time grows."""
        if self.form != "json" and self.lines:
            print()
        self.head(GROWTH_HEADS, GROWTH_WIDTHS)
        self.points = points
        for point in points:
            known = point.ms is not None
            self.row(
                [
                    point.what, f"10^{round(math.log10(point.count))}",
                    quantity(point.ms, "ms") if known else "–",
                    quantity(point.ms / point.count, "ms") if known else "–", point.note,
                ],
                GROWTH_WIDTHS,
            )

    def add_comparison(self, lines: list[tuple[str, str, str, str]], notes: list[str], when: str) -> None:
        """What has changed since an earlier run; on standard error where the other is for JSON."""
        to = sys.stderr if self.form == "json" else sys.stdout
        print(f"\nagainst the run of {when}", *notes, sep="\n", file=to)
        for name, then, now, change in lines:
            print(f"{name:<44} {then:>22}  {now:>22}  {change}".rstrip(), file=to)
        counts = Counter(change for *_, change in lines)
        print(", ".join(f"{count} {change}" for change, count in sorted(counts.items())), file=to)

    def end(self, results: dict[str, Any]) -> None:
        """All of it as JSON, or how many goals are won."""
        if self.form == "json":
            print(json.dumps(results))
        elif self.lines:
            verdicts = Counter(line.verdict for line in self.lines)
            print(f"\n{verdicts['won']} of {len(self.lines)} goals won, {verdicts['lost']} lost, {verdicts['open']} "
                  f"open, where the interval holds the goal; {results['rounds']} rounds each")

    def head(self, texts: list[str], widths: str) -> None:
        """The head of a table."""
        self.row(texts, widths)
        if self.form == "markdown":
            print("|" + " --- |" * len(texts))

    def row(self, texts: list[str], widths: str) -> None:
        """A line of a table."""
        if self.form == "markdown":
            print("| " + " | ".join(texts) + " |")
        elif self.form == "text":
            print(widths.format(*texts).rstrip())


def cells(line: Line) -> list[str]:
    """What the table says of a line."""
    limit = line.limit
    return [
        line.row,
        quantity(line.ours, line.unit),
        quantity(line.peer_value, line.unit) if line.peer else "–",
        line.peer,
        f"{line.ratio:.3g}" if line.peer else "–",
        "{:.3g} … {:.3g}".format(*interval(line.ratios)) if line.peer else "",
        line.goal.text(line.unit),
        line.verdict,
        limit.name if limit else "",
        quantity(limit.value, line.unit) if limit else "",
        f"{line.ours / limit.value:.3g}" if limit else "–",
    ]
