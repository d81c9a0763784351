"""Checks the generated code on small machines: Cortex-M under QEMU, AVR under simavr, WebAssembly.

    .venv/bin/python tools/check/check_embedded.py BINARY

Each program computes rows whose results the library knows to the bit, and says whether they are the same: the C code on a
Cortex-M4F, a Cortex-M0 and an ATmega1284P, the Swift code as Embedded Swift on both Cortex-M and in WebAssembly; for
RISC-V it is compiled. Prints the sizes of the code.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "check"))

from checks import Mismatch, run_checks  # noqa: E402

FIXTURES = ROOT / "fixtures"
HERE = Path(__file__).resolve().parent / "embedded"
BOARDS = {
    "Cortex-M4F": ("mps2-an386", ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=softfp", "-mfpu=fpv4-sp-d16"]),
    "Cortex-M0": ("microbit", ["-mcpu=cortex-m0", "-mthumb"]),
}
SWIFT = {"Cortex-M4F": "armv7em-none-none-eabi", "Cortex-M0": "armv6m-none-none-eabi"}
EMBEDDED = [
    "swiftc", "-enable-experimental-feature", "Embedded", "-wmo", "-parse-as-library", "-Osize", "-Xfrontend",
    "-function-sections", "-Xfrontend", "-disable-stack-protector", "-strict-memory-safety", "-warnings-as-errors", "-c",
]
# A name, its precision, and the options of `convert`.
NETWORKS = {
    "chapter-coefs.npz": ["float32", "float64", "int8"],
    "binary.npz": ["float32"],
    "multilabel.npz": ["float32"],
    "regressor-multi.npz": ["float32", "float64"],
    "strings.npz": ["float32"],
    "estimators/1.9.1/pipeline-robust.joblib": ["float32", "float64"],
    "whole/normalizer-l2-scaled.joblib": ["float32"],
    "whole/function-log.joblib": ["float64"],
    "whole/voting-hard.joblib": ["float32"],
    "whole/calibrated-isotonic.joblib": ["float32"],
}
SWIFT_NETWORKS = [
    ("chapter-coefs.npz", "float32"), ("chapter-coefs.npz", "int8"), ("strings.npz", "float64"),
    ("whole/calibrated-isotonic.joblib", "float32"), ("whole/voting-hard.joblib", "float64"),
]
sizes: dict[str, str] = {}


def run(*arguments: object, timeout: int = 300) -> str:
    """The output of a program that must succeed."""
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, check=False, timeout=timeout)
    if done.returncode != 0:
        raise Mismatch(f"{arguments[0]}: exit {done.returncode}: {(done.stderr or done.stdout)[:1500]}")
    # simavr shows what a program prints on standard error.
    return done.stdout + done.stderr


def convert(binary: Path, network: str, precision: str, output: Path) -> None:
    options = ["--quantize", "int8", "--calibrate", "digits"] if precision == "int8" else ["--dtype", precision]
    run(binary, "convert", FIXTURES / network, output, *options)


def link_and_run(board: str, objects: list[Path], folder: Path) -> None:
    """Runs selftest() on a board; QEMU ends with its result."""
    machine, flags = BOARDS[board]
    program = folder / "program.elf"
    run(
        "arm-none-eabi-gcc", *flags, "-std=gnu99", "-Os", "-nostartfiles", "-nostdlib", "-ffreestanding", "-fno-builtin",
        *objects, HERE / "arm.c", "-Wl,--gc-sections,--no-enum-size-warning", "-T", HERE / "arm.ld", "-lgcc", "-o", program)
    run(
        "qemu-system-arm", "-M", machine, "-semihosting", "-display", "none", "-serial", "null", "-monitor", "none",
        "-kernel", program)


def c_on_arm(binary: Path, board: str, network: str, precision: str, folder: Path) -> None:
    source = folder / "net.c"
    convert(binary, network, precision, source)
    (folder / "test.c").write_text('#include "net.h"\nint selftest(void);\nint selftest(void) { return net_selftest(); }\n')
    objects = []
    for name in ("net", "test"):
        objects.append(folder / f"{name}.o")
        run(
            "arm-none-eabi-gcc", *BOARDS[board][1], "-std=c99", "-Os", "-pedantic", "-Wall", "-Wextra", "-Werror", "-c",
            folder / f"{name}.c", "-o", objects[-1])
    text, data, bss = run("arm-none-eabi-size", objects[0]).splitlines()[1].split()[:3]
    if (data, bss) != ("0", "0"):
        raise Mismatch(f"there are {data} + {bss} bytes of writable data")
    sizes[f"C, {board}, {network} in {precision}"] = f"{text} bytes"
    link_and_run(board, objects, folder)


def c_on_avr(binary: Path, network: str, precision: str, folder: Path) -> None:
    convert(binary, network, precision, folder / "net.c")
    (folder / "test.c").write_text('#include "net.h"\nint selftest(void);\nint selftest(void) { return net_selftest(); }\n')
    program = folder / "program.elf"
    run(
        "avr-gcc", "-mmcu=atmega1284p", "-std=gnu99", "-Os", "-Wall", "-Wextra", "-Werror", folder / "net.c",
        folder / "test.c", HERE / "avr.c", "-o", program)
    sizes[f"C, ATmega1284P, {network} in {precision}"] = f"{run('avr-size', program).splitlines()[1].split()[0]} bytes"
    printed = run("simavr", "-m", "atmega1284p", "-f", "16000000", program)
    if "selftest 0" not in printed:
        raise Mismatch(printed[-300:])


def embedded_swift(binary: Path, target: str, network: str, precision: str, folder: Path, entry: str) -> Path:
    """The object of a network in Embedded Swift."""
    source = folder / "net.swift"
    if not source.exists():
        convert(binary, network, precision, source)
    (folder / "entry.swift").write_text(entry)
    run(*EMBEDDED, "-target", target, source, folder / "entry.swift", "-o", folder / "net.o", timeout=900)
    return folder / "net.o"


def swift_on_arm(binary: Path, board: str, network: str, precision: str, folder: Path) -> None:
    entry = '@_cdecl("selftest") public func selftest() -> Int32 { Net.selfTest() ? 0 : 1 }\n'
    object = embedded_swift(binary, SWIFT[board], network, precision, folder, entry)
    link_and_run(board, [object], folder)
    text, data, bss = run("arm-none-eabi-size", folder / "program.elf").splitlines()[1].split()[:3]
    if (data, bss) != ("0", "0"):
        raise Mismatch(f"there are {data} + {bss} bytes of writable data")
    sizes[f"Embedded Swift, {board}, {network} in {precision}, whole program"] = f"{text} bytes"


def swift_elsewhere(binary: Path, network: str, precision: str, folder: Path) -> None:
    """Runs in WebAssembly, and compiles for RISC-V."""
    entry = '@_cdecl("_start") public func start() { if !Net.selfTest() { fatalError("other bits") } }\n'
    embedded_swift(binary, "riscv32-none-none-eabi", network, precision, folder, entry)
    object = embedded_swift(binary, "wasm32-unknown-none-wasm", network, precision, folder, entry)
    run("wasm-ld", "--export=_start", "--gc-sections", object, "-o", folder / "net.wasm")
    run("wasmkit", "run", folder / "net.wasm")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    binary = parser.parse_args().binary.resolve()
    checks = {}
    for network, precisions in NETWORKS.items():
        for precision in precisions:
            for board in BOARDS:
                # The smallest board has 16 KB of memory, and room for one precision.
                checks[f"C, {board}, {network}, {precision}"] = partial(c_on_arm, binary, board, network, precision)
        # A double has 32 bits there.
        for precision in {"float32", *precisions} - {"float64"}:
            checks[f"AVR, {network}, {precision}"] = partial(c_on_avr, binary, network, precision)
    for network, precision in SWIFT_NETWORKS:
        for board in BOARDS:
            checks[f"Swift, {board}, {network}, {precision}"] = partial(
                swift_on_arm, binary, board, network, precision)
        checks[f"Swift, WebAssembly, {network}, {precision}"] = partial(swift_elsewhere, binary, network, precision)
    failed = run_checks(checks)
    for what, size in sizes.items():
        print(f"{what}: {size}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
