#include <algorithm>
#include <set>

#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using jobs::Job;
using jobs::JobState;
using jobs::JobStore;
using namespace std::chrono_literals;

class JobStoreContract : public StoreContract {
 protected:
  Job job(const std::string& key = "", base::Uuid userId = {}) {
    Job made;
    made.id = newId();
    made.kind = "mail";
    made.key = key;
    made.userId = userId;
    made.payload = R"({"to":"Zoë"})";
    made.due = made.created = clock_.now();
    made.actor = {.requestId = "r-1", .traceParent = "00-abc-def-01"};
    return made;
  }
  void put(const Job& job) {
    const auto unit = begin();
    backend_->jobs().put(*unit, job);
    ASSERT_TRUE(commit(unit).ok());
  }
  std::vector<Job> claim(int limit = 100, bool ordered = false, const std::string& kind = "mail") {
    const JobStore::Claim claim{.wanted = {{.kind = kind, .limit = limit, .ordered = ordered}},
                                .holder = "copy-1",
                                .now = clock_.now(),
                                .lease = 30s,
                                .limit = limit};
    return get(backend_->jobs().claim(claim));
  }
  template <class Add>
  base::Result<void> change(Add add) {
    const auto unit = begin();
    add(*unit);
    return commit(unit);
  }
  base::Result<void> finish(const Job& job) {
    return change([&](jobs::UnitOfWork& unit) { backend_->jobs().finish(unit, job); });
  }
  std::optional<JobStore::Found> find(const std::string& key) {
    return get(backend_->jobs().find("mail", key));
  }
  static std::vector<std::string> keysOf(const std::vector<Job>& jobs) {
    std::vector<std::string> keys;
    for (const Job& job : jobs) keys.push_back(job.key);
    return keys;
  }
};
SW_CONTRACT_SUITE(JobStoreContract);

TEST_P(JobStoreContract, KeepsWhatAJobSays) {
  Job given = job("a", newId());
  given.priority = 2;
  put(given);
  const auto found = find("a");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->job, given);
  EXPECT_EQ(found->state, JobState::kWaiting);
  EXPECT_EQ(found->next, given.due);
  EXPECT_EQ(found->holder, "");
  EXPECT_EQ(find("b"), std::nullopt);
}

TEST_P(JobStoreContract, ClaimsOnceAndCountsTheAttempt) {
  put(job("a"));
  const auto first = claim();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].attempts, 1);
  EXPECT_EQ(first[0].fence, 1);
  EXPECT_EQ(first[0].payload, job().payload);
  EXPECT_EQ(first[0].actor, job().actor);
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(find("a")->holder, "copy-1");
}

TEST_P(JobStoreContract, LeavesAloneWhatIsNotDueOrOfAnotherKind) {
  Job later = job("later");
  later.due = clock_.now() + 1s;
  put(later);
  Job other = job("other");
  other.kind = "report";
  put(other);
  EXPECT_TRUE(claim().empty());
  clock_.advance(1s);
  EXPECT_EQ(keysOf(claim()), std::vector<std::string>{"later"});
}

TEST_P(JobStoreContract, ClaimsByPriorityThenByDueTime) {
  const auto putWith = [&](const std::string& key, int priority, std::chrono::seconds ago) {
    Job made = job(key);
    made.priority = priority;
    made.due = clock_.now() - ago;
    put(made);
  };
  putWith("usual-new", 5, 10s);
  putWith("last", 9, 100s);
  putWith("usual-old", 5, 20s);
  putWith("first", 0, 1s);
  EXPECT_EQ(keysOf(claim(3)), (std::vector<std::string>{"first", "usual-old", "usual-new"}));
  EXPECT_EQ(keysOf(claim(3)), std::vector<std::string>{"last"});
}

