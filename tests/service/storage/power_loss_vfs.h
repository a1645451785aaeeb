#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace sw::storage_test {

/// A SQLite VFS that knows what a power cut would leave: it passes everything on to the real VFS
/// (whose fsync it saves), and remembers per file what has been synced and what was written since.
/// At a chosen moment it computes the surviving files: all that was synced, and of each later
/// write nothing, everything or some of its sectors, by chance. Creating and deleting a file
/// survive at once. Thread-safe.
class PowerLossVfs {
 public:
  /// Registers itself under `name` until destroyed.
  PowerLossVfs(std::string name, std::uint64_t seed);
  ~PowerLossVfs();
  PowerLossVfs(const PowerLossVfs&) = delete;
  PowerLossVfs& operator=(const PowerLossVfs&) = delete;

  /// The power is cut at the n-th write, truncation or sync from now on.
  void cutAfter(std::int64_t operations);
  /// Runs `record` unless the power has been cut, atomically with the cut.
  template <class Record>
  void unlessCut(Record record) {
    const std::lock_guard lock(mutex_);
    if (!cut_) record();
  }
  [[nodiscard]] bool cut();
  /// Cuts now, if it has not happened.
  void cutNow();
  /// Writes the surviving files, under their own names, into `folder`.
  void writeSurvivors(const std::filesystem::path& folder);

  /// Syncs of write-ahead logs so far.
  [[nodiscard]] std::int64_t logSyncs();

 private:
  struct Operation {
    std::int64_t offset;
    std::string bytes;  // empty for a truncation
    bool truncates;
  };
  struct Shadow {
    std::string synced;
    std::vector<Operation> since;
  };
  struct File;
  struct Methods;

  void write(const std::string& path, const void* bytes, std::int64_t size, std::int64_t offset);
  void truncate(const std::string& path, std::int64_t size);
  void sync(const std::string& path);
  void remove(const std::string& path);
  void count();
  void cutLocked();
  static void apply(std::string& content, const Operation& operation);

  std::string name_;
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_{};
  std::mutex mutex_;  // guards what follows
  std::mt19937_64 random_;
  std::map<std::string, Shadow> files_;
  std::map<std::string, std::string> survivors_;
  std::int64_t left_ = -1;
  std::int64_t logSyncs_ = 0;
  bool cut_ = false;
};

}  // namespace sw::storage_test
