#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace sw::obs {

/// The log files that were put aside: `FILE.20260105T090000Z`, later with `.gz`. Compresses them
/// on a thread of its own and removes the oldest beyond those to keep. Touches no file that is not
/// called so. Owned by a `LogFile`.
class LogArchive {
 public:
  LogArchive(std::filesystem::path file, std::int64_t keep);
  LogArchive(const LogArchive&) = delete;
  LogArchive& operator=(const LogArchive&) = delete;
  /// Gives up the compression that runs; the next start does it again.
  ~LogArchive();

  /// A name that is free for the file put aside at `now`.
  [[nodiscard]] std::filesystem::path nameFor(base::Instant now) const;
  /// Lets the thread sweep.
  void sweepSoon();
  /// Compresses what is not compressed, removes what is too much and what a crash left half done.
  /// Blocks.
  void sweep();
  /// What is there, oldest first.
  [[nodiscard]] std::vector<std::filesystem::path> list() const;

 private:
  void run();
  bool compress(const std::filesystem::path& plain);
  bool stopping();

  const std::filesystem::path file_;
  const std::int64_t keep_;
  std::mutex sweeping_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sw::obs
