#include "obs/log_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

/// Puts a pipe in the place of standard output.
class PipedOutput {
 public:
  PipedOutput() {
    EXPECT_EQ(::pipe2(ends_, O_CLOEXEC | O_NONBLOCK), 0);
    former_ = ::dup(STDOUT_FILENO);
    ::dup2(ends_[1], STDOUT_FILENO);
  }
  PipedOutput(const PipedOutput&) = delete;
  PipedOutput& operator=(const PipedOutput&) = delete;
  ~PipedOutput() {
    ::dup2(former_, STDOUT_FILENO);
    for (const int end : {ends_[0], ends_[1], former_}) ::close(end);
  }
  /// What has been written since the last call.
  std::string read() {
    std::string text;
    char piece[4096];
    for (ssize_t size = 0; (size = ::read(ends_[0], piece, sizeof piece)) > 0;) {
      text.append(piece, static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  int ends_[2] = {-1, -1};
  int former_ = -1;
};

std::string manyLines(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

TEST(LogSink, GivesUpAReaderThatHasStalledAndGoesOnWithAWholeLine) {
  const fakes::FakeClock clock;
  PipedOutput output;
  const auto sink = openLogSink("stdout", {}, clock);
  ASSERT_TRUE(sink.ok());
  const std::string much = manyLines(std::size_t{1} << 20);
  const std::size_t kept = (*sink)->append(much);
  EXPECT_GT(kept, 0U);
  EXPECT_LT(kept, much.size());
  EXPECT_EQ(much[kept - 1], '\n');
  EXPECT_EQ((*sink)->trouble(), "its reader has stalled");
  EXPECT_EQ((*sink)->append("lost\n"), 0U) << "and without waiting again";

  std::string got = output.read();
  EXPECT_EQ(got.substr(0, kept), much.substr(0, kept));
  EXPECT_EQ((*sink)->append("next\n"), 5U);
  EXPECT_TRUE((*sink)->trouble().empty());
  got += output.read();
  EXPECT_TRUE(got.ends_with("\nnext\n"));
}

TEST(LogSink, SaysWhyAStreamTakesNothing) {
  const fakes::FakeClock clock;
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  const int former = ::dup(STDOUT_FILENO);
  ::dup2(full, STDOUT_FILENO);
  {
    const auto sink = openLogSink("stdout", {}, clock);
    ASSERT_TRUE(sink.ok());
    EXPECT_EQ((*sink)->append("line\n"), 0U);
    EXPECT_EQ((*sink)->trouble(), "No space left on device");
  }
  ::dup2(former, STDOUT_FILENO);
  ::close(former);
  ::close(full);
}

TEST(LogSink, DoesNotHoldUpItsLogWhenItIsStalled) {
  Instruments obs;
  PipedOutput output;
  auto sink = openLogSink("stdout", {}, obs.clock);
  ASSERT_TRUE(sink.ok());
  {
    Log log({.bufferBytes = 64 * 1024 * 16, .notice = [](const std::string&) {}}, *std::move(sink),
            {}, obs.clock, obs.catalog);
    const Logger logger = log.logger("x").unlimited();
    for (int i = 0; i < 20'000; ++i) logger.info("a line", {field("i", i)});
    log.flush();
    EXPECT_TRUE(log.trouble().has_value());
    for (int i = 0; i < 100; ++i) logger.error("an error");
  }
  const std::string text = output.read();
  const auto value = [&](const std::string& series) {
    return std::stoll(obs.sample("scheduling_telemetry_" + series));
  };
  const auto exported = value("exported_total{signal=\"logs\"}");
  EXPECT_EQ(exported, std::count(text.begin(), text.end(), '\n'));
  EXPECT_EQ(value("emitted_total{signal=\"logs\"}"),
            exported + value("dropped_total{signal=\"logs\",reason=\"queue_full\"}") +
                value("dropped_total{signal=\"logs\",reason=\"export_failed\"}"));
}

}  // namespace
}  // namespace sw::obs
