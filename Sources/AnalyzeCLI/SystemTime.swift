import Foundation
import Rollouts

extension Timestamp {
  /// The present time by the system's clock.
  static var systemTime: Timestamp {
    Timestamp(millisecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1000))
  }
}
