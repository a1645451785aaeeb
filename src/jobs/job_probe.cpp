#include "jobs/job_probe.h"

#include <algorithm>

namespace sw::jobs {
namespace {

using obs::label::JobOutcome;

bool isFailure(JobProbe::Outcome outcome) {
  return outcome == JobOutcome::kRetried || outcome == JobOutcome::kDead ||
         outcome == JobOutcome::kUnsettled;
}

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

JobProbe::JobProbe(Parts parts) : parts_(parts), logger_(parts.log.logger("jobs")) {}

const JobProbe::Kind& JobProbe::kind(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto known = kinds_.find(name);
  if (known != kinds_.end()) return known->second;
  const auto label = parts_.catalog.metrics().value<obs::label::JobKind>(name);
  Kind made{.name = std::string(name)};
  for (std::size_t i = 0; i < made.executed.size(); ++i) {
    made.executed.at(i) = parts_.catalog.jobsExecuted.handle(label, static_cast<Outcome>(i));
  }
  made.duration = parts_.catalog.jobDuration.handle(label);
  made.delay = parts_.catalog.jobDelay.handle(label);
  made.running = parts_.catalog.jobsRunning.handle(label);
  made.running.set(0);
  made.waiting = parts_.catalog.jobsWaiting.handle(label);
  made.overdue = parts_.catalog.jobsOverdue.handle(label);
  made.oldestOverdue = parts_.catalog.jobsOldestOverdue.handle(label);
  made.dead = parts_.catalog.jobsDead.handle(label);
  return kinds_.emplace(std::string(name), std::move(made)).first->second;
}

bool JobProbe::isKnown(std::string_view name) {
  const std::lock_guard lock(mutex_);
  return kinds_.contains(name);
}

JobProbe::Attempt JobProbe::attemptBegun(const Kind& kind, const Job& job) const {
  Attempt attempt;
  attempt.kind = &kind;
  attempt.begun = parts_.clock.monotonic();
  kind.running.add(1);
  if (job.attempts == 1) {
    const auto late = std::max(parts_.clock.now() - job.due, std::chrono::microseconds(0));
    kind.delay.observe(late);
  }
  if (parts_.tracer == nullptr) return attempt;
  const auto follows = obs::extractTrace([&](std::string_view name) -> std::string_view {
    return name == "traceparent" ? std::string_view(job.actor.traceParent) : std::string_view();
  });
  attempt.trace = parts_.tracer->begin({.parent = follows ? &*follows : nullptr,
                                        .begun = attempt.begun,
                                        .requestId = job.actor.requestId});
  return attempt;
}

void JobProbe::attemptEnded(Attempt& attempt, const Job& job, Outcome outcome,
                            const base::Error* error) const {
  const Kind& kind = *attempt.kind;
  const base::Monotonic now = parts_.clock.monotonic();
  kind.running.add(-1);
  kind.executed.at(outcome).increment();
  if (attempt.trace) {
    const obs::TraceRef ref = attempt.trace.ref();
    kind.duration.observe(seconds(now - attempt.begun), ref);
  } else {
    kind.duration.observe(now - attempt.begun);
  }
  const std::string_view type =
      error != nullptr ? base::describe(error->code()).label : std::string_view();
  const std::string id = outcome != JobOutcome::kSucceeded ? job.id.toString() : std::string();
  const std::string user = !id.empty() && !job.userId.isNil() ? job.userId.toString() : "";
  const std::string why = error != nullptr ? error->describe() : std::string();
  if (outcome == JobOutcome::kDead) {
    const obs::Field fields[] = {
        obs::field("jobKind", kind.name), obs::field("jobId", id), obs::field("jobKey", job.key),
        obs::field("attempts", job.attempts), obs::safeField("failure", type)};
    parts_.errors.report(obs::Incident::kJobDead, {.what = why},
                         {.requestId = job.actor.requestId,
                          .userId = user,
                          .operation = kind.name,
                          .fields = fields});
  } else if (outcome == JobOutcome::kRetried || outcome == JobOutcome::kUnsettled) {
    logger_.warn(
        outcome == JobOutcome::kRetried
            ? "A job failed and will be tried again"
            : "The end of an attempt could not be kept; the job runs again after its lease",
        {obs::operation(kind.name), obs::field("jobId", id), obs::field("attempts", job.attempts),
         obs::errorType(type), obs::field("error", why), obs::userId(user),
         obs::requestId(job.actor.requestId)});
  } else if (outcome == JobOutcome::kSucceeded && job.attempts > 1) {
    logger_.info("A job succeeded after it had failed",
                 {obs::operation(kind.name), obs::field("attempts", job.attempts)});
  }
  if (!attempt.trace) return;
  const obs::Verdict verdict = attempt.trace.judge(isFailure(outcome), now);
  if (!attempt.trace.wanted(verdict)) {
    attempt.trace.finish(verdict, {.name = "job", .ended = now});
    return;
  }
  const obs::Attribute attributes[] = {
      obs::safeAttribute("operation.type", "job"),
      obs::attribute("job.kind", std::string_view(kind.name)),
      obs::attribute("job.attempt", job.attempts),
      obs::safeAttribute("job.outcome", JobOutcome::kValues.at(outcome)),
      obs::userAttribute("user.id", user),
      obs::safeAttribute("error.type", type),
      obs::attribute("duration_ms", seconds(now - attempt.begun) * 1e3),
  };
  attempt.trace.finish(
      verdict, {.name = "job",
                .kind = obs::SpanKind::kConsumer,
                .ended = now,
                .status = isFailure(outcome) ? obs::SpanStatus::kError : obs::SpanStatus::kUnset,
                .attributes = attributes});
}

void JobProbe::attemptGivenUp(const Job& job) const {
  const std::string id = job.id.toString();
  logger_.warn(
      "An attempt at a job took too long and no longer counts",
      {obs::operation(job.kind), obs::field("jobId", id), obs::field("attempts", job.attempts)});
}

void JobProbe::storeFailed(std::string_view doing, const base::Error& error) const {
  parts_.errors.report(obs::label::ErrorComponent::kStorage, error, {.operation = doing});
}

void JobProbe::taskFailed(std::string_view name, const base::Error& error) const {
  const std::string text = error.describe();
  const obs::Field fields[] = {obs::field("what", name)};
  parts_.errors.report(obs::Incident::kUpkeepFailed, {.what = text}, {.fields = fields});
}

void JobProbe::censusTaken(const std::vector<JobStore::Census>& census, base::Instant now) {
  for (const JobStore::Census& one : census) {
    if (one.overdue > 0 && !isKnown(one.kind)) {
      logger_.warn("Jobs wait that this version of the service does not know how to do",
                   {obs::operation(one.kind), obs::field("jobs", one.waiting)});
    }
    static_cast<void>(kind(one.kind));
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [name, series] : kinds_) {
    const auto found = std::ranges::find(census, name, &JobStore::Census::kind);
    const JobStore::Census counted = found != census.end() ? *found : JobStore::Census();
    series.waiting.set(static_cast<double>(counted.waiting));
    series.overdue.set(static_cast<double>(counted.overdue));
    series.dead.set(static_cast<double>(counted.dead));
    series.oldestOverdue.set(counted.oldestDue ? seconds(now - *counted.oldestDue) : 0.0);
  }
}

void JobProbe::stopped(std::size_t left, std::size_t cut) const {
  if (left == 0 && cut == 0) return;
  logger_.warn("Jobs did not end before the stop and were given back",
               {obs::field("jobs", static_cast<std::int64_t>(left)),
                obs::field("cut", static_cast<std::int64_t>(cut))});
}

}  // namespace sw::jobs
