#pragma once

#include <chrono>
#include <coroutine>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/jws.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::accounts {

/// Where a key set is read from: a file, an address. Thread-safe.
class KeySource {
 public:
  KeySource() = default;
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;
  virtual ~KeySource() = default;

  /// The text of the set. Fails as file or network do. May suspend.
  virtual base::Task<base::Result<std::string>> fetch() = 0;
};

/// A key set in a file (`JWKS_FILE`). Reads it on the calling thread: it is small and local.
class FileKeySource final : public KeySource {
 public:
  explicit FileKeySource(std::string path) : path_(std::move(path)) {}
  /// `kIo` when the file cannot be read or is over 1 MiB.
  base::Task<base::Result<std::string>> fetch() override;

 private:
  const std::string path_;
};

/// The published keys of an issuer, held in memory. Asks its source again when a token names a
/// key that is not among them (rotation), at most once in 30 s, and when the set is an hour old;
/// a source that fails leaves the last good set in force. Thread-safe.
class PublishedKeys {
 public:
  static constexpr std::chrono::seconds kMinInterval{30};
  static constexpr std::chrono::hours kMaxAge{1};

  PublishedKeys(KeySource& source, const base::Clock& clock) : source_(source), clock_(clock) {}

  /// The key if it is in memory. Never waits.
  std::optional<base::JwsKey> known(const base::JwsHeader& header);
  /// The key, asking the source if need be. `kUnauthenticated` when there is no such key,
  /// `kUnavailable` while no set could be had at all.
  base::Task<base::Result<base::JwsKey>> find(base::JwsHeader header);
  /// Asks the source now; for the start of the program. Fails as the source or the parser does.
  base::Task<base::Result<void>> refresh();

 private:
  struct Waiter {
    base::Loop* loop;
    std::coroutine_handle<> handle;
  };
  class Turn;

  bool mayAsk();

  KeySource& source_;
  const base::Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<const base::JwsKeySet> keys_;
  std::optional<base::Monotonic> asked_;
  std::optional<base::Monotonic> fetched_;
  bool asking_ = false;
  std::vector<Waiter> waiters_;
};

}  // namespace sw::accounts
