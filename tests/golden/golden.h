#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace sw::golden {

/// Compares `actual` with the file `path` (below the repository); with SW_UPDATE_GOLDEN set in
/// the environment writes the file instead.
inline void expectSame(const std::string& path, const std::string& actual) {
  const std::string full = std::string(SW_SOURCE_DIR) + "/" + path;
  if (std::getenv("SW_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(full, std::ios::binary) << actual;
  }
  std::ifstream in(full, std::ios::binary);
  const std::string expected((std::istreambuf_iterator<char>(in)),
                             std::istreambuf_iterator<char>());
  EXPECT_EQ(actual, expected) << path << " differs; SW_UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace sw::golden
