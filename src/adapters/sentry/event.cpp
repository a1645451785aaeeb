#include "adapters/sentry/event.h"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "base/time_format.h"
#include "obs/redact.h"

namespace sw::adapters::sentry {
namespace {

using base::json::Writer;

constexpr std::size_t kMaxText = 4096;  // of a message; Sentry cuts at 8192
constexpr std::size_t kMaxShort = 200;  // of a tag, as Sentry cuts them
constexpr std::size_t kMaxCauses = 10;

std::string_view levelName(base::Severity severity) {
  switch (severity) {
    case base::Severity::kCritical: return "fatal";
    case base::Severity::kError: return "error";
    case base::Severity::kWarning: return "warning";
    case base::Severity::kInfo: return "info";
  }
  return "error";
}

std::string_view levelName(obs::Level level) {
  switch (level) {
    case obs::Level::kError: return "error";
    case obs::Level::kWarn: return "warning";
    case obs::Level::kInfo: return "info";
    case obs::Level::kDebug: return "debug";
  }
  return "info";
}

std::string hex(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

/// The identifier of debug files behind a build id: its first 16 bytes as a GUID, whose first
/// three fields are little-endian.
std::optional<std::string> debugIdOf(std::string_view buildId) {
  if (buildId.size() < 32) return std::nullopt;
  constexpr std::array kOrder = {3,  2, 1, 0,  -1, 5,  4,  -1, 7,  6,
                                 -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};
  std::string id;
  for (const int byte : kOrder) {
    if (byte < 0) {
      id += '-';
    } else {
      id += buildId.substr(static_cast<std::size_t>(byte) * 2, 2);
    }
  }
  return id;
}

/// Writes one event; whatever came from elsewhere goes through `text`.
class EventWriter {
 public:
  EventWriter(const obs::ErrorReport& report, const obs::TraceMask& mask, std::string& out)
      : report_(report), mask_(mask), json_(out) {}

  void write(std::string_view eventId, const Origin& origin) {
    json_.beginObject().field("event_id", eventId);
    json_.field("timestamp", base::formatInstant(report_.when));
    json_.field("platform", "native").field("logger", report_.component);
    json_.field("level", levelName(report_.severity));
    const bool older = !report_.version.empty();
    text("release", older ? report_.version : origin.release, kMaxShort);
    text("environment", origin.environment, kMaxShort);
    text("server_name", origin.serverName, kMaxShort);
    if (!report_.endpoint.empty()) text("transaction", report_.endpoint, kMaxShort);
    writeExceptions();
    writeThread();
    writeFingerprint();
    writeTags();
    writeUser();
    writeContexts();
    writeBreadcrumbs();
    writeImages();
    if (!report_.details.empty()) {
      json_.key("extra").beginObject();
      for (const auto& [name, value] : report_.details) member(name, value, kMaxText);
      json_.endObject();
    }
    json_.key("sdk").beginObject().field("name", kSdkName);
    text("version", origin.release, kMaxShort);
    json_.endObject().endObject();
  }

 private:
  std::string safe(std::string_view given, std::size_t limit) const {
    std::string text = mask_.text(given);
    if (text.size() > limit) {
      text.resize(base::utf8Prefix(text, limit));
      text += "...";
    }
    return text;
  }
  void text(std::string_view key, std::string_view given, std::size_t limit) {
    json_.field(key, safe(given, limit));
  }
  /// A member whose name is not ours: the value of a secret's name is left out.
  void member(std::string_view name, std::string_view value, std::size_t limit) {
    const std::string key = safe(name, kMaxShort);
    if (obs::Redactor::isSecretName(name)) {
      json_.field(key, obs::Redactor::kMask);
    } else {
      text(key, value, limit);
    }
  }

  void writeExceptions() {
    // Sentry wants what happened first to stand first.
    json_.key("exception").beginObject().key("values").beginArray();
    const std::size_t causes = std::min(report_.causes.size(), kMaxCauses);
    for (std::size_t i = causes; i-- > 0;) {
      json_.beginObject();
      text("type", report_.causes[i].type, kMaxShort);
      text("value", report_.causes[i].message, kMaxText);
      json_.endObject();
    }
    json_.beginObject();
    text("type", report_.type, kMaxShort);
    text("value", report_.message, kMaxText);
    json_.key("mechanism").beginObject();
    json_.field("type", report_.crash ? "signalhandler" : "generic");
    json_.field("handled", !report_.crash).endObject();
    writeStack();
    json_.endObject().endArray().endObject();
  }

  void writeStack() {
    if (report_.stack.empty()) return;
    json_.key("stacktrace").beginObject().key("frames").beginArray();
    const std::string program = report_.images.empty() ? std::string() : report_.images[0].path;
    for (std::size_t i = report_.stack.size(); i-- > 0;) {  // the outermost first
      const obs::StackFrame& frame = report_.stack[i];
      json_.beginObject().field("instruction_addr", hex(frame.address));
      if (!frame.function.empty()) text("function", frame.function, 1000);
      if (!frame.module.empty()) {
        text("package", frame.module, kMaxShort);
        if (!program.empty()) json_.field("in_app", frame.module == program);
      }
      json_.endObject();
    }
    json_.endArray().endObject();
  }

  void writeThread() {
    if (report_.thread.empty()) return;
    json_.key("threads").beginObject().key("values").beginArray().beginObject();
    json_.field("id", std::int64_t{0});
    text("name", report_.thread, kMaxShort);
    json_.field("crashed", report_.crash).field("current", true);
    json_.endObject().endArray().endObject();
  }

  void writeFingerprint() {
    json_.key("fingerprint").beginArray();
    for (const std::string& part : report_.fingerprint) json_.string(safe(part, kMaxText));
    json_.endArray();
  }

  void writeTags() {
    json_.key("tags").beginObject();
    text("component", report_.component, kMaxShort);
    text("errorType", report_.type, kMaxShort);
    if (!report_.endpoint.empty()) text("endpoint", report_.endpoint, kMaxShort);
    if (!report_.operation.empty()) text("operation", report_.operation, kMaxShort);
    if (!report_.requestId.empty()) text("requestId", report_.requestId, kMaxShort);
    json_.endObject();
  }

  void writeUser() {
    if (report_.userId.empty()) return;
    json_.key("user").beginObject().field("id", mask_.user(report_.userId)).endObject();
  }

  void writeContexts() {
    json_.key("contexts").beginObject();
    if (!report_.traceId.empty()) {
      json_.key("trace").beginObject().field("type", "trace");
      json_.field("trace_id", report_.traceId).field("span_id", report_.spanId).endObject();
    }
    utsname system{};
    if (uname(&system) == 0) {
      json_.key("os").beginObject().field("type", "os");
      text("name", system.sysname, kMaxShort);
      text("version", system.release, kMaxShort);
      json_.endObject();
    }
    json_.endObject();
  }

  void writeBreadcrumbs() {
    if (report_.breadcrumbs.empty()) return;
    json_.key("breadcrumbs").beginObject().key("values").beginArray();
    for (const obs::Breadcrumb& crumb : report_.breadcrumbs) {
      json_.beginObject().field("timestamp", base::formatInstant(crumb.when));
      json_.field("level", levelName(crumb.level)).field("type", "default");
      text("category", crumb.component, kMaxShort);
      text("message", crumb.message, kMaxText);
      if (!crumb.operation.empty() || !crumb.requestId.empty()) {
        json_.key("data").beginObject();
        if (!crumb.operation.empty()) text("operation", crumb.operation, kMaxShort);
        if (!crumb.requestId.empty()) text("requestId", crumb.requestId, kMaxShort);
        json_.endObject();
      }
      json_.endObject();
    }
    json_.endArray().endObject();
  }

  void writeImages() {
    if (report_.images.empty()) return;
    json_.key("debug_meta").beginObject().key("images").beginArray();
    for (const obs::ModuleImage& image : report_.images) {
      json_.beginObject().field("type", "elf").field("image_addr", hex(image.begin));
      json_.field("image_size", static_cast<std::int64_t>(image.end - image.begin));
      text("code_file", image.path, kMaxShort);
      if (!image.buildId.empty()) json_.field("code_id", image.buildId);
      if (const auto id = debugIdOf(image.buildId)) json_.field("debug_id", *id);
      json_.endObject();
    }
    json_.endArray().endObject();
  }

  const obs::ErrorReport& report_;
  const obs::TraceMask& mask_;
  Writer json_;
};

}  // namespace

std::string eventPayload(const obs::ErrorReport& report, std::string_view eventId,
                         const Origin& origin, const obs::TraceMask& mask) {
  std::string out;
  EventWriter(report, mask, out).write(eventId, origin);
  return out;
}

std::string clientReportPayload(const Discarded& discarded, base::Instant now) {
  std::string out;
  Writer json(out);
  json.beginObject().field("timestamp", base::formatInstant(now));
  json.key("discarded_events").beginArray();
  for (const auto& [reason, quantity] : discarded) {
    json.beginObject().field("reason", reason).field("category", "error");
    json.field("quantity", static_cast<std::int64_t>(quantity)).endObject();
  }
  json.endArray().endObject();
  return out;
}

Envelope::Envelope(std::string_view eventId, std::string_view release, base::Instant now) {
  Writer json(text_);
  json.beginObject();
  if (!eventId.empty()) json.field("event_id", eventId);
  json.field("sent_at", base::formatInstant(now));
  json.key("sdk").beginObject().field("name", kSdkName).field("version", release).endObject();
  json.endObject();
  text_ += '\n';
}

void Envelope::add(std::string_view type, std::string_view payload) {
  Writer json(text_);
  json.beginObject().field("type", type);
  json.field("length", static_cast<std::int64_t>(payload.size()));
  json.field("content_type", "application/json").endObject();
  text_ += '\n';
  text_ += payload;
  text_ += '\n';
}

}  // namespace sw::adapters::sentry
