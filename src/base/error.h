#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sw::base {

/// What went wrong, as far as a caller can act on it. Every code has one row in the table behind
/// `describe()`, which is the only place that maps it to a status, a severity or a label.
enum class Code {
  kMalformed,           // not JSON, not UTF-8, not HTTP
  kUnauthenticated,     // no, or no valid, credentials
  kForbidden,           // known, but not allowed
  kNotFound,            // not there, or not visible to the caller
  kMethodNotAllowed,    // the path exists, the method does not
  kRequestTimeout,      // the caller was too slow
  kConflict,            // contradicts the present state
  kGone,                // was there once: a cursor or token that is too old
  kPreconditionFailed,  // stale If-Match
  kPayloadTooLarge,
  kUriTooLong,
  kUnsupportedMediaType,
  kInvalid,  // well-formed, but a field has a wrong type or value
  kTooManyRequests,
  kHeadersTooLarge,
  kInternal,       // a defect of ours
  kUnavailable,    // a dependency, a full queue, start-up or draining
  kTimeout,        // a deadline of an outgoing call passed
  kCancelled,      // the caller went away
  kCorrupted,      // stored data is damaged
  kIo,             // file or network failed
  kConfiguration,  // wrong settings; stops the start
};

/// How bad an error is for those who run the service (the requirement's error classes).
enum class Severity { kCritical, kError, kWarning, kInfo };

/// One row of the error table. All views point to static storage.
struct CodeInfo {
  Code code;
  int httpStatus;          // 400 to 599
  std::string_view name;   // on the wire, as in "VALIDATION_ERROR"
  std::string_view label;  // in metrics and logs, as in "invalid"
  Severity severity;
  bool retryable;   // the same call may succeed later without a change
  bool reportable;  // goes to error tracking
};

/// The row of `code`. Never fails; thread-safe.
const CodeInfo& describe(Code code);
std::string_view toString(Severity severity);

/// One problem of an input: which field, and what was expected of it.
struct FieldProblem {
  std::string field;  // path in the body, as in "attendees[2].email"; empty for the whole
  std::string issue;

  friend bool operator==(const FieldProblem&, const FieldProblem&) = default;
};

/// Why an operation failed. Cheap to copy and to move (one shared pointer); immutable, so it may
/// cross threads. The message is for people and must hold no secret.
class Error {
 public:
  Error(Code code, std::string message);
  Error(Code code, std::string message, std::vector<FieldProblem> details);

  /// The same failure seen from one level up: keeps this error as the cause and its code.
  [[nodiscard]] Error wrap(std::string message) const;
  /// As `wrap`, where the level above classifies the failure differently.
  [[nodiscard]] Error wrap(Code code, std::string message) const;

  [[nodiscard]] Code code() const;
  [[nodiscard]] const std::string& message() const;
  [[nodiscard]] const std::vector<FieldProblem>& details() const;
  /// The error below, or null.
  [[nodiscard]] const Error* cause() const;
  /// The whole chain in one line: "message: cause: cause".
  [[nodiscard]] std::string describe() const;

 private:
  struct Body;
  std::shared_ptr<const Body> body_;
};

}  // namespace sw::base
