#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.h"
#include "obs/cells.h"

namespace sw::obs {

enum class MetricType { kCounter, kGauge, kHistogram };
/// Whether a family speaks of this process or of all copies together (which every copy then
/// reports alike, so that rules take `max` over instances, never `sum`).
enum class MetricScope { kInstance, kCluster };

/// What a family is; texts and buckets in static storage.
struct FamilyInfo {
  std::string_view name;
  std::string_view help;
  std::string_view where;             // where it is observed, for the documentation
  std::span<const double> buckets{};  // upper bounds, ascending, without +Inf; histograms only
  MetricScope scope = MetricScope::kInstance;
  bool preset = true;            // counters, histograms: all label sets exist at 0 from the start
  std::size_t maxSeries = 4096;  // of labels with values known only at run time
  MetricType type = MetricType::kCounter;  // set by the family's own class, like the next
  bool copied = false;                     // holds the last value set instead of a sum
};

/// Where a trace can be found, for exemplars (W3C Trace Context, section 3.2.2).
struct TraceRef {
  std::array<std::uint8_t, 16> traceId{};
  std::array<std::uint8_t, 8> spanId{};
};

struct Exemplar {
  TraceRef trace;
  double value = 0;
  base::Instant when{};
};

/// The values of one label that are known only at run time, with a limit. The first is
/// "overflow", which stands for all that came after the limit. Thread-safe.
class LabelValues;
struct Series;
class FamilyState;
class Metrics;

/// A value of a run-time label, made by `Metrics::value`. `Label` keeps them apart by type.
template <class Label>
class DynamicValue {
 public:
  /// The value "overflow".
  DynamicValue() = default;
  [[nodiscard]] std::uint16_t index() const { return index_; }
  friend bool operator==(const DynamicValue&, const DynamicValue&) = default;

 private:
  friend class Metrics;
  explicit DynamicValue(std::uint16_t index) : index_(index) {}
  std::uint16_t index_ = 0;
};

/// A label whose values are known when the program is compiled: `Value` and their texts.
template <class L>
concept StaticLabel = requires {
  typename L::Value;
  { L::kName } -> std::convertible_to<std::string_view>;
  L::kValues[0];
};
/// A label whose values come at run time, at most `kLimit` of them.
template <class L>
concept DynamicLabel = requires {
  { L::kName } -> std::convertible_to<std::string_view>;
  { L::kLimit } -> std::convertible_to<std::size_t>;
} && std::same_as<typename L::Value, DynamicValue<L>>;

/// A label of a family, whatever its kind.
struct LabelRef {
  std::string_view name;
  std::span<const std::string_view> fixed{};
  LabelValues* dynamic = nullptr;
};

/// Adds to one series of a counter. Cheap to copy; valid while the Metrics live. Thread-safe,
/// lock-free.
class CounterHandle {
 public:
  CounterHandle() = default;
  void increment(std::uint64_t by = 1) const noexcept {
    store_->update(slot_, [by](Cell* cells) { addTo(*cells, by); });
  }
  explicit operator bool() const { return store_ != nullptr; }

 private:
  friend class FamilyState;
  CounterHandle(CellStore* store, std::uint32_t slot) : store_(store), slot_(slot) {}
  CellStore* store_ = nullptr;
  std::uint32_t slot_ = 0;
};

/// One series of a gauge, or of a counter whose total is kept elsewhere and only copied here.
/// The series appears with the first call of `set` or `add`. Thread-safe, lock-free.
class GaugeHandle {
 public:
  GaugeHandle() = default;
  void set(double value) const noexcept;
  void add(double by) const noexcept;
  /// Takes the series out of the exposition until it is set again.
  void clear() const noexcept;

