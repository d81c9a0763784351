"""Make arrays of long doubles as other processors' NumPy writes them, and what is to be read in them.

    python tools/make_long_double_fixtures.py [fixtures/long-doubles]

NumPy writes a long double as it lies in memory: on x86-64 ten bytes of extended precision and six of
whatever was there before, on aarch64 and s390x IEEE 754's binary128, on ppc64le the sum of two doubles.
The header says `f16` for all of them. No such machine is needed here: the numbers are exact fractions,
encoded and rounded by whole numbers, and no package is used.

arrays.json tells for each array

    what      what it holds
    descr     its dtype
    bytes     its data, in hexadecimal digits
    doubles   the bits of the nearest doubles, in hexadecimal digits; "nan" for any NaN
    floats    the same for float32
    refused   "always", because another processor's numbers are as likely; "never"; or "maybe"

The archives hold the network of chapter-coefs.npz in these encodings. The same bytes come out every time,
on any machine.
"""

import ast
import io
import json
import random
import struct
import sys
import zipfile
from fractions import Fraction
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "fixtures"
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES / "long-doubles"
NETWORK = FIXTURES / "chapter-coefs.npz"
rng = random.Random(128)


# MARK: Numbers: an exact fraction, or (sign, "zero" | "inf" | "nan")

def special(kind, negative=False):
    return (negative, kind)


def sign_and_size(number):
    if isinstance(number, tuple):
        return number
    return number < 0, abs(number)


def split(size, bits):
    """A positive fraction as m · 2^e with m of exactly so many bits."""
    exponent = size.numerator.bit_length() - size.denominator.bit_length() - bits
    while True:
        scaled = size / Fraction(2) ** exponent
        if scaled >= 1 << bits:
            exponent += 1
        elif scaled < 1 << bits - 1:
            exponent -= 1
        else:
            return scaled, exponent


def nearest(number, fraction_bits, exponent_bits):
    """The bits of the nearest number of that format, ties to even; "nan" for NaN."""
    negative, size = sign_and_size(number)
    sign = negative << fraction_bits + exponent_bits
    infinity = (1 << exponent_bits) - 1 << fraction_bits
    if size == "nan":
        return "nan"
    if size == "zero":
        return sign
    if size == "inf":
        return sign | infinity
    bias = (1 << exponent_bits - 1) - 1
    _, exponent = split(size, fraction_bits + 1)
    # Subnormal numbers have the exponent of the least normal ones.
    exponent = max(exponent, 1 - bias - fraction_bits)
    scaled = size / Fraction(2) ** exponent
    rounded = round(scaled)  # ties to even
    if rounded < 1 << fraction_bits:
        return sign | rounded
    # A carry makes the next exponent, and at the end infinity.
    bits = (exponent + bias + fraction_bits - 1 << fraction_bits) + rounded
    return sign | min(bits, infinity)


def double_value(bits):
    """The number that these bits of a double are."""
    value = struct.unpack("<d", struct.pack("<Q", bits))[0]
    if value != value:
        return special("nan", bits >> 63)
    if value in (float("inf"), -float("inf")):
        return special("inf", bits >> 63)
    return Fraction(value) if value else special("zero", bits >> 63)


# MARK: Encodings, each a whole number of 128 bits

def binary128(number):
    negative, size = sign_and_size(number)
    if size == "nan":
        return negative << 127 | 0x7FFF8 << 108
    bits = nearest(number, 112, 15)
    if size not in ("zero", "inf"):
        scaled, exponent = split(size, 113)
        assert scaled.denominator == 1 and exponent > -16383 - 112, "not exact"
    return bits


def x87(number, padding=0):
    negative, size = sign_and_size(number)
    if size == "zero":
        exponent, significand = 0, 0
    elif size in ("inf", "nan"):
        exponent, significand = 0x7FFF, (2 if size == "inf" else 3) << 62
    else:
        significand, power = split(size, 64)
        assert significand.denominator == 1, "not exact"
        exponent, significand = power + 16383 + 63, int(significand)
    return padding << 80 | negative << 79 | exponent << 64 | significand


def pair(number):
    """The sum of two doubles, the greater one first in memory."""
    negative, size = sign_and_size(number)
    first = nearest(number, 52, 11)
    if first == "nan":
        return 0x7FF8 << 48
    rest = Fraction(0)
    if not isinstance(size, str):
        rest = number - Fraction(struct.unpack("<d", struct.pack("<Q", first))[0])
    second = nearest(rest, 52, 11) if rest else negative << 63
    return second << 64 | first


