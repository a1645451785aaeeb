#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fakes/fake_storage.h"
#include "jobs/relay_store.h"

namespace sw::fakes {

/// Positions of subscribers in a `FakeStorage`. Thread-safe.
class FakeRelayStore final : public jobs::RelayStore {
 public:
  explicit FakeRelayStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<base::Instant>> enroll(std::string_view subscriber,
                                                 jobs::ChangeSubscriber::Start start,
                                                 base::Instant now) override {
    const base::Instant since =
        start == jobs::ChangeSubscriber::Start::kNow ? now : base::Instant{};
    co_return storage_.look([&](FakeTables& tables) {
      return tables.relaySubscribers.try_emplace(std::string(subscriber), since).first->second;
    });
  }
  base::Task<base::Result<Standing>> standing(std::string_view subscriber, base::Uuid userId,
                                              base::Instant since) override {
    co_return storage_.look([&](FakeTables& tables) {
      Standing standing;
      standing.last = tables.changeNumbers[userId];
      const auto known = tables.relayPositions.find({userId, std::string(subscriber)});
      standing.recorded = known != tables.relayPositions.end();
      if (standing.recorded) {
        standing.position = known->second;
        return standing;
      }
      const auto& log = tables.changes[userId];
      const auto first = std::ranges::find_if(
          log, [since](const jobs::Change& change) { return change.at >= since; });
      standing.position = first == log.end() ? standing.last : first->number - 1;
      return standing;
    });
  }
  void advance(jobs::UnitOfWork& unit, std::string_view subscriber, base::Uuid userId,
               const Standing& from, std::int64_t to) override {
    FakeStorage::add(
        unit,
        [key = std::pair(userId, std::string(subscriber)), from,
         to](FakeTables& tables) -> std::optional<base::Error> {
          const auto known = tables.relayPositions.find(key);
          const bool recorded = known != tables.relayPositions.end();
          if (recorded != from.recorded || (recorded && known->second != from.position)) {
            return base::Error(base::Code::kConflict,
                               "another copy has told these changes meanwhile");
          }
          tables.relayPositions[key] = to;
          return std::nullopt;
        });
  }
  void raise(jobs::UnitOfWork& unit, std::string_view subscriber, base::Uuid userId,
             std::int64_t to) override {
    FakeStorage::add(unit,
                     [key = std::pair(userId, std::string(subscriber)),
                      to](FakeTables& tables) -> std::optional<base::Error> {
                       std::int64_t& position =
                           tables.relayPositions.try_emplace(key, to).first->second;
                       position = std::max(position, to);
                       return std::nullopt;
                     });
  }
  base::Task<base::Result<std::vector<base::Uuid>>> behind(std::string_view subscriber,
                                                           base::Instant since, base::Uuid after,
                                                           int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<base::Uuid> found;
      for (const auto& [user, last] : tables.changeNumbers) {
        if (user <= after || static_cast<int>(found.size()) == limit) continue;
        const auto known = tables.relayPositions.find({user, std::string(subscriber)});
        const auto& log = tables.changes[user];
        const bool behind = known != tables.relayPositions.end()
                                ? known->second < last
                                : !log.empty() && log.back().at >= since;
        if (behind) found.push_back(user);
      }
      return found;
    });
  }
  base::Task<base::Result<std::vector<News>>> writtenSince(base::Instant since) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<News> news;
      for (const auto& [user, log] : tables.changes) {
        if (!log.empty() && log.back().at >= since) news.push_back({user, log.back().number});
      }
      return news;
    });
  }

 private:
  FakeStorage& storage_;
};

}  // namespace sw::fakes
