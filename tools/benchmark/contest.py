"""A row of the table: who takes part, how it is measured, and what has to come out."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Threads of the peers spin for some milliseconds after their work; nobody shall be timed meanwhile.
PAUSE_S = 0.2

# A round that takes longer is not thrown away to warm up.
LONG_ROUND_S = 10


class Failure(Exception):
    """A peer cannot do the work; says why."""


@dataclass
class Contender:
    """Somebody who does the work: `run` gives the figure (milliseconds or megabytes) and the result."""

    name: str
    run: Callable[[], tuple[float, Any]]
    close: Callable[[], None] = lambda: None
    # The file that the work writes. It is removed before each turn, which may take as long as to write it.
    output: Path | None = None


def python(
    name: str, work: Callable[[], Any], answer: Callable[[Any], Any] = lambda result: result,
    calls: int = 1, around: Callable[[], Any] | None = None, output: Path | None = None,
) -> Contender:
    """A contender in this process. `answer` (not timed) makes of the result what is compared.

    `around` makes a context for the work, say a limit on its threads. `output` is the file that the work
    writes, and then the result.
    """

    def run() -> tuple[float, Any]:
        if around:
            with around():
                return timed()
        return timed()

    def timed() -> tuple[float, Any]:
        start = time.perf_counter()
        for _ in range(calls):
            result = work()
        elapsed = time.perf_counter() - start
        return elapsed * 1e3 / calls, output or answer(result)

    return Contender(name, run, output=output)


def server(
    name: str, arguments: list[Any], answer: Callable[[str], Any] = lambda text: text,
    output: Path | None = None,
) -> Contender:
    """A contender that is a process: it does the work once for each line, and answers with a line of
    milliseconds and result. `output` is the file that the work writes, and then the result."""
    process = subprocess.Popen(
        [str(argument) for argument in arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )

    def run() -> tuple[float, Any]:
        try:
            process.stdin.write("\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass
        line = process.stdout.readline()
        if not line:
            raise Failure(f"ended with code {process.wait()}")
        elapsed, _, result = line.strip().partition(" ")
        return float(elapsed), output or answer(result)

    def close() -> None:
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        process.wait()

    return Contender(name, run, close, output)


class Launcher:
    """Runs whole programs, and says how long they took and how much memory they had."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", Path(__file__).with_name("launcher.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    def contender(
        self, name: str, arguments: list[Any], output: Path, answer: Callable[[str], Any],
        memory: bool = False, calls: int = 1,
    ) -> Contender:
        """A program as a contender, by its time (of some calls, one after another) or by its memory;
        `answer` gets what it printed."""
        line = "\t".join(map(str, [output, *arguments])) + "\n"

        def run() -> tuple[float, Any]:
            figures = []
            for _ in range(calls):
                self.process.stdin.write(line)
                self.process.stdin.flush()
                milliseconds, kilobytes, code = map(float, self.process.stdout.readline().split())
                if code:
                    raise Failure(f"ended with code {code:.0f}")
                figures.append(kilobytes * 1024 / 1e6 if memory else milliseconds)
            return statistics.mean(figures), answer(output.read_text())

        return Contender(name, run)


def quantity(value: float, unit: str) -> str:
    """A figure with its unit, in three digits."""
    if unit == "ms":
        for limit, factor, name in ((1e-3, 1e6, "ns"), (1, 1e3, "µs"), (1e3, 1, "ms")):
            if value < limit:
                value, unit = value * factor, name
                break
        else:
            value, unit = value / 1e3, "s"
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:.{digits}f} {unit}"


@dataclass
class Goal:
    """What a row has to reach: a ratio to the best of some peers, or a figure of ours."""

    ratio: float | None = None
    # The beginning of the peers' names that count; "" for all.
    against: str = ""
    most: float | None = None

    def text(self, unit: str) -> str:
        """The goal as the table shows it."""
        return f"≥ {self.ratio:g}" if self.ratio is not None else f"≤ {quantity(self.most, unit)}"


@dataclass
class Limit:
    """What the machine could do at best, in the row's unit."""

    name: str
    value: float


@dataclass
class Contest:
    """All that takes part in a row."""

    ours: Contender
    peers: list[Contender]
    # Whether our result (first) is a peer's.
    agree: Callable[[Any, Any], bool] = lambda mine, theirs: mine == theirs
    limit: Limit | None = None
    # Who cannot take part, and why.
    missing: dict[str, str] = field(default_factory=dict)


@dataclass
class Row:
    """One row: made only if it is asked for."""

    name: str
    goals: list[Goal]
    make: Callable[[Any], Contest]
    unit: str = "ms"
    # The bytes of memory, a file's in the kernel included, that a turn takes if they are many.
    memory: int = 0
    # Whether --quick measures it, which has two minutes for all.
    quick: bool = False


