"""Make the fixtures of the pickle reader from Python's own pickle, NumPy and joblib.

    python tools/make_pickle_fixtures.py [fixtures/pickle]

    plain.json    random structures of plain data: what each is, and its pickle in protocols 0 to 5
    changed.json  pickles of plain data with bytes changed, and what Python makes of each
    arrays.json   arrays and scalars: the NPY file of each, and its pickles and joblib files
    objects.json  arrays of objects: the same, and what is in them
    coefs-object.npy  a matrix and a vector in an array of objects, as np.save wrote clf.coefs_
    tiny-*        estimators of a few numbers, for damage and fuzzing: a classifier 2-2-1 behind a scaler
                  and a regressor 2-1, without what only training needs

What a value is, is told as a text (see `told`) that names the type and spells numbers and texts in
hexadecimal digits, so that nothing is left to another parser. Run with the versions pinned in
tools/requirements.txt: the same bytes come out every time.
"""

import base64
import collections
import io
import json
import os
import pickle
import pickletools
import random
import resource
import string
import struct
import sys
import warnings
import zlib
from pathlib import Path

import joblib
import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelBinarizer, StandardScaler

import golden

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "fixtures/pickle")
PROTOCOLS = range(6)


def told(value):
    """The text of a value; a container that occurs again is told as #N, in the order of first sight."""
    seen = {}

    def number(value):
        size = value.bit_length() // 8 + 1
        return "i" + value.to_bytes(size, "little", signed=True).hex()

    def tell(value):
        if value is None:
            return "N"
        if value is True or value is False:
            return "T" if value else "F"
        if type(value) is int:
            return number(value)
        if type(value) is float:
            return "f" + struct.pack(">d", value).hex()
        if type(value) is complex:
            return "c" + struct.pack(">dd", value.real, value.imag).hex()
        if type(value) is str:
            return "u" + value.encode("utf-8", "surrogatepass").hex()
        if type(value) is bytes or type(value) is bytearray:
            return "b" + bytes(value).hex()
        if id(value) in seen:
            return f"#{seen[id(value)]}"
        # Two empty tuples are one in memory or two, as Python likes.
        if value == ():
            return "()"
        # A set is told by what is in it, which can only be plain, so that its order is no matter.
        if type(value) in (set, frozenset):
            return "{" + ",".join(sorted(tell(item) for item in value)) + "}"
        seen[id(value)] = len(seen)
        if type(value) is tuple:
            return "(" + ",".join(tell(item) for item in value) + ")"
        if type(value) is list:
            return "[" + ",".join(tell(item) for item in value) + "]"
        if type(value) is dict:
            return "<" + ",".join(f"{tell(k)}:{tell(v)}" for k, v in value.items()) + ">"
        raise TypeError(type(value))

    return tell(value)


# MARK: Plain data

EDGES = [
    0, 1, -1, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**32,
    2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 10**18, 10**19, -(10**19), 2**127, -(2**127),
    10**100, 2**2040, -(2**2047), 2**2048,
]
FLOATS = [
    0.0, -0.0, 1.0, -1.5, 0.1, 1e-5, 1e16, 1e22, 5e-324, 1.7976931348623157e308, float("inf"),
    float("-inf"), float("nan"), 2.2250738585072014e-308,
]
TEXTS = [
    "", "a", "coefs_", "\\", "\\u0041", "\\\\u0041", "a\\", "line\nbreak", "\r\n", "\x00", "\x1a", "é",
    "Größe", "zéro", "日本", "\U0001f600", "\ud800", "a\udfffb", "\ud83d\ude00", "\u2028", "'\"",
    "x" * 255, "x" * 256, "é" * 200,
]
BYTES = [b"", b"\x00", b"abc", bytes(range(256)), b"\n\r\\'\"", b"\xff" * 300]


