#include "obs/metric_catalog.h"

namespace sw::obs {

MetricCatalog::MetricCatalog(Metrics& metrics) : metrics_(metrics) {
  using Source = label::OverflowSource;
  for (std::size_t i = 0; i < Source::kValues.size(); ++i) {
    const GaugeHandle handle = metricsOverflow.handle(static_cast<Source::Value>(i));
    metrics.addCollector([&metrics, handle, source = Source::kValues[i]] {
      handle.set(static_cast<double>(metrics.overflows(source)));
    });
  }
}

}  // namespace sw::obs
