// The product's HTTP server with a handler that answers 300 bytes and does nothing else.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "adapters/http/server.h"

namespace {

class ConstantHandler final : public sw::api::RequestHandler {
 public:
  sw::api::Admission admit(sw::api::RequestHead& /*head*/) override { return {1 << 20, {}}; }
  sw::base::Task<sw::api::Response> handle(sw::api::Request& /*request*/) override {
    sw::api::Response response;
    response.contentType = sw::api::kJsonType;
    response.body = std::string(300, 'x');
    co_return response;
  }
  sw::api::Response reject(sw::api::RequestHead& /*head*/, const sw::base::Error& error) override {
    sw::api::Response response;
    response.status = sw::base::describe(error.code()).httpStatus;
    return response;
  }
  void finished(const sw::api::Exchange& /*exchange*/) override { ++count_; }

 private:
  std::uint64_t count_ = 0;
};

}  // namespace

/// handler_server [THREADS]: prints the port that it listens on, then serves until SIGTERM.
int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ConstantHandler handler;
  const sw::base::SystemClock clock;
  sw::adapters::http::ServerOptions options;
  if (argc > 1) options.threads = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  auto server = sw::adapters::http::Server::start(options, handler, clock);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().describe().c_str());
    return EXIT_FAILURE;
  }
  std::printf("%u\n", static_cast<unsigned>((*server)->port()));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  (*server)->stop(std::chrono::seconds(1));
  return EXIT_SUCCESS;
}
