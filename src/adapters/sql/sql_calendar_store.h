#pragma once

#include "adapters/sql/database.h"
#include "calendar/calendar_store.h"

namespace sw::sql {

/// Calendars and feeds in SQL; see the port. Thread-safe.
class SqlCalendarStore final : public calendar::CalendarStore {
 public:
  explicit SqlCalendarStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<calendar::Calendar>>> find(base::Uuid id) override;
  base::Task<base::Result<std::vector<calendar::Calendar>>> ownedBy(base::Uuid ownerId) override;
  void put(jobs::UnitOfWork& unit, const calendar::Calendar& calendar) override;
  void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) override;

  void addFeed(jobs::UnitOfWork& unit, const calendar::Feed& feed) override;
  void removeFeed(jobs::UnitOfWork& unit, base::Uuid calendarId, base::Uuid id) override;
  base::Task<base::Result<std::vector<calendar::Feed>>> feedsOf(base::Uuid calendarId) override;
  base::Task<base::Result<std::optional<calendar::Feed>>> findFeed(
      std::array<std::uint8_t, 32> hash) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
