#pragma once

#include "calendar/event_record.h"
#include "calendar/upkeep_store.h"
#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Work on all events of a `FakeStorage`. Thread-safe.
class FakeUpkeepStore final : public calendar::UpkeepStore {
 public:
  explicit FakeUpkeepStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<std::string>>> progress(std::string_view name) override {
    co_return storage_.look([&](FakeTables& tables) -> std::optional<std::string> {
      const auto found = tables.upkeep.find(std::string(name));
      if (found == tables.upkeep.end()) return std::nullopt;
      return found->second;
    });
  }
  void setProgress(jobs::UnitOfWork& unit, std::string_view name,
                   std::string_view progress) override {
    FakeStorage::add(unit,
                     [name = std::string(name), progress = std::string(progress)](
                         FakeTables& tables) -> std::optional<base::Error> {
                       tables.upkeep[name] = progress;
                       return std::nullopt;
                     });
  }
  base::Task<base::Result<void>> scanAll(base::Uuid after, int limit,
                                         const calendar::EventVisitor& visit) override {
    const auto found = storage_.look([&](FakeTables& tables) {
      std::vector<calendar::EventRecord> rows;
      for (auto at = tables.events.upper_bound(after);
           at != tables.events.end() && static_cast<int>(rows.size()) < limit; ++at) {
        rows.push_back(at->second);
      }
      return rows;
    });
    for (const calendar::EventRecord& record : found) visit(calendar::asRow(record));
    co_return base::Result<void>();
  }
  void restamp(jobs::UnitOfWork& unit, const calendar::EventRecord& record) override {
    FakeStorage::add(unit, [record](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.events.find(record.id);
      if (known == tables.events.end() || known->second.revision != record.revision) {
        return base::Error(base::Code::kConflict, "the event was changed meanwhile");
      }
      known->second.tzVersion = record.tzVersion;
      known->second.recurrencePlan = record.recurrencePlan;
      return std::nullopt;
    });
  }

 private:
  FakeStorage& storage_;
};

}  // namespace sw::fakes
