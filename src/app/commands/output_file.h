#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sw::app {

/// Where a command writes its result: standard output, or a file that appears whole or not at
/// all. Used by one thread; blocks.
class OutputFile {
 public:
  /// "-" is standard output. `kIo` naming the file that cannot be made.
  static base::Result<OutputFile> open(const std::string& path);
  OutputFile(OutputFile&&) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  /// Without `finish` before it nothing stays of the file.
  ~OutputFile();

  /// `kIo` when it cannot be written, as when the disk is full.
  base::Result<void> write(std::string_view text);
  /// Gives the file its name. `kIo` as `write`.
  base::Result<void> finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };
  OutputFile(std::string path, std::string draft, std::unique_ptr<std::FILE, Close> file);

  std::string path_;
  std::string draft_;  // the name until it is whole; empty for standard output
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace sw::app
