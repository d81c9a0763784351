"""Time Coefs and its peers side by side: what `tools/bench` runs.

    .venv-bench/bin/python tools/benchmark BENCHMARK COEFS [options]

BENCHMARK is the built package Tests/Benchmark, COEFS the release binary. Each row is measured
interleaved, ours and each peer's in turn, warm, N rounds. A row's figure is the median of the rounds. Its
ratio is the median of peer's figure / our figure, round by round, with the interval that holds the true median in 95
of 100 runs; above 1 we are ahead. A goal is won or lost only where the interval says so. The best peer is the one with
the least median. Every result is compared with ours, so that a wrong answer cannot win.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

from contest import Launcher, measure


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__.splitlines()[0])
    parser.add_argument("benchmark", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("coefs", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--markdown", action="store_true", help="print the table in Markdown")
    parser.add_argument("--rows", metavar="PATTERN", default="",
                        help="measure only the rows whose names match (a regular expression)")
    parser.add_argument("--list", action="store_true", help="print the rows' names and goals")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of each row (default: 7)")
    parser.add_argument("--quick", action="store_true",
                        help="about two minutes: some rows that take little time, 6 rounds each")
    parser.add_argument("--against", type=Path, metavar="FILE",
                        help="compare with an earlier run, which was kept in .build/bench or printed by --json")
    parser.add_argument("--cnpy", type=Path, metavar="DIR",
                        help="a checkout of cnpy, to be built and measured too")
    parser.add_argument("--csv-megabytes", type=int, metavar="N", default=200,
                        help="the size of the CSV that is predicted (default: 200; 2000 for one that is larger "
                        "than the memory it may take)")
    chosen = parser.parse_args()
    if chosen.rounds is None:
        chosen.rounds = 6 if chosen.quick else 7
    if chosen.rounds < 6:
        parser.error("at least 6 rounds: fewer say nothing")
    if chosen.against:
        try:
            chosen.against = json.loads(chosen.against.read_text())
        except (OSError, ValueError) as error:
            parser.error(f"--against: {error}")
        if not isinstance(chosen.against, dict) or not {"machine", "rows"} <= chosen.against.keys():
            parser.error("--against: the file is no run of tools/bench")
    return chosen


def main() -> None:
    """Measure and print."""
    chosen = options()
    # Before numpy: see launcher.py.
    launcher = Launcher()
    import archives
    import arrays
    import command
    import frameworks
    import generated
    import growth
    import inference
    import tables
    import threads
    import training
    from bench import Bench
    from results import compared, keep, results
    from table import Table

    modules = (arrays, archives, frameworks, inference, generated, threads, command, tables, training)
    rows = [row for part in modules for row in part.rows() if re.search(chosen.rows, row.name)]
    grows = re.search(chosen.rows, "growth") is not None
    if chosen.quick:
        left_out = sum(not row.quick for row in rows)
        rows = [row for row in rows if row.quick]
        grows = False
        print(f"--quick leaves out {left_out} rows, and how time grows", file=sys.stderr)
    if chosen.list:
        for row in rows:
            print(row.name, "; ".join(goal.text(row.unit) for goal in row.goals), sep=": ")
        if grows:
            print("growth")
        return
    if not rows and not grows:
        raise SystemExit(f"no row matches {chosen.rows}; see --list")

    table = Table("json" if chosen.json else "markdown" if chosen.markdown else "text")
    with tempfile.TemporaryDirectory(prefix="coefs-bench-") as folder:
        bench = Bench(chosen.benchmark, chosen.coefs, Path(folder), launcher, chosen.cnpy,
                      chosen.csv_megabytes)
        for row in rows:
            table.add(measure(row, bench, chosen.rounds))
        if grows:
            table.add_growth(growth.points(bench))
        run = results(bench, chosen.rounds, table.lines, table.points)
    table.end(run)
    keep(run)
    if chosen.against:
        table.add_comparison(*compared(run, chosen.against), chosen.against["time"])


if __name__ == "__main__":
    main()
