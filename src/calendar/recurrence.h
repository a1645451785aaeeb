#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "calendar/recurrence_cursor.h"
#include "calendar/recurrence_resolved.h"
#include "calendar/recurrence_rule.h"

namespace sw::calendar {

/// A time that RDATE or EXDATE names, as written.
struct SeriesTime {
  base::LocalSeconds local{};
  /// The zone `local` is in; none: that of the series.
  std::optional<base::Zone> zone;
  /// Only a day is named, `local` its midnight. In a series of times it adds the day at the
  /// series' own time, or excludes everything on it.
  bool isDate = false;
  std::optional<std::chrono::seconds> duration;  // of an RDATE's PERIOD

  friend bool operator==(const SeriesTime&, const SeriesTime&) = default;
};

/// How a series repeats, as data. Wall clock and zone are the truth; instants are derived.
struct Recurrence {
  base::LocalSeconds start{};  // DTSTART; of whole days their first midnight
  bool allDay = false;
  /// Written without a zone; `zone` is then the one in which the caller wants it read.
  bool floating = false;
  /// The series' zone. Whole days have none of their own: the caller's, as for `floating`.
  base::Zone zone;
  std::vector<RecurrenceRule> rules;
  std::vector<RecurrenceRule> exclusionRules;  // EXRULE of RFC 2445
  std::vector<SeriesTime> dates;               // RDATE
  std::vector<SeriesTime> exclusions;          // EXDATE

  friend bool operator==(const Recurrence&, const Recurrence&) = default;
};

/// So many excluded occurrences in a row, and a walk gives up.
inline constexpr std::uint32_t kMaxDropped = 4'000'000;

/// A compiled series: rules and RDATEs, without EXRULEs and EXDATEs, each instant once, in order.
/// DTSTART is an occurrence where a rule says so, or where there is no rule at all; otherwise it
/// is neither emitted nor counted. Immutable, so that threads may share it; cursors are one
/// thread's. Nothing here blocks.
class RecurrenceSet {
 public:
  /// `resolved` is what `resolve` said of the same recurrence under the same tz database; without
  /// it a rule with COUNT is walked from its start at every look.
  explicit RecurrenceSet(const Recurrence& recurrence,
                         const ResolvedRecurrence* resolved = nullptr);

  /// How a walk ended.
  enum class Outcome {
    kComplete,
    kStopped,  // the visitor had enough
    kGaveUp,   // too many candidates in a row that the rule or the exclusions ruled out
  };
  /// Gets occurrences in order, some at a time; returns false to stop.
  using Visitor = std::function<bool(std::span<const Occurrence>)>;

  /// Visits the occurrences that start at or after `from` and before `to`.
  Outcome visit(base::UtcSeconds from, base::UtcSeconds to, const Visitor& visitor) const;
  /// The first `most` of those occurrences.
  [[nodiscard]] std::vector<Occurrence> between(base::UtcSeconds from, base::UtcSeconds to,
                                                std::size_t most) const;
  /// Whether an occurrence starts at this instant.
  [[nodiscard]] bool contains(base::UtcSeconds start) const;
  [[nodiscard]] std::optional<Occurrence> first() const;
  /// The last occurrence; none for an endless series, and for one without any.
  [[nodiscard]] std::optional<Occurrence> last() const;
  /// Some rule has neither COUNT nor UNTIL.
  [[nodiscard]] bool endless() const { return endless_; }

  /// Finds first and last, and where COUNT ends each rule. Walks rules with COUNT once.
  [[nodiscard]] ResolvedRecurrence resolve() const;

  class Cursor;

 private:
  friend class Cursor;

  [[nodiscard]] bool isExcludedDate(base::LocalSeconds local) const;
  [[nodiscard]] base::UtcSeconds latestEnd() const;

  std::vector<ZonedRule> rules_;
  std::vector<ZonedRule> exclusionRules_;
  std::vector<Occurrence> dates_;             // ascending, each instant once
  std::vector<base::UtcSeconds> exclusions_;  // ascending
  std::vector<std::int64_t> excludedDays_;    // ascending day numbers
  bool endless_ = false;
};

/// Walks a set. Refers to it, so the set must outlive the cursor. Does not allocate once made.
class RecurrenceSet::Cursor {
 public:
  /// Stands before the first occurrence.
  explicit Cursor(const RecurrenceSet& set);
  // A batch that was handed out lies inside.
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  /// Goes to the first occurrence that starts at or after `from`; none at or after `to` follow.
  void seek(base::UtcSeconds from, base::UtcSeconds to = base::UtcSeconds::max());
  /// The next occurrence, nothing at the end.
  std::optional<Occurrence> next();
  /// The next occurrences, empty at the end. Valid until the next call of anything.
  std::span<const Occurrence> nextBatch();
  /// Whether it ended because too many candidates in a row were ruled out, by the rule itself
  /// (`kMaxIdleSteps`) or as exclusions (`kMaxDropped`).
  [[nodiscard]] bool gaveUp() const;

 private:
  struct Source {
    explicit Source(const ZonedRule& rule) : cursor(rule) {}
    /// The next occurrence, or null at the end.
    const Occurrence* head();
    RuleCursor cursor;
    std::span<const Occurrence> batch;
    std::size_t next = 0;
  };

  std::span<const Occurrence> filteredBatch();
  std::span<const Occurrence> mergedBatch();
  /// Notes one more excluded occurrence; true when there were too many in a row.
  bool drop();
  bool isExcluded(const Occurrence& occurrence);
  bool isExcludedByRule(base::UtcSeconds at);

  const RecurrenceSet* set_;
  std::vector<Source> sources_;  // of rules, then of exclusion rules
  std::size_t ruleCount_;
  std::size_t nextDate_ = 0;
  std::size_t endDate_ = 0;
  std::size_t nextExclusion_ = 0;
  base::UtcSeconds to_ = base::UtcSeconds::max();
  std::uint32_t dropped_ = 0;
  bool gaveUp_ = false;
  std::span<const Occurrence> current_;  // what `next` takes from
  std::size_t taken_ = 0;
  std::array<Occurrence, 128> out_;
};

/// How many occurrences of a rule start before `at`, exclusions left aside; at most its COUNT.
/// `resolved` shortens the walk. None when counting went too far.
std::optional<std::uint32_t> countBefore(const Recurrence& recurrence, const RecurrenceRule& rule,
                                         base::UtcSeconds at, const ResolvedRule* resolved);

/// The instant a time of RDATE or EXDATE means in the series.
base::UtcSeconds instantOf(const Recurrence& recurrence, const SeriesTime& time);

}  // namespace sw::calendar
