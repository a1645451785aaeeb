#pragma once

#include <span>

#include "adapters/sql/migration.h"
#include "adapters/sql/sqlite_connection.h"
#include "base/clock.h"

namespace sw::sql {

/// Brings the database to the newest of `known`: under SQLite's exclusive lock, each step with
/// its record in one transaction, so that programs that start together wait for each other. When
/// an older schema is found and there is a folder for it, a backup is made first. Answers how
/// many steps were run. Blocks. Fails as `pendingMigrations`, or with what a step failed with;
/// the steps before it stay.
base::Result<int> migrateSqlite(SqliteConnection& connection, const SqliteOptions& options,
                                const base::Clock& clock,
                                std::span<const Migration> known = allMigrations());

}  // namespace sw::sql
