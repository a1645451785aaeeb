#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "base/zone.h"
#include "calendar/event.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

/// A row of events as it is kept. `document` and `residue` together are `Event::content` (see
/// `event_document.h`), already in the text that answers carry, so that reading many events
/// needs no parsing; the other members are what the store finds and guards rows by.
struct EventRecord {
  base::Uuid id;
  base::Uuid calendarId;
  /// Derived from the content's wall clock and zone: of a series from its first start to its last
  /// end (`base::kMaxTime` when endless), of anything else its start and end.
  base::UtcSeconds spanStart{};
  base::UtcSeconds spanEnd{};  // exclusive; equal to spanStart for an event without duration
  enum class Kind : std::uint8_t { kSingle, kSeries, kOverride };
  Kind kind = Kind::kSingle;
  bool cancelled = false;          // only a changed occurrence can be: it hides one of its series
  bool busy = true;                // counts in free/busy
  base::Uuid seriesId;             // of an override; nil otherwise
  base::UtcSeconds originalKey{};  // of an override: its OccurrenceKey
  std::string icalUid;
  std::int64_t revision = 0;
  base::Instant created{};
  base::Instant updated{};
  std::string document;
  std::string residue;         // zone definitions and unknown lines; empty for most
  std::string recurrencePlan;  // of a series: its resolved end and checkpoints
  std::string tzVersion;       // tz database that the span was derived with
};

/// As `EventRecord`, but the texts are views into the store's memory, valid during the call that
/// hands it over.
struct EventRow {
  base::Uuid id;
  base::Uuid calendarId;
  base::UtcSeconds spanStart;
  base::UtcSeconds spanEnd;
  EventRecord::Kind kind;
  bool cancelled;
  bool busy;
  base::Uuid seriesId;
  base::UtcSeconds originalKey;
  std::string_view icalUid;
  std::int64_t revision;
  base::Instant created;
  base::Instant updated;
  std::string_view document;
  std::string_view residue;
  std::string_view recurrencePlan;
  std::string_view tzVersion;

  [[nodiscard]] EventRecord toRecord() const;
};

using EventVisitor = std::function<void(const EventRow&)>;

/// Where events are kept. Thread-safe. Visitors are called on the reading thread before the
/// task ends, and must not suspend or throw.
class EventStore {
 public:
  EventStore() = default;
  EventStore(const EventStore&) = delete;
  EventStore& operator=(const EventStore&) = delete;
  virtual ~EventStore() = default;

  /// Visits the row, if there is one.
  virtual base::Task<base::Result<void>> find(base::Uuid id, const EventVisitor& visit) = 0;
  /// Visits, of one calendar, all rows whose span touches [from, to): spanStart < to and
  /// (spanEnd > from or spanStart == spanEnd >= from), in no particular order. Costs the same
  /// however many rows lie outside.
  virtual base::Task<base::Result<void>> window(base::Uuid calendarId, base::UtcSeconds from,
                                                base::UtcSeconds to, const EventVisitor& visit) = 0;
  /// Visits all changed occurrences of a series, by original key.
  virtual base::Task<base::Result<void>> overridesOf(base::Uuid seriesId,
                                                     const EventVisitor& visit) = 0;
  /// Visits the rows of one calendar that carry a UID: a master or single event and overrides.
  virtual base::Task<base::Result<void>> byUid(base::Uuid calendarId, std::string_view icalUid,
                                               const EventVisitor& visit) = 0;
  /// Visits at most `limit` rows of a calendar in the order of id, beginning after `after`
  /// (nil: from the first). For export and for reading everything in pages.
  virtual base::Task<base::Result<void>> scan(base::Uuid calendarId, base::Uuid after, int limit,
                                              const EventVisitor& visit) = 0;
  /// Visits at most `limit` rows of the calendars whose text holds every token (the last as a
  /// prefix), in the order of id, beginning after `after`.
  virtual base::Task<base::Result<void>> search(std::span<const base::Uuid> calendarIds,
                                                std::span<const std::string> tokens,
                                                base::Uuid after, int limit,
                                                const EventVisitor& visit) = 0;

  /// Creates a row (revision 1) or writes over the one whose revision is `record.revision - 1`,
  /// else the unit fails with `kConflict`. `searchText` is what `search` finds it by.
  virtual void put(jobs::UnitOfWork& unit, const EventRecord& record,
                   std::string_view searchText) = 0;
  /// Removes a row, leaving a tombstone; the unit fails with `kConflict` when its revision is
  /// another. Overrides of a series are removed one by one by the caller.
  virtual void remove(jobs::UnitOfWork& unit, const EventRecord& record, base::Instant now) = 0;
  /// The unit fails with `kConflict` when anything in the calendar was written since `version`
  /// was read. For writes whose rightness depends on the absence of other events.
  virtual void expectVersion(jobs::UnitOfWork& unit, base::Uuid calendarId,
                             std::int64_t version) = 0;
  /// A number that every write of an event of that calendar changes (other writes of its owner
  /// may change it too).
  virtual base::Task<base::Result<std::int64_t>> version(base::Uuid calendarId) = 0;
};

}  // namespace sw::calendar
