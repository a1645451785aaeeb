#include "obs/alert_dispatcher.h"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

#include "base/random.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using Outcome = AlertDelivery::Outcome;
using Reason = label::DropReason::Value;

constexpr double kLeastJitter = 0.5;  // of the pause
/// How often a thread looks at the clock while it waits for an attempt's time.
constexpr auto kLook = 200ms;

double randomShare() {
  std::array<std::uint8_t, 4> bytes{};
  base::fillRandom(bytes);
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return static_cast<double>(number) / 4294967296.0;
}

/// A message on its way: how many channels still have it, and whether one delivered it.
struct Dispatched {
  Dispatched(std::uint64_t id, AlertMessage text, int channels)
      : number(id), message(std::move(text)), open(channels) {}

  const std::uint64_t number;
  const AlertMessage message;
  std::atomic<int> open;
  std::atomic<bool> delivered{false};
};

}  // namespace

struct AlertDispatcher::Impl {
  struct Entry {
    std::shared_ptr<Dispatched> sent;
    base::Monotonic deadline;
    base::Monotonic notBefore{};
    int attempts = 0;
  };

  /// One channel: its sink, its queue, its thread.
  struct Worker {
    Worker(Impl& owner, std::unique_ptr<AlertSink> given);

    void add(Entry entry);
    /// Tries the oldest message when it is due. Answers whether it tried.
    bool tryOne(bool atOnce);
    void finish(const Entry& entry, std::optional<Reason> dropped, const std::string& problem);
    void run();
    std::chrono::nanoseconds pauseAfter(int attempts, const AlertDelivery& delivery) const;

    Impl& impl;
    const std::unique_ptr<AlertSink> sink;
    const std::string destination;

    std::mutex mutex;  // guards what follows
    std::condition_variable wake;
    std::deque<Entry> queue;
    Channel state;
    bool stopping = false;
    bool cutOff = false;
    bool ended = true;  // no thread runs
    std::thread thread;
  };

  Impl(DispatcherOptions given, const base::Clock& time, MetricCatalog& families, Log& log,
       Redactor remover, Jitter random)
      : options(given),
        clock(time),
        logger(log.logger("alerts")),
        redactor(std::move(remover)),
        jitter(random ? std::move(random) : Jitter(randomShare)),
        emitted(families.telemetryEmitted.handle(label::Signal::kAlerts)),
        exported(families.telemetryExported.handle(label::Signal::kAlerts)),
        catalog(families) {}

  void report(Dispatched& sent, bool delivered) const {
    if (delivered) sent.delivered = true;
    if (--sent.open == 0 && tell) tell(sent.number, sent.delivered);
  }

  const DispatcherOptions options;
  const base::Clock& clock;
  const Logger logger;
  const Redactor redactor;
  const Jitter jitter;
  const CounterHandle emitted;
  const CounterHandle exported;
  MetricCatalog& catalog;
  Report tell{};
  std::atomic<std::uint64_t> numbers{0};
  std::vector<std::unique_ptr<Worker>> workers{};
};

AlertDispatcher::Impl::Worker::Worker(Impl& owner, std::unique_ptr<AlertSink> given)
    : impl(owner), sink(std::move(given)), destination(sink->destination()) {
  state.channel = sink->channel();
  state.destination = destination;
}

void AlertDispatcher::Impl::Worker::add(Entry entry) {
  impl.emitted.increment();
  bool late = false;
  {
    const std::lock_guard lock(mutex);
    if (!stopping && queue.size() < impl.options.queue) {
      queue.push_back(std::move(entry));
      wake.notify_all();
      return;
    }
    late = stopping;
  }
  if (late) {
    finish(entry, Reason::kShutdown, "the service stops");
  } else {
    finish(entry, Reason::kQueueFull, "the queue is full");
  }
}

std::chrono::nanoseconds AlertDispatcher::Impl::Worker::pauseAfter(
    int attempts, const AlertDelivery& delivery) const {
  std::chrono::nanoseconds pause = impl.options.firstBackoff;
  for (int i = 1; i < attempts && pause < impl.options.longestBackoff; ++i) pause *= 2;
  pause = std::min<std::chrono::nanoseconds>(pause, impl.options.longestBackoff);
  const double share = kLeastJitter + (1 - kLeastJitter) * impl.jitter();
  pause = std::chrono::nanoseconds(
      static_cast<std::int64_t>(static_cast<double>(pause.count()) * share));
  return std::max<std::chrono::nanoseconds>(pause, delivery.retryAfter.value_or(0s));
}

bool AlertDispatcher::Impl::Worker::tryOne(bool atOnce) {
  Entry entry;
  {
    const std::lock_guard lock(mutex);
    if (queue.empty()) return false;
    entry = queue.front();
  }
  const base::Monotonic now = impl.clock.monotonic();
  if (!atOnce && now < entry.notBefore) return false;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(entry.deadline - now);
  AlertDelivery delivery{.outcome = Outcome::kAgain, .problem = "its deadline has passed"};
  if (left > 0ms) {
    delivery = sink->send(entry.sent->message, std::min(left, impl.options.attemptTimeout));
    ++entry.attempts;
  }
  std::optional<Reason> dropped;
  if (delivery.outcome == Outcome::kRefused) {
    dropped = Reason::kExportFailed;
  } else if (delivery.outcome != Outcome::kDelivered) {
    entry.notBefore = impl.clock.monotonic() + pauseAfter(entry.attempts, delivery);
    const std::lock_guard lock(mutex);
    if (entry.notBefore < entry.deadline && !atOnce) {
      queue.front() = entry;
      return true;
    }
    dropped = stopping                                    ? Reason::kShutdown
              : delivery.outcome == Outcome::kRateLimited ? Reason::kRateLimited
                                                          : Reason::kExportFailed;
  }
  {
    const std::lock_guard lock(mutex);
    queue.pop_front();
  }
  finish(entry, dropped, delivery.problem);
  return true;
}

