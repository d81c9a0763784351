"""Make pickles and joblib files that try to run something, or to be what they are not.

    python tools/make_hostile_pickles.py [fixtures/hostile-pickles]

Each is small. Those that run something when Python loads them run `touch WAS-EXECUTED` in the folder
where Python is, and no more. cases.json tells for each file

    what     what it tries
    refused  the kind of error with which Coefs refuses it (a case of PickleError), or null where it is
             read, because it is odd and harmless
    name     the name that the error shows, where it is the name that is refused
    inert    whether it can be read, without anything being called, by who only lists its names

Bombs that would be larger are made in the tests. Run with the versions pinned in
tools/requirements.txt: the same bytes come out every time.
"""

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import sys
import warnings
import zlib
from pathlib import Path

import joblib
import numpy as np

FOLDER = Path(
    sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "fixtures/hostile-pickles")
COMMAND = "touch WAS-EXECUTED"
PYTHON = "open('WAS-EXECUTED', 'w')"
cases = []


def case(name, data, what, refused=None, global_name=None, inert=False):
    """Write a file and what is to be expected of it."""
    (FOLDER / name).write_bytes(data)
    row = {"file": name, "what": what, "refused": refused, "inert": inert or refused is None}
    if global_name:
        row["name"] = global_name
    cases.append(row)


def unknown(name, data, what, global_name, inert=True):
    case(name, data, what, "unknownName", global_name, inert)


# MARK: An assembler

def text(value):
    """BINUNICODE, or SHORT_BINUNICODE where it is short."""
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def short(value):
    data = value.encode()
    return b"\x8c" + bytes([len(data)]) + data


def name(module, attribute):
    return f"c{module}\n{attribute}\n".encode()


def stack_name(module, attribute):
    return short(module) + short(attribute) + b"\x93"


def call(function, *arguments):
    return function + b"(" + b"".join(arguments) + b"tR"


def number(value):
    return b"J" + struct.pack("<i", value)


P2, P4 = b"\x80\x02", b"\x80\x04"


class Evil:
    """Runs a command when it is loaded."""

    def __reduce__(self):
        import os
        return os.system, (COMMAND,)


# MARK: Calls

