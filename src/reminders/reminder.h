#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "reminders/channel.h"

/// Reminders as the program keeps them: one row for each occasion and lead that was, or will be,
/// told. Plain values.
namespace sw::reminders {

enum class ReminderState {
  kPlanned = 0,    // the resource's next one; waits for `due`
  kSnoozed = 1,    // was told, or would have been, and comes (again) at `due`
  kGathered = 2,   // late after an outage: waits to be joined with others of the same person
  kSent = 3,       // told; the channels beyond the program have deliveries of their own
  kSkipped = 4,    // not told, see `reason`
  kDismissed = 5,  // put aside by the person
};
/// "planned", "snoozed", "gathered", "sent", "skipped", "dismissed". Static storage.
std::string_view toString(ReminderState state);

/// Why a reminder was not told.
enum class SkipReason {
  kNone = 0,
  kDone = 1,        // completed, skipped, paused, cancelled or declined before it was due
  kExpired = 2,     // the occasion was over before it could be told
  kQuietHours = 3,  // quiet hours reached beyond the occasion
  kSuperseded = 4,  // a later reminder of the same occasion was due by then
  kGone = 5,        // the resource, or this occasion of it, is no longer there
};
/// "done", "expired", "quiet_hours", "superseded", "gone"; empty for none. Static storage.
std::string_view toString(SkipReason reason);

/// What is told of, and when: unique are (resource, occasion, lead), so that whatever runs twice
/// tells once.
struct Reminder {
  base::Uuid id;  // UUIDv7
  base::Uuid userId;
  ResourceKind kind = ResourceKind::kHabit;
  base::Uuid resourceId;
  /// Which occasion of the resource, stable while that stays the same occasion: of a habit the
  /// date (a habit that moves within its day, or travels, is not told of twice), of anything with
  /// an instant that instant. Begins with its date as YYYY-MM-DD, so that text order is nearly
  /// time order.
  std::string occasionKey;
  base::Instant occasion{};           // when it happens
  std::chrono::minutes lead{};        // told so long before; never negative
  base::Instant scheduled{};          // occasion less lead, or what the resource says
  base::Instant due{};                // scheduled, moved by quiet hours or a snooze
  base::Instant expires{};            // from then on it is of no use
  std::string title;                  // of the resource when planned
  std::vector<std::string> channels;  // of in_app, email, push, webhook
  ReminderState state = ReminderState::kPlanned;
  SkipReason reason = SkipReason::kNone;
  base::Instant told{};  // when it was told or skipped; epoch: not yet
  base::Uuid messageId;  // of the last message that told it, shared in a digest; nil: none
  int snoozes = 0;
  std::int64_t revision = 0;
  base::Instant updated{};

  [[nodiscard]] bool waits() const { return state <= ReminderState::kGathered; }
  friend bool operator==(const Reminder&, const Reminder&) = default;
};

enum class DeliveryState {
  kWaiting = 0,    // to be attempted
  kAttempted = 1,  // an attempt was begun and its outcome is not known
  kSent = 2,
  kSkipped = 3,    // nothing set up for this person
  kFailed = 4,     // failed for good
  kUncertain = 5,  // begun by a process that died; perhaps sent, never repeated
};
/// "waiting", "attempted", "sent", "skipped", "failed", "uncertain". Static storage.
std::string_view toString(DeliveryState state);

/// One message on its way through one channel beyond the program.
struct ReminderDelivery {
  base::Uuid messageId;
  std::string channel;  // Channel::name
  base::Uuid userId;
  DeliveryState state = DeliveryState::kWaiting;
  int attempts = 0;
  std::string error;  // of the last attempt; empty for none
  base::Instant updated{};

  friend bool operator==(const ReminderDelivery&, const ReminderDelivery&) = default;
};

}  // namespace sw::reminders
