#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "obs/error_sink.h"

/// The files that `installCrashHandler` leaves, read by the process after.
namespace sw::obs {

/// What a crash report tells.
struct CrashReport {
  std::filesystem::path file;
  bool logged = false;  // by a process before this one; only error tracking still lacks it

  base::Instant when{};
  std::string signal;   // "SIGSEGV"
  std::string reason;   // what an uncaught exception said, or the address of a bad access
  std::string version;  // of the program that crashed
  std::string thread;
  std::vector<StackFrame> stack;  // functions named where the same files are loaded now
  std::vector<ModuleImage> images;
  std::vector<Breadcrumb> breadcrumbs;

  /// "SIGSEGV in thread http-0: reason".
  [[nodiscard]] std::string summary() const;
};

inline constexpr std::size_t kMaxCrashReports = 10;

/// The reports in the folder, the oldest first, at most `kMaxCrashReports`: older ones are
/// removed. None when there is no folder; a file that is no report is left out. Blocks.
std::vector<CrashReport> readCrashReports(const std::filesystem::path& folder);
/// The report with this text, `kMalformed` when it is none.
base::Result<CrashReport> parseCrashReport(std::string_view text);
/// Notes that the report is in the log, so that it is not written there again.
void markLogged(CrashReport& report);
/// Removes the report's file.
void discard(const CrashReport& report);

}  // namespace sw::obs
