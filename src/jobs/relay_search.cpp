#include "jobs/relay_search.h"

#include <algorithm>
#include <utility>

namespace sw::jobs {

using base::Instant;
using base::Result;
using base::Task;

namespace {

constexpr std::chrono::seconds kPauseAfterFailure{5};

}  // namespace

Instant RelaySearch::due() const {
  return options_.look.count() == 0 ? nextAll_ : std::min(nextAll_, nextLook_);
}

Task<Result<std::int64_t>> RelaySearch::run(const std::vector<Reader>& readers,
                                            RelayBacklog& backlog, ChangeObserver* others,
                                            Instant now) {
  // What was written lately first: it is looked for from before the look at all began.
  if (options_.look.count() > 0 && nextLook_ <= now) {
    nextLook_ = now + kPauseAfterFailure;
    SW_CO_CHECK(co_await lookAtLatest(backlog, others, now));
    nextLook_ = now + options_.look;
  }
  if (nextAll_ > now) co_return std::int64_t{-1};
  nextAll_ = now + kPauseAfterFailure;
  auto found = co_await lookAtAll(readers, backlog, now);
  if (found.ok()) nextAll_ = now + options_.all;
  co_return found;
}

Task<Result<std::int64_t>> RelaySearch::lookAtAll(const std::vector<Reader>& readers,
                                                  RelayBacklog& backlog, Instant now) {
  std::int64_t lanes = 0;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    base::Uuid after;
    while (true) {
      SW_CO_TRY(const auto users,
                co_await store_.behind(readers[i].name, readers[i].since, after, kPage));
      for (const base::Uuid& user : users) backlog.note(i, user, now);
      lanes += static_cast<std::int64_t>(users.size());
      if (users.size() < static_cast<std::size_t>(kPage)) break;
      after = users.back();
    }
  }
  co_return lanes;
}

Task<Result<void>> RelaySearch::lookAtLatest(RelayBacklog& backlog, ChangeObserver* others,
                                             Instant now) {
  // What was there before the first look is for the look at all.
  const Instant from = (lastLook_ == Instant{} ? now : lastLook_) - options_.overlap;
  SW_CO_TRY(const auto news, co_await store_.writtenSince(from));
  lastLook_ = now;
  std::unordered_map<base::Uuid, std::int64_t> seen;
  std::vector<base::Uuid> users;
  seen.reserve(news.size());
  for (const RelayStore::News& one : news) {
    const auto known = seen_.find(one.userId);
    if (known == seen_.end() || known->second < one.last) users.push_back(one.userId);
    seen.emplace(one.userId, one.last);
  }
  seen_ = std::move(seen);
  if (users.empty()) co_return Result<void>();
  for (const base::Uuid& user : users) backlog.note(user, now);
  if (others != nullptr) others->changed(users);
  co_return Result<void>();
}

}  // namespace sw::jobs
