#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "accounts/settings_json.h"
#include "base/local_loop.h"
#include "base/time_format.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_job_store.h"
#include "fakes/fake_reminder_store.h"
#include "obs/log.h"
#include "obs/log_sink.h"
#include "reminders/delivery_job.h"
#include "reminders/reminder_jobs.h"
#include "reminders/reminder_planner.h"

namespace sw::reminders {

/// The process has died here. Thrown through everything.
struct Death {};

/// Where the process may die: between any two of its steps.
class Fate {
 public:
  /// Asked at every step; true: die now.
  std::function<bool()> dies = [] { return false; };
  void step() {
    if (dies()) throw Death{};
  }
};

/// An agenda as a test writes it.
class ScriptedAgenda final : public AgendaSource {
 public:
  explicit ScriptedAgenda(Fate& fate) : fate_(fate) {}

  base::Task<base::Result<std::optional<Agenda>>> read(base::Uuid resourceId, const Person& person,
                                                       Range range) override {
    fate_.step();
    if (broken || damaged.contains(resourceId)) {
      co_return base::Error(base::Code::kCorrupted, "the row cannot be read");
    }
    const auto found = agendas.find(resourceId);
    if (found == agendas.end()) co_return std::optional<Agenda>();
    Agenda agenda = found->second;
    agenda.zone = person.zone;
    if (!agenda.quietHours) agenda.quietHours = person.settings.quietHours;
    std::erase_if(agenda.moments, [&](const Moment& moment) {
      return moment.at < range.from || moment.expires <= range.now;
    });
    std::ranges::stable_sort(agenda.moments, {}, &Moment::at);
    co_return std::optional<Agenda>(std::move(agenda));
  }

  std::map<base::Uuid, Agenda> agendas;
  bool broken = false;  // every resource
  std::set<base::Uuid> damaged;

 private:
  Fate& fate_;
};

/// A channel that remembers what it was given.
class RecordingChannel final : public Channel {
 public:
  RecordingChannel(Fate& fate, std::string_view name, std::string_view setting, bool recognises)
      : fate_(fate), name_(name), setting_(setting), recognises_(recognises) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::string_view setting() const override { return setting_; }
  [[nodiscard]] bool recognisesRepeats() const override { return recognises_; }
  base::Task<base::Result<Delivery>> send(const Message& message) override {
    fate_.step();
    if (const auto error = fails()) co_return *error;
    sent.push_back(message);
    fate_.step();
    co_return answer;
  }

  std::vector<Message> sent;
  Delivery answer = Delivery::kSent;
  std::function<std::optional<base::Error>()> fails = [] { return std::nullopt; };

 private:
  Fate& fate_;
  std::string_view name_;
  std::string_view setting_;
  bool recognises_;
};

/// A `FakeReminderStore` whose caller may die before each call.
class MortalReminderStore final : public ReminderStore {
 public:
  MortalReminderStore(ReminderStore& store, Fate& fate) : store_(store), fate_(fate) {}

  base::Task<base::Result<std::optional<Reminder>>> find(base::Uuid id) override {
    fate_.step();
    co_return co_await store_.find(id);
  }
  base::Task<base::Result<std::vector<Reminder>>> ofResource(base::Uuid resourceId,
                                                             std::string_view fromKey) override {
    fate_.step();
    co_return co_await store_.ofResource(resourceId, fromKey);
  }
  base::Task<base::Result<std::vector<Reminder>>> list(const ListQuery& query) override {
    fate_.step();
    co_return co_await store_.list(query);
  }
  base::Task<base::Result<std::vector<Reminder>>> gatheredOf(base::Uuid userId,
                                                             int limit) override {
    fate_.step();
    co_return co_await store_.gatheredOf(userId, limit);
  }
  void put(jobs::UnitOfWork& unit, const Reminder& reminder) override {
    fate_.step();
    store_.put(unit, reminder);
  }
  void remove(jobs::UnitOfWork& unit, const Reminder& reminder) override {
    fate_.step();
    store_.remove(unit, reminder);
  }
  base::Task<base::Result<std::vector<ReminderDelivery>>> deliveriesOf(
      base::Uuid messageId) override {
    fate_.step();
    co_return co_await store_.deliveriesOf(messageId);
  }
  void addDelivery(jobs::UnitOfWork& unit, const ReminderDelivery& delivery) override {
    fate_.step();
    store_.addDelivery(unit, delivery);
  }
  void putDelivery(jobs::UnitOfWork& unit, const ReminderDelivery& before,
                   const ReminderDelivery& after) override {
    fate_.step();
    store_.putDelivery(unit, before, after);
  }
  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override {
    co_return co_await store_.removeBefore(horizon, limit);
  }

