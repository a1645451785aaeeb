#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "fakes/fake_clock.h"
#include "obs/exposition.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// A clock, metrics and their catalogue for a test.
struct Instruments {
  fakes::FakeClock clock;
  Metrics metrics{clock};
  MetricCatalog catalog{metrics};

  [[nodiscard]] std::string text(ExpositionFormat format = ExpositionFormat::kText) {
    return expose(metrics, format);
  }
  /// The value of the sample whose name and labels are exactly `series`; empty when absent.
  [[nodiscard]] std::string sample(std::string_view series) {
    const std::string all = "\n" + text();
    const std::string wanted = "\n" + std::string(series) + " ";
    const std::size_t at = all.find(wanted);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + wanted.size();
    return all.substr(begin, all.find('\n', begin) - begin);
  }
};

/// Keeps what is logged; can be told to fail.
class MemorySink final : public LogSink {
 public:
  struct Shared {
    std::mutex mutex;
    std::string text;
    bool failing = false;
    std::size_t room = ~std::size_t{0};  // bytes that still fit

    void fail(bool fails) {
      const std::lock_guard lock(mutex);
      failing = fails;
    }

    std::vector<std::string> lines() {
      const std::lock_guard lock(mutex);
      std::vector<std::string> out;
      for (const auto line : base::splitTrimmed(text, '\n')) out.emplace_back(line);
      return out;
    }
  };

  explicit MemorySink(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  std::size_t append(std::string_view lines) override {
    const std::lock_guard lock(shared_->mutex);
    full_ = shared_->failing;
    if (full_) return 0;
    // Whole lines, as many as there is room for.
    std::size_t fits = std::min(lines.size(), shared_->room);
    if (fits < lines.size()) fits = fits == 0 ? 0 : lines.rfind('\n', fits - 1) + 1;
    shared_->text += lines.substr(0, fits);
    shared_->room -= fits;
    full_ = fits < lines.size();
    return fits;
  }
  [[nodiscard]] std::string trouble() const override { return full_ ? "no room for a test" : ""; }

 private:
  std::shared_ptr<Shared> shared_;
  bool full_ = false;
};

/// A log into memory.
struct LogCapture {
  explicit LogCapture(Instruments& instruments, LogOptions options = {}, Redactor redactor = {})
      : log(std::move(options), std::make_unique<MemorySink>(shared), std::move(redactor),
            instruments.clock, instruments.catalog) {}

  std::vector<std::string> lines() {
    log.flush();
    return shared->lines();
  }

  std::shared_ptr<MemorySink::Shared> shared = std::make_shared<MemorySink::Shared>();
  Log log;
};

}  // namespace sw::obs
