#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

enum class Provider { kLocal, kGoogle, kCaldav, kIcs };

struct Calendar {
  base::Uuid id;
  base::Uuid ownerId;
  std::string name;
  std::string description;
  std::string timeZone = "UTC";  // tz name; all-day and floating times are read in it
  std::string backgroundColor;   // "#rrggbb"
  bool primary = false;
  Provider provider = Provider::kLocal;
  std::int64_t revision = 0;
  base::Instant created{};
  base::Instant updated{};
};

/// A secret address under which others read a calendar; only its SHA-256 is stored.
struct Feed {
  base::Uuid id;
  base::Uuid calendarId;
  std::array<std::uint8_t, 32> hash{};
  base::Instant created{};
};

/// Where calendars are kept. Thread-safe.
class CalendarStore {
 public:
  CalendarStore() = default;
  CalendarStore(const CalendarStore&) = delete;
  CalendarStore& operator=(const CalendarStore&) = delete;
  virtual ~CalendarStore() = default;

  virtual base::Task<base::Result<std::optional<Calendar>>> find(base::Uuid id) = 0;
  /// All of one owner's, the primary one first, then by id.
  virtual base::Task<base::Result<std::vector<Calendar>>> ownedBy(base::Uuid ownerId) = 0;

  /// Creates (revision 1) or writes over the row whose revision is `calendar.revision - 1`, else
  /// the unit fails with `kConflict`.
  virtual void put(jobs::UnitOfWork& unit, const Calendar& calendar) = 0;
  /// Removes the calendar with its events, access list and feeds; `kConflict` when its revision
  /// is another.
  virtual void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) = 0;

  virtual void addFeed(jobs::UnitOfWork& unit, const Feed& feed) = 0;
  /// `kNotFound` when the calendar has no such feed.
  virtual void removeFeed(jobs::UnitOfWork& unit, base::Uuid calendarId, base::Uuid id) = 0;
  virtual base::Task<base::Result<std::vector<Feed>>> feedsOf(base::Uuid calendarId) = 0;
  virtual base::Task<base::Result<std::optional<Feed>>> findFeed(
      std::array<std::uint8_t, 32> hash) = 0;
};

}  // namespace sw::calendar