 private:
  ReminderStore& store_;
  Fate& fate_;
};

class SilentSink final : public obs::LogSink {
 public:
  std::size_t append(std::string_view lines) override { return lines.size(); }
};

/// What outlives a process: the tables, the time and the receivers.
struct ReminderWorld {
  ReminderWorld() {
    accounts::User user;
    user.id = base::newUuid(clock);
    user.subject = "ada";
    user.email = "ada@example.org";
    user.emailVerified = true;
    user.revision = 1;
    userId = user.id;
    const auto unit = storage.begin();
    users.create(*unit, user);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
  }

  void write(const accounts::Settings& wanted) {
    const auto before = base::runBlocking(settings.find(userId));
    const std::int64_t revision = before.ok() && *before ? (*before)->revision + 1 : 1;
    const auto unit = storage.begin();
    settings.put(*unit, userId, {accounts::toSettingsDocument(wanted), revision, clock.now()});
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  /// A habit with these moments, told of by the change log.
  base::Uuid addHabit(const std::string& title, std::vector<Moment> moments) {
    const base::Uuid id = base::newUuid(clock);
    agenda.agendas[id] = {title, std::nullopt, {}, std::move(moments)};
    tell("habit.created", id);
    return id;
  }
  void tell(const std::string& type, base::Uuid resource) {
    jobs::Change change;
    change.userId = userId;
    change.type = type;
    change.resourceId = resource;
    change.revision = 1;
    change.at = clock.now();
    const auto unit = storage.begin();
    changes.append(*unit, change);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  Moment moment(const std::string& key, base::Instant at,
                std::chrono::minutes useful = std::chrono::hours(12),
                std::chrono::minutes lead = {}) {
    return {.occasionKey = key,
            .occasion = at + lead,
            .lead = lead,
            .at = at,
            .expires = at + useful,
            .channels = channelsWanted,
            .title = {}};
  }
  std::vector<Reminder> rows() {
    return storage.look([](fakes::FakeTables& tables) {
      std::vector<Reminder> all;
      for (const auto& [id, row] : tables.reminders) all.push_back(row);
      std::ranges::sort(all, {}, &Reminder::scheduled);
      return all;
    });
  }
  std::vector<Reminder> rows(ReminderState state) {
    std::vector<Reminder> some = rows();
    std::erase_if(some, [&](const Reminder& row) { return row.state != state; });
    return some;
  }
  /// How often `reminder.sent` stands in the change log.
  int toldInApp() {
    return storage.look([&](fakes::FakeTables& tables) {
      return static_cast<int>(
          std::ranges::count(tables.changes[userId], "reminder.sent", &jobs::Change::type));
    });
  }

  Fate fate;
  fakes::FakeClock clock;
  fakes::FakeStorage storage;
  fakes::FakeUserStore users{storage};
  fakes::FakeSettingsStore settings{storage};
  fakes::FakeChangeLog changes{storage};
  fakes::FakeReminderStore reminders{storage};
  fakes::FakeJobStore jobs{storage};
  ScriptedAgenda agenda{fate};
  RecordingChannel email{fate, "email", "email", false};
  RecordingChannel hook{fate, "webhook", "webhook", true};
  std::vector<std::string> channelsWanted = {"in_app"};
  base::Uuid userId;
  std::int64_t relayed = 0;  // how far the relay's reader has come; durable

  obs::Metrics metrics{clock};
  obs::MetricCatalog catalog{metrics};
  obs::Log log{{}, std::make_unique<SilentSink>(), {}, clock, catalog};
  obs::ReminderProbe probe{catalog, log};
};

/// What a process has in memory: its handlers, a relay and a scheduler, each in its barest form.
class ReminderProcess {
 public:
  explicit ReminderProcess(ReminderWorld& world) : world_(world) {}

  /// Plans what has changed and does what is due until there is no more.
  void run() {
    while (relay() || work()) {
    }
  }
  bool relay() {
    const auto changes = base::runBlocking(world_.changes.read({world_.userId, world_.relayed}, 2));
    if (changes->empty()) return false;
    const auto unit = world_.storage.begin();
    const auto taken = base::runBlocking(planner.take(*changes, *unit));
    EXPECT_TRUE(taken.ok()) << taken.error().describe();
    world_.fate.step();
    const auto committed = base::runBlocking(unit->commit());
    if (committed.ok()) world_.relayed = changes->back().number;
    world_.fate.step();
    return true;
  }
  /// Takes at most `limit` due jobs, then does them.
  bool work(int limit = 3) {
    std::vector<jobs::Job> jobs = claim(limit);
    for (const jobs::Job& job : jobs) finish(job);
    return !jobs.empty();
  }
  std::vector<jobs::Job> claim(int limit) {
    jobs::JobStore::Claim claim;
    for (const auto& [kind, handler] : handlers_) claim.wanted.push_back({kind, limit, false});
    claim.holder = "test";
    claim.now = world_.clock.now();
    claim.lease = std::chrono::seconds(30);
    claim.limit = limit;
    auto jobs = base::runBlocking(world_.jobs.claim(claim));
    world_.fate.step();
    return jobs.ok() ? *std::move(jobs) : std::vector<jobs::Job>();
  }
  /// Runs a claimed job to its end; false when its end could not be kept.
  bool finish(const jobs::Job& job) {
    const auto unit = world_.storage.begin();
    const auto done = base::runBlocking(handlers_.at(job.kind)->run(job, *unit));
    world_.fate.step();
    base::Result<void> committed;
    if (done.ok()) {
      world_.jobs.finish(*unit, job);
      committed = base::runBlocking(unit->commit());
      EXPECT_TRUE(committed.ok() || committed.error().code() == base::Code::kConflict);
    } else if (!base::describe(done.error().code()).retryable) {
      const auto last = world_.storage.begin();
      world_.jobs.bury(*last, job, done.error().describe(), world_.clock.now());
      handlers_.at(job.kind)->buried(job, done.error(), *last);
      committed = base::runBlocking(last->commit());
    } else {
      const auto again = world_.storage.begin();
      world_.jobs.retry(*again, job, world_.clock.now() + std::chrono::seconds(20),
                        done.error().describe());
      committed = base::runBlocking(again->commit());
    }
    world_.fate.step();
    return committed.ok();
  }

 private:
  ReminderWorld& world_;
  MortalReminderStore reminders_{world_.reminders, world_.fate};
  std::array<Channel*, 2> channels_ = {&world_.email, &world_.hook};

 public:
  Teller teller{{reminders_, world_.jobs, world_.changes, world_.probe, world_.clock, channels_}};
  ReminderDesk desk{{reminders_,
                     world_.jobs,
                     world_.settings,
                     teller,
                     world_.clock,
                     {&world_.agenda, &world_.agenda, &world_.agenda, &world_.agenda}}};
  ReminderPlanner planner{{desk, world_.jobs, world_.agenda, world_.clock}};
  DueJob due{desk};
  SnoozedJob snoozed{desk, reminders_};
  DigestJob digest{reminders_, teller, world_.probe, world_.clock};
  RevivalJob revival{world_.jobs, teller, world_.clock};
  DeliveryJob delivery{{world_.storage, reminders_, world_.users, desk, world_.probe, world_.clock,
                        channels_, "https://example.org"}};

 private:
  std::map<std::string, jobs::JobHandler*, std::less<>> handlers_ = {
      {std::string(job_kind::kDue), &due},
      {std::string(job_kind::kSnoozed), &snoozed},
      {std::string(job_kind::kDigest), &digest},
      {std::string(job_kind::kRevival), &revival},
      {std::string(job_kind::kDelivery), &delivery}};
};

}  // namespace sw::reminders
