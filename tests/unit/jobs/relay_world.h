#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/local_loop.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_relay_store.h"
#include "fakes/fake_storage.h"
#include "jobs/relay.h"
#include "unit/obs/obs_fixture.h"
#include "unit/obs/trace_fixture.h"

namespace sw::jobs {

/// A reader that remembers what it was told, and writes it down where it is asked to: the numbers
/// of each user's changes, one after the other, in the unit of the relay.
class RecordingSubscriber final : public ChangeSubscriber {
 public:
  explicit RecordingSubscriber(std::string_view name, Start start = Start::kOldestKept)
      : name_(name), start_(start) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] Start start() const override { return start_; }
  base::Task<base::Result<void>> take(const std::vector<Change>& changes,
                                      UnitOfWork& unit) override {
    const base::Uuid user = changes.front().userId;
    batches.push_back(changes.size());
    for (const Change& change : changes) {
      if (refuse && refuse(change)) {
        co_return base::Error(base::Code::kUnavailable, "the reader does not take it");
      }
      if (throws) throw std::runtime_error("a defect");
      told[user].push_back(change.number);
    }
    if (pause) co_await base::sleepFor(std::chrono::nanoseconds(0));
    if (writes) write(unit, user, changes);
    co_return base::Result<void>();
  }

  /// What it wrote of a user: "1,2,3,".
  static std::string written(fakes::FakeStorage& storage, std::string_view name,
                             const base::Uuid& user) {
    return storage.look([&](fakes::FakeTables& tables) { return tables.upkeep[key(name, user)]; });
  }

  std::map<base::Uuid, std::vector<std::int64_t>> told;
  std::vector<std::size_t> batches;
  std::function<bool(const Change&)> refuse;
  bool throws = false;
  bool writes = true;
  bool pause = false;

 private:
  static std::string key(std::string_view name, const base::Uuid& user) {
    return std::string(name) + user.toString();
  }
  void write(UnitOfWork& unit, const base::Uuid& user, const std::vector<Change>& changes) {
    std::string numbers;
    for (const Change& change : changes) numbers += std::to_string(change.number) + ",";
    fakes::FakeStorage::add(unit, [key = key(name_, user), numbers](fakes::FakeTables& tables) {
      tables.upkeep[key] += numbers;
      return std::optional<base::Error>();
    });
  }

  const std::string_view name_;
  const Start start_;
};

/// A change log with users in it, and relays over it.
class RelayWorld : public ::testing::Test {
 protected:
  static RelayOptions quick() {
    RelayOptions options;
    options.pace.gather = std::chrono::milliseconds(0);
    return options;
  }

  base::Uuid addUser() { return base::newUuid(clock()); }
  /// False when the storage was told to fail.
  bool tryChange(const base::Uuid& user, int count, const std::string& traceParent = "") {
    const auto unit = storage_.begin();
    for (int i = 0; i < count; ++i) {
      Change change;
      change.userId = user;
      change.type = "goal.created";
      change.resourceId = base::newUuid(clock());
      change.at = clock().now();
      change.traceParent = traceParent;
      log_.append(*unit, std::move(change));
    }
    return base::runBlocking(unit->commit()).ok();
  }
  void change(const base::Uuid& user, int count = 1, const std::string& traceParent = "") {
    EXPECT_TRUE(tryChange(user, count, traceParent));
  }

  /// A relay of its own for the subscribers, as after a start.
  std::unique_ptr<Relay> relay(std::vector<ChangeSubscriber*> subscribers,
                               const RelayOptions& options = quick(),
                               ChangeObserver* others = nullptr) {
    auto made = std::make_unique<Relay>(
        Relay::Parts{log_, positions_, storage_, probe_, clock(), others}, options);
    for (ChangeSubscriber* subscriber : subscribers) made->add(*subscriber);
    return made;
  }
  static void settle(Relay& relay) { base::runBlocking(relay.settle()); }
  std::string written(const ChangeSubscriber& subscriber, const base::Uuid& user) {
    return RecordingSubscriber::written(storage_, subscriber.name(), user);
  }
  static std::string upTo(int last) {
    std::string numbers;
    for (int i = 1; i <= last; ++i) numbers += std::to_string(i) + ",";
    return numbers;
  }
  [[nodiscard]] const fakes::FakeClock& clock() const { return obs_.clock; }

  obs::Instruments obs_;
  obs::LogCapture logged_{obs_};
  obs::Health health_{{}, obs_.clock, obs_.catalog, [] { return obs::MemoryUse{}; }};
  obs::ErrorReporter errors_{obs_.catalog, logged_.log, health_, obs_.clock};
  obs::TraceList traces_;
  obs::Tracer tracer_{{}, {.exporter = &traces_}, obs_.clock};
  RelayProbe probe_{obs_.catalog, logged_.log, errors_, &tracer_, obs_.clock};
  fakes::FakeStorage storage_;
  fakes::FakeChangeLog log_{storage_};
  fakes::FakeRelayStore positions_{storage_};
};

}  // namespace sw::jobs
