#include "obs/span_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>

#include "unit/obs/trace_fixture.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = ExportOutcome::Kind;

/// A receiver that a test directs.
class FakeReceiver {
 public:
  using Answer = std::function<ExportOutcome(int call, std::size_t spans)>;

  class Exporter final : public SpanExporter {
   public:
    explicit Exporter(FakeReceiver& receiver) : receiver_(receiver) {}
    ExportOutcome send(std::span<const std::shared_ptr<KeptTrace>> batch,
                       std::chrono::milliseconds timeout) override {
      return receiver_.take(batch, timeout);
    }
    void abort() noexcept override { receiver_.abort(); }

   private:
    FakeReceiver& receiver_;
  };

  std::unique_ptr<SpanExporter> exporter() { return std::make_unique<Exporter>(*this); }

  ExportOutcome take(std::span<const std::shared_ptr<KeptTrace>> batch,
                     std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    std::size_t spans = 0;
    for (const auto& trace : batch) {
      EXPECT_TRUE(trace->masked);
      spans += trace->spanCount();
    }
    batches.push_back(spans);
    changed_.notify_all();
    if (stalls) {
      changed_.wait_for(lock, timeout, [this] { return aborted_ || !stalls; });
      if (stalls) return {.kind = Kind::kAgain, .reason = "no answer"};
    }
    return answer(static_cast<int>(batches.size()), spans);
  }
  void abort() {
    const std::lock_guard lock(mutex_);
    aborted_ = true;
    changed_.notify_all();
  }
  /// Waits until there were so many calls.
  bool waitForCalls(std::size_t calls) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return batches.size() >= calls; });
  }
  void release() {
    const std::lock_guard lock(mutex_);
    stalls = false;
    changed_.notify_all();
  }

  Answer answer = [](int, std::size_t) { return ExportOutcome{}; };
  std::vector<std::size_t> batches;  // spans of each call
  bool stalls = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool aborted_ = false;
};

SpanQueueOptions quick() {
  SpanQueueOptions options;
  options.maxSpans = 64;
  options.batchSpans = 16;
  options.scheduleDelay = 1ms;
  options.firstBackoff = 1ms;
  options.maxBackoff = 2ms;
  return options;
}

struct SpanQueueTest : testing::Test {
  void open(SpanQueueOptions options) {
    queue = std::make_unique<SpanQueue>(options, receiver.exporter(), mask, obs.catalog,
                                        capture.log.logger("tracing"));
  }
  void push(std::size_t spans, std::uint32_t lost = 0) {
    auto trace = std::make_shared<KeptTrace>();
    trace->id = newTraceId();
    trace->lostSpans = lost;
    for (std::size_t i = 0; i < spans; ++i) {
      trace->spans.emplace_back();
      trace->spans.back().id = newSpanId();
    }
    queue->keep(std::move(trace));
  }
  std::uint64_t count(const std::string& what, const std::string& labels = "") {
    const std::string value =
        obs.sample("scheduling_telemetry_" + what + "_total{signal=\"traces\"" + labels + "}");
    return value.empty() ? 0 : std::stoull(value);
  }
  std::uint64_t dropped(const std::string& reason) {
    return count("dropped", ",reason=\"" + reason + "\"");
  }
  std::uint64_t allDropped() {
    std::uint64_t all = 0;
    for (const auto reason : label::DropReason::kValues) all += dropped(std::string(reason));
    return all;
  }
  void expectBalance() { EXPECT_EQ(count("emitted"), count("exported") + allDropped()); }

  Instruments obs;
  LogCapture capture{obs};
  TraceMask mask{Redactor()};
  FakeReceiver receiver;
  std::unique_ptr<SpanQueue> queue;
};

TEST_F(SpanQueueTest, SendsInBatchesWithoutTearingTraces) {
  SpanQueueOptions options = quick();
  options.scheduleDelay = 1h;
  open(options);
  for (int i = 0; i < 6; ++i) push(5);
  ASSERT_TRUE(receiver.waitForCalls(1));
  queue->stop(10s);
  EXPECT_EQ(receiver.batches, (std::vector<std::size_t>{15, 15}));
  EXPECT_EQ(count("emitted"), 30U);
  EXPECT_EQ(count("exported"), 30U);
  expectBalance();
}

TEST_F(SpanQueueTest, SendsAfterTheDelayWhatFillsNoBatch) {
  open(quick());
  push(1);
  ASSERT_TRUE(receiver.waitForCalls(1));
  EXPECT_EQ(receiver.batches.at(0), 1U);
}

