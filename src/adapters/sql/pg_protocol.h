#pragma once

#include <libpq-fe.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sql/value.h"
#include "adapters/sql/write_batch.h"
#include "base/error.h"

/// What goes over libpq: parameters and rows in PostgreSQL's binary formats.
namespace sw::sql {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

/// The parameters of one execution as libpq wants them. Views of texts stay the caller's.
class PgParams {
 public:
  explicit PgParams(Params params);
  PgParams(const PgParams&) = delete;
  PgParams& operator=(const PgParams&) = delete;

  [[nodiscard]] int count() const { return static_cast<int>(types_.size()); }
  [[nodiscard]] const Oid* types() const { return types_.data(); }
  [[nodiscard]] const char* const* values() const { return values_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  void addNumber(std::uint64_t bits, Oid type);
  void addBytes(std::string_view bytes, Oid type);

  std::vector<Oid> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::array<char, 8>> numbers_;
};

/// `?N` as `$N`, outside of quotes.
std::string toPostgresParameters(std::string_view sql);

/// One row of a binary result.
class PgRow final : public Row {
 public:
  explicit PgRow(const PGresult* result) : result_(result) {}
  void moveTo(int row) { row_ = row; }

  [[nodiscard]] bool isNull(int column) const override;
  [[nodiscard]] std::int64_t integer(int column) const override;
  [[nodiscard]] double real(int column) const override;
  [[nodiscard]] std::string_view text(int column) const override;

 private:
  const PGresult* result_;
  int row_ = 0;
};

/// What a statement did, from its result.
StatementOutcome outcomeOf(const PGresult* result);

/// Whether the same transaction may succeed when it is run again (serialisation, deadlock).
bool isTransient(const PGresult* result);
/// What a failed result means, by its SQLSTATE (PostgreSQL documentation, appendix A).
base::Error pgError(const PGresult* result, std::string_view doing);

}  // namespace sw::sql
