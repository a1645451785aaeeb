#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "reminders/agenda.h"
#include "reminders/reminder.h"

/// The rules of when to tell, as plain functions of an agenda, of what was already told, and of
/// the time.
namespace sw::reminders {

/// Later than this after it was due, a reminder is not told by itself but joined with what else
/// the same person missed.
inline constexpr std::chrono::minutes kLate{10};

/// A moment that waits, with the instant at which it will be looked at.
struct NextMoment {
  Moment moment;
  base::Instant due{};
};

/// The first moment at or after `from` that nobody has decided on yet, that is not settled and
/// that can still be told before its occasion is over. `rows` are the resource's reminders; its
/// planned one does not count as decided. Where the moment of `planned` (may be null) has moved to
/// before `from`, as of a habit whose person has flown east, it counts from there: what was planned
/// is told late and not lost.
std::optional<NextMoment> nextMoment(const Agenda& agenda, std::span<const Reminder> rows,
                                     const Reminder* planned, base::Instant from,
                                     base::Instant now);

enum class Outcome {
  kTell,    // now, by itself
  kGather,  // joined with the person's others: it is late, or quiet hours held it back
  kSkip,
  kWait,  // its due time has moved: quiet hours are on, or it was changed
};
struct Verdict {
  Moment moment;
  Outcome outcome = Outcome::kTell;
  SkipReason reason = SkipReason::kNone;
  base::Instant due{};  // when it should have been told; with kWait when it will be
};

/// Decides on every undecided moment that lies at or before `now`, from where `planned` was or now
/// is, oldest first; at most one of an occasion is told, the latest. Of those that are done or over
/// only the planned one is given: of the others nobody has heard.
std::vector<Verdict> judge(const Agenda& agenda, std::span<const Reminder> rows,
                           const Reminder& planned, base::Instant now);

/// The row that a moment becomes; without id and revision.
Reminder toReminder(const Moment& moment, const Agenda& agenda, base::Uuid userId,
                    ResourceKind kind, base::Uuid resourceId, base::Instant due);

/// Below which occasion keys of moments at or after `from` cannot lie.
std::string firstKey(base::Instant from);

}  // namespace sw::reminders
