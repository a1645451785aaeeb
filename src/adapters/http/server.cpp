#include "adapters/http/server.h"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <future>
#include <mutex>
#include <utility>
#include <vector>

#include "adapters/http/acceptor.h"
#include "adapters/http/connection.h"
#include "adapters/http/tls_context.h"
#include "adapters/http/worker.h"

namespace sw::adapters::http {
namespace {

constexpr std::size_t kRefusalsAtOnce = 256;  // connections beyond the limit that get a 503

}  // namespace

/// What a server consists of. The workers' threads use it until `stop` has joined them.
class Server::Core {
 public:
  Core(ServerOptions options, api::RequestHandler& handler, const base::Clock& clock)
      : options_(std::move(options)) {
    const unsigned threads = std::max(options_.threads, 1U);
    for (unsigned i = 0; i < threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(options_, handler, clock, count_));
    }
    acceptor_ = std::make_unique<Acceptor>(workers_[0]->loop(), [this](int s) { distribute(s); });
  }

  base::Result<void> start() {
    if (!options_.tlsCertificateFile.empty()) SW_CHECK(loadCertificate());
    SW_CHECK(acceptor_->open(options_.address, options_.port));
    acceptor_->start();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      workers_[i]->start(options_.name + "-" + std::to_string(i));
    }
    running_ = true;
    return {};
  }

  base::Result<void> loadCertificate() {
    SW_TRY(auto context, makeTlsContext(options_.tlsCertificateFile, options_.tlsKeyFile));
    const std::scoped_lock lock(mutex_);
    tls_ = std::move(context);
    return {};
  }

  void stopAccepting() {
    if (!running_) return;
    onWorker(*workers_[0], [this] { acceptor_->stop(); });
  }

  bool stop(std::chrono::milliseconds grace) {
    if (!running_) return true;
    stopAccepting();
    for (const auto& worker : workers_) worker->run([&w = *worker] { w.drain(); });
    const bool whole = count_.waitForNone(grace);
    for (const auto& worker : workers_) worker->run([&w = *worker] { w.cutAll(); });
    for (const auto& worker : workers_) worker->join();
    running_ = false;
    return whole;
  }

  const ServerOptions& options() const { return options_; }
  const Acceptor& acceptor() const { return *acceptor_; }
  std::size_t connections() const { return count_.open(); }
  std::vector<std::unique_ptr<Worker>>& workers() { return workers_; }

 private:
  /// Runs `work` on the worker's thread and waits for it.
  static void onWorker(Worker& worker, const std::function<void()>& work) {
    std::promise<void> done;
    worker.run([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  /// Gives a new connection to the worker with the fewest; on the first worker's thread.
  void distribute(int socket) {
    const std::size_t open = count_.open();
    if (open >= options_.maxConnections + kRefusalsAtOnce) {
      ::close(socket);
      return;
    }
    const bool refused = open >= options_.maxConnections;
    count_.opened();
    std::shared_ptr<boost::asio::ssl::context> tls;
    {
      const std::scoped_lock lock(mutex_);
      tls = tls_;
    }
    std::size_t least = 0;
    for (std::size_t i = 1; i < workers_.size(); ++i) {
      const std::size_t other = (next_ + i) % workers_.size();
      if (workers_[other]->load() < workers_[least]->load()) least = other;
    }
    next_ = least;
    Worker& worker = *workers_[least];
    if (least == 0) {
      worker.adopt(socket, std::move(tls), refused);
    } else {
      worker.run([&worker, socket, tls, refused] { worker.adopt(socket, tls, refused); });
    }
  }

  const ServerOptions options_;
  ConnectionCount count_;
  std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Acceptor> acceptor_;  // after the loop that it is on
  std::size_t next_ = 0;
  bool running_ = false;
};

base::Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options,
                                                    api::RequestHandler& handler,
                                                    const base::Clock& clock) {
  auto core = std::make_unique<Core>(options, handler, clock);
  SW_CHECK(core->start());
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Server::Server(std::unique_ptr<Core> core) : core_(std::move(core)) {}

Server::~Server() { core_->stop(std::chrono::milliseconds(0)); }

std::uint16_t Server::port() const { return core_->acceptor().port(); }
std::size_t Server::connections() const { return core_->connections(); }
std::size_t Server::threads() const { return core_->workers().size(); }
base::Loop& Server::loop(std::size_t thread) const { return core_->workers()[thread]->loop(); }

base::Result<void> Server::reloadCertificate() {
  if (core_->options().tlsCertificateFile.empty()) {
    return base::Error(base::Code::kConfiguration, "this listener has no TLS");
  }
  return core_->loadCertificate();
}

void Server::stopAccepting() { core_->stopAccepting(); }
bool Server::stop(std::chrono::milliseconds grace) { return core_->stop(grace); }

}  // namespace sw::adapters::http
