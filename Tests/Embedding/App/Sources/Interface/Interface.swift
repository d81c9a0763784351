// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Stands for SwiftUI, which Linux does not have: names that a view and a network might both have.

public protocol Layout {}
public protocol View {}

public struct Dataset { public init() {} }
public struct Grid: Layout { public init() {} }
public struct Group: View { public init() {} }
public struct Image: View { public init(_ name: String) {} }
public struct Label: View { public init(_ text: String) {} }
public struct Layer { public init() {} }
public struct Path { public init() {} }
public struct Table: View { public init() {} }
public struct Text: View { public init(_ text: String) {} }