TEST_P(JobStoreContract, WhatHasWaitedComesBeforeWhatIsMoreUrgent) {
  const auto putWith = [&](const std::string& key, int priority, std::chrono::seconds ago) {
    Job made = job(key);
    made.priority = priority;
    made.due = clock_.now() - ago;
    put(made);
  };
  putWith("last-of-long", 9, jobs::kPatience * 9 + 1s);
  putWith("last-of-late", 9, jobs::kPatience * 8);
  for (int i = 0; i < 5; ++i) putWith("first-" + std::to_string(i), 0, 0s);
  putWith("second", 1, 0s);
  const auto taken = keysOf(claim(7));
  ASSERT_EQ(taken.size(), 7U);
  EXPECT_EQ(taken.front(), "last-of-long");
  EXPECT_EQ(taken.back(), "last-of-late");
  EXPECT_EQ(keysOf(claim(7)), std::vector<std::string>{"second"});
}

TEST_P(JobStoreContract, TakesNoMoreOfAKindThanItHasRoom) {
  for (int i = 0; i < 5; ++i) put(job("mail-" + std::to_string(i)));
  for (int i = 0; i < 5; ++i) {
    Job other = job("report-" + std::to_string(i));
    other.kind = "report";
    put(other);
  }
  const JobStore::Claim claim{
      .wanted = {{.kind = "mail", .limit = 2}, {.kind = "report", .limit = 4}},
      .holder = "copy-1",
      .now = clock_.now(),
      .lease = 30s,
      .limit = 5};
  const auto taken = get(backend_->jobs().claim(claim));
  EXPECT_EQ(taken.size(), 5U);
  EXPECT_LE(std::ranges::count(taken, std::string("mail"), &Job::kind), 2);
}

TEST_P(JobStoreContract, IsDueAgainWhenTheLeaseEndsWithoutAWord) {
  put(job("a"));
  const auto lost = claim();
  clock_.advance(31s);
  const auto again = claim();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attempts, 2);
  EXPECT_EQ(finish(lost[0]).error().code(), Code::kConflict);
  EXPECT_TRUE(finish(again[0]).ok());
  EXPECT_EQ(find("a"), std::nullopt);
}

TEST_P(JobStoreContract, RenewsALeaseThatIsHeld) {
  put(job("a"));
  put(job("b"));
  const auto taken = claim();
  ASSERT_EQ(taken.size(), 2U);
  ASSERT_TRUE(finish(taken[1]).ok());
  clock_.advance(20s);
  EXPECT_EQ(get(backend_->jobs().renew(taken, clock_.now() + 30s)),
            std::vector<base::Uuid>{taken[1].id});
  clock_.advance(20s);
  EXPECT_TRUE(claim().empty());
}

TEST_P(JobStoreContract, AReplacedJobCannotBeFinished) {
  put(job("a"));
  const auto taken = claim();
  Job next = job("a");
  next.payload = R"({"to":"Bob"})";
  next.due = clock_.now() + 60s;
  next.priority = 1;
  put(next);
  EXPECT_EQ(finish(taken[0]).error().code(), Code::kConflict);
  EXPECT_EQ(get(backend_->jobs().renew(taken, clock_.now() + 30s)).size(), 1U);
  const auto found = find("a");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->job.payload, next.payload);
  EXPECT_EQ(found->job.priority, 1);
  EXPECT_EQ(found->job.attempts, 0);
  EXPECT_EQ(found->next, next.due);
  EXPECT_EQ(found->job.id, taken[0].id);
}

TEST_P(JobStoreContract, AHandlerMayPutTheNextJobUnderTheSameKey) {
  put(job("chain"));
  const auto taken = claim();
  ASSERT_EQ(taken.size(), 1U);
  Job next = job("chain");
  next.due = clock_.now() + 1h;
  ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                backend_->jobs().put(unit, next);
                backend_->jobs().finish(unit, taken[0]);
              }).ok());
  const auto found = find("chain");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->next, next.due);
  EXPECT_EQ(found->job.attempts, 0);
}

TEST_P(JobStoreContract, PutsOfNoKeyAreJobsOfTheirOwn) {
  put(job());
  put(job());
  EXPECT_EQ(claim().size(), 2U);
}

