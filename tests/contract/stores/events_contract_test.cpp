#include <algorithm>
#include <random>

#include "base/time_format.h"
#include "calendar/search_tokens.h"
#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using calendar::EventRecord;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kNoon = 1767603600;  // 2026-01-05

class EventStoreContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    owner_ = addUser("ada").id;
    home_ = addCalendar(owner_).id;
    work_ = addCalendar(owner_).id;
  }
  static std::vector<base::Uuid> ids(const std::vector<EventRecord>& records) {
    std::vector<base::Uuid> out;
    for (const EventRecord& record : records) out.push_back(record.id);
    return out;
  }

  base::Uuid owner_;
  base::Uuid home_;
  base::Uuid work_;
};
SW_CONTRACT_SUITE(EventStoreContract);

void expectSame(const EventRecord& a, const EventRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.calendarId, b.calendarId);
  EXPECT_EQ(a.spanStart, b.spanStart);
  EXPECT_EQ(a.spanEnd, b.spanEnd);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.cancelled, b.cancelled);
  EXPECT_EQ(a.busy, b.busy);
  EXPECT_EQ(a.seriesId, b.seriesId);
  EXPECT_EQ(a.originalKey, b.originalKey);
  EXPECT_EQ(a.icalUid, b.icalUid);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.updated, b.updated);
  EXPECT_EQ(a.document, b.document);
  EXPECT_EQ(a.residue, b.residue);
  EXPECT_EQ(a.recurrencePlan, b.recurrencePlan);
  EXPECT_EQ(a.tzVersion, b.tzVersion);
}

TEST_P(EventStoreContract, GivesBackEveryMemberOfARow) {
  EventRecord master = event(home_, kNoon, kHour);
  master.kind = EventRecord::Kind::kSeries;
  master.spanEnd = base::kMaxTime;
  master.residue = std::string("BEGIN:VTIMEZONE\r\nä\x01") + std::string(5000, 'x');
  master.recurrencePlan = std::string("\0\x7f\xff binary", 10);
  EventRecord changed = event(home_, kNoon + kDay, kHour);
  changed.kind = EventRecord::Kind::kOverride;
  changed.cancelled = true;
  changed.busy = false;
  changed.seriesId = master.id;
  changed.originalKey = base::UtcSeconds(std::chrono::seconds(-5));
  changed.icalUid = master.icalUid;
  putEvent(master);
  putEvent(changed);
  for (const EventRecord& record : {master, changed}) {
    const auto found = findEvent(record.id);
    ASSERT_TRUE(found.has_value());
    expectSame(*found, record);
  }
  EXPECT_FALSE(findEvent(newId()).has_value());
}

TEST_P(EventStoreContract, FindsEveryLengthOfSpanThatTouchesAWindow) {
  std::mt19937_64 random(20260105);
  std::vector<EventRecord> all;
  const std::vector<std::int64_t> lengths = {0,
                                             1,
                                             kHour,
                                             kDay,
                                             kDay + 1,
                                             8 * kDay,
                                             8 * kDay + 1,
                                             32 * kDay,
                                             32 * kDay + 1,
                                             366 * kDay,
                                             366 * kDay + 1,
                                             5844 * kDay,
                                             5844 * kDay + 1};
  auto unit = begin();
  for (int i = 0; i < 400; ++i) {
    const std::int64_t length = lengths[random() % lengths.size()];
    const auto back = static_cast<std::int64_t>(random() % (6000ULL * kDay));
    EventRecord record = event(random() % 5 == 0 ? work_ : home_, kNoon + 20 * kDay - back, length);
    if (i % 40 == 0) record.spanEnd = base::kMaxTime;
    backend_->events().put(*unit, record, "");
    all.push_back(record);
  }
  // The edges of one window, exactly.
  for (const std::int64_t length : lengths) {
    for (const std::int64_t start :
         {kNoon - length, kNoon - length - 1, kNoon - length + 1, kNoon + kDay, kNoon + kDay - 1}) {
      all.push_back(event(home_, start, length));
      backend_->events().put(*unit, all.back(), "");
    }
  }
  ASSERT_TRUE(commit(unit).ok());
  for (const auto& [from, to] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {kNoon, kNoon + kDay},
           {kNoon, kNoon + 1},
           {kNoon - 900 * kDay, kNoon - 860 * kDay},
           {kNoon - 7000 * kDay, kNoon + 7000 * kDay},
           {kNoon + 4000 * kDay, kNoon + 4001 * kDay}}) {
    std::vector<base::Uuid> expected;
    for (const EventRecord& record : all) {
      const std::int64_t start = record.spanStart.time_since_epoch().count();
      const std::int64_t end = record.spanEnd.time_since_epoch().count();
      const bool touches = start < to && (end > from || (start == end && end >= from));
      if (record.calendarId == home_ && touches) expected.push_back(record.id);
    }
    std::ranges::sort(expected);
    EXPECT_EQ(ids(window(home_, from, to)), expected) << from << " to " << to;
  }
}

