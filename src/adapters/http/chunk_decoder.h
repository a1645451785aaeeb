#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sw::adapters::http {

/// Takes the chunked transfer coding (RFC 9112 section 7.1) off a body that arrives in pieces.
/// Strict: sizes of at most 16 hexadecimal digits, every line ended by CR LF, extensions and
/// trailers skipped but bounded. Owned by one connection.
class ChunkDecoder {
 public:
  enum class State { kNeedsMore, kComplete, kMalformed, kTooLarge };

  /// A body longer than `limit` bytes is too large.
  explicit ChunkDecoder(std::size_t limit) : limit_(limit) {}

  /// Appends the content of `bytes` to `body` and says how many bytes it took: all of them, unless
  /// the body has ended or is refused.
  State decode(std::string_view bytes, std::size_t& taken, std::string& body);

 private:
  enum class Part {
    kSizeFirst,  // before the first digit
    kSize,
    kExtension,
    kSizeEnd,  // after the CR of the size line
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,  // at the begin of a trailer line
    kTrailer,
    kTrailerEnd,  // after the CR of a trailer line
    kLastLf,
    kDone,
  };

  /// One byte outside of data; false when it is malformed.
  bool step(char c);

  Part part_ = Part::kSizeFirst;
  std::size_t limit_;
  std::size_t total_ = 0;
  std::uint64_t size_ = 0;  // of the chunk, then what is left of it
  int digits_ = 0;
  std::size_t overhead_ = 0;  // bytes of this line's extension, or of all trailers
};

}  // namespace sw::adapters::http
