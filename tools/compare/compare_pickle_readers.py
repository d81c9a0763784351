"""Asks those who read or scan pickles what they make of hostile files, and of sound ones.

    .venv-scanners/bin/python tools/compare/compare_pickle_readers.py .build/release/coefs [--list]

The files are those of fixtures/hostile-pickles/ (tools/fixtures/make_hostile_pickles.py), whose payloads run
`touch WAS-EXECUTED` and no more, and the estimators of fixtures/estimators/1.9.1/. Which of the
hostile ones really run something is found out by loading each with Python's own pickle and with
joblib. Every file is read by a process of its own in an empty folder, with limited time and memory,
and without a network where `unshare` can take it away. What happened is told by the folder:

    executed   the marker is there, whatever the reader said
    passed     a loader gave an object back, or a scanner found nothing to say against the file
    stopped    an error, or a finding
    gave up    a crash, a time-out, out of memory; or a scanner that failed and said nothing

Prints a table; with --list, the files behind each number that should be 0. PyTorch is asked only if it
is installed; it is large. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata, util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ROOT / "fixtures" / "hostile-pickles"
SOUND = ROOT / "fixtures" / "estimators" / "1.9.1"
MARKER = "WAS-EXECUTED"
# On a processor; and by the clock, after which a reader that uses none is given up.
SECONDS = 20
CLOCK_SECONDS = 600
MEMORY = 16 << 30
PASSED, STOPPED, GAVE_UP = 0, 10, 11

# What each imports, and what it does with the file `path`: True if it lets it pass.
PICKLE = ("import pickle", "pickle.load(open(path, 'rb')); passes = True")
JOBLIB = ("import joblib, sklearn.neural_network", "joblib.load(path); passes = True")
TORCH = ("import torch", "torch.load(path, weights_only=True); passes = True")
FICKLING = (
    "from fickling.analysis import Severity, check_safety; from fickling.fickle import Pickled",
    "passes = check_safety(Pickled.load(open(path, 'rb'))).severity <= Severity.LIKELY_SAFE",
)
PICKLESCAN = (
    "from picklescan.scanner import scan_file_path",
    """
result = scan_file_path(path)
passes = not (result.issues_count or result.infected_files)
if passes and result.scan_err: raise OSError("not scanned")
""",
)

# Imports once, then does each file in a process of its own: a folder and a name come in a line each, an
# answer goes out. A loader's exception is a refusal, a scanner's is none.
SERVER = """
import os, resource, signal, sys, time, warnings
warnings.simplefilter("ignore")
{imports}
answers = os.dup(1)
nothing = os.open(os.devnull, os.O_RDWR)
for descriptor in (1, 2):
    os.dup2(nothing, descriptor)
while folder := sys.stdin.readline().rstrip("\\n"):
    path = sys.stdin.readline().rstrip("\\n")
    child = os.fork()
    if not child:
        os.dup2(nothing, 0)
        os.chdir(folder)
        os.environ.update(HOME=folder, TMPDIR=folder)
        for what, most in {limits}.items():
            resource.setrlimit(what, (most, most))
        code = {gave_up}
        try:
            exec({code!r})
            code = {passed} if passes else {stopped}
        except MemoryError:
            pass
        except BaseException:
            code = {failed}
        os._exit(code)
    deadline = time.monotonic() + {seconds}
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)
    os.write(answers, b"%d\\n" % os.waitstatus_to_exitcode(done[1]))
"""


class Reader:
    """Something that is asked about one file after another."""

    def __init__(self, way: tuple[str, str], is_scanner: bool, prefix: list[str]) -> None:
        imports, code = way
        limits = {resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: SECONDS}
        script = SERVER.format(
            imports=imports, code=code, limits=limits, seconds=CLOCK_SECONDS, passed=PASSED,
            stopped=STOPPED, gave_up=GAVE_UP, failed=GAVE_UP if is_scanner else STOPPED,
        )
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-B", "-c", script],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"},
        )

    def ask(self, folder: Path, name: str) -> int:
        """The code with which it answers."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{folder}\n{name}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