def plain(rng, depth=0):
    kind = rng.random()
    if depth >= 4 or kind < 0.5:
        choice = rng.randrange(9)
        if choice == 0:
            return rng.choice([None, True, False])
        if choice == 1:
            return rng.choice(EDGES)
        if choice == 2:
            return rng.randrange(-(2 ** rng.randrange(1, 80)), 2 ** rng.randrange(1, 80))
        if choice == 3:
            return rng.choice(FLOATS)
        if choice == 4:
            return struct.unpack(">d", rng.randbytes(8))[0]
        if choice == 5:
            return rng.choice(TEXTS)
        if choice == 6:
            return "".join(rng.choice(string.printable + "äß€") for _ in range(rng.randrange(30)))
        if choice == 7:
            return rng.choice([bytes, bytearray])(rng.choice(BYTES))
        return rng.choice([bytes, bytearray])(rng.randbytes(rng.randrange(20)))
    count = rng.choice([0, 1, 2, 3, 4, 7])
    if kind < 0.65:
        return [plain(rng, depth + 1) for _ in range(count)]
    if kind < 0.78:
        return tuple(plain(rng, depth + 1) for _ in range(count))
    if kind < 0.94:
        return {plain_key(rng): plain(rng, depth + 1) for _ in range(count)}
    return rng.choice([set, frozenset])(plain_key(rng) for _ in range(count))


def plain_key(rng):
    return rng.choice([rng.choice(TEXTS), rng.choice(EDGES), rng.choice(BYTES), f"k{rng.random()}"])


def special():
    """Structures that chance would not make."""
    yield list(range(1000))
    yield list(range(1001))
    yield list(range(2500))
    yield {i: str(i) for i in range(1001)}
    yield tuple(range(300))
    shared = [1, 2]
    yield [shared, shared, (shared, shared), {"a": shared}]
    yield (1, "x", shared), (1, "x", shared)
    circle = []
    circle.append(circle)
    yield circle
    circle = {}
    circle["self"] = [circle, circle]
    yield circle
    circle = []
    circle.append((circle, 1))
    yield circle
    deep = []
    for _ in range(150):
        deep = [deep]
    yield deep
    deep = ()
    for _ in range(150):
        deep = (deep, 1)
    yield deep
    yield [f"text {i}" for i in range(300)] * 2
    yield "y" * 70_000
    yield [b"z" * 70_000, bytearray(b"w" * 70_000), 1]
    yield complex(1.5, -0.0)
    yield set(range(1200))


def structures():
    rng = random.Random(20261125)
    values = list(special())
    while len(values) < 320:
        value = plain(rng)
        # Sets are told sorted, so nothing in them may be told by its place.
        values.append(value)
    return values


def plain_rows():
    for value in structures():
        pickles = [pickle.dumps(value, protocol) for protocol in PROTOCOLS]
        pickles += [pickletools.optimize(data) for data in (pickles[2], pickles[4])]
        # The Pickler that is written in Python makes the same.
        stream = io.BytesIO()
        pickle._Pickler(stream, 1).dump(value)
        pickles.append(stream.getvalue())
        text = told(value)
        for data in pickles:
            assert told(pickle.loads(data)) == text
        yield {"told": encoded(text.encode()),
               "pickles": [encoded(data) for data in dict.fromkeys(pickles)]}


# MARK: Changed pickles, and Python's verdict

class Inert(pickle.Unpickler):
    """Python's reader without any name but those of plain data."""

    allowed = {"bytes": bytes, "bytearray": bytearray, "set": set, "frozenset": frozenset,
               "complex": complex}

    def find_class(self, module, name):
        if module in ("builtins", "__builtin__") and name in self.allowed:
            return self.allowed[name]
        if (module, name) == ("_codecs", "encode"):
            return lambda text, encoding: text.encode({"latin1": encoding}[encoding])
        raise pickle.UnpicklingError("another name")


def verdict(data):
    """What Python makes of bytes: the text of a value, or None where it refuses them."""
    try:
        stream = io.BytesIO(data)
        value = Inert(stream, encoding="bytes").load()
        if stream.read(1):
            return None
        return told(value)
    except (pickle.UnpicklingError, ValueError, TypeError, EOFError, IndexError, KeyError,
            AttributeError, MemoryError, OverflowError, UnicodeError, RecursionError, ImportError):
        return None


