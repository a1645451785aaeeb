#pragma once

#include <atomic>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/context.h"
#include "obs/field.h"
#include "obs/log_level.h"

namespace sw::obs {

struct LogComponent;

/// One record as it is being logged. All views live as long as the call.
struct TappedRecord {
  Level level;
  bool kept;  // false: below the component's level, so that only the tap sees it
  base::Instant when;
  const LogComponent& component;  // lives as long as the Log; has the name
  std::string_view message;
  std::span<const Field> fields;
};

/// Sees what a thread logs, while it is that thread's tap (see `TapScope`): also the records that
/// the component's level keeps out of the log. For the flight recorder of requests.
///
/// Nothing is redacted yet. Whoever keeps a record copies it with `RecordPlan` (log_record.h) into
/// memory of its own, reads it back with `readRecord`, and writes it out through a `LogEncoder`,
/// which removes the secrets.
///
/// Called on the thread that logs, once for each record, before the record is limited, queued or
/// dropped; it must neither wait nor log, and costs every record of that thread what it takes.
class RecordTap {
 public:
  RecordTap() = default;
  RecordTap(const RecordTap&) = delete;
  RecordTap& operator=(const RecordTap&) = delete;
  virtual ~RecordTap() = default;

  virtual void record(const TappedRecord& record) noexcept = 0;
};

namespace detail {
inline constinit thread_local RecordTap* threadTap = nullptr;
/// Sees what is logged on behalf of a traced request; lives as long as the process.
inline constinit std::atomic<RecordTap*> requestTap{nullptr};
}  // namespace detail

/// What sees the records of the calling thread now, or null: the thread's own tap, else the one
/// for whatever is logged on behalf of a request (see `base::Context`).
inline RecordTap* currentTap() {
  if (detail::threadTap != nullptr) return detail::threadTap;
  if (base::currentContext().scope == nullptr) return nullptr;
  return detail::requestTap.load(std::memory_order_acquire);
}

/// Makes `tap` see what the calling thread logs, and answers what saw it before; null: nothing.
/// For code that moves a request from thread to thread, as when its coroutine is resumed.
inline RecordTap* exchangeTap(RecordTap* tap) {
  RecordTap* former = detail::threadTap;
  detail::threadTap = tap;
  return former;
}

/// Makes `tap` see what the calling thread logs until the end of the scope. Of one thread, which
/// must not suspend a coroutine inside it.
class TapScope {
 public:
  explicit TapScope(RecordTap* tap) : former_(exchangeTap(tap)) {}
  TapScope(const TapScope&) = delete;
  TapScope& operator=(const TapScope&) = delete;
  ~TapScope() { exchangeTap(former_); }

 private:
  RecordTap* former_;
};

}  // namespace sw::obs
