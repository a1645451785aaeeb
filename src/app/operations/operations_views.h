#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <string>

#include "base/result.h"

namespace sw::app {

/// Documents that parts of the service show on the operations port. The listener is there before
/// the parts are and goes after them, so each shows itself when it can and takes itself away.
/// Owned by the operations handler; thread-safe.
class OperationsViews {
 public:
  enum class Name { kConfig, kRequests, kAlerts, kJobs };
  /// Answers JSON text. Called on the listener's thread; must not block for long, nor call `show`.
  using View = std::function<std::string()>;

  /// Shows `view` from now on; an empty one takes the present one away, and waits for a call of it
  /// that runs.
  void show(Name name, View view);
  /// The document as it is now. `kUnavailable` while nobody shows it.
  base::Result<std::string> render(Name name);

 private:
  std::mutex mutex_;  // held while a view is called
  std::array<View, 4> views_;
};

}  // namespace sw::app
