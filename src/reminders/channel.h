#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"

namespace sw::reminders {

/// What people are reminded of.
enum class ResourceKind {
  kHabit = 0,
  kGoal = 1,
  kTask = 2,
  kEvent = 3,
};

/// "habit", "goal", "task" or "event". Static storage.
std::string_view toString(ResourceKind kind);

/// One reminder, or several joined into one digest, as a channel delivers it to one person.
/// Complete text without mark-up: a channel adds its own form (a subject, an icon), no content.
struct Message {
  /// Stays the same over every attempt of this message on this channel and differs from every
  /// other message's, so that a receiver can recognise a repeat (a `Message-ID`, a `webhook-id`,
  /// the `Topic` of a push). 36 characters of [0-9a-f-].
  std::string id;
  base::Uuid userId;
  std::string email;  // the person's verified address, lower case; empty: they have none
  std::string title;  // one line, at most 200 characters of UTF-8
  std::string body;   // plain text, may have several lines, at most 4,000 characters
  ResourceKind kind = ResourceKind::kHabit;  // of a digest: of its first entry
  base::Uuid resourceId;                     // of a digest: of its first entry
  /// What is reminded of happens then: the habit's target time, the start of the event, the
  /// deadline. Of a digest: the earliest.
  base::Instant occasion{};
  base::Instant due{};  // when this should have been delivered
  /// From then on it is no use any more; a channel whose network keeps messages for people who
  /// are offline (`TTL` of Web Push) keeps it no longer.
  base::Instant expires{};
  std::string link;  // absolute address of the resource's page; empty when no PUBLIC_URL is set
  int entries = 1;   // reminders joined in it; over 1 it is a digest
};

/// What came of handing a message over.
enum class Delivery {
  kSent,     // the next one on the way has accepted it
  kSkipped,  // this person has nothing set up for this channel; no failure, never tried again
};

/// One way of reaching people. Implemented in `adapters/`, created by `app`; must outlive the
/// reminder service. Called from several threads at once.
class Channel {
 public:
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;

  /// What outcomes are recorded under: "email", "web_push", "ntfy", "webhook". Never changed;
  /// static storage.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Which of the channels in people's settings it serves: "email", "push" or "webhook". Several
  /// may serve one; each of them is sent to and retried alone. Static storage.
  [[nodiscard]] virtual std::string_view setting() const = 0;

  /// Whether the receiver recognises a repeat by `Message::id`, so that a second delivery of the
  /// same message does not disturb anyone. Decides what happens after the process died between
  /// the beginning of a delivery and the record of its outcome: true: it is delivered again;
  /// false (e-mail): it is not, since a mail that was perhaps sent must not come twice.
  [[nodiscard]] virtual bool recognisesRepeats() const = 0;

  /// Hands the message over, with a deadline of the channel's own of at most 30 s. Must not block
  /// its thread. An error with a retryable code (`base::describe`) is tried again later; any other
  /// one is final for this message and channel. To be given only when the message was surely not
  /// accepted, or when `recognisesRepeats`.
  virtual base::Task<base::Result<Delivery>> send(const Message& message) = 0;
};

}  // namespace sw::reminders
