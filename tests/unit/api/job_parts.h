#pragma once

#include "api/command_routes.h"
#include "api/job_routes.h"
#include "fakes/fake_command_store.h"
#include "fakes/fake_job_store.h"
#include "jobs/command_inbox.h"

namespace sw::api {

/// A command that needs {"days": 1 … 31} and answers how many there were.
class PlanningCommand final : public jobs::CommandHandler {
 public:
  void check(base::json::Value payload, base::json::Problems& problems) const override {
    base::json::ObjectReader reader(payload, "payload", problems);
    static_cast<void>(reader.integer("days", 1, 31, base::json::ObjectReader::kRequired));
    reader.finish();
  }
  base::Task<base::Result<std::string>> run(const jobs::CommandCall& call,
                                            jobs::UnitOfWork& /*unit*/) override {
    co_return R"({"planned":)" + call.command.payload + "}";
  }
};

/// Commands and jobs as the API has them.
struct JobParts {
  JobParts(fakes::FakeStorage& memory, const base::Clock& time) : storage(memory), clock(time) {
    registry.add("OPTIMIZE_SCHEDULE", planning);
  }

  fakes::FakeStorage& storage;
  const base::Clock& clock;
  PlanningCommand planning;
  jobs::CommandRegistry registry;
  fakes::FakeJobStore store{storage};
  fakes::FakeCommandStore commands{storage};
  jobs::CommandInbox inbox{registry, commands, store, clock};
  jobs::CommandJob handler{registry, commands, storage, clock};
  CommandRoutes commandRoutes{inbox};
  JobRoutes jobRoutes{store};
};

}  // namespace sw::api