# How sure an interval is to hold the median of all rounds that could be measured.
CONFIDENCE = 0.95


def interval(values: list[float]) -> tuple[float, float]:
    """Where the median of a figure is, by the order of some values of it: no assumption on how they are spread.

    All values lie on one side of the median as often as as many coins fall alike. Six are the fewest that say anything;
    fewer give an interval without ends.
    """
    count = len(values)
    ends, outside = (-math.inf, math.inf), 0.0
    for rank, value in enumerate(sorted(values)[: count // 2]):
        outside += 2 * math.comb(count, rank) / 2**count
        if outside > 1 - CONFIDENCE:
            break
        ends = (value, sorted(values)[count - 1 - rank])
    return ends


@dataclass
class Line:
    """What was measured of a row, against the peers of one goal."""

    row: str
    unit: str
    goal: Goal
    # Of each round.
    figures: list[float]
    peer: str
    peer_value: float
    ratios: list[float]
    limit: Limit | None
    peers: dict[str, float]
    missing: dict[str, str]

    @property
    def ours(self) -> float:
        """Our figure, in the median round."""
        return statistics.median(self.figures)

    @property
    def ratio(self) -> float:
        """How many times as good we are, in the median round."""
        return statistics.median(self.ratios) if self.ratios else float("nan")

    @property
    def verdict(self) -> str:
        """Whether the goal is won or lost, as far as the interval says; else it is open."""
        if self.goal.most is not None:
            low, high = interval(self.figures)
            return "won" if high <= self.goal.most else "lost" if low > self.goal.most else "open"
        low, high = interval(self.ratios)
        return "won" if low >= self.goal.ratio else "lost" if high < self.goal.ratio else "open"

    def as_dict(self) -> dict[str, Any]:
        """The line for --json."""
        return {
            "row": self.row,
            "unit": self.unit,
            "ours": self.ours,
            "bestPeer": self.peer or None,
            "bestPeerValue": self.peer_value if self.peer else None,
            "ratio": self.ratio if self.ratios else None,
            "figures": self.figures,
            "ratios": self.ratios,
            "goal": {"ratio": self.goal.ratio, "most": self.goal.most},
            "verdict": self.verdict,
            "limit": self.limit and {"name": self.limit.name, "value": self.limit.value},
            "timesTheLimit": self.limit and self.ours / self.limit.value,
            "peers": self.peers,
            "missing": self.missing,
        }


def touch(memory: int) -> None:
    """Uses so much memory and frees it again.

    A virtual machine gives what is free back to its host, and has it again only when it is touched, up to
    ten times as slowly: else those would pay whose turn it is when that has happened.
    """
    import numpy

    numpy.ones(memory, "u1")


def measure(row: Row, bench: Any, rounds: int) -> list[Line]:
    """Measures a row: everybody in turn, `rounds` times; every result is compared with ours.

    A peer that fails is missing with what it said. We must not fail, nor give another result.
    """
    contest = row.make(bench)
    contenders = [contest.ours, *contest.peers]
    missing = dict(contest.missing)
    values: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    warm = False
    try:
        while len(values[contest.ours.name]) < rounds:
            begun = time.perf_counter()
            figures = {}
            for contender in [c for c in contenders if c.name not in missing]:
                if contender.output:
                    contender.output.unlink(missing_ok=True)
                # What was written so far goes to the disk now, and not in the midst of this turn.
                os.sync()
                touch(row.memory)
                time.sleep(PAUSE_S)
                try:
                    figures[contender.name], result = contender.run()
                except Failure as failure:
                    if contender is contest.ours:
                        raise SystemExit(f"{row.name}: {contender.name} {failure}") from None
                    missing[contender.name] = str(failure)
                    continue
                if contender is contest.ours:
                    mine = result
                elif not contest.agree(mine, result):
                    raise SystemExit(f"{row.name}: our result is not that of {contender.name}")
                del result
            if warm or time.perf_counter() - begun > LONG_ROUND_S:
                for name, figure in figures.items():
                    values[name].append(figure)
            warm = True
    finally:
        for contender in contenders:
            contender.close()
    ours = values[contest.ours.name]
    peers = {
        peer.name: values[peer.name] for peer in contest.peers if len(values[peer.name]) == rounds
    }
    medians = {name: statistics.median(figures) for name, figures in peers.items()}
    lines = []
    for goal in row.goals:
        best = min((n for n in medians if n.startswith(goal.against)), key=medians.get, default="")
        lines.append(
            Line(
                row.name, row.unit, goal, ours, best, medians.get(best, 0),
                [theirs / mine for mine, theirs in zip(ours, peers.get(best, []))],
                contest.limit, medians, missing,
            )
        )
    return lines
