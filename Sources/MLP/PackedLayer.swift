import CBytes
internal import CNetwork

/// A layer's weights and biases in the order in which the kernels read them.
@safe final class PackedLayer: @unchecked Sendable {
  // Written by the initialiser only, so that many threads may read it.
  private let memory: UnsafeMutableRawPointer

  /// Packs outputs × inputs weights, row-major, and a bias for each output: as many as the sizes say.
  init<Scalar: MLPScalar>(
    inputs: Int, outputs: Int, weights: ContiguousArray<Scalar>, biases: ContiguousArray<Scalar>
  ) {
    let type = kernelType(of: Scalar.self)
    let byteCount = cnetwork_packed_size(type, inputs, outputs)
    unsafe memory = .allocate(byteCount: byteCount, alignment: 128)
    unsafe cbytes_will_fill(memory, byteCount)
    unsafe weights.withUnsafeBytes { weights in
      unsafe biases.withUnsafeBytes { biases in
        unsafe cnetwork_pack(
          type, inputs, outputs, weights.baseAddress, biases.baseAddress, memory)
      }
    }
  }

  deinit { unsafe memory.deallocate() }

  /// Where the numbers are, for as long as this lives.
  @unsafe var address: UnsafeRawPointer { unsafe UnsafeRawPointer(memory) }
}

/// The kernels' name of a type: only those two have kernels.
func kernelType<Scalar: MLPScalar>(of type: Scalar.Type) -> Int32 {
  if type == Double.self { return Int32(CNETWORK_F64) }
  precondition(type == Float.self, "an MLP computes with Float or Double, not with \(type)")
  return Int32(CNETWORK_F32)
}
