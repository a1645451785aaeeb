#include "obs/log_output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace sw::obs {
namespace {

/// Says it where a person or the service manager may see it, unless that would wait.
void tellStandardError(const std::string& what) {
  pollfd wanted{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&wanted, 1, 0) != 1 || (wanted.revents & POLLOUT) == 0) return;
  const std::string line = "scheduling-worker: " + what + "\n";
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

}  // namespace

LogOutput::LogOutput(std::unique_ptr<LogSink> sink, Notice notice, const base::Clock& clock,
                     MetricCatalog& catalog)
    : sink_(std::move(sink)),
      notice_(notice ? std::move(notice) : tellStandardError),
      clock_(clock),
      exported_(catalog.telemetryExported.handle(label::Signal::kLogs)),
      failed_(catalog.telemetryDropped.handle(label::Signal::kLogs,
                                              label::DropReason::kExportFailed)) {}

void LogOutput::fail(std::size_t records) {
  failed_.increment(records);
  lost_ += records;
  std::string why = sink_->trouble();
  if (why.empty()) why = "the sink failed";
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = !trouble_;
    trouble_ = why;
  }
  if (!first) return;
  since_ = clock_.monotonic();
  notice_("the log cannot be written: " + why + "; records are dropped and counted until it can");
}

std::optional<LogOutput::Recovery> LogOutput::write(std::string_view lines, std::size_t records) {
  const std::size_t kept = sink_->append(lines);
  if (kept < lines.size()) {
    const std::string_view whole = lines.substr(0, kept);
    const auto written = static_cast<std::size_t>(std::ranges::count(whole, '\n'));
    exported_.increment(written);
    fail(records - std::min(written, records));
    return {};
  }
  exported_.increment(records);
  std::string why = sink_->trouble();
  {
    const std::lock_guard lock(mutex_);
    if (!trouble_) return {};
    trouble_ = std::move(why);
    if (!trouble_->empty()) return {};
    trouble_.reset();
  }
  return Recovery{std::exchange(lost_, 0), clock_.monotonic() - since_};
}

void LogOutput::reopen() {
  sink_->reopen();
  if (!sink_->trouble().empty()) fail(0);
}

std::optional<std::string> LogOutput::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

}  // namespace sw::obs
