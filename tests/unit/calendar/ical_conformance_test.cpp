#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/json.h"
#include "base/time_format.h"
#include "calendar/ical_reader.h"
#include "calendar/ical_writer.h"
#include "calendar/ical_zone.h"
#include "calendar/series_expansion.h"

namespace sw::calendar {
namespace {

namespace json = base::json;

const std::filesystem::path kFolder = SW_SOURCE_DIR "/../shared/conformance/ics";

std::string readFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

/// An occurrence as the expectations write it: UID and start, in UTC, floating or as a date.
using Entry = std::pair<std::string, std::string>;

std::string startText(const EventTime& time, const std::string& definitions) {
  const auto instant = instantOf(time, definitions);
  std::string out;
  base::appendBasicUtc(out, instant.ok() ? *instant : base::UtcSeconds{});
  if (time.allDay) return out.substr(0, 8);
  return time.timeZone.empty() ? out.substr(0, 15) : out;
}

void expand(const ImportedItem& item, base::UtcSeconds from, base::UtcSeconds to,
            std::multiset<Entry>& out) {
  // The expectations know no made UIDs.
  const std::string uid = item.uid.starts_with("no-uid-") ? std::string() : item.uid;
  const auto add = [&](const EventContent& content) {
    const auto start = instantOf(content.start, content.zoneDefinitions);
    const auto end = instantOf(content.end, content.zoneDefinitions);
    ASSERT_TRUE(start.ok() && end.ok()) << item.uid;
    if (*start < to && (*end > from || *start >= from)) {
      out.emplace(uid, startText(content.start, content.zoneDefinitions));
    }
  };
  std::vector<OccurrenceKey> changed;
  for (const ImportedOverride& each : item.overrides) {
    changed.push_back(each.originalKey);
    if (each.event.content.status != EventStatus::kCancelled) add(each.event.content);
  }
  const EventContent& master = item.master.content;
  if (master.recurrence.empty()) return add(master);
  const auto series = SeriesExpansion::make(master, nullptr, std::move(changed));
  ASSERT_TRUE(series.ok()) << item.uid;
  const bool complete = series->visit(from, to, [&](const SeriesOccurrence& occurrence) {
    out.emplace(uid, startText(series->startTime(occurrence), master.zoneDefinitions));
    return true;
  });
  EXPECT_TRUE(complete) << item.uid;
}

std::string difference(const std::multiset<Entry>& a, const std::multiset<Entry>& b) {
  std::vector<Entry> only;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only));
  std::string out = std::to_string(only.size()) + ":";
  for (std::size_t i = 0; i < std::min<std::size_t>(only.size(), 8); ++i) {
    out += " [" + only[i].first + " " + only[i].second + "]";
  }
  return out;
}

class IcalConformance : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder / "expected.json")) {
      GTEST_SKIP() << "the conformance files are not on this machine";
    }
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
      if (entry.path().extension() == ".ics") files_.push_back(entry.path());
    }
    std::sort(files_.begin(), files_.end());
    ASSERT_FALSE(files_.empty());
  }

  std::vector<std::filesystem::path> files_;
};

TEST_F(IcalConformance, ExpandsEveryFileAsExpected) {
  const auto document = json::Document::parse(readFile(kFolder / "expected.json"));
  ASSERT_TRUE(document.ok());
  for (const auto& file : files_) {
    const auto expectation = document->root().find(file.filename().string());
    ASSERT_TRUE(expectation.isObject()) << file;
    const auto from = base::parseBasicUtc(expectation.find("from").asString().value_or(""));
    const auto to = base::parseBasicUtc(expectation.find("to").asString().value_or(""));
    ASSERT_TRUE(from && to);
    std::multiset<Entry> expected;
    const json::Value list = expectation.find("occurrences");
    for (std::size_t i = 0; i < list.size(); ++i) {
      expected.emplace(list.at(i).at(0).asString().value_or(""),
                       list.at(i).at(1).asString().value_or(""));
    }
    const auto calendar = readCalendar(readFile(file));
    ASSERT_TRUE(calendar.ok()) << file << ": " << calendar.error().describe();
    std::multiset<Entry> actual;
    for (const ImportedItem& item : calendar->items) expand(item, *from, *to, actual);
    EXPECT_TRUE(expected == actual) << file << "\n  missing " << difference(expected, actual)
                                    << "\n  extra " << difference(actual, expected);
  }
}

TEST_F(IcalConformance, KeepsEveryEventOfEveryFile) {
  for (const auto& file : files_) {
    const std::string text = readFile(file);
    const auto calendar = readCalendar(text);
    ASSERT_TRUE(calendar.ok()) << file;
    std::size_t events = 0;
    for (std::size_t at = text.find("BEGIN:VEVENT"); at != std::string::npos;
         at = text.find("BEGIN:VEVENT", at + 1)) {
      ++events;
    }
    std::size_t kept = 0;
    for (const ImportedItem& item : calendar->items) {
      const bool detached = item.master.content.unknownLines.starts_with(kDetachedLine);
      kept += item.overrides.size() + (detached ? 0 : 1);
    }
    for (const ImportIssue& issue : calendar->issues) {
      const bool left = issue.kind == ImportIssue::Kind::kSkipped &&
                        (issue.problem.find("same UID") != std::string::npos ||
                         issue.problem.find("left out") != std::string::npos);
      if (left && issue.problem.find("import of events") == std::string::npos) ++kept;
    }
    EXPECT_EQ(kept, events) << file;
  }
}

TEST_F(IcalConformance, ReadsBackWhatItWrote) {
  for (const auto& file : files_) {
    const auto first = readCalendar(readFile(file));
    ASSERT_TRUE(first.ok()) << file;
    const std::string written = writeCalendar(*first, base::Instant{});
    const auto second = readCalendar(written);
    ASSERT_TRUE(second.ok()) << file;
    EXPECT_EQ(second->name, first->name) << file;
    EXPECT_EQ(second->timeZone, first->timeZone) << file;
    ASSERT_EQ(second->items.size(), first->items.size()) << file;
    for (std::size_t i = 0; i < first->items.size(); ++i) {
      EXPECT_TRUE(second->items[i] == first->items[i]) << file << " " << first->items[i].uid;
    }
    EXPECT_EQ(writeCalendar(*second, base::Instant{}), written) << file;
  }
}

}  // namespace
}  // namespace sw::calendar
