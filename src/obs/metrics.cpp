#include "obs/metrics.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "obs/exemplars.h"

namespace sw::obs {
namespace {

constexpr std::string_view kOverflow = "overflow";
constexpr std::size_t kMaxLabelBytes = 128;
/// Where a series counts, unseen, when the cell store is full: the first slot of the store.
constexpr std::uint32_t kSpillSlot = 0;
constexpr std::size_t kSpillCells = 64;

void appendEscaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '"': out += "\\\""; break;
      case '\n': out += "\\n"; break;
      default: out += c;
    }
  }
}

std::string boundText(double bound) {
  std::array<char, 64> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), bound, std::chars_format::fixed).ptr;
  std::string out(text.data(), end);
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

}  // namespace

class LabelValues {
 public:
  explicit LabelValues(std::size_t limit) : limit_(limit) {
    texts_.emplace_back(kOverflow);
    indices_.emplace(texts_.back(), 0);
  }

  std::uint16_t intern(std::string_view raw) {
    std::string text;
    base::appendAsUtf8(text, raw.substr(0, base::utf8Prefix(raw, kMaxLabelBytes)));
    const std::lock_guard lock(mutex_);
    if (const auto found = indices_.find(text); found != indices_.end()) return found->second;
    if (texts_.size() > limit_) {
      overflows_.fetch_add(1, std::memory_order_relaxed);
      return 0;
    }
    const auto index = static_cast<std::uint16_t>(texts_.size());
    indices_.emplace(texts_.emplace_back(std::move(text)), index);
    return index;
  }
  std::string_view text(std::uint16_t index) const {
    const std::lock_guard lock(mutex_);
    return texts_.at(index);
  }
  std::size_t limit() const { return limit_; }
  std::uint64_t overflows() const { return overflows_.load(std::memory_order_relaxed); }

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::deque<std::string> texts_;  // never shrinks, so views into it stay valid
  std::unordered_map<std::string_view, std::uint16_t> indices_;
  std::atomic<std::uint64_t> overflows_{0};
};

std::size_t limitOf(const LabelValues& values) { return values.limit(); }

struct Series {
  std::vector<std::string_view> values;
  std::string labelText;
  std::uint32_t slot = 0;
  std::atomic<double> number{0};
  std::atomic<bool> present{false};
  ExemplarStore exemplars;
};

void GaugeHandle::set(double value) const noexcept {
  series_->number.store(value, std::memory_order_relaxed);
  series_->present.store(true, std::memory_order_release);
}

void GaugeHandle::add(double by) const noexcept {
  series_->number.fetch_add(by, std::memory_order_relaxed);
  series_->present.store(true, std::memory_order_release);
}

void GaugeHandle::clear() const noexcept {
  series_->present.store(false, std::memory_order_release);
  series_->number.store(0, std::memory_order_relaxed);
}

void HistogramHandle::observe(double value, const TraceRef& trace) const noexcept {
  observe(value);
  if (value == value) series_->exemplars.offer(bucketOf(value), bounds_ + 1, value, trace);
}

struct FamilyState::Impl {
  Metrics& metrics;
  CellStore& cells;
  FamilyInfo info;
  std::vector<LabelRef> labels;
  std::vector<std::string_view> labelNames;
  std::vector<std::string> boundTexts;
  bool dense = false;  // every series exists, at the position of its indices

  mutable std::shared_mutex mutex;
  std::deque<Series> series;  // never shrinks, so that handles stay valid
  std::unordered_map<std::uint64_t, Series*> byKey;
  std::atomic<std::uint64_t> overflows{0};

  std::size_t radix(std::size_t label) const { return labels[label].fixed.size(); }
  std::size_t cellsOfSeries() const {
    if (info.copied) return 0;
    return info.type == MetricType::kHistogram ? info.buckets.size() + 2 : 1;
  }
};

