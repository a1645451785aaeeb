#include "app/habit_graph.h"

#include <optional>
#include <string>

#include "base/json.h"
#include "base/local_loop.h"
#include "base/time_format.h"
#include "habits/habit_view.h"

namespace sw::app {

using base::Result;
using base::Task;

HabitGraph::HabitGraph(Stores& stores, RelayGraph& relay, Telemetry& telemetry,
                       const base::Clock& clock)
    : clock_(clock),
      store_(stores.habits),
      probe_(telemetry.catalog, telemetry.log),
      editor_(store_, stores.changes, clock),
      services_{.settings = stores.settings, .habits = store_, .editor = editor_, .probe = probe_},
      routes_(services_),
      entryRoutes_(services_) {
  relay.eventData().add("habit.", [this](const jobs::Change& change) { return dataOf(change); });
}

HabitGraph::~HabitGraph() { stop(); }

void HabitGraph::addRoutes(api::Router& router) {
  routes_.addTo(router);
  entryRoutes_.addTo(router);
}

Task<Result<std::string>> HabitGraph::dataOf(const jobs::Change& change) {
  SW_CO_TRY(const auto found, co_await store_.find(change.userId, change.resourceId));
  std::string out;
  if (!found) {
    base::json::Writer(out).beginObject().field("id", change.resourceId.toString()).endObject();
    co_return out;
  }
  SW_CO_TRY(const habits::OpenHabit open, habits::open(found->record, found->settings));
  const auto progress = habits::progressOf(open.habit, open.state, clock_.now(), open.day);
  habits::appendHabitView(out, open, progress);
  const auto date = base::parseDate(change.part);
  if (!date) co_return out;
  SW_CO_TRY(const auto entry, co_await store_.entry(open.habit.id, *date));
  if (!entry) co_return out;
  out.pop_back();  // the entry stands beside the habit's own members
  out += R"(,"entry":)";
  base::json::Writer writer(out);
  habits::writeEntry(writer, *entry);
  out += '}';
  co_return out;
}

void HabitGraph::count() {
  const auto census = base::runBlocking(store_.streaks(clock_.now()));
  if (census.ok()) {
    probe_.streaksCounted(*census);
  } else {
    probe_.streaksNotCounted(census.error());
  }
}

void HabitGraph::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      count();
      lock.lock();
      wake_.wait_for(lock, kCountInterval, [this] { return stopping_; });
    }
  });
}

void HabitGraph::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace sw::app
