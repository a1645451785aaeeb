#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

namespace sw::webhooks {

/// Why a webhook was switched off by the program.
enum class Disabled {
  kNo = 0,
  kGone = 1,     // its target answered 410
  kFailing = 2,  // nothing got through for `RetrySchedule::kPatience`
};
/// "gone", "failing"; empty for `kNo`.
std::string_view toString(Disabled reason);

/// Somebody's wish to be told of their events at an address.
struct Webhook {
  base::Uuid id;
  base::Uuid userId;
  std::string url;
  std::string description;
  std::vector<std::string> events;  // names and patterns, as `EventFilter` reads them
  bool active = true;
  Disabled disabled = Disabled::kNo;        // set only while not active
  std::optional<base::Instant> disabledAt;  // with `disabled`

  std::string secret;     // sealed; see `SecretKeeper`
  std::string oldSecret;  // sealed; empty when there is none
  std::optional<base::Instant> oldSecretUntil;

  /// The first failure since the last success; nothing while it works. Kept apart from the
  /// revision, which grows with what people see and set.
  std::optional<base::Instant> failingSince;
  std::int64_t revision = 0;
  base::Instant created{};
  base::Instant updated{};
};

enum class DeliveryState {
  kPending = 0,    // will be tried at `nextAttempt`
  kDelivered = 1,  // the target took it
  kParked = 2,     // given up; kept to be sent again by hand
};
/// "pending", "delivered", "parked".
std::string_view toString(DeliveryState state);
std::optional<DeliveryState> deliveryStateFrom(std::string_view text);

/// One event on its way to one webhook. Kept for `kRetention` whatever became of it.
struct Delivery {
  static constexpr std::chrono::days kRetention{30};

  base::Uuid id;  // UUIDv7; sent as `webhook-id` with every attempt
  base::Uuid webhookId;
  base::Uuid userId;
  std::string eventType;
  std::string eventId;  // of the CloudEvent
  std::string body;     // what is sent, byte for byte, each time
  DeliveryState state = DeliveryState::kPending;
  int attempts = 0;         // in all
  int round = 0;            // since it was created or last sent again by hand
  base::Instant started{};  // of that round
  std::optional<base::Instant> nextAttempt;
  std::optional<base::Instant> lastAttempt;
  int lastStatus = 0;       // of HTTP; 0 when there was no answer
  std::string lastError;    // empty after a success
  std::string lastAnswer;   // the first kilobyte of the body, without secrets
  std::string history;      // JSON array of the attempts, oldest first
  std::string requestId;    // of the request that the event follows from
  std::string traceParent;  // the same
  std::int64_t revision = 0;
  base::Instant created{};
};

}  // namespace sw::webhooks
