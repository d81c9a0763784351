"""Ask NumPy about thousands of NPY headers, good and bad, and write down what it says.

    python tools/make_header_oracle.py fixtures/npy/headers.json

Each case is a whole file: magic, version, header, and zeros for data. Its verdict is

    read      NumPy reads it; descr, shape and fortran_order say as what, and "written" is the
              header that it writes of that: once for each array, and "" where it is this one
    refuse    NumPy refuses it
    stricter  NumPy reads it, and Coefs refuses it on purpose; "why" says for what reason

so that the tests can replay NumPy's judgement without Python. Run with the versions pinned in
tools/requirements.txt.
"""

import ast
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

DEFAULT_LIMIT = 10_000
BASE = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }"


def file_bytes(text, version=(1, 0), length=None):
    """A file with this header text (str or bytes), without data."""
    if isinstance(text, str):
        text = text.encode("utf-8" if version == (3, 0) else "latin-1")
    size = len(text) if length is None else length
    field = struct.pack("<H" if version[0] < 2 else "<I", size)
    return b"\x93NUMPY" + bytes(version) + field + text


def verdict(header, limit):
    """NumPy's answer to a file that consists of this header and as many zeros as it asks for."""
    fp = io.BytesIO(header)
    try:
        version = np.lib.format.read_magic(fp)
        np.lib._format_impl._check_version(version)
        shape, fortran, dtype = np.lib._format_impl._read_array_header(fp, version, limit)
    except (ValueError, TypeError, LookupError, OverflowError, MemoryError, RecursionError,
            EOFError, UnicodeDecodeError, SyntaxError, tokenize.TokenError, IndentationError):
        return {"verdict": "refuse"}
    size = dtype.itemsize
    for axis in shape:
        size *= max(int(axis), 1) if not isinstance(axis, bool) else 1
    if 0 <= size <= 1 << 20 or 0 in shape:
        data = bytes(size if 0 not in shape else 0)
        try:
            array = np.lib.format.read_array(
                io.BytesIO(header + data), allow_pickle=False, max_header_size=limit)
        except (ValueError, TypeError, OverflowError, MemoryError):
            if not dtype.hasobject:
                return {"verdict": "refuse"}
            # The header is good; this is what the pickle would be.
            array = np.empty(shape, dtype, "F" if fortran else "C")
    elif size > np.iinfo(np.int64).max:
        return {"verdict": "refuse"}  # read_array's count of elements overflows
    else:
        array = None  # too large to try here; the header itself is good
    stricter = why_stricter(header, version, dtype)
    if stricter:
        return {"verdict": "stricter", "why": stricter}
    order = bool(fortran) and (array is None or not array.flags.c_contiguous)
    shape = tuple(int(length) for length in shape)
    descr = np.lib.format.dtype_to_descr(dtype)
    answer = {"verdict": "read", "descr": descr if isinstance(descr, str) else repr(descr),
              "shape": shape, "fortran_order": order}
    written = io.BytesIO()
    np.lib._format_impl._write_array_header(
        written, {"descr": descr, "fortran_order": order, "shape": shape})
    answer["written"] = "" if written.getvalue() == header else written.getvalue().hex()
    if limit != DEFAULT_LIMIT:
        answer["max_header_size"] = limit
    return answer


def why_stricter(header, version, dtype):
    """Why Coefs refuses a header that NumPy reads; None where it does not."""
    encoding = "utf-8" if version == (3, 0) else "latin-1"
    text = header[10 if version == (1, 0) else 12:].decode(encoding)
    try:
        descr = ast.literal_eval(text)["descr"]
    except SyntaxError:  # a header of Python 2, with 3L
        descr = ast.literal_eval(np.lib._format_impl._filter_header(text))["descr"]
    return why_descr(descr) or ("empty elements" if dtype.itemsize == 0 else None)


def why_descr(descr):
    """Why Coefs refuses a dtype, or that of a field, which NumPy reads; None where it does not."""
    if isinstance(descr, str):
        dtype = np.dtype(descr)
        if dtype.names is not None or dtype.subdtype is not None:
            return "a record or sub-array in short; NumPy writes them at length"
        if dtype.kind == "T":
            return "strings of varying width; NumPy writes them as objects"
        if dtype.itemsize == 0:
            return "empty elements"
        if re.fullmatch(r"[<>=|]?[a-zA-Z][+\s]+\d+", descr):
            return "a sign or a blank in a dtype"
        if dtype.kind in "mM" and not re.fullmatch(
                r"[^\[]*(\[(generic|[0-9]*([YMWDhm]|[munpfa]?s))\])?", descr):
            return "a unit of time as NumPy does not write it"
        return None
    if isinstance(descr, tuple):
        return "a sub-array; NumPy writes it as axes, or in a field"
    if not isinstance(descr, list):
        return "fields in a dictionary"
    for field in descr:
        if not isinstance(field, tuple):
            return "a field that is no tuple"
        name, kind, shape = field if len(field) == 3 else (*field, ())
        title, name = name if isinstance(name, tuple) else ("", name)
        if not isinstance(title, str):
            return "a title that is no text"
        if re.search("[\ud800-\udfff]", title + name):
            return "half a character, which NumPy cannot write"
        if not isinstance(shape, tuple):
            return "a field's shape that is no tuple"
        if 0 in shape:
            return "empty elements"
        reason = why_descr(kind)
        if reason:
            return reason
        is_void = isinstance(kind, str) and np.dtype(kind).kind == "V"
        if name == "" and not (is_void and shape == () and isinstance(field[0], str)):
            return "a field without a name, which other readers take for padding"
    return None if descr else "empty elements"


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


