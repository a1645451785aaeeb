#include "adapters/http/worker.h"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "adapters/http/connection.h"

namespace sw::adapters::http {

void ConnectionCount::closed() {
  if (--open_ > 0) return;
  // The lock orders this with one who has just looked and is about to wait.
  {
    const std::scoped_lock lock(mutex_);
  }
  none_.notify_all();
}

bool ConnectionCount::waitForNone(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, patience, [this] { return open_ == 0; });
}

Worker::Worker(const ServerOptions& options, api::RequestHandler& handler, const base::Clock& clock,
               ConnectionCount& count)
    : options_(options),
      limits_{options.headBytes, options.targetBytes, options.headerFields},
      handler_(handler),
      clock_(clock),
      count_(count),
      date_(clock),
      ticker_(loop_.context()) {}

Worker::~Worker() = default;

void Worker::start(const std::string& name) {
  tick();
  thread_ = std::thread([this] { loop_.run(); });
  pthread_setname_np(thread_.native_handle(), name.c_str());
}

void Worker::run(std::function<void()> work) {
  boost::asio::post(loop_.context(), std::move(work));
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::adopt(int socket, std::shared_ptr<boost::asio::ssl::context> tls, bool refused) {
  ++load_;
  auto connection = std::make_unique<Connection>(*this, socket, std::move(tls), refused);
  connection->index = connections_.size();
  connections_.push_back(std::move(connection));
  connections_.back()->start();
}

void Worker::drain() {
  draining_ = true;
  for (const auto& connection : connections_) connection->drain();
}

void Worker::cutAll() {
  for (const auto& connection : connections_) connection->cut();
  // Behind what cutting has made ready to run.
  run([this] { run([this] { loop_.stop(); }); });
}

void Worker::closed() {
  --load_;
  count_.closed();
}

void Worker::retire(Connection& connection) {
  const std::size_t index = connection.index;
  std::unique_ptr<Connection> owned = std::move(connections_[index]);
  if (index + 1 != connections_.size()) {
    connections_[index] = std::move(connections_.back());
    connections_[index]->index = index;
  }
  connections_.pop_back();
  // Its coroutine still runs: freed when the loop comes back.
  boost::asio::post(loop_.context(), [kept = std::move(owned)]() mutable { kept.reset(); });
}

void Worker::tick() {
  const base::Monotonic now = clock_.monotonic();
  date_.at(now);
  for (const auto& connection : connections_) connection->tick(now);
  ticker_.expires_after(options_.tick);
  ticker_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

}  // namespace sw::adapters::http
