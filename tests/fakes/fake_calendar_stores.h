#pragma once

#include <algorithm>

#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Calendars and feeds in a `FakeStorage`. Thread-safe.
class FakeCalendarStore final : public calendar::CalendarStore {
 public:
  explicit FakeCalendarStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<calendar::Calendar>>> find(base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) {
      const auto found = tables.calendars.find(id);
      return found == tables.calendars.end() ? std::optional<calendar::Calendar>() : found->second;
    });
  }
  base::Task<base::Result<std::vector<calendar::Calendar>>> ownedBy(base::Uuid ownerId) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<calendar::Calendar> owned;
      for (const auto& [id, calendar] : tables.calendars) {
        if (calendar.ownerId == ownerId) owned.push_back(calendar);
      }
      std::ranges::stable_partition(owned, [](const auto& c) { return c.primary; });
      return owned;
    });
  }
  void put(jobs::UnitOfWork& unit, const calendar::Calendar& calendar) override {
    FakeStorage::add(unit, [calendar](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.calendars.find(calendar.id);
      const std::int64_t now = known == tables.calendars.end() ? 0 : known->second.revision;
      if (now != calendar.revision - 1) {
        return base::Error(base::Code::kConflict, "the calendar was changed meanwhile");
      }
      tables.calendars[calendar.id] = calendar;
      return std::nullopt;
    });
  }
  void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.calendars.find(id);
      if (known == tables.calendars.end() || known->second.revision != revision) {
        return base::Error(base::Code::kConflict, "the calendar was changed meanwhile");
      }
      tables.calendars.erase(known);
      std::erase_if(tables.events, [&](const auto& e) { return e.second.calendarId == id; });
      std::erase_if(tables.acl, [&](const auto& e) { return e.second.calendarId == id; });
      std::erase_if(tables.feeds, [&](const auto& e) { return e.second.calendarId == id; });
      return std::nullopt;
    });
  }
  void addFeed(jobs::UnitOfWork& unit, const calendar::Feed& feed) override {
    FakeStorage::add(unit, [feed](FakeTables& tables) -> std::optional<base::Error> {
      tables.feeds[feed.id] = feed;
      return std::nullopt;
    });
  }
  void removeFeed(jobs::UnitOfWork& unit, base::Uuid calendarId, base::Uuid id) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.feeds.find(id);
      if (known == tables.feeds.end() || known->second.calendarId != calendarId) {
        return base::Error(base::Code::kNotFound, "there is no such feed");
      }
      tables.feeds.erase(known);
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::vector<calendar::Feed>>> feedsOf(base::Uuid calendarId) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<calendar::Feed> feeds;
      for (const auto& [id, feed] : tables.feeds) {
        if (feed.calendarId == calendarId) feeds.push_back(feed);
      }
      return feeds;
    });
  }
  base::Task<base::Result<std::optional<calendar::Feed>>> findFeed(
      std::array<std::uint8_t, 32> hash) override {
    co_return storage_.look([&](FakeTables& tables) -> std::optional<calendar::Feed> {
      for (const auto& [id, feed] : tables.feeds) {
        if (feed.hash == hash) return feed;
      }
      return std::nullopt;
    });
  }

 private:
  FakeStorage& storage_;
};

/// Access lists in a `FakeStorage`. Thread-safe.
class FakeAclStore final : public accounts::AclStore {
 public:
  explicit FakeAclStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::vector<accounts::AclEntry>>> ofCalendar(
      base::Uuid calendarId) override {
    co_return select([&](const auto& e) { return e.calendarId == calendarId; });
  }
  base::Task<base::Result<std::vector<accounts::AclEntry>>> ofUser(base::Uuid userId) override {
    co_return select([&](const auto& e) { return e.userId == userId; });
  }
  base::Task<base::Result<std::optional<accounts::AclEntry>>> find(base::Uuid calendarId,
                                                                   base::Uuid userId) override {
    const auto found =
        select([&](const auto& e) { return e.calendarId == calendarId && e.userId == userId; });
    co_return found.empty() ? std::optional<accounts::AclEntry>() : found.front();
  }
  void put(jobs::UnitOfWork& unit, const accounts::AclEntry& entry) override {
    FakeStorage::add(unit, [entry](FakeTables& tables) -> std::optional<base::Error> {
      for (const auto& [id, known] : tables.acl) {
        const bool same = known.calendarId == entry.calendarId && known.userId == entry.userId;
        if (same && known.id != entry.id) return conflict();
      }
      const auto known = tables.acl.find(entry.id);
      const std::int64_t now = known == tables.acl.end() ? 0 : known->second.revision;
      if (now != entry.revision - 1) return conflict();
      tables.acl[entry.id] = entry;
      return std::nullopt;
    });
  }
  void remove(jobs::UnitOfWork& unit, const accounts::AclEntry& entry) override {
    FakeStorage::add(unit, [entry](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.acl.find(entry.id);
      if (known == tables.acl.end() || known->second.revision != entry.revision) {
        return conflict();
      }
      tables.acl.erase(known);
      return std::nullopt;
    });
  }

 private:
  static base::Error conflict() {
    return {base::Code::kConflict, "the access list was changed meanwhile"};
  }
  template <class Wanted>
  std::vector<accounts::AclEntry> select(Wanted wanted) {
    return storage_.look([&](FakeTables& tables) {
      std::vector<accounts::AclEntry> found;
      for (const auto& [id, entry] : tables.acl) {
        if (wanted(entry)) found.push_back(entry);
      }
      return found;
    });
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
