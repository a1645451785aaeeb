#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sw::obs {

/// Profiles of this process in the forms that `pprof` of gperftools reads: where processor time
/// goes, what holds memory, where the heap grew. Owned by the composition root, at most one in a
/// process; thread-safe.
class Profiles {
 public:
  static constexpr std::chrono::seconds kLongest{600};
  /// Allocations between two that are remembered, in bytes: costs well under 1 %.
  static constexpr std::uint64_t kSampledBytes = std::uint64_t{512} << 10;

  /// Whether this build can make profiles at all (sanitizers exclude them).
  static bool builtIn();

  /// Begins to remember samples of allocations for `heap`; without that its profile is empty.
  void watchHeap();

  /// Samples all threads for `length`, of which at most `kLongest` counts. Blocks that long, or
  /// until `cancel`. `kConflict` while another runs, `kUnavailable` where it is not built in or
  /// was cancelled, `kIo` when the kernel gives no memory file.
  base::Result<std::string> processor(std::chrono::seconds length);
  /// The allocations in use, and the places where the heap has grown since the start, as text.
  /// `kUnavailable` where it is not built in. Take some milliseconds.
  [[nodiscard]] base::Result<std::string> heap() const;
  [[nodiscard]] base::Result<std::string> growth() const;

  /// Ends the profile that runs and refuses later ones.
  void cancel();

  /// The words of the command line, one a line. Secrets among them are not hidden.
  static std::string commandLine();
  /// For "0x401000+0x402000": a line "0x401000<tab>name" for each address, the name empty where
  /// none is known. Only exported functions have one.
  static std::string symbols(std::string_view addresses);

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool running_ = false;
  bool cancelled_ = false;
};

}  // namespace sw::obs
