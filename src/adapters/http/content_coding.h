#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sw::adapters::http {

enum class Coding { kIdentity, kGzip, kBrotli };

/// Which codings a body can be had in, beside identity.
struct CodingChoice {
  bool gzip = true;
  bool brotli = true;
};

/// The coding that `Accept-Encoding` weighs highest (RFC 9110 section 12.5.3); brotli before gzip
/// before identity where it weighs the same. What cannot be read counts as not accepted.
Coding negotiate(std::string_view acceptEncoding, CodingChoice choice = {});

/// Whether a body of this media type usually gets smaller: text, JSON, XML, scripts and the like.
bool isCompressible(std::string_view contentType);

/// As in Content-Encoding; empty for identity.
std::string_view toString(Coding coding);

/// The entity tag of the compressed form: `"v1"` becomes `"v1-gzip"` (RFC 9110 section 8.8.3: two
/// representations may not share a strong tag). What is no tag is given back.
std::string tagFor(std::string_view tag, Coding coding);

/// Compresses a body that comes in pieces. Owned by one answer.
class StreamCompressor {
 public:
  enum class Step { kBuffer, kFlush, kFinish };

  StreamCompressor() = default;
  StreamCompressor(const StreamCompressor&) = delete;
  StreamCompressor& operator=(const StreamCompressor&) = delete;
  virtual ~StreamCompressor() = default;

  /// Null for identity.
  static std::unique_ptr<StreamCompressor> make(Coding coding);

  /// Appends what there is of the compressed form to `out`: with `kFlush` all that the other side
  /// needs to read what was added so far, with `kFinish` the end too. False when the library
  /// failed (no memory).
  virtual bool add(std::string_view piece, Step step, std::string& out) = 0;
};

/// Replaces `out` by the whole of `text`, compressed. False when the library failed or it got no
/// smaller. Keeps its working memory for the thread's next call.
bool compress(Coding coding, std::string_view text, std::string& out);

}  // namespace sw::adapters::http
