import Glibc

/// What tells one content of a file from another without reading it.
struct FileStamp: Equatable {
  let bytes: Int
  private let seconds: Int
  private let nanoseconds: Int
  private let inode: UInt
  private let device: UInt

  /// `nil` if there is no such file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    bytes = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
    inode = UInt(status.st_ino)
    device = UInt(status.st_dev)
  }

  /// Whether both name one file, by whatever path.
  func isSameFile(as other: FileStamp) -> Bool {
    inode == other.inode && device == other.device
  }
}
