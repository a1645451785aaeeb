#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/commands/command_data.h"
#include "app/commands/console.h"
#include "base/local_loop.h"
#include "base/time_format.h"
#include "jobs/job_json.h"
#include "jobs/job_store.h"

namespace sw::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Uuid;
using jobs::Job;
using jobs::JobStore;

constexpr int kPage = 250;

struct JobsOptions {
  std::string kind;
  std::vector<std::string> ids;
  int limit = 100;
  bool json = false;
};

/// Calls `each` for the dead jobs of a kind (empty: of all), newest first, until it answers false.
Result<void> forEachDead(JobStore& store, const std::string& kind,
                         const std::function<Result<bool>(const Job&)>& each) {
  Uuid before;
  while (true) {
    SW_TRY(const auto page, base::runBlocking(store.dead(before, kPage)));
    for (const Job& job : page) {
      if (!kind.empty() && job.kind != kind) continue;
      SW_TRY(const bool goOn, each(job));
      if (!goOn) return {};
    }
    if (page.size() < kPage) return {};
    before = page.back().id;
  }
}

/// One line for people: what does not fit into a column comes last.
std::string lineOf(const Job& job) {
  std::string line = job.id.toString() + "  " + job.kind + "  " + std::to_string(job.attempts) +
                     (job.attempts == 1 ? " attempt  " : " attempts  ") +
                     base::formatInstant(job.due) + "  " + (job.key.empty() ? "-" : job.key) +
                     "  " + job.lastError;
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return line;
}

Result<void> listDead(const JobsOptions& options, const Invocation& invocation) {
  SW_TRY(const auto data, openData(invocation));
  int listed = 0;
  SW_CHECK(forEachDead(data->stores->jobs, options.kind, [&](const Job& job) -> Result<bool> {
    if (listed == options.limit) {
      noteLine("… and more; --limit shows more of them");
      return false;
    }
    ++listed;
    std::string line;
    if (options.json) {
      jobs::appendDeadJob(line, job);
    } else {
      line = lineOf(job);
    }
    printLine(line);
    return true;
  }));
  if (listed == 0)
    noteLine("there are no dead jobs" + (options.kind.empty() ? "" : " of kind " + options.kind));
  return {};
}

/// `revive` or `drop`, of one job in a unit that commits by itself: others that look after the
/// same jobs may have come before.
using Change = std::function<void(jobs::UnitOfWork&, Uuid)>;

Result<void> changeOne(CommandData& data, const Change& change, Uuid id) {
  const auto unit = data.stores->storage.begin();
  change(*unit, id);
  return base::runBlocking(unit->commit());
}

Result<int> changeKind(CommandData& data, const Change& change, const std::string& kind) {
  int changed = 0;
  SW_CHECK(forEachDead(data.stores->jobs, kind, [&](const Job& job) -> Result<bool> {
    const auto done = changeOne(data, change, job.id);
    if (done.ok()) ++changed;
    if (!done.ok() && done.error().code() != Code::kNotFound) return done.error();
    return true;
  }));
  return changed;
}

Result<std::vector<Uuid>> readIds(const JobsOptions& options) {
  if (options.ids.empty() == options.kind.empty()) {
    return Error(Code::kInvalid, "expected the ids of dead jobs, or --kind KIND for all of one");
  }
  std::vector<Uuid> ids;
  for (const std::string& text : options.ids) {
    const auto id = Uuid::parse(text);
    if (!id) return Error(Code::kInvalid, "\"" + text + "\" is no id of a job");
    ids.push_back(*id);
  }
  return ids;
}

/// Runs dead jobs again or drops them, those named by id or by kind, and says how many.
ExitCode changeDead(const JobsOptions& options, const Invocation& invocation, bool retries) {
  const auto ids = readIds(options);
  if (!ids.ok()) {
    complainOf(ids.error());
    return kExitUsage;
  }
  const auto data = openData(invocation);
  if (!data.ok()) return complainOf(data.error());
  CommandData& opened = **data;
  const Change change = [&](jobs::UnitOfWork& unit, Uuid id) {
    if (retries) {
      opened.stores->jobs.revive(unit, id, opened.clock.now());
    } else {
      opened.stores->jobs.drop(unit, id);
    }
  };
  int changed = 0;
  ExitCode exitCode = kExitSuccess;
  if (!options.kind.empty()) {
    const auto all = changeKind(opened, change, options.kind);
    if (!all.ok()) return complainOf(all.error());
    changed = *all;
  }
  for (const Uuid& id : *ids) {
    const auto done = changeOne(opened, change, id);
    if (done.ok()) {
      ++changed;
    } else {
      exitCode = complainOf(done.error().wrap(id.toString()));
    }
  }
  printLine(std::to_string(changed) + (changed == 1 ? " job " : " jobs ") +
            (retries ? "will run again" : "dropped"));
  return exitCode;
}

CLI::App* addChange(CLI::App& jobs, const std::string& name, const std::string& about,
                    const std::shared_ptr<JobsOptions>& options) {
  CLI::App* command = jobs.add_subcommand(name, about);
  command->add_option("ID", options->ids, "The jobs, by their ids.")->type_name("ID");
  command->add_option("--kind", options->kind, "All dead jobs of this kind instead.")
      ->type_name("KIND");
  command->fallthrough();
  return command;
}

}  // namespace

void addJobs(CLI::App& parser, Action& chosen) {
  CLI::App* command = parser.add_subcommand(
      "jobs", "Jobs that failed for good: list them, run them again, or drop them.");
  command->require_subcommand(1);
  const auto options = std::make_shared<JobsOptions>();
  CLI::App* dead = command->add_subcommand("dead", "List them, newest first, with their errors.");
  dead->add_option("--kind", options->kind, "Those of this kind only.")->type_name("KIND");
  dead->add_option("--limit", options->limit, "At most so many.")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  dead->add_flag("--json", options->json, "Print one JSON object a line.");
  dead->fallthrough();
  dead->callback([options, &chosen] {
    chosen = [options](const Invocation& invocation) {
      const auto done = listDead(*options, invocation);
      return done.ok() ? kExitSuccess : complainOf(done.error());
    };
  });
  addChange(*command, "retry",
            "Run them again at once, with their attempts counted anew. A service that runs does "
            "them within a second.",
            options)
      ->callback([options, &chosen] {
        chosen = [options](const Invocation& invocation) {
          return changeDead(*options, invocation, true);
        };
      });
  addChange(*command, "drop", "Remove them: what they should have done is never done.", options)
      ->callback([options, &chosen] {
        chosen = [options](const Invocation& invocation) {
          return changeDead(*options, invocation, false);
        };
      });
}

}  // namespace sw::app
