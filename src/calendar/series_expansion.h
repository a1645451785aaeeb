#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "calendar/event.h"
#include "calendar/event_length.h"
#include "calendar/recurrence.h"

namespace sw::calendar {

/// One regular occurrence of a series. For a series on the wall clock (all-day or floating)
/// `start` and `end` are its wall clock read as UTC; the caller puts them into the calendar's
/// zone.
struct SeriesOccurrence {
  OccurrenceKey key;         // names it; equal to start
  base::LocalSeconds local;  // start on the series' wall clock
  base::UtcSeconds start;
  base::UtcSeconds end;  // exclusive
};

/// A series ready to be looked at through windows: its rules compiled once, and the occurrences
/// that were changed or cancelled left out, since those stand as events of their own. Immutable;
/// threads may share it.
class SeriesExpansion {
 public:
  /// `master` has a recurrence. `resolved` is what an earlier `resolve` said (see
  /// `ResolvedRecurrence`), `changed` the keys of changed and cancelled occurrences in any order.
  /// `kInvalid` when a line of the recurrence cannot be read.
  static base::Result<SeriesExpansion> make(const EventContent& master,
                                            const ResolvedRecurrence* resolved,
                                            std::vector<OccurrenceKey> changed);

  /// Return false to stop.
  using Visitor = std::function<bool(const SeriesOccurrence&)>;
  /// Visits the occurrences that touch [from, to), by start: those that begin before `to` and
  /// end after `from` (or begin at or after it). Answers false when a hostile rule made it give
  /// up before the end.
  bool visit(base::UtcSeconds from, base::UtcSeconds to, const Visitor& visitor) const;

  /// The occurrence with that key, changed or not, if the rules make one.
  [[nodiscard]] std::optional<SeriesOccurrence> find(OccurrenceKey key) const;

  /// Start and end of an occurrence as times of the master's kind and zones.
  [[nodiscard]] EventTime startTime(const SeriesOccurrence& occurrence) const;
  [[nodiscard]] EventTime endTime(const SeriesOccurrence& occurrence) const;
  /// The zones of those times; UTC for a series on the wall clock.
  [[nodiscard]] const base::Zone& startZone() const { return recurrence_.zone; }
  [[nodiscard]] const base::Zone& endZone() const { return endZone_; }

  /// All-day or floating: times are wall clock read as UTC.
  [[nodiscard]] bool wallClock() const { return wallClock_; }
  [[nodiscard]] const RecurrenceSet& rules() const { return rules_; }
  [[nodiscard]] const Recurrence& recurrence() const { return recurrence_; }
  /// No occurrence ends later, when the last one starts at `last`.
  [[nodiscard]] base::UtcSeconds lastEnd(base::UtcSeconds last) const;

 private:
  SeriesExpansion(Recurrence recurrence, const ResolvedRecurrence* resolved);

  [[nodiscard]] SeriesOccurrence toOccurrence(const Occurrence& occurrence) const;
  [[nodiscard]] base::UtcSeconds endFrom(base::UtcSeconds start, base::LocalSeconds local) const;

  Recurrence recurrence_;
  RecurrenceSet rules_;
  std::chrono::seconds duration_{};      // of the first occurrence, exact
  std::optional<NominalLength> length_;  // of each, where its exact length depends on its start
  std::chrono::seconds longest_{};       // no occurrence is longer, RDATE periods too
  EventTime start_;
  EventTime end_;
  base::Zone endZone_;
  bool wallClock_ = false;
  std::vector<OccurrenceKey> changed_;  // ascending
};

/// Reads the recurrence of an event's content as data, its times on the wall clock or in its zone
/// as `SeriesExpansion` has them. `kInvalid` lists every line that cannot be read.
base::Result<Recurrence> recurrenceOf(const EventContent& content);

/// The instant of a time in its own zone; of a wall-clock time its wall clock read as UTC.
/// `kInvalid` when the zone is unknown.
base::Result<base::UtcSeconds> instantOf(const EventTime& time, const std::string& definitions);

}  // namespace sw::calendar
