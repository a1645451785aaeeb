#include "obs/metric_docs.h"

#include <array>
#include <charconv>

namespace sw::obs {
namespace {

void appendCell(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
}

void appendNumber(std::string& out, double value) {
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  out.append(text.data(), end.ptr);
}

/// "status{success,failed}", or "endpoint (at most 256)".
void appendLabel(std::string& out, const LabelRef& label) {
  constexpr std::size_t kMaxListed = 32;
  out += label.name;
  if (label.dynamic != nullptr) {
    out += " (at most " + std::to_string(limitOf(*label.dynamic)) + ")";
  } else if (label.fixed.size() > kMaxListed) {
    out.append("{").append(label.fixed.front()).append("…").append(label.fixed.back()) += '}';
  } else {
    out += '{';
    for (const std::string_view value : label.fixed) {
      if (value.data() != label.fixed.front().data()) out += ',';
      appendCell(out, value);
    }
    out += '}';
  }
}

std::string_view typeName(const FamilyInfo& info) {
  if (info.type == MetricType::kHistogram) return "histogram";
  return info.type == MetricType::kGauge ? "gauge" : "counter";
}

}  // namespace

std::string metricsMarkdown(const Metrics& metrics) {
  std::string out =
      "# Metrics\n\n"
      "This page is generated from `src/obs/metric_catalog.h` and its parts, which alone name "
      "metrics.\n"
      "Text format 0.0.4 and OpenMetrics 1.0.0 are served at `/metrics`. A family of scope\n"
      "*cluster* says what is true for all copies together, and every copy reports the same: take\n"
      "`max` over instances, never `sum`. Counters and histograms whose labels are listed exist at "
      "0\n"
      "from the start; a gauge appears with its first true value. A label value beyond its limit\n"
      "becomes `overflow` and is counted by `scheduling_metrics_overflow_total`.\n\n"
      "| metric | type | labels | buckets | scope | meaning | observed |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  metrics.forEachFamily([&](const FamilyInfo& info, std::span<const LabelRef> labels) {
    out.append("| `").append(info.name).append("` | ").append(typeName(info)).append(" | ");
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (i > 0) out += "; ";
      appendLabel(out, labels[i]);
    }
    out += " | ";
    for (std::size_t i = 0; i < info.buckets.size(); ++i) {
      if (i > 0) out += ' ';
      appendNumber(out, info.buckets[i]);
    }
    out.append(" | ").append(info.scope == MetricScope::kCluster ? "cluster" : "instance");
    out.append(" | ");
    appendCell(out, info.help);
    out.append(" | ");
    appendCell(out, info.where);
    out.append(" |\n");
  });
  return out;
}

}  // namespace sw::obs
