// Stands for SwiftUI, which Linux does not have: its names that a view and a network might both have.

public protocol Layout {}
public struct Layer { public init() {} }
public struct Dataset { public init() {} }
public protocol View {}
public struct Text: View { public init(_ text: String) {} }
public struct Image: View { public init(_ name: String) {} }
public struct Label: View { public init(_ text: String) {} }
public struct Color { public init() {} }
public enum Edge { case top }
public enum Axis { case horizontal }
public struct Grid: Layout { public init() {} }
public struct Path { public init() {} }
public struct Group: View { public init() {} }
public struct Table: View { public init() {} }
public struct Transaction { public init() {} }
