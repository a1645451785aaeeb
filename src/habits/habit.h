#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/local_day.h"
#include "accounts/settings.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "calendar/recurrence_rule.h"

namespace sw::habits {

using accounts::LocalDate;

/// How much is to be done on each date, where it is an amount.
struct HabitGoal {
  double amount = 1;  // above 0
  std::string unit;   // "litres"

  friend bool operator==(const HabitGoal&, const HabitGoal&) = default;
};

/// How often a habit is to be done.
struct Frequency {
  enum class Kind : std::uint8_t {
    kDaily,    // every date
    kWeekly,   // on chosen days of each week
    kMonthly,  // on chosen days of each month; a month without such a day: on its last
    kTimes,    // on so many dates of each period, whichever
    kRule,     // on the dates of a recurrence rule
  };
  enum class Period : std::uint8_t { kDay, kWeek, kMonth, kDays };

  Kind kind = Kind::kDaily;
  std::uint8_t weekdays = 0;            // of kWeekly: bit 0 is Monday
  std::vector<std::uint8_t> monthDays;  // of kMonthly: 1 to 31, ascending
  int times = 1;                        // of kTimes; of kDay more than 1 means occasions of a date
  Period period = Period::kWeek;        // of kTimes
  int days = 0;                         // length of a period of kDays, 2 to 366
  calendar::Weekday weekStart = calendar::Weekday::kMonday;
  std::string rule;  // of kRule: RRULE as `calendar::formatRule` writes it

  friend bool operator==(const Frequency&, const Frequency&) = default;
};

/// A stretch of a habit's life with one frequency and goal. A change begins a new stretch, so that
/// what was right stays right. The first one also holds before its begin.
struct HabitVersion {
  LocalDate from{};  // until the next version's
  Frequency frequency;
  std::optional<HabitGoal> goal;
  /// From where periods of so many days, and the dates of a rule, are counted.
  LocalDate anchor{};

  friend bool operator==(const HabitVersion&, const HabitVersion&) = default;
};

/// Dates on which a habit rests: what is not done then breaks nothing and counts nothing.
struct HabitPause {
  LocalDate from{};
  std::optional<LocalDate> until;  // inclusive; none: until it is resumed
  std::string note;

  friend bool operator==(const HabitPause&, const HabitPause&) = default;
};

/// When and how the person wants to be reminded. Kept here, acted on by `reminders`.
struct HabitReminders {
  bool enabled = false;
  /// How long before the target time (else the window's or the day's begin), each at most 7 days;
  /// descending, without repeats. Empty: at the time itself.
  std::vector<std::chrono::minutes> advanceNotice;
  std::vector<std::string> channels;  // of in_app, email, push, webhook; empty: as the settings say
  std::optional<accounts::DayRange> quietHours;  // may pass midnight; none: as the settings say

  friend bool operator==(const HabitReminders&, const HabitReminders&) = default;
};

/// What a person may set of a habit.
struct HabitContent {
  std::string name;
  std::string description;
  std::string category;
  std::string color;                                 // "#rrggbb", empty for none
  std::optional<std::string> timeZone;               // tz name; none: that of the settings
  std::optional<std::chrono::minutes> targetTime;    // ideal time of day
  std::optional<std::chrono::minutes> duration;      // of one occasion, at most 24 h
  std::optional<accounts::DayRange> flexibleWindow;  // when it may be done; may pass midnight
  HabitReminders reminders;
  std::vector<HabitVersion> versions;  // ascending by `from`, at least one
  std::vector<HabitPause> pauses;      // ascending, not overlapping
  bool archived = false;

  friend bool operator==(const HabitContent&, const HabitContent&) = default;
};

/// The amount a date asks for under a version; of several times a day how many, else 1.
double goalOf(const HabitVersion& version);

struct Habit {
  base::Uuid id;
  base::Uuid userId;
  HabitContent content;
  std::int64_t revision = 0;  // grows with every change, completions included
  base::Instant created{};
  base::Instant updated{};

  /// The version that holds on `date`.
  [[nodiscard]] const HabitVersion& versionOn(LocalDate date) const;
  /// What `goalOf` says of that version.
  [[nodiscard]] double goalOn(LocalDate date) const;
  [[nodiscard]] bool isPausedOn(LocalDate date) const;
};

/// What is recorded of one habit on one date; there is at most one such record.
struct HabitEntry {
  enum class Status : std::uint8_t {
    kPartial = 0,  // an amount below the goal
    kDone = 1,
    kSkipped = 2,  // on purpose; an amount of the date is kept beside it
    kFrozen = 3,   // a missed date that is not to count
  };

  LocalDate date{};
  Status status = Status::kDone;
  double amount = 0;  // 1 for a habit without a goal
  std::string note;
  std::string timeZone;  // in which the date was first told
  base::Instant at{};    // when it was done; back-dated: when it was recorded
  bool backDated = false;
  /// So many dates before this one had not been over, or had not existed, where the person was
  /// when they last did it: they flew over them, and these dates do not count as missed.
  int flownOver = 0;

  [[nodiscard]] bool isDone() const { return status == Status::kDone; }
  [[nodiscard]] bool isExcused() const {
    return status == Status::kSkipped || status == Status::kFrozen;
  }
  friend bool operator==(const HabitEntry&, const HabitEntry&) = default;
};

/// What a streak is counted in.
enum class StreakUnit : std::uint8_t { kDays, kWeeks, kMonths, kOccasions };

}  // namespace sw::habits
