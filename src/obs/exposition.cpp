#include "obs/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace sw::obs {
namespace {

void appendInteger(std::string& out, std::uint64_t value) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void appendReal(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
  }
}

/// Help text with what the format escapes: both a backslash and a line feed, OpenMetrics quotes.
void appendHelp(std::string& out, std::string_view help, ExpositionFormat format) {
  for (const char c : help) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && format == ExpositionFormat::kOpenMetrics) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

std::string_view typeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "counter";
    case MetricType::kGauge: return "gauge";
    case MetricType::kHistogram: return "histogram";
  }
  return "unknown";
}

void appendHex(std::string& out, std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
}

/// A quality of RFC 9110, section 12.4.2, in thousandths.
int quality(std::string_view text) {
  double value = 1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return static_cast<int>(std::clamp(value, 0.0, 1.0) * 1000);
}

}  // namespace

ExpositionFormat negotiateExposition(std::string_view accept) {
  int openMetrics = 0;
  int text = 0;
  for (const std::string_view range : base::splitTrimmed(accept, ',')) {
    const auto parts = base::splitTrimmed(range, ';');
    if (parts.empty()) continue;
    int weight = 1000;
    std::string_view version;
    for (const std::string_view parameter : parts) {
      if (parameter.starts_with("q=")) weight = quality(parameter.substr(2));
      if (parameter.starts_with("version=")) version = parameter.substr(8);
    }
    if (base::equalsIgnoringCase(parts[0], "application/openmetrics-text")) {
      if (version.empty() || version == "1.0.0") openMetrics = std::max(openMetrics, weight);
    } else if (base::equalsIgnoringCase(parts[0], "text/plain") || parts[0] == "text/*" ||
               parts[0] == "*/*") {
      text = std::max(text, weight);
    }
  }
  return openMetrics > 0 && openMetrics >= text ? ExpositionFormat::kOpenMetrics
                                                : ExpositionFormat::kText;
}

std::string_view contentType(ExpositionFormat format) {
  return format == ExpositionFormat::kOpenMetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

void TextExposition::family(const FamilyInfo& family) {
  const bool open = format_ == ExpositionFormat::kOpenMetrics;
  name_ = family.name;
  std::string_view announced = name_;
  constexpr std::string_view kTotal = "_total";
  if (open && family.type == MetricType::kCounter && announced.ends_with(kTotal)) {
    announced.remove_suffix(kTotal.size());  // the samples keep it
  }
  out_.append("# HELP ").append(announced) += ' ';
  appendHelp(out_, family.help, format_);
  out_.append("\n# TYPE ").append(announced) += ' ';
  out_.append(typeName(family.type)) += '\n';
  if (!open) return;
  for (const std::string_view unit : {"seconds", "bytes"}) {
    if (announced.ends_with(unit) && announced[announced.size() - unit.size() - 1] == '_') {
      out_.append("# UNIT ").append(announced).append(" ").append(unit) += '\n';
    }
  }
}

void TextExposition::sample(std::string_view suffix, const SeriesView& series) {
  out_.append(name_).append(suffix);
  if (!series.labelText.empty()) (out_ += '{').append(series.labelText) += '}';
  out_ += ' ';
}

void TextExposition::counter(const SeriesView& series, std::uint64_t value) {
  sample({}, series);
  appendInteger(out_, value);
  out_ += '\n';
}

void TextExposition::number(const SeriesView& series, double value) {
  sample({}, series);
  appendReal(out_, value);
  out_ += '\n';
}

void TextExposition::exemplar(const Exemplar& exemplar) {
  out_ += " # {trace_id=\"";
  appendHex(out_, exemplar.trace.traceId);
  out_ += "\",span_id=\"";
  appendHex(out_, exemplar.trace.spanId);
  out_ += "\"} ";
  appendReal(out_, exemplar.value);
  out_ += ' ';
  const auto micros = exemplar.when.time_since_epoch().count();
  appendInteger(out_, static_cast<std::uint64_t>(micros / 1000000));
  out_ += '.';
  const std::string fraction = std::to_string(1000 + micros / 1000 % 1000);
  out_.append(fraction, 1);  // three digits with leading zeros
}

void TextExposition::histogram(const SeriesView& series, const HistogramView& value) {
  // The begin of every bucket's line is the same; a line is built in memory that is large
  // enough, since this is most of what a scrape writes.
  constexpr std::size_t kMaxTail = 96;  // bound, value and line feed
  const bool hasLabels = !series.labelText.empty();
  line_.assign(name_).append("_bucket{").append(series.labelText);
  line_.append(hasLabels ? ",le=\"" : "le=\"");
  const std::size_t head = line_.size();
  line_.resize(head + kMaxTail);
  std::uint64_t cumulated = 0;
  for (std::size_t i = 0; i < value.counts.size(); ++i) {
    cumulated += value.counts[i];
    const std::string_view bound =
        i < value.boundTexts.size() ? std::string_view(value.boundTexts[i]) : "+Inf";
    char* at = line_.data() + head;
    at = std::copy_n(bound.data(), std::min<std::size_t>(bound.size(), 64), at);
    at = std::copy_n("\"} ", 3, at);
    at = std::to_chars(at, line_.data() + line_.size(), cumulated).ptr;
    const bool hasExemplar = i < value.exemplars.size() && value.exemplars[i].has_value();
    if (hasExemplar && format_ == ExpositionFormat::kOpenMetrics) {
      out_.append(line_.data(), at);
      exemplar(*value.exemplars[i]);
      out_ += '\n';
    } else {
      *at++ = '\n';
      out_.append(line_.data(), at);
    }
  }
  sample("_sum", series);
  appendReal(out_, value.sum);
  out_ += '\n';
  sample("_count", series);
  appendInteger(out_, cumulated);
  out_ += '\n';
}

void TextExposition::finish() {
  if (format_ == ExpositionFormat::kOpenMetrics) out_ += "# EOF\n";
}

std::string expose(Metrics& metrics, ExpositionFormat format) {
  std::string out;
  TextExposition text(format, out);
  metrics.collect(text);
  text.finish();
  return out;
}

base::Result<MetricsEndpoint::Answer> MetricsEndpoint::scrape(std::string_view accept) {
  struct Turn {
    std::atomic<int>& running;
    const bool taken = running.fetch_add(1) < kMaxScrapes;
    ~Turn() { running.fetch_sub(1); }
  } const turn{running_};
  if (!turn.taken) {
    return base::Error(base::Code::kUnavailable, "two scrapes are running already");
  }
  const ExpositionFormat format = negotiateExposition(accept);
  Answer answer{contentType(format), {}};
  answer.body.reserve(lastSize_.load(std::memory_order_relaxed) + 4096);
  TextExposition text(format, answer.body);
  metrics_.collect(text);
  text.finish();
  lastSize_.store(answer.body.size(), std::memory_order_relaxed);
  return answer;
}

}  // namespace sw::obs
