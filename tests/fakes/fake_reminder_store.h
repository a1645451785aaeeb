#pragma once

#include <algorithm>
#include <ranges>

#include "fakes/fake_storage.h"
#include "reminders/reminder_store.h"

namespace sw::fakes {

/// Reminders in a `FakeStorage`. Thread-safe.
class FakeReminderStore final : public reminders::ReminderStore {
 public:
  using Reminder = reminders::Reminder;
  using Delivery = reminders::ReminderDelivery;

  explicit FakeReminderStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<Reminder>>> find(base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) {
      const auto found = tables.reminders.find(id);
      return found == tables.reminders.end() ? std::optional<Reminder>() : found->second;
    });
  }
  base::Task<base::Result<std::vector<Reminder>>> ofResource(base::Uuid resourceId,
                                                             std::string_view fromKey) override {
    const std::string from(fromKey);
    co_return select([&](const Reminder& row) {
      return row.resourceId == resourceId &&
             (row.state == reminders::ReminderState::kPlanned || row.occasionKey >= from);
    });
  }
  base::Task<base::Result<std::vector<Reminder>>> list(const ListQuery& query) override {
    const bool upcoming = query.part == Part::kUpcoming;
    std::vector<Reminder> rows = select([&](const Reminder& row) {
      if (row.userId != query.userId || row.waits() != upcoming) return false;
      if (upcoming && query.dueBefore && row.due >= *query.dueBefore) return false;
      if (!query.after) return true;
      const Position place{row.due, row.id};
      return upcoming ? place > *query.after : place < *query.after;
    });
    std::ranges::sort(rows, {}, [](const Reminder& row) { return Position{row.due, row.id}; });
    if (!upcoming) std::ranges::reverse(rows);
    co_return cut(std::move(rows), query.limit);
  }
  base::Task<base::Result<std::vector<Reminder>>> gatheredOf(base::Uuid userId,
                                                             int limit) override {
    std::vector<Reminder> rows = select([&](const Reminder& row) {
      return row.userId == userId && row.state == reminders::ReminderState::kGathered;
    });
    std::ranges::sort(rows, {}, [](const Reminder& row) { return Position{row.due, row.id}; });
    co_return cut(std::move(rows), limit);
  }
  void put(jobs::UnitOfWork& unit, const Reminder& reminder) override {
    FakeStorage::add(unit, [reminder](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.reminders.find(reminder.id);
      const std::int64_t now = known == tables.reminders.end() ? 0 : known->second.revision;
      if (now != reminder.revision - 1) return changed();
      for (const auto& [id, other] : tables.reminders) {
        if (id == reminder.id || other.resourceId != reminder.resourceId) continue;
        const bool same = other.occasionKey == reminder.occasionKey && other.lead == reminder.lead;
        const bool bothPlanned = other.state == reminders::ReminderState::kPlanned &&
                                 reminder.state == reminders::ReminderState::kPlanned;
        if (same || bothPlanned) return changed();
      }
      tables.reminders[reminder.id] = reminder;
      return std::nullopt;
    });
  }
  void remove(jobs::UnitOfWork& unit, const Reminder& reminder) override {
    FakeStorage::add(unit, [reminder](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.reminders.find(reminder.id);
      if (known == tables.reminders.end() || known->second.revision != reminder.revision) {
        return changed();
      }
      tables.reminders.erase(known);
      return std::nullopt;
    });
  }

  base::Task<base::Result<std::vector<Delivery>>> deliveriesOf(base::Uuid messageId) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<Delivery> found;
      for (const auto& [key, delivery] : tables.reminderDeliveries) {
        if (key.first == messageId) found.push_back(delivery);
      }
      return found;
    });
  }
  void addDelivery(jobs::UnitOfWork& unit, const Delivery& delivery) override {
    FakeStorage::add(unit, [delivery](FakeTables& tables) -> std::optional<base::Error> {
      const auto key = std::pair(delivery.messageId, delivery.channel);
      if (!tables.reminderDeliveries.emplace(key, delivery).second) return changed();
      return std::nullopt;
    });
  }
  void putDelivery(jobs::UnitOfWork& unit, const Delivery& before, const Delivery& after) override {
    FakeStorage::add(unit, [before, after](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.reminderDeliveries.find(std::pair(after.messageId, after.channel));
      if (known == tables.reminderDeliveries.end() || known->second.state != before.state ||
          known->second.attempts != before.attempts) {
        return changed();
      }
      known->second.state = after.state;
      known->second.attempts = after.attempts;
      known->second.error = after.error;
      known->second.updated = after.updated;
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::int64_t rows = 0;
      std::int64_t deliveries = 0;
      std::erase_if(tables.reminders, [&](const auto& row) {
        const bool goes = !row.second.waits() && row.second.told < horizon && rows < limit;
        if (goes) ++rows;
        return goes;
      });
      std::erase_if(tables.reminderDeliveries, [&](const auto& row) {
        const bool goes = row.second.updated < horizon && deliveries < limit;
        if (goes) ++deliveries;
        return goes;
      });
      return rows + deliveries;
    });
  }

 private:
  static base::Error changed() {
    return {base::Code::kConflict, "the reminder was changed meanwhile"};
  }
  static std::vector<Reminder> cut(std::vector<Reminder> rows, int limit) {
    if (rows.size() > static_cast<std::size_t>(limit)) {
      rows.resize(static_cast<std::size_t>(limit));
    }
    return rows;
  }
  template <class Wanted>
  std::vector<Reminder> select(Wanted wanted) {
    return storage_.look([&](FakeTables& tables) {
      std::vector<Reminder> found;
      for (const auto& [id, row] : tables.reminders) {
        if (wanted(row)) found.push_back(row);
      }
      return found;
    });
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
