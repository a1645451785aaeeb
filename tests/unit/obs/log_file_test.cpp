#include "obs/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::string contentOf(const fs::path& path) {
  std::string text;
  gzFile in = gzopen(path.c_str(), "rb");  // reads plain files too
  char piece[4096];
  for (int read = 0; in != nullptr && (read = gzread(in, piece, sizeof piece)) > 0;) {
    text.append(piece, static_cast<std::size_t>(read));
  }
  if (in != nullptr) gzclose(in);
  return text;
}

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    std::string pattern = (fs::temp_directory_path() / "sw-log-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~LogFileTest() override { fs::remove_all(folder_); }

  std::unique_ptr<LogFile> open(LogRotation rotation) {
    auto file = LogFile::open(filePath(), rotation, clock_);
    EXPECT_TRUE(file.ok());
    return file.ok() ? *std::move(file) : nullptr;
  }
  [[nodiscard]] std::string filePath() const { return (folder_ / "deep/service.log").string(); }
  std::vector<std::string> names() {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_ / "deep")) {
      found.push_back(entry.path().filename().string());
    }
    std::ranges::sort(found);
    return found;
  }

  fs::path folder_;
  fakes::FakeClock clock_;
};

TEST_F(LogFileTest, AppendsToWhatIsThere) {
  for (const std::string line : {"one\n", "two\n"}) {
    EXPECT_EQ(open({})->append(line), line.size());
  }
  EXPECT_EQ(contentOf(filePath()), "one\ntwo\n");
  EXPECT_EQ(fs::status(filePath()).permissions(), fs::perms(0640));
}

TEST_F(LogFileTest, NamesAFileThatCannotBeOpened) {
  const auto failed = openLogSink(folder_.string(), {}, clock_);
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().message(), HasSubstr(folder_.string()));
}

TEST_F(LogFileTest, IsPutAsideBeforeItGrowsTooLong) {
  const auto file = open({.maxBytes = 10});
  file->append("12345\n");
  file->append("1234\n");
  file->append("x\n");
  file->archive().sweep();
  EXPECT_THAT(names(), ElementsAre("service.log", "service.log.20260105T090000Z.gz"));
  EXPECT_EQ(contentOf(folder_ / "deep/service.log.20260105T090000Z.gz"), "12345\n");
  EXPECT_EQ(contentOf(filePath()), "1234\nx\n");
}

TEST_F(LogFileTest, IsPutAsideWhenItIsOldButNotWhenEmpty) {
  const auto file = open({.maxAge = 24h});
  clock_.advance(48h);
  file->append("late\n");  // into the empty file
  file->append("same\n");
  file->archive().sweep();
  EXPECT_EQ(names().size(), 2U) << "its age counts from its making";
  clock_.advance(23h);
  file->append("still\n");
  file->archive().sweep();
  EXPECT_EQ(names().size(), 2U);
  clock_.advance(1h);
  file->append("next day\n");
  file->archive().sweep();
  EXPECT_EQ(names().size(), 3U);
  EXPECT_EQ(contentOf(filePath()), "next day\n");
}

TEST_F(LogFileTest, KeepsTheNewestAndRemovesOthers) {
  const auto file = open({.maxBytes = 4, .keep = 2});
  for (int i = 0; i < 6; ++i) {
    file->append("ab" + std::to_string(i) + "\n");
    clock_.advance(1s);
  }
  file->archive().sweep();
  EXPECT_THAT(names(), ElementsAre("service.log", "service.log.20260105T090004Z.gz",
                                   "service.log.20260105T090005Z.gz"));
}

TEST_F(LogFileTest, TellsFilesOfOneSecondApart) {
  const auto file = open({.maxBytes = 4});
  for (int i = 0; i < 4; ++i) file->append("ab" + std::to_string(i) + "\n");
  file->archive().sweep();
  EXPECT_THAT(names(), ElementsAre("service.log", "service.log.20260105T090000Z-001.gz",
                                   "service.log.20260105T090000Z-002.gz",
                                   "service.log.20260105T090000Z.gz"));
}

TEST_F(LogFileTest, TidiesUpWhatACrashLeft) {
  static_cast<void>(open({}));
  const auto put = [this](const std::string& name, const std::string& text) {
    std::ofstream(folder_ / "deep" / name) << text;
  };
  put("service.log.20260101T000000Z", "was not compressed\n");
  put("service.log.20260102T000000Z.gz.tmp", "half");
  put("service.log.20260102T000000Z", "was being compressed\n");
  put("service.log.20260103T000000Z", "was compressed\n");
  put("service.log.20260103T000000Z.gz", "was compressed\n");
  put("service.log.old", "somebody else's\n");
  put("other.log.20260101T000000Z", "of another log\n");
  LogArchive(filePath(), 14).sweep();
  EXPECT_THAT(names(),
              ElementsAre("other.log.20260101T000000Z", "service.log",
                          "service.log.20260101T000000Z.gz", "service.log.20260102T000000Z.gz",
                          "service.log.20260103T000000Z.gz", "service.log.old"));
  EXPECT_EQ(contentOf(folder_ / "deep/service.log.20260102T000000Z.gz"), "was being compressed\n");
}