def calls():
    for protocol in range(6):
        unknown(f"system-p{protocol}.pkl", pickle.dumps(Evil(), protocol),
                "os.system, as pickle itself writes it", "posix.system")
    unknown("os-system.pkl", call(name("os", "system"), b"S'" + COMMAND.encode() + b"'\n") + b".",
            "os.system by its usual name, in protocol 0", "os.system")
    for module in ("__builtin__", "builtins"):
        for function in ("eval", "exec"):
            unknown(f"{module}-{function}.pkl",
                    P2 + call(name(module, function), text(PYTHON)) + b".",
                    f"{module}.{function}", f"{module}.{function}")
    chain = call(name("builtins", "getattr"),
                 call(name("builtins", "__import__"), text("os")), text("system"))
    unknown("getattr-chain.pkl", P2 + call(chain, text(COMMAND)) + b".",
            "getattr(__import__('os'), 'system')(…): a call of what a call gives",
            "builtins.getattr")
    others = {
        "subprocess.Popen": b"](" + text("touch") + text("WAS-EXECUTED") + b"e",
        "runpy.run_path": text("/dev/null"),
        "pkgutil.resolve_name": text("os:system"),
        "pip.main": b"](" + text("--version") + b"e",
        "importlib.import_module": text("os"),
        "operator.attrgetter": text("system"),
        "functools.partial": name("os", "system"),
        "webbrowser.open": text("about:blank"),
        "numpy.testing._private.utils.runstring": text(PYTHON) + b"}",
        "numpy.f2py.crackfortran.myeval": text(PYTHON),
        "timeit.timeit": text(PYTHON),
        "code.InteractiveInterpreter": b"}",
        "joblib.load": text("/dev/null"),
        "numpy.load": text("/dev/null"),
        "builtins.print": text("hello"),
    }
    for full, arguments in others.items():
        module, _, attribute = full.rpartition(".")
        unknown(f"call-{full}.pkl", P2 + call(name(module, attribute), arguments) + b".",
                f"a call of {full}", full)
    unknown("popped.pkl", P2 + call(name("posix", "system"), text(COMMAND)) + b"0}.",
            "the call's result is dropped, and an empty dictionary left", "posix.system")
    unknown("after-which-broken.pkl",
            P2 + call(name("posix", "system"), text(COMMAND)) + b"\xff",
            "behind the call stands no operation, at which scanners have given up",
            "posix.system", inert=False)
    unknown("newobj.pkl", P2 + name("subprocess", "Popen") + b"](" + text("touch")
            + text("WAS-EXECUTED") + b"e\x85\x81.", "NEWOBJ of subprocess.Popen",
            "subprocess.Popen")
    case("inst.pkl", b"(S'" + COMMAND.encode() + b"'\niposix\nsystem\n.", "INST",
         "refusedOperation", "posix.system")
    case("obj.pkl", b"(c__builtin__\nset\no.", "OBJ, of a name that is known", "refusedOperation")
    case("newobj-ex.pkl", P4 + name("builtins", "set") + b")}\x92.",
         "NEWOBJ_EX, of a name that is known", "refusedOperation")
    for code, argument in ((0x82, b"\x01"), (0x83, b"\x01\x00"), (0x84, b"\x01\x00\x00\x00")):
        case(f"ext{len(argument)}.pkl", P2 + bytes([code]) + argument + b".",
             "a number from copyreg's registry of extensions", "refusedOperation")
    case("persid.pkl", b"Pposix.system\n.", "a persistent id", "refusedOperation")
    case("binpersid.pkl", P2 + text("posix.system") + b"Q.", "a persistent id", "refusedOperation")
    case("next-buffer.pkl", b"\x80\x05\x97.", "a buffer outside the file", "refusedOperation")
    case("readonly-buffer.pkl", b"\x80\x05C\x01a\x98.", "a buffer outside the file",
         "refusedOperation")


# MARK: Names

def names():
    unknown("stack-global-memo.pkl",
            P4 + short("posix") + b"\x940" + short("system") + b"\x940h\x00h\x01\x93"
            + text(COMMAND) + b"\x85R.", "STACK_GLOBAL with both words from the memo",
            "posix.system")
    unknown("stack-global-overwritten.pkl",
            P4 + short("numpy") + b"q\x000" + short("posix") + b"q\x000" + short("dtype")
            + b"q\x010" + short("system") + b"q\x010h\x00h\x01\x93" + text(COMMAND) + b"\x85R.",
            "STACK_GLOBAL, the memo's harmless words overwritten", "posix.system")
    unknown("stack-global-swapped.pkl",
            P4 + short("system") + short("posix") + short("system") + b"\x93" + text(COMMAND)
            + b"\x85R\x86.", "STACK_GLOBAL behind a word that looks like the module",
            "posix.system")
    case("stack-global-number.pkl", P4 + b"K\x01" + short("system") + b"\x93.",
         "STACK_GLOBAL of a number", "badOperation")
    case("stack-global-bytes.pkl", P4 + b"C\x05posixC\x06system\x93.", "STACK_GLOBAL of bytes",
         "badOperation")
    unknown("dots.pkl", P4 + stack_name("sklearn.pipeline", "Pipeline.fit.__globals__") + b".",
            "a path behind a known name", "sklearn.pipeline.Pipeline.fit.__globals__")
    unknown("dots-in-known-module.pkl",
            P4 + stack_name("joblib.numpy_pickle", "os.system") + text(COMMAND) + b"\x85R.",
            "a name reached through a known module", "joblib.numpy_pickle.os.system")
    unknown("dots-moved.pkl", P4 + stack_name("numpy.core", "multiarray.scalar") + b".",
            "a known name, cut at another dot", "numpy.core.multiarray.scalar")
    unknown("sub-module.pkl", P2 + name("numpy.core.multiarray.evil", "scalar") + b".",
            "a module below a known one", "numpy.core.multiarray.evil.scalar")
    unknown("case.pkl", P2 + name("NumPy", "dtype") + b".", "a known name in capitals",
            "NumPy.dtype")
    unknown("kelvin.pkl", P4 + stack_name("sklearn.model_selection._split", "\u212aFold") + b".",
            "KFold with the sign for kelvin, which is a K to Unicode's normal forms",
            "sklearn.model_selection._split.\\u{212A}Fold")
    unknown("terminal.pkl", P4 + stack_name("posix\x1b[2J\u202e", "system\r\n") + b".",
            "a name with control characters",
            "posix\\u{1B}[2J\\u{202E}.system\\r\\n")
    unknown("carriage-return.pkl", b"cnumpy\r\ndtype\r\n.", "a known name with carriage returns",
            "numpy\\r.dtype\\r")
    case("name-not-utf-8.pkl", P2 + b"cpos\xffix\nsystem\n.", "a name that is no text",
         "badOperation")
    case("name-empty.pkl", b"c\n\n.", "a name without a letter", "badOperation")
    case("name-long.pkl", b"c" + b"a" * 4_000 + b"\nb\n.", "a module of 4,000 letters",
         "badOperation")


