import JSON
import NPZ
import Skops
import Testing
import Zip

@Suite struct SkopsErrorTests {
  @Test(arguments: [
    (SkopsError.noSchema, "no skops archive: it has no member 'schema.json'"),
    (
      .notSkops,
      "schema.json: it is not a schema of skops, for it has neither '__loader__' nor 'protocol'"
    ),
    (.npz(.zip(.duplicateMember(name: "a"))), "\(NPZError.zip(.duplicateMember(name: "a")))"),
    (
      .limitExceeded(name: "maxJSONLength", allowed: 1, found: 2),
      "2 is over the limit maxJSONLength of 1; raise it if you trust the file"
    ),
    (.badJSON(JSONError(offset: 5, problem: "it is odd")), "schema.json, at byte 5: it is odd"),
    (.badSchema(offset: 5, problem: "it is odd"), "schema.json, at byte 5: it is odd"),
    (
      .unsupportedProtocol("3"), "schema.json: protocol 3 of skops cannot be read; 0, 1 and 2 can"
    ),
    (.unsupportedProtocol(nil), "schema.json: it says no protocol of skops"),
    (.unknownLoader(offset: 5, "X"), "schema.json, at byte 5: skops has no loader 'X'"),
    (
      .unknownName(offset: 5, SkopsName("os", "system")),
      "schema.json, at byte 5: it names os.system, which no model needs; nothing was called, and "
        + "the file is not to be trusted to Python"
    ),
  ])
  func `an error is one sentence`(error: SkopsError, text: String) {
    #expect("\(error)" == text)
  }
}
