#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "base/result.h"

namespace sw::api {

/// Which web pages of other origins may call (WHATWG Fetch, section 3.2). None unless configured.
/// Immutable; thread-safe.
class CorsPolicy {
 public:
  CorsPolicy() = default;
  /// From a list of origins ("https://app.example.org") separated by commas, or "*" for all of
  /// them, which then may not use the session cookie. `kConfiguration` naming the first that is
  /// no origin.
  static base::Result<CorsPolicy> parse(std::string_view list);

  [[nodiscard]] bool closed() const { return !any_ && origins_.empty(); }
  /// Whether pages of `origin` may call.
  [[nodiscard]] bool allows(std::string_view origin) const;

  /// Whether the request asks beforehand what it may do.
  static bool isPreflight(const RequestHead& head);
  /// Adds what a browser needs to hand the answer to the page; nothing for an origin that may not.
  void decorate(const RequestHead& head, Response& response) const;
  /// The answer to a preflight for a path that knows the methods `allowed`.
  [[nodiscard]] Response preflight(const RequestHead& head, std::string_view allowed) const;

 private:
  bool any_ = false;
  std::vector<std::string> origins_;
};

}  // namespace sw::api
