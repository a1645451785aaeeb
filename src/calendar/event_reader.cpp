#include "calendar/event_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/json.h"
#include "calendar/event_record.h"
#include "calendar/window_scan.h"

namespace sw::calendar {
namespace {

// The first slice of a window; each further one is this many times as long as the one before.
constexpr std::chrono::days kFirstSlice{31};
constexpr int kSliceGrowth = 4;

base::Error hidden() { return {base::Code::kNotFound, "there is no such event"}; }

/// Brings the items into order and cuts them to the limit; answers whether any were cut.
bool sortAndCut(std::vector<ListedEvent>& items, std::size_t limit) {
  std::ranges::sort(items, {}, &ListedEvent::position);
  if (items.size() <= limit) return false;
  items.resize(limit);
  return true;
}

}  // namespace

/// Takes from a scan what belongs on the page: items of the slice, behind the page's beginning.
class ListBuilder final : public WindowSink {
 public:
  /// `first`: the slice begins where the window does, so that items which began earlier belong
  /// to it.
  ListBuilder(const WindowQuery& query, EventList& list, Interval slice, bool first)
      : query_(query), list_(list), slice_(slice), first_(first) {}

  /// Whose events come next.
  void enter(const CalendarAccess& access) { access_ = &access; }

  void onRow(const EventRow& row, Interval span) override {
    if (!query_.expand && row.kind == EventRecord::Kind::kOverride) return;
    ListedEvent item;
    item.position = {span.start, row.id, {}};
    item.end = span.end;
    if (!wanted(item)) return;
    item.access = access_;
    item.row = list_.keep(row);
    list_.items_.push_back(item);
  }

  bool onOccurrence(const std::shared_ptr<const CompiledSeries>& series,
                    const SeriesOccurrence& occurrence, Interval span) override {
    ListedEvent item;
    item.position = {span.start, series->master.id, occurrence.key};
    item.end = span.end;
    if (!wanted(item)) return true;
    item.access = access_;
    item.series = series.get();
    item.occurrence = occurrence;
    list_.items_.push_back(item);
    if (list_.series_.empty() || list_.series_.back() != series) {
      list_.series_.push_back(series);
      added_ = 0;
    }
    return ++added_ <= query_.limit;
  }

 private:
  [[nodiscard]] bool wanted(const ListedEvent& item) const {
    if (item.position.start >= slice_.end) return false;
    const bool touches = first_ && item.end > slice_.start;
    if (item.position.start < slice_.start && !touches) return false;
    return !query_.after || item.position > *query_.after;
  }