HAND_MADE = [
    # Python 2's texts, long integers, and escapes.
    b"S'abc'\n.", b'S"a\\x00\\n\\\'"\n.', b"S'a\\101\\0z'\n.", b"S'a\\q'\n.", b"S'abc\n.", b"Sabc\n.",
    b"S''\n.", b"S'a'b'\n.", b"S'\\'\n.", b"S'a' \n.", b"S'\\x1'\n.", b"S'\\1234'\n.",
    b"T\x03\x00\x00\x00abc.", b"U\x03abc.", b"T\xff\xff\xff\xffabc.", b"L123L\n.", b"L-5L\n.",
    b"L123\n.", b"LL\n.", b"L0L\n.", b"L" + b"9" * 400 + b"L\n.", b"L-" + b"9" * 400 + b"L\n.",
    # Integers and floats in digits.
    b"I1\n.", b"I01\n.", b"I00\n.", b"I-1\n.", b"I\n.", b"Iabc\n.", b"I9223372036854775807\n.",
    b"I9223372036854775808\n.", b"I-9223372036854775808\n.", b"I1.5\n.", b"I--1\n.", b"I1", b"I",
    b"F1.5\n.", b"Finf\n.", b"F-inf\n.", b"Fnan\n.", b"F1e5\n.", b"F1e400\n.", b"F\n.", b"Fx\n.",
    b"F1.5e\n.", b"F.5\n.", b"F5.\n.", b"F-0.0\n.", b"F+1.5\n.", b"FInfinity\n.", b"F1..5\n.",
    # Integers in bytes.
    b"\x80\x02\x8a\x00.", b"\x80\x02\x8a\x01\xff.", b"\x80\x02\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\x00.",
    b"\x80\x02\x8b\x02\x00\x00\x00\x00\x80.", b"\x80\x02\x8b\xff\xff\xff\xff.", b"\x80\x02\x8a\x02\x00",
    # Texts.
    b"Vabc\n.", b"Va\\u00e9\\U0001f600\n.", b"V\\u12\n.", b"V\\U00110000\n.", b"V\\\\u0041\n.", b"V\xe9\n.",
    b"V\\ud800\n.", b"V\\\n.", b"X\x02\x00\x00\x00\xc3\xa9.", b"X\x03\x00\x00\x00\xed\xa0\x80.",
    # The stack, marks and the memo.
    b"N.", b".", b"", b"NN.", b"(N.", b"N0N.", b"N00.", b"(0N.", b"(1N.", b"N1.", b"N2\x85.",
    b"N2\x86.", b"2.", b"]N2\x86a.", b"(NNt.", b"(t.", b"t.", b"((tt.", b"(l.", b"(NNl.", b"(d.",
    b"(NNd.", b"(NNNd.", b"]Na.", b"a.", b"Na.", b"NNa.", b")Na.", b"](NNe.", b"](e.", b"(NNe.",
    b")(Ne.", b"}NNs.", b"}Ns.", b"]NNs.", b"}(NNu.", b"}(NNNu.", b"}(u.", b"N](e.", b"(](ee.",
    b"}q\x00h\x00\x86.", b"]q\x00h\x00a.", b"h\x00.", b"g0\n.", b"Np0\ng0\n\x86.", b"Np\n.", b"Np-1\n.",
    b"Npx\n.", b"Ng1\n.", b"Nr\x00\x01\x00\x00j\x00\x01\x00\x00\x86.", b"q\x00.", b"(q\x00N.", b"\x94.",
    b"\x80\x04N\x94K\x05\x94h\x01\x86.", b"\x80\x04Nq\x05K\x05\x94h\x01\x86.", b"\x85.", b"N\x86.", b"NN\x87.",
    b"(N\x86.", b"((N\x85tt.", b"NN(0\x86.",
    # Sets, protocol numbers, frames.
    b"\x80\x04\x8f(K\x01\x90.", b"\x80\x04(K\x01K\x01\x91.", b"\x80\x04(K\x01\x91(K\x02\x90.", b"](K\x01\x90.",
    b"\x80\x05N.", b"\x80\x06N.", b"\x80\xffN.", b"\x80", b"\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.",
    b"\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00N.", b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xffN.",
    b"\x80\x05\x96\x03\x00\x00\x00\x00\x00\x00\x00abc.", b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\xffabc.",
    b"\x80\x04\x8d\x03\x00\x00\x00\x00\x00\x00\x00abc.", b"\x80\x04\x8e\x03\x00\x00\x00\x00\x00\x00\x00abc.",
    b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7fabc.", b"B\xff\xff\xff\xffabc.", b"X\xff\xff\xff\xffabc.",
    # Nothing to build on, nothing to call, nothing outside.
    b"N}b.", b"]}b.", b"}}b.", b"N)R.", b")R.", b"N)\x81.", b"P1\n.", b"NQ.", b"\x82\x01.",
    b"\x83\x01\x00.", b"\x84\x01\x00\x00\x00.", b"\x80\x05\x97.", b"\x80\x05N\x98.", b"\x99.", b"\xff.", b"A.",
    b"c__builtin__\nbytes\n)R.", b"c__builtin__\nset\n](K\x01e\x85R.", b"cposix\nsystem\n.",
    b"\x80\x04\x8c\x08builtins\x8c\x03set\x93.", b"\x80\x04\x8c\x08builtinsK\x01\x93)R.",
]


