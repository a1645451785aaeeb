#include "adapters/http/head_scanner.h"

#include <cstring>

namespace sw::adapters::http {
namespace {

constexpr std::size_t kMaxLeading = 8;         // four empty lines
constexpr std::size_t kRequestLineExtra = 64;  // method, version and blanks beside the target

bool beginsMethod(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr);
}

}  // namespace

void HeadScanner::reset() {
  leading_ = line_ = searched_ = lines_ = 0;
  fault_ = {};
}

HeadScanner::State HeadScanner::fail(base::Code code, const char* reason) {
  fault_ = {code, reason, 0};
  return State::kFault;
}

HeadScanner::State HeadScanner::endLine(std::string_view bytes, std::size_t lineFeed, bool& done) {
  if (lineFeed == line_ || bytes[lineFeed - 1] != '\r') {
    return fail(base::Code::kMalformed, "a line must end with CR LF");
  }
  const bool empty = lineFeed - 1 == line_;
  if (lines_ == 0 && empty) {
    leading_ = line_ = searched_ = lineFeed + 1;
    if (leading_ > kMaxLeading) return fail(base::Code::kMalformed, "too many empty lines");
    return State::kNeedsMore;
  }
  if (lines_ > 0 && !empty && (bytes[line_] == ' ' || bytes[line_] == '\t')) {
    return fail(base::Code::kMalformed, "folded header lines are not accepted");
  }
  line_ = searched_ = lineFeed + 1;
  if (empty) {
    done = true;
    return State::kComplete;
  }
  // The first line is the request's, the others are fields.
  if (lines_++ > limits_->fields) {
    return fail(base::Code::kHeadersTooLarge, "too many header fields");
  }
  return State::kNeedsMore;
}

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  for (;;) {
    if (lines_ == 0 && bytes.size() > line_ && bytes[line_] != '\r' &&
        !beginsMethod(bytes[line_])) {
      return fail(base::Code::kMalformed, "not an HTTP request");
    }
    const char* found = bytes.size() > searched_
                            ? static_cast<const char*>(std::memchr(bytes.data() + searched_, '\n',
                                                                   bytes.size() - searched_))
                            : nullptr;
    const std::size_t seen =
        found == nullptr ? bytes.size() : static_cast<std::size_t>(found - bytes.data());
    if (lines_ == 0 && seen - line_ > limits_->targetBytes + kRequestLineExtra) {
      return fail(base::Code::kUriTooLong, "the request target is too long");
    }
    if (seen - leading_ > limits_->headBytes) {
      return fail(base::Code::kHeadersTooLarge, "the request header is too large");
    }
    if (found == nullptr) {
      searched_ = bytes.size();
      return State::kNeedsMore;
    }
    bool done = false;
    const State state = endLine(bytes, seen, done);
    if (done || state == State::kFault) return state;
  }
}

}  // namespace sw::adapters::http
