"""Makes fixtures/json/cases.json: texts, and what Python's json makes of them.

    .venv/bin/python tools/make_json_fixtures.py [FILE]

Some texts are written by hand, many are those with a few bytes changed (always the same ones). Of
each the file has the bytes in hexadecimal digits and either `value` or null: Python's json reads it,
and it is what RFC 8259 calls JSON. Where Python is laxer, it is made strict here: no NaN and no
Infinity, no key twice, no lone surrogate, no more than 64 arrays and objects in one another, UTF-8
and nothing else.

A value is written as a list, so that every digit is kept: ["null"], ["boolean", true], ["string",
text], ["integer", digits], ["number", float.hex(), or null beyond the greatest], ["array", [values]],
["object", [[key, value]]].
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import reference

MAX_DEPTH = 64
CHANGES = 1500

TEXTS = [
    # Values.
    "null", "true", "false", '""', '"a"', "[]", "{}", "0", "-0", "1", "-1", "12345678901234567890",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "1.0", "-0.0", "1e5", "1E+5", "1e-5", "1.5e300", "1e400", "-1e400", "1e-400", "4.9e-324",
    "0.1", "0.30000000000000004", "123456789012345678901234567890.5", "0e0", "0E-0", "1.0e1",
    # Blanks.
    " 1 ", "\n\t\r 1\r\n", "[ ]", "{ }", "[ 1 , 2 ]", '{ "a" : 1 , "b" : 2 }', "", " ", "\u00a01",
    "1\u2028", "\f1", "\v1", "\ufeff1", "1 2", "[1] []",
    # Arrays and objects.
    "[1,2,3]", "[[[]]]", '[{"a":[{}]}]', '{"a":1}', '{"a":{"b":{"c":[]}}}', '{"":0}', "[1,]", "[,1]",
    "[1,,2]", "[1 2]", "[", "]", "[1", "[1,", "{", "}", '{"a"', '{"a":', '{"a":1', '{"a":1,',
    '{"a":1,}', "{,}", '{"a" 1}', '{"a"::1}', "{a:1}", "{1:1}", "{'a':1}", '{"a":1 "b":2}', "[}",
    "{]", '{"a":1]', "[1}", '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"a":{"b":1},"b":1}',
    '{"\u00e9":1,"e\u0301":2}', '{"a":1,"A":2}', '{"\\ud83d\\ude00":1,"\U0001f600":2}',
    "[" * 64 + "]" * 64, "[" * 65 + "]" * 65, '{"a":' * 63 + "[]" + "}" * 63,
    '{"a":' * 64 + "[]" + "}" * 64, "[" * 1000, "[[]," * 70 + "[]" + "]" * 70,
    "[" + ",".join(["[[]]"] * 100) + "]",
    '{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}',
    '{"__class__":"dict","__module__":"builtins","content":{"a":{"content":"\\"x\\"","is_json":true}}}',
    # Numbers that are none.
    "+1", "01", "-01", "00", "-", "--1", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1e1.5", "0x10", "1_0",
    "1f", "NaN", "Infinity", "-Infinity", "nan", "-inf", "1,5", "\u0661", "1\u0661", "٣",
    # Words that are none.
    "nul", "nulll", "True", "TRUE", "tru", "truee", "None", "undefined", "// a\n1", "/* a */ 1", "#1",
    # Strings.
    '"\u00e9\u20ac\U0001f600"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u00e9\\u20AC\\ud83d\\ude00"',
    '"\\u0000"', '"\\u007f\\u0080"', '"\x7f"', '"\u0080\u2028\u2029\ufeff\uffff\U0010ffff"',
    '"\\ud83d"', '"\\ude00"', '"\\ude00\\ud83d"', '"\\ud83dx"', '"\\ud83d\\n"', '"\\ud83d\\u0041"',
    '"\\ud83d\\ud83d\\ude00"', '"\\uD83D\\uDE00"', '"\\udbff\\udfff"', '"\\ud83d\\ude0"', '"\\u12"',
    '"\\u12g4"', '"\\U0041"', '"\\x41"', '"\\a"', '"\\"', '"\\', '"', '"a', "'a'", '"\n"', '"\t"',
    '"\x00"', '"\x1f"', '"a" "b"', '"\\\u00e9"', '"\\u 041"', '"\\u+041"', '"\\u-041"', '"\\u0_41"',
]
BYTES = [
    # Encodings that are not UTF-8, or not well-formed.
    b'"\x80"', b'"\xbf"', b'"\xc0\x80"', b'"\xc1\xbf"', b'"\xc2"', b'"\xc2\x41"', b'"\xe0\x80\x80"',
    b'"\xe0\x9f\xbf"', b'"\xe0\xa0\x80"', b'"\xe2\x82"', b'"\xed\x9f\xbf"', b'"\xed\xa0\x80"',
    b'"\xed\xa0\xbd\xed\xb8\x80"', b'"\xee\x80\x80"', b'"\xf0\x80\x80\x80"', b'"\xf0\x8f\xbf\xbf"',
    b'"\xf0\x90\x80\x80"', b'"\xf4\x8f\xbf\xbf"', b'"\xf4\x90\x80\x80"', b'"\xf5\x80\x80\x80"',
    b'"\xff"', b"\xff\xfe1\x00", b"1\x00", b"\x001", b"\xef\xbb\xbf1", b"[\xe9]", b'{"\xff":1}',
    b'"\xf0\x9f\x98"', b'"\xf0\x9f\x98\x80"', b'"\xe2\x82\xac\xac"', b"\x93NUMPY", b"PK\x03\x04",
]  # fmt: skip


class Refused(ValueError):
    """Python reads it, and it is not JSON, or not of one meaning."""


def constant(text: str) -> None:
    """What Python calls for NaN and the infinities."""
    raise Refused(text)


def pairs(items: list[tuple[str, Any]]) -> tuple[str, list[tuple[str, Any]]]:
    """An object as its pairs, of which no two may have the same key."""
    if len({key for key, _ in items}) < len(items):
        raise Refused("a key is there twice")
    return ("object", items)


def described(value: Any, depth: int = 0) -> list[Any]:
    """A value as the file has it."""
    if isinstance(value, str):
        value.encode("utf-8")  # refuses half of a surrogate pair
        return ["string", value]
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["boolean", value]
    if isinstance(value, Number):
        return value.description
    if depth == MAX_DEPTH:
        raise Refused("it is too deep")
    if isinstance(value, tuple):
        items = value[1]
        return ["object", [[described(k)[1], described(v, depth + 1)] for k, v in items]]
    return ["array", [described(item, depth + 1) for item in value]]


class Number:
    """A number, whose text Python hands over."""

    def __init__(self, kind: str, text: str) -> None:
        exact = float(text)
        finite = exact.hex() if abs(exact) < float("inf") else None
        self.description = [kind, text if kind == "integer" else finite]


def verdict(data: bytes) -> list[Any] | None:
    """What the bytes mean, or None if they are to be refused."""
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_constant=constant,
            parse_int=lambda digits: Number("integer", digits),
            parse_float=lambda digits: Number("number", digits),
        )
        return described(value)
    except (ValueError, RecursionError):
        return None


def changed(data: bytes, generator: random.Random) -> bytes:
    """The bytes after one to three changes."""
    changed = bytearray(data)
    for _ in range(generator.randint(1, 3)):
        place = generator.randrange(len(changed) + 1)
        match generator.randrange(4):
            case 0:
                changed[place:place] = bytes([generator.choice(b'{}[],:"\\u0019eE.+- tfn\x7f\xc3\xa9')])
            case 1:
                del changed[place : place + generator.randint(1, 3)]
            case 2 if place < len(changed):
                changed[place] ^= 1 << generator.randrange(8)
            case _:
                other = generator.choice(TEXTS).encode()[:40]
                changed[place:place] = other
    return bytes(changed)


def main() -> None:
    """Make the file and print what is in it."""
    path = reference.FIXTURES / "json" / "cases.json"
    if len(sys.argv) > 1:
        path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    cases = [text.encode() for text in TEXTS] + BYTES
    generator = random.Random(1)
    sound = [data for data in cases if len(data) < 400 and verdict(data)]
    cases += [changed(generator.choice(sound), generator) for _ in range(CHANGES)]
    unique = sorted({data for data in cases if len(data) < 4096}, key=lambda data: (len(data), data))
    entries = [{"text": data.hex(), "value": verdict(data)} for data in unique]
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")
    read = sum(entry["value"] is not None for entry in entries)
    print(f"{len(entries)} texts, {read} of them JSON, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