def swapped(word):
    """As a big-endian machine has a pair: its first double is the upper half of the number."""
    return (word & (1 << 64) - 1) << 64 | word >> 64


def data(words, order):
    return b"".join(word.to_bytes(16, "little" if order == "<" else "big") for word in words)


# MARK: Cases

cases = []


def case(what, numbers, words, refused="never", orders="<>", kind="f16"):
    words = list(words)
    assert len(words) == len(numbers)
    for order in orders:
        def bits(fraction, exponent, digits):
            found = [nearest(number, fraction, exponent) for number in numbers]
            return [item if item == "nan" else f"{item:0{digits}x}" for item in found]

        cases.append({
            "what": what, "descr": order + kind, "bytes": data(words, order).hex(),
            "doubles": bits(52, 11, 16), "floats": bits(23, 8, 8), "refused": refused,
        })


def doubles(count):
    """Such as weights are, with all their bits."""
    return [Fraction(rng.gauss(0, 1) * 2.0 ** rng.randrange(-9, 4)) for _ in range(count)]


def any_doubles(count):
    numbers = []
    while len(numbers) < count:
        number = double_value(rng.getrandbits(64))
        if not isinstance(number, tuple):
            numbers.append(number)
    return numbers


EDGES = [
    special("zero"), special("zero", True), special("inf"), special("inf", True), special("nan"),
    Fraction(1), Fraction(-2), Fraction(1, 2), Fraction(2) ** -1022, Fraction(2) ** -1074,
    -Fraction(2) ** -149, Fraction(2) ** -126, (2 - Fraction(2) ** -52) * Fraction(2) ** 1023,
    -(2 - Fraction(2) ** -23) * Fraction(2) ** 127,
]


def ties(bits, step):
    """Halfway between two numbers of a format, and as near to it on both sides as `bits` allow."""
    numbers = []
    for value, last in step:
        half = Fraction(2) ** (last - 1)
        size = value + half
        _, exponent = split(size, bits)
        least = Fraction(2) ** exponent
        for number in (size, size + least, size - least):
            numbers += [number, -number]
    return numbers


# An even and an odd neighbour, below a power of two, normal and subnormal, of float64 and float32; and
# halfway from the greatest numbers to infinity.
STEPS = [
    (Fraction(1), -52), (1 + Fraction(2) ** -52, -52), (2 - Fraction(2) ** -52, -52),
    (Fraction(1), -23), (1 + Fraction(2) ** -23, -23), (2 - Fraction(2) ** -23, -23),
    (Fraction(2) ** -1022, -1074), (3 * Fraction(2) ** -1074, -1074), (Fraction(2) ** -1074, -1074),
    (Fraction(2) ** -126, -149), (3 * Fraction(2) ** -149, -149), (Fraction(2) ** -149, -149),
    (Fraction(2) ** -1073 - Fraction(2) ** -1074, -1074),
    ((2 - Fraction(2) ** -52) * Fraction(2) ** 1023, 971),
    ((2 - Fraction(2) ** -23) * Fraction(2) ** 127, 104),
]


def old_double():
    """The upper six of eight bytes that were a weight."""
    return struct.unpack("<Q", struct.pack("<d", rng.gauss(0, 1)))[0] >> 16


PADDINGS = {
    "zeros": lambda: 0,
    "pointers": lambda: 0x7F0000000000 + rng.getrandbits(40) >> 16,
    "old doubles": old_double,
    "old integers": lambda: (1 << 48) - 1 if rng.random() < 0.5 else 0,
    "the ends of old long doubles": lambda: rng.getrandbits(48),
}


