#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "accounts/settings.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "base/zone.h"
#include "reminders/channel.h"

namespace sw::reminders {

/// Whom a reminder is for, as far as the time and the way of telling depend on them.
struct Person {
  base::Uuid id;
  accounts::Settings settings;
  base::Zone zone;
};

/// One instant at which a resource wants its person reminded of one occasion.
struct Moment {
  std::string occasionKey;  // see Reminder::occasionKey
  base::Instant occasion{};
  std::chrono::minutes lead{};
  base::Instant at{};
  base::Instant expires{};            // when the occasion is over
  std::vector<std::string> channels;  // of in_app, email, push, webhook; not empty
  std::string title;                  // of a part (a milestone); empty: the agenda's
  /// Nothing is left to be reminded of: completed, skipped, paused, cancelled, declined.
  bool settled = false;
};

/// What a resource wants its person reminded of, in a stretch of time.
struct Agenda {
  std::string title;
  /// When it must not disturb, and whose wall clock that is.
  std::optional<accounts::DayRange> quietHours;
  base::Zone zone;
  std::vector<Moment> moments;  // by `at`; settled ones too
};

/// Knows the moments of one kind of resource. Called by many threads; must outlive the service.
class AgendaSource {
 public:
  /// At least so many moments behind `now` are given, when there are.
  static constexpr int kAhead = 6;

  AgendaSource() = default;
  AgendaSource(const AgendaSource&) = delete;
  AgendaSource& operator=(const AgendaSource&) = delete;
  virtual ~AgendaSource() = default;

  struct Range {
    base::Instant from{};  // moments at or after it
    base::Instant now{};
  };
  /// The moments from `from` to `now` whose occasion is not over (of a long stretch the latest
  /// ones are enough), and `kAhead` behind. Nothing when the resource is gone or is not this
  /// person's. Fails as the stores do.
  virtual base::Task<base::Result<std::optional<Agenda>>> read(base::Uuid resourceId,
                                                               const Person& person,
                                                               Range range) = 0;
  /// The resource that a changed row belongs to: of a changed occurrence its series.
  virtual base::Task<base::Result<base::Uuid>> subjectOf(base::Uuid changed) { co_return changed; }
};

/// The wall-clock time at which people are reminded of what has a date and no time.
inline constexpr std::chrono::hours kMorning{9};

/// The channels of `wanted` that the person has switched on; every one of theirs when nothing is
/// wanted. In-app is always among them, since it is where everything else can be looked up.
std::vector<std::string> channelsFor(const Person& person, const std::vector<std::string>& wanted);

}  // namespace sw::reminders