  const WindowQuery& query_;
  EventList& list_;
  Interval slice_;
  bool first_;
  const CalendarAccess* access_ = nullptr;
  std::size_t added_ = 0;  // of the series whose occurrences come at the moment
};

std::string ListedEvent::id() const {
  return row != nullptr ? eventIdOf(*row) : occurrenceIdOf(*series, occurrence.key);
}

void ListedEvent::appendView(std::string& out) const {
  if (row != nullptr) {
    appendEventView(out, *row, *access);
  } else {
    appendOccurrenceView(out, *series, occurrence, *access);
  }
}

void ListedEvent::appendBrief(std::string& out) const {
  std::string view;
  appendView(view);
  const auto document = base::json::Document::parse(view);
  base::json::Writer writer(out);
  writer.beginObject();
  for (const std::string_view name : {"id", "calendarId", "summary", "start", "end"}) {
    const base::json::Value member =
        document.ok() ? document->root().find(name) : base::json::Value();
    if (!member.isMissing()) writer.key(name).raw(member.serialize());
  }
  writer.endObject();
}

const EventRow* EventList::keep(const EventRow& row) {
  const auto copy = [this](std::string_view text) {
    if (text.empty()) return std::string_view();
    auto* bytes = static_cast<char*>(memory_->allocate(text.size(), 1));
    std::memcpy(bytes, text.data(), text.size());
    return std::string_view(bytes, text.size());
  };
  void* place = memory_->allocate(sizeof(EventRow), alignof(EventRow));
  auto* kept = new (place) EventRow(row);
  kept->icalUid = copy(row.icalUid);
  kept->document = copy(row.document);
  kept->residue = copy(row.residue);
  kept->recurrencePlan = {};
  kept->tzVersion = {};
  return kept;
}

base::Task<base::Result<EventList>> EventReader::window(const WindowQuery& query) {
  EventList list;
  // Items that began before the window stand before it; paging among them starts over from there.
  const bool amongFirst = !query.after || query.after->start < query.from;
  base::UtcSeconds begin = amongFirst ? query.from : query.after->start;
  bool first = amongFirst;
  std::chrono::seconds length = kFirstSlice;
  while (begin < query.to) {
    const base::UtcSeconds end = query.to - begin <= length ? query.to : begin + length;
    const Interval slice{begin, end};
    ListBuilder builder(query, list, slice, first);
    for (const CalendarAccess& access : query.calendars) {
      builder.enter(access);
      SW_CO_CHECK(
          co_await scanWindow(events_, series_, access.calendar, slice, query.expand, builder));
    }
    if (list.items_.size() > query.limit) break;
    begin = end;
    first = false;
    length *= kSliceGrowth;
  }
  list.more_ = sortAndCut(list.items_, query.limit);
  co_return list;
}

base::Task<base::Result<FoundEvent>> EventReader::find(base::Uuid userId, EventId id,
                                                       accounts::AccessRole needed) {
  FoundEvent found;
  bool exists = false;
  const EventVisitor take = [&](const EventRow& row) {
    exists = true;
    found.record = row.toRecord();
  };
  SW_CO_CHECK(co_await events_.find(id.event, take));
  // A changed occurrence has a name of its own: its series' id and its key.
  if (!exists || found.record.kind == EventRecord::Kind::kOverride) co_return hidden();
  auto access = co_await directory_.access(userId, found.record.calendarId, needed);
  if (!access.ok()) {
    co_return access.error().code() == base::Code::kNotFound ? hidden() : access.error();
  }
  found.access = *std::move(access);
  if (found.record.kind == EventRecord::Kind::kSingle) {
    if (id.occurrence) co_return hidden();
    co_return found;
  }
  EventRecord master = found.record;
  SW_CO_TRY(found.series, co_await series_.get(std::move(master)));
  if (!id.occurrence) co_return found;

  const ChangedOccurrence* changed = found.series->findChanged(*id.occurrence);
  if (changed == nullptr) {
    found.regular = found.series->expansion.find(*id.occurrence);
    if (!found.regular) co_return hidden();
    co_return found;
  }
  exists = false;
  SW_CO_CHECK(co_await events_.find(changed->rowId, take));
  if (!exists || found.record.cancelled) co_return hidden();
  co_return found;
}

void FoundEvent::appendView(std::string& out, bool open) const {
  if (regular) {
    appendOccurrenceView(out, *series, *regular, access, open);
  } else {
    appendEventView(out, asRow(record), access, open);
  }
}

base::Task<base::Result<EventList>> EventReader::instances(
    std::shared_ptr<const CompiledSeries> series, const WindowQuery& query) {
  EventList list;
  const base::UtcSeconds from = query.after ? std::max(query.from, query.after->start) : query.from;
  const Interval slice{from, query.to};
  ListBuilder builder(query, list, slice, from == query.from);
  builder.enter(query.calendars.front());
  SW_CO_CHECK(co_await scanSeries(events_, query.calendars.front().calendar, std::move(series),
                                  slice, builder));
  list.more_ = sortAndCut(list.items_, query.limit);
  co_return list;
}

base::Task<base::Result<EventList>> EventReader::search(const std::vector<std::string>& tokens,
                                                        const WindowQuery& query) {
  EventList list;
  std::vector<base::Uuid> ids;
  for (const CalendarAccess& access : query.calendars) {
    // What a free/busy reader may not read, a search must not reveal.
    if (access.role >= accounts::AccessRole::kReader) ids.push_back(access.calendar.id);
  }
  base::Uuid last = query.after ? query.after->id : base::Uuid{};
  const int want = static_cast<int>(query.limit) + 1;
  int visited = 0;
  const EventVisitor take = [&](const EventRow& row) {
    ++visited;
    last = row.id;
    const auto access = std::ranges::find(query.calendars, row.calendarId,
                                          [](const CalendarAccess& a) { return a.calendar.id; });
    if (access == query.calendars.end() || row.cancelled || showsOnlyBusy(row, access->role)) {
      return;
    }
    ListedEvent item;
    item.position = {base::UtcSeconds{}, row.id, {}};
    item.end = row.spanEnd;
    item.access = &*access;
    item.row = list.keep(row);
    list.items_.push_back(item);
  };
  do {
    visited = 0;
    SW_CO_CHECK(co_await events_.search(ids, tokens, last, want, take));
  } while (visited == want && list.items_.size() <= query.limit);
  list.more_ = sortAndCut(list.items_, query.limit);
  co_return list;
}

}  // namespace sw::calendar
