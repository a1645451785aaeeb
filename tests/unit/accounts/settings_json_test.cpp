#include "accounts/settings_json.h"

#include <gtest/gtest.h>

namespace sw::accounts {
namespace {

std::vector<std::string> fieldsWrongIn(const std::string& text) {
  const auto document = base::json::Document::parse(text);
  base::json::Problems problems;
  static_cast<void>(readSettings(document->root(), problems));
  std::vector<std::string> fields;
  if (problems.empty()) return fields;
  const base::Error error = problems.toError();
  for (const auto& problem : error.details()) fields.push_back(problem.field);
  return fields;
}

using Fields = std::vector<std::string>;

TEST(SettingsJsonTest, ReadsBackWhatItWrites) {
  Settings settings = Settings::defaults("Europe/Berlin");
  settings.dayBoundary = std::chrono::hours(4);
  settings.workingHours[6] = {{std::chrono::minutes(605), std::chrono::minutes(1440)}};
  settings.bufferBefore = std::chrono::minutes(15);
  settings.quietHours = DayRange{std::chrono::hours(22), std::chrono::hours(7)};
  settings.autoPlan = AutoPlan::kAuto;
  settings.lockAhead = std::chrono::hours(48);
  settings.channels = {"email", "push"};
  settings.targetCalendar = *base::Uuid::parse("0190163d-8694-739b-aea5-966c26f8ad91");
  const std::string text = toSettingsDocument(settings);
  const auto read = fromStored({text, 3, base::Instant{}});
  ASSERT_TRUE(read.ok()) << read.error().describe();
  EXPECT_EQ(toSettingsDocument(*read), text);
  EXPECT_EQ(read->revision, 3);
  EXPECT_EQ(read->workingHours, settings.workingHours);
  EXPECT_EQ(read->quietHours, settings.quietHours);
  EXPECT_EQ(read->targetCalendar, settings.targetCalendar);
}

TEST(SettingsJsonTest, GivesDefaultsForWhatIsMissing) {
  const auto document = base::json::Document::parse("{}");
  base::json::Problems problems;
  EXPECT_EQ(toSettingsDocument(readSettings(document->root(), problems)),
            toSettingsDocument(Settings::defaults("UTC")));
  EXPECT_TRUE(problems.empty());
}

TEST(SettingsJsonTest, NamesEveryProblemAtOnce) {
  EXPECT_EQ(fieldsWrongIn(R"({"timeZone":"Mars/Olympus","dayBoundary":"12:00","autoPlan":"yes",
      "lockAhead":337,"channels":["sms",7],"targetCalendar":"primary","buffers":{"before":-1},
      "quietHours":{"start":"22:00"},"unknown":1})"),
            (Fields{"timeZone", "dayBoundary", "buffers.before", "quietHours.end", "targetCalendar",
                    "autoPlan", "lockAhead", "channels[0]", "channels[1]", "unknown"}));
}

TEST(SettingsJsonTest, RefusesWorkingHoursThatMakeNoDay) {
  const auto monday = [](const std::string& ranges) {
    return fieldsWrongIn(R"({"workingHours":{"monday":[)" + ranges + "]}}");
  };
  EXPECT_EQ(monday(R"({"start":"09:00","end":"17:00"},{"start":"17:00","end":"24:00"})"), Fields{});
  EXPECT_EQ(monday(R"({"start":"17:00","end":"09:00"})"), Fields{"workingHours.monday[0].end"});
  EXPECT_EQ(monday(R"({"start":"09:00","end":"12:00"},{"start":"11:00","end":"13:00"})"),
            Fields{"workingHours.monday"});
  EXPECT_EQ(monday(R"({"start":"9:00","end":"12:00"})"), Fields{"workingHours.monday[0].start"});
  EXPECT_EQ(monday(R"({"start":"09:60","end":"24:01"})"),
            (Fields{"workingHours.monday[0].start", "workingHours.monday[0].end"}));
  EXPECT_EQ(monday("7"), Fields{"workingHours.monday[0]"});
  EXPECT_EQ(fieldsWrongIn(R"({"workingHours":{"someday":[]}})"), Fields{"workingHours.someday"});
  EXPECT_EQ(fieldsWrongIn(R"({"workingHours":[]})"), Fields{"workingHours"});
}

TEST(SettingsJsonTest, CallsDamagedRowsCorrupted) {
  EXPECT_EQ(fromStored({"{", 1, {}}).error().code(), base::Code::kCorrupted);
  EXPECT_EQ(fromStored({R"({"lockAhead":"x"})", 1, {}}).error().code(), base::Code::kCorrupted);
}

}  // namespace
}  // namespace sw::accounts
