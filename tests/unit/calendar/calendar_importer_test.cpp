#include "calendar/calendar_importer.h"

#include "calendar/event_record.h"
#include "fakes/fake_import_store.h"
#include "unit/calendar/calendar_world.h"

namespace sw::calendar {
namespace {

using base::Code;

/// More than one piece.
constexpr int kMany = static_cast<int>(CalendarImporter::kStagePiece) * 3 + 10;

class CalendarImporterTest : public CalendarWorld {
 protected:
  static std::string vevent(const std::string& uid, const std::string& summary,
                            const std::string& more = "") {
    return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20260101T000000Z\r\n" +
           "DTSTART:20260301T090000Z\r\nDTEND:20260301T100000Z\r\nSUMMARY:" + summary + "\r\n" +
           more + "END:VEVENT\r\n";
  }
  using File = std::unique_ptr<CalendarFile>;
  static File fileOf(const std::string& events) {
    auto file =
        CalendarFile::open("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + events + "END:VCALENDAR\r\n");
    EXPECT_TRUE(file.ok());
    return *std::move(file);
  }
  static File manyEvents(int count = kMany) {
    std::string events;
    for (int i = 0; i < count; ++i) events += vevent("event-" + std::to_string(i), "Imported");
    return fileOf(events);
  }

  base::Result<ImportOutcome> import(const File& file,
                                     const CalendarImporter::Controls& controls = {}) {
    return base::runBlocking(
        importer_.run(access_[0].calendar, *file, {"request-1", ""}, controls));
  }
  std::size_t visible() {
    std::size_t count = 0;
    const EventVisitor visitor = [&](const EventRow&) { ++count; };
    EXPECT_TRUE(base::runBlocking(events_.scan(access_[0].calendar.id, {}, 100000, visitor)).ok());
    return count;
  }
  std::size_t rows() {
    return storage_.look([](fakes::FakeTables& tables) { return tables.events.size(); });
  }
  std::size_t importsOpen() {
    return storage_.look([](fakes::FakeTables& tables) { return tables.imports.size(); });
  }
  std::vector<jobs::Change> changes() {
    return *base::runBlocking(changes_.read({owner_, jobs::ChangeLog::kOldestKept}, 100000));
  }

  fakes::FakeImportStore imports_{storage_};
  CalendarImporter importer_{{storage_, events_, imports_, changes_}, clock_};
};

TEST_F(CalendarImporterTest, ShowsALargeFileAtOneMoment) {
  std::size_t mostSeen = 0;
  std::size_t mostStaged = 0;
  CalendarImporter::Controls controls;
  controls.progress = [&](std::size_t, std::size_t total) {
    EXPECT_EQ(total, static_cast<std::size_t>(kMany));
    mostSeen = std::max(mostSeen, visible());
    mostStaged = std::max(mostStaged, rows());
  };
  const auto outcome = import(manyEvents(), controls);
  ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
  EXPECT_EQ(outcome->created, static_cast<std::size_t>(kMany));
  EXPECT_EQ(mostSeen, 0U);
  EXPECT_GE(mostStaged, CalendarImporter::kStagePiece * 3);
  EXPECT_EQ(visible(), static_cast<std::size_t>(kMany));
  EXPECT_EQ(importsOpen(), 0U);
  const auto told = changes();
  ASSERT_EQ(told.size(), static_cast<std::size_t>(kMany));
  EXPECT_EQ(told.front().requestId, "request-1");
  EXPECT_EQ(told.back().number, kMany);
}

TEST_F(CalendarImporterTest, WritesASmallFileInOneUnit) {
  const int before = storage_.commits();
  const auto outcome = import(fileOf(vevent("a", "One") + vevent("b", "Two")));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->created, 2U);
  EXPECT_EQ(storage_.commits(), before + 1);
  EXPECT_EQ(changes().size(), 2U);
}

TEST_F(CalendarImporterTest, UpdatesWhatHasTheSameUid) {
  ASSERT_TRUE(import(manyEvents()).ok());
  std::string events = vevent("event-0", "Changed") + vevent("new", "New");
  for (int i = 1; i < kMany; ++i) events += vevent("event-" + std::to_string(i), "Imported");
  const auto outcome = import(fileOf(events));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->created, 1U);
  EXPECT_EQ(outcome->updated, 1U);
  EXPECT_EQ(outcome->unchanged, static_cast<std::size_t>(kMany) - 1);
  EXPECT_EQ(visible(), static_cast<std::size_t>(kMany) + 1);
  const auto told = changes();
  EXPECT_EQ(told[kMany].type, "calendar.event.updated");
  EXPECT_EQ(told[kMany].revision, 2);
}

TEST_F(CalendarImporterTest, ReplacesTheChangedOccurrencesOfASeries) {
  const auto series = [](const std::string& moved) {
    return "BEGIN:VEVENT\r\nUID:s\r\nDTSTART:20260302T090000Z\r\nDTEND:20260302T100000Z\r\n"
           "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Daily\r\nEND:VEVENT\r\n"
           "BEGIN:VEVENT\r\nUID:s\r\nRECURRENCE-ID:" +
           moved + "\r\nDTSTART:20260302T120000Z\r\nDTEND:20260302T130000Z\r\nEND:VEVENT\r\n";
  };
  ASSERT_TRUE(import(fileOf(series("20260302T090000Z"))).ok());
  const auto outcome = import(fileOf(series("20260303T090000Z")));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->updated, 1U);
  EXPECT_EQ(visible(), 2U);
}