# MARK: Building

def building():
    base = P2 + name("sklearn.pipeline", "Pipeline") + b")\x81"
    case("build-twice.pkl", base + b"}b}b.", "BUILD twice on one object", "badOperation")
    case("build-on-name.pkl", P2 + name("sklearn.pipeline", "Pipeline") + b"}(" + text("fit")
         + name("numpy", "dtype") + b"ub.", "BUILD on a class itself", "badOperation")
    case("build-on-dict.pkl", P2 + b"}}b.", "BUILD on a dictionary", "badOperation")
    case("append-to-object.pkl", base + b"Na.", "APPEND to an object", "badOperation")
    case("set-item-of-object.pkl", base + text("a") + b"Ns.", "SETITEM of an object",
         "badOperation")
    case("set-items-odd.pkl", P2 + b"}(NNNu.", "SETITEMS of three", "badOperation")
    case("reduce-of-list.pkl", P2 + name("numpy", "dtype") + b"]R.",
         "REDUCE with a list for a tuple", "badOperation")
    case("reduce-of-text.pkl", P2 + text("posix.system") + b")R.", "REDUCE of a text",
         "badOperation")
    case("reduce-of-reduce.pkl", P2 + call(call(name("numpy", "dtype"), text("f8")), text("x"))
         + b".", "a call of what a call gives", "badOperation", inert=True)
    case("class-in-state.pkl", base + b"}(" + text("__class__") + name("numpy", "dtype")
         + b"ub.", "an attribute __class__; read, and refused where the attributes are asked for")
    case("two-values.pkl", P2 + b"}}.", "STOP with two values", "badOperation")
    case("mark-left.pkl", P2 + b"(}.", "STOP with a MARK", "badOperation")
    case("second-pickle.pkl",
         pickle.dumps({}, 2) + pickle.dumps(Evil(), 2), "a second pickle behind the first",
         "trailingBytes")
    case("protocol-6.pkl", b"\x80\x06}.", "a protocol that does not exist", "badOperation")
    case("protocol-later.pkl", P2 + b"}\x80\x020.", "PROTO in the middle", "badOperation")
    case("key-is-list.pkl", P2 + b"}]Ns.", "a list as a key", "badOperation")


# MARK: Circles

def circles():
    case("circle-list.pkl", P2 + b"]q\x00h\x00a.", "a list in itself")
    case("circle-dict.pkl", P2 + b"}q\x00(" + text("self") + b"h\x00u.", "a dictionary in itself")
    case("circle-tuple.pkl", P2 + b"]q\x00h\x00\x85a.", "a list in a tuple in itself")
    case("circle-object.pkl",
         P2 + name("sklearn.pipeline", "Pipeline") + b")\x81q\x00}(" + text("steps")
         + b"]h\x00aub.", "an object in its own state")
    case("circle-state.pkl",
         P2 + name("sklearn.pipeline", "Pipeline") + b")\x81q\x00h\x00b.",
         "an object that is its own state")
    case("circle-dtype.pkl",
         P2 + call(name("numpy", "dtype"), text("f8"), b"\x89", b"\x88") + b"q\x00h\x00b.",
         "a dtype that is its own state")
    reconstruct = call(name("numpy.core.multiarray", "_reconstruct"), name("numpy", "ndarray"),
                       b"K\x00\x85", text("b")) + b"q\x00"
    case("circle-array.pkl",
         P2 + reconstruct + b"(K\x01K\x01\x85" + object_dtype() + b"\x89](h\x00etb.",
         "an array of objects in itself")


