#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sql/statement.h"
#include "base/result.h"

/// The schema's history. Numbered from 1 without gaps, forward only: what has been released is
/// never edited, which the recorded checksums guard.
namespace sw::sql {

/// One step. `both` is written once, with the dialects' words in braces:
/// {id} uuid, {int} bigint, {real} double precision, {text} text, {bytes} bytea, and {clustered}
/// behind a table that SQLite keeps in the order of its primary key (WITHOUT ROWID).
struct Migration {
  int version;
  std::string_view name;
  std::string_view both;
  std::string_view sqliteOnly{};  // run after `both`
  std::string_view postgresOnly{};

  [[nodiscard]] std::string script(Dialect dialect) const;
  /// FNV-1a (64 bit) of the script, as 16 hexadecimal digits: notices an edit, resists none.
  [[nodiscard]] std::string checksum(Dialect dialect) const;
};

/// All steps, oldest first.
std::span<const Migration> allMigrations();
/// The version this program works with.
int newestSchema();

/// What a database says about itself: one recorded step.
struct AppliedMigration {
  int version;
  std::string checksum;
};

/// Checks what a database has against what the program knows and gives the steps to run.
/// `kConfiguration` when the database is newer than the program, or a step differs from what was
/// run then.
base::Result<std::span<const Migration>> pendingMigrations(
    std::span<const Migration> known, std::span<const AppliedMigration> applied, Dialect dialect);

}  // namespace sw::sql
