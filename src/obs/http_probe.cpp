#include "obs/http_probe.h"

#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <span>
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

template <std::size_t N>
std::array<char, 2 * N> hex(const std::array<std::uint8_t, N>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 2 * N> out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[i * 2] = kDigits[bytes[i] >> 4U];
    out[i * 2 + 1] = kDigits[bytes[i] & 0xFU];
  }
  return out;
}

struct HostAndPort {
  std::string_view name;
  int port = 0;  // 0: none is named
};

/// Of a Host header (RFC 9110, section 7.2): a name or address, in brackets for IPv6.
HostAndPort splitHost(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos) {
    return {host, 0};
  }
  int port = 0;
  for (const char c : host.substr(colon + 1)) {
    if (c < '0' || c > '9' || port > 65535) return {host, 0};
    port = port * 10 + (c - '0');
  }
  return {host.substr(0, colon), port};
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
  Impl(MetricCatalog& families, Log& log)
      : catalog(families), logger(log.logger("api").unlimited()) {}

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
  void writeAccess(const Request& request, const EndpointSeries& endpoint, const MethodSeries& of,
                   const std::optional<TraceRef>& trace) const;
  void endTrace(const Request& request, const EndpointSeries& endpoint, const MethodSeries& of,
                Verdict verdict) const;

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

void HttpProbe::requestRouted(ActiveTrace& trace, Route route, Method method) {
  trace.describe(impl_->of(impl_->endpoint(route), method).operation);
}

void HttpProbe::requestFinished(const Request& request) {
  EndpointSeries& endpoint = impl_->endpoint(request.route);
  MethodSeries& series = impl_->of(endpoint, request.method);
  impl_->count(endpoint, series, request.method, request.status).increment();
  std::optional<TraceRef> trace = request.trace;
  Verdict verdict = Verdict::kDrop;
  if (request.recorded != nullptr && *request.recorded) {
    verdict = request.recorded->judge(request.status >= 500, request.ended);
    trace = request.recorded->ref();
  }
  const double seconds = std::chrono::duration<double>(request.duration).count();
  if (request.trace || verdict != Verdict::kDrop) {
    series.duration.observe(seconds, *trace);
  } else {
    series.duration.observe(seconds);
  }
  series.requestSize.observe(static_cast<double>(request.requestBytes));
  series.responseSize.observe(static_cast<double>(request.responseBytes));
  impl_->writeAccess(request, endpoint, series, trace);
  if (request.recorded != nullptr) impl_->endTrace(request, endpoint, series, verdict);
}

void HttpProbe::Impl::writeAccess(const Request& request, const EndpointSeries& endpoint,
                                  const MethodSeries& of,
                                  const std::optional<TraceRef>& trace) const {
  const Level level = request.status >= 500 ? Level::kError : Level::kInfo;
  if (!logger.wants(level)) return;
  Field operationField = operation(of.operation);
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
  std::array<Field, std::size(known) + 4> fields;
  std::size_t count = 0;
  for (const Field& one : known) fields[count++] = one;
  std::array<char, 32> traceDigits;
  std::array<char, 16> spanDigits;
  if (!request.userId.empty()) fields[count++] = userId(request.userId);
  if (!request.errorCode.empty()) fields[count++] = errorType(request.errorCode);
  if (trace) {
    traceDigits = hex(trace->traceId);
    fields[count] = traceId(std::string_view(traceDigits.data(), traceDigits.size()));
    fields[count++].kind = Field::Kind::kSafeText;
    if (request.recorded != nullptr) {
      spanDigits = hex(trace->spanId);
      fields[count] = spanId(std::string_view(spanDigits.data(), spanDigits.size()));
      fields[count++].kind = Field::Kind::kSafeText;
    }
  }
  logger.log(level, "API request completed", std::span(fields.data(), count));
}

// The requirement's tags, and opentelemetry.io/docs/specs/semconv/http/http-spans.
void HttpProbe::Impl::endTrace(const Request& request, const EndpointSeries& endpoint,
                               const MethodSeries& of, Verdict verdict) const {
  const bool aborted = request.status == 499;
  TraceEnd end;
  end.name = "http_request";
  end.kind = SpanKind::kServer;
  end.ended = request.ended;
  end.httpStatus = request.status;
  end.status = aborted || request.status >= 500 ? SpanStatus::kError : SpanStatus::kUnset;
  if (!request.recorded->wanted(verdict)) return request.recorded->finish(verdict, end);

  const std::string_view method = label::HttpMethod::kValues.at(request.method);
  const std::string_view scheme = request.secure ? "https" : "http";
  const HostAndPort host = splitHost(request.host);
  std::string url;
  url.reserve(request.host.size() + request.path.size() + request.query.size() + 10);
  url.append(scheme).append("://").append(request.host).append(request.path);
  if (!request.query.empty()) url.append("?").append(request.query);

  std::array<Attribute, 20> attributes;
  std::size_t count = 0;
  const auto add = [&](const Attribute& one) { attributes.at(count++) = one; };
  add(safeAttribute("http.method", method));
  add(urlAttribute("http.url", url));
  add(attribute("http.status_code", request.status));
  add(safeAttribute("http.request.method", method));
  add(attribute("http.response.status_code", request.status));
  add(safeAttribute("url.scheme", scheme));
  add(urlAttribute("url.path", request.path));
  if (!request.query.empty()) add(queryAttribute("url.query", request.query));
  if (request.route != Route::kUnmatched) add(safeAttribute("http.route", endpoint.path));
  if (!host.name.empty()) add(attribute("server.address", host.name));
  if (host.port > 0) add(attribute("server.port", host.port));
  add(attribute("http.request.body.size", request.requestBytes));
  add(attribute("http.response.body.size", request.responseBytes));
  add(attribute("request.id", request.requestId));
  if (!request.userId.empty()) add(userAttribute("user.id", request.userId));
  add(safeAttribute("operation.type", of.operation));
  add(attribute("duration_ms",
                std::chrono::duration<double, std::milli>(request.duration).count()));
  if (aborted) {
    add(safeAttribute("error.type", "aborted"));
  } else if (!request.errorCode.empty()) {
    add(safeAttribute("error.type", request.errorCode));
  }
  end.attributes = std::span(attributes.data(), count);
  request.recorded->finish(verdict, end);
}

void HttpProbe::streamOpened(Route route) { impl_->endpoint(route).streamsOpen.add(1); }

void HttpProbe::streamFinished(Route route, std::chrono::nanoseconds lifetime) {
  EndpointSeries& endpoint = impl_->endpoint(route);
  endpoint.streamsOpen.add(-1);
  impl_->catalog.streamLifetime.handle(endpoint.value).observe(lifetime);
}

}  // namespace sw::obs
