#pragma once

#include <string_view>

namespace sw::sql {

enum class Dialect { kSqlite, kPostgres };

/// What a statement does, as metrics label it.
enum class Operation { kSelect, kInsert, kUpdate, kDelete, kTransaction };

/// "select", "insert", "update", "delete", "tx".
std::string_view toString(Operation operation);
/// "sqlite", "postgresql".
std::string_view toString(Dialect dialect);

/// One SQL statement of the program, written once for both dialects where they agree. Parameters
/// are `?1`, `?2` … in both (the PostgreSQL adapter turns them into `$1`); columns and parameters
/// are bigint, double precision, text, bytea and uuid only, so that both bind alike.
///
/// Connections keep the prepared form under the statement's address: instances must be constants
/// with static storage.
struct Statement {
  std::string_view name;  // unique; for messages and spans
  Operation operation;
  std::string_view sqlite;
  std::string_view postgres;

  constexpr Statement(std::string_view statementName, Operation kind, std::string_view both)
      : Statement(statementName, kind, both, both) {}
  constexpr Statement(std::string_view statementName, Operation kind, std::string_view sqliteText,
                      std::string_view postgresText)
      : name(statementName), operation(kind), sqlite(sqliteText), postgres(postgresText) {}

  [[nodiscard]] constexpr std::string_view text(Dialect dialect) const {
    return dialect == Dialect::kSqlite ? sqlite : postgres;
  }
};

}  // namespace sw::sql