class Coefs:
    """The command: it reads a file if it finds a network in it."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary.resolve()

    def ask(self, folder: Path, name: str) -> int:
        """The code with which it answers."""
        try:
            done = subprocess.run(
                [self.binary, "inspect", "--json", name], cwd=folder, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=CLOCK_SECONDS, check=False,
            )
        except subprocess.TimeoutExpired:
            return GAVE_UP
        if done.returncode == 0:
            return PASSED if json.loads(done.stdout)["model"] else STOPPED
        return STOPPED if done.returncode == 65 else GAVE_UP


def readers(coefs: Path) -> dict[str, Reader | Coefs]:
    """Whom there is to ask."""
    prefix = without_network()
    version = metadata.version
    found: dict[str, Reader | Coefs] = {
        "Coefs": Coefs(coefs),
        f"pickle, Python {sys.version.split()[0]}": Reader(PICKLE, False, prefix),
        f"joblib {version('joblib')}": Reader(JOBLIB, False, prefix),
        f"fickling {version('fickling')}, a scanner": Reader(FICKLING, True, prefix),
        f"picklescan {version('picklescan')}, a scanner": Reader(PICKLESCAN, True, prefix),
    }
    if util.find_spec("torch"):
        found[f"PyTorch {version('torch')}, weights_only"] = Reader(TORCH, False, prefix)
    return found


def without_network() -> list[str]:
    """A prefix that takes the network away, where that is possible."""
    prefix = ["unshare", "--net"]
    if shutil.which("unshare"):
        if subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode == 0:
            return prefix
    return []


def answer(reader: Reader | Coefs, path: Path) -> str:
    """What a reader does with a file, in an empty folder of its own."""
    with tempfile.TemporaryDirectory(prefix="pickle-") as folder:
        shutil.copy(path, folder)
        code = reader.ask(Path(folder), path.name)
        if code == PASSED and path.parent == HOSTILE:
            # What it has started may not have come so far.
            time.sleep(0.5)
        if (Path(folder) / MARKER).exists():
            return "executed"
        return {PASSED: "passed", STOPPED: "stopped"}.get(code, "gave up")


def main() -> None:
    """Ask them all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("coefs", type=Path, help="the release binary")
    parser.add_argument("--list", action="store_true", help="name the files behind the numbers")
    arguments = parser.parse_args()
    hostile = [HOSTILE / item["file"] for item in json.loads((HOSTILE / "cases.json").read_text())]
    unread = (".bz2.", ".xz.", ".lzma.", ".lz4.")
    sound = sorted(
        path
        for path in [*SOUND.glob("*.pkl"), *SOUND.glob("*.joblib")]
        if not any(mark in path.name for mark in unread)
    )
    answers = {
        name: {path: answer(reader, path) for path in [*hostile, *sound]}
        for name, reader in readers(arguments.coefs).items()
    }

    loaders = [name for name in answers if name.startswith(("pickle,", "joblib "))]
    live = [path for path in hostile if any(answers[name][path] == "executed" for name in loaders)]
    others = [path for path in hostile if path not in live]
    print(f"{len(live)} files that run something, {len(others)} others, {len(sound)} estimators\n")
    print("| reader | executed | accepted | refused | failed | other files: failed | estimators read |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, found in answers.items():
        numbers = [
            sum(found[path] == answer for path in live)
            for answer in ("executed", "passed", "stopped", "gave up")
        ]
        numbers.append(sum(found[path] == "gave up" for path in others))
        numbers.append(sum(found[path] == "passed" for path in sound))
        print(f"| {name} | {' | '.join(map(str, numbers))} |")
    if arguments.list:
        for name, found in answers.items():
            for path in live:
                if found[path] != "stopped":
                    print(f"{name}: {path.name}: {found[path]}")
            for path in others:
                if found[path] == "gave up":
                    print(f"{name}: {path.name}: gave up")
    if any(answers["Coefs"][path] != "stopped" for path in live):
        sys.exit("Coefs did not refuse a file that runs something")
    if any(answers["Coefs"][path] != "passed" for path in sound):
        sys.exit("Coefs did not read an estimator")


if __name__ == "__main__":
    main()