TEST_P(JobStoreContract, WaitsAfterAFailureAndKeepsWhy) {
  put(job("a"));
  const auto taken = claim();
  const auto due = clock_.now() + 5s;
  ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                backend_->jobs().retry(unit, taken[0], due, "the target is away");
              }).ok());
  EXPECT_EQ(finish(taken[0]).error().code(), Code::kConflict);
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(get(backend_->jobs().nextDue({"mail"})), due);
  clock_.advance(5s);
  const auto again = claim();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attempts, 2);
  EXPECT_EQ(again[0].lastError, "the target is away");
  EXPECT_EQ(again[0].due, taken[0].due);
}

TEST_P(JobStoreContract, AnAttemptThatIsGivenBackDoesNotCount) {
  put(job("a"));
  const auto taken = claim();
  ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                backend_->jobs().release(unit, taken[0], clock_.now());
              }).ok());
  const auto again = claim();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attempts, 1);
  EXPECT_EQ(finish(taken[0]).error().code(), Code::kConflict);
}

TEST_P(JobStoreContract, KeepsDeadJobsUntilTheyAreRunAgainOrDropped) {
  put(job("a"));
  put(job("b"));
  const auto taken = claim();
  ASSERT_EQ(taken.size(), 2U);
  for (const Job& one : taken) {
    ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                  backend_->jobs().bury(unit, one, "poison", clock_.now());
                }).ok());
  }
  clock_.advance(1h);
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(get(backend_->jobs().nextDue({"mail"})), std::nullopt);
  const auto newest = get(backend_->jobs().dead({}, 1));
  ASSERT_EQ(newest.size(), 1U);
  EXPECT_EQ(newest[0].lastError, "poison");
  const auto older = get(backend_->jobs().dead(newest[0].id, 5));
  ASSERT_EQ(older.size(), 1U);
  EXPECT_LT(older[0].id, newest[0].id);

  ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                backend_->jobs().revive(unit, newest[0].id, clock_.now());
                backend_->jobs().drop(unit, older[0].id);
              }).ok());
  EXPECT_TRUE(get(backend_->jobs().dead({}, 5)).empty());
  const auto again = claim();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, newest[0].id);
  EXPECT_EQ(again[0].attempts, 1);
  for (const base::Uuid& id : {newest[0].id, older[0].id}) {
    const auto revived =
        change([&](jobs::UnitOfWork& unit) { backend_->jobs().revive(unit, id, clock_.now()); });
    EXPECT_EQ(revived.error().code(), Code::kNotFound);
    const auto dropped = change([&](jobs::UnitOfWork& unit) { backend_->jobs().drop(unit, id); });
    EXPECT_EQ(dropped.error().code(), Code::kNotFound);
  }
}

TEST_P(JobStoreContract, ADeadJobIsReplacedByAPut) {
  put(job("a"));
  const auto taken = claim();
  ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                backend_->jobs().bury(unit, taken[0], "poison", clock_.now());
              }).ok());
  put(job("a"));
  EXPECT_EQ(find("a")->state, JobState::kWaiting);
  EXPECT_EQ(find("a")->job.lastError, "");
  EXPECT_EQ(claim().size(), 1U);
}

TEST_P(JobStoreContract, CancelsByKey) {
  put(job("a"));
  put(job("b"));
  ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                backend_->jobs().cancel(unit, "mail", "a");
                backend_->jobs().cancel(unit, "mail", "unknown");
              }).ok());
  EXPECT_EQ(keysOf(claim()), std::vector<std::string>{"b"});
}

