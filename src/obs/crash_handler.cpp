#include "obs/crash_handler.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <typeinfo>

#include "base/text.h"
#include "obs/backtrace.h"
#include "obs/breadcrumbs.h"

namespace sw::obs {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// How long writing a report may take before the process ends without the rest of it.
constexpr unsigned kPatienceSeconds = 5;
constexpr std::size_t kMaxModules = 64;
constexpr std::size_t kMaxReason = 512;

constexpr std::array kFaults = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

const char* nameOf(int signal) {
  switch (signal) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    case SIGABRT: return "SIGABRT";
    default: return "signal";
  }
}

/// What the handler needs, prepared before: it may neither allocate nor lock.
struct Prepared {
  struct Module {
    std::uint64_t begin;
    std::uint64_t end;
    char buildId[64];
    char path[256];
  };

  char folder[512];
  char version[64];
  std::array<Module, kMaxModules> modules;
  std::size_t moduleCount;
};
Prepared prepared;

std::atomic<pid_t> crashing{0};  // the thread that writes the report
// Set before the abort that an uncaught exception ends in.
char reason[kMaxReason];
std::atomic<std::size_t> reasonSize{0};

template <std::size_t N>
void put(char (&to)[N], std::string_view from) {
  const std::size_t size = std::min(from.size(), N - 1);
  std::memcpy(to, from.data(), size);
  to[size] = '\0';
}

/// Text to a file without the C library's buffers.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  Output& text(std::string_view bytes) {
    for (const char c : bytes) {
      if (size_ == sizeof buffer_) flush();
      buffer_[size_++] = c;
    }
    return *this;
  }
  /// A text that must stay in its line.
  Output& line(std::string_view bytes) {
    for (const char c : bytes) text({c == '\n' || c == '\r' || c == '\t' ? " " : &c, 1});
    return text("\n");
  }
  Output& number(std::uint64_t value, unsigned base = 10) {
    char digits[24];
    std::size_t at = sizeof digits;
    do {
      digits[--at] = "0123456789abcdef"[value % base];
      value /= base;
    } while (value > 0);
    return text({digits + at, sizeof digits - at});
  }
  void flush() {
    const char* from = buffer_;
    while (size_ > 0) {
      const ssize_t written = ::write(descriptor_, from, size_);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      from += written;
      size_ -= static_cast<std::size_t>(written);
    }
    size_ = 0;
  }

 private:
  int descriptor_;
  char buffer_[1024];
  std::size_t size_ = 0;
};

std::int64_t microsecondsNow() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

int openReport(std::int64_t now) {
  char path[sizeof prepared.folder + 64];
  const std::size_t folder = std::strlen(prepared.folder);
  std::memcpy(path, prepared.folder, folder);
  std::size_t at = folder;
  const auto add = [&](std::string_view text) {
    std::memcpy(path + at, text.data(), text.size());
    at += text.size();
  };
  const auto addNumber = [&](std::uint64_t value) {
    char digits[24];
    std::size_t begin = sizeof digits;
    do {
      digits[--begin] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value > 0);
    add({digits + begin, sizeof digits - begin});
  };
  add("/");
  addNumber(static_cast<std::uint64_t>(now));
  add("-");
  addNumber(static_cast<std::uint64_t>(getpid()));
  add(".crash");
  path[at] = '\0';
  return ::open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

void writeThread(Output& out) {
  char name[32] = "";
  const int file = ::open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC);
  ssize_t size = 0;
  if (file >= 0) {
    size = std::max<ssize_t>(::read(file, name, sizeof name), 0);
    ::close(file);
  }
  std::string_view text(name, static_cast<std::size_t>(size));
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  out.text("thread ").line(text);
}

void writeReason(Output& out, int signal, const siginfo_t* info) {
  const std::size_t size = reasonSize.load(std::memory_order_acquire);
  if (size > 0) {
    out.text("reason ").line({reason, size});
  } else if (info->si_code <= 0) {
    out.text("reason sent by process ").number(static_cast<std::uint64_t>(info->si_pid)).text("\n");
  } else if (signal == SIGSEGV || signal == SIGBUS) {
    out.text("reason access to address 0x")
        .number(reinterpret_cast<std::uintptr_t>(info->si_addr), 16)
        .text("\n");
  }
}

void writeCrumbs(Output& out) {
  Breadcrumbs::Entry entry;
  for (std::size_t age = Breadcrumbs::kKept; age-- > 0;) {
    if (!processBreadcrumbs().read(age, entry)) continue;
    out.text("crumb ").number(static_cast<std::uint64_t>(entry.microseconds)).text("\t");
    out.number(entry.level).text("\t").text({entry.component, entry.componentSize}).text("\t");
    out.text({entry.operation, entry.operationSize}).text("\t");
    out.text({entry.requestId, entry.requestIdSize}).text("\t");
    out.line({entry.message, entry.messageSize});
  }
}

