#include "app/job_graph.h"

#include <unistd.h>

#include <utility>

#include "base/json.h"
#include "base/local_loop.h"
#include "jobs/job_json.h"

namespace sw::app {
namespace {

/// Commands of one write, when those that ended long ago are removed.
constexpr int kPiece = 500;
/// Dead jobs that the debug page names.
constexpr int kShownDead = 20;

/// Several copies may have been given one name.
std::string withProcess(std::string holder) {
  if (!holder.empty()) holder += '-';
  return holder + std::to_string(::getpid());
}

}  // namespace

JobGraph::JobGraph(std::string holder, Stores& stores, Telemetry& telemetry,
                   const base::Clock& clock)
    : stores_(stores),
      clock_(clock),
      probe_({.catalog = telemetry.catalog,
              .log = telemetry.log,
              .errors = telemetry.errors,
              .tracer = telemetry.tracing.tracer(),
              .clock = clock}),
      inbox_(registry_, stores.commands, stores.jobs, clock),
      commandJob_(registry_, stores.commands, stores.storage, clock),
      forgetting_({.name = "commands.expire", .interval = std::chrono::hours(1)}, stores.leases,
                  clock, [this](const jobs::Lease&) { return forgetCommands(); }),
      scheduler_({.storage = stores.storage, .store = stores.jobs, .clock = clock, .probe = probe_},
                 {.holder = withProcess(std::move(holder))}) {
  scheduler_.add(std::string(jobs::CommandJob::kKind), commandJob_);
  scheduler_.add(forgetting_);
}

void JobGraph::start(Heartbeats& heartbeats) {
  scheduler_.start();
  heartbeats.watch(scheduler_.loop(), "jobs", obs::label::LoopKind::kJobs);
}

base::Task<base::Result<void>> JobGraph::forgetCommands() {
  const base::Instant horizon = clock_.now() - jobs::CommandStore::kRetention;
  while (true) {
    SW_CO_TRY(const std::int64_t removed, co_await stores_.commands.removeBefore(horizon, kPiece));
    if (removed < kPiece) co_return base::Result<void>();
  }
}

std::string JobGraph::overviewJson() {
  std::string out;
  const auto census = base::runBlocking(stores_.jobs.census(clock_.now()));
  const auto dead = base::runBlocking(stores_.jobs.dead({}, kShownDead));
  if (census.ok() && dead.ok()) {
    jobs::appendOverview(out, *census, *dead);
  } else {
    const base::Error& error = census.ok() ? dead.error() : census.error();
    base::json::Writer(out).beginObject().field("error", error.message()).endObject();
  }
  return out;
}

}  // namespace sw::app
