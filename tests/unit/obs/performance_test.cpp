#include "obs/performance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "obs/trace.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class KeptTraces final : public TraceKeeper {
 public:
  void keep(std::shared_ptr<KeptTrace> trace) override { traces.push_back(std::move(trace)); }
  std::vector<std::shared_ptr<KeptTrace>> traces;
};

class Records final : public PerformanceSink {
 public:
  void record(std::string_view name, double value, std::span<const Field> attributes) override {
    names.emplace_back(name);
    values.push_back(value);
    counts.push_back(attributes.size());
  }
  std::vector<std::string> names;
  std::vector<double> values;
  std::vector<std::size_t> counts;
};

TEST(Performance, IsALogRecordASpanEventAndAMessage) {
  Instruments obs;
  LogCapture capture(obs);
  KeptTraces kept;
  Tracer tracer({}, {.exporter = &kept}, obs.clock);
  Performance performance(capture.log);
  Records records;
  performance.setSink(&records);
  ActiveTrace trace = tracer.begin({.begun = obs.clock.monotonic()});
  {
    const base::ContextScope scope(trace.scope());
    performance.record("calendar_sync_duration", 1500.5,
                       {userId("user123"), field("eventsCount", 25)});
  }
  trace.finish(Verdict::kSampled, {.name = "sync", .ended = obs.clock.monotonic()});

  const auto lines = capture.lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr(R"("message":"calendar_sync_duration")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("value":1500.5)"));
  EXPECT_THAT(lines[0], HasSubstr(R"("userId":"user123")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("eventsCount":25)"));

  ASSERT_THAT(kept.traces, SizeIs(1));
  const KeptTrace& told = *kept.traces[0];
  ASSERT_THAT(told.spans, SizeIs(2));
  EXPECT_TRUE(told.spans[0].isEvent());
  EXPECT_EQ(told.spans[0].name, "calendar_sync_duration");
  ASSERT_EQ(told.spans[0].attributes, 3);
  const Attribute& user = told.attributes.at(told.spans[0].firstAttribute + 1);
  EXPECT_EQ(user.key, "userId");
  EXPECT_EQ(user.kind, Attribute::Kind::kUserId);  // hashed before it leaves

  ASSERT_THAT(records.names, SizeIs(1));
  EXPECT_EQ(records.names[0], "calendar_sync_duration");
  EXPECT_EQ(records.values[0], 1500.5);
  EXPECT_EQ(records.counts[0], 2U);
}

TEST(Performance, NeedsNoTrace) {
  Instruments obs;
  LogCapture capture(obs);
  const Performance performance(capture.log);
  performance.record("calendar_sync_error", 1, {field("error", "token=abcdef123456 was refused")});
  const auto lines = capture.lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], testing::Not(HasSubstr("abcdef123456")));
}

}  // namespace
}  // namespace sw::obs
