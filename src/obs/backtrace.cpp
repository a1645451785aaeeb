#include "obs/backtrace.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <execinfo.h>
#include <link.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>
#include <mutex>
#include <system_error>

namespace sw::obs {
namespace {

/// The question to another thread. One at a time; static, so that a thread that answers too late
/// still writes into living memory.
struct Question {
  enum State : int { kIdle, kAsked, kAnswering };

  std::mutex oneAtATime;
  std::atomic<int> state{kIdle};
  std::atomic<pid_t> thread{0};
  RawStack answer;
  sem_t answered{};
};
Question question;

int questionSignal() { return SIGRTMIN + 4; }

pid_t thisThread() { return static_cast<pid_t>(syscall(SYS_gettid)); }

void answer(int) {
  const int former = errno;
  int asked = Question::kAsked;
  if (question.thread.load(std::memory_order_acquire) == thisThread() &&
      question.state.compare_exchange_strong(asked, Question::kAnswering,
                                             std::memory_order_acq_rel)) {
    question.answer = stackHere();
    sem_post(&question.answered);
  }
  errno = former;
}

bool listen() {
  static const bool listening = [] {
    stackHere();  // loads what it needs outside of a signal handler
    sem_init(&question.answered, 0, 0);
    struct sigaction action{};
    action.sa_handler = answer;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    return sigaction(questionSignal(), &action, nullptr) == 0;
  }();
  return listening;
}

/// False when nobody answers within `patience`.
bool waitForAnswer(std::chrono::milliseconds patience) {
  timespec until{};
  clock_gettime(CLOCK_MONOTONIC, &until);
  constexpr long kSecond = 1'000'000'000;
  until.tv_nsec += static_cast<long>(patience.count() % 1000) * 1'000'000;
  until.tv_sec += patience.count() / 1000 + until.tv_nsec / kSecond;
  until.tv_nsec %= kSecond;
  while (sem_clockwait(&question.answered, CLOCK_MONOTONIC, &until) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

/// The build id in a module's notes, see elf(5).
std::string buildIdIn(const char* notes, std::size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, notes, sizeof note);
    const auto padded = [](std::size_t bytes) { return (bytes + 3) & ~std::size_t{3}; };
    const std::size_t whole = sizeof note + padded(note.n_namesz) + padded(note.n_descsz);
    if (whole > size) break;
    const char* name = notes + sizeof note;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
      std::string hex;
      for (std::size_t i = 0; i < note.n_descsz; ++i) {
        constexpr char kDigits[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(name[padded(note.n_namesz) + i]);
        hex += kDigits[byte >> 4U];
        hex += kDigits[byte & 15U];
      }
      return hex;
    }
    notes += whole;
    size -= whole;
  }
  return {};
}

std::string programFile() {
  std::error_code failure;
  auto path = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? std::string("program") : path.string();
}

int addModule(dl_phdr_info* info, std::size_t, void* user) {
  auto& modules = *static_cast<std::vector<ModuleImage>*>(user);
  ModuleImage module;
  const bool program = modules.empty();
  module.path = program ? programFile() : info->dlpi_name;
  if (module.path.empty()) return 0;
  module.begin = info->dlpi_addr;
  module.end = info->dlpi_addr;
  for (ElfW(Half) i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    const std::uint64_t at = info->dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD) module.end = std::max(module.end, at + header.p_memsz);
    if (header.p_type == PT_NOTE && module.buildId.empty()) {
      // NOLINTNEXTLINE(performance-no-int-to-ptr): an address in this process
      module.buildId = buildIdIn(reinterpret_cast<const char*>(at), header.p_memsz);
    }
  }
  modules.push_back(std::move(module));
  return 0;
}

}  // namespace

RawStack stackHere() noexcept {
  RawStack stack;
  const int found = ::backtrace(stack.addresses.data(), static_cast<int>(RawStack::kMax));
  stack.size = static_cast<std::size_t>(std::max(found, 0));
  return stack;
}

std::optional<RawStack> stackOf(pid_t thread, std::chrono::milliseconds patience) {
  const std::lock_guard lock(question.oneAtATime);
  if (!listen()) return std::nullopt;
  question.thread.store(thread, std::memory_order_release);
  question.state.store(Question::kAsked, std::memory_order_release);
  // Not pthread_kill: the thread may have ended, which the kernel's number survives.
  if (syscall(SYS_tgkill, getpid(), thread, questionSignal()) != 0) {
    question.state.store(Question::kIdle);
    return std::nullopt;
  }
  bool answered = waitForAnswer(patience);
  int asked = Question::kAsked;
  if (!answered && !question.state.compare_exchange_strong(asked, Question::kIdle)) {
    // It has just begun, and needs no time that could be long.
    answered = waitForAnswer(std::chrono::seconds(1));
  }
  if (!answered) return std::nullopt;
  question.state.store(Question::kIdle);
  return question.answer;
}

std::string demangled(const char* symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(symbol, nullptr, nullptr, &status), &std::free);
  return status == 0 && text ? std::string(text.get()) : std::string(symbol);
}

std::vector<StackFrame> resolve(std::span<void* const> addresses) {
  std::vector<StackFrame> stack;
  const std::vector<ModuleImage> modules = loadedModules();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    StackFrame frame;
    frame.address = reinterpret_cast<std::uintptr_t>(addresses[i]);
    for (const ModuleImage& module : modules) {
      if (frame.address < module.begin || frame.address >= module.end) continue;
      frame.module = module.path;
      frame.moduleOffset = frame.address - module.begin;
    }
    Dl_info info{};
    // A return address may lie behind the last instruction of its function.
    const auto* inside = static_cast<const char*>(addresses[i]) - (i > 0 ? 1 : 0);
    if (dladdr(inside, &info) != 0 && info.dli_sname != nullptr) {
      frame.function = demangled(info.dli_sname);
    }
    stack.push_back(std::move(frame));
  }
  return stack;
}

std::vector<ModuleImage> loadedModules() {
  std::vector<ModuleImage> modules;
  dl_iterate_phdr(addModule, &modules);
  return modules;
}

std::string describeStack(std::span<const StackFrame> stack) {
  std::string out;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const StackFrame& frame = stack[i];
    if (i > 0) out += '\n';
    out += '#' + std::to_string(i) + ' ';
    out += frame.function.empty() ? std::string("??") : frame.function;
    char offset[32];
    if (frame.module.empty()) {
      std::snprintf(offset, sizeof offset, "0x%llx",
                    static_cast<unsigned long long>(frame.address));
      out += std::string(" (") + offset + ')';
    } else {
      std::snprintf(offset, sizeof offset, "+0x%llx",
                    static_cast<unsigned long long>(frame.moduleOffset));
      out += " (" + std::filesystem::path(frame.module).filename().string() + offset + ')';
    }
  }
  return out;
}

}  // namespace sw::obs
