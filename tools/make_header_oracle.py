"""Ask NumPy about thousands of NPY headers, good and bad, and write down what it says.

    python tools/make_header_oracle.py fixtures/npy/headers.json

Each case is a whole file: magic, version, header, and zeros for data. Its verdict is

    read      NumPy reads it; descr, shape and fortran_order say as what
    refuse    NumPy refuses it
    stricter  NumPy reads it, and Coefs refuses it on purpose; "why" says for what reason

so that the tests can replay NumPy's judgement without Python. Run with the versions pinned in
tools/requirements.txt.
"""

import io
import json
import random
import re
import struct
import sys
import tokenize
import warnings

import numpy as np

warnings.simplefilter("ignore")

BASE = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }"


def file_bytes(text, version=(1, 0), length=None):
    """A file with this header text (str or bytes), without data."""
    if isinstance(text, str):
        text = text.encode("utf-8" if version == (3, 0) else "latin-1")
    size = len(text) if length is None else length
    field = struct.pack("<H" if version[0] < 2 else "<I", size)
    return b"\x93NUMPY" + bytes(version) + field + text


def verdict(header):
    """NumPy's answer to a file that consists of this header and as many zeros as it asks for."""
    fp = io.BytesIO(header)
    try:
        version = np.lib.format.read_magic(fp)
        np.lib._format_impl._check_version(version)
        shape, fortran, dtype = np.lib._format_impl._read_array_header(fp, version)
    except (ValueError, TypeError, OverflowError, MemoryError, RecursionError, EOFError,
            UnicodeDecodeError, SyntaxError, tokenize.TokenError, IndentationError):
        return {"verdict": "refuse"}
    size = dtype.itemsize
    for axis in shape:
        size *= max(int(axis), 1) if not isinstance(axis, bool) else 1
    if 0 <= size <= 1 << 20 or 0 in shape:
        data = bytes(size if 0 not in shape else 0)
        try:
            array = np.lib.format.read_array(io.BytesIO(header + data), allow_pickle=False)
        except (ValueError, TypeError, OverflowError, MemoryError):
            if not dtype.hasobject:
                return {"verdict": "refuse"}
            array = None
    elif size > np.iinfo(np.int64).max:
        return {"verdict": "refuse"}  # read_array's count of elements overflows
    else:
        array = None  # too large to try here; the header itself is good
    stricter = None
    if dtype.hasobject:
        stricter = "objects"
    elif dtype.fields is not None or dtype.subdtype is not None:
        stricter = "records"
    elif dtype.kind in "mM":
        stricter = "dates"
    elif dtype.itemsize == 0:
        stricter = "empty elements"
    elif dtype.kind in "VT":
        stricter = "raw bytes"
    elif b"+" in header and re.search(rb"'[<>=|]?[a-zA-Z]\+\d+'", header):
        stricter = "a sign in a dtype"
    if stricter:
        return {"verdict": "stricter", "why": stricter}
    order = bool(fortran) and (array is None or not array.flags.c_contiguous)
    return {"verdict": "read", "descr": dtype.str, "shape": [int(n) for n in shape],
            "fortran_order": order}


def with_field(**fields):
    """BASE with other texts for descr, fortran_order or shape."""
    values = {"descr": "'<f8'", "fortran_order": "False", "shape": "(2, 3)"} | fields
    return "{" + "".join(f"'{key}': {value}, " for key, value in values.items()) + "}"


