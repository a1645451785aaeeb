#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/json_reader.h"
#include "base/uuid.h"

namespace sw::reminders {

/// How a device is reached.
enum class PushKind {
  kWebPush = 0,  // a browser, by its push service (RFC 8030)
  kNtfy = 1,     // whatever listens to a topic of an ntfy server
};
/// "webpush" or "ntfy". Static storage.
std::string_view toString(PushKind kind);

/// Where and how messages for one device go. All of it is secret: whoever knows the address of a
/// browser or the name of a topic can write to its owner.
struct PushAddress {
  PushKind kind = PushKind::kWebPush;
  std::string url{};     // the endpoint of a browser, the topic of an ntfy server
  std::string p256dh{};  // of a browser: its public key, 65 bytes (RFC 8291, section 3.1)
  std::string auth{};    // of a browser: its authentication secret, 16 bytes
  std::string token{};   // of ntfy: an access token; empty for none

  friend bool operator==(const PushAddress&, const PushAddress&) = default;
};

/// One device that a person has registered.
struct PushTarget {
  base::Uuid id;
  base::Uuid userId;
  PushKind kind = PushKind::kWebPush;
  std::string name;            // what the person calls it; may be empty
  std::string server;          // "https://push.example.com": all of the address that may be told
  base::Sha256 fingerprint{};  // of the address's url; see `PushKeeper`
  std::string sealed;          // the `PushAddress`; see `PushKeeper`
  base::Instant created{};

  friend bool operator==(const PushTarget&, const PushTarget&) = default;
};

/// Keeps addresses as they may be stored. Immutable; thread-safe.
class PushKeeper {
 public:
  /// `secret` is that of everything encrypted at rest.
  explicit PushKeeper(std::string_view secret);

  /// What finds an address again without telling it to whoever reads the database.
  [[nodiscard]] base::Sha256 fingerprint(std::string_view url) const;
  [[nodiscard]] std::string seal(const PushAddress& address, base::Uuid targetId) const;
  /// Nothing when it was sealed for another target or under another secret.
  [[nodiscard]] std::optional<PushAddress> open(const PushTarget& target) const;

 private:
  const std::string key_;
};

/// What a person sends to register a device.
struct PushTargetRequest {
  std::string name;
  PushAddress address;
};

/// Reads `{"type": "webpush", "endpoint", "keys": {"p256dh", "auth"}}` (as browsers give it) or
/// `{"type": "ntfy", "url", "token"}`, each with an optional `name`; everything wrong goes to
/// `problems`. Whether the address may be called is for others to say.
PushTargetRequest readPushTargetRequest(base::json::Value body, base::json::Problems& problems);

/// Appends the target as an answer shows it, which tells nothing that could reach the device.
void appendPushTargetView(std::string& out, const PushTarget& target);

}  // namespace sw::reminders
