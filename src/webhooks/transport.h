#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "webhooks/ip_address.h"

namespace sw::webhooks {

/// Finds the addresses of a name. Thread-safe.
class Resolver {
 public:
  Resolver() = default;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  virtual ~Resolver() = default;

  /// Every address of both families. `kNotFound` when the name has none, `kUnavailable` when the
  /// resolver cannot say, `kTimeout`. Suspends.
  virtual base::Task<base::Result<std::vector<IpAddress>>> resolve(std::string host) = 0;
};

/// Sends a message to a target over HTTP. Thread-safe.
class Transport {
 public:
  struct Message {
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    std::chrono::milliseconds timeout{};  // of the whole exchange, looking up the name included
  };
  struct Answer {
    int status = 0;
    std::string body;        // its first kilobyte
    std::string retryAfter;  // the header as sent; empty for none
  };

  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// The target's answer, whatever its status; redirects are answers. `kForbidden` when the
  /// address that the name leads to at this moment may not be called, or the target has no TLS
  /// where that is asked for; `kTimeout`; `kUnavailable` when nobody answers. `isUntried` is true
  /// of failures by which nothing is said of the target: `kTooManyRequests` when this copy of the
  /// program has too much to send, `kCancelled` when it stops. Suspends; needs a `base::Loop` on
  /// the thread.
  virtual base::Task<base::Result<Answer>> send(Message message) = 0;

  /// Whether a failure of `send` means that the target was not even asked.
  static bool isUntried(const base::Error& error) {
    return error.code() == base::Code::kTooManyRequests || error.code() == base::Code::kCancelled;
  }
};

}  // namespace sw::webhooks
