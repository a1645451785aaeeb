#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/local_day.h"
#include "habits/tally.h"

namespace sw::habits {

/// What is kept with a habit so that a completion need not read what came before it: everything
/// counted up to the date before the last entry, and that entry. A value.
struct HabitState {
  /// Everything counted up to an entry's date, that included: where counting can begin again.
  struct Checkpoint {
    LocalDate through{};
    std::string tally;  // see `encodeTally`

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
  };
  /// One is kept of the first entry in each stretch of so many dates, and as many stretches as
  /// that: a change of one of the last 64 dates reads no more than 128 dates of a long life.
  static constexpr std::chrono::days kStretch{64};
  static constexpr std::size_t kCheckpoints = 2;

  Tally settled;
  std::optional<HabitEntry> last;       // without its note
  std::vector<Checkpoint> checkpoints;  // ascending, of dates before the last entry's

  /// Of a habit without entries.
  static HabitState fresh(const HabitContent& content);
  /// Counted from scratch; `entries` ascending by date.
  static HabitState counted(const HabitContent& content, const std::vector<HabitEntry>& entries);
  /// The latest checkpoint before a date as a state without a last entry, from which `countedOn`
  /// goes on; nothing where there is none.
  [[nodiscard]] std::optional<HabitState> before(LocalDate date) const;
  /// Counted on with every entry behind `settled.through`: ascending, at least one. The same as
  /// counted from scratch, but for checkpoints that are no longer known.
  [[nodiscard]] HabitState countedOn(const HabitContent& content,
                                     const std::vector<HabitEntry>& entries) const;

  /// Takes an entry of a later date than any before.
  void append(const HabitCalendar& calendar, const HabitEntry& entry);
  [[nodiscard]] bool isBehindAll(LocalDate date) const {
    return last ? date > last->date : date > settled.through;
  }

  friend bool operator==(const HabitState&, const HabitState&) = default;
};

/// Some hundred bytes of printable ASCII, and what it means; nothing where it is not that.
std::string encodeState(const HabitState& state);
std::optional<HabitState> decodeState(std::string_view text);
/// The same for what is counted alone.
std::string encodeTally(const Tally& tally);
std::optional<Tally> decodeTally(std::string_view text);

/// Where a habit stands, as its owner sees it now.
struct HabitProgress {
  LocalDate today{};
  std::optional<HabitEntry> entry;  // of today, without its note
  bool done = false;                // today's is
  bool due = false;                 // today it is still to be done
  Streak current;
  Streak longest;
  StreakUnit unit = StreakUnit::kDays;
  double strength = 0;
  std::int64_t completions = 0;  // dates done, all in all
  std::optional<LocalDate> lastCompleted;
  std::optional<LocalDate> nextDue;  // from today on
  /// The last date the current streak outlives without being done; none while it is 0 or rests
  /// for good.
  std::optional<LocalDate> streakSafeThrough;
};

/// Works a habit's standing out. Its cost grows with the dates since the last entry alone.
/// `homeZone`: the owner's day; where the last entry was told in another zone, a date is over only
/// when it is over in both.
HabitProgress progressOf(const Habit& habit, const HabitState& state, base::Instant now,
                         const accounts::DayRule& day);

/// How a habit stands at the end of a past or present date, by its entries up to that date.
/// `zone`: where its owner is since the last of them.
Tally tallyThrough(const HabitCalendar& calendar, const std::vector<HabitEntry>& ascending,
                   LocalDate date, const base::Zone& zone,
                   const std::function<void(const Tally&)>& eachDate = {});

/// How many periods a streak must count to be told of: 7, 30, 100, 200, 365, 500, 1000, and from
/// there every 500. The smallest above `count`.
std::int64_t nextMilestone(std::int64_t count);
/// The largest one in (before, after], if any.
std::optional<std::int64_t> milestoneReached(std::int64_t before, std::int64_t after);

}  // namespace sw::habits
