#include "calendar/time_zone_upkeep.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "calendar/event_json.h"
#include "calendar/event_record.h"
#include "calendar/event_view.h"
#include "calendar/series_expansion.h"
#include "jobs/event_types.h"

namespace sw::calendar {
namespace {

using base::Code;
using base::Result;
using base::Task;

constexpr std::string_view kUnknown = "unknown";
constexpr std::string_view kDone = "done";
constexpr int kAttempts = 8;

/// "2026a done" or "2026a 018f…": the version and how far it has come.
struct Progress {
  std::string version;
  std::string where;
};

Progress readProgress(const std::optional<std::string>& text) {
  if (!text) return {};
  const std::size_t blank = text->find(' ');
  if (blank == std::string::npos) return {};
  return {text->substr(0, blank), text->substr(blank + 1)};
}

/// The row as it has to be under the present zones.
Result<EventRecord> derive(const EventRecord& old, const std::string& version) {
  SW_TRY(Event event, toEvent(old));
  if (event.seriesId) {
    SW_TRY(event.originalKey, instantOf(*event.originalStart, event.content.zoneDefinitions));
  }
  SW_TRY(EventRecord record, toRecord(event));
  record.tzVersion = version;
  return record;
}

bool sameInstants(const EventRecord& a, const EventRecord& b) {
  return a.spanStart == b.spanStart && a.spanEnd == b.spanEnd && a.originalKey == b.originalKey &&
         a.recurrencePlan == b.recurrencePlan;
}

}  // namespace

struct TimeZoneUpkeep::Piece {
  struct Write {
    EventRecord record;
    bool moved = false;  // else only its stamp changes
  };

  std::map<base::Uuid, Write> writes;
  std::set<base::Uuid> touched;  // series of which a changed occurrence has moved
  base::Uuid last;
  std::size_t looked = 0;
  std::size_t unclear = 0;
};

Task<Result<TimeZoneUpkeep::Outcome>> TimeZoneUpkeep::run(const std::string& version,
                                                          const std::function<bool()>& stopped) {
  Outcome outcome;
  if (version == kUnknown) co_return outcome;
  SW_CO_TRY(const auto noted, co_await stores_.upkeep.progress(kName));
  const Progress progress = readProgress(noted);
  // Versions are ordered as texts. A copy with an older database leaves everything as it is.
  if (progress.version > version) co_return outcome;
  const bool same = progress.version == version;
  if (same && progress.where == kDone) co_return outcome;
  outcome.needed = true;
  base::Uuid after = same ? base::Uuid::parse(progress.where).value_or(base::Uuid{}) : base::Uuid{};
  for (bool more = true; more;) {
    if (stopped()) {
      outcome.whole = false;
      co_return outcome;
    }
    SW_CO_TRY(more, co_await step(version, after, outcome));
  }
  co_return outcome;
}

/// One piece; answers whether there are more.
Task<Result<bool>> TimeZoneUpkeep::step(const std::string& version, base::Uuid& after,
                                        Outcome& outcome) {
  for (int tries = 1;; ++tries) {
    SW_CO_TRY(Piece piece, co_await plan(version, after));
    SW_CO_CHECK(co_await touchMasters(piece));
    const bool more = piece.looked == static_cast<std::size_t>(kPiece);
    const auto unit = stores_.storage.begin();
    SW_CO_CHECK(co_await write(*unit, piece));
    const std::string where = more ? piece.last.toString() : std::string(kDone);
    stores_.upkeep.setProgress(*unit, kName, version + ' ' + where);
    const auto done = co_await unit->commit();
    if (!done.ok() && done.error().code() == Code::kConflict && tries < kAttempts) continue;
    if (!done.ok()) co_return done.error();
    outcome.looked += piece.looked;
    outcome.unclear += piece.unclear;
    for (const auto& [id, write] : piece.writes) outcome.moved += write.moved ? 1 : 0;
    after = piece.last;
    co_return more;
  }
}

Task<Result<TimeZoneUpkeep::Piece>> TimeZoneUpkeep::plan(const std::string& version,
                                                         base::Uuid after) {
  Piece piece;
  std::vector<EventRecord> old;
  const EventVisitor visitor = [&](const EventRow& row) {
    ++piece.looked;
    piece.last = row.id;
    if (row.tzVersion == version) return;
    // Single events on the wall clock do not depend on any zone, and nobody asks for their stamp.
    if (row.kind == EventRecord::Kind::kSingle && isWallClock(row.document)) return;
    old.push_back(row.toRecord());
  };
  SW_CO_CHECK(co_await stores_.upkeep.scanAll(after, kPiece, visitor));
  for (const EventRecord& before : old) {
    auto record = derive(before, version);
    if (!record.ok()) {
      ++piece.unclear;
      continue;
    }
    const bool moved = !sameInstants(before, *record);
    // The plan of a series holds under its stamp alone; others need none.
    if (!moved && before.kind != EventRecord::Kind::kSeries) continue;
    if (moved && before.kind == EventRecord::Kind::kOverride) piece.touched.insert(before.seriesId);
    piece.writes[before.id] = {*std::move(record), moved};
  }
  co_return piece;
}

/// Every change of a part of a series is one of its master.
Task<Result<void>> TimeZoneUpkeep::touchMasters(Piece& piece) {
  for (const base::Uuid& id : piece.touched) {
    if (const auto known = piece.writes.find(id); known != piece.writes.end()) {
      known->second.moved = true;
      continue;
    }
    const EventVisitor visitor = [&](const EventRow& row) {
      piece.writes[id] = {row.toRecord(), true};
    };
    SW_CO_CHECK(co_await stores_.events.find(id, visitor));
  }
  co_return Result<void>();
}

Task<Result<void>> TimeZoneUpkeep::write(jobs::UnitOfWork& unit, const Piece& piece) {
  const base::Instant now = clock_.now();
  std::map<base::Uuid, base::Uuid> owners;  // of calendars
  for (const auto& [id, write] : piece.writes) {
    if (!write.moved) {
      stores_.upkeep.restamp(unit, write.record);
      continue;
    }
    EventRecord record = write.record;
    ++record.revision;
    record.updated = now;
    SW_CO_TRY(const Event event, toEvent(record));
    stores_.events.put(unit, record, searchTextOf(event.content));
    if (!owners.contains(record.calendarId)) {
      SW_CO_TRY(const auto calendar, co_await stores_.calendars.find(record.calendarId));
      owners[record.calendarId] = calendar ? calendar->ownerId : base::Uuid{};
    }
    const base::Uuid owner = owners[record.calendarId];
    if (owner.isNil()) continue;
    jobs::Change change;
    change.userId = owner;
    change.type = jobs::event_type::kCalendarEventUpdated;
    change.resourceId = record.seriesId.isNil() ? record.id : record.seriesId;
    change.calendarId = record.calendarId;
    change.revision = record.revision;
    change.at = now;
    if (!record.seriesId.isNil()) change.part = eventIdOf(asRow(record));
    stores_.changes.append(unit, std::move(change));
  }
  co_return Result<void>();
}

}  // namespace sw::calendar
