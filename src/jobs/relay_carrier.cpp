#include "jobs/relay_carrier.h"

#include <algorithm>
#include <exception>
#include <string>

namespace sw::jobs {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using Outcome = RelayBacklog::Outcome;

namespace {

/// What the subscriber says; what it throws as an error.
Task<Result<void>> takenBy(ChangeSubscriber& subscriber, const std::vector<Change>& changes,
                           UnitOfWork& unit) {
  try {
    co_return co_await subscriber.take(changes, unit);
  } catch (const std::exception& thrown) {
    co_return Error(Code::kInternal, std::string("the subscriber threw: ") + thrown.what());
  }
}

}  // namespace

Task<Outcome> RelayCarrier::carry(RelayLane& lane, ChangeSubscriber& subscriber,
                                  base::Instant since) {
  if (!lane.known) {
    auto standing = co_await store_.standing(subscriber.name(), lane.userId, since);
    if (!standing.ok()) {
      probe_.failed(subscriber.name(), lane.userId, lane.failures + 1, standing.error());
      co_return Outcome::kFailed;
    }
    lane.standing = *standing;
    lane.position = lane.standing.position;
    lane.known = true;
  }
  const int limit = lane.failures == 0 ? batch_ : 1;
  auto changes = co_await read(lane, subscriber, limit);
  if (!changes.ok()) {
    probe_.failed(subscriber.name(), lane.userId, lane.failures + 1, changes.error());
    co_return Outcome::kFailed;
  }
  if (changes->empty()) co_return Outcome::kDone;
  lane.oldest = changes->front().at;
  lane.standing.last = std::max(lane.standing.last, changes->back().number);

  const Result<void> told = co_await tell(lane, subscriber, *changes);
  if (!told.ok() && told.error().code() == Code::kConflict &&
      lane.conflicts < RelayBacklog::kPatience) {
    probe_.overtaken(subscriber.name(), lane.userId, told.error());
    co_return Outcome::kConflict;
  }
  if (!told.ok()) {
    probe_.failed(subscriber.name(), lane.userId, lane.failures + 1, told.error());
    co_return Outcome::kFailed;
  }
  if (lane.failures > 0) probe_.recovered(subscriber.name(), lane.userId, lane.failures);
  co_return static_cast<int>(changes->size()) == limit ? Outcome::kMore : Outcome::kDone;
}

Task<Result<std::vector<Change>>> RelayCarrier::read(RelayLane& lane, ChangeSubscriber& subscriber,
                                                     int limit) {
  const ChangeLog::Position position{lane.userId, lane.position};
  auto changes = co_await log_.read(position, limit);
  if (changes.ok() || changes.error().code() != Code::kGone) co_return changes;
  // The log lost what was never told, after 30 days of trouble: it is said, and the rest is told.
  const ChangeLog::Position oldest{lane.userId, ChangeLog::kOldestKept};
  auto kept = co_await log_.read(oldest, limit);
  if (!kept.ok()) co_return kept;
  const std::int64_t next = kept->empty() ? lane.standing.last + 1 : kept->front().number;
  probe_.lost(subscriber.name(), lane.userId, next - lane.position - 1);
  co_return kept;
}

Task<Result<void>> RelayCarrier::tell(RelayLane& lane, ChangeSubscriber& subscriber,
                                      const std::vector<Change>& changes) {
  RelayProbe::Batch batch(probe_, subscriber.name(), changes);
  const std::int64_t to = changes.back().number;
  const auto unit = storage_.begin();
  Result<void> outcome = co_await takenBy(subscriber, changes, *unit);
  if (outcome.ok()) {
    if (unit->empty()) {
      lane.position = to;  // written down later, with those of others
    } else {
      store_.advance(*unit, subscriber.name(), lane.userId, lane.standing, to);
      outcome = co_await unit->commit();
      if (outcome.ok()) {
        lane.standing.position = to;
        lane.standing.recorded = true;
        lane.position = to;
      }
    }
  }
  batch.end(outcome);
  co_return outcome;
}

}  // namespace sw::jobs
