// Processes that crash: each in a child of the test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <thread>

#include "obs/backtrace.h"
#include "obs/breadcrumbs.h"
#include "obs/crash_handler.h"
#include "obs/crash_report.h"

namespace sw::obs {

/// A name that a backtrace finds, and a recursion without end.
__attribute__((noinline)) int recurseInATest(int depth) {
  volatile char room[512];
  room[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : recurseInATest(depth + 1) + room[0];
}

__attribute__((noinline)) void writeToNowhereInATest(volatile int* nowhere) { *nowhere = 1; }

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

struct CrashTest : testing::Test {
  CrashTest() {
    std::string pattern = fs::temp_directory_path() / "sw-crash-XXXXXX";
    root = ::mkdtemp(pattern.data());
    folder = root / "crashes";
  }
  ~CrashTest() override { fs::remove_all(root); }

  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer reports crashes itself";
#endif
  }
  /// Runs `crash` in a process of its own and answers the signal that ended it, 0 for none.
  int run(const std::function<void()>& crash) const {
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit noCore{0, 0};
      setrlimit(RLIMIT_CORE, &noCore);
      if (installCrashHandler({.folder = folder, .version = "7.8.9"}).ok()) crash();
      _exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  CrashReport only() const {
    auto reports = readCrashReports(folder);
    EXPECT_THAT(reports, SizeIs(1));
    return reports.empty() ? CrashReport{} : reports.front();
  }

  fs::path root;
  fs::path folder;
};

TEST_F(CrashTest, LeavesAReportOfAFaultAndEndsByIt) {
  const int signal = run([] {
    LogComponent component{"api", "\"api\"", Level::kInfo};
    const Field fields[] = {operation("read"), requestId("r-1")};
    processBreadcrumbs().record({Level::kWarn, true, base::Instant(std::chrono::seconds(5)),
                                 component, "just\tbefore", fields});
    pthread_setname_np(pthread_self(), "culprit");
    writeToNowhereInATest(reinterpret_cast<volatile int*>(16));
  });
  EXPECT_EQ(signal, SIGSEGV);
  const CrashReport report = only();
  EXPECT_EQ(report.signal, "SIGSEGV");
  EXPECT_EQ(report.version, "7.8.9");
  EXPECT_EQ(report.thread, "culprit");
  EXPECT_EQ(report.reason, "access to address 0x10");
  EXPECT_EQ(report.summary(), "SIGSEGV in thread culprit: access to address 0x10");
  EXPECT_FALSE(report.logged);
  ASSERT_GT(report.stack.size(), 2U);
  EXPECT_THAT(report.stack.front().module, HasSubstr("unit_obs"));
  ASSERT_FALSE(report.images.empty());
  EXPECT_THAT(report.images.front().buildId, SizeIs(40));
  ASSERT_THAT(report.breadcrumbs, SizeIs(1));
  EXPECT_EQ(report.breadcrumbs[0].message, "just before");
  EXPECT_EQ(report.breadcrumbs[0].component, "api");
  EXPECT_EQ(report.breadcrumbs[0].operation, "read");
  EXPECT_EQ(report.breadcrumbs[0].requestId, "r-1");
  EXPECT_EQ(report.breadcrumbs[0].level, Level::kWarn);
}

TEST_F(CrashTest, IsPrivateToTheOwner) {
  run([] { std::abort(); });
  struct stat info{};
  ASSERT_EQ(::stat(folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
  ASSERT_EQ(::stat(only().file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(CrashTest, BeginsTheStackAtTheFault) {
  run([] { writeToNowhereInATest(nullptr); });
  const CrashReport report = only();
  ASSERT_FALSE(report.stack.empty());
  const auto begin = reinterpret_cast<std::uintptr_t>(&writeToNowhereInATest);
  const std::uint64_t offset = begin - loadedModules().front().begin;
  EXPECT_GE(report.stack.front().moduleOffset, offset);
  EXPECT_LT(report.stack.front().moduleOffset, offset + 64);
}

TEST_F(CrashTest, TellsWhatAnUncaughtExceptionSaid) {
  const int signal =
      run([] { std::thread([] { throw std::runtime_error("out of\nwits"); }).join(); });
  EXPECT_EQ(signal, SIGABRT);
  EXPECT_EQ(only().reason, "uncaught std::runtime_error: out of wits");
}

TEST_F(CrashTest, HandlesAnOverflownStackOfAThread) {
  const int signal = run([] {
    std::thread([] {
      useAlternateStack();
      recurseInATest(1);
    }).join();
  });
  EXPECT_EQ(signal, SIGSEGV);
  const CrashReport report = only();
  EXPECT_GT(report.stack.size(), 10U);
}

TEST_F(CrashTest, NotesASignalFromOutside) {
  const int signal = run([] {
    ::kill(::getpid(), SIGSEGV);
    for (;;) ::pause();
  });
  EXPECT_EQ(signal, SIGSEGV);
  EXPECT_THAT(only().reason, StartsWith("sent by process "));
}

TEST_F(CrashTest, ReportsOnceWhenThreadsCrashTogether) {
  const int signal = run([] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([] { writeToNowhereInATest(nullptr); });
    }
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_EQ(signal, SIGSEGV);
  EXPECT_EQ(only().signal, "SIGSEGV");
}

TEST_F(CrashTest, RefusesAFolderThatIsNone) {
  std::ofstream(root / "file") << "x";
  EXPECT_FALSE(installCrashHandler({.folder = root / "file", .version = "1"}).ok());
}

TEST_F(CrashTest, KeepsTheNewestReportsAndTheirState) {
  fs::create_directories(folder);
  for (std::size_t i = 0; i < kMaxCrashReports + 3; ++i) {
    const std::string time = std::to_string(1'000'000 + i);
    std::ofstream(folder / (time + "-1.crash"))
        << "scheduling-worker crash 1\nsignal SIGBUS\ntime " << time << "\nend\n";
  }
  std::ofstream(folder / "notes.txt") << "not ours";
  std::ofstream(folder / "9-9.crash") << "not a report";
  auto reports = readCrashReports(folder);
  ASSERT_THAT(reports, SizeIs(kMaxCrashReports - 1));  // one of the newest is no report
  EXPECT_EQ(reports.front().when, base::Instant(std::chrono::microseconds(1'000'004)));
  EXPECT_TRUE(fs::exists(folder / "notes.txt"));
  EXPECT_FALSE(fs::exists(folder / "1000000-1.crash"));

  markLogged(reports.front());
  discard(reports.back());
  reports = readCrashReports(folder);
  ASSERT_THAT(reports, SizeIs(kMaxCrashReports - 2));
  EXPECT_TRUE(reports.front().logged);
  EXPECT_FALSE(reports.back().logged);
}

TEST(CrashReport, ReadsDamagedOnesAsFarAsTheyGo) {
  EXPECT_FALSE(parseCrashReport("").ok());
  EXPECT_FALSE(parseCrashReport("something else\n").ok());
  const auto report = parseCrashReport(
      "scheduling-worker crash 1\nsignal SIGFPE\ntime nonsense\nmodule 10 zz - x\n"
      "module 1000 2000 - /opt/a b\ncrumb 1\t9\tx\t\t\tm\ncrumb 7\t1\tapi\t\t\tm\xFF\n"
      "place 1abc\nframe 99\nframe 1abc\nframe 1ff0\nframe nonsense\nfra");
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->signal, "SIGFPE");
  EXPECT_THAT(report->images, SizeIs(1));
  ASSERT_THAT(report->stack, SizeIs(2));
  EXPECT_EQ(report->stack[0].moduleOffset, 0xabcU);
  EXPECT_EQ(report->stack[0].module, "/opt/a b");
  EXPECT_THAT(report->stack[0].function, IsEmpty());
  ASSERT_THAT(report->breadcrumbs, SizeIs(1));
  EXPECT_EQ(report->breadcrumbs[0].message, "m\xEF\xBF\xBD");
}

}  // namespace
}  // namespace sw::obs
