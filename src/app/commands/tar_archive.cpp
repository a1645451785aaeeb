#include "app/commands/tar_archive.h"

#include <zlib.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMaxName = 100;
constexpr int kGzip = 15 + 16;  // zlib's largest window, with gzip's frame

/// A number in octal digits that fill the field but for its last byte.
void putOctal(std::string& header, std::size_t at, std::size_t size, std::uint64_t value) {
  for (std::size_t i = size - 1; i-- > 0;) {
    header[at + i] = static_cast<char>('0' + value % 8);
    value /= 8;
  }
}

/// The fields of a ustar header (POSIX.1-2001, pax, "ustar Interchange Format").
std::string headerOf(const std::string& name, std::uint64_t size, base::Instant made) {
  constexpr std::size_t kSumAt = 148;
  std::string header(kBlock, '\0');
  header.replace(0, name.size(), name);
  putOctal(header, 100, 8, 0644);  // mode
  putOctal(header, 108, 8, 0);     // user
  putOctal(header, 116, 8, 0);     // group
  putOctal(header, 124, 12, size);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(made).time_since_epoch().count();
  putOctal(header, 136, 12, static_cast<std::uint64_t>(seconds));
  header.replace(kSumAt, 8, "        ");
  header[156] = '0';  // an ordinary file
  header.replace(257, 8,
                 std::string_view("ustar\0"
                                  "00",
                                  8));
  std::uint64_t sum = 0;
  for (const char byte : header) sum += static_cast<unsigned char>(byte);
  putOctal(header, kSumAt, 7, sum);
  header[kSumAt + 6] = '\0';
  return header;
}

}  // namespace

struct TarArchive::Deflater {
  Deflater()
      : good(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) ==
             Z_OK) {}
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() {
    if (good) deflateEnd(&stream);
  }

  z_stream stream{};
  bool good;
};

TarArchive::TarArchive(OutputFile& out, std::string folder, base::Instant made)
    : out_(out), folder_(std::move(folder)), made_(made), deflater_(std::make_unique<Deflater>()) {}

TarArchive::~TarArchive() = default;

Result<void> TarArchive::write(std::string_view bytes, bool last) {
  if (!deflater_->good) return Error(Code::kInternal, "there is no memory to compress with");
  z_stream& stream = deflater_->stream;
  std::array<char, 16384> piece;
  // zlib does not change what it reads, but says so only in newer headers.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
    SW_CHECK(out_.write({piece.data(), piece.size() - stream.avail_out}));
  } while (stream.avail_out == 0);
  return {};
}

Result<void> TarArchive::add(std::string_view name, std::string_view contents) {
  const std::string path = folder_ + "/" + std::string(name);
  if (path.size() >= kMaxName) return Error(Code::kInvalid, "the name " + path + " is too long");
  SW_CHECK(write(headerOf(path, contents.size(), made_), false));
  SW_CHECK(write(contents, false));
  const std::size_t rest = contents.size() % kBlock;
  return write(std::string(rest == 0 ? 0 : kBlock - rest, '\0'), false);
}

Result<void> TarArchive::finish() { return write(std::string(2 * kBlock, '\0'), true); }

}  // namespace sw::app
