#include "base/error.h"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace sw::base {
namespace {

using enum Code;
using enum Severity;

// In the order of the enumeration; the assertion below keeps it so.
constexpr std::array kTable = {
    CodeInfo{kMalformed, 400, "BAD_REQUEST", "malformed", kInfo, false, false},
    CodeInfo{kUnauthenticated, 401, "UNAUTHENTICATED", "unauthenticated", kInfo, false, false},
    CodeInfo{kForbidden, 403, "FORBIDDEN", "forbidden", kInfo, false, false},
    CodeInfo{kNotFound, 404, "NOT_FOUND", "not_found", kInfo, false, false},
    CodeInfo{kMethodNotAllowed, 405, "METHOD_NOT_ALLOWED", "method_not_allowed", kInfo, false,
             false},
    CodeInfo{kRequestTimeout, 408, "REQUEST_TIMEOUT", "request_timeout", kInfo, true, false},
    CodeInfo{kConflict, 409, "CONFLICT", "conflict", kInfo, false, false},
    CodeInfo{kGone, 410, "GONE", "gone", kInfo, false, false},
    CodeInfo{kPreconditionFailed, 412, "PRECONDITION_FAILED", "precondition_failed", kInfo, false,
             false},
    CodeInfo{kPayloadTooLarge, 413, "PAYLOAD_TOO_LARGE", "payload_too_large", kInfo, false, false},
    CodeInfo{kUriTooLong, 414, "URI_TOO_LONG", "uri_too_long", kInfo, false, false},
    CodeInfo{kUnsupportedMediaType, 415, "UNSUPPORTED_MEDIA_TYPE", "unsupported_media_type", kInfo,
             false, false},
    CodeInfo{kInvalid, 422, "VALIDATION_ERROR", "invalid", kInfo, false, false},
    CodeInfo{kTooManyRequests, 429, "RATE_LIMITED", "rate_limited", kInfo, true, false},
    CodeInfo{kHeadersTooLarge, 431, "HEADERS_TOO_LARGE", "headers_too_large", kInfo, false, false},
    CodeInfo{kInternal, 500, "INTERNAL", "internal", kError, false, true},
    CodeInfo{kUnavailable, 503, "UNAVAILABLE", "unavailable", kWarning, true, false},
    CodeInfo{kTimeout, 503, "UNAVAILABLE", "timeout", kWarning, true, false},
    CodeInfo{kCancelled, 503, "UNAVAILABLE", "cancelled", kInfo, true, false},
    CodeInfo{kCorrupted, 500, "INTERNAL", "corrupted", kCritical, false, true},
    CodeInfo{kIo, 503, "UNAVAILABLE", "io", kError, true, true},
    CodeInfo{kConfiguration, 500, "INTERNAL", "configuration", kCritical, false, true},
};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].code) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(kConfiguration) + 1;
}
static_assert(inOrder());

}  // namespace

const CodeInfo& describe(Code code) { return kTable.at(static_cast<std::size_t>(code)); }

std::string_view toString(Severity severity) {
  switch (severity) {
    case kCritical: return "critical";
    case kError: return "error";
    case kWarning: return "warning";
    case kInfo: return "info";
  }
  return "error";
}

struct Error::Body {
  Code code;
  std::string message;
  std::vector<FieldProblem> details;
  std::optional<Error> cause;
};

Error::Error(Code code, std::string message)
    : body_(std::make_shared<const Body>(Body{code, std::move(message), {}, {}})) {}

Error::Error(Code code, std::string message, std::vector<FieldProblem> details)
    : body_(std::make_shared<const Body>(Body{code, std::move(message), std::move(details), {}})) {}

Error Error::wrap(std::string message) const { return wrap(code(), std::move(message)); }

Error Error::wrap(Code code, std::string message) const {
  Error outer(code, {});
  outer.body_ = std::make_shared<const Body>(Body{code, std::move(message), body_->details, *this});
  return outer;
}

Code Error::code() const { return body_->code; }
const std::string& Error::message() const { return body_->message; }
const std::vector<FieldProblem>& Error::details() const { return body_->details; }

const Error* Error::cause() const { return body_->cause ? &*body_->cause : nullptr; }

std::string Error::describe() const {
  std::string out = message();
  for (const Error* below = cause(); below != nullptr; below = below->cause()) {
    out += ": ";
    out += below->message();
  }
  return out;
}

}  // namespace sw::base