def make_cases():
    weights = doubles(60)
    wide = [Fraction(rng.getrandbits(112) | 1 << 112) * Fraction(2) ** rng.randrange(-130, -100)
            * rng.choice([-1, 1]) for _ in range(60)]
    case("binary128 that were doubles", weights, map(binary128, weights))
    case("binary128 with all their bits", wide, map(binary128, wide))
    numbers = EDGES + any_doubles(60)
    case("binary128: edges and doubles of any size", numbers, map(binary128, numbers))
    numbers = ties(113, STEPS) + wide[:4]
    case("binary128: halfway, and beside it", numbers, map(binary128, numbers))
    case("binary128 as complex numbers", weights, map(binary128, weights), kind="c32")
    case("binary128 with zeros among them", [special("zero")] * 20 + weights,
         map(binary128, [special("zero")] * 20 + weights))
    for number in weights[:12] + wide[:12]:
        case("one binary128", [number], [binary128(number)], "maybe")
    short = [Fraction(1, 2), Fraction(1), Fraction(-2)]
    case("binary128 that look like zeros of x87", short, map(binary128, short), "always")
    case("zeros", [special("zero")] * 3, [0] * 3)
    case("no number", [], [])

    wide = [Fraction(rng.getrandbits(63) | 1 << 63) * Fraction(2) ** rng.randrange(-70, -60)
            * rng.choice([-1, 1]) for _ in range(60)]
    for what, padding in PADDINGS.items():
        for label, numbers in [
            ("x87 that were doubles", weights), ("x87 with all its bits", wide),
            ("x87: edges and doubles of any size", EDGES + any_doubles(60)),
            ("x87: halfway, and beside it", ties(64, STEPS)),
            ("zeros of x87", [special("zero"), special("zero", True)] * 3),
            ("one x87", [Fraction(1)]), ("one x87", [weights[0]]), ("one x87", [wide[0]]),
            ("one zero of x87", [special("zero")]),
        ]:
            case(f"{label}, padded by {what}", numbers,
                 [x87(number, padding()) for number in numbers],
                 # Of many numbers it can be told, of a few only if what pads them is no exponent.
                 "never" if what in ("zeros", "pointers") or len(numbers) > 6 else "maybe")
    zeros = [special("zero")] * 6
    case("zeros of x87, padded by old doubles alone", zeros,
         [x87(zero, old_double()) for zero in zeros], "always")

    thirds = [Fraction(number, 3) for number in range(1, 40)]
    thirds = [number * -1 if index % 3 else number for index, number in enumerate(thirds)]
    for label, numbers in [
        ("that were doubles", weights), ("with all their bits", thirds), ("and one alone", [Fraction(1)]),
        ("and one alone", [thirds[0]]), ("with zeros among them", [special("zero")] + weights),
        ("and infinity", weights + [special("inf"), special("nan")]),
    ]:
        words = list(map(pair, numbers))
        case(f"pairs of doubles {label}", numbers, words, "always")
        case(f"pairs of doubles {label}, of a big-endian machine", numbers, map(swapped, words),
             "always")


# MARK: Archives

def npy(descr, shape, content):
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (63 - (10 + len(text)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + content


def archive(name, descr, encode):
    """The network, its floats encoded anew and all else as it is."""
    order = descr[0]
    target = io.BytesIO()
    with zipfile.ZipFile(NETWORK) as source, zipfile.ZipFile(target, "w") as made:
        for member in source.namelist():
            content = source.read(member)
            length = 10 + struct.unpack("<H", content[8:10])[0]
            header = ast.literal_eval(content[10:length].decode())
            if header["descr"] == "<f8":
                bits = struct.unpack(f"<{(len(content) - length) // 8}Q", content[length:])
                assert not header["fortran_order"]
                content = npy(descr, header["shape"],
                              data((encode(double_value(item)) for item in bits), order))
            made.writestr(zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0)), content)
    (FOLDER / name).write_bytes(target.getvalue())


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Python rounds fractions to doubles by itself.
    for number in any_doubles(200) + ties(113, STEPS):
        third = number / 3
        try:
            expected = struct.unpack("<Q", struct.pack("<d", third.numerator / third.denominator))[0]
        except OverflowError:
            continue
        assert nearest(third, 52, 11) == expected
    make_cases()
    text = ",\n".join(json.dumps(item) for item in cases)
    (FOLDER / "arrays.json").write_text(f"[\n{text}\n]\n")
    archive("chapter-binary128.npz", "<f16", binary128)
    archive("chapter-binary128-big-endian.npz", ">f16", binary128)
    archive("chapter-x87-pointers.npz", "<f16", lambda number: x87(number, PADDINGS["pointers"]()))
    archive("chapter-x87-old-doubles.npz", "<f16", lambda number: x87(number, old_double()))
    archive("chapter-pairs.npz", "<f16", pair)


main()