/// Where the fault was; the frames above it are the handler's.
std::uint64_t placeOf(const void* context) {
  const mcontext_t& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<std::uint64_t>(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return machine.pc;
#else
  (void)machine;
  return 0;
#endif
}

void writeStack(Output& out) {
  for (std::size_t i = 0; i < prepared.moduleCount; ++i) {
    const Prepared::Module& module = prepared.modules[i];
    out.text("module ").number(module.begin, 16).text(" ").number(module.end, 16).text(" ");
    out.text(module.buildId[0] == '\0' ? "-" : module.buildId).text(" ").line(module.path);
  }
  const RawStack stack = stackHere();
  for (void* const address : stack.frames()) {
    out.text("frame ").number(reinterpret_cast<std::uintptr_t>(address), 16).text("\n");
  }
}

void writeReport(int signal, const siginfo_t* info, const void* context) {
  const std::int64_t now = microsecondsNow();
  const int file = openReport(now);
  if (file < 0) return;
  Output out(file);
  out.text("scheduling-worker crash 1\nsignal ").text(nameOf(signal)).text("\ntime ");
  out.number(static_cast<std::uint64_t>(now)).text("\nversion ").line(prepared.version);
  writeThread(out);
  writeReason(out, signal, info);
  out.text("place ").number(placeOf(context), 16).text("\n");
  writeCrumbs(out);
  out.flush();  // what is certain first: finding the stack may fault again
  writeStack(out);
  out.text("end\n").flush();
  ::fsync(file);
  ::close(file);
}

void onFault(int signal, siginfo_t* info, void* context) {
  const auto self = static_cast<pid_t>(syscall(SYS_gettid));
  pid_t nobody = 0;
  if (crashing.compare_exchange_strong(nobody, self)) {
    // Ends the process where the report cannot be finished, as when a lock is never released.
    struct sigaction usual{};
    usual.sa_handler = SIG_DFL;
    sigaction(SIGALRM, &usual, nullptr);
    alarm(kPatienceSeconds);
    writeReport(signal, info, context);
    alarm(0);
  } else if (crashing.load() != self) {
    for (;;) pause();  // another thread writes, and ends the process
  }
  // The second fault of the same thread comes here as well, and ends it with what is written.
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  sigaction(signal, &usual, nullptr);
  // A fault happens again when this returns, and keeps its place for the debugger; what was sent
  // has to be sent again.
  if (info->si_code <= 0) raise(signal);
}

[[noreturn]] void onTerminate() {
  std::string text = "terminated without an exception";
  if (const std::exception_ptr thrown = std::current_exception()) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& failure) {
      text = "uncaught " + demangled(typeid(failure).name()) + ": " + failure.what();
    } catch (...) {
      text = "uncaught exception of an unknown type";
    }
  }
  const std::size_t size = base::utf8Prefix(text, sizeof reason);
  std::memcpy(reason, text.data(), size);
  reasonSize.store(size, std::memory_order_release);
  std::abort();
}

void prepare(const CrashOptions& options) {
  put(prepared.folder, options.folder.string());
  put(prepared.version, options.version);
  prepared.moduleCount = 0;
  for (const ModuleImage& module : loadedModules()) {
    if (prepared.moduleCount == kMaxModules) break;
    Prepared::Module& kept = prepared.modules[prepared.moduleCount++];
    kept.begin = module.begin;
    kept.end = module.end;
    put(kept.buildId, module.buildId);
    put(kept.path, module.path);
  }
  stackHere();  // loads what it needs now
}

/// A stack for signals, given back when its thread ends.
class AlternateStack {
 public:
  AlternateStack() {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    size_ = kBytes + page;
    memory_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) return;
    mprotect(memory_, page, PROT_NONE);  // an overflow of this one must hit nothing
    stack_t stack{};
    stack.ss_sp = static_cast<char*>(memory_) + page;
    stack.ss_size = kBytes;
    sigaltstack(&stack, nullptr);
  }
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;
  ~AlternateStack() {
    if (memory_ == MAP_FAILED) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
    munmap(memory_, size_);
  }

 private:
  static constexpr std::size_t kBytes = std::size_t{64} << 10;

  std::size_t size_ = 0;
  void* memory_ = MAP_FAILED;
};

}  // namespace

void useAlternateStack() {
  if constexpr (!kSanitized) {
    thread_local AlternateStack stack;
    (void)stack;
  }
}

base::Result<void> installCrashHandler(const CrashOptions& options) {
  std::error_code failure;
  std::filesystem::create_directories(options.folder, failure);
  if (!failure) {
    std::filesystem::permissions(options.folder, std::filesystem::perms::owner_all, failure);
  }
  if (failure || options.folder.string().size() >= sizeof prepared.folder) {
    return base::Error(base::Code::kIo, "the folder of crash reports cannot be used: " +
                                            (failure ? failure.message() : "its name is too long"));
  }
  if constexpr (kSanitized) return {};
  prepare(options);
  useAlternateStack();
  std::set_terminate(onTerminate);
  for (const int signal : kFaults) {
    struct sigaction action{};
    action.sa_sigaction = onFault;
    // Not blocked in its own handler, so that a second fault is seen.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    if (sigaction(signal, &action, nullptr) != 0) {
      return base::Error(base::Code::kIo,
                         "faults cannot be handled: " + std::generic_category().message(errno));
    }
  }
  return {};
}

}  // namespace sw::obs