def object_dtype():
    return (call(name("numpy", "dtype"), text("O8"), b"\x89", b"\x88")
            + b"(K\x03" + text("|") + b"NNN" + number(-1) + number(-1) + b"K?tb")


def float_dtype():
    return (call(name("numpy", "dtype"), text("f8"), b"\x89", b"\x88")
            + b"(K\x03" + text("<") + b"NNN" + number(-1) + number(-1) + b"K\x00tb")


# MARK: NumPy; read, and refused where the value is asked for

def numpy_values():
    """Calls of known names with arguments that crash or deceive the real ones."""
    pointer = b"U\x08AAAAAAAA"
    values = {
        "scalar-of-pointer": call(name("numpy.core.multiarray", "scalar"), object_dtype(), pointer),
        "array-of-pointers": array(object_dtype(), (1,), b"\x89", pointer),
        "buffer-of-pointers": call(name("numpy.core.numeric", "_frombuffer"), pointer,
                                   object_dtype(), b"K\x01\x85", text("C")),
        "array-too-short": array(float_dtype(), (2,), b"\x89", pointer),
        "array-too-long": array(float_dtype(), (0,), b"\x89", pointer),
        "array-negative": array(float_dtype(), (-1,), b"\x89", pointer),
        "array-overflow": array(float_dtype(), (2**31 - 1,) * 3, b"\x89", pointer),
        "array-65-axes": array(float_dtype(), (1,) * 65, b"\x89", pointer),
        "objects-too-few": array(object_dtype(), (3,), b"\x89", b"](NNe"),
        "array-of-text": array(float_dtype(), (1,), b"\x89", text("AAAAAAAA")),
        "array-rot13": array(float_dtype(), (1,), b"\x89",
                             call(name("_codecs", "encode"), text("AAAAAAAA"), text("rot13"))),
        "array-of-record": array(
            call(name("numpy", "dtype"), text("V8"), b"\x89", b"\x88") + b"(K\x03" + text("|")
            + b"N(" + text("a") + b"t}(" + text("a") + b"(" + float_dtype() + b"K\x00tuK\x08K\x01K\x00tb",
            (1,), b"\x89", pointer),
        "array-of-dates": array(
            call(name("numpy", "dtype"), text("M8"), b"\x89", b"\x88") + b"(K\x04" + text("<")
            + b"NNN" + number(-1) + number(-1) + b"K\x00(}(U\x02nsK\x01K\x01K\x01tttb",
            (1,), b"\x89", pointer),
        "dtype-size": array(
            call(name("numpy", "dtype"), text("U4"), b"\x89", b"\x88") + b"(K\x03" + text("<")
            + b"NNNK\x08K\x04K\x08tb", (1,), b"\x89", pointer),
        "dtype-empty": array(
            call(name("numpy", "dtype"), text("S0"), b"\x89", b"\x88") + b"(K\x03" + text("|")
            + b"NNNK\x00K\x01K\x00tb", (10**9,), b"\x89", b"U\x00"),
        "dtype-without-state": array(
            call(name("numpy", "dtype"), text("f8"), b"\x89", b"\x88"), (1,), b"\x89", pointer),
    }
    case("numpy-axes-moved.pkl",
         pickle.dumps(np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1), 5),
         "not hostile: axes in an order that only protocol 5 has, and no network")
    for label, data in values.items():
        case(f"numpy-{label}.pkl", P2 + data + b".",
             "read; its value is refused where it is asked for")


