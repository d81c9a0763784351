"""Asks torch what it makes of the hostile files of torch.save, and of sound ones, and Coefs too.

    python tools/compare/compare_torch_readers.py .build/release/coefs

Run with the versions in tools/fixtures/requirements-torch.txt. The files are those of fixtures/hostile-torch/
(tools/fixtures/make_hostile_torch.py), whose payloads run `touch WAS-EXECUTED` and no more, and those of fixtures/torch/
in which there is a network. Each file is read by a process of its own in an empty folder, with limited time and memory.
Prints a table. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ROOT / "fixtures" / "hostile-torch"
SOUND = ROOT / "fixtures" / "torch"
MARKER = "WAS-EXECUTED"
SECONDS, MEMORY = 20, 16 << 30
# Loading would ask a network, or start a program of that name.
UNASKED = ("call-torch.hub.load.pt", "call-subprocess.Popen.pt")


def loads(path: Path, weights_only: bool) -> bool:
    """Whether torch gives an object back, in a process of its own."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        warnings.simplefilter("ignore")
        code = 1
        try:
            torch.load(path, weights_only=weights_only)
            code = 0
        except BaseException:  # noqa: BLE001
            pass
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def reads(coefs: Path, path: Path) -> bool:
    """Whether Coefs finds a network."""
    done = subprocess.run(
        [coefs, "inspect", "--json", path], capture_output=True, check=False, timeout=SECONDS)
    if done.returncode not in (0, 65):
        sys.exit(f"{path.name}: exit {done.returncode}")
    return done.returncode == 0 and json.loads(done.stdout)["model"] is not None


def answers(reader: Callable[[Path], bool], paths: list[Path]) -> dict[Path, str]:
    """What a reader does with each file."""
    found = {}
    for path in paths:
        with tempfile.TemporaryDirectory(prefix="torch-") as folder:
            os.chdir(folder)
            read = reader(path)
            found[path] = "executed" if Path(MARKER).exists() else "read" if read else "refused"
            os.chdir(ROOT)
    return found


def main() -> None:
    """Ask them all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("coefs", type=Path, help="the binary")
    coefs = parser.parse_args().coefs.resolve()
    cases = json.loads((HOSTILE / "cases.json").read_text())
    live = [HOSTILE / case["file"] for case in cases if case["runs"]]
    others = [HOSTILE / case["file"] for case in cases if not case["runs"] and case["file"] not in UNASKED]
    # The module's own class would have to be importable.
    sound = [
        SOUND / case["file"] for case in json.loads((SOUND / "cases.json").read_text()) if "refused" not in case
    ]
    print(f"{len(live)} files that run something, {len(others)} others, {len(sound)} sound ones\n")
    print("| reader | executed | accepted | refused | others: refused | others: read | sound files read |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    readers: dict[str, Callable[[Path], bool]] = {
        "Coefs": lambda path: reads(coefs, path),
        f"PyTorch {torch.__version__.split('+')[0]}, weights_only=False": lambda path: loads(path, False),
        f"PyTorch {torch.__version__.split('+')[0]}, weights_only=True": lambda path: loads(path, True),
    }
    for name, reader in readers.items():
        found = answers(reader, [*live, *others, *sound])
        counts = [sum(found[path] == what for path in live) for what in ("executed", "read", "refused")]
        counts += [sum(found[path] == what for path in others) for what in ("refused", "read")]
        counts.append(sum(found[path] == "read" for path in sound))
        print(f"| {name} | {' | '.join(map(str, counts))} |")
        if name == "Coefs" and counts[2] != len(live):
            sys.exit("Coefs did not refuse a file that runs something")


if __name__ == "__main__":
    main()
