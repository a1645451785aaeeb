#include "adapters/sql/migration.h"

#include <array>
#include <utility>

#include "adapters/sql/migrations/0001_people.h"
#include "adapters/sql/migrations/0002_calendars.h"
#include "adapters/sql/migrations/0003_changes.h"
#include "adapters/sql/migrations/0004_imports.h"
#include "adapters/sql/migrations/0005_alerts.h"
#include "adapters/sql/migrations/0006_lean_writes.h"
#include "adapters/sql/migrations/0007_jobs.h"
#include "adapters/sql/migrations/0008_relay.h"
#include "adapters/sql/migrations/0009_webhooks.h"
#include "adapters/sql/migrations/0010_goals.h"
#include "adapters/sql/migrations/0011_habits.h"
#include "adapters/sql/migrations/0012_tasks.h"
#include "adapters/sql/migrations/0013_reminders.h"
#include "adapters/sql/migrations/0014_push.h"

namespace sw::sql {
namespace {

constexpr std::array kAll = {
    migrations::kPeople,    migrations::kCalendars,  migrations::kChanges, migrations::kImports,
    migrations::kAlerts,    migrations::kLeanWrites, migrations::kJobs,    migrations::kRelay,
    migrations::kWebhooks,  migrations::kGoals,      migrations::kHabits,  migrations::kTasks,
    migrations::kReminders, migrations::kPush};

struct Word {
  std::string_view placeholder;
  std::string_view sqlite;
  std::string_view postgres;
};
constexpr std::array kWords = {
    Word{"{id}", "BLOB", "uuid"},
    Word{"{int}", "INTEGER", "bigint"},
    Word{"{real}", "REAL", "double precision"},
    Word{"{text}", "TEXT", "text COLLATE \"C\""},
    Word{"{bytes}", "BLOB", "bytea"},
    Word{"{clustered}", "WITHOUT ROWID", ""},
};

}  // namespace

std::string Migration::script(Dialect dialect) const {
  std::string out(both);
  for (const Word& word : kWords) {
    const std::string_view text = dialect == Dialect::kSqlite ? word.sqlite : word.postgres;
    for (auto at = out.find(word.placeholder); at != std::string::npos;
         at = out.find(word.placeholder, at + text.size())) {
      out.replace(at, word.placeholder.size(), text);
    }
  }
  out += dialect == Dialect::kSqlite ? sqliteOnly : postgresOnly;
  return out;
}

std::string Migration::checksum(Dialect dialect) const {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : script(dialect)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; hash >>= 4) text[i] = "0123456789abcdef"[hash & 15];
  return text;
}

std::span<const Migration> allMigrations() { return kAll; }
int newestSchema() { return kAll.back().version; }

base::Result<std::span<const Migration>> pendingMigrations(
    std::span<const Migration> known, std::span<const AppliedMigration> applied, Dialect dialect) {
  if (applied.size() > known.size()) {
    return base::Error(base::Code::kConfiguration,
                       "the database has schema " + std::to_string(applied.back().version) +
                           ", this program knows up to " + std::to_string(known.size()) +
                           ": run the version that wrote it, or a newer one");
  }
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (applied[i].version != known[i].version ||
        applied[i].checksum != known[i].checksum(dialect)) {
      return base::Error(base::Code::kConfiguration,
                         "migration " + std::to_string(applied[i].version) +
                             " of the database is not the one this program has");
    }
  }
  return known.subspan(applied.size());
}

}  // namespace sw::sql
