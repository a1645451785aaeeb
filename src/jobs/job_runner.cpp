#include "jobs/job_runner.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/text.h"
#include "jobs/job_backoff.h"

namespace sw::jobs {
namespace {

using base::Code;
using base::Error;
using base::Instant;
using base::Monotonic;
using base::Result;
using base::Task;
using obs::label::JobOutcome;
using namespace std::chrono_literals;

/// How often attempts past their time-out are looked for.
constexpr std::chrono::milliseconds kCheckEvery{50};
/// How soon a job is looked for again that is due and could not be claimed: another copy is just
/// taking it, or it waits for another of its user.
constexpr std::chrono::milliseconds kBlockedPause{250};
constexpr std::size_t kMostErrorBytes = 1000;
/// Tries to keep the end of an attempt whose handler's own guards do not hold.
constexpr int kSettleAttempts = 3;

/// An error's text as it is kept with a job: whole characters of UTF-8, at most so many bytes.
std::string keptText(const Error& error) {
  std::string text = error.describe();
  text.resize(base::utf8Prefix(text, kMostErrorBytes));
  return text;
}

}  // namespace

struct JobRunner::Kind {
  JobHandler& handler;
  const JobPolicy policy;
  const JobProbe::Kind& series;
  int running = 0;  // attempts whose handlers have not ended
};

struct JobRunner::Run {
  Job job;
  Kind& kind;
  JobProbe::Attempt attempt;
  std::unique_ptr<UnitOfWork> unit;
  Monotonic deadline{};
  Instant leaseUntil{};
  bool settling = false;  // its handler has ended, and its end is being kept
  bool givenUp = false;   // somebody else has kept its end
};

JobRunner::JobRunner(JobParts parts, SchedulerOptions options, Random random,
                     std::function<void()> ended)
    : parts_(parts),
      options_(std::move(options)),
      random_(std::move(random)),
      ended_(std::move(ended)) {}

JobRunner::~JobRunner() = default;

void JobRunner::add(std::string kind, JobHandler& handler) {
  const JobProbe::Kind& series = parts_.probe.kind(kind);
  kinds_.push_back(std::make_unique<Kind>(Kind{handler, handler.policy(), series}));
}

Task<Result<JobRunner::Turn>> JobRunner::turn(bool claims) {
  const Monotonic moment = parts_.clock.monotonic();
  const Instant now = parts_.clock.now();
  if (moment >= nextCheck_) {
    nextCheck_ = moment + kCheckEvery;
    giveUpLate(moment);
  }
  // Before every claim: where the clock was put forward, it would take what runs here already.
  co_await renewLeases(now);
  Turn turn{.begun = 0, .next = now + options_.poll};
  if (!claims) co_return turn;
  JobStore::Claim claim{.wanted = {},
                        .holder = options_.holder,
                        .now = now,
                        .lease = options_.lease,
                        .limit = options_.most - running()};
  std::vector<std::string> names;
  for (const auto& kind : kinds_) {
    const int room = kind->policy.concurrency - kind->running;
    if (room <= 0) continue;
    claim.wanted.push_back(
        {.kind = kind->series.name, .limit = room, .ordered = kind->policy.ordered});
    names.push_back(kind->series.name);
  }
  if (claim.wanted.empty() || claim.limit <= 0) co_return turn;
  SW_CO_TRY(std::vector<Job> due, co_await parts_.store.claim(claim));
  turn.begun = static_cast<int>(due.size());
  for (Job& job : due) {
    Kind& kind = kindOf(job.kind);
    begin(std::move(job), kind);
  }
  // The end of what has begun brings the next turn.
  if (turn.begun > 0) co_return turn;
  SW_CO_TRY(const auto next, co_await parts_.store.nextDue(names));
  if (next && *next <= now) {
    turn.next = std::min<Instant>(turn.next, now + kBlockedPause);
  } else if (next) {
    turn.next = std::min(turn.next, *next);
  }
  co_return turn;
}

JobRunner::Kind& JobRunner::kindOf(const std::string& name) {
  return **std::ranges::find_if(kinds_,
                                [&](const auto& kind) { return kind->series.name == name; });
}

void JobRunner::giveUpLate(Monotonic now) {
  for (auto run = runs_.begin(); run != runs_.end(); ++run) {
    if (run->settling || run->givenUp || now < run->deadline) continue;
    run->givenUp = true;
    giveUp(run);
  }
}

Task<void> JobRunner::renewLeases(Instant now) {
  const Instant soon = now + options_.lease / 2;
  std::vector<Job> ending;
  for (const Run& run : runs_) {
    if (!run.givenUp && run.leaseUntil <= soon) ending.push_back(run.job);
  }
  if (ending.empty()) co_return;
  const Instant until = now + options_.lease;
  const auto lost = co_await parts_.store.renew(ending, until);
  if (!lost.ok()) {
    parts_.probe.storeFailed("renew leases of jobs", lost.error());
    co_return;
  }
  // A lost one goes on; its end will find that it counts for nothing.
  for (Run& run : runs_) {
    if (run.leaseUntil <= soon) run.leaseUntil = until;
  }
}

base::Detached JobRunner::begin(Job job, Kind& kind) {
  const auto run = runs_.emplace(
      runs_.end(),
      Run{.job = std::move(job), .kind = kind, .attempt = {}, .unit = parts_.storage.begin()});
  run->attempt = parts_.probe.attemptBegun(kind.series, run->job);
  run->deadline = run->attempt.begun + kind.policy.timeout;
  run->leaseUntil = parts_.clock.now() + options_.lease;
  ++kind.running;
  running_.fetch_add(1, std::memory_order_relaxed);
  co_await attempt(*run);
  --kind.running;
  running_.fetch_sub(1, std::memory_order_relaxed);
  runs_.erase(run);
  ended_();
}

Task<void> JobRunner::attempt(Run& run) {
  Outcome outcome = JobOutcome::kSucceeded;
  std::optional<Error> error;
  {
    const base::ContextScope scope(run.attempt.scope());
    auto done = co_await runHandler(run);
    if (run.givenUp) co_return;
    run.settling = true;
    bool superseded = false;
    if (done.ok()) {
      parts_.store.finish(*run.unit, run.job);
      done = co_await run.unit->commit();
      if (!done.ok() && done.error().code() == Code::kConflict) {
        const bool held = co_await isHeld(run.job);
        superseded = !held;
      }
    }
    if (!done.ok()) {
      error = done.error();
      if (superseded) {
        outcome = JobOutcome::kSuperseded;
      } else {
        outcome = co_await settle(run.job, run.kind, *error);
      }
    }
  }
  parts_.probe.attemptEnded(run.attempt, run.job, outcome, error ? &*error : nullptr);
}

Task<Result<void>> JobRunner::runHandler(Run& run) {
  if (run.job.attempts > run.kind.policy.attempts) {
    co_return Error(Code::kInternal,
                    "every attempt ended without a word: the process died, or the lease was lost");
  }
  try {
    co_return co_await run.kind.handler.run(run.job, *run.unit);
  } catch (const std::exception& thrown) {
    co_return Error(Code::kInternal, std::string("an exception: ") + thrown.what());
  } catch (...) {
    co_return Error(Code::kInternal, "an exception of an unknown type");
  }
}

// The handler may still run: nothing of the run is touched after the first suspension.
base::Detached JobRunner::giveUp(Runs::iterator run) {
  const Job job = run->job;
  Kind& kind = run->kind;
  JobProbe::Attempt attempt = std::move(run->attempt);
  running_.fetch_add(1, std::memory_order_relaxed);
  parts_.probe.attemptGivenUp(job);
  const Error error(Code::kTimeout,
                    "took longer than " + std::to_string(kind.policy.timeout.count()) + " ms");
  const Outcome outcome = co_await settle(job, kind, error);
  parts_.probe.attemptEnded(attempt, job, outcome, &error);
  running_.fetch_sub(1, std::memory_order_relaxed);
  ended_();
}

Task<JobRunner::Outcome> JobRunner::settle(const Job& job, const Kind& kind, Error error) {
  const bool mayRetry = base::describe(error.code()).retryable || error.code() == Code::kConflict;
  const bool again = mayRetry && job.attempts < kind.policy.attempts;
  const std::string text = keptText(error);
  for (int tries = 0; tries < kSettleAttempts; ++tries) {
    const auto unit = parts_.storage.begin();
    const Instant now = parts_.clock.now();
    if (again) {
      parts_.store.retry(*unit, job, now + waitAfter(kind.policy, job.attempts, random_()), text);
      kind.handler.putBack(job, error, *unit);
    } else {
      parts_.store.bury(*unit, job, text, now);
      kind.handler.buried(job, error, *unit);
    }
    const auto committed = co_await unit->commit();
    if (committed.ok()) co_return again ? JobOutcome::kRetried : JobOutcome::kDead;
    if (committed.error().code() != Code::kConflict) {
      parts_.probe.storeFailed("keep the end of a job", committed.error());
      co_return JobOutcome::kUnsettled;
    }
    const bool held = co_await isHeld(job);
    if (!held) co_return JobOutcome::kSuperseded;
  }
  co_return JobOutcome::kUnsettled;
}

Task<bool> JobRunner::isHeld(const Job& job) {
  const std::vector<Job> one{job};
  const auto lost = co_await parts_.store.renew(one, parts_.clock.now() + options_.lease);
  co_return !lost.ok() || lost->empty();
}

Task<std::size_t> JobRunner::giveBack() {
  std::size_t given = 0;
  std::vector<Job> jobs;
  for (Run& run : runs_) {
    if (run.settling || run.givenUp) continue;
    run.givenUp = true;
    jobs.push_back(run.job);
    parts_.probe.attemptEnded(run.attempt, run.job, JobOutcome::kReleased, nullptr);
  }
  for (const Job& job : jobs) {
    const auto unit = parts_.storage.begin();
    parts_.store.release(*unit, job, parts_.clock.now());
    const auto committed = co_await unit->commit();
    if (committed.ok()) ++given;
  }
  co_return given;
}

bool JobRunner::isSettling() const {
  return std::ranges::any_of(runs_, [](const Run& run) { return run.settling; });
}

}  // namespace sw::jobs
