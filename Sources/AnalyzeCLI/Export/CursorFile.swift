import Exporting
import Foundation

/// The file that holds how far an export has come; one run at a time uses it.
final class CursorFile {
  private let path: String
  private let lock: Int32

  /// Opens a cursor.
  ///
  /// The system frees the lock, a file beside it, when the process ends, however it ends.
  ///
  /// - Parameter path: The file; it need not exist.
  /// - Throws: If another export is using it, or the lock cannot be made.
  init(at path: String) throws(CommandFailure) {
    self.path = path
    lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else {
      throw CommandFailure(
        .failure,
        "cannot lock the cursor \(path): \(String(cString: strerror(errno))); check that its folder "
          + "exists and may be written to")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw CommandFailure(
        .failure, "another export is using the cursor \(path); this run exported nothing")
    }
  }

  deinit {
    close(lock)
  }

  /// The cursor as it was stored last; `nil` if there is none yet.
  func stored<Cursor: Decodable>(_ type: Cursor.Type) throws(CommandFailure) -> Cursor? {
    let content: Data
    do {
      content = try Data(contentsOf: URL(filePath: path))
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    } catch {
      throw CommandFailure(
        .failure, "cannot read the cursor \(path): \(Output.reason(error))")
    }
    do {
      return try CursorText.cursor(type, in: content)
    } catch {
      throw failure(error)
    }
  }

  /// Stores a cursor in place of the one before, in one step.
  func store(_ cursor: some Encodable) throws(CommandFailure) {
    let text: String
    do {
      text = try CursorText.text(of: cursor)
    } catch {
      throw CommandFailure(.failure, "cannot write the cursor \(path): \(error)")
    }
    let output = try StreamedOutput(to: path)
    try output.write(text)
    try output.finish()
  }

  /// The failure for a cursor that cannot be used.
  func failure(_ error: ExportCursorError) -> CommandFailure {
    CommandFailure(.failure, "cannot go on from the cursor \(path): \(error)")
  }
}
