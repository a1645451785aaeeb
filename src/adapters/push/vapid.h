#pragma once

#include <map>
#include <mutex>
#include <string>

#include "adapters/push/ec_key.h"
#include "base/clock.h"
#include "base/jws.h"
#include "base/result.h"

namespace sw::adapters::push {

/// Says to push services who sends (VAPID, RFC 8292), so that they can reach the operator and
/// accept messages from nobody else. Thread-safe.
class Vapid {
 public:
  /// How long a token is valid; the specification allows 24 hours.
  static constexpr std::chrono::hours kLifetime{12};

  /// `subject` is where the operator can be reached, as "mailto:…" or "https://…"; empty for
  /// nowhere. `kInvalid` when the key cannot sign.
  static base::Result<std::unique_ptr<Vapid>> make(const EcKey& key, std::string subject,
                                                   const base::Clock& clock);
  Vapid(const Vapid&) = delete;
  Vapid& operator=(const Vapid&) = delete;

  /// The value of `Authorization` for a push service, by its origin ("https://push.example.com").
  /// The same for some hours, so that the service need not check each signature.
  base::Result<std::string> authorization(const std::string& origin);
  /// The public key as browsers want it for `applicationServerKey`: base64url.
  [[nodiscard]] const std::string& publicKey() const { return publicKey_; }

 private:
  Vapid(base::JwsKey key, std::string publicKey, std::string subject, const base::Clock& clock)
      : key_(std::move(key)),
        publicKey_(std::move(publicKey)),
        subject_(std::move(subject)),
        clock_(clock) {}

  struct Made {
    std::string authorization;
    base::Instant until{};
  };

  const base::JwsKey key_;
  const std::string publicKey_;
  const std::string subject_;
  const base::Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, Made> made_;
};

}  // namespace sw::adapters::push
