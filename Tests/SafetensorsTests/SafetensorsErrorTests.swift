import JSON
import Safetensors
import Testing

@Suite struct SafetensorsErrorTests {
  @Test(arguments: [
    (
      SafetensorsError.truncatedHeader(expected: 8, found: 3),
      "cut off: the safetensors header needs 8 bytes, and 3 are there"
    ),
    (
      .headerTooLong(.max),
      "at byte 0: a safetensors header of 18446744073709551615 bytes; the format allows 100000000"
    ),
    (.notAnObject, "at byte 8: a safetensors header begins with {"),
    (.badJSON(JSONError(offset: 5, problem: "it is odd")), "at byte 13: it is odd"),
    (.badHeader(offset: 9, problem: "it is odd"), "at byte 9: it is odd"),
    (
      .limitExceeded(name: "maxTensors", allowed: 1, found: 2),
      "2 is over the limit maxTensors of 1; raise it if you trust the file"
    ),
    (
      .unknownType(tensor: "a", type: "U7"),
      "tensor 'a' is of type 'U7', which the format does not have"
    ),
    (
      .badShape(tensor: "a", type: .f4, shape: [3], problem: "it ends within a byte"),
      "tensor 'a' of type F4 and shape [3]: it ends within a byte"
    ),
    (
      .wrongByteCount(tensor: "a", type: .f32, shape: [2, 2], expected: 16, found: 4),
      "tensor 'a' of type F32 and shape [2, 2] takes 16 bytes, and its offsets span 4"
    ),
    (
      .notContiguous(tensor: "b", begin: 2, expected: 3),
      "the data of tensor 'b' begins at 2 and not at 3, so that bytes belong to two tensors"
    ),
    (
      .notContiguous(tensor: "b", begin: 3, expected: 2),
      "the data of tensor 'b' begins at 3 and not at 2, so that bytes belong to none"
    ),
    (
      .wrongFileLength(expected: 10, found: 12),
      "the tensors end at byte 10, and the file at byte 12"
    ),
    (
      .unreadableType(tensor: "a", type: .f8E4M3),
      "tensor 'a' is of type F8_E4M3, which has no equivalent in NumPy; save it as F32"
    ),
    (
      .unwritableType(array: "a", dtype: "<f16"),
      "array 'a' of dtype <f16 has no equivalent in safetensors"
    ),
    (.unusableName("a"), "the array 'a' cannot be written: its name is taken"),
  ])
  func `an error is one sentence`(error: SafetensorsError, text: String) {
    #expect("\(error)" == text)
  }
}
