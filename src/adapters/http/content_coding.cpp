#include "adapters/http/content_coding.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace sw::adapters::http {
namespace {

constexpr int kGzipLevel = 4;
constexpr int kBrotliQuality = 4;
constexpr int kBrotliWindow = 18;  // 256 KiB: answers are rarely longer, and it is allocated
constexpr int kGzipWindow = 15 + 16;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool equalsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// The weight after `q=` in thousandths (RFC 9110 section 12.4.2); 0 when malformed.
int weight(std::string_view parameters) {
  parameters = trim(parameters);
  if (parameters.empty()) return 1000;
  if (parameters.size() < 3 || (parameters[0] | 0x20) != 'q' || parameters[1] != '=') return 0;
  const std::string_view number = parameters.substr(2);
  if (number.size() > 5 || (number[0] != '0' && number[0] != '1')) return 0;
  if (number.size() > 1 && number[1] != '.') return 0;
  int value = (number[0] - '0') * 1000;
  int unit = 100;
  for (std::size_t i = 2; i < number.size(); ++i, unit /= 10) {
    if (number[i] < '0' || number[i] > '9') return 0;
    value += (number[i] - '0') * unit;
  }
  return std::min(value, 1000);
}

/// Sets up the gzip state of a thread once; `deflateReset` makes it ready for the next body.
class GzipState {
 public:
  GzipState() {
    ok_ =
        deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  GzipState(const GzipState&) = delete;
  GzipState& operator=(const GzipState&) = delete;
  ~GzipState() {
    if (ok_) deflateEnd(&stream_);
  }

  bool reset() { return ok_ && deflateReset(&stream_) == Z_OK; }

  /// Appends to `out` until zlib wants more input (or has ended, with Z_FINISH).
  bool run(std::string_view piece, int flush, std::string& out) {
    if (!ok_ || piece.size() > std::numeric_limits<uInt>::max()) return false;
    // zlib declares its input without const but does not write to it.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
    std::array<char, 16384> chunk;
    for (;;) {
      stream_.next_out = reinterpret_cast<Bytef*>(chunk.data());
      stream_.avail_out = static_cast<uInt>(chunk.size());
      const int outcome = deflate(&stream_, flush);
      if (outcome == Z_STREAM_ERROR) return false;
      out.append(chunk.data(), chunk.size() - stream_.avail_out);
      if (stream_.avail_out != 0 || outcome == Z_STREAM_END) return true;
    }
  }

 private:
  z_stream stream_{};
  bool ok_ = false;
};

class GzipStream final : public StreamCompressor {
 public:
  bool add(std::string_view piece, Step step, std::string& out) override {
    const int flush = step == Step::kFinish  ? Z_FINISH
                      : step == Step::kFlush ? Z_SYNC_FLUSH
                                             : Z_NO_FLUSH;
    return state_.run(piece, flush, out);
  }

 private:
  GzipState state_;
};

class BrotliStream final : public StreamCompressor {
 public:
  BrotliStream() : state_(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (!state_) return;
    BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_QUALITY, kBrotliQuality);
    BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_LGWIN, kBrotliWindow);
  }

  bool add(std::string_view piece, Step step, std::string& out) override {
    if (!state_) return false;
    const BrotliEncoderOperation operation = step == Step::kFinish  ? BROTLI_OPERATION_FINISH
                                             : step == Step::kFlush ? BROTLI_OPERATION_FLUSH
                                                                    : BROTLI_OPERATION_PROCESS;
    std::size_t left = piece.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(piece.data());
    do {
      std::size_t room = 0;
      if (BrotliEncoderCompressStream(state_.get(), operation, &left, &next, &room, nullptr,
                                      nullptr) == BROTLI_FALSE) {
        return false;
      }
      std::size_t made = 0;
      const std::uint8_t* text = BrotliEncoderTakeOutput(state_.get(), &made);
      out.append(reinterpret_cast<const char*>(text), made);
    } while (left > 0 || BrotliEncoderHasMoreOutput(state_.get()) == BROTLI_TRUE);
    return true;
  }

 private:
  struct Destroy {
    void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
  };
  std::unique_ptr<BrotliEncoderState, Destroy> state_;
};

bool compressBrotli(std::string_view text, std::string& out) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  if (size == 0) return false;
  out.resize(size);
  const bool ok =
      BrotliEncoderCompress(kBrotliQuality, kBrotliWindow, BROTLI_MODE_TEXT, text.size(),
                            reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                            reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE;
  out.resize(ok ? size : 0);
  return ok;
}

}  // namespace

Coding negotiate(std::string_view acceptEncoding, CodingChoice choice) {
  if (acceptEncoding.empty()) return Coding::kIdentity;
  int gzip = -1;
  int brotli = -1;
  int identity = -1;
  int any = -1;
  while (!acceptEncoding.empty()) {
    const std::size_t comma = std::min(acceptEncoding.find(','), acceptEncoding.size());
    const std::string_view item = acceptEncoding.substr(0, comma);
    acceptEncoding.remove_prefix(std::min(comma + 1, acceptEncoding.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view name = trim(item.substr(0, semicolon));
    const int q = weight(item.substr(std::min(semicolon + 1, item.size())));
    if (equalsIgnoringCase(name, "gzip") || equalsIgnoringCase(name, "x-gzip")) gzip = q;
    if (equalsIgnoringCase(name, "br")) brotli = q;
    if (equalsIgnoringCase(name, "identity")) identity = q;
    if (name == "*") any = q;
  }
  if (gzip < 0) gzip = any;
  if (brotli < 0) brotli = any;
  if (!choice.gzip) gzip = 0;
  if (!choice.brotli) brotli = 0;
  // Identity that is not named is acceptable but wanted least.
  const int floor = std::max(identity, 1);
  if (brotli >= floor && brotli >= gzip) return Coding::kBrotli;
  return gzip >= floor ? Coding::kGzip : Coding::kIdentity;
}

bool isCompressible(std::string_view contentType) {
  const std::string_view type = trim(contentType.substr(0, contentType.find(';')));
  if (type == "application/json" || type.starts_with("text/")) return true;
  return type.ends_with("+json") || type.ends_with("+xml") || type == "application/javascript" ||
         type == "application/xml" || type == "application/yaml" ||
         type == "application/openmetrics-text" || type == "application/x-ndjson" ||
         type == "application/wasm" || type == "application/manifest+json";
}

std::string_view toString(Coding coding) {
  switch (coding) {
    case Coding::kIdentity: return {};
    case Coding::kGzip: return "gzip";
    case Coding::kBrotli: return "br";
  }
  return {};
}

std::string tagFor(std::string_view tag, Coding coding) {
  std::string result(tag);
  if (coding == Coding::kIdentity || result.size() < 2 || result.back() != '"') return result;
  result.pop_back();
  return result.append("-").append(toString(coding)).append("\"");
}

std::unique_ptr<StreamCompressor> StreamCompressor::make(Coding coding) {
  switch (coding) {
    case Coding::kGzip: return std::make_unique<GzipStream>();
    case Coding::kBrotli: return std::make_unique<BrotliStream>();
    case Coding::kIdentity: break;
  }
  return nullptr;
}

bool compress(Coding coding, std::string_view text, std::string& out) {
  out.clear();
  bool ok = false;
  if (coding == Coding::kBrotli) {
    ok = compressBrotli(text, out);
  } else if (coding == Coding::kGzip) {
    thread_local GzipState state;
    ok = state.reset() && state.run(text, Z_FINISH, out);
  }
  return ok && out.size() < text.size();
}

}  // namespace sw::adapters::http