FamilyState::FamilyState(Metrics& metrics, CellStore& cells, const FamilyInfo& info,
                         std::span<const LabelRef> labels)
    : impl_(new Impl{.metrics = metrics,
                     .cells = cells,
                     .info = info,
                     .labels = {labels.begin(), labels.end()},
                     .labelNames = {},
                     .boundTexts = {},
                     .mutex = {},
                     .series = {},
                     .byKey = {}}) {
  assert(info.buckets.size() + 2 <= kSpillCells);
  for (const LabelRef& label : labels) impl_->labelNames.push_back(label.name);
  for (const double bound : info.buckets) impl_->boundTexts.push_back(boundText(bound));
  const bool fixed = std::all_of(labels.begin(), labels.end(),
                                 [](const LabelRef& label) { return label.dynamic == nullptr; });
  if (fixed && info.preset) makeAll();
}

FamilyState::~FamilyState() = default;

namespace {

std::uint64_t keyOf(FamilyState::Indices indices) {
  std::uint64_t key = 0;
  for (const std::uint16_t index : indices) key = key << 16U | index;
  return key;
}

}  // namespace

void FamilyState::makeAll() {
  std::vector<std::uint16_t> indices(impl_->labels.size(), 0);
  for (;;) {
    make(keyOf(indices), indices);
    std::size_t label = indices.size();
    while (label > 0 && ++indices[label - 1] == impl_->radix(label - 1)) indices[--label] = 0;
    if (label == 0) break;
  }
  impl_->dense = true;
}

Series& FamilyState::make(std::uint64_t key, Indices indices) {
  Series& made = impl_->series.emplace_back();
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const LabelRef& label = impl_->labels[i];
    const std::string_view value =
        label.dynamic != nullptr ? label.dynamic->text(indices[i]) : label.fixed[indices[i]];
    made.values.push_back(value);
    if (i > 0) made.labelText += ',';
    made.labelText.append(label.name) += "=\"";
    appendEscaped(made.labelText, value);
    made.labelText += '"';
  }
  if (const std::size_t count = impl_->cellsOfSeries(); count > 0) {
    const auto slot = impl_->cells.allocate(count);
    if (!slot) impl_->overflows.fetch_add(1, std::memory_order_relaxed);
    made.slot = slot.value_or(kSpillSlot);
  }
  impl_->byKey.emplace(key, &made);
  return made;
}

Series& FamilyState::find(Indices indices) {
  if (impl_->dense) {
    std::size_t position = 0;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      position = position * impl_->radix(i) + indices[i];
    }
    return impl_->series[position];
  }
  const std::uint64_t key = keyOf(indices);
  {
    const std::shared_lock lock(impl_->mutex);
    if (const auto found = impl_->byKey.find(key); found != impl_->byKey.end()) {
      return *found->second;
    }
  }
  const std::unique_lock lock(impl_->mutex);
  if (const auto found = impl_->byKey.find(key); found != impl_->byKey.end()) {
    return *found->second;
  }
  std::vector<std::uint16_t> wanted(indices.begin(), indices.end());
  if (impl_->series.size() >= impl_->info.maxSeries) {
    impl_->overflows.fetch_add(1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (impl_->labels[i].dynamic != nullptr) wanted[i] = 0;
    }
    const auto found = impl_->byKey.find(keyOf(wanted));
    return found != impl_->byKey.end() ? *found->second : make(keyOf(wanted), wanted);
  }
  Series& made = make(key, wanted);
  if (!impl_->info.preset) return made;
  // The other values of the compiled labels exist beside it from now on.
  std::vector<std::uint16_t> other = wanted;
  for (std::size_t i = 0; i < other.size(); ++i) {
    if (impl_->labels[i].dynamic == nullptr) other[i] = 0;
  }
  for (;;) {
    if (!impl_->byKey.contains(keyOf(other))) make(keyOf(other), other);
    std::size_t label = other.size();
    for (; label > 0; --label) {
      if (impl_->labels[label - 1].dynamic != nullptr) continue;
      if (++other[label - 1] < impl_->radix(label - 1)) break;
      other[label - 1] = 0;
    }
    if (label == 0) return made;
  }
}

CounterHandle FamilyState::counter(Indices labels) {
  return CounterHandle(&impl_->cells, find(labels).slot);
}

GaugeHandle FamilyState::gauge(Indices labels) { return GaugeHandle(&find(labels)); }

HistogramHandle FamilyState::histogram(Indices labels) {
  Series& series = find(labels);
  series.exemplars.useClock(impl_->metrics.clock());
  HistogramHandle handle;
  handle.store_ = &impl_->cells;
  handle.series_ = &series;
  handle.buckets_ = impl_->info.buckets.data();
  handle.bounds_ = static_cast<std::uint32_t>(impl_->info.buckets.size());
  handle.slot_ = series.slot;
  return handle;
}