def changed_rows():
    rng = random.Random(5)
    seeds = []
    for _ in range(60):
        value = plain(rng, 2)
        for protocol in PROTOCOLS:
            data = pickle.dumps(value, protocol)
            if len(data) < 150:
                seeds.append(data)
    cases = list(HAND_MADE)
    operations = [ord(code.code) for code in pickletools.opcodes]
    for data in seeds:
        for _ in range(9):
            changed = bytearray(data)
            for _ in range(rng.choice([1, 1, 2, 3])):
                place = rng.randrange(len(changed))
                way = rng.randrange(5)
                if way == 0:
                    changed[place] ^= 1 << rng.randrange(8)
                elif way == 1:
                    changed[place] = rng.choice(operations)
                elif way == 2:
                    del changed[place]
                elif way == 3:
                    changed.insert(place, rng.choice(operations))
                else:
                    other = rng.choice(seeds)
                    start = rng.randrange(len(other))
                    changed[place:place] = other[start:start + rng.randrange(1, 12)]
                if not changed:
                    break
            cases.append(bytes(changed))
    # A number of the memo may be any; Python would make room for all below it.
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    for data in dict.fromkeys(cases):
        yield {"pickle": encoded(data), "told": verdict(data)}


# MARK: Arrays

def arrays():
    rng = np.random.default_rng(6)
    numbers = rng.normal(size=(3, 4)) * 100
    for code in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8",
                 "c16", "S5", "U3"):
        if code[0] in "SU":
            array = np.array([["zéro"[:3] if code[0] == "U" else b"zero", ""], ["ab", "x"]], code)
        elif code[0] == "u":
            array = np.abs(numbers).astype(code)
        else:
            array = numbers.astype(code)
        yield array
        yield np.asfortranarray(array)
        if np.dtype(code).itemsize > 1 and code[0] != "S":
            yield array.astype(np.dtype(code).newbyteorder(">"))
    # One axis only: copies in another order leave chance in the padding of the elements.
    long = numbers[0].astype("f16")
    golden.clear_padding(long)
    yield long
    yield numbers[:, ::2]
    yield numbers.T[1:]
    yield np.asfortranarray(np.arange(24).reshape(2, 3, 4))
    yield np.zeros((0, 3))
    yield np.zeros((3, 0, 2), order="F")
    yield np.array(1.5)
    yield np.array("text")
    yield np.zeros(1)
    yield np.arange(40.0)
    yield np.matrix([[1.0, 2.0]])
    frozen = np.arange(5.0)
    frozen.flags.writeable = False
    yield frozen
    for scalar in (np.float64(0.1), np.float32(0.1), np.int64(-7), np.uint8(200), np.bool_(True),
                   np.str_("dé"), np.bytes_(b"de"), np.float16(2), np.complex128(1 + 2j)):
        yield scalar


def array_rows():
    for array in arrays():
        npy = io.BytesIO()
        np.save(npy, np.asarray(array))
        yield {"npy": encoded(npy.getvalue()), "dtype": np.asarray(array).dtype.str,
               **files(array)}


