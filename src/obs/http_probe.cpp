#include "obs/http_probe.h"

#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <string>

namespace sw::obs {
namespace {

using Method = HttpProbe::Method;

constexpr std::size_t kMethods = label::HttpMethod::kValues.size();
constexpr std::array kCommonStatuses = {100, 101, 200, 201, 202, 204, 205, 206, 301, 302, 303, 304,
                                        307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410,
                                        411, 412, 413, 414, 415, 416, 417, 422, 423, 424, 426, 428,
                                        429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507};
constexpr std::uint8_t kRare = 0xFF;

/// The position of a status in the list above, so that each has its counter at hand.
constexpr auto kPositions = [] {
  std::array<std::uint8_t, label::HttpStatus::kCount> positions{};
  positions.fill(kRare);
  for (std::size_t i = 0; i < kCommonStatuses.size(); ++i) {
    positions[static_cast<std::size_t>(kCommonStatuses[i] - label::HttpStatus::kFirst)] =
        static_cast<std::uint8_t>(i);
  }
  return positions;
}();

std::array<char, 32> hex(const std::array<std::uint8_t, 16>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 32> out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[i * 2] = kDigits[bytes[i] >> 4U];
    out[i * 2 + 1] = kDigits[bytes[i] & 0xFU];
  }
  return out;
}

/// The series of one method of one endpoint.
struct MethodSeries {
  HistogramHandle duration;
  HistogramHandle requestSize;
  HistogramHandle responseSize;
  std::string operation;  // "GET /events/{id}"
  std::array<std::atomic<const CounterHandle*>, kCommonStatuses.size()> statuses{};
};

struct EndpointSeries {
  std::string path;
  label::Endpoint::Value value;
  GaugeHandle streamsOpen;
  std::array<std::atomic<MethodSeries*>, kMethods> methods{};
};

}  // namespace

struct HttpProbe::Impl {
  Impl(MetricCatalog& families, Log& log) : catalog(families), logger(log.logger("api")) {}

  EndpointSeries& add(std::string_view path) {
    EndpointSeries& made = endpoints.emplace_back();
    made.path = path;
    made.value = catalog.metrics().value<label::Endpoint>(path);
    made.streamsOpen = catalog.streamsOpen.handle(made.value);
    return made;
  }
  MethodSeries& of(EndpointSeries& endpoint, Method method) {
    std::atomic<MethodSeries*>& entry = endpoint.methods.at(method);
    if (MethodSeries* known = entry.load(std::memory_order_acquire)) return *known;
    const std::lock_guard lock(mutex);
    if (MethodSeries* known = entry.load(std::memory_order_relaxed)) return *known;
    MethodSeries& made = series.emplace_back();
    made.duration = catalog.apiRequestDuration.handle(method, endpoint.value);
    made.requestSize = catalog.apiRequestSize.handle(method, endpoint.value);
    made.responseSize = catalog.apiResponseSize.handle(method, endpoint.value);
    made.operation = std::string(label::HttpMethod::kValues.at(method)) + ' ' + endpoint.path;
    entry.store(&made, std::memory_order_release);
    return made;
  }
  CounterHandle count(const EndpointSeries& endpoint, MethodSeries& of, Method method, int status) {
    const label::HttpStatus::Value value(status);
    const std::uint8_t position = kPositions[value.index()];
    if (position == kRare) return catalog.apiRequests.handle(method, endpoint.value, value);
    std::atomic<const CounterHandle*>& entry = of.statuses[position];
    if (const CounterHandle* known = entry.load(std::memory_order_acquire)) return *known;
    const CounterHandle handle = catalog.apiRequests.handle(method, endpoint.value, value);
    const std::lock_guard lock(mutex);
    entry.store(&counters.emplace_back(handle), std::memory_order_release);
    return handle;
  }
  EndpointSeries& endpoint(Route route) { return endpoints.at(static_cast<std::size_t>(route)); }

  MetricCatalog& catalog;
  Logger logger;
  std::deque<EndpointSeries> endpoints;  // fixed once the server runs
  std::mutex mutex;                      // guards what follows
  std::deque<MethodSeries> series;
  std::deque<CounterHandle> counters;
};

HttpProbe::HttpProbe(MetricCatalog& catalog, Log& log)
    : impl_(std::make_unique<Impl>(catalog, log)) {
  impl_->add("unmatched");
}

HttpProbe::~HttpProbe() = default;

HttpProbe::Method HttpProbe::methodOf(std::string_view name) {
  for (std::size_t i = 0; i < Method::kOther; ++i) {
    if (label::HttpMethod::kValues[i] == name) return static_cast<Method>(i);
  }
  return Method::kOther;
}

HttpProbe::Route HttpProbe::addRoute(Method method, std::string_view pathTemplate,
                                     int successStatus) {
  std::size_t index = 0;
  while (index < impl_->endpoints.size() && impl_->endpoints[index].path != pathTemplate) ++index;
  EndpointSeries& endpoint =
      index < impl_->endpoints.size() ? impl_->endpoints[index] : impl_->add(pathTemplate);
  MethodSeries& series = impl_->of(endpoint, method);
  static_cast<void>(impl_->count(endpoint, series, method, successStatus));
  static_cast<void>(impl_->count(endpoint, series, method, 500));
  return static_cast<Route>(index);
}

void HttpProbe::requestFinished(const Request& request) {
  EndpointSeries& endpoint = impl_->endpoint(request.route);
  MethodSeries& series = impl_->of(endpoint, request.method);
  impl_->count(endpoint, series, request.method, request.status).increment();
  const double seconds = std::chrono::duration<double>(request.duration).count();
  if (request.trace) {
    series.duration.observe(seconds, *request.trace);
  } else {
    series.duration.observe(seconds);
  }
  series.requestSize.observe(static_cast<double>(request.requestBytes));
  series.responseSize.observe(static_cast<double>(request.responseBytes));

  const Level level = request.status >= 500 ? Level::kError : Level::kInfo;
  if (!impl_->logger.wants(level)) return;
  Field operationField = operation(series.operation);
  operationField.kind = Field::Kind::kSafeText;
  const Field known[] = {
      operationField,
      duration(request.duration),
      requestId(request.requestId),
      safeField("method", label::HttpMethod::kValues.at(request.method)),
      safeField("endpoint", endpoint.path),
      field("status", request.status),
      field("requestBytes", request.requestBytes),
      field("responseBytes", request.responseBytes),
  };
  std::array<Field, std::size(known) + 3> fields;
  std::size_t count = 0;
  for (const Field& one : known) fields[count++] = one;
  std::array<char, 32> trace;
  if (!request.userId.empty()) fields[count++] = userId(request.userId);
  if (!request.errorCode.empty()) fields[count++] = errorType(request.errorCode);
  if (request.trace) {
    trace = hex(request.trace->traceId);
    fields[count++] = traceId(std::string_view(trace.data(), trace.size()));
  }
  impl_->logger.log(level, "API request completed", std::span(fields.data(), count));
}

void HttpProbe::streamOpened(Route route) { impl_->endpoint(route).streamsOpen.add(1); }

void HttpProbe::streamFinished(Route route, std::chrono::nanoseconds lifetime) {
  EndpointSeries& endpoint = impl_->endpoint(route);
  endpoint.streamsOpen.add(-1);
  impl_->catalog.streamLifetime.handle(endpoint.value).observe(lifetime);
}

}  // namespace sw::obs
