#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/commands/output_file.h"
#include "base/clock.h"
#include "base/result.h"

namespace sw::app {

/// Writes a compressed archive (ustar of POSIX.1-2001 in gzip) file by file. Used by one thread;
/// blocks as writing does.
class TarArchive {
 public:
  /// Everything in it is in one folder of the name `folder` and has the time `made`.
  TarArchive(OutputFile& out, std::string folder, base::Instant made);
  TarArchive(const TarArchive&) = delete;
  TarArchive& operator=(const TarArchive&) = delete;
  ~TarArchive();

  /// Adds a file. `name` and folder together have at most 100 bytes (`kInvalid`). `kIo` when it
  /// cannot be written.
  base::Result<void> add(std::string_view name, std::string_view contents);
  /// Writes the end. Nothing may be added after it.
  base::Result<void> finish();

 private:
  struct Deflater;
  base::Result<void> write(std::string_view bytes, bool last);

  OutputFile& out_;
  const std::string folder_;
  const base::Instant made_;
  std::unique_ptr<Deflater> deflater_;
};

}  // namespace sw::app