def files(value):
    """A value's pickles, and its joblib files as versions of joblib have written them."""
    pickles = [pickle.dumps(value, protocol) for protocol in PROTOCOLS]
    written = []
    for protocol in (0, 2, 3, 4, 5):
        stream = io.BytesIO()
        joblib.dump(value, stream, protocol=protocol)
        written.append(stream.getvalue())
    # Without padding, as until joblib 1.1, and as into a sink that has no position.
    wrapper = joblib.numpy_pickle.NumpyArrayWrapper
    keep = wrapper.__init__

    def unpadded(self, *arguments, **names):
        keep(self, *arguments, **names)
        del self.numpy_array_alignment_bytes

    wrapper.__init__ = unpadded
    stream = io.BytesIO()
    joblib.dump(value, stream, protocol=4)
    written.append(stream.getvalue())
    # What comes first is loaded by its name, so the name of old scikit-learn's copy can be put in.
    stream = io.BytesIO()
    joblib.dump(value, stream, protocol=3)
    old = stream.getvalue().replace(b"cjoblib.numpy_pickle", b"csklearn.externals.joblib.numpy_pickle")
    written.append(old)
    wrapper.__init__ = keep
    return {"pickles": [encoded(data) for data in pickles],
            "joblib": [encoded(data) for data in dict.fromkeys(written)]}


def object_arrays():
    names = np.array(["pixel_0", "pixel_1", None, 3, 2.5, ("a", 1)], dtype=object)
    yield names
    yield names.reshape(2, 3)
    yield np.asfortranarray(names.reshape(2, 3))
    yield np.array([], dtype=object)
    yield np.array("one", dtype=object)
    coefs = np.empty(2, dtype=object)
    coefs[:] = [[1.0, 2.0], [3.0]]
    yield coefs


def object_rows():
    for array in object_arrays():
        npy = io.BytesIO()
        np.save(npy, array, allow_pickle=True)
        yield {"npy": encoded(npy.getvalue()), "shape": list(array.shape),
               "told": told(list(array.flatten(order="C"))), **files(array)}


# MARK: Estimators

def tiny_estimators():
    classifier = MLPClassifier((2,), activation="tanh")
    vars(classifier).update(
        classes_=np.array(["no", "yes"]), coefs_=[np.array([[1.0, -2], [3, -4]]), np.array([[5.0], [6]])],
        intercepts_=[np.array([0.5, -0.5]), np.array([0.25])], n_features_in_=2, n_layers_=3, n_outputs_=1,
        out_activation_="logistic")
    binarizer = LabelBinarizer()
    vars(binarizer).update(classes_=classifier.classes_, y_type_="binary", sparse_input_=False)
    classifier._label_binarizer = binarizer
    scaler = StandardScaler()
    vars(scaler).update(mean_=np.array([1.0, 2]), scale_=np.array([0.5, 4]), var_=np.array([0.25, 16]),
                        n_features_in_=2, n_samples_seen_=3)
    regressor = MLPRegressor(hidden_layer_sizes=())
    vars(regressor).update(
        coefs_=[np.array([[1.0], [2]], dtype="f4")], intercepts_=[np.array([3.0], dtype="f4")],
        n_features_in_=2, n_layers_=2, n_outputs_=1, out_activation_="identity")
    return {"classifier": make_pipeline(scaler, classifier), "regressor": regressor}


def write_tiny_estimators():
    for name, estimator in tiny_estimators().items():
        assert len(estimator.predict([[1.0, 2.0]])) == 1
        for protocol in (0, 2, 5):
            data = pickletools.optimize(pickle.dumps(estimator, protocol))
            (FOLDER / f"tiny-{name}.p{protocol}.pkl").write_bytes(data)
        joblib.dump(estimator, FOLDER / f"tiny-{name}.joblib")


# MARK: All of it

def encoded(data):
    """Base64; of what zlib makes of long data, which both kinds of files may be."""
    return base64.b64encode(data if len(data) < 500 else zlib.compress(data, 9)).decode()


def write(name, rows):
    rows = list(rows)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / name, "w", encoding="ascii") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    print(f"{name}: {len(rows)}")
    return rows


def main():
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of a set of texts is another in every run otherwise.
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})
    warnings.simplefilter("ignore")
    write("plain.json", plain_rows())
    write("arrays.json", array_rows())
    write("objects.json", object_rows())
    coefs = np.empty(2, dtype=object)
    coefs[:] = [np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([7.0])]
    np.save(FOLDER / "coefs-object.npy", coefs, allow_pickle=True)
    write_tiny_estimators()
    rows = write("changed.json", changed_rows())
    counts = collections.Counter(row["told"] is not None for row in rows)
    print(f"Python {sys.version.split()[0]} reads {counts[True]} and refuses {counts[False]}")


if __name__ == "__main__":
    main()
