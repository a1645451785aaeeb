#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// What reminding people tells of itself: metric and log together. One a process; thread-safe.
class ReminderProbe {
 public:
  enum class Subject : std::uint8_t { kHabit, kGoal, kTask, kEvent };
  using Channel = label::ReminderChannel::Value;
  using Status = label::ReminderStatus::Value;

  ReminderProbe(MetricCatalog& catalog, Log& log);

  /// Told in the program, so long after it was due.
  void told(Subject subject, std::chrono::microseconds late) const;
  /// Not told, for the reason given.
  void skipped(Subject subject, std::string_view reason) const;
  /// The attempts of one message on a channel beyond the program have ended. `channel` is the one
  /// of people's settings ("email", "push", "webhook"), `sender` what stands behind it.
  void delivered(Subject subject, std::string_view channel, std::string_view sender,
                 Status status) const;
  /// An attempt failed and another one will be made.
  void retried(std::string_view sender, const base::Error& error) const;
  /// The attempts have ended without success.
  void failed(Subject subject, std::string_view channel, std::string_view sender,
              std::string_view error) const;
  /// So many that were late were joined into one message.
  void joined(std::int64_t reminders) const;

 private:
  static constexpr std::size_t kChannels = label::ReminderChannel::kValues.size();
  static constexpr std::size_t kStatuses = label::ReminderStatus::kValues.size();
  static constexpr std::size_t kSubjects = 4;

  void count(Subject subject, std::size_t channel, Status status) const;

  Logger logger_;
  std::array<std::array<std::array<CounterHandle, kStatuses>, kChannels>, kSubjects> sent_;
  HistogramHandle delay_;
};

}  // namespace sw::obs