def array(dtype, shape, fortran, data):
    return (call(name("numpy.core.multiarray", "_reconstruct"), name("numpy", "ndarray"),
                 b"K\x00\x85", text("b"))
            + b"(K\x01(" + b"".join(number(axis) for axis in shape) + b"t" + dtype + fortran + data
            + b"tb")


# MARK: joblib

def wrapper(shape=(2,), order="C", dtype=None, alignment=b"K\x10", module="joblib.numpy_pickle",
            class_name="NumpyArrayWrapper", extra=b"", shape_data=None):
    """What stands for an array, up to its BUILD."""
    if shape_data is None:
        shape_data = b"(" + b"".join(
            b"\x8a\x0a" + axis.to_bytes(10, "little", signed=True) for axis in shape) + b"t"
    state = (text("subclass") + name("numpy", "ndarray") + text("shape") + shape_data
             + text("order") + text(order) + text("dtype") + (dtype or float_dtype())
             + text("allow_mmap") + b"\x88")
    if alignment is not None:
        state += text("numpy_array_alignment_bytes") + alignment
    return name(module, class_name) + b")\x81}(" + state + extra + b"ub"


def joblib_files():
    data = struct.pack("<2d", 1, 2)
    padding = b"\x01\xff"

    def lie(label, what, refused, **names):
        case(f"joblib-{label}.joblib", P2 + wrapper(**names) + padding + data + b".", what, refused)

    case("joblib-sound.joblib", P2 + wrapper() + padding + data + b".", "nothing: it is sound")
    case("joblib-sound-unaligned.joblib", P2 + wrapper(alignment=b"N") + data + b".",
         "nothing: it is sound, written to where nobody could tell the position")
    case("joblib-sound-old.joblib",
         P2 + wrapper(alignment=None, module="sklearn.externals.joblib.numpy_pickle") + data + b".",
         "nothing: it is sound, of scikit-learn's own copy of joblib")
    lie("shape-larger", "a shape larger than the data", "truncated", shape=(3,))
    lie("shape-smaller", "a shape smaller than the data, so that the rest is operations",
        "unknownOperation", shape=(1,))
    lie("shape-huge", "a shape of a tebibyte", "truncated", shape=(2**37,))
    lie("shape-overflow", "a shape whose product wraps to 0", "array", shape=(2**32, 2**32))
    lie("shape-negative", "a negative axis", "badOperation", shape=(-1,))
    lie("shape-list", "a list for a shape", "badOperation", shape_data=b"](K\x02e")
    lie("shape-65-axes", "65 axes", "badOperation", shape=(1,) * 65)
    lie("shape-beyond-64-bits", "an axis of 2^70", "badOperation", shape=(2**70,))
    lie("dtype-wider", "a dtype of 16 bytes for data of 8", "truncated",
        dtype=float_dtype().replace(b"f8", b"c16").replace(b"X\x02\x00\x00\x00c16",
                                                             b"X\x03\x00\x00\x00c16"))
    lie("dtype-text", "a text for a dtype", "unexpected", dtype=text("f8"))
    lie("order", "an order that does not exist", "badOperation", order="X")
    lie("alignment-huge", "an alignment of 2^31-1", "badOperation", alignment=number(2**31 - 1))
    lie("alignment-negative", "a negative alignment", "badOperation", alignment=number(-16))
    lie("alignment-odd", "an alignment of 3", "badOperation", alignment=b"K\x03")
    lie("key-unknown", "a key that joblib does not have", "badOperation",
        extra=text("filename") + text("/etc/passwd"))
    case("joblib-padding-long.joblib", P2 + wrapper() + b"\x20" + b"\xff" * 32 + data + b".",
         "a padding longer than the alignment", "badOperation")
    case("joblib-padding-zero.joblib", P2 + wrapper() + b"\x00" + data + b".",
         "a padding of no byte, which joblib never writes", "badOperation")
    case("joblib-padding-cut.joblib", P2 + wrapper() + b"\x10\xff", "a padding that is cut off",
         "truncated")
    case("joblib-in-frame.joblib",
         P4 + b"\x95" + struct.pack("<Q", len(wrapper()) + len(padding + data) + 1) + wrapper()
         + padding + data + b".", "an array's bytes within a frame, which joblib seeks behind it",
         "badOperation")
    case("joblib-other-file.joblib",
         P2 + name("joblib.numpy_pickle", "NDArrayWrapper") + b")\x81}(" + text("filename")
         + text("/etc/passwd") + text("subclass") + name("numpy", "ndarray") + b"ub.",
         "an array in another file, as joblib before 0.10 had it", "badOperation")
    objects = P2 + wrapper(shape=(1,), dtype=object_dtype())
    unknown("joblib-nested-system.joblib", objects + pickle.dumps(Evil(), 5) + b".",
            "os.system in the pickle of an array of objects", "posix.system")
    case("joblib-nested-no-array.joblib", objects + pickle.dumps({}, 5) + b".",
         "a dictionary for an array of objects; read, and refused where the value is asked for")
    case("joblib-nested-not-ended.joblib", objects + pickle.dumps(np.array([1], object), 5)[:-1],
         "a pickle of objects that does not end", "truncated")
    nested = objects
    case("joblib-nested-thrice.joblib", objects + nested + nested + nested + b"N" + b"." * 4,
         "pickles in pickles in pickles", "limitExceeded")
    unknown("joblib-opcodes-as-data.joblib",
            P2 + wrapper(shape=(1,)) + padding + data[:8]
            + call(name("posix", "system"), text(COMMAND)) + b"0.",
            "operations where the data would go on", "posix.system")


