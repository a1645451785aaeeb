#include "app/trace_receiver.h"

#include <algorithm>
#include <string_view>

namespace sw::app {
namespace {

constexpr std::string_view kOtlpPath = "/v1/traces";
constexpr std::string_view kThriftPath = "/api/traces";
constexpr std::string_view kOtlpPort = "4318";

/// An address taken apart; the configuration has checked that it is one.
struct Address {
  std::string_view scheme;  // with "://"
  std::string_view host;    // with credentials, without port
  std::string_view port;
  std::string_view path;  // without what follows a question mark
};

Address takeApart(std::string_view url) {
  Address parts;
  const std::size_t scheme = std::min(url.find("://"), url.size());
  const std::size_t begin = std::min(scheme + 3, url.size());
  parts.scheme = url.substr(0, begin);
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  std::string_view authority = url.substr(begin, end - begin);
  const std::size_t colon = authority.rfind(':');
  const bool hasPort = colon != std::string_view::npos &&
                       authority.find_first_of("]@", colon) == std::string_view::npos;
  parts.host = authority.substr(0, hasPort ? colon : authority.size());
  if (hasPort) parts.port = authority.substr(colon + 1);
  const std::string_view rest = url.substr(end);
  parts.path = rest.substr(0, std::min(rest.find_first_of("?#"), rest.size()));
  return parts;
}

std::string_view withoutSlash(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

std::string join(std::string_view first, std::string_view second) {
  return std::string(first).append(second);
}

TraceReceiver jaeger(const std::string& endpoint) {
  const Address address = takeApart(endpoint);
  const bool bare = withoutSlash(address.path).empty();
  if (address.port == kOtlpPort || withoutSlash(address.path).ends_with(kOtlpPath)) {
    return {TraceReceiver::Form::kOtlp, bare ? join(withoutSlash(endpoint), kOtlpPath) : endpoint};
  }
  TraceReceiver receiver{TraceReceiver::Form::kThrift,
                         bare ? join(withoutSlash(endpoint), kThriftPath) : endpoint};
  receiver.otherwise.append(address.scheme).append(address.host).append(":").append(kOtlpPort);
  receiver.otherwise.append(kOtlpPath);
  return receiver;
}

}  // namespace

std::optional<TraceReceiver> traceReceiver(const base::Config::Tracing& config) {
  if (config.exporter == "none" || config.disabled) return std::nullopt;
  if (!config.otlpTracesEndpoint.empty()) {
    return TraceReceiver{TraceReceiver::Form::kOtlp, config.otlpTracesEndpoint};
  }
  if (!config.otlpEndpoint.empty()) {
    return TraceReceiver{TraceReceiver::Form::kOtlp,
                         join(withoutSlash(config.otlpEndpoint), kOtlpPath)};
  }
  if (!config.jaegerEndpoint.empty()) return jaeger(config.jaegerEndpoint);
  return std::nullopt;
}

}  // namespace sw::app