 private:
  friend class FamilyState;
  explicit GaugeHandle(Series* series) : series_(series) {}
  Series* series_ = nullptr;
};

/// Observes into one series of a histogram. Cheap to copy; valid while the Metrics live.
/// Thread-safe, lock-free.
class HistogramHandle {
 public:
  HistogramHandle() = default;
  /// Counts `value` in its bucket and adds it to the sum; NaN is ignored.
  void observe(double value) const noexcept {
    if (value != value) [[unlikely]]
      return;
    const std::uint32_t bucket = bucketOf(value);
    store_->update(slot_, [value, bucket, this](Cell* cells) {
      addTo(cells[bucket], std::uint64_t{1});
      addTo(cells[bounds_ + 1], value);
    });
  }
  void observe(std::chrono::nanoseconds duration) const noexcept {
    observe(std::chrono::duration<double>(duration).count());
  }
  /// As above, and keeps the trace as the exemplar of the bucket, unless another thread is
  /// just doing that.
  void observe(double value, const TraceRef& trace) const noexcept;

 private:
  friend class FamilyState;
  [[nodiscard]] std::uint32_t bucketOf(double value) const noexcept {
    std::uint32_t bucket = 0;
    while (bucket < bounds_ && value > buckets_[bucket]) ++bucket;
    return bucket;
  }

  CellStore* store_ = nullptr;
  Series* series_ = nullptr;
  const double* buckets_ = nullptr;
  std::uint32_t bounds_ = 0;
  std::uint32_t slot_ = 0;
};

/// What an exposition writes. `labels` and what it holds live while the Metrics live.
struct SeriesView {
  std::span<const std::string_view> labelNames;
  std::span<const std::string_view> labelValues;
  std::string_view labelText;  // `a="b",c="d"`, escaped as both text formats want it
};
struct HistogramView {
  std::span<const double> bounds;
  std::span<const std::string> boundTexts;  // "0.5", "1.0"
  std::span<const std::uint64_t> counts;    // by bucket, not cumulated; one more than bounds
  std::span<const std::optional<Exemplar>> exemplars;  // by bucket; empty when there are none
  double sum = 0;
};

/// Receives all metrics of one scrape, family after family. One implementation a format.
class MetricSink {
 public:
  MetricSink() = default;
  MetricSink(const MetricSink&) = delete;
  MetricSink& operator=(const MetricSink&) = delete;
  virtual ~MetricSink() = default;

  /// Comes before the first series of a family; a family without series does not come.
  virtual void family(const FamilyInfo& family) = 0;
  virtual void counter(const SeriesView& series, std::uint64_t value) = 0;
  /// A gauge, or a counter that is copied from elsewhere.
  virtual void number(const SeriesView& series, double value) = 0;
  virtual void histogram(const SeriesView& series, const HistogramView& value) = 0;
};

/// All metrics of a process: families, their series and the memory they count in. Owned by the
/// composition root; everything that counts holds handles into it and must not outlive it.
/// Thread-safe.
class Metrics {
 public:
  explicit Metrics(const base::Clock& clock);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  /// The value `text` of a run-time label; "overflow" (counted) beyond the label's limit. Bytes
  /// that are no UTF-8 are replaced and text beyond 128 bytes is cut. Takes a lock.
  template <DynamicLabel L>
  DynamicValue<L> value(std::string_view text) {
    return DynamicValue<L>(intern(labelValues(L::kName, L::kLimit), text));
  }
  /// How often a value or series became "overflow": by label name, or "series".
  [[nodiscard]] std::uint64_t overflows(std::string_view source) const;

  /// `collector` runs at the begin of every scrape, one at a time, to set what is read then.
  void addCollector(std::function<void()> collector);
  /// Runs the collectors, then gives everything to `sink`. One call at a time, others wait.
  void collect(MetricSink& sink);
  /// Gives every declared family, with series or without, for documentation.
  void forEachFamily(
      const std::function<void(const FamilyInfo&, std::span<const LabelRef>)>& visit) const;

  [[nodiscard]] const base::Clock& clock() const;

  /// For the families' own constructors.
  FamilyState& declare(const FamilyInfo& info, std::span<const LabelRef> labels);
  LabelValues& labelValues(std::string_view name, std::size_t limit);

 private:
  static std::uint16_t intern(LabelValues& values, std::string_view text);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The values of a run-time label so far, for documentation and tests.
std::size_t limitOf(const LabelValues& values);

/// One family without its types: finds and makes series. Used through the classes below.
class FamilyState {
 public:
  FamilyState(Metrics& metrics, CellStore& cells, const FamilyInfo& info,
              std::span<const LabelRef> labels);
  FamilyState(const FamilyState&) = delete;
  FamilyState& operator=(const FamilyState&) = delete;
  ~FamilyState();

