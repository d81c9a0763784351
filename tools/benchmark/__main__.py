"""Time Coefs and its peers side by side: what `tools/bench` runs.

    .venv-bench/bin/python tools/benchmark BENCHMARK COEFS [options]

BENCHMARK is the built package Tests/Benchmark, COEFS the release binary. Each row is measured
interleaved, ours and each peer's in turn, warm, N rounds. A row's figure is the median of the rounds. Its
ratio is the median of peer's figure / our figure, round by round, with the least and the greatest; above
1 we are ahead. The best peer is the one with the least median. Every result is compared with ours, so
that a wrong answer cannot win.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tempfile
from pathlib import Path

from contest import Launcher, Line, measure, quantity


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__.splitlines()[0])
    parser.add_argument("benchmark", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("coefs", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rows", metavar="PATTERN", default="",
                        help="measure only the rows whose names match (a regular expression)")
    parser.add_argument("--list", action="store_true", help="print the rows' names and goals")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of each row (default: 7)")
    parser.add_argument("--quick", action="store_true", help="3 rounds: a look, no result")
    parser.add_argument("--cnpy", type=Path, metavar="DIR",
                        help="a checkout of cnpy, to be built and measured too")
    chosen = parser.parse_args()
    if chosen.rounds is None:
        chosen.rounds = 3 if chosen.quick else 7
    if chosen.rounds < (1 if chosen.quick else 7):
        parser.error("at least 7 rounds; fewer only with --quick")
    return chosen


COLUMNS = "{:<40} {:>9} {:>9}  {:>7} {:>17}  {:>9} {:<3} {:>7}  {:<34} {}"


def table_head() -> str:
    """The table's head."""
    return COLUMNS.format(
        "row", "ours", "peer", "ratio", "range", "goal", "", "× limit", "limit", "best peer")


def table_line(line: Line) -> str:
    """A line of the table."""
    limit = line.limit
    return COLUMNS.format(
        line.row,
        quantity(line.ours, line.unit),
        quantity(line.peer_value, line.unit) if line.peer else "–",
        f"{line.ratio:.3g}" if line.peer else "–",
        f"{min(line.ratios):.3g} … {max(line.ratios):.3g}" if line.peer else "",
        line.goal.text(line.unit),
        "met" if line.met else "no",
        f"{line.ours / limit.value:.3g}" if limit else "–",
        f"{limit.name}, {quantity(limit.value, line.unit)}" if limit else "",
        line.peer,
    ).rstrip()


def main() -> None:
    """Measure and print."""
    chosen = options()
    # Before numpy: see launcher.py.
    launcher = Launcher()
    import archives
    import arrays
    import command
    import growth
    import inference
    import training
    from bench import Bench

    modules = (arrays, archives, inference, command, training)
    rows = [row for part in modules for row in part.rows() if re.search(chosen.rows, row.name)]
    grows = re.search(chosen.rows, "growth") is not None
    if chosen.list:
        for row in rows:
            print(row.name, "; ".join(goal.text("ms") for goal in row.goals), sep=": ")
        if grows:
            print("growth")
        return
    if not rows and not grows:
        raise SystemExit(f"no row matches {chosen.rows}; see --list")

    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="coefs-bench-") as folder:
        bench = Bench(chosen.benchmark, chosen.coefs, Path(folder), launcher, chosen.cnpy)
        if rows and not chosen.json:
            print(table_head(), flush=True)
        for row in rows:
            measured = measure(row, bench, chosen.rounds)
            lines += measured
            if not chosen.json:
                print(*map(table_line, measured), sep="\n")
                for name, reason in measured[0].missing.items():
                    print(f"    without {name}: {reason}")
                sys.stdout.flush()
        points = growth.points(bench) if grows else []
    if chosen.json:
        print(json.dumps({
            "rounds": chosen.rounds,
            "rows": [line.as_dict() for line in lines],
            "growth": [point.as_dict() for point in points],
        }))
        return
    if points:
        print(f"\n{'growth':<34} {'10^':>4} {'time':>9} {'each':>9}")
    for point in points:
        power = round(math.log10(point.count))
        if point.ms is None:
            print(f"{point.what:<34} {power:>4} {'–':>9} {'–':>9}  {point.note}")
        else:
            print(f"{point.what:<34} {power:>4} {quantity(point.ms, 'ms'):>9} "
                  f"{quantity(point.ns_each / 1e6, 'ms'):>9}")
    if lines:
        met = sum(line.met for line in lines)
        print(f"\n{met} of {len(lines)} goals met, {chosen.rounds} rounds each")


if __name__ == "__main__":
    main()
