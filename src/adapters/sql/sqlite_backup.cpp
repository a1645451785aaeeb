#include "adapters/sql/sqlite_backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <system_error>

namespace sw::sql {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Result;

constexpr int kPagesPerStep = 512;

struct CloseConnection {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, CloseConnection>;

Result<Handle> openPlain(const fs::path& file, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) return sqliteError(code, raw, "cannot open " + file.string());
  return handle;
}

Result<std::int64_t> readNumber(sqlite3* handle, const char* query) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(handle, query, -1, &statement, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  const std::int64_t value = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW) return sqliteError(code, handle, query);
  return value;
}

Result<void> copyPages(sqlite3* to, sqlite3* from, const BackupProgress& progress) {
  sqlite3_backup* backup = sqlite3_backup_init(to, "main", from, "main");
  if (backup == nullptr) return sqliteError(sqlite3_errcode(to), to, "cannot start the copy");
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(backup, kPagesPerStep);
    if (progress) progress(sqlite3_backup_remaining(backup), sqlite3_backup_pagecount(backup));
  }
  const int finished = sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) return sqliteError(code, to, "cannot copy the database");
  if (finished != SQLITE_OK) return sqliteError(finished, to, "cannot finish the copy");
  return {};
}

Result<void> syncPath(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return Error(Code::kIo, "cannot make " + path.string() + " durable");
  return {};
}

void removeQuietly(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

}  // namespace

Result<void> backUp(const SqliteOptions& options, const fs::path& target,
                    const BackupProgress& progress) {
  SW_TRY(const auto source, SqliteConnection::open(options, SqliteConnection::Role::kMaintenance));
  const fs::path unfinished = target.string() + ".part";
  removeQuietly(unfinished);
  Result<void> copied;
  {
    SW_TRY(const Handle copy, openPlain(unfinished, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    // A read transaction pins one state, so that writers do not make the copy start over.
    SW_CHECK(source->execute("BEGIN; SELECT count(*) FROM sqlite_schema"));
    copied = copyPages(copy.get(), source->handle(), progress);
    SW_CHECK(source->execute("COMMIT"));
    if (copied.ok()) {
      // The copy carries the source's journal mode; a file that is moved about is better plain.
      sqlite3_exec(copy.get(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
    }
  }
  if (copied.ok()) copied = syncPath(unfinished);
  if (!copied.ok()) {
    removeQuietly(unfinished);
    return copied.error();
  }
  std::error_code failure;
  fs::rename(unfinished, target, failure);
  if (failure) return Error(Code::kIo, "cannot name " + target.string() + ": " + failure.message());
  return syncPath(target.parent_path().empty() ? fs::path(".") : target.parent_path());
}

Result<void> restoreInto(SqliteConnection& destination, const SqliteOptions& options,
                         const fs::path& source, int newestSchema, const BackupProgress& progress) {
  std::error_code failure;
  if (!fs::is_regular_file(source, failure)) {
    return Error(Code::kInvalid, source.string() + " is not a file");
  }
  SW_TRY(const Handle from, openPlain(source, SQLITE_OPEN_READONLY));
  auto application = readNumber(from.get(), "PRAGMA application_id");
  if (!application.ok()) {
    return application.error().wrap(Code::kInvalid, source.string() + " is not a backup");
  }
  if (*application != kApplicationId) {
    return Error(Code::kInvalid, source.string() + " is not a database of this program");
  }
  SW_TRY(const std::int64_t schema, readNumber(from.get(), "PRAGMA user_version"));
  if (schema > newestSchema) {
    return Error(Code::kInvalid, source.string() + " was written by a newer version (schema " +
                                     std::to_string(schema) + ", this program knows " +
                                     std::to_string(newestSchema) + ")");
  }
  std::string verdict;
  const auto collect = [](void* out, int, char** columns, char**) {
    *static_cast<std::string*>(out) += columns[0] != nullptr ? columns[0] : "";
    return 0;
  };
  sqlite3_exec(from.get(), "PRAGMA quick_check(1)", collect, &verdict, nullptr);
  if (verdict != "ok") return Error(Code::kCorrupted, source.string() + " is damaged: " + verdict);
  sqlite3_busy_timeout(destination.handle(), static_cast<int>(options.busyTimeout.count()));
  return copyPages(destination.handle(), from.get(), progress);
}

Result<fs::path> BackupFolder::add(const SqliteOptions& options, std::string_view reason,
                                   base::Instant now) {
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure) {
    return Error(Code::kIo, "cannot make " + folder_.string() + ": " + failure.message());
  }
  const auto stamp = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  const fs::path target =
      folder_ / (std::string(reason) + "-" + std::to_string(stamp.count()) + ".sqlite");
  SW_CHECK(backUp(options, target));
  std::vector<fs::path> all = list(reason);
  const auto kept = static_cast<std::size_t>(kept_);
  for (std::size_t i = 0; i + kept < all.size(); ++i) removeQuietly(all[i]);
  return target;
}

std::vector<fs::path> BackupFolder::list(std::string_view reason) const {
  std::vector<fs::path> found;
  const std::string prefix = std::string(reason) + "-";
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder_, failure)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".sqlite")) found.push_back(entry.path());
  }
  // Ten digits of seconds until the year 2286, so names sort by time.
  std::ranges::sort(found);
  return found;
}

std::optional<base::Instant> BackupFolder::newest(std::string_view reason) const {
  const std::vector<fs::path> all = list(reason);
  if (all.empty()) return std::nullopt;
  const std::string name = all.back().filename().string();
  std::int64_t seconds = 0;
  const char* begin = name.data() + reason.size() + 1;
  if (std::from_chars(begin, name.data() + name.size(), seconds).ec != std::errc()) {
    return std::nullopt;
  }
  return base::Instant(std::chrono::seconds(seconds));
}

}  // namespace sw::sql