TEST_F(CalendarImporterTest, LeavesNothingBehindWhenTheStoreFails) {
  CalendarImporter::Controls controls;
  controls.progress = [&](std::size_t done, std::size_t) {
    if (done == CalendarImporter::kStagePiece + 5) {
      storage_.failNextCommit({Code::kUnavailable, "the database is away"});
    }
  };
  const auto outcome = import(manyEvents(), controls);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kUnavailable);
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(importsOpen(), 0U);
  EXPECT_TRUE(changes().empty());
}

TEST_F(CalendarImporterTest, EndsEarlyWhenItIsCancelled) {
  bool stopping = false;
  CalendarImporter::Controls controls;
  controls.progress = [&](std::size_t done, std::size_t) { stopping = done > 150; };
  controls.cancelled = [&] { return stopping; };
  EXPECT_EQ(import(manyEvents(), controls).error().code(), Code::kUnavailable);
  EXPECT_EQ(visible(), 0U);
}

TEST_F(CalendarImporterTest, RunsBesideNoOtherImportOfTheCalendar) {
  const auto unit = storage_.begin();
  imports_.begin(*unit, base::newUuid(clock_), access_[0].calendar, {}, clock_.now());
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_EQ(import(manyEvents()).error().code(), Code::kConflict);
  // One that nobody works on any more is taken out of the way.
  clock_.advance(ImportStore::kPatience + std::chrono::seconds(1));
  EXPECT_TRUE(import(manyEvents()).ok());
  EXPECT_EQ(visible(), static_cast<std::size_t>(kMany));
}

TEST_F(CalendarImporterTest, EndsImportsThatWereLeftInTheMidst) {
  for (const bool published : {false, true}) {
    const base::Uuid id = base::newUuid(clock_);
    auto unit = storage_.begin();
    imports_.begin(*unit, id, access_[0].calendar, {}, clock_.now());
    Event event;
    event.id = base::newUuid(clock_);
    event.calendarId = access_[0].calendar.id;
    event.content = meeting("Left", "2026-03-02T09:00:00", "2026-03-02T10:00:00");
    event.revision = 1;
    imports_.stage(*unit, id, *toRecord(event), "Left");
    if (published) imports_.publish(*unit, id, access_[0].calendar, 0, clock_.now());
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
    EXPECT_EQ(*base::runBlocking(importer_.finishLeft({})), 0U);
    clock_.advance(ImportStore::kPatience + std::chrono::seconds(1));
    EXPECT_EQ(*base::runBlocking(importer_.finishLeft({})), 1U);
    EXPECT_EQ(rows(), published ? 1U : 0U);
    EXPECT_EQ(changes().size(), published ? 1U : 0U);
    EXPECT_EQ(importsOpen(), 0U);
  }
}

TEST_F(CalendarImporterTest, BeginsAnewWhenSomeoneWritesTheSameEventMeanwhile) {
  bool written = false;
  CalendarImporter::Controls controls;
  controls.progress = [&](std::size_t done, std::size_t) {
    if (written || done < CalendarImporter::kStagePiece * 2) return;
    written = true;
    auto unit = storage_.begin();
    const auto record = editor_.create(
        *unit, access_[0].calendar, meeting("Theirs", "2026-03-02T09:00:00", "2026-03-02T10:00:00"),
        "event-3", {});
    ASSERT_TRUE(record.ok());
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  };
  const auto outcome = import(manyEvents(), controls);
  ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
  EXPECT_EQ(outcome->updated, 1U);
  EXPECT_EQ(outcome->created, static_cast<std::size_t>(kMany) - 1);
  EXPECT_EQ(visible(), static_cast<std::size_t>(kMany));
}

TEST_F(CalendarImporterTest, CommitsTheSealWithWhatItShows) {
  CalendarImporter::Controls controls;
  controls.seal = [&](jobs::UnitOfWork& unit, const ImportOutcome& outcome) {
    EXPECT_EQ(outcome.created, static_cast<std::size_t>(kMany));
    fakes::FakeStorage::add(unit, [](fakes::FakeTables&) -> std::optional<base::Error> {
      return base::Error(Code::kConflict, "the key is in use");
    });
  };
  EXPECT_EQ(import(manyEvents(), controls).error().code(), Code::kConflict);
  EXPECT_EQ(rows(), 0U);
}

TEST_F(CalendarImporterTest, ReportsEachItemThatSomethingIsToBeSaidOf) {
  const auto file = fileOf(vevent("good", "Good") + vevent("odd", "Odd", "RRULE:FREQ=NEVER\r\n") +
                           "BEGIN:VTODO\r\nUID:task\r\nSUMMARY:Task\r\nEND:VTODO\r\n");
  const auto outcome = import(file);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->created, 2U);
  EXPECT_EQ(outcome->failed, 1U);
  ASSERT_EQ(outcome->items.size(), 2U);
  EXPECT_EQ(outcome->items[0].uid, "odd");
  EXPECT_EQ(outcome->items[0].status, ImportOutcome::Status::kCreated);
  EXPECT_EQ(outcome->items[1].uid, "task");
  EXPECT_EQ(outcome->items[1].status, ImportOutcome::Status::kFailed);
}

}  // namespace
}  // namespace sw::calendar
