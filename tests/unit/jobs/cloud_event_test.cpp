#include "jobs/cloud_event.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/local_loop.h"
#include "jobs/event_types.h"

namespace sw::jobs {
namespace {

Change sample() {
  Change change;
  change.userId = *base::Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
  change.number = 42;
  change.type = "calendar.event.updated";
  change.resourceId = *base::Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8058");
  change.calendarId = *base::Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8059");
  change.revision = 7;
  change.at = base::Instant(std::chrono::seconds(1767603600));
  change.requestId = "r-1";
  change.traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  change.part = "01890a5d-ac96-774b-bcce-b302099a8058_20260105T090000Z";
  return change;
}

const CloudEventOptions kOptions{"https://plan.example.org"};

TEST(CloudEvent, IsAnEnvelopeOfVersionOneWithAllThatIsKnown) {
  EXPECT_EQ(toCloudEvent(sample(), R"({"id":"x"})", kOptions),
            R"({"specversion":"1.0","id":"01890a5d-ac96-774b-bcce-b302099a8057-42",)"
            R"("source":"https://plan.example.org","type":"calendar.event.updated",)"
            R"("subject":"01890a5d-ac96-774b-bcce-b302099a8058","time":"2026-01-05T09:00:00Z",)"
            R"("datacontenttype":"application/json",)"
            R"("dataschema":"https://plan.example.org/asyncapi.json#/components/messages/)"
            R"(calendar.event.updated","userid":"01890a5d-ac96-774b-bcce-b302099a8057",)"
            R"("schemaversion":1,"revision":7,"calendarid":"01890a5d-ac96-774b-bcce-b302099a8059",)"
            R"("part":"01890a5d-ac96-774b-bcce-b302099a8058_20260105T090000Z","requestid":"r-1",)"
            R"("traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",)"
            R"("data":{"id":"x"}})");
}

TEST(CloudEvent, LeavesOutWhatIsNotKnown) {
  Change change = sample();
  change.calendarId = {};
  change.requestId.clear();
  change.traceParent.clear();
  change.part.clear();
  const auto parsed = base::json::Document::parse(toCloudEvent(change, "{}", kOptions));
  ASSERT_TRUE(parsed.ok());
  for (const char* name : {"calendarid", "part", "requestid", "traceparent"}) {
    EXPECT_TRUE(parsed->root().find(name).isMissing()) << name;
  }
}

TEST(CloudEvent, AsksTheSourceOfTheTypeForItsData) {
  EventDataSources sources;
  sources.add("calendar.", [](const Change&) -> base::Task<base::Result<std::string>> {
    co_return std::string(R"({"id":"calendar"})");
  });
  sources.add("calendar.event.", [](const Change&) -> base::Task<base::Result<std::string>> {
    co_return std::string(R"({"id":"event"})");
  });
  const auto event = base::runBlocking(cloudEventOf(sample(), sources, kOptions));
  ASSERT_TRUE(event.ok());
  EXPECT_NE(event->find(R"("data":{"id":"event"})"), std::string::npos);
  Change other = sample();
  other.type = "goal.created";
  const auto plain = base::runBlocking(cloudEventOf(other, sources, kOptions));
  ASSERT_TRUE(plain.ok());
  EXPECT_NE(plain->find(R"("data":{"id":"01890a5d-ac96-774b-bcce-b302099a8058"})"),
            std::string::npos);
}

TEST(EventTypes, AreTheirNamesOnceAndKnowTheirAudience) {
  for (std::size_t i = 0; i < event_type::kAll.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(event_type::kAll[i].name, event_type::kAll[j].name);
    }
  }
  EXPECT_TRUE(event_type::isPublished(event_type::kHabitCompleted));
  EXPECT_FALSE(event_type::isPublished(event_type::kSettingsUpdated));
  EXPECT_FALSE(event_type::isPublished("calendar.event.burnt"));
}

}  // namespace
}  // namespace sw::jobs
