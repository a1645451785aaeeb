#include "adapters/sql/statement.h"

namespace sw::sql {

std::string_view toString(Operation operation) {
  switch (operation) {
    case Operation::kSelect: return "select";
    case Operation::kInsert: return "insert";
    case Operation::kUpdate: return "update";
    case Operation::kDelete: return "delete";
    case Operation::kTransaction: return "tx";
  }
  return "tx";
}

std::string_view toString(Dialect dialect) {
  return dialect == Dialect::kSqlite ? "sqlite" : "postgresql";
}

}  // namespace sw::sql
