#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/habit_entry_routes.h"
#include "api/habit_routes.h"
#include "app/relay_graph.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "base/clock.h"
#include "habits/habit_editor.h"
#include "habits/habits_probe.h"

namespace sw::app {

/// Habits over the stores: what changes them, their part of the API and of events, and a thread
/// that counts everybody's streaks for the metrics. Owned by the composition root, which stops the
/// relay before it and keeps stores and telemetry longer. Thread-safe once made.
class HabitGraph {
 public:
  /// How old the counted streaks may be.
  static constexpr std::chrono::seconds kCountInterval{30};

  HabitGraph(Stores& stores, RelayGraph& relay, Telemetry& telemetry, const base::Clock& clock);
  HabitGraph(const HabitGraph&) = delete;
  HabitGraph& operator=(const HabitGraph&) = delete;
  /// As `stop`.
  ~HabitGraph();

  void addRoutes(api::Router& router);

  /// Begins to count streaks.
  void start();
  /// Ends the thread after the count that runs. Safe to call twice; before the database closes.
  void stop();

 private:
  base::Task<base::Result<std::string>> dataOf(const jobs::Change& change);
  void count();

  const base::Clock& clock_;
  habits::HabitStore& store_;
  habits::HabitsProbe probe_;
  habits::HabitEditor editor_;
  api::HabitServices services_;
  api::HabitRoutes routes_;
  api::HabitEntryRoutes entryRoutes_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sw::app