# MARK: Compression

def compressed():
    stream = io.BytesIO()
    joblib.dump({"a": np.arange(3.0)}, stream, protocol=4)
    plain = stream.getvalue()
    zlibbed = zlib.compress(plain)
    zipped = io.BytesIO()
    with gzip.GzipFile(fileobj=zipped, mode="wb", mtime=0) as file:
        file.write(plain)
    zipped = zipped.getvalue()
    refused = "damagedCompression"
    case("zlib-sound.joblib", zlibbed, "nothing: it is sound")
    case("gzip-sound.joblib", zipped, "nothing: it is sound")
    case("zlib-byte-more.joblib", zlibbed + b"x", "a byte behind zlib's data, which makes joblib "
         "fill the memory", refused)
    case("gzip-byte-more.joblib", zipped + b"x", "a byte behind gzip's data", refused)
    case("gzip-twice.joblib", zipped + zipped, "two gzip members", refused)
    case("zlib-cut.joblib", zlibbed[:-4], "zlib without its checksum, which joblib loads", refused)
    case("gzip-cut.joblib", zipped[:-8], "gzip without its checksum, which joblib loads", refused)
    case("zlib-checksum.joblib", zlibbed[:-1] + bytes([zlibbed[-1] ^ 1]), "a wrong Adler-32",
         refused)
    case("gzip-checksum.joblib", zipped[:-5] + bytes([zipped[-5] ^ 1]) + zipped[-4:],
         "a wrong CRC-32", refused)
    case("gzip-length.joblib", zipped[:-1] + b"\x7f", "a wrong length at the end", refused)
    dictionary = zlib.compressobj(zdict=b"abc")
    case("zlib-dictionary.joblib", dictionary.compress(plain) + dictionary.flush(),
         "zlib with a dictionary", refused)
    other = "unsupportedCompression"
    case("bz2.joblib", bz2.compress(plain), "bzip2", other)
    case("xz.joblib", lzma.compress(plain, format=lzma.FORMAT_XZ), "xz", other)
    case("lzma.joblib", lzma.compress(plain, format=lzma.FORMAT_ALONE), "lzma", other)
    case("lz4.joblib", b"\x04\x22\x4d\x18" + bytes(20), "lz4's magic", other)
    case("zf.joblib", b"ZF" + hex(len(plain)).encode().ljust(19) + zlibbed,
         "the compression of joblib before 0.10", other)
    lists = b"]" * (1 << 24)
    case("zlib-bomb.joblib", zlib.compress(lists, 9), "16 million lists in 16 kB", "limitExceeded")
    zipped = io.BytesIO()
    with gzip.GzipFile(fileobj=zipped, mode="wb", mtime=0) as file:
        file.write(lists)
    case("gzip-bomb.joblib", zipped.getvalue(), "16 million lists in 16 kB", "limitExceeded")
    case("zlib-of-zlib.joblib", zlib.compress(zlibbed), "zlib twice", "notPickle")
    unknown("zlib-system.joblib", zlib.compress(pickle.dumps(Evil(), 4)), "os.system, compressed",
            "posix.system")


