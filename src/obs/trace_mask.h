#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "obs/redact.h"
#include "obs/span.h"

namespace sw::obs {

/// Takes out of a trace what may not leave the process: secrets in texts, values of queries and
/// secret parts of paths in addresses, users' ids. Owned by the composition root; thread-safe.
class TraceMask {
 public:
  /// What stands where a secret was in an address.
  static constexpr std::string_view kHidden = Redactor::kMask;

  explicit TraceMask(Redactor redactor);
  TraceMask(const TraceMask&) = delete;
  TraceMask& operator=(const TraceMask&) = delete;

  /// The key of users' hashes, so that they are the same in all copies and cannot be guessed from
  /// an id; without it one that lives as long as the process.
  void setUserKey(const base::Sha256& key);

  /// An address, or its path and query, without values of the query, fragment, credentials, and
  /// what follows "feeds", "sign-in" and the like in a path; a part of a path that is as long as a
  /// token and no id is hidden anywhere.
  [[nodiscard]] std::string url(std::string_view address) const;
  /// The part of an address behind its question mark, without values.
  [[nodiscard]] std::string query(std::string_view given) const;
  /// 16 hexadecimal digits of HMAC-SHA256 (RFC 2104) of the id.
  [[nodiscard]] std::string user(std::string_view id) const;
  /// Without what `Redactor` finds, as UTF-8.
  [[nodiscard]] std::string text(std::string_view given) const;

  /// Masks the whole trace, once.
  void apply(KeptTrace& trace) const;

 private:
  const Redactor redactor_;
  mutable std::mutex mutex_;
  base::Sha256 userKey_{};
};

}  // namespace sw::obs
