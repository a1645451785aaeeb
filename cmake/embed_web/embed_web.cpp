// Makes C++ of the files of the web page: `embed_web OUTPUT.cpp [FOLDER]`. Each file is there as it
// is and, where that is smaller, compressed by gzip and brotli at their strongest, since that is
// paid once here instead of at each request. Without a folder the table is empty.

#include <brotli/encode.h>
#include <openssl/sha.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& message) {
  std::cerr << "embed_web: " << message << "\n";
  std::exit(1);
}

std::string contentTypeOf(const fs::path& file) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".map", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
  }};
  const std::string suffix = file.extension().string();
  for (const auto& [known, type] : kTypes) {
    if (suffix == known) return std::string(type);
  }
  fail("'" + file.string() + "': add its content type to the table in embed_web.cpp");
}

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) fail("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string etagOf(const std::string& content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  std::string etag = "\"";
  for (std::size_t i = 0; i < 12; ++i) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", unsigned{digest[i]});
    etag += hex.data();
  }
  return etag + "\"";
}

std::string gzip(const std::string& content) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 9, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    fail("zlib does not start");
  }
  std::string packed(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) fail("zlib does not finish");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string brotli(const std::string& content) {
  std::size_t size = BrotliEncoderMaxCompressedSize(content.size());
  std::string packed(size, '\0');
  if (BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT,
                            content.size(), reinterpret_cast<const std::uint8_t*>(content.data()),
                            &size, reinterpret_cast<std::uint8_t*>(packed.data())) != BROTLI_TRUE) {
    fail("brotli does not finish");
  }
  packed.resize(size);
  return packed;
}

/// The bytes as a string_view of a literal, in lines of bounded length. Escapes are octal with all
/// three digits, so that a digit that follows is never taken for one more of them.
std::string literal(const std::string& bytes) {
  std::string text = "{\n        \"";
  std::size_t column = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '?') {
      text += c;
      ++column;
    } else {
      std::array<char, 5> escape{};
      std::snprintf(escape.data(), escape.size(), "\\%03o", unsigned{byte});
      text += escape.data();
      column += 4;
    }
    if (column >= 120) {
      text += "\"\n        \"";
      column = 0;
    }
  }
  return text + "\",\n        " + std::to_string(bytes.size()) + "}";
}

std::string smallerOrNothing(std::string packed, const std::string& content) {
  return packed.size() + 64 < content.size() ? std::move(packed) : std::string();
}

std::vector<fs::path> filesOf(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder / "index.html")) {
    fail(folder.string() +
         " has no index.html; `./dev build` makes it, and -DSW_WEB=OFF builds without the page");
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), folder));
  }
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return a.generic_string() < b.generic_string();
  });
  return files;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2 && count != 3) fail("usage: embed_web OUTPUT.cpp [FOLDER]");
  std::ostringstream source;
  source << "// Made by embed_web from web/dist.\n#include \"app/web_assets.h\"\n\n"
         << "namespace sw::app {\n\n";
  if (count == 2) {
    source << "std::span<const WebAsset> webAssets() { return {}; }\n";
  } else {
    const fs::path folder = arguments[2];
    source << "namespace {\nconstexpr WebAsset kAssets[] = {\n";
    for (const fs::path& file : filesOf(folder)) {
      const std::string content = read(folder / file);
      source << "    {" << literal(file.generic_string()) << ",\n     "
             << literal(contentTypeOf(file)) << ",\n     " << literal(etagOf(content)) << ",\n     "
             << literal(content) << ",\n     " << literal(smallerOrNothing(gzip(content), content))
             << ",\n     " << literal(smallerOrNothing(brotli(content), content)) << "},\n";
    }
    source << "};\n}  // namespace\n\n"
           << "std::span<const WebAsset> webAssets() { return kAssets; }\n";
  }
  source << "\n}  // namespace sw::app\n";

  const fs::path output = arguments[1];
  fs::create_directories(output.parent_path());
  std::ofstream stream(output, std::ios::binary | std::ios::trunc);
  stream << source.str();
  if (!stream.flush()) fail("cannot write " + output.string());
  return 0;
}
