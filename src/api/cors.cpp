#include "api/cors.h"

#include <algorithm>

#include "base/text.h"

namespace sw::api {
namespace {

constexpr const char* kRequestHeaders =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-CSRF-Token, "
    "X-Request-ID, traceparent, tracestate";
constexpr const char* kResponseHeaders =
    "ETag, Location, Retry-After, X-Request-ID, RateLimit-Limit, RateLimit-Remaining, "
    "RateLimit-Reset, Deprecation, Sunset, Idempotency-Replayed, traceparent";

/// A scheme and a host, in lower case, nothing behind them.
bool isOrigin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view host = text.substr(scheme.size());
    return !host.empty() && std::ranges::all_of(host, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' ||
             c == '[' || c == ']';
    });
  }
  return false;
}

}  // namespace

base::Result<CorsPolicy> CorsPolicy::parse(std::string_view list) {
  CorsPolicy policy;
  for (const std::string_view entry : base::splitTrimmed(list, ',')) {
    if (entry == "*") {
      policy.any_ = true;
    } else if (isOrigin(entry)) {
      policy.origins_.emplace_back(entry);
    } else {
      return base::Error(base::Code::kConfiguration,
                         std::string(entry) + " is not an origin, as https://app.example.org");
    }
  }
  return policy;
}

bool CorsPolicy::allows(std::string_view origin) const {
  if (origin.empty()) return false;
  return any_ || std::ranges::find(origins_, origin) != origins_.end();
}

bool CorsPolicy::isPreflight(const RequestHead& head) {
  return head.method == Method::kOptions && head.hasHeader("Origin") &&
         head.hasHeader("Access-Control-Request-Method");
}

void CorsPolicy::decorate(const RequestHead& head, Response& response) const {
  if (closed()) return;
  response.with("Vary", "Origin");
  const std::string_view origin = head.header("Origin");
  if (!allows(origin)) return;
  const bool listed = std::ranges::find(origins_, origin) != origins_.end();
  response.with("Access-Control-Allow-Origin", listed ? std::string(origin) : std::string("*"));
  if (listed) response.with("Access-Control-Allow-Credentials", "true");
  response.with("Access-Control-Expose-Headers", kResponseHeaders);
}

Response CorsPolicy::preflight(const RequestHead& head, std::string_view allowed) const {
  Response response;
  response.status = 204;
  if (!allows(head.header("Origin"))) return response;
  response.with("Access-Control-Allow-Methods", std::string(allowed));
  response.with("Access-Control-Allow-Headers", kRequestHeaders);
  response.with("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace sw::api
