#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_directory.h"
#include "calendar/event_store.h"
#include "calendar/event_view.h"
#include "calendar/series_cache.h"

namespace sw::calendar {

/// Where an item stands in a list: by start, then by id.
struct ListPosition {
  base::UtcSeconds start;
  base::Uuid id;
  OccurrenceKey key{};  // of an occurrence

  friend auto operator<=>(const ListPosition&, const ListPosition&) = default;
};

/// One item of a list: a row, or a regular occurrence of a series.
struct ListedEvent {
  ListPosition position;
  base::UtcSeconds end;  // exclusive
  const CalendarAccess* access = nullptr;
  const EventRow* row = nullptr;  // null for a regular occurrence
  const CompiledSeries* series = nullptr;
  SeriesOccurrence occurrence{};

  /// Whether it takes time: not cancelled, not transparent.
  [[nodiscard]] bool busy() const { return row != nullptr ? row->busy : series->master.busy; }
  [[nodiscard]] std::string id() const;
  void appendView(std::string& out) const;
  /// Only what tells which event it is and when: id, calendarId, summary, start, end.
  void appendBrief(std::string& out) const;
};

/// Items with the memory they refer to; the calendars must outlive it. Moves, does not copy.
class EventList {
 public:
  EventList() : memory_(std::make_unique<std::pmr::monotonic_buffer_resource>(16 * 1024)) {}

  [[nodiscard]] const std::vector<ListedEvent>& items() const { return items_; }
  /// There are more behind the last item.
  [[nodiscard]] bool more() const { return more_; }
  /// Leaves out the items for which `unwanted` is true.
  template <class Predicate>
  void leaveOut(Predicate unwanted) {
    std::erase_if(items_, unwanted);
  }

 private:
  friend class ListBuilder;
  friend class EventReader;

  const EventRow* keep(const EventRow& row);

  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_;
  std::vector<std::shared_ptr<const CompiledSeries>> series_;
  std::vector<ListedEvent> items_;
  bool more_ = false;
};

/// What part of which calendars is wanted.
struct WindowQuery {
  std::span<const CalendarAccess> calendars;
  base::UtcSeconds from;
  base::UtcSeconds to;
  bool expand = true;  // series as occurrences, else as one item each
  std::size_t limit = 250;
  std::optional<ListPosition> after;  // only what stands behind it
};

/// One event, looked up by its id in the API.
struct FoundEvent {
  CalendarAccess access;
  /// The row: of a single event, a master, or a changed occurrence. Of a regular occurrence the
  /// master's.
  EventRecord record;
  std::shared_ptr<const CompiledSeries> series;  // of anything that belongs to a series
  std::optional<SeriesOccurrence> regular;       // set for a regular occurrence

  void appendView(std::string& out, bool open = false) const;
  /// Of a regular occurrence the master's, which changes whenever any part of the series does.
  [[nodiscard]] std::int64_t revision() const { return record.revision; }
};

/// Reads events for people: windows over calendars with series expanded, one event, instances,
/// search. Thread-safe; the stores must outlive it.
class EventReader {
 public:
  EventReader(EventStore& events, CalendarDirectory& directory, SeriesCache& series)
      : events_(events), directory_(directory), series_(series) {}

  /// The items that touch the window, by position, at most `limit`. Reads the window in growing
  /// slices, so that a page costs by its own size and not by the window's.
  base::Task<base::Result<EventList>> window(const WindowQuery& query);

  /// `kNotFound` when there is none or the user may not see it, `kForbidden` when their role in
  /// its calendar is below `needed`.
  base::Task<base::Result<FoundEvent>> find(base::Uuid userId, EventId id,
                                            accounts::AccessRole needed);

  /// Occurrences of the series, changed ones too; `query.calendars` has its one calendar.
  base::Task<base::Result<EventList>> instances(std::shared_ptr<const CompiledSeries> series,
                                                const WindowQuery& query);

  /// Rows whose text holds every word (the last as a prefix), by id, whatever their time; of
  /// `query` only calendars, limit and position count. A private event of another is not found.
  base::Task<base::Result<EventList>> search(const std::vector<std::string>& tokens,
                                             const WindowQuery& query);

 private:
  EventStore& events_;
  CalendarDirectory& directory_;
  SeriesCache& series_;
};

}  // namespace sw::calendar