TEST_P(EventStoreContract, WritesOverTheRevisionBeforeAndNoOther) {
  EventRecord record = event(home_, kNoon, kHour);
  putEvent(record, "first");
  record.revision = 2;
  record.spanStart += std::chrono::days(40);
  record.spanEnd += std::chrono::days(90);  // another level
  record.document = "{\"summary\":\"moved\"}";
  putEvent(record, "second");
  expectSame(*findEvent(record.id), record);
  EXPECT_TRUE(window(home_, kNoon, kNoon + kDay).empty());
  EXPECT_EQ(window(home_, kNoon + 41 * kDay, kNoon + 42 * kDay).size(), 1U);
  EXPECT_TRUE(search({home_}, {"first"}).empty());
  EXPECT_EQ(search({home_}, {"second"}).size(), 1U);
  for (const std::int64_t wrong : {1, 2, 4}) {
    EventRecord stale = record;
    stale.revision = wrong;
    const auto unit = begin();
    backend_->events().put(*unit, stale, "third");
    const auto outcome = commit(unit);
    ASSERT_FALSE(outcome.ok()) << wrong;
    EXPECT_EQ(outcome.error().code(), Code::kConflict);
  }
  EXPECT_EQ(search({home_}, {"second"}).size(), 1U);
  EXPECT_TRUE(search({home_}, {"third"}).empty());
}

TEST_P(EventStoreContract, MovesAnEventToAnotherCalendarWithItsSearchText) {
  EventRecord record = event(home_, kNoon, kHour);
  putEvent(record, "dentist");
  record.revision = 2;
  record.calendarId = work_;
  putEvent(record, "dentist");
  EXPECT_TRUE(window(home_, kNoon, kNoon + kDay).empty());
  EXPECT_EQ(window(work_, kNoon, kNoon + kDay).size(), 1U);
  EXPECT_TRUE(search({home_}, {"dentist"}).empty());
  EXPECT_EQ(search({work_}, {"dent"}).size(), 1U);
  std::vector<base::Uuid> scanned;
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
    scanned.push_back(row.id);
  };
  ASSERT_TRUE(run(backend_->events().scan(work_, {}, 10, visit)).ok());
  EXPECT_EQ(scanned, std::vector{record.id});
}

TEST_P(EventStoreContract, CommitsAUnitWholeOrNotAtAll) {
  const EventRecord there = event(home_, kNoon, kHour);
  putEvent(there, "there");
  const EventRecord fresh = event(home_, kNoon, kHour);
  const auto unit = begin();
  backend_->events().put(*unit, fresh, "fresh");
  backend_->events().put(*unit, there, "there");  // exists already
  const auto outcome = commit(unit);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kConflict);
  EXPECT_FALSE(findEvent(fresh.id).has_value());
  EXPECT_TRUE(search({home_}, {"fresh"}).empty());
}

TEST_P(EventStoreContract, RemovesARowOfThatRevisionOnly) {
  EventRecord record = event(home_, kNoon, kHour);
  putEvent(record, "gone soon");
  EventRecord wrong = record;
  wrong.revision = 2;
  auto unit = begin();
  backend_->events().remove(*unit, wrong, clock_.now());
  ASSERT_FALSE(commit(unit).ok());
  ASSERT_TRUE(findEvent(record.id).has_value());
  unit = begin();
  backend_->events().remove(*unit, record, clock_.now());
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(findEvent(record.id).has_value());
  EXPECT_TRUE(search({home_}, {"gone"}).empty());
  EXPECT_TRUE(window(home_, kNoon, kNoon + kDay).empty());
}

TEST_P(EventStoreContract, ListsOverridesByOriginalKeyAndRowsByUid) {
  const EventRecord master = event(home_, kNoon, kHour);
  putEvent(master);
  for (const int day : {3, 1, 2}) {
    EventRecord changed = event(home_, kNoon + day * kDay, kHour);
    changed.kind = EventRecord::Kind::kOverride;
    changed.seriesId = master.id;
    changed.originalKey = changed.spanStart;
    changed.icalUid = master.icalUid;
    putEvent(changed);
  }
  putEvent(event(home_, kNoon, kHour));
  std::vector<base::UtcSeconds> keys;
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
    keys.push_back(row.originalKey);
  };
  ASSERT_TRUE(run(backend_->events().overridesOf(master.id, visit)).ok());
  EXPECT_EQ(keys.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  keys.clear();
  ASSERT_TRUE(run(backend_->events().byUid(home_, master.icalUid, visit)).ok());
  EXPECT_EQ(keys.size(), 4U);
  keys.clear();
  ASSERT_TRUE(run(backend_->events().byUid(work_, master.icalUid, visit)).ok());
  EXPECT_TRUE(keys.empty());
}

