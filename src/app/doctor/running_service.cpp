#include "app/doctor/running_service.h"

#include "app/operations/loopback_probe.h"
#include "app/tcp_connection.h"

namespace sw::app {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{64} << 20;

}  // namespace

RunningService::RunningService(const base::Config::Operations& config)
    : address_(hostAndPort(reachableHost(config.host), config.port)),
      token_(config.token),
      client_({.maxAnswerBytes = kMaxAnswer}) {}

base::Result<adapters::http::ClientResponse> RunningService::get(
    const std::string& path, std::chrono::milliseconds patience) {
  adapters::http::ClientRequest request;
  request.url = "http://" + address_ + path;
  request.timeout = patience;
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
  return client_.send(request);
}

}  // namespace sw::app
