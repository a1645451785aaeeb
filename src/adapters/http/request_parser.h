#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "adapters/http/head_scanner.h"
#include "api/http.h"

namespace sw::adapters::http {

/// What the server itself needs to know of a head, beside what the handler sees. Views point into
/// the same bytes as the head's.
struct HeadInfo {
  bool http11 = true;
  bool keepAlive = true;  // as the client asked, or by its version's default
  bool chunked = false;
  bool expectsContinue = false;
  std::optional<std::uint64_t> contentLength;
  std::string_view acceptEncoding;
  std::string_view ifNoneMatch;

  [[nodiscard]] bool hasBody() const { return chunked || contentLength.value_or(0) > 0; }
};

/// Reads a whole head (as `HeadScanner` delimited it) into `head` and `info`, replacing what was
/// there but keeping the memory of `head.headers`. Gives what is wrong with it, or nothing;
/// `head` then holds as much as was read. Strict where leniency lets two readers of one stream
/// disagree on where a message ends (RFC 9112 sections 3.2, 6.1, 6.3 and 11.2).
std::optional<HeadFault> parseHead(std::string_view bytes, const HeadLimits& limits,
                                   api::RequestHead& head, HeadInfo& info);

}  // namespace sw::adapters::http
