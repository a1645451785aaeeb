#include "adapters/http/chunk_decoder.h"

#include <algorithm>

namespace sw::adapters::http {
namespace {

constexpr int kMaxDigits = 16;
constexpr std::size_t kMaxExtension = 256;  // bytes a chunk
constexpr std::size_t kMaxTrailers = 8192;  // bytes in all

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool isText(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

}  // namespace

bool ChunkDecoder::step(char c) {
  switch (part_) {
    case Part::kSizeFirst:
    case Part::kSize: {
      const int digit = hexDigit(c);
      if (digit >= 0) {
        size_ = size_ << 4U | static_cast<std::uint64_t>(digit);
        part_ = Part::kSize;
        return ++digits_ <= kMaxDigits;
      }
      if (part_ == Part::kSizeFirst) return false;
      overhead_ = 0;
      if (c == '\r') {
        part_ = Part::kSizeEnd;
      } else if (c == ';' || c == ' ' || c == '\t') {
        part_ = Part::kExtension;
      } else {
        return false;
      }
      return true;
    }
    case Part::kExtension:
      if (c == '\r') {
        part_ = Part::kSizeEnd;
        return true;
      }
      return isText(c) && ++overhead_ <= kMaxExtension;
    case Part::kSizeEnd:
      overhead_ = 0;
      part_ = size_ == 0 ? Part::kTrailerStart : Part::kData;
      return c == '\n';
    case Part::kDataCr: part_ = Part::kDataLf; return c == '\r';
    case Part::kDataLf:
      part_ = Part::kSizeFirst;
      size_ = 0;
      digits_ = 0;
      return c == '\n';
    case Part::kTrailerStart:
      part_ = c == '\r' ? Part::kLastLf : Part::kTrailer;
      // A trailer begins with a token; a blank would be a folded line.
      return c == '\r' || (isText(c) && c != ' ' && c != '\t');
    case Part::kTrailer:
      if (c == '\r') {
        part_ = Part::kTrailerEnd;
        return true;
      }
      return isText(c) && ++overhead_ <= kMaxTrailers;
    case Part::kTrailerEnd: part_ = Part::kTrailerStart; return c == '\n';
    case Part::kLastLf: part_ = Part::kDone; return c == '\n';
    case Part::kData:
    case Part::kDone: break;
  }
  return false;
}

ChunkDecoder::State ChunkDecoder::decode(std::string_view bytes, std::size_t& taken,
                                         std::string& body) {
  taken = 0;
  while (taken < bytes.size() && part_ != Part::kDone) {
    if (part_ == Part::kData) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size() - taken));
      body.append(bytes.data() + taken, n);
      taken += n;
      size_ -= n;
      if (size_ == 0) part_ = Part::kDataCr;
      continue;
    }
    if (!step(bytes[taken++])) return State::kMalformed;
    if (part_ == Part::kData) {
      if (size_ > limit_ - total_) return State::kTooLarge;
      total_ += static_cast<std::size_t>(size_);
    }
  }
  return part_ == Part::kDone ? State::kComplete : State::kNeedsMore;
}

}  // namespace sw::adapters::http