  using Indices = std::span<const std::uint16_t>;
  CounterHandle counter(Indices labels);
  GaugeHandle gauge(Indices labels);
  HistogramHandle histogram(Indices labels);

  [[nodiscard]] const FamilyInfo& info() const;
  [[nodiscard]] std::span<const LabelRef> labels() const;
  void collect(MetricSink& sink, const CellStore::Reader& reader);
  [[nodiscard]] std::uint64_t overflows() const;

 private:
  Series& find(Indices indices);
  Series& make(std::uint64_t key, Indices indices);
  void makeAll();

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

namespace detail {

template <class L>
LabelRef labelRef(Metrics& metrics) {
  if constexpr (DynamicLabel<L>) {
    return {L::kName, {}, &metrics.labelValues(L::kName, L::kLimit)};
  } else {
    static_assert(StaticLabel<L>);
    return {L::kName, L::kValues, nullptr};
  }
}

template <class Value>
std::uint16_t indexOf(Value value) {
  if constexpr (std::is_enum_v<Value>) {
    return static_cast<std::uint16_t>(value);
  } else {
    return value.index();
  }
}

template <class... L>
FamilyState& declare(Metrics& metrics, FamilyInfo info, MetricType type) {
  static_assert(sizeof...(L) <= 4, "a series' key holds four labels");
  info.type = type;
  const std::array<LabelRef, sizeof...(L)> labels{labelRef<L>(metrics)...};
  return metrics.declare(info, labels);
}

}  // namespace detail

/// A counter with the labels `L...`; `handle` takes one value of each, in that order.
template <class... L>
class Counter {
 public:
  Counter(Metrics& metrics, const FamilyInfo& info)
      : state_(detail::declare<L...>(metrics, info, MetricType::kCounter)) {}

  /// The series of these values, made at 0 when it is new. Lock-free when the family is preset;
  /// takes a lock otherwise, so resolve it once.
  [[nodiscard]] CounterHandle handle(typename L::Value... values) const {
    return state_.counter(std::array<std::uint16_t, sizeof...(L)>{detail::indexOf(values)...});
  }
  [[nodiscard]] const FamilyInfo& info() const { return state_.info(); }

 private:
  FamilyState& state_;
};

/// A gauge with the labels `L...`.
template <class... L>
class Gauge {
 public:
  Gauge(Metrics& metrics, const FamilyInfo& info)
      : state_(detail::declare<L...>(metrics, asCopied(info), MetricType::kGauge)) {}

  /// The series of these values, absent from the exposition until it is set. Takes a lock.
  [[nodiscard]] GaugeHandle handle(typename L::Value... values) const {
    return state_.gauge(std::array<std::uint16_t, sizeof...(L)>{detail::indexOf(values)...});
  }
  [[nodiscard]] const FamilyInfo& info() const { return state_.info(); }

 protected:
  Gauge(FamilyState& state) : state_(state) {}
  static FamilyInfo asCopied(FamilyInfo info) {
    info.preset = false;
    info.copied = true;
    return info;
  }

 private:
  FamilyState& state_;
};

/// A counter whose total somebody else keeps (the kernel, a library); it is copied at a scrape.
template <class... L>
class CopiedCounter : public Gauge<L...> {
 public:
  CopiedCounter(Metrics& metrics, const FamilyInfo& info)
      : Gauge<L...>(
            detail::declare<L...>(metrics, Gauge<L...>::asCopied(info), MetricType::kCounter)) {}
};

/// A histogram with the labels `L...`.
template <class... L>
class Histogram {
 public:
  Histogram(Metrics& metrics, const FamilyInfo& info)
      : state_(detail::declare<L...>(metrics, info, MetricType::kHistogram)) {}

  /// As `Counter::handle`.
  [[nodiscard]] HistogramHandle handle(typename L::Value... values) const {
    return state_.histogram(std::array<std::uint16_t, sizeof...(L)>{detail::indexOf(values)...});
  }
  [[nodiscard]] const FamilyInfo& info() const { return state_.info(); }

 private:
  FamilyState& state_;
};

}  // namespace sw::obs
