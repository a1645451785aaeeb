#include "api/change_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "base/local_loop.h"
#include "calendar/calendar_directory.h"
#include "fakes/fake_calendar_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_clock.h"
#include "jobs/event_types.h"
#include "step_loop.h"

namespace sw::api {
namespace {

using base::Code;
using base::Uuid;
using namespace std::chrono_literals;

/// One call of `next`: none as long as it is suspended.
using Piece = std::optional<base::Result<std::optional<std::string>>>;

base::Detached ask(ChangeStream& stream, Piece& piece) { piece = co_await stream.next(); }

int count(const std::string& text, std::string_view part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

std::string lastId(const std::string& text) {
  const std::size_t at = text.rfind("id: ");
  if (at == std::string::npos) return {};
  return text.substr(at + 4, text.find('\n', at) - at - 4);
}

class ChangeStreamTest : public ::testing::Test {
 protected:
  Uuid newId() { return base::newUuid(clock_); }

  /// A change in the log of `owner`; tells the hub as a commit does.
  Uuid write(const Uuid& owner, const Uuid& calendar = {}) {
    const auto unit = storage_.begin();
    const Uuid id = newId();
    changes_.append(*unit, {owner,
                            0,
                            std::string(jobs::event_type::kCalendarEventCreated),
                            id,
                            calendar,
                            1,
                            clock_.now(),
                            {},
                            {}});
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    const std::array users{owner};
    hub_.changed(users);
    return id;
  }
  Uuid makeCalendar(const Uuid& owner) {
    calendar::Calendar made;
    made.id = newId();
    made.ownerId = owner;
    made.name = "Garden";
    made.revision = 1;
    const auto unit = storage_.begin();
    calendars_.put(*unit, made);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    return made.id;
  }
  accounts::AclEntry share(const Uuid& calendar, const Uuid& reader) {
    accounts::AclEntry entry;
    entry.id = newId();
    entry.calendarId = calendar;
    entry.userId = reader;
    entry.role = accounts::AccessRole::kReader;
    entry.revision = 1;
    const auto unit = storage_.begin();
    acl_.put(*unit, entry);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    return entry;
  }

  std::string cursorOf(const Uuid& user, std::string_view from = "now") {
    const auto page = base::runBlocking(feed_.read(user, from, 1));
    EXPECT_TRUE(page.ok());
    return page.ok() ? page->nextCursor : std::string();
  }
  /// Opens a stream of `user`, and reads its head.
  std::unique_ptr<ChangeStream> open(const Uuid& user, const std::string& cursor,
                                     std::chrono::microseconds life = ChangeStream::kLifetime) {
    auto place = hub_.admit(user);
    EXPECT_TRUE(place.ok());
    auto stream =
        std::make_unique<ChangeStream>(feed_, clock_, *std::move(place), user, cursor, life);
    const std::string head = text(next(*stream));
    EXPECT_EQ(head, "retry: 2000\nid: " + cursor + "\n\n");
    return stream;
  }
  std::unique_ptr<ChangeStream> openNow(const Uuid& user) { return open(user, cursorOf(user)); }

  /// Begins a `next`, as far as it comes without anything happening.
  Piece& next(ChangeStream& stream) {
    piece_.reset();
    ask(stream, piece_);
    settle();
    return piece_;
  }
  /// Lets what is ready go on: waits between two looks are over at once.
  void settle() {
    do {
      hub_.dispatch();
      loop_.run();
    } while (loop_.fire() > 0);
  }
  void advance(std::chrono::microseconds by) {
    clock_.advance(by);
    settle();
  }
  /// The text of a piece that has come.
  static std::string text(const Piece& piece) {
    if (!piece) return "<suspended>";
    if (!piece->ok()) return "<" + piece->error().describe() + ">";
    return (*piece)->value_or("<end>");
  }
  void close(std::unique_ptr<ChangeStream> stream) {
    stream->stop();
    settle();
    EXPECT_TRUE(piece_.has_value());
  }

  StepLoop loop_;
  fakes::FakeClock clock_;
  fakes::FakeStorage storage_;
  fakes::FakeCalendarStore calendars_{storage_};
  fakes::FakeAclStore acl_{storage_};
  fakes::FakeChangeLog changes_{storage_};
  calendar::CalendarDirectory directory_{calendars_, acl_};
  calendar::ChangeFeed feed_{changes_, directory_};
  StreamHub hub_{clock_, {}};
  Piece piece_;
  const Uuid ann_ = newId();
  const Uuid bob_ = newId();
};

TEST_F(ChangeStreamTest, TellsAChangeAsAnEventWithTheCursorBehindIt) {
  auto stream = openNow(ann_);
  next(*stream);
  EXPECT_FALSE(piece_.has_value());
  clock_.advance(1s);
  const Uuid made = write(ann_);
  settle();
  const std::string event = text(piece_);
  EXPECT_TRUE(event.starts_with("id: v1~")) << event;
  EXPECT_NE(event.find("\nevent: calendar.event.created\ndata: {"), std::string::npos) << event;
  EXPECT_NE(event.find(made.toString()), std::string::npos) << event;
  EXPECT_TRUE(event.ends_with("\n\n"));
  EXPECT_EQ(lastId(event), cursorOf(ann_));
}

TEST_F(ChangeStreamTest, GoesOnBehindAnIdWithoutGapOrRepetition) {
  const std::string begin = cursorOf(ann_);
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(write(ann_).toString());
  auto first = open(ann_, begin);
  const std::string all = text(next(*first));
  EXPECT_EQ(count(all, "event: "), 5);
  // Cut off behind the third.
  std::size_t at = 0;
  for (int i = 0; i < 3; ++i) at = all.find("\n\n", at) + 2;
  auto second = open(ann_, lastId(all.substr(0, at)));
  const std::string rest = text(next(*second));
  EXPECT_EQ(count(rest, "event: "), 2);
  EXPECT_EQ(rest.find(ids[2]), std::string::npos);
  EXPECT_LT(rest.find(ids[3]), rest.find(ids[4]));
  EXPECT_NE(rest.find(ids[4]), std::string::npos);
}

TEST_F(ChangeStreamTest, HoldsNothingForAReaderThatIsSlow) {
  auto stream = openNow(ann_);
  constexpr int kChanges = 250;
  std::vector<std::string> ids;
  for (int i = 0; i < kChanges; ++i) {
    ids.push_back(write(ann_).toString());
    hub_.dispatch();  // nobody asks: all that is kept is that there are news
  }
  std::string all;
  int pieces = 0;
  for (; count(all, "event: ") < kChanges && pieces < 10; ++pieces) {
    const std::string piece = text(next(*stream));
    EXPECT_LE(count(piece, "event: "), ChangeStream::kPage);
    all += piece;
  }
  EXPECT_EQ(count(all, "event: "), kChanges);
  EXPECT_EQ(pieces, 3);
  std::size_t at = 0;
  for (const std::string& id : ids) {
    at = all.find(id, at);
    ASSERT_NE(at, std::string::npos);
  }
}

TEST_F(ChangeStreamTest, EndsWhenWhatComesNextIsNoLongerKept) {
  const std::string old = cursorOf(ann_);
  auto stream = open(ann_, old);
  write(ann_);
  write(ann_);
  ASSERT_TRUE(base::runBlocking(changes_.removeBefore(clock_.now() + 1s, 1)).ok());
  EXPECT_EQ(text(next(*stream)), "<end>");
  // Whoever comes again with it is told to read everything anew.
  const auto again = base::runBlocking(feed_.read(ann_, old, 1));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), Code::kGone);
}

TEST_F(ChangeStreamTest, NeverTellsWhatIsAnothersAlone) {
  auto stream = openNow(ann_);
  const Uuid bobs = makeCalendar(bob_);
  next(*stream);
  write(bob_, bobs);
  write(bob_);
  settle();
  EXPECT_FALSE(piece_.has_value());
  advance(ChangeStream::kHeartbeat);
  EXPECT_EQ(count(text(piece_), "event: "), 0) << text(piece_);
  for (int beats = 0; beats < 8; ++beats) {  // looks that nobody asked for are among them
    next(*stream);
    EXPECT_FALSE(piece_.has_value());
    advance(ChangeStream::kHeartbeat);
    EXPECT_EQ(count(text(piece_), "event: "), 0) << text(piece_);
  }
}

TEST_F(ChangeStreamTest, TellsOfASharedCalendarAsLongAsItIsShared) {
  const Uuid bobs = makeCalendar(bob_);
  const Uuid hidden = makeCalendar(bob_);
  const accounts::AclEntry grant = share(bobs, ann_);
  auto stream = openNow(ann_);
  next(*stream);
  EXPECT_FALSE(piece_.has_value());
  clock_.advance(1s);
  write(bob_, hidden);
  const Uuid seen = write(bob_, bobs);
  settle();
  EXPECT_EQ(count(text(piece_), "event: "), 1) << text(piece_);
  EXPECT_NE(text(piece_).find(seen.toString()), std::string::npos);

  const auto unit = storage_.begin();
  acl_.remove(*unit, grant);
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  next(*stream);
  EXPECT_FALSE(piece_.has_value());
  write(bob_, bobs);
  advance(1s);
  EXPECT_FALSE(piece_.has_value()) << text(piece_);
  close(std::move(stream));
}

TEST_F(ChangeStreamTest, BeatsWhileNothingHappens) {
  auto stream = openNow(ann_);
  next(*stream);
  advance(ChangeStream::kHeartbeat - 1s);
  EXPECT_FALSE(piece_.has_value());
  advance(1s);
  EXPECT_EQ(text(piece_), ": \n\n");
  // A change puts the next one off.
  next(*stream);
  advance(10s);
  write(ann_);
  settle();
  EXPECT_EQ(count(text(piece_), "event: "), 1);
  next(*stream);
  advance(10s);
  EXPECT_FALSE(piece_.has_value());
  advance(5s);
  EXPECT_EQ(text(piece_), ": \n\n");
}

TEST_F(ChangeStreamTest, BeatsOnALongWayThroughWhatItMayNotSee) {
  const Uuid seen = makeCalendar(bob_);
  const Uuid hidden = makeCalendar(bob_);
  share(seen, ann_);
  auto stream = openNow(ann_);
  next(*stream);
  EXPECT_FALSE(piece_.has_value());
  clock_.advance(1s);
  for (int i = 0; i < 3 * ChangeStream::kPage + 10; ++i) write(bob_, hidden);
  write(bob_, seen);
  hub_.dispatch();
  loop_.run();  // the first page of it
  EXPECT_FALSE(piece_.has_value());
  clock_.advance(ChangeStream::kHeartbeat);
  EXPECT_EQ(loop_.fire(), 1U);
  const std::string beat = text(piece_);
  EXPECT_TRUE(beat.starts_with(": \nid: v1~")) << beat;
  EXPECT_EQ(count(beat, "event: "), 0) << beat;
  EXPECT_EQ(count(text(next(*stream)), "event: "), 1) << text(piece_);
}

TEST_F(ChangeStreamTest, FindsAChangeWhoseAnnouncementWasMissed) {
  auto stream = openNow(ann_);
  next(*stream);
  const auto unit = storage_.begin();
  changes_.append(
      *unit,
      {ann_, 0, std::string(jobs::event_type::kGoalCreated), newId(), {}, 1, clock_.now(), {}, {}});
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());  // nobody tells the hub
  std::string told;
  for (int beats = 0; beats < 5 && count(told, "event: ") == 0; ++beats) {
    advance(ChangeStream::kHeartbeat);
    told += text(piece_);
    next(*stream);
    if (piece_) told += text(piece_);
  }
  EXPECT_EQ(count(told, "event: goal.created\n"), 1) << told;
  close(std::move(stream));
}

TEST_F(ChangeStreamTest, EndsSoonWhenTheServerDrains) {
  auto stream = openNow(ann_);
  next(*stream);
  EXPECT_FALSE(piece_.has_value());
  stream->stop();
  settle();
  EXPECT_EQ(text(piece_), "<end>");
  EXPECT_EQ(text(next(*stream)), "<end>");
  stream.reset();
  EXPECT_EQ(hub_.open(), 0U);
}

TEST_F(ChangeStreamTest, EndsAfterItsTime) {
  auto stream = openNow(ann_);
  next(*stream);
  for (std::chrono::seconds left = ChangeStream::kLifetime; left > 0s; left -= 15s) {
    advance(15s);
    if (text(piece_) == "<end>") {
      EXPECT_LE(left, 15s);
      return;
    }
    next(*stream);
  }
  EXPECT_EQ(text(piece_), "<end>");
}

TEST_F(ChangeStreamTest, EndsWithTheCredential) {
  auto stream = open(ann_, cursorOf(ann_), 10s);
  next(*stream);
  advance(9s);
  EXPECT_FALSE(piece_.has_value());
  advance(1s);
  EXPECT_EQ(text(piece_), "<end>");
}

}  // namespace
}  // namespace sw::api
