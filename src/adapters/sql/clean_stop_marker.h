#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace sw::sql {

/// Knows whether the program that last used a database file stopped cleanly. A small file beside
/// it says "open" while any process uses the database, each of which holds a shared lock on it;
/// locks of a killed process vanish while the word stays. Owned by `SqliteDatabase`.
class CleanStopMarker {
 public:
  /// Opens or makes the marker of `database`. Blocks briefly. `kIo` when that is impossible.
  static base::Result<std::unique_ptr<CleanStopMarker>> open(const std::filesystem::path& database);
  ~CleanStopMarker();
  CleanStopMarker(const CleanStopMarker&) = delete;
  CleanStopMarker& operator=(const CleanStopMarker&) = delete;

  /// Notes that this process stops cleanly, unless another one goes on using the database.
  void noteCleanStop();

  [[nodiscard]] bool lastStopWasClean() const { return lastStopWasClean_; }

 private:
  CleanStopMarker(int descriptor, bool clean) : descriptor_(descriptor), lastStopWasClean_(clean) {}

  int descriptor_;
  bool lastStopWasClean_;
};

}  // namespace sw::sql
