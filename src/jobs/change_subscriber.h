#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "jobs/change_log.h"

namespace sw::jobs {

/// One reader of everybody's changes, by way of the relay: webhooks, reminders, a message bus.
/// Called by the relay alone, never for two batches of one user at once; must outlive it.
class ChangeSubscriber {
 public:
  ChangeSubscriber() = default;
  ChangeSubscriber(const ChangeSubscriber&) = delete;
  ChangeSubscriber& operator=(const ChangeSubscriber&) = delete;
  virtual ~ChangeSubscriber() = default;

  /// Under which the relay remembers how far this reader has come; never changed. Static storage.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// From where a reader that the relay has never met is told.
  enum class Start {
    kNow,         // what is written from its first registration on
    kOldestKept,  // everything the log still holds
  };
  [[nodiscard]] virtual Start start() const { return Start::kNow; }

  /// Takes changes of one user, oldest first, without gaps. At least once: after an error, or when
  /// the process dies, they come again, and nothing later of that user comes before them. What is
  /// added to `unit` becomes durable together with the reader's new position, so that a reader
  /// that only writes to the database is told exactly once. Must not block its thread.
  virtual base::Task<base::Result<void>> take(const std::vector<Change>& changes,
                                              UnitOfWork& unit) = 0;
};

}  // namespace sw::jobs
