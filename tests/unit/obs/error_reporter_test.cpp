#include "obs/error_reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "obs/breadcrumbs.h"
#include "obs/trace.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using base::Code;
using base::Error;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

class MemoryErrors final : public ErrorSink {
 public:
  void report(ErrorReport report) override { reports.push_back(std::move(report)); }
  std::vector<ErrorReport> reports;
};

struct ErrorReporterTest : testing::Test {
  Instruments obs;
  LogCapture capture{obs};
  Health health{{}, obs.clock, obs.catalog, [] { return MemoryUse{}; }};
  ErrorReporter errors{obs.catalog, capture.log, health, obs.clock};
  MemoryErrors sink;

  static constexpr auto kApi = label::ErrorComponent::kApi;
  static constexpr auto kStorage = label::ErrorComponent::kStorage;
};

TEST_F(ErrorReporterTest, CountsAndLogsByTheClassOfTheCode) {
  errors.setSink(&sink);
  errors.report(kApi, Error(Code::kUnavailable, "the queue is full"), {.requestId = "r-1"});
  errors.report(kApi, Error(Code::kInternal, "an exception: oops"),
                {.requestId = "r-2", .userId = "ann", .endpoint = "/events/{id}"});
  EXPECT_EQ(obs.sample(R"(scheduling_errors_total{class="warning",component="api"})"), "1");
  EXPECT_EQ(obs.sample(R"(scheduling_errors_total{class="error",component="api"})"), "1");
  EXPECT_EQ(obs.sample(R"(scheduling_errors_total{class="critical",component="api"})"), "0");
  EXPECT_EQ(obs.sample(R"(scheduling_errors_total{class="info",component="api"})"), "0");
  errors.report(kApi, Error(Code::kCancelled, "the caller went away"));
  errors.report(kStorage, Error(Code::kCorrupted, "a row is damaged"));
  EXPECT_EQ(obs.sample(R"(scheduling_errors_total{class="info",component="api"})"), "1");
  EXPECT_EQ(obs.sample(R"(scheduling_errors_total{class="critical",component="storage"})"), "1");
  const auto lines = capture.lines();
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[2], HasSubstr(R"("level":"INFO")"));
  EXPECT_THAT(lines[3], HasSubstr(R"("level":"ERROR")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("level":"WARN")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("errorType":"unavailable")"));
  EXPECT_THAT(lines[1], HasSubstr(R"("level":"ERROR")"));
  EXPECT_THAT(lines[1], HasSubstr(R"("endpoint":"/events/{id}")"));
  // A full queue and a caller that went away are nothing for error tracking.
  ASSERT_THAT(sink.reports, SizeIs(2));
  EXPECT_EQ(sink.reports[0].type, "internal");
  EXPECT_EQ(sink.reports[0].userId, "ann");
  EXPECT_EQ(sink.reports[0].requestId, "r-2");
}

TEST_F(ErrorReporterTest, TellsHealthOfCriticalErrorsWithoutTheirText) {
  errors.report(kStorage, Error(Code::kCorrupted, "row 7 of ann's diary is damaged"));
  const auto live = health.live();
  EXPECT_EQ(live.status, 200);
  EXPECT_THAT(live.body, HasSubstr("storage: corrupted"));
  EXPECT_THAT(live.body, Not(HasSubstr("diary")));
  EXPECT_THAT(live.body, HasSubstr(R"("status":"warn")"));
}

TEST_F(ErrorReporterTest, AsksForARestartOnlyWhereOneCures) {
  errors.report(Incident::kDatabaseLost, {.what = "no route"});
  EXPECT_EQ(health.live().status, 200);
  errors.report(Incident::kPoolExhausted, {});
  EXPECT_EQ(health.live().status, 503);
  obs.clock.advance(5min);
  EXPECT_EQ(health.live().status, 200);
}

TEST_F(ErrorReporterTest, GivesCausesAndAFingerprintThatRepeats) {
  errors.setSink(&sink);
  for (const char* row : {"row 17 of page 9f", "row 99 of page 1a"}) {
    const Error cause(Code::kIo, std::string("cannot read ") + row);
    errors.report(kApi, cause.wrap(Code::kInternal, "the answer cannot be made"),
                  {.endpoint = "/events"});
  }
  errors.report(kApi, Error(Code::kInternal, "another thing"), {.endpoint = "/events"});
  ASSERT_THAT(sink.reports, SizeIs(3));
  EXPECT_EQ(sink.reports[0].message, "the answer cannot be made");
  ASSERT_THAT(sink.reports[0].causes, SizeIs(1));
  EXPECT_EQ(sink.reports[0].causes[0].type, "io");
  EXPECT_EQ(sink.reports[0].fingerprint, sink.reports[1].fingerprint);
  EXPECT_NE(sink.reports[0].fingerprint, sink.reports[2].fingerprint);
}

TEST_F(ErrorReporterTest, NamesTheTraceThatItHappenedIn) {
  errors.setSink(&sink);
  Tracer tracer({}, {}, obs.clock);
  ActiveTrace trace = tracer.begin({.begun = obs.clock.monotonic()});
  {
    const base::ContextScope scope(trace.scope());
    errors.report(kApi, Error(Code::kInternal, "x"));
  }
  errors.report(kApi, Error(Code::kInternal, "y"));
  ASSERT_THAT(sink.reports, SizeIs(2));
  EXPECT_EQ(sink.reports[0].traceId, toHex(trace.context().trace));
  EXPECT_EQ(sink.reports[0].spanId, toHex(trace.context().span));
  EXPECT_EQ(sink.reports[1].traceId, "");
}

