import Files
import NPY
import NPZ
import Testing
import Zip

struct NPZErrorTests {
  @Test(arguments: [
    (NPZError.zip(.notZip(firstBytes: [])), "it is empty, not a zip archive"),
    (
      .array(member: "coefs_0.npy", .notNPY(looksLike: "a text")),
      "member 'coefs_0.npy': not an NPY array but a text"
    ),
    (
      .ambiguousName("a", first: "a.npy", second: "a"),
      "members 'a.npy' and 'a' both stand for the array 'a', and readers differ on which one wins; "
        + "remove one"
    ),
  ])
  func `an error is one sentence`(error: NPZError, sentence: String) {
    #expect(error.description == sentence)
  }
}
