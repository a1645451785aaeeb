#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/content_coding.h"
#include "api/http.h"
#include "base/clock.h"

namespace sw::adapters::http {

/// The line "Date: …" (RFC 9110 section 6.6.1), made anew once a second. One thread.
class DateLine {
 public:
  explicit DateLine(const base::Clock& clock) : clock_(&clock) {}

  /// The line with its end, as of `now`.
  std::string_view at(base::Monotonic now);

 private:
  const base::Clock* clock_;
  base::Monotonic until_{};
  std::string line_;
};

/// How the body follows the head.
enum class Framing {
  kNone,     // no body and no length: 204, 304
  kLength,   // Content-Length
  kChunked,  // chunked transfer coding
  kClose,    // until the connection ends (HTTP/1.0)
};

/// What the server adds to the handler's fields.
struct HeadPlan {
  Framing framing = Framing::kLength;
  std::uint64_t length = 0;
  Coding coding = Coding::kIdentity;
  bool varies = false;            // another Accept-Encoding could have given another body
  bool close = false;             // the connection ends after this answer
  bool confirmKeepAlive = false;  // HTTP/1.0 asked for it
  std::string_view ifNoneMatch;   // of the request, to name the tag that a 304 confirms
};

/// Appends the head of an answer to `out`. Control characters in values become blanks, so that no
/// value can begin a field of its own; fields that the server owns (Date, Content-Length,
/// Transfer-Encoding, Connection) are not taken from the handler.
void appendHead(std::string& out, const api::Response& response, const HeadPlan& plan,
                std::string_view dateLine);

/// Appends one chunk of the chunked transfer coding; `piece` is not empty.
void appendChunk(std::string& out, std::string_view piece);

}  // namespace sw::adapters::http
