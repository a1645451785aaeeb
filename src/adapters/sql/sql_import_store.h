#pragma once

#include "adapters/sql/database.h"
#include "calendar/import_store.h"

namespace sw::sql {

/// Imports in SQL; see the port, and `migrations/0004_imports.h` for how they are laid out.
/// Thread-safe.
class SqlImportStore final : public calendar::ImportStore {
 public:
  explicit SqlImportStore(Database& database) : database_(database) {}

  void begin(jobs::UnitOfWork& unit, base::Uuid import, const calendar::Calendar& calendar,
             const jobs::Actor& actor, base::Instant now) override;
  void stage(jobs::UnitOfWork& unit, base::Uuid import, const calendar::EventRecord& record,
             std::string_view searchText) override;
  void hold(jobs::UnitOfWork& unit, base::Uuid import, base::Instant now) override;
  void publish(jobs::UnitOfWork& unit, base::Uuid import, const calendar::Calendar& calendar,
               std::int64_t after, base::Instant now) override;
  base::Task<base::Result<std::int64_t>> settle(base::Uuid import, int limit,
                                                base::Instant now) override;
  base::Task<base::Result<std::int64_t>> discard(base::Uuid import, int limit,
                                                 base::Instant now) override;
  base::Task<base::Result<std::vector<Left>>> left(base::Instant now) override;

 private:
  struct Header;
  struct Staged;

  base::Task<base::Result<std::vector<Staged>>> staged(base::Uuid import, int limit);

  Database& database_;
};

}  // namespace sw::sql