# MARK: Lengths

def lengths():
    huge = struct.pack("<Q", 2**64 - 1)
    long = struct.pack("<Q", 2**63 - 1)
    for label, data in {
        "long4": b"\x8b\xff\xff\xff\x7f", "binunicode": b"X\xff\xff\xff\xff",
        "binunicode8": b"\x8d" + huge, "binunicode8-signed": b"\x8d" + long,
        "binbytes": b"B\xff\xff\xff\xff", "binbytes8": b"\x8e" + huge,
        "bytearray8": b"\x96" + huge, "binstring": b"T\xff\xff\xff\x7f", "frame": b"\x95" + huge,
        "frame-signed": b"\x95" + long, "long1": b"\x8a\xff", "short-binbytes": b"C\xff",
    }.items():
        case(f"length-{label}.pkl", b"\x80\x05" + data + b"N.", "a length beyond the file's end",
             "truncated")
    for label, data in {"long4": b"\x8b\xff\xff\xff\xff", "binstring": b"T\xff\xff\xff\x80"}.items():
        case(f"length-{label}-negative.pkl", P2 + data + b"N.", "a negative length", "badOperation")
    case("memo-far.pkl", P2 + b"Nr\xff\xff\xff\xffj\xff\xff\xff\xff\x86.",
         "a number of the memo that would take 32 GiB in an array")
    case("frame-crossed.pkl", P4 + b"\x95\x03" + bytes(7) + b"X\x01\x00\x00\x00a.",
         "an operation across the end of its frame", "badOperation")
    case("frame-in-frame.pkl", P4 + b"\x95\x0b" + bytes(7) + b"\x95\x02" + bytes(7) + b"N.",
         "a frame within a frame", "badOperation")
    case("frame-open.pkl", P4 + b"\x95\x03" + bytes(7) + b"N.N", "STOP within a frame",
         "badOperation")


# MARK: A network with something in it

def networks():
    from sklearn.neural_network import MLPClassifier

    def fitted():
        rows = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
        return MLPClassifier((2,), max_iter=2, random_state=1, solver="sgd").fit(rows, [0, 1, 0, 1])

    for attribute in ("coefs_", "random_state", "_optimizer"):
        for suffix, dump in (("pkl", pickle.dump), ("joblib", joblib.dump)):
            network = fitted()
            setattr(network, attribute, Evil())
            stream = io.BytesIO()
            dump(network, stream, protocol=4)
            unknown(f"network-{attribute}.{suffix}", stream.getvalue(),
                    f"a network whose {attribute} is a call of os.system", "posix.system")
    network = fitted()
    network.classes_ = np.array([Evil(), 1], dtype=object)
    stream = io.BytesIO()
    joblib.dump(network, stream, protocol=4)
    unknown("network-classes.joblib", stream.getvalue(),
            "a network, a call of os.system in the pickle of its classes", "posix.system")
    network = fitted()
    network.coefs_.append(network.coefs_)
    case("network-circle.pkl", pickle.dumps(network, 4), "a network whose coefs_ hold themselves")
    network = fitted()
    network.random_state = network
    case("network-in-itself.pkl", pickle.dumps(network, 4), "a network in itself")


def main():
    warnings.simplefilter("ignore")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in (calls, names, building, circles, numpy_values, joblib_files, compressed, lengths,
                 networks):
        make()
    with open(FOLDER / "cases.json", "w", encoding="utf-8") as file:
        json.dump(cases, file, indent=1, ensure_ascii=False)
        file.write("\n")
    print(f"{len(cases)} files")


if __name__ == "__main__":
    main()
