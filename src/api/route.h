#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "accounts/sharing.h"
#include "api/http.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::api {

class RequestScope;

/// Answers one kind of request. An error becomes an answer by the table of `base::Code`.
using Handler = std::function<base::Task<base::Result<Response>>(RequestScope&)>;

/// Who may call a route at all.
enum class Access {
  kPublic,    // anybody
  kUser,      // whoever is known
  kOperator,  // operators; for everybody else the path does not exist
};

/// What a request's body may be.
enum class BodyKind { kNone, kJson, kCalendarFile };

/// The longest bodies that are read, in bytes.
struct BodyLimits {
  std::size_t json = std::size_t{1} << 20;
  std::size_t calendarFile = std::size_t{32} << 20;
};

/// One line of the route table: what the server answers, the source of the `endpoint` label, and
/// what the authorisation matrix tests.
struct Route {
  Method method = Method::kGet;
  /// Segments in braces are parameters: "/calendars/{calendarId}/acl/{aclId}". Static storage.
  std::string_view pattern;
  Access access = Access::kUser;
  BodyKind body = BodyKind::kNone;
  /// The role in the resource's calendar that the handler demands; kNone: none.
  accounts::AccessRole role = accounts::AccessRole::kNone;
  Handler handler;

  /// Whether the request changes something: what read-only tokens may not, and what a session
  /// must prove with its CSRF token.
  bool writes = false;
  /// The status of success, whose counter exists from the start.
  int success = 200;
  /// Whether requests count against the caller's limit.
  bool limited = true;
  /// Whether a request can be long, as an import: those have a limit of their own.
  bool heavy = false;
  /// Whether a POST with an Idempotency-Key is answered again as the first time. Not where the
  /// request is safe to repeat anyway.
  bool repeatable = true;
  /// Whether all that the handler does is one unit, which its commit writes with the answer. Then
  /// a repeat is noticed by its key when it commits, or fails, and nobody looks for it before.
  bool oneUnit = false;
  /// Position in the table; set by the router.
  std::size_t index = 0;
};

/// The largest body the route reads.
constexpr std::size_t maxBodyOf(const Route& route, const BodyLimits& limits) {
  constexpr std::size_t kIgnoredBody = std::size_t{64} << 10;
  switch (route.body) {
    case BodyKind::kNone: return kIgnoredBody;
    case BodyKind::kJson: return limits.json;
    case BodyKind::kCalendarFile: return limits.calendarFile;
  }
  return kIgnoredBody;
}

/// The parameters of a matched path, still percent-encoded. Views into pattern and path.
class PathParameters {
 public:
  static constexpr std::size_t kMax = 4;

  void add(std::string_view name, std::string_view value) {
    if (count_ < kMax) entries_.at(count_++) = {name, value};
  }
  /// Empty when there is no such parameter.
  [[nodiscard]] std::string_view find(std::string_view name) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (entries_.at(i).first == name) return entries_.at(i).second;
    }
    return {};
  }
  void clear() { count_ = 0; }

 private:
  std::array<std::pair<std::string_view, std::string_view>, kMax> entries_;
  std::size_t count_ = 0;
};

}  // namespace sw::api