TEST_F(LogFileTest, GoesOnInANewFileAfterItsOwnWasMoved) {
  const auto file = open({});
  file->append("before\n");
  fs::rename(filePath(), filePath() + ".1");
  file->append("between\n");
  file->reopen();
  file->append("after\n");
  EXPECT_EQ(contentOf(filePath() + ".1"), "before\nbetween\n");
  EXPECT_EQ(contentOf(filePath()), "after\n");
}

TEST_F(LogFileTest, StaysWithItsFileWhenAnotherCannotBeOpened) {
  const auto file = open({});
  fs::rename(folder_ / "deep", folder_ / "moved");
  file->reopen();
  EXPECT_THAT(file->trouble(), HasSubstr("cannot be opened"));
  EXPECT_EQ(file->append("still\n"), 6U);
  EXPECT_EQ(contentOf(folder_ / "moved/service.log"), "still\n");
  EXPECT_FALSE(file->trouble().empty());
  fs::create_directory(folder_ / "deep");
  clock_.advance(10s);
  EXPECT_EQ(file->append("new\n"), 4U);
  EXPECT_TRUE(file->trouble().empty());
  EXPECT_EQ(contentOf(filePath()), "new\n");
}

/// Lets no file grow beyond a size, as a full disk does.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &former_);
    signal_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{bytes, former_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    std::signal(SIGXFSZ, signal_);
  }

 private:
  rlimit former_{};
  void (*signal_)(int) = SIG_DFL;
};

TEST_F(LogFileTest, TakesBackTheLineThatTheDiskHadNoRoomFor) {
  const auto file = open({});
  {
    const SmallDisk disk(16);
    EXPECT_EQ(file->append("0123456\n0123\n0123456\n"), 13U);
    EXPECT_FALSE(file->trouble().empty());
    EXPECT_EQ(contentOf(filePath()), "0123456\n0123\n");
  }
  EXPECT_EQ(file->append("again\n"), 6U);
  EXPECT_TRUE(file->trouble().empty());
  EXPECT_EQ(contentOf(filePath()), "0123456\n0123\nagain\n");
}

TEST_F(LogFileTest, CountsWhatAFullDiskLost) {
  Instruments obs;
  std::vector<std::string> notices;
  auto sink = openLogSink(filePath(), {}, clock_);
  ASSERT_TRUE(sink.ok());
  Log log({.notice = [&](const std::string& what) { notices.push_back(what); }}, *std::move(sink),
          {}, obs.clock, obs.catalog);
  const Logger logger = log.logger("x").unlimited();
  {
    const SmallDisk disk(1000);
    for (int i = 0; i < 100; ++i) logger.info("m", {field("i", i)});
    log.flush();
    EXPECT_EQ(notices.size(), 1U);
    EXPECT_TRUE(log.trouble().has_value());
  }
  logger.info("kept");
  log.flush();
  std::istringstream written(contentOf(filePath()));
  std::size_t lines = 0;
  for (std::string line; std::getline(written, line); ++lines) {
    EXPECT_TRUE(base::json::Document::parse(line).ok()) << line;
  }
  EXPECT_EQ(obs.sample("scheduling_telemetry_exported_total{signal=\"logs\"}"),
            std::to_string(lines));
  EXPECT_EQ(obs.sample("scheduling_telemetry_emitted_total{signal=\"logs\"}"), "102");
  EXPECT_EQ(
      obs.sample("scheduling_telemetry_dropped_total{signal=\"logs\",reason=\"export_failed\"}"),
      std::to_string(102 - lines));
  EXPECT_FALSE(log.trouble().has_value());
}

TEST_F(LogFileTest, LosesNothingWhenItRotatesUnderManyThreads) {
  Instruments obs;
  {
    auto sink = openLogSink(filePath(), {.maxBytes = 64 * 1024, .keep = 1000}, clock_);
    ASSERT_TRUE(sink.ok());
    Log log({.bufferBytes = 4 << 20}, *std::move(sink), {}, obs.clock, obs.catalog);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&log, t] {
        const Logger logger = log.logger("t").unlimited();
        for (int i = 0; i < 3000; ++i) logger.info("m", {field("n", t * 3000 + i)});
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  LogArchive archive(filePath(), 1000);
  archive.sweep();
  std::vector<fs::path> files = archive.list();
  EXPECT_GE(files.size(), 2U);
  files.emplace_back(filePath());
  std::vector<bool> seen(9000, false);
  for (const fs::path& file : files) {
    std::istringstream text(contentOf(file));
    for (std::string line; std::getline(text, line);) {
      const auto document = base::json::Document::parse(line);
      ASSERT_TRUE(document.ok()) << line;
      seen.at(static_cast<std::size_t>(*document->root().find("n").asInteger())) = true;
    }
  }
  EXPECT_EQ(std::ranges::count(seen, true), 9000);
}

}  // namespace
}  // namespace sw::obs