TEST_F(SpanQueueTest, TriesAgainWhatTheReceiverPutsOff) {
  receiver.answer = [](int call, std::size_t) {
    if (call == 1) return ExportOutcome{.kind = Kind::kLimited, .retryAfter = 1ms, .reason = "429"};
    if (call == 2) return ExportOutcome{.kind = Kind::kAgain, .reason = "503"};
    return ExportOutcome{};
  };
  open(quick());
  push(3);
  ASSERT_TRUE(receiver.waitForCalls(3));
  queue->stop(10s);
  EXPECT_EQ(count("exported"), 3U);
  EXPECT_EQ(allDropped(), 0U);
  const auto lines = capture.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr(R"("level":"WARN")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("reason":"429")"));
  EXPECT_THAT(lines[1], HasSubstr(R"("level":"INFO")"));
  EXPECT_THAT(lines[1], HasSubstr(R"("spansLost":0)"));
}

TEST_F(SpanQueueTest, DropsWhatIsRefusedAndSaysSoOnce) {
  receiver.answer = [](int, std::size_t) {
    return ExportOutcome{.kind = Kind::kRefused, .reason = "it answered 500"};
  };
  open(quick());
  for (std::size_t i = 1; i <= 5; ++i) {
    push(2);
    ASSERT_TRUE(receiver.waitForCalls(i));
  }
  queue->stop(10s);
  EXPECT_EQ(dropped("export_failed"), 10U);
  EXPECT_EQ(count("exported"), 0U);
  expectBalance();
  EXPECT_EQ(capture.lines().size(), 1U);
}

TEST_F(SpanQueueTest, CountsWhatTheReceiverRejectsOfAnAcceptedBatch) {
  receiver.answer = [](int, std::size_t) { return ExportOutcome{.rejected = 2}; };
  open(quick());
  push(5);
  ASSERT_TRUE(receiver.waitForCalls(1));
  queue->stop(10s);
  EXPECT_EQ(count("exported"), 3U);
  EXPECT_EQ(dropped("export_failed"), 2U);
  expectBalance();
}

TEST_F(SpanQueueTest, GivesABatchUpAtItsTimeOut) {
  receiver.answer = [](int, std::size_t) {
    return ExportOutcome{.kind = Kind::kLimited, .reason = "429"};
  };
  SpanQueueOptions options = quick();
  options.exportTimeout = 20ms;
  open(options);
  push(4);
  ASSERT_TRUE(receiver.waitForCalls(2));
  push(4);
  for (std::size_t calls = 3; count("dropped", ",reason=\"rate_limited\"") < 4 && calls < 200;
       ++calls) {
    ASSERT_TRUE(receiver.waitForCalls(calls));
  }
  queue->stop(10s);
  EXPECT_GE(dropped("rate_limited"), 4U);
  expectBalance();
}

TEST_F(SpanQueueTest, AStalledReceiverHoldsNobodyUpAndTheQueueStaysBounded) {
  receiver.stalls = true;
  open(quick());
  push(16);
  ASSERT_TRUE(receiver.waitForCalls(1));  // this one is on its way, and stalls
  for (int i = 0; i < 100; ++i) push(4);
  EXPECT_EQ(dropped("queue_full"), 400U - 64U);
  receiver.release();
  queue->stop(10s);
  EXPECT_EQ(count("emitted"), 416U);
  EXPECT_EQ(count("exported"), 80U);
  expectBalance();
}

TEST_F(SpanQueueTest, StopsInTimeWhenTheReceiverStalls) {
  receiver.stalls = true;
  open(quick());
  push(16);
  ASSERT_TRUE(receiver.waitForCalls(1));
  push(3);
  queue->stop(1ms);
  push(2);  // too late
  EXPECT_EQ(dropped("shutdown"), 21U);
  EXPECT_EQ(count("exported"), 0U);
  expectBalance();
}

TEST_F(SpanQueueTest, CountsSpansThatFoundNoRoomInTheirTrace) {
  open(quick());
  push(2, 7);
  ASSERT_TRUE(receiver.waitForCalls(1));
  queue->stop(10s);
  EXPECT_EQ(count("emitted"), 9U);
  EXPECT_EQ(dropped("too_large"), 7U);
  expectBalance();
}

}  // namespace
}  // namespace sw::obs
