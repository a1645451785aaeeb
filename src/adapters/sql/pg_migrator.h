#pragma once

#include <span>

#include "adapters/sql/migration.h"
#include "adapters/sql/pg_connection.h"
#include "base/clock.h"

namespace sw::sql {

/// As `migrateSqlite`, for PostgreSQL: programs that start together take turns by an advisory
/// lock; each step is one transaction. Takes no backup: that is the operator's (docs).
base::Task<base::Result<int>> migratePostgres(PgConnection& connection, const base::Clock& clock,
                                              std::span<const Migration> known);

}  // namespace sw::sql