def records():
    """Texts of descr that are lists of fields, or nearly."""
    plain = ("|b1", "|i1", ">u2", "<f8", "<c16", "|S5", ">U3", "<M8[ns]", ">m8[25s]", "<M8", "|V7",
             "|O", "f4", "double", "datetime64[D]", "M8[1s]", "|T", "x", "S0", "V0", "f4,f4", "2f4",
             "M8[s/2]", "M8[x]")
    for code in plain:
        yield repr([("a", code)])
        yield repr([("a", "|i1"), ("", "|V3"), ("b", code, (2, 3))])
        yield repr([(("title", "a"), [("x", code), ("y", code, (2,))]), ("b", code)])
        yield repr([("", code)])
        yield repr([("", code), ("a", "<f8")])
    # NumPy's own answers, in text.
    for dtype in (np.dtype("i1, f8, S3, M8[ms]", align=True), np.dtype("i1, (2, 3)f8, U2"),
                  np.dtype([("a", "i1"), ("in", np.dtype("i1, f8", align=True), 2)], align=True),
                  np.dtype({"names": ["a", "b"], "formats": ["i1", ">f4"], "offsets": [3, 17],
                            "itemsize": 30, "titles": ["first", None]}),
                  np.dtype([(("x" * 9, "y"), [("z", [("w", "O", (4, 1))])])])):
        yield repr(dtype.descr)
    names = ("it's", 'say "a"', "'\"", "\\", "\n\r\t", "\1\x1f\x7f", "\x80\x9f\xa0\xad", "é", "ÿ",
             "Ā", "日本", "😀", "e\u0301", "\u0301", "\u200b\u2028\u2029\u202e",
             "\ue000\ufeff\uffff", "\U000e0001\U0010ffff", " ", "a b", "a.b", "descr", "f0", "𝔸",
             "א", "\u0378", "\ud800")
    for name in names:
        yield ascii([(name, "<f4")])
        yield ascii([((name, "a"), "<f4"), (name + "2", "|V1")])
        if name.isprintable():
            yield f'[("""{name} """, "<f4")]'
    yield from (
        "[('a', '<f4'), ('a', '<f8')]", "[(('b', 'a'), '<f4'), ('b', '<f8')]",
        "[(('a', 'a'), '<f4')]", "[('b', '<f4'), (('b', 'a'), '<f8')]",
        "[(('t', 'a'), '<f4'), (('t', 'b'), '<f8')]", "[(('t', 'a'), '<f4'), (('u', 'b'), '<f8')]",
        "[('é', '<f4'), ('e\\u0301', '<f8')]", "[(('', 'a'), '<f4')]", "[(('t', ''), '|V4')]",
        "[((None, 'a'), '<f4')]", "[((5, 'a'), '<f4')]", "[(('t', 'a', 'b'), '<f4')]",
        "[(('t',), '<f4')]", "[(5, '<f4')]", "[(None, '<f4')]", "[(b'a', '<f4')]",
        "[('\\0', '<f4')]",
        "[()]", "[('a',)]", "[('a', '<f4', (2,), 1)]", "['ab']", "['a']", "[['a', '<f4']]",
        "(['a'],)", "{'ab': 1}", "[('a', '<f4'), 5]", "[('a', 5)]", "[('a', None)]", "[('a', {})]",
        "[('a', [])]", "[('a', []), ('b', '<f4')]", "[('a', ('<f4', (2,)))]",
        "[('a', ('<f4', (2,)), (3,))]", "[('', '|V2', (3,)), ('a', '<f4')]", "[('', '<f4', (2,))]",
        "[('', [('a', '<f4')])]", "[('', '|V4')]", "[('', '|V0'), ('a', '|i1')]",
        "[('', '|V3', ())]",
        "[('', '|V2'), ('', '|V3'), ('a', '|i1'), ('', '|V1'), ('', '|V1')]",
        "[('', '|V2147483647'), ('', '|V1')]", "[('a', '|V2147483647')]",
        "[('a', '|V2147483646'), ('b', '|i1')]", "[('a', '|V2147483647'), ('b', '|i1')]",
        "[('a' 'b', u'<f4'), # fields\n ('c', '''|i1''',), ]", "[('a', '<f4'),, ]",
        "[('a', '<f4') ('b', '<f4')]", "[('a', '<f4'), *()]", "[('a' , '<f4')", "[('a', '<f4'})]",
    )
    for shape in ("()", "(1,)", "(2, 3)", "(2, 3, )", "2", "1", "0", "-1", "[2, 3]", "(0,)",
                  "(2, 0)", "(-1,)", "(True,)", "True", "None", "(None,)", "(2.0,)", "('2',)",
                  "((2,),)", "(2L,)", "(0x2,)", "(536870911,)", "(536870912,)", "(2147483648,)",
                  "(32768, 32768)", "(65536, 65536, 65536, 65536)", "(99999999999999999999,)",
                  "(" + "1, " * 64 + ")", "(" + "1, " * 65 + ")"):
        yield f"[('a', '<f4', {shape})]"
    for depth in (2, 20, 30):
        yield "[('a', " * depth + "'<f4'" + ")]" * depth