TEST_P(JobStoreContract, RunsTheJobsOfAUserInOrderWhereThatIsAsked) {
  const base::Uuid ada = newId();
  const base::Uuid bob = newId();
  const auto putFor = [&](base::Uuid user, const std::string& key, int priority,
                          std::chrono::seconds ago) {
    Job made = job(key, user);
    made.priority = priority;
    made.due = clock_.now() - ago;
    put(made);
  };
  putFor(ada, "ada-2", 5, 10s);
  putFor(ada, "ada-1", 5, 20s);
  putFor(ada, "ada-3", 7, 30s);
  putFor(bob, "bob-1", 5, 5s);
  putFor({}, "own-1", 5, 2s);
  putFor({}, "own-2", 5, 1s);
  const auto first = claim(100, true);
  EXPECT_EQ(keysOf(first), (std::vector<std::string>{"ada-1", "bob-1", "own-1", "own-2"}));
  EXPECT_TRUE(claim(100, true).empty());

  // One that failed holds back those behind it.
  ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                backend_->jobs().retry(unit, first[0], clock_.now() + 5s, "away");
              }).ok());
  EXPECT_TRUE(claim(100, true).empty());
  clock_.advance(5s);
  const auto again = claim(100, true);
  ASSERT_EQ(keysOf(again), std::vector<std::string>{"ada-1"});
  // One that comes before it by its due time does not run beside it.
  putFor(ada, "ada-0", 5, 60s);
  EXPECT_TRUE(claim(100, true).empty());
  ASSERT_TRUE(finish(again[0]).ok());
  EXPECT_EQ(keysOf(claim(100, true)), std::vector<std::string>{"ada-0"});
}

TEST_P(JobStoreContract, AJobThatIsNotDueHoldsNobodyBack) {
  const base::Uuid ada = newId();
  Job later = job("later", ada);
  later.priority = 0;
  later.due = clock_.now() + 1h;
  put(later);
  put(job("now", ada));
  EXPECT_EQ(keysOf(claim(100, true)), std::vector<std::string>{"now"});
}

TEST_P(JobStoreContract, KnowsWhenTheNextIsDue) {
  EXPECT_EQ(get(backend_->jobs().nextDue({"mail"})), std::nullopt);
  Job one = job("a");
  one.due = clock_.now() + 20s;
  put(one);
  Job two = job("b");
  two.due = clock_.now() + 10s;
  two.priority = 8;
  put(two);
  Job other = job("c");
  other.kind = "report";
  put(other);
  EXPECT_EQ(get(backend_->jobs().nextDue({"mail"})), two.due);
  EXPECT_EQ(get(backend_->jobs().nextDue({"mail", "report"})), other.due);
}

TEST_P(JobStoreContract, CountsByKind) {
  put(job("running"));
  ASSERT_EQ(claim().size(), 1U);
  Job dead = job("dead");
  dead.priority = 0;
  put(dead);
  const auto taken = claim();
  ASSERT_EQ(taken.size(), 1U);
  ASSERT_TRUE(change([&](jobs::UnitOfWork& unit) {
                backend_->jobs().bury(unit, taken[0], "poison", clock_.now());
              }).ok());
  Job late = job("late");
  late.due = clock_.now() - 10s;
  put(late);
  Job later = job("later");
  later.due = clock_.now() + 10s;
  put(later);
  Job other = job();
  other.kind = "report";
  put(other);
  const auto census = get(backend_->jobs().census(clock_.now()));
  ASSERT_EQ(census.size(), 2U);
  EXPECT_EQ(census[0].kind, "mail");
  EXPECT_EQ(census[0].waiting, 3);
  EXPECT_EQ(census[0].overdue, 1);
  EXPECT_EQ(census[0].dead, 1);
  EXPECT_EQ(census[0].oldestDue, late.due);
  EXPECT_EQ(census[1].kind, "report");
  EXPECT_EQ(census[1].waiting, 1);
  EXPECT_EQ(census[1].overdue, 0);
  EXPECT_EQ(census[1].oldestDue, std::nullopt);
}

TEST_P(JobStoreContract, TellsOfPutsAfterTheirCommit) {
  std::vector<base::Instant> told;
  backend_->jobs().tellOfPuts([&](base::Instant due) { told.push_back(due); });
  const auto unit = begin();
  Job later = job();
  later.due = clock_.now() + 60s;
  backend_->jobs().put(*unit, later);
  EXPECT_TRUE(told.empty());
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(told, std::vector<base::Instant>{later.due});
  backend_->jobs().tellOfPuts({});
  put(job());
  EXPECT_EQ(told.size(), 1U);
}

}  // namespace
}  // namespace sw::contract
