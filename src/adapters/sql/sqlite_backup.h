#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "adapters/sql/sqlite_connection.h"
#include "base/clock.h"
#include "base/result.h"

/// Copies of a SQLite database while it is in use. All functions block.
namespace sw::sql {

/// Told after each step how many pages are left of how many.
using BackupProgress = std::function<void(std::int64_t left, std::int64_t total)>;

/// Marks our files, so that restoring a stranger's is refused ("SWk1").
inline constexpr std::int32_t kApplicationId = 0x53576b31;

/// Copies the database as it is at this moment to `target`, which appears whole or not at all and
/// replaces what was there. Writers go on meanwhile. `kIo` when the copy cannot be written.
base::Result<void> backUp(const SqliteOptions& options, const std::filesystem::path& target,
                          const BackupProgress& progress = {});

/// Replaces everything in `destination` by the contents of `source`, in one transaction: a crash
/// in the middle leaves the old contents. `kInvalid` when `source` is not a database of this
/// program or its schema is newer than `newestSchema`; `kCorrupted` when it is damaged;
/// `kUnavailable` when another process keeps the database locked.
base::Result<void> restoreInto(SqliteConnection& destination, const SqliteOptions& options,
                               const std::filesystem::path& source, int newestSchema,
                               const BackupProgress& progress = {});

/// The folder of automatic backups: names files by reason and time, keeps the newest of each
/// reason. Used by one thread at a time.
class BackupFolder {
 public:
  BackupFolder(std::filesystem::path folder, int kept) : folder_(std::move(folder)), kept_(kept) {}

  /// As `backUp`, to a new file of the folder, then removes the oldest beyond those to keep.
  base::Result<std::filesystem::path> add(const SqliteOptions& options, std::string_view reason,
                                          base::Instant now);
  /// When the newest backup with that reason was made, by its name.
  [[nodiscard]] std::optional<base::Instant> newest(std::string_view reason) const;
  /// All backups with that reason, oldest first.
  [[nodiscard]] std::vector<std::filesystem::path> list(std::string_view reason) const;

 private:
  std::filesystem::path folder_;
  int kept_;
};

}  // namespace sw::sql
