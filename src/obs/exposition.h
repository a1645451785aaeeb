#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "base/result.h"
#include "obs/metrics.h"

namespace sw::obs {

enum class ExpositionFormat {
  kText,         // Prometheus text format 0.0.4
  kOpenMetrics,  // OpenMetrics 1.0.0, with exemplars
};

/// The format that an `Accept` header prefers (RFC 9110, section 12.5.1); text where it names
/// neither or is empty.
ExpositionFormat negotiateExposition(std::string_view accept);
/// The `Content-Type` of a format.
std::string_view contentType(ExpositionFormat format);

/// Writes metrics as text in either format; `le` always has a fraction ("1.0"), `_created` is
/// never written.
class TextExposition final : public MetricSink {
 public:
  /// Appends to `out`; call `finish` after the last family.
  TextExposition(ExpositionFormat format, std::string& out) : format_(format), out_(out) {}

  void family(const FamilyInfo& family) override;
  void counter(const SeriesView& series, std::uint64_t value) override;
  void number(const SeriesView& series, double value) override;
  void histogram(const SeriesView& series, const HistogramView& value) override;
  void finish();

 private:
  void sample(std::string_view suffix, const SeriesView& series);
  void exemplar(const Exemplar& exemplar);

  ExpositionFormat format_;
  std::string& out_;
  std::string_view name_;
  std::string line_;
};

/// All metrics in one text. Blocks while another scrape collects.
std::string expose(Metrics& metrics, ExpositionFormat format);

/// What answers `/metrics`: at most two scrapes at a time. Thread-safe.
class MetricsEndpoint {
 public:
  static constexpr int kMaxScrapes = 2;

  explicit MetricsEndpoint(Metrics& metrics) : metrics_(metrics) {}

  struct Answer {
    std::string_view contentType;
    std::string body;
  };
  /// The metrics in the format that `accept` prefers; `kUnavailable` while two scrapes run.
  base::Result<Answer> scrape(std::string_view accept);
  /// Scrapes that run now, refused ones included.
  [[nodiscard]] int running() const { return running_.load(); }

 private:
  Metrics& metrics_;
  std::atomic<int> running_{0};
  std::atomic<std::size_t> lastSize_{64 * 1024};
};

}  // namespace sw::obs
