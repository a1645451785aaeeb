#pragma once

#include <algorithm>

#include "calendar/search_tokens.h"
#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Events in a `FakeStorage`. Thread-safe.
class FakeEventStore final : public calendar::EventStore {
 public:
  explicit FakeEventStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<void>> find(base::Uuid id, const calendar::EventVisitor& visit) override {
    co_return each(visit, [&](const Record& r) { return r.id == id; });
  }
  base::Task<base::Result<void>> window(base::Uuid calendarId, base::UtcSeconds from,
                                        base::UtcSeconds to,
                                        const calendar::EventVisitor& visit) override {
    co_return each(visit, [&](const Record& r) {
      const bool point = r.spanStart == r.spanEnd && r.spanEnd >= from;
      return r.calendarId == calendarId && r.spanStart < to && (r.spanEnd > from || point);
    });
  }
  base::Task<base::Result<void>> overridesOf(base::Uuid seriesId,
                                             const calendar::EventVisitor& visit) override {
    co_return each(
        visit,
        [&](const Record& r) {
          return r.kind == Record::Kind::kOverride && r.seriesId == seriesId;
        },
        [](const Record& a, const Record& b) { return a.originalKey < b.originalKey; });
  }
  base::Task<base::Result<void>> byUid(base::Uuid calendarId, std::string_view icalUid,
                                       const calendar::EventVisitor& visit) override {
    co_return each(
        visit, [&](const Record& r) { return r.calendarId == calendarId && r.icalUid == icalUid; });
  }
  base::Task<base::Result<void>> scan(base::Uuid calendarId, base::Uuid after, int limit,
                                      const calendar::EventVisitor& visit) override {
    int left = limit;
    co_return each(visit, [&](const Record& r) {
      return r.calendarId == calendarId && r.id > after && left-- > 0;
    });
  }
  base::Task<base::Result<void>> search(std::span<const base::Uuid> calendarIds,
                                        std::span<const std::string> tokens, base::Uuid after,
                                        int limit, const calendar::EventVisitor& visit) override {
    const std::vector<base::Uuid> ids(calendarIds.begin(), calendarIds.end());
    const std::vector<std::string> words(tokens.begin(), tokens.end());
    int left = limit;
    auto found = storage_.look([&](FakeTables& tables) {
      std::vector<Record> hits;
      for (const auto& [id, record] : tables.events) {
        const bool mine = std::ranges::find(ids, record.calendarId) != ids.end();
        if (id > after && mine && tables.isVisible(id) && matches(tables.eventTokens[id], words) &&
            left-- > 0) {
          hits.push_back(record);
        }
      }
      return hits;
    });
    for (const Record& record : found) visit(asRow(record));
    co_return base::Result<void>();
  }

  void put(jobs::UnitOfWork& unit, const calendar::EventRecord& record,
           std::string_view searchText) override {
    const auto words = calendar::searchTokens(searchText);
    FakeStorage::add(unit, [record, words](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.events.find(record.id);
      const std::int64_t now = known == tables.events.end() ? 0 : known->second.revision;
      if (now != record.revision - 1) return conflict();
      tables.events[record.id] = record;
      tables.eventTokens[record.id] = {words.begin(), words.end()};
      return std::nullopt;
    });
  }
  void remove(jobs::UnitOfWork& unit, const calendar::EventRecord& record,
              base::Instant /*now*/) override {
    FakeStorage::add(unit, [record](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.events.find(record.id);
      if (known == tables.events.end() || known->second.revision != record.revision) {
        return conflict();
      }
      tables.eventTokens.erase(record.id);
      tables.events.erase(known);
      return std::nullopt;
    });
  }
  void expectVersion(jobs::UnitOfWork& unit, base::Uuid calendarId, std::int64_t version) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      if (versionOf(tables, calendarId) != version) return conflict();
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::int64_t>> version(base::Uuid calendarId) override {
    co_return storage_.look([&](FakeTables& tables) { return versionOf(tables, calendarId); });
  }

 private:
  using Record = calendar::EventRecord;

  static base::Error conflict() {
    return {base::Code::kConflict, "the event was changed meanwhile"};
  }
  /// The owner's change number, which every write of an event raises, and the imports.
  static std::int64_t versionOf(FakeTables& tables, base::Uuid calendarId) {
    const auto calendar = tables.calendars.find(calendarId);
    if (calendar == tables.calendars.end()) return 0;
    return tables.changeNumbers[calendar->second.ownerId] + tables.publishings[calendarId];
  }
  static calendar::EventRow asRow(const Record& r) {
    return {r.id,      r.calendarId, r.spanStart,   r.spanEnd,        r.kind,     r.cancelled,
            r.busy,    r.seriesId,   r.originalKey, r.icalUid,        r.revision, r.created,
            r.updated, r.document,   r.residue,     r.recurrencePlan, r.tzVersion};
  }
  static bool matches(const std::set<std::string>& have, const std::vector<std::string>& wanted) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto at = have.lower_bound(wanted[i]);
      const bool last = i + 1 == wanted.size();
      if (at == have.end() || (last ? !at->starts_with(wanted[i]) : *at != wanted[i])) return false;
    }
    return !wanted.empty();
  }

  template <class Wanted, class Order = std::nullptr_t>
  base::Result<void> each(const calendar::EventVisitor& visit, Wanted wanted, Order order = {}) {
    auto found = storage_.look([&](FakeTables& tables) {
      std::vector<Record> hits;
      for (const auto& [id, record] : tables.events) {
        if (tables.isVisible(id) && wanted(record)) hits.push_back(record);
      }
      return hits;
    });
    if constexpr (!std::is_null_pointer_v<Order>) std::ranges::sort(found, order);
    for (const Record& record : found) visit(asRow(record));
    return {};
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