def units():
    """Dates and time spans with every kind of unit, and other types without plain values."""
    for unit in ("", "generic", "Y", "M", "W", "B", "D", "h", "m", "s", "ms", "us", "ns", "ps",
                 "fs", "as", "Ms", "S", "sec", "μs", "µs", " s", "s ", "+2s", "-2s", " 2s", "2 s",
                 "2", "0s", "1s", "01s", "07D", "25s", "2147483647ns", "2147483648ns",
                 "4294967297ns", "99999999999999999999s", "1generic", "7generic", "s/2", "2s/1",
                 "D/24", "D/7", "0x2s", "1_0s", "\u0663s", "2.5s", "s\u0301", "2\u0301s", "s]",
                 "[s"):
        yield f"M8[{unit}]"
        yield f">timedelta64[{unit}]"
    yield from ("M8[", "M8]", "M8[s", "M8s", "M8[s]x", "M8[s] ", "M8[s][s]", "M8\u0301",
                "M8[s]\u0301",
                "datetime64s", "M8[s],", "datetime", "datetime64 [s]", "M[s]", "m[s]", "M08[s]",
                "M8 [s]", "<M8[s]", "=M8[s]", "|m8[s]", "<<M8[s]", "<datetime64", "|timedelta64[D]",
                "V2147483647", "V2147483648", "O08", "O16", "O1")


def long_headers():
    """Headers beyond the usual limit, as NumPy writes them: where version 1.0 ends, and on."""
    def written(descr, shape):
        file = io.BytesIO()
        np.lib._format_impl._write_array_header(
            file, {"descr": descr, "fortran_order": False, "shape": shape})
        return file.getvalue()

    for name in ("a", "日"):
        yield written([(f"{name}{number}", "<f4") for number in range(700)], (1, 2))
    by_version = {}
    for length in range(65_330, 65_470):
        header = written([("é" + "n" * length, "<f4")], ())
        by_version.setdefault(header[6], []).append(header)
    yield by_version[1][-1]
    yield by_version[2][0]


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
    for descr in (*records(), *map(repr, units())):
        text = with_field(descr=descr, shape="(2,)")
        is_latin = all(letter < "\u0100" for letter in text)
        yield file_bytes(text, (1, 0) if is_latin else (3, 0)), None
    for name, version in (("é", (3, 0)), ("é", (2, 0)), ("a", (3, 0))):
        for order in ("False", "True"):
            text = with_field(descr=repr([(name, "<f4")]), fortran_order=order)
            yield file_bytes(text, version), None
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
    descr = "[('a', '<i4'), ('', '|V3'), (('t', 'b'), '>M8[25s]', (2, 3))]"
    text = with_field(descr=descr, shape="(4,)").encode()
    for at in range(text.index(b"["), text.index(b"fortran")):
        yield file_bytes(text[:at] + text[at + 1:]), None
        yield file_bytes(text[:at] + bytes(random.sample(alphabet, 1)) + text[at + 1:]), None
        yield file_bytes(text[:at] + bytes(random.sample(alphabet, 1)) + text[at:]), None


def main():
    seen = {}
    for header, why in cases():
        if header not in seen:
            answer = verdict(header, DEFAULT_LIMIT)
            if why and answer["verdict"] == "read":
                answer = {"verdict": "stricter", "why": why}
            seen[header] = answer
    seen |= {header: verdict(header, 1_000_000) for header in long_headers()}
    rows = [{"file": header.hex()} | answer for header, answer in seen.items()]
    written = set()
    for row in rows:
        if row.get("written") in written:
            del row["written"]
        elif row.get("written"):
            written.add(row["written"])
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    counts = {}
    for row in rows:
        counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    print(f"numpy {np.__version__}: {len(rows)} headers, {counts}")


if __name__ == "__main__":
    main()
