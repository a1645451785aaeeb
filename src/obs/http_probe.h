#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/trace.h"

namespace sw::obs {

/// What the HTTP server tells of its requests: the API metrics, the access log and the server's
/// span, together.
/// Owned by the composition root; thread-safe. Routes are added before the server starts.
class HttpProbe {
 public:
  using Method = label::HttpMethod::Value;
  /// An endpoint of the route table.
  enum class Route : std::uint32_t { kUnmatched = 0 };

  HttpProbe(MetricCatalog& catalog, Log& log);
  HttpProbe(const HttpProbe&) = delete;
  HttpProbe& operator=(const HttpProbe&) = delete;
  ~HttpProbe();

  /// The method of a request line; `kOther` for one that no route has.
  static Method methodOf(std::string_view name);

  /// Makes the endpoint `pathTemplate` ("/events/{id}") known, with the series of `method`: its
  /// histograms, its counters of `successStatus` and 500, all at 0. The same template gives the
  /// same route.
  Route addRoute(Method method, std::string_view pathTemplate, int successStatus);

  /// One exchange that has ended.
  struct Request {
    Route route = Route::kUnmatched;
    Method method = Method::kOther;
    int status = 0;                        // 499 when the client went away
    std::chrono::nanoseconds duration{0};  // first byte read to last byte written
    std::uint64_t requestBytes = 0;        // of the body
    std::uint64_t responseBytes = 0;       // of the body, after compression
    std::string_view requestId{};
    std::string_view userId{};
    std::string_view errorCode{};     // of the error table, empty when it went well
    std::optional<TraceRef> trace{};  // of a trace that is kept, where nothing is `recorded`
    ActiveTrace* recorded = nullptr;  // ends with it
    base::Monotonic ended{};
    // Of the recorded request's target and where it was sent.
    std::string_view path{};
    std::string_view query{};
    std::string_view host{};  // as in the header: with a port
    bool secure = false;
  };
  void requestFinished(const Request& request);

  /// What a request turned out to be, while it is served.
  void requestRouted(ActiveTrace& trace, Route route, Method method);

  /// A long-lived answer has sent its headers; `requestFinished` is told at the same time.
  void streamOpened(Route route);
  void streamFinished(Route route, std::chrono::nanoseconds lifetime);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sw::obs
