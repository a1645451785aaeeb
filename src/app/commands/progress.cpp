#include "app/commands/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sw::app {
namespace {

constexpr std::int64_t kCells = 30;

void toTerminal(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

ProgressBar::ProgressBar(std::string label, const base::Clock& clock)
    : ProgressBar(std::move(label), clock, isatty(STDERR_FILENO) == 1) {}

ProgressBar::ProgressBar(std::string label, const base::Clock& clock, bool watched)
    : label_(std::move(label)), clock_(clock), watched_(watched), begun_(clock.monotonic()) {}

ProgressBar::~ProgressBar() {
  if (shown_) toTerminal("\r\033[K");
}

std::optional<std::string> ProgressBar::lineAt(base::Monotonic now, std::int64_t done,
                                               std::int64_t total) {
  if (!watched_ || now - begun_ < kPatience) return std::nullopt;
  if (shown_ && now - *shown_ < kInterval) return std::nullopt;
  shown_ = now;
  std::string line = label_ + " ";
  if (total <= 0) return line + std::to_string(done);
  const std::int64_t part = std::clamp(done, std::int64_t{0}, total);
  const auto filled = static_cast<std::size_t>(part * kCells / total);
  line.append("[").append(filled, '#').append(kCells - filled, ' ').append("] ");
  return line + std::to_string(part * 100 / total) + " %";
}

void ProgressBar::update(std::int64_t done, std::int64_t total) {
  if (const auto line = lineAt(clock_.monotonic(), done, total)) toTerminal("\r\033[K" + *line);
}

}  // namespace sw::app
