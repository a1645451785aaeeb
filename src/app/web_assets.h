#pragma once

#include <span>
#include <string_view>

namespace sw::app {

/// A file of the web page, built into the program. All views point to static storage.
struct WebAsset {
  std::string_view path;         // from the root of the page, as in "index.html"
  std::string_view contentType;  // with its charset where it has one
  std::string_view etag;         // with its quotes; the same for all encodings
  std::string_view identity;
  std::string_view gzip;    // empty when it would not be smaller
  std::string_view brotli;  // empty when it would not be smaller
};

/// All files, by path in the order of bytes; none when the program was built without the page.
/// Thread-safe.
std::span<const WebAsset> webAssets();

}  // namespace sw::app
