package import NPY
import Zip

/// The elements of one array of an archive in the order of the file, some at a time: no others are in memory, whether the
/// member is stored or deflated.
package final class NPZElements {
  private let header: NPYHeader
  private let member: ZipMember
  private var stream: ZipMemberStream?

  fileprivate init(_ header: NPYHeader, _ member: ZipMember, _ stream: consuming ZipMemberStream) {
    self.header = header
    self.member = member
    self.stream = consume stream
  }

  /// Reads the next elements.
  ///
  /// - Parameter count: How many; so many must be left.
  /// - Returns: An array of one axis.
  /// - Throws: ``NPZError``; with the last elements also where the checksum of the member fails.
  package func next(_ count: Int) throws(NPZError) -> NDArray {
    do throws(ZipError) {
      guard let bytes = try stream?.read(count * header.dtype.itemSize) else {
        preconditionFailure("no element is left")
      }
      if stream?.remaining == 0 { try stream.take()?.finish() }
      return NDArray(elements: bytes, of: header)
    } catch {
      throw .zip(error)
    }
  }
}

extension NPZReader {
  /// Opens an array to read its elements some at a time.
  ///
  /// - Parameter entry: One of ``entries``.
  /// - Throws: ``NPZError``.
  package func elements(of entry: Entry) throws(NPZError) -> NPZElements {
    let header: NPYHeader
    do { header = try entry.header.get() } catch {
      throw .array(member: entry.memberName, error)
    }
    let found = entry.member.size - entry.beginning.count
    do { try NDArray.check(header, found: found) } catch {
      throw .array(member: entry.memberName, error)
    }
    do {
      return NPZElements(
        header, entry.member, try archive.open(entry.member, behind: entry.beginning))
    } catch {
      throw .zip(error)
    }
  }
}
