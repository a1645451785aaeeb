#include "adapters/sql/sqlite_connection.h"

#include <mutex>
#include <utility>

#include "adapters/sql/sqlite_log_buffer.h"

namespace sw::sql {
namespace {

using base::Code;
using base::Error;
using base::Result;

// Steps of SQLite's machine between two looks at the deadline: about 50 µs.
constexpr int kStepsPerDeadlineCheck = 20'000;

// Once a process, before the first connection: connections are used by one thread at a time, so
// their own mutexes, and the statistics that all of them would share, only cost.
void configureLibrary() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
  });
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  [[nodiscard]] bool isNull(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] double real(int column) const override {
    return sqlite3_column_double(statement_, column);
  }
  [[nodiscard]] std::string_view text(int column) const override {
    // Text is stored as UTF-8, so that the bytes are the same without a conversion.
    const void* bytes = sqlite3_column_blob(statement_, column);
    if (bytes == nullptr) return "";
    const int size = sqlite3_column_bytes(statement_, column);
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  }

 private:
  sqlite3_stmt* statement_;
};

// The parameters outlive the step, so SQLite need not copy them.
int bindOne(sqlite3_stmt* statement, int index, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t number) const {
      return sqlite3_bind_int64(statement, index, number);
    }
    int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
    int operator()(const Value::Text& text) const {
      const char* bytes = text.bytes.data() == nullptr ? "" : text.bytes.data();
      return sqlite3_bind_text64(statement, index, bytes, text.bytes.size(), nullptr, SQLITE_UTF8);
    }
    int operator()(const Value::Blob& blob) const {
      const char* bytes = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
      return sqlite3_bind_blob64(statement, index, bytes, blob.bytes.size(), nullptr);
    }
    int operator()(const base::Uuid& id) const {
      return sqlite3_bind_blob64(statement, index, id.bytes.data(), id.bytes.size(), nullptr);
    }
  };
  return std::visit(Binder{statement, index}, value.storage());
}

}  // namespace

Error sqliteError(int code, sqlite3* connection, std::string_view doing) {
  std::string message(doing);
  message += ": ";
  message += connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM: return {Code::kUnavailable, std::move(message)};
    case SQLITE_INTERRUPT: return {Code::kTimeout, std::move(message)};
    case SQLITE_CONSTRAINT: return {Code::kConflict, std::move(message)};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return {Code::kCorrupted, std::move(message)};
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY: return {Code::kIo, std::move(message)};
    default: return {Code::kInternal, std::move(message)};
  }
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const SqliteOptions& options,
                                                                 Role role) {
  configureLibrary();
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  if (role == Role::kWriter) flags |= SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const std::string vfs = role == Role::kWriter ? logBufferingVfs(options.vfs) : options.vfs;
  const int code =
      sqlite3_open_v2(options.file.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) {
    Error error = sqliteError(code, handle, "cannot open " + options.file.string());
    sqlite3_close_v2(handle);
    return error;
  }
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle));
  SW_CHECK(connection->tune(options, role));
  return connection;
}

Result<void> SqliteConnection::tune(const SqliteOptions& options, Role role) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, static_cast<int>(options.busyTimeout.count()));
  const int cache = role == Role::kWriter ? options.writerCacheKib : options.readerCacheKib;
  std::string script =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
      "PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF;"
      "PRAGMA journal_size_limit=100663296; PRAGMA trusted_schema=OFF;";
  script += "PRAGMA cache_size=-" + std::to_string(cache) + ";";
  // A map would be dropped and made anew after each commit of another connection.
  script += "PRAGMA mmap_size=0;";
  if (role == Role::kReader) script += "PRAGMA query_only=ON;";
  SW_CHECK(execute(script.c_str()));
  if (role == Role::kReader) {
    sqlite3_progress_handler(
        handle_, kStepsPerDeadlineCheck,
        [](void* self) {
          const auto& deadline = static_cast<SqliteConnection*>(self)->deadline_;
          return deadline && std::chrono::steady_clock::now() > *deadline ? 1 : 0;
        },
        this);
  }
  return {};
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [key, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

Result<void> SqliteConnection::execute(const char* script) {
  const int code = sqlite3_exec(handle_, script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqliteError(code, handle_, "cannot run a script");
  return {};
}

Result<std::int64_t> SqliteConnection::number(const char* query) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(handle_, query, -1, &statement, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code != SQLITE_ROW) {
    Error error = sqliteError(code, handle_, query);
    sqlite3_finalize(statement);
    return error;
  }
  const std::int64_t value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

Result<sqlite3_stmt*> SqliteConnection::prepare(const Statement& statement) {
  const auto found = statements_.find(&statement);
  if (found != statements_.end()) return found->second;
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(handle_, statement.sqlite.data(),
                                      static_cast<int>(statement.sqlite.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) return sqliteError(code, handle_, statement.name);
  statements_.emplace(&statement, prepared);
  return prepared;
}

Result<StatementOutcome> SqliteConnection::run(const Statement& statement, Params params,
                                               const RowSink* sink) {
  SW_TRY(sqlite3_stmt* const prepared, prepare(statement));
  int index = 0;
  for (const Value& value : params) {
    const int bound = bindOne(prepared, ++index, value);
    if (bound != SQLITE_OK) return sqliteError(bound, handle_, statement.name);
  }
  StatementOutcome outcome;
  const SqliteRow row(prepared);
  int code = sqlite3_step(prepared);
  const bool givesRows = code == SQLITE_ROW;
  while (code == SQLITE_ROW) {
    if (++outcome.rows == 1 && sqlite3_column_type(prepared, 0) == SQLITE_INTEGER) {
      outcome.value = sqlite3_column_int64(prepared, 0);
    }
    if (sink != nullptr) (*sink)(row);
    code = sqlite3_step(prepared);
  }
  if (code != SQLITE_DONE) {
    Error error = sqliteError(code, handle_, statement.name);
    sqlite3_reset(prepared);
    return error;
  }
  if (!givesRows && statement.operation != Operation::kSelect) {
    outcome.rows = sqlite3_changes64(handle_);
  }
  sqlite3_reset(prepared);
  return outcome;
}

}  // namespace sw::sql
