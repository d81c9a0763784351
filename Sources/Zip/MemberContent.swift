internal import CBytes
import Files
import Synchronization

/// The content of a member to write: bytes in memory, and then others that are made a block at
/// a time, as often as they are asked for.
@safe
package struct MemberContent: Sendable {
  /// Makes the bytes from an offset after the head on, as many as the buffer takes.
  package typealias Fill = @Sendable (UnsafeMutableRawBufferPointer, Int) -> Void

  /// The number of bytes.
  let count: Int

  private let head: ContiguousArray<UInt8>
  private let fill: Fill

  /// - Parameters:
  ///   - head: The first bytes.
  ///   - bodyCount: How many follow them.
  ///   - fill: Makes those, always the same, on several threads at once. It is asked for blocks that
  ///     begin at multiples of ``blockSize``.
  package init(
    head: ContiguousArray<UInt8>, bodyCount: Int,
    fill: @escaping Fill
  ) {
    self.head = head
    unsafe self.fill = fill
    count = head.count + bodyCount
  }

  /// What is made at a time, a multiple of every size that a number has.
  package static let blockSize = 2 << 20

  /// The blocks, in their order: the head is the first, if there is one.
  var blocks: [Range<Int>] {
    let bodies = stride(from: head.count, to: count, by: Self.blockSize).map {
      $0..<min($0 + Self.blockSize, count)
    }
    return (head.isEmpty ? [] : [0..<head.count]) + bodies
  }

  /// Makes one of the ``blocks``.
  func make(_ block: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) {
    precondition(buffer.count == block.count)
    if block.upperBound <= head.count {
      unsafe buffer.copyBytes(from: head[block])
    } else {
      unsafe fill(buffer, block.lowerBound - head.count)
    }
  }

  /// Has the blocks made by several threads, some at a time, and hands them out in their order.
  ///
  /// - Parameters:
  ///   - look: Looks at a block on the thread that made it, when it is still in its cache.
  ///   - take: Takes the next block, and what looking at it has brought.
  func forEachBlock<Finding, Failure: Error>(
    look: @Sendable (UnsafeRawBufferPointer) -> Finding,
    take: (UnsafeRawBufferPointer, Finding) throws(Failure) -> Void
  ) throws(Failure) {
    let blocks = blocks
    let places = min(4, blocks.count)
    guard places > 0 else { return }
    let size = min(count, Self.blockSize)
    let memory = unsafe Self.allocate(places * size)
    defer { unsafe memory.deallocate() }
    // Each place is used by one thread at a time.
    nonisolated(unsafe) let shared = unsafe memory
    @Sendable func place(_ index: Int, _ count: Int) -> UnsafeMutableRawBufferPointer {
      unsafe UnsafeMutableRawBufferPointer(rebasing: shared[index * size..<index * size + count])
    }
    for first in stride(from: 0, to: blocks.count, by: places) {
      let batch = blocks[first..<min(first + places, blocks.count)]
      let findings = concurrentMap(batch.count, isLarge: count > Self.blockSize) { index in
        let block = blocks[first + index]
        let made = unsafe place(index, block.count)
        unsafe make(block, into: made)
        return unsafe look(UnsafeRawBufferPointer(made))
      }
      for (index, finding) in findings.enumerated() {
        try unsafe take(
          UnsafeRawBufferPointer(place(index, blocks[first + index].count)), finding)
      }
    }
  }

  /// Has the blocks made by several threads, in any order, and returns what was found of each.
  ///
  /// - Parameter look: Looks at a block on the thread that made it, when it is still in its cache; it gets
  ///   as many bytes of memory to work with.
  func mapBlocks<Finding>(
    _ look: @Sendable (Range<Int>, UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Finding
  ) -> ContiguousArray<Finding> {
    let blocks = blocks
    let size = min(count, Self.blockSize)
    let next = Atomic(0)
    return unsafe ContiguousArray(unsafeUninitializedCapacity: blocks.count) { findings, filled in
      // Each block has a place of its own.
      nonisolated(unsafe) let places = unsafe findings
      let threads = min(blocks.count, processorCount)
      _ = concurrentMap(threads, isLarge: count > Self.blockSize) { _ in
        let memory = unsafe Self.allocate(2 * size)
        defer { unsafe memory.deallocate() }
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < blocks.count else { return }
          let block = blocks[index]
          let made = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<block.count])
          let spare = unsafe UnsafeMutableRawBufferPointer(
            rebasing: memory[size..<size + block.count])
          unsafe make(block, into: made)
          unsafe places.initializeElement(
            at: index, to: look(block, UnsafeRawBufferPointer(made), spare))
        }
      }
      filled = blocks.count
    }
  }

  /// Memory in large pages; it must be deallocated.
  private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    unsafe cbytes_will_fill(memory.baseAddress, count)
    return unsafe memory
  }
}
