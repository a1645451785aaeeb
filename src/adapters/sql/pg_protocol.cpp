#include "adapters/sql/pg_protocol.h"

#include <bit>
#include <charconv>
#include <cstring>

namespace sw::sql {
namespace {

using base::Code;
using base::Error;

// Object ids of built-in types (PostgreSQL's pg_type.dat).
constexpr Oid kBytea = 17;
constexpr Oid kBigint = 20;
constexpr Oid kText = 25;
constexpr Oid kDouble = 701;
constexpr Oid kUuid = 2950;
constexpr int kBinary = 1;

static_assert(std::endian::native == std::endian::little);

std::uint64_t fromNetwork(const char* bytes) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes, sizeof bits);
  return __builtin_bswap64(bits);
}

std::string_view stateOf(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state != nullptr ? state : "";
}

Code codeOf(std::string_view state) {
  if (state == "57014") return Code::kTimeout;  // query_canceled
  if (state == "XX001" || state == "XX002") return Code::kCorrupted;
  if (state.starts_with("23")) return Code::kConflict;  // integrity constraints
  if (state.starts_with("22")) return Code::kInvalid;   // data exceptions
  if (state.starts_with("58")) return Code::kIo;        // system errors
  for (const std::string_view away : {"08", "25", "40", "53", "55", "57"}) {
    if (state.starts_with(away)) return Code::kUnavailable;
  }
  return state.empty() ? Code::kUnavailable : Code::kInternal;
}

}  // namespace

PgParams::PgParams(Params params) {
  types_.reserve(params.size());
  values_.reserve(params.size());
  lengths_.reserve(params.size());
  formats_.assign(params.size(), kBinary);
  numbers_.reserve(params.size());  // so that pointers into it stay valid
  struct Adder {
    PgParams& out;
    void operator()(std::monostate) const {
      out.types_.push_back(0);  // the server knows from the context
      out.values_.push_back(nullptr);
      out.lengths_.push_back(0);
    }
    void operator()(std::int64_t number) const {
      out.addNumber(static_cast<std::uint64_t>(number), kBigint);
    }
    void operator()(double number) const {
      out.addNumber(std::bit_cast<std::uint64_t>(number), kDouble);
    }
    void operator()(const Value::Text& text) const { out.addBytes(text.bytes, kText); }
    void operator()(const Value::Blob& blob) const { out.addBytes(blob.bytes, kBytea); }
    void operator()(const base::Uuid& id) const {
      out.addBytes({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()}, kUuid);
    }
  };
  for (const Value& value : params) std::visit(Adder{*this}, value.storage());
}

void PgParams::addNumber(std::uint64_t bits, Oid type) {
  const std::uint64_t network = __builtin_bswap64(bits);
  auto& place = numbers_.emplace_back();
  std::memcpy(place.data(), &network, sizeof network);
  addBytes({place.data(), place.size()}, type);
}

void PgParams::addBytes(std::string_view bytes, Oid type) {
  types_.push_back(type);
  values_.push_back(bytes.data() == nullptr ? "" : bytes.data());
  lengths_.push_back(static_cast<int>(bytes.size()));
}

std::string toPostgresParameters(std::string_view sql) {
  std::string out(sql);
  bool quoted = false;
  for (char& c : out) {
    if (c == '\'') quoted = !quoted;
    if (c == '?' && !quoted) c = '$';
  }
  return out;
}

bool PgRow::isNull(int column) const { return PQgetisnull(result_, row_, column) != 0; }

std::int64_t PgRow::integer(int column) const {
  if (isNull(column) || PQgetlength(result_, row_, column) != 8) return 0;
  return static_cast<std::int64_t>(fromNetwork(PQgetvalue(result_, row_, column)));
}

double PgRow::real(int column) const { return std::bit_cast<double>(integer(column)); }

std::string_view PgRow::text(int column) const {
  if (isNull(column)) return "";
  const auto size = static_cast<std::size_t>(PQgetlength(result_, row_, column));
  return {PQgetvalue(result_, row_, column), size};
}

StatementOutcome outcomeOf(const PGresult* result) {
  StatementOutcome outcome;
  if (PQresultStatus(result) == PGRES_TUPLES_OK) {
    outcome.rows = PQntuples(result);
    const PgRow first(result);
    if (outcome.rows > 0 && PQftype(result, 0) == kBigint && !first.isNull(0)) {
      outcome.value = first.integer(0);
    }
    return outcome;
  }
  // libpq takes a mutable result here and does not change it.
  const std::string_view rows = PQcmdTuples(const_cast<PGresult*>(result));
  std::from_chars(rows.data(), rows.data() + rows.size(), outcome.rows);
  return outcome;
}

bool isTransient(const PGresult* result) {
  const std::string_view state = stateOf(result);
  return state == "40001" || state == "40P01";
}

Error pgError(const PGresult* result, std::string_view doing) {
  std::string message(doing);
  message += ": ";
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  message += text != nullptr ? text : "the connection broke";
  return {codeOf(stateOf(result)), std::move(message)};
}

}  // namespace sw::sql