void AlertDispatcher::Impl::Worker::finish(const Entry& entry, std::optional<Reason> dropped,
                                           const std::string& problem) {
  namespace label = obs::label;
  const std::string safe = impl.redactor.redact(problem);
  const std::string_view name = label::AlertChannel::kValues.at(sink->channel());
  bool changed = false;
  {
    const std::lock_guard lock(mutex);
    changed = state.failing != dropped.has_value();
    state.failing = dropped.has_value();
    if (dropped) {
      state.lastError = safe;
      state.lastFailed = impl.clock.now();
    } else {
      state.lastDelivered = impl.clock.now();
    }
  }
  impl.catalog.alertNotifications
      .handle(sink->channel(),
              dropped ? label::ProduceStatus::kFailed : label::ProduceStatus::kSuccess)
      .increment();
  if (dropped) {
    impl.catalog.telemetryDropped.handle(label::Signal::kAlerts, *dropped).increment();
  } else {
    impl.exported.increment();
  }
  if (changed && dropped) {
    impl.logger.warn("Alerts cannot be delivered; more of these are only counted",
                     {safeField("channel", name), field("destination", destination),
                      field("attempts", entry.attempts), field("error", safe)});
  } else if (changed) {
    impl.logger.info("Alerts are delivered again",
                     {safeField("channel", name), field("destination", destination)});
  }
  impl.report(*entry.sent, !dropped);
}

void AlertDispatcher::Impl::Worker::run() {
  pthread_setname_np(pthread_self(), "alert-sender");
  std::unique_lock lock(mutex);
  while (!cutOff && !(stopping && queue.empty())) {
    const bool atOnce = stopping;
    lock.unlock();
    const bool tried = tryOne(atOnce);
    lock.lock();
    if (tried || stopping) continue;
    if (queue.empty()) {
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
    } else {
      wake.wait_for(lock, kLook, [this] { return stopping; });
    }
  }
  ended = true;
  wake.notify_all();
}

AlertDispatcher::AlertDispatcher(DispatcherOptions options,
                                 std::vector<std::unique_ptr<AlertSink>> sinks,
                                 const base::Clock& clock, MetricCatalog& catalog, Log& log,
                                 Redactor redactor, Jitter jitter)
    : impl_(std::make_unique<Impl>(options, clock, catalog, log, std::move(redactor),
                                   std::move(jitter))) {
  for (auto& sink : sinks) {
    impl_->workers.push_back(std::make_unique<Impl::Worker>(*impl_, std::move(sink)));
  }
}

AlertDispatcher::~AlertDispatcher() { stop(0ms); }

void AlertDispatcher::onReport(Report report) { impl_->tell = std::move(report); }

bool AlertDispatcher::hasChannels() const { return !impl_->workers.empty(); }

std::uint64_t AlertDispatcher::dispatch(AlertMessage message) {
  const auto sent = std::make_shared<Dispatched>(++impl_->numbers, std::move(message),
                                                 static_cast<int>(impl_->workers.size()));
  const base::Monotonic deadline = impl_->clock.monotonic() + impl_->options.deadline;
  const std::uint64_t number = sent->number;
  for (const auto& worker : impl_->workers) worker->add({sent, deadline});
  return number;
}

void AlertDispatcher::runDue() {
  for (const auto& worker : impl_->workers) {
    while (worker->tryOne(false)) {
    }
  }
}

void AlertDispatcher::start() {
  for (const auto& worker : impl_->workers) {
    worker->ended = false;
    worker->thread = std::thread([each = worker.get()] { each->run(); });
  }
}

void AlertDispatcher::stop(std::chrono::milliseconds grace) {
  for (const auto& worker : impl_->workers) {
    const std::lock_guard lock(worker->mutex);
    worker->stopping = true;
    worker->wake.notify_all();
  }
  const auto limit = std::chrono::steady_clock::now() + grace;
  for (const auto& worker : impl_->workers) {
    {
      std::unique_lock lock(worker->mutex);
      worker->wake.wait_until(lock, limit, [&] { return worker->ended; });
      worker->cutOff = true;
    }
    worker->sink->abort();
    if (worker->thread.joinable()) worker->thread.join();
    std::deque<Impl::Entry> left;
    {
      const std::lock_guard lock(worker->mutex);
      left.swap(worker->queue);
    }
    for (const Impl::Entry& entry : left) {
      worker->finish(entry, Reason::kShutdown, "the service stops");
    }
  }
}

std::vector<AlertDispatcher::Channel> AlertDispatcher::channels() const {
  std::vector<Channel> all;
  for (const auto& worker : impl_->workers) {
    const std::lock_guard lock(worker->mutex);
    Channel& state = all.emplace_back(worker->state);
    state.queued = worker->queue.size();
  }
  return all;
}

}  // namespace sw::obs
