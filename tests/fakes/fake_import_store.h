#pragma once

#include <algorithm>

#include "calendar/import_store.h"
#include "calendar/search_tokens.h"
#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Imports in a `FakeStorage`. Thread-safe.
class FakeImportStore final : public calendar::ImportStore {
 public:
  explicit FakeImportStore(FakeStorage& storage) : storage_(storage) {}

  void begin(jobs::UnitOfWork& unit, base::Uuid import, const calendar::Calendar& calendar,
             const jobs::Actor& actor, base::Instant now) override {
    const FakeImport made{calendar.id, calendar.ownerId, State::kStaging, now + kPatience,
                          actor.requestId};
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      for (const auto& [id, other] : tables.imports) {
        if (other.calendarId == made.calendarId) {
          return conflict("another import into this calendar is still running");
        }
      }
      tables.imports[import] = made;
      return std::nullopt;
    });
  }
  void stage(jobs::UnitOfWork& unit, base::Uuid import, const calendar::EventRecord& record,
             std::string_view searchText) override {
    const auto words = calendar::searchTokens(searchText);
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      if (!tables.events.emplace(record.id, record).second) return conflict("it exists already");
      tables.staged[record.id] = import;
      tables.eventTokens[record.id] = {words.begin(), words.end()};
      return std::nullopt;
    });
  }
  void hold(jobs::UnitOfWork& unit, base::Uuid import, base::Instant now) override {
    FakeStorage::add(unit, [=](FakeTables& tables) {
      return change(tables, import, State::kStaging, State::kStaging, now);
    });
  }
  void publish(jobs::UnitOfWork& unit, base::Uuid import, const calendar::Calendar& calendar,
               std::int64_t after, base::Instant now) override {
    const base::Uuid calendarId = calendar.id;
    const base::Uuid ownerId = calendar.ownerId;
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      if (!tables.calendars.contains(calendarId)) return conflict("the calendar is gone");
      for (const jobs::Change& change : tables.changes[ownerId]) {
        if (change.number > after && isDoubled(tables, change.resourceId, import)) {
          return conflict("an event that the import has too was written meanwhile");
        }
      }
      ++tables.publishings[calendarId];
      return change(tables, import, State::kStaging, State::kPublished, now);
    });
  }

  base::Task<base::Result<std::int64_t>> settle(base::Uuid import, int limit,
                                                base::Instant now) override {
    co_return storage_.look([&](FakeTables& tables) -> base::Result<std::int64_t> {
      const auto found = tables.imports.find(import);
      if (found == tables.imports.end()) return std::int64_t{0};
      if (found->second.state != State::kPublished) return conflict("it is not published");
      const auto rows = rowsOf(tables, import, limit);
      for (const base::Uuid& id : rows) {
        tables.staged.erase(id);
        const calendar::EventRecord& record = tables.events[id];
        if (!record.seriesId.isNil()) continue;
        jobs::Change told;
        told.userId = found->second.ownerId;
        told.number = ++tables.changeNumbers[told.userId];
        told.type = "calendar.event.created";
        told.resourceId = id;
        told.calendarId = record.calendarId;
        told.revision = record.revision;
        told.at = now;
        told.requestId = found->second.requestId;
        tables.changes[told.userId].push_back(told);
      }
      if (rows.empty()) tables.imports.erase(found);
      return static_cast<std::int64_t>(rows.size());
    });
  }
  base::Task<base::Result<std::int64_t>> discard(base::Uuid import, int limit,
                                                 base::Instant /*now*/) override {
    co_return storage_.look([&](FakeTables& tables) -> base::Result<std::int64_t> {
      const auto found = tables.imports.find(import);
      if (found == tables.imports.end() || found->second.state == State::kPublished) {
        return conflict("the import was given up meanwhile");
      }
      found->second.state = State::kDiscarding;
      const auto rows = rowsOf(tables, import, limit);
      for (const base::Uuid& id : rows) {
        tables.staged.erase(id);
        tables.events.erase(id);
        tables.eventTokens.erase(id);
      }
      if (rows.empty()) tables.imports.erase(found);
      return static_cast<std::int64_t>(rows.size());
    });
  }
  base::Task<base::Result<std::vector<Left>>> left(base::Instant now) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<Left> found;
      for (const auto& [id, import] : tables.imports) {
        if (import.expires >= now) continue;
        found.push_back({id, import.calendarId, import.state == State::kPublished});
      }
      return found;
    });
  }

 private:
  using State = FakeImport::State;

  static base::Error conflict(const char* why) { return {base::Code::kConflict, why}; }

  static std::optional<base::Error> change(FakeTables& tables, base::Uuid import, State from,
                                           State to, base::Instant now) {
    const auto found = tables.imports.find(import);
    if (found == tables.imports.end() || found->second.state != from) {
      return conflict("the import was given up meanwhile");
    }
    found->second.state = to;
    found->second.expires = now + kPatience;
    return std::nullopt;
  }
  static std::vector<base::Uuid> rowsOf(const FakeTables& tables, base::Uuid import, int limit) {
    std::vector<base::Uuid> rows;
    for (const auto& [event, waitsFor] : tables.staged) {
      const bool there = waitsFor == import && tables.events.contains(event);
      if (there && static_cast<int>(rows.size()) < limit) rows.push_back(event);
    }
    return rows;
  }
  /// Whether a seen event shares its UID with a staged one of the import.
  static bool isDoubled(const FakeTables& tables, base::Uuid event, base::Uuid import) {
    const auto found = tables.events.find(event);
    if (found == tables.events.end() || tables.staged.contains(event)) return false;
    return std::ranges::any_of(tables.staged, [&](const auto& waiting) {
      if (waiting.second != import) return false;
      const calendar::EventRecord& other = tables.events.at(waiting.first);
      return other.icalUid == found->second.icalUid && other.calendarId == found->second.calendarId;
    });
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
