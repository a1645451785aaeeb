#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "adapters/http/chunk_decoder.h"
#include "adapters/http/content_coding.h"
#include "adapters/http/head_scanner.h"
#include "adapters/http/request_parser.h"
#include "api/target.h"

namespace {

using namespace sw;
using namespace sw::adapters::http;

/// A broken promise ends the run with the input that broke it.
void require(bool holds) {
  if (!holds) std::abort();
}

bool within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::string percentEncode(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

/// What was decoded says the same when it is encoded and decoded again.
void checkTarget(std::string_view text) {
  if (const auto decoded = api::percentDecode(text)) {
    require(decoded->size() <= text.size());
    require(api::percentDecode(percentEncode(*decoded)) == decoded);
  }
  const auto query = api::Query::parse(text);
  if (!query) {
    require(!query.error().details().empty());
    return;
  }
  std::string again;
  for (const auto& [name, value] : query->entries()) {
    require(query->find(name).has_value());
    again += percentEncode(name) + "=" + percentEncode(value) + "&";
  }
  const auto twice = api::Query::parse(again);
  require(twice.ok() && twice->entries() == query->entries());
}

/// The end of a head is the same however its bytes are split, and what is read points into it.
void checkHead(std::string_view text) {
  const HeadLimits limits;
  HeadScanner whole(limits);
  const HeadScanner::State state = whole.scan(text);
  HeadScanner split(limits);
  HeadScanner::State last = HeadScanner::State::kNeedsMore;
  for (std::size_t n = 1; n <= text.size() && last == HeadScanner::State::kNeedsMore; ++n) {
    last = split.scan(text.substr(0, n));
  }
  require(last == state || text.empty());
  if (state != HeadScanner::State::kComplete) return;
  require(split.length() == whole.length() && split.leading() == whole.leading());
  const std::string_view bytes = text.substr(whole.leading(), whole.length());
  api::RequestHead head;
  HeadInfo info;
  if (parseHead(bytes, limits, head, info)) return;
  require(head.path == "*" || head.path.starts_with('/'));
  require(head.path == "/" || within(head.path, bytes));
  require(within(head.query, bytes) && head.headers.size() <= limits.fields);
  require(!(info.chunked && info.contentLength));
  for (const api::Header& header : head.headers) {
    require(within(header.name, bytes) && within(header.value, bytes));
  }
  negotiate(info.acceptEncoding);
  checkTarget(head.path);
  checkTarget(head.query);
}

/// A chunked body is the same however its bytes are split.
void checkChunks(std::string_view text) {
  constexpr std::size_t kLimit = 1024;
  ChunkDecoder whole(kLimit);
  std::string body;
  std::size_t taken = 0;
  const ChunkDecoder::State state = whole.decode(text, taken, body);
  ChunkDecoder split(kLimit);
  std::string pieces;
  std::size_t sum = 0;
  ChunkDecoder::State last = ChunkDecoder::State::kNeedsMore;
  for (std::size_t n = 0; n < text.size() && last == ChunkDecoder::State::kNeedsMore; ++n) {
    std::size_t one = 0;
    last = split.decode(text.substr(n, 1), one, pieces);
    sum += one;
  }
  require(last == state && pieces == body && sum == taken && body.size() <= kLimit);
}

}  // namespace

/// Input: a first byte that chooses the reader, then its text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 20000) return 0;
  std::string text(size - 1, '\0');
  std::transform(data + 1, data + size, text.begin(),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  switch (data[0] % 4) {
    case 0: checkTarget(text); break;
    case 1: checkHead(text); break;
    case 2: checkChunks(text); break;
    default: negotiate(text); break;
  }
  return 0;
}
