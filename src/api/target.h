#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

/// The parts of a request's target (RFC 3986).
namespace sw::api {

/// Undoes percent-encoding; nothing where an escape is broken or hides a control character or
/// bytes that are not UTF-8.
std::optional<std::string> percentDecode(std::string_view text);

/// The parameters of a query, decoded ('+' means a blank, as forms send it), in order.
class Query {
 public:
  static constexpr std::size_t kMaxParameters = 200;

  Query() = default;
  /// `kInvalid` with every parameter that cannot be decoded, or when there are too many.
  static base::Result<Query> parse(std::string_view text);

  /// The value of the first parameter called that.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& entries() const {
    return entries_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace sw::api
