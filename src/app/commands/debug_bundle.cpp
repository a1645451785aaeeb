#include "app/commands/debug_bundle.h"

#include <sys/utsname.h>

#include <array>
#include <chrono>
#include <fstream>
#include <utility>

#include "app/build_info.h"
#include "app/commands/tar_archive.h"
#include "app/data_folder.h"
#include "app/doctor/doctor.h"
#include "app/doctor/running_service.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time_format.h"
#include "obs/kernel_files.h"
#include "obs/redact.h"

namespace sw::app {

using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr std::streamoff kLogTail = std::streamoff{2} << 20;
constexpr auto kPatience = 5s;
constexpr auto kProfilePatience = 15s;

/// What the running service is asked for.
struct Question {
  std::string_view part;
  std::string_view path;
  std::chrono::milliseconds patience = kPatience;
  bool isText = true;
};

constexpr std::array<Question, 11> kQuestions{{
    {.part = "health.json", .path = "/health"},
    {.part = "health-ready.json", .path = "/health/ready"},
    {.part = "health-live.json", .path = "/health/live"},
    {.part = "requests.json", .path = "/debug/requests"},
    {.part = "alerts.json", .path = "/debug/alerts"},
    {.part = "log-level.json", .path = "/debug/log-level"},
    {.part = "running-config.json", .path = "/debug/config"},
    {.part = "heap.txt", .path = "/debug/pprof/heap"},
    {.part = "growth.txt", .path = "/debug/pprof/growth"},
    {.part = "profile.prof",
     .path = "/debug/pprof/profile?seconds=5",
     .patience = kProfilePatience,
     .isText = false},
    {.part = "cmdline.txt", .path = "/debug/pprof/cmdline"},
}};

std::string versionJson() {
  utsname system{};
  uname(&system);
  std::string text;
  base::json::Writer writer(text);
  writer.beginObject()
      .field("version", buildInfo().version)
      .field("revision", buildInfo().revision)
      .field("compiler", buildInfo().compiler)
      .field("system", system.sysname)
      .field("kernel", system.release)
      .field("machine", system.machine)
      .endObject();
  return text;
}

std::string limitsText() {
  std::string text;
  for (const char* file : {"/proc/self/limits", "/proc/self/cgroup", "/proc/meminfo",
                           "/proc/loadavg", "/proc/pressure/memory", "/proc/pressure/cpu"}) {
    const auto contents = obs::readKernelFile(file);
    if (contents) text.append("== ").append(file).append("\n").append(*contents) += '\n';
  }
  return text;
}

/// The last whole lines of a file.
std::string tailOf(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(0, std::ios::end);
  const std::streamoff size = in.tellg();
  if (size <= 0) return {};
  const std::streamoff begin = std::max<std::streamoff>(0, size - kLogTail);
  std::string text(static_cast<std::size_t>(size - begin), '\0');
  in.seekg(begin);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (begin > 0) text.erase(0, text.find('\n') + 1);
  return text;
}

obs::Redactor redactorOf(const base::LoadedConfig& loaded) {
  obs::Redactor redactor;
  for (const std::string& secret : loaded.secrets()) redactor.addSecret(secret);
  // Those that the program made for itself, and whoever runs this may read.
  const std::filesystem::path folder = loaded.config.data.directory;
  for (const char* name : {"jwt-secret", "token-encryption-key", "vapid-key"}) {
    const auto text = readSmallFile(folder / name);
    if (text.ok()) redactor.addSecret(base::trim(*text));
  }
  return redactor;
}

/// Writes `value` with its texts redacted one by one, so that what was JSON stays JSON.
void writeRedacted(base::json::Writer& writer, std::string_view name, base::json::Value value,
                   const obs::Redactor& redactor) {
  if (const auto text = value.asString()) {
    const bool secret = obs::Redactor::isSecretName(name);
    writer.string(secret ? std::string(obs::Redactor::kMask) : redactor.redact(*text));
  } else if (value.isObject()) {
    writer.beginObject();
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto [member, below] = value.memberAt(i);
      writer.key(member);
      writeRedacted(writer, member, below, redactor);
    }
    writer.endObject();
  } else if (value.isArray()) {
    writer.beginArray();
    for (std::size_t i = 0; i < value.size(); ++i) {
      writeRedacted(writer, name, value.at(i), redactor);
    }
    writer.endArray();
  } else {
    writer.raw(value.serialize());
  }
}

std::string redacted(std::string_view name, const std::string& contents,
                     const obs::Redactor& redactor) {
  if (name.ends_with(".json")) {
    if (const auto document = base::json::Document::parse(contents); document.ok()) {
      std::string text;
      base::json::Writer writer(text);
      writeRedacted(writer, {}, document->root(), redactor);
      return text;
    }
  }
  return redactor.redact(contents);
}

}  // namespace

DebugBundle::DebugBundle(base::Instant made) : made_(made), name_("scheduling-worker-debug-") {
  base::appendBasicUtc(name_, std::chrono::floor<std::chrono::seconds>(made));
}

DebugBundle DebugBundle::gather(const base::LoadedConfig& loaded, const base::Clock& clock) {
  DebugBundle bundle(clock.now());
  const obs::Redactor redactor = redactorOf(loaded);
  std::string index = "What is here, and what could not be had.\n\n";
  const auto add = [&](std::string_view name, std::string contents, bool isText = true) {
    index.append(name).append(": ").append(std::to_string(contents.size())).append(" bytes\n");
    if (isText) contents = redacted(name, contents, redactor);
    bundle.parts_.push_back({std::string(name), std::move(contents)});
  };
  add("version.json", versionJson());
  add("config.json", base::maskedConfig(loaded));
  add("limits.txt", limitsText());
  const Findings findings = examine(loaded, clock);
  add("doctor.txt", doctorText(findings, false));
  add("doctor.json", doctorJson(findings));

  RunningService service(loaded.config.operations);
  const auto ask = [&](const Question& question, const std::string& path) {
    const auto answer = service.get(path, question.patience);
    if (!answer.ok()) {
      index.append(question.part).append(": ").append(answer.error().describe()) += '\n';
    } else if (answer->status == 200 || path.starts_with("/health")) {
      add(question.part, answer->body, question.isText);
    } else {
      index.append(question.part).append(": the service answered ");
      index.append(std::to_string(answer->status)) += '\n';
    }
    return answer.ok();
  };
  // When nobody answers the first question, the others are not asked: each would wait.
  if (ask({.part = "metrics.txt", .path = {}}, loaded.config.operations.metricsPath)) {
    for (const Question& question : kQuestions) ask(question, std::string(question.path));
  }
  const std::string& log = loaded.config.logging.destination;
  if (log == "stdout" || log == "stderr") {
    index.append("log.txt: the log goes to " + log + "; whoever takes it there has it\n");
  } else {
    add("log.txt", tailOf(log));
  }
  bundle.parts_.push_back({"index.txt", redactor.redact(index)});
  return bundle;
}

Result<void> DebugBundle::save(const std::string& path) const {
  SW_TRY(OutputFile file, OutputFile::open(path));
  TarArchive archive(file, name_, made_);
  for (const Part& part : parts_) SW_CHECK(archive.add(part.name, part.contents));
  SW_CHECK(archive.finish());
  return file.finish();
}

}  // namespace sw::app