TEST_F(ErrorReporterTest, SettlesWhatNobodyTakes) {
  std::vector<bool> settled;
  errors.report(Incident::kCrashed, {.settled = [&](bool yes) { settled.push_back(yes); }});
  EXPECT_THAT(settled, ElementsAre(false));
}

TEST_F(ErrorReporterTest, OnlyTellsTrackingOfWhatWasLoggedBefore) {
  errors.setSink(&sink);
  errors.report(Incident::kCrashed, {.what = "SIGSEGV", .logged = true});
  EXPECT_THAT(capture.lines(), IsEmpty());
  EXPECT_EQ(obs.sample(R"(scheduling_errors_total{class="critical",component="process"})"), "0");
  EXPECT_THAT(sink.reports, SizeIs(1));
}

TEST(ErrorFingerprint, TakesOutWordsWithDigits) {
  EXPECT_EQ(withoutNumbers("event 0195-ab: 3 of 7 rows"), "event #: # of # rows");
  EXPECT_EQ(withoutNumbers(""), "");
}

TEST(ErrorClasses, EveryIncidentHasARowAndEverySeverityAClass) {
  for (int i = 0; i <= static_cast<int>(Incident::kUpkeepFailed); ++i) {
    const IncidentInfo& info = describe(static_cast<Incident>(i));
    EXPECT_EQ(static_cast<int>(info.incident), i);
    EXPECT_FALSE(info.name.empty());
    EXPECT_FALSE(info.message.empty());
    // A restart is asked for by critical errors alone.
    EXPECT_TRUE(!info.restartCures || info.severity == base::Severity::kCritical) << info.name;
    EXPECT_EQ(label::ErrorClass::kValues.at(classOf(info.severity)), base::toString(info.severity));
  }
}

struct BreadcrumbsTest : testing::Test {
  Instruments obs;
  LogCapture capture{obs};
  std::unique_ptr<Breadcrumbs> ring = std::make_unique<Breadcrumbs>();

  BreadcrumbsTest() { capture.log.observe(ring.get()); }
  ~BreadcrumbsTest() override { capture.log.observe(nullptr); }
  std::vector<std::string> messages(std::string_view request, std::size_t limit = 10) const {
    std::vector<std::string> out;
    for (const Breadcrumb& crumb : ring->before(request, limit)) out.push_back(crumb.message);
    return out;
  }
};

TEST_F(BreadcrumbsTest, KeepTheRecordsOfARequestAndTheWarningsOfNone) {
  const Logger logger = capture.log.logger("api");
  logger.info("started");
  logger.info("of mine", {requestId("r-1"), operation("read")});
  logger.info("of another", {requestId("r-2")});
  logger.warn("of none");
  logger.debug("not kept", {requestId("r-1")});
  EXPECT_THAT(messages("r-1"), ElementsAre("of mine", "of none"));
  EXPECT_THAT(messages(""), ElementsAre("started", "of none"));
  EXPECT_THAT(messages("r-1", 1), ElementsAre("of none"));
  const Breadcrumb crumb = ring->before("r-1", 10).front();
  EXPECT_EQ(crumb.component, "api");
  EXPECT_EQ(crumb.operation, "read");
  EXPECT_EQ(crumb.level, Level::kInfo);
  EXPECT_EQ(crumb.when, obs.clock.now());
}

TEST_F(BreadcrumbsTest, KeepTheLastOnesCutToTheirPlaces) {
  const Logger logger = capture.log.logger("api").unlimited();
  for (std::size_t i = 0; i < Breadcrumbs::kKept + 5; ++i) {
    logger.info("record " + std::to_string(i));
  }
  const auto all = messages("", Breadcrumbs::kKept * 2);
  ASSERT_THAT(all, SizeIs(Breadcrumbs::kKept));
  EXPECT_EQ(all.front(), "record 5");
  logger.info(std::string(Breadcrumbs::kMessageBytes - 1, 'x') + "\xC3\xA9");
  EXPECT_EQ(messages("", 1).front(), std::string(Breadcrumbs::kMessageBytes - 1, 'x'));
}

TEST_F(BreadcrumbsTest, NeverGiveAHalfWrittenRecord) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> writers;
  for (const char letter : {'a', 'b'}) {
    writers.emplace_back([&, letter] {
      const Logger logger = capture.log.logger("api").unlimited();
      const std::string text(100, letter);
      while (!stop) logger.info(text);
    });
  }
  int seen = 0;
  Breadcrumbs::Entry entry;
  while (seen < 20'000) {
    if (!ring->read(static_cast<std::size_t>(seen) % 8, entry)) {
      std::this_thread::yield();
      continue;
    }
    ++seen;
    const std::string_view text(entry.message, entry.messageSize);
    ASSERT_EQ(text.size(), 100U);
    ASSERT_EQ(text.find_first_not_of(text.front()), std::string_view::npos);
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
}

}  // namespace
}  // namespace sw::obs
