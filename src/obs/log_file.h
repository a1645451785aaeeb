#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "obs/log_archive.h"
#include "obs/log_sink.h"

namespace sw::obs {

/// A log file that is put aside when it is too long or too old, and compressed by the archive.
/// Nothing is lost when the program dies in the middle: the file is renamed, and what was put
/// aside is found again. A line that the disk had no room for is taken back, so that every line is
/// whole. When it cannot be opened again it goes on with the file that it has. Of one thread.
class LogFile final : public LogSink {
 public:
  /// Opens or makes the file, with its folder. `kIo` when that cannot be.
  static base::Result<std::unique_ptr<LogFile>> open(const std::string& path,
                                                     const LogRotation& rotation,
                                                     const base::Clock& clock);
  ~LogFile() override;

  std::size_t append(std::string_view lines) override;
  void reopen() override;
  [[nodiscard]] std::string trouble() const override {
    return trouble_.empty() ? moved_ : trouble_;
  }
  /// What was put aside.
  [[nodiscard]] LogArchive& archive() { return archive_; }

 private:
  LogFile(std::filesystem::path path, const LogRotation& rotation, const base::Clock& clock);
  base::Result<void> openFile();
  void rotateIfDue(std::size_t coming);
  bool rotate();
  std::size_t writeAll(std::string_view lines);

  const std::filesystem::path path_;
  const LogRotation rotation_;
  const base::Clock& clock_;
  LogArchive archive_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  base::Instant born_{};
  base::Instant nextTry_{};  // when what failed is tried again
  std::string trouble_;
  std::string moved_;  // why the file could not be opened again; it is tried again
};

}  // namespace sw::obs