TEST_P(EventStoreContract, ScansACalendarInPagesOfIds) {
  std::vector<base::Uuid> expected;
  auto unit = begin();
  for (int i = 0; i < 25; ++i) {
    const EventRecord record = event(i % 5 == 4 ? work_ : home_, kNoon - i * 50 * kDay, kHour);
    backend_->events().put(*unit, record, i % 2 == 0 ? "some text" : "");
    if (record.calendarId == home_) expected.push_back(record.id);
  }
  ASSERT_TRUE(commit(unit).ok());
  std::ranges::sort(expected);
  std::vector<base::Uuid> scanned;
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
    scanned.push_back(row.id);
  };
  std::size_t before = 1;
  while (before != scanned.size()) {
    before = scanned.size();
    const base::Uuid after = scanned.empty() ? base::Uuid() : scanned.back();
    ASSERT_TRUE(run(backend_->events().scan(home_, after, 7, visit)).ok());
    EXPECT_LE(scanned.size() - before, 7U);
  }
  EXPECT_EQ(scanned, expected);
}

TEST_P(EventStoreContract, SearchesEveryTokenWithTheLastAsAPrefix) {
  const EventRecord dentist = event(home_, kNoon, kHour);
  const EventRecord meeting = event(home_, kNoon, kHour);
  const EventRecord others = event(work_, kNoon, kHour);
  putEvent(dentist, "Zahnärztin: große Überprüfung, 3rd floor, C++");
  putEvent(meeting, "Team meeting about the 3rd quarter");
  putEvent(others, "Zahnärztin at work");
  const auto tokens = [](const char* text) { return calendar::searchTokens(text); };
  EXPECT_EQ(search({home_}, tokens("ZAHNARZTIN")), std::vector{dentist.id});
  EXPECT_EQ(search({home_}, tokens("zahn")), std::vector{dentist.id});
  EXPECT_EQ(search({home_}, tokens("3rd")).size(), 2U);
  EXPECT_EQ(search({home_}, tokens("3rd Überprüf")), std::vector{dentist.id});
  EXPECT_TRUE(search({home_}, tokens("Überprüf 3rd")).empty());
  EXPECT_TRUE(search({home_}, tokens("ärztin")).empty());
  EXPECT_EQ(search({home_, work_}, tokens("zahnärztin")).size(), 2U);
  EXPECT_TRUE(search({home_}, {}).empty());
  EXPECT_TRUE(search({}, tokens("zahn")).empty());
  // What is not a token must not reach the query language.
  EXPECT_TRUE(search({home_}, {"zahn' | 'x", "\" OR \"", "*"}).empty());
}

TEST_P(EventStoreContract, SearchesInPagesOfIds) {
  std::vector<base::Uuid> expected;
  for (int i = 0; i < 9; ++i) {
    const EventRecord record = event(i % 2 == 0 ? home_ : work_, kNoon + i * kDay, kHour);
    putEvent(record, "standup " + std::to_string(i));
    expected.push_back(record.id);
  }
  std::ranges::sort(expected);
  std::vector<base::Uuid> found;
  for (auto page = search({home_, work_}, {"standup"}, {}, 4); !page.empty();
       page = search({home_, work_}, {"standup"}, found.back(), 4)) {
    EXPECT_LE(page.size(), 4U);
    found.insert(found.end(), page.begin(), page.end());
  }
  EXPECT_EQ(found, expected);
}

TEST_P(EventStoreContract, ChangesTheCalendarsVersionWithEveryWrite) {
  const auto change = [&](const EventRecord& record) {
    jobs::Change entry;
    entry.userId = owner_;
    entry.type = "calendar.event.created";
    entry.resourceId = record.id;
    entry.calendarId = record.calendarId;
    entry.at = clock_.now();
    return entry;
  };
  const std::int64_t before = get(backend_->events().version(home_));
  const EventRecord first = event(home_, kNoon, kHour);
  auto unit = begin();
  backend_->events().expectVersion(*unit, home_, before);
  backend_->events().put(*unit, first, "");
  backend_->changes().append(*unit, change(first));
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_NE(get(backend_->events().version(home_)), before);

  const EventRecord second = event(home_, kNoon, kHour);
  unit = begin();
  backend_->events().put(*unit, second, "");
  backend_->changes().append(*unit, change(second));
  backend_->events().expectVersion(*unit, home_, before);
  const auto outcome = commit(unit);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kConflict);
  EXPECT_FALSE(findEvent(second.id).has_value());
}

}  // namespace
}  // namespace sw::contract
