#include "obs/crash_report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include "base/text.h"
#include "obs/backtrace.h"

namespace sw::obs {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view kHead = "scheduling-worker crash 1";
constexpr std::string_view kNew = ".crash";
constexpr std::string_view kLogged = ".logged";
constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxFrames = 256;

std::optional<std::uint64_t> numberIn(std::string_view text, int base = 10) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The text up to `separator`, which is taken off `rest` with it.
std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::string utf8(std::string_view text) {
  std::string out;
  base::appendAsUtf8(out, text);
  return out;
}

void readModule(std::string_view rest, CrashReport& report) {
  ModuleImage module;
  const auto begin = numberIn(cut(rest, ' '), 16);
  const auto end = numberIn(cut(rest, ' '), 16);
  const std::string_view id = cut(rest, ' ');
  if (!begin || !end || rest.empty()) return;
  module.begin = *begin;
  module.end = *end;
  if (id != "-") module.buildId = utf8(id);
  module.path = utf8(rest);
  report.images.push_back(std::move(module));
}

void readCrumb(std::string_view rest, CrashReport& report) {
  Breadcrumb crumb;
  const auto when = numberIn(cut(rest, '\t'));
  const auto level = numberIn(cut(rest, '\t'));
  if (!when || !level || *level > static_cast<std::uint64_t>(Level::kDebug)) return;
  crumb.when = base::Instant(std::chrono::microseconds(static_cast<std::int64_t>(*when)));
  crumb.level = static_cast<Level>(*level);
  crumb.component = utf8(cut(rest, '\t'));
  crumb.operation = utf8(cut(rest, '\t'));
  crumb.requestId = utf8(cut(rest, '\t'));
  crumb.message = utf8(rest);
  report.breadcrumbs.push_back(std::move(crumb));
}

void readLine(std::string_view line, CrashReport& report, std::uint64_t& place) {
  std::string_view rest = line;
  const std::string_view key = cut(rest, ' ');
  if (key == "signal") report.signal = utf8(rest);
  if (key == "version") report.version = utf8(rest);
  if (key == "thread") report.thread = utf8(rest);
  if (key == "reason") report.reason = utf8(rest);
  if (key == "place") place = numberIn(rest, 16).value_or(0);
  if (key == "module") readModule(rest, report);
  if (key == "crumb") readCrumb(rest, report);
  if (key == "time") {
    const std::uint64_t time = numberIn(rest).value_or(0);
    report.when = base::Instant(std::chrono::microseconds(static_cast<std::int64_t>(time)));
  }
  if (key == "frame" && report.stack.size() < kMaxFrames) {
    if (const auto address = numberIn(rest, 16)) {
      report.stack.emplace_back().address = *address;
    }
  }
}

/// Takes off the frames of the handler: what is above the place of the fault.
void beginAt(std::uint64_t place, CrashReport& report) {
  if (place == 0) return;
  const auto found = std::ranges::find(report.stack, place, &StackFrame::address);
  if (found == report.stack.end()) {
    report.stack.emplace(report.stack.begin())->address = place;
  } else {
    report.stack.erase(report.stack.begin(), found);
  }
}

/// Names what lies at the addresses where the same file, by its build id, is loaded now; it lies
/// elsewhere in memory than it did.
void nameFrames(CrashReport& report) {
  const std::vector<ModuleImage> loaded = loadedModules();
  for (StackFrame& frame : report.stack) {
    const auto was = std::ranges::find_if(report.images, [&](const ModuleImage& module) {
      return frame.address >= module.begin && frame.address < module.end;
    });
    if (was == report.images.end()) continue;
    frame.module = was->path;
    frame.moduleOffset = frame.address - was->begin;
    const auto is = std::ranges::find_if(loaded, [&](const ModuleImage& module) {
      return !module.buildId.empty() && module.buildId == was->buildId;
    });
    if (is == loaded.end()) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address in a file that is loaded
    void* const here = reinterpret_cast<void*>(is->begin + frame.moduleOffset);
    // Behind another frame it is taken for the return address that all but the first are.
    const std::array addresses = {here, here};
    const auto named = resolve(addresses);
    frame.function = (&frame == report.stack.data() ? named.front() : named.back()).function;
  }
}

}  // namespace

std::string CrashReport::summary() const {
  std::string text = signal.empty() ? std::string("fault") : signal;
  if (!thread.empty()) text += " in thread " + thread;
  if (!reason.empty()) text += ": " + reason;
  return text;
}

Result<CrashReport> parseCrashReport(std::string_view text) {
  if (cut(text, '\n') != kHead) return Error(Code::kMalformed, "not a crash report");
  CrashReport report;
  std::uint64_t place = 0;
  while (!text.empty()) readLine(cut(text, '\n'), report, place);
  beginAt(place, report);
  nameFrames(report);
  return report;
}

std::vector<CrashReport> readCrashReports(const fs::path& folder) {
  std::error_code failure;
  std::vector<fs::path> files;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    const fs::path extension = at->path().extension();
    if (extension == kNew || extension == kLogged) files.push_back(at->path());
  }
  // Their names begin with the time.
  std::ranges::sort(files);
  std::vector<CrashReport> reports;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (i + kMaxCrashReports < files.size()) {
      fs::remove(files[i], failure);
      continue;
    }
    std::ifstream in(files[i], std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    text.resize(std::min(text.size(), kMaxFileBytes));
    auto report = parseCrashReport(text);
    if (!report.ok()) continue;
    report->file = files[i];
    report->logged = files[i].extension() == kLogged;
    reports.push_back(*std::move(report));
  }
  return reports;
}

void markLogged(CrashReport& report) {
  fs::path renamed = report.file;
  renamed.replace_extension(kLogged);
  std::error_code failure;  // it is logged once more then, which harms nobody
  fs::rename(report.file, renamed, failure);
  if (!failure) report.file = renamed;
  report.logged = true;
}

void discard(const CrashReport& report) {
  std::error_code failure;
  fs::remove(report.file, failure);
}

}  // namespace sw::obs