def texts():
    """Header texts for version 1.0, by hand."""
    yield BASE
    # Dtypes: every letter, with each order and every plausible size, and every long name.
    letters = "?bBhHiIlLqQpPnNefdgFDGSUacVOmMTxyz"
    names = sorted({str(name) for name in np._core.numerictypes.sctypeDict})
    for order in ("", "<", ">", "=", "|", "<<", "!"):
        for letter in letters:
            yield with_field(descr=repr(order + letter))
        for kind in "biufcSUaVOmM":
            for size in ("0", "1", "2", "3", "4", "5", "8", "08", "12", "16", "24", "32", "64", "-1"):
                yield with_field(descr=repr(order + kind + size))
        for name in names + ["bool8", "string", "float_", "int0", "Float64", "bfloat16", "float8"]:
            yield with_field(descr=repr(order + name))
    for descr in ("''", "None", "b'<f8'", "True", "8", "'<f8 '", "' <f8'", "'<f8\\n'", "'f4,f4'",
                  "'2f4'", "'(2,)f4'", "'M8[ns]'", "'<M8[25s]'", "'m8[D]'", "('<f8', (2,))",
                  "[('a', '<f8')]", "[]", "{}", "'S2147483647'", "'U536870911'", "'U536870912'",
                  "'S99999999999999999999'", "'<f8' '' \"\"", "u'<f8'", "U'<f8'", "r'<f8'", "R'<f8'",
                  "'''<f8'''", '\"\"\"<f8\"\"\"', "'\\x3cf8'", "'\\u003cf8'", "'\\U0000003cf8'",
                  "'\\74f8'", "'\\074f8'", "'<f8\\\n'", "('<f8')", "(('<f8'))", "'<' 'f8'",
                  "('<'\n 'f8')", "f'<f8'", "ur'<f8'", "'<f8", "'<f8\"", "'\\x3'", "'\\ud800'",
                  "'f' # comment\n '8'"):
        yield with_field(descr=descr)
    # Shapes.
    for shape in ("()", "(3,)", "(3)", "((3,))", "[3]", "3", "(2,3,)", "( 2 , 3 )", "(2, 3", "(,)",
                  "(2,,3)", "(-1,)", "(-2, -4)", "(0,)", "(0, 5)", "(2.0,)", "(True,)", "(None,)",
                  "('2',)", "(0x2,)", "(0X2, 0b11, 0o1)", "(+2,)", "(-0,)", "(1_0,)", "(1__0,)",
                  "(_1,)", "(1_,)", "(0x_f,)", "(00,)", "(01,)", "(2L,)", "(2L, 3L)", "(2 L,)",
                  "(2l,)", "(2LL,)", "(L,)", "(2L3,)", "(0x2L,)", "(1e1,)", "(1.,)", "(.5,)",
                  "(1j,)", "(1+1,)", "(~1,)", "(--1,)", "(- 1,)", "(+ 2,)", "(np.int64(2),)",
                  "(4294967296, 4294967296)", "(9223372036854775809, 2)", "(9223372036854775807, 0)",
                  "(99999999999999, 0)", "(99999999999999999, 9999999, 0)", "(0, 9223372036854775807)",
                  "(9223372036854775808,)", "(1" + "0" * 400 + ",)", "(1" + "0" * 5000 + ",)",
                  "(" + "1, " * 33 + ")", "(" + "1, " * 64 + ")", "(" + "1, " * 65 + ")",
                  "(2, *(3,))", "(...,)", "(2, 3) # two by three\n", "(2,\n3)", "(2,\t3)",
                  "(2,\f3)", "(2,\v3)", "(2,\\\n3)", "(2,\\ 3)", "{2, 3}", "((2), 3)", "((2, 3),)"):
        for order in ("False", "True"):
            yield with_field(shape=shape, fortran_order=order)
    for order in ("true", "1", "0", "None", "'True'", "(True)", "(False,)", "True False", "not True"):
        yield with_field(fortran_order=order)
    # The dictionary.
    yield from (
        "", " ", "\n", "{}", "{", "}", "()", "[]", "None", BASE[:-1], BASE + "}", BASE + ",",
        BASE + " ", BASE + "\n", BASE + "   \n", BASE + "\n\n  \n", BASE + " # end\n", BASE + "\n#",
        BASE + "\0", BASE + "\\\n", BASE + "\n1", BASE + ";", " " + BASE, "\t " + BASE,
        "\n" + BASE, "\n " + BASE, "# first\n" + BASE, "\r\n" + BASE, "\f" + BASE, "(" + BASE + ")",
        "(" + BASE + ",)", "[" + BASE + "]", BASE * 2, "dict(descr=1)", BASE.replace(", }", "}"),
        BASE.replace(", }", ",, }"), BASE.replace(": ", ":"), BASE.replace(": ", "  :\n "),
        BASE.replace("'", '"'), BASE.replace("'", "'''"), BASE.replace("'descr'", "u'descr'"),
        BASE.replace("'descr'", "b'descr'"), BASE.replace("'descr'", "'des' 'cr'"),
        BASE.replace("'descr'", "('descr')"), BASE.replace("'descr'", "descr"),
        BASE.replace("descr", "Descr"), BASE.replace("'descr'", "1"),
        BASE.replace("{", "{'extra': 1, "), BASE.replace("{", "{**{}, "), BASE.replace("{", "{ #x\n"),
        BASE.replace("'shape': (2, 3), ", ""), "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f8'}",
        BASE.replace("{", "{\r"), BASE.replace(" ", "\xa0"), BASE.replace("False", "False if 1 else 0"),
        "{'descr': '<f8', 'shape': (3,), 'fortran_order': True, }",
        "{'descr': '<f8', 'shape': (3, 1), 'fortran_order': True, }",
        "{'descr': '<f8', 'shape': (3, 1, 2), 'fortran_order': True, }",
    )
    for depth in (10, 60, 150, 199, 200, 250):
        yield with_field(descr="[" * depth + "]" * depth)
    for depth in (2, 30):
        yield with_field(shape="(" * depth + "2," + ")" * depth)
        yield with_field(descr="(" * depth + "'<f8'" + ")" * depth)


