#pragma once

#include "adapters/sql/database.h"
#include "calendar/event_store.h"

namespace sw::sql {

/// Events in SQL; see the port, and `migrations/0002_calendars.h` for how they are laid out.
/// Thread-safe.
class SqlEventStore final : public calendar::EventStore {
 public:
  explicit SqlEventStore(Database& database) : database_(database) {}

  base::Task<base::Result<void>> find(base::Uuid id, const calendar::EventVisitor& visit) override;
  base::Task<base::Result<void>> window(base::Uuid calendarId, base::UtcSeconds from,
                                        base::UtcSeconds to,
                                        const calendar::EventVisitor& visit) override;
  base::Task<base::Result<void>> overridesOf(base::Uuid seriesId,
                                             const calendar::EventVisitor& visit) override;
  base::Task<base::Result<void>> byUid(base::Uuid calendarId, std::string_view icalUid,
                                       const calendar::EventVisitor& visit) override;
  base::Task<base::Result<void>> scan(base::Uuid calendarId, base::Uuid after, int limit,
                                      const calendar::EventVisitor& visit) override;
  base::Task<base::Result<void>> search(std::span<const base::Uuid> calendarIds,
                                        std::span<const std::string> tokens, base::Uuid after,
                                        int limit, const calendar::EventVisitor& visit) override;

  void put(jobs::UnitOfWork& unit, const calendar::EventRecord& record,
           std::string_view searchText) override;
  void remove(jobs::UnitOfWork& unit, const calendar::EventRecord& record,
              base::Instant now) override;
  void expectVersion(jobs::UnitOfWork& unit, base::Uuid calendarId, std::int64_t version) override;
  base::Task<base::Result<std::int64_t>> version(base::Uuid calendarId) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
