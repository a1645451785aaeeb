#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"

namespace sw::adapters::http {

/// How large the head of a request may be.
struct HeadLimits {
  std::size_t headBytes = 16 * 1024;   // request line and fields together; more is 431
  std::size_t targetBytes = 8 * 1024;  // more is 414
  std::size_t fields = 100;            // more is 431
};

/// Why bytes are no acceptable request. The text is static and safe to show.
struct HeadFault {
  base::Code code = base::Code::kMalformed;
  const char* reason = "";
  int status = 0;  // where the protocol has a better one than the code's; else 0
};

/// Finds the end of a request's head in bytes that arrive in pieces, looking at each byte once,
/// and refuses early what cannot become one: a first byte that begins no method, lines ended by a
/// lone LF, folded lines (RFC 9112 section 5.2), too many or too long ones. Owned by one
/// connection.
class HeadScanner {
 public:
  enum class State { kNeedsMore, kComplete, kFault };

  explicit HeadScanner(const HeadLimits& limits) : limits_(&limits) {}

  /// `bytes` begins with the first byte after the previous request and has only grown since the
  /// last call or `reset`.
  State scan(std::string_view bytes);
  void reset();

  /// Empty lines before the request line (RFC 9112 section 2.2 lets a server ignore them), bytes.
  [[nodiscard]] std::size_t leading() const { return leading_; }
  /// From the first byte of the request line to the one after the empty line, once complete.
  [[nodiscard]] std::size_t length() const { return line_ - leading_; }
  [[nodiscard]] const HeadFault& fault() const { return fault_; }

 private:
  State fail(base::Code code, const char* reason);
  State endLine(std::string_view bytes, std::size_t lineFeed, bool& done);

  const HeadLimits* limits_;
  std::size_t leading_ = 0;
  std::size_t line_ = 0;      // where the line begins that is being looked at
  std::size_t searched_ = 0;  // up to here there is no further line feed
  std::size_t lines_ = 0;
  HeadFault fault_;
};

}  // namespace sw::adapters::http
