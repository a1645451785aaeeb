#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"

namespace sw::app {

/// What `scheduling-worker debug-bundle` gathers for those who are to find a fault: what the
/// running service shows (metrics, health, requests, alerts, profiles where they are on), the end
/// of its log, the masked configuration, and what the doctor says. Secrets of the configuration
/// and what looks like one are removed from every text.
class DebugBundle {
 public:
  struct Part {
    std::string name;
    std::string contents;
  };

  /// Gathers everything; what cannot be had is told in the part "index.txt". Blocks for some
  /// seconds.
  static DebugBundle gather(const base::LoadedConfig& loaded, const base::Clock& clock);

  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  /// "scheduling-worker-debug-20260309T100000Z": of the folder in the archive, and of the file.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Writes the archive. `kIo` naming the file that cannot be written.
  [[nodiscard]] base::Result<void> save(const std::string& path) const;

 private:
  explicit DebugBundle(base::Instant made);

  const base::Instant made_;
  std::string name_;
  std::vector<Part> parts_;
};

}  // namespace sw::app