def cases():
    """Every case once: (bytes, reason why Coefs is stricter or None)."""
    for text in texts():
        yield file_bytes(text), None
    for version in ((0, 0), (1, 1), (2, 0), (2, 1), (3, 0), (4, 0), (0x93, 0x4E)):
        for text in (BASE, with_field(shape="(2L, 3)"), with_field(descr="'<f8' # é\n"),
                     BASE.replace("'descr'", "'d\\x65scr'")):
            yield file_bytes(text, version), None
    yield file_bytes(BASE.encode() + b" # \xff\n", (3, 0)), None
    yield file_bytes(BASE.encode() + b" # \xff\n", (2, 0)), None
    yield file_bytes(BASE, (2, 0), 0xFFFFFFF0), None
    yield file_bytes(BASE, (1, 0), len(BASE) + 1), None
    for pad in (9_900, 9_941, 9_942, 20_000):
        yield file_bytes(BASE + " " * pad), None
    duplicate = BASE.replace("{", "{'shape': (9,), ")
    yield file_bytes(duplicate), "a key twice"
    yield file_bytes(with_field(descr="'\\N{LESS-THAN SIGN}f8'")), "named escapes"
    yield file_bytes(with_field(descr="'f+8'")), None
    # Single mutations of a good header: each byte replaced, dropped or doubled.
    random.seed(20)
    alphabet = b"\0\t\n\r\x0c #'\"(),+-.0123456789:<=>LTF[]\\_abcdefghilnoprstux{|}\x80\xe9"
    for start in (BASE, with_field(descr="'|S5'", shape="(4,)", fortran_order="True")):
        text = start.encode()
        for at in range(len(text)):
            yield file_bytes(text[:at] + text[at + 1:]), None
            yield file_bytes(text[:at] + text[at:at + 1] + text[at:]), None
            for byte in random.sample(alphabet, 6):
                yield file_bytes(text[:at] + bytes([byte]) + text[at + 1:]), None
                yield file_bytes(text[:at] + bytes([byte]) + text[at:]), None


def main():
    seen = {}
    for header, why in cases():
        if header not in seen:
            answer = verdict(header)
            if why and answer["verdict"] == "read":
                answer = {"verdict": "stricter", "why": why}
            seen[header] = answer
    rows = [{"file": header.hex()} | answer for header, answer in seen.items()]
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    counts = {}
    for row in rows:
        counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    print(f"numpy {np.__version__}: {len(rows)} headers, {counts}")


if __name__ == "__main__":
    main()