const FamilyInfo& FamilyState::info() const { return impl_->info; }
std::span<const LabelRef> FamilyState::labels() const { return impl_->labels; }
std::uint64_t FamilyState::overflows() const {
  return impl_->overflows.load(std::memory_order_relaxed);
}

void FamilyState::collect(MetricSink& sink, const CellStore::Reader& reader) {
  const std::shared_lock lock(impl_->mutex);
  const bool copied = impl_->info.copied;
  bool announced = false;
  std::vector<std::uint64_t> buckets(impl_->info.buckets.size() + 1);
  std::vector<std::optional<Exemplar>> exemplars;
  for (const Series& series : impl_->series) {
    const bool counts = !copied && series.slot != kSpillSlot;
    if (!counts && !series.present.load(std::memory_order_acquire)) continue;
    if (!announced) sink.family(impl_->info);
    announced = true;
    const SeriesView view{impl_->labelNames, series.values, series.labelText};
    if (impl_->info.type == MetricType::kHistogram) {
      reader.sum(series.slot, buckets);
      series.exemplars.read(exemplars);
      const auto sumSlot = series.slot + static_cast<std::uint32_t>(buckets.size());
      sink.histogram(view, {impl_->info.buckets, impl_->boundTexts, buckets, exemplars,
                            reader.sumReal(sumSlot)});
    } else if (copied) {
      sink.number(view, series.number.load(std::memory_order_relaxed));
    } else {
      std::uint64_t value = 0;
      reader.sum(series.slot, std::span(&value, 1));
      sink.counter(view, value);
    }
  }
}

struct Metrics::Impl {
  explicit Impl(const base::Clock& source) : clock(source) { cells.allocate(kSpillCells); }

  const base::Clock& clock;
  CellStore cells;
  mutable std::mutex mutex;  // guards what follows
  std::deque<FamilyState> families;
  std::map<std::string_view, LabelValues, std::less<>> labels;
  std::vector<std::function<void()>> collectors;
  std::mutex collecting;
};

Metrics::Metrics(const base::Clock& clock) : impl_(std::make_unique<Impl>(clock)) {}
Metrics::~Metrics() = default;

const base::Clock& Metrics::clock() const { return impl_->clock; }

std::uint16_t Metrics::intern(LabelValues& values, std::string_view text) {
  return values.intern(text);
}

LabelValues& Metrics::labelValues(std::string_view name, std::size_t limit) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->labels.try_emplace(name, limit).first->second;
}

std::uint64_t Metrics::overflows(std::string_view source) const {
  const std::lock_guard lock(impl_->mutex);
  if (source == "series") {
    std::uint64_t sum = 0;
    for (const FamilyState& family : impl_->families) sum += family.overflows();
    return sum;
  }
  const auto found = impl_->labels.find(source);
  return found == impl_->labels.end() ? 0 : found->second.overflows();
}

FamilyState& Metrics::declare(const FamilyInfo& info, std::span<const LabelRef> labels) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->families.emplace_back(*this, impl_->cells, info, labels);
}

void Metrics::addCollector(std::function<void()> collector) {
  const std::lock_guard lock(impl_->mutex);
  impl_->collectors.push_back(std::move(collector));
}

void Metrics::collect(MetricSink& sink) {
  const std::lock_guard one(impl_->collecting);
  std::vector<std::function<void()>> collectors;
  std::vector<FamilyState*> families;
  {
    const std::lock_guard lock(impl_->mutex);
    collectors = impl_->collectors;
    for (FamilyState& family : impl_->families) families.push_back(&family);
  }
  for (const auto& collector : collectors) collector();
  const CellStore::Reader reader(impl_->cells);
  for (FamilyState* family : families) family->collect(sink, reader);
}

void Metrics::forEachFamily(
    const std::function<void(const FamilyInfo&, std::span<const LabelRef>)>& visit) const {
  const std::lock_guard lock(impl_->mutex);
  for (const FamilyState& family : impl_->families) visit(family.info(), family.labels());
}

}  // namespace sw::obs
