#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/target.h"
#include "base/json_reader.h"
#include "base/zone.h"

namespace sw::api {

/// Reads the parameters of a query, notes each problem, and at the end every parameter nobody
/// asked for. A getter answers nothing (or its default) when the parameter is absent or wrong.
class QueryReader {
 public:
  QueryReader(const Query& query, base::json::Problems& problems)
      : query_(query), problems_(problems) {}

  std::optional<std::string> text(std::string_view name, std::size_t maxBytes);
  std::vector<std::string> texts(std::string_view name);
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max,
                       std::int64_t fallback);
  bool boolean(std::string_view name, bool fallback);
  std::size_t choice(std::string_view name, std::initializer_list<std::string_view> allowed,
                     std::size_t fallback);
  /// RFC 3339; a time without an offset is UTC, a mere date its midnight in UTC.
  std::optional<base::UtcSeconds> time(std::string_view name);
  void problem(std::string_view name, std::string issue);

  /// Notes unknown parameters. Call last.
  void finish();

 private:
  std::optional<std::string_view> find(std::string_view name);

  const Query& query_;
  base::json::Problems& problems_;
  std::vector<std::string_view> asked_;
};

}  // namespace sw::api
