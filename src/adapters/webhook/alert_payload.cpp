#include "adapters/webhook/alert_payload.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "base/json.h"
#include "base/text.h"
#include "base/time_format.h"

namespace sw::adapters::webhook {
namespace {

using base::json::Writer;
using obs::AlertMessage;
using obs::AlertNote;

constexpr std::size_t kMaxSlackBytes = 3000;
/// Go's zero time, which Alertmanager gives for an alert that has not ended.
constexpr std::string_view kNoEnd = "0001-01-01T00:00:00Z";

using Labels = std::map<std::string, std::string>;

/// Slack reads &, < and > as control characters (Slack API, "Escaping text").
void appendEscaped(std::string& out, std::string_view text) {
  std::string valid;
  base::appendAsUtf8(valid, text);
  for (const char c : valid) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
}

bool isAddress(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

void appendSlackNote(std::string& out, const AlertNote& note) {
  out += note.ended ? "*RESOLVED* " : "*FIRING* ";
  appendEscaped(out, note.name);
  out += " (";
  appendEscaped(out, note.severity);
  out += ")\n";
  appendEscaped(out, note.summary);
  if (!note.description.empty()) {
    out += "\n";
    appendEscaped(out, note.description);
  }
  out += "\nInstance: ";
  appendEscaped(out, note.instance);
  for (const auto& [name, value] : note.labels) {
    if (name == "instance") continue;
    out += ", ";
    appendEscaped(out, name + ": " + value);
  }
  out += "\nSince: " + base::formatInstant(note.since);
  if (note.ended) out += ", ended: " + base::formatInstant(*note.ended);
  if (!note.runbook.empty()) {
    out += "\nRunbook: ";
    if (isAddress(note.runbook)) {
      out += '<';
      appendEscaped(out, note.runbook);
      out += '>';
    } else {
      appendEscaped(out, note.runbook);
    }
  }
}

/// The fingerprint as Alertmanager writes one: 16 hexadecimal digits of FNV-1a (64 bit).
std::string shortFingerprint(std::string_view fingerprint) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : fingerprint) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; hash >>= 4) text[i] = "0123456789abcdef"[hash & 15];
  return text;
}

Labels labelsOf(const AlertMessage& message, const AlertNote& note) {
  Labels labels{{"alertname", note.name}, {"severity", note.severity}, {"job", message.service}};
  labels.emplace("instance", note.instance);
  for (const auto& [name, value] : note.labels) labels.insert_or_assign(name, value);
  return labels;
}

Labels annotationsOf(const AlertNote& note) {
  Labels annotations{{"summary", note.summary}};
  if (!note.description.empty()) annotations.emplace("description", note.description);
  if (!note.runbook.empty()) annotations.emplace("runbook_url", note.runbook);
  return annotations;
}

void write(Writer& json, std::string_view name, const Labels& labels) {
  json.key(name).beginObject();
  for (const auto& [key, value] : labels) {
    std::string valid;
    base::appendAsUtf8(valid, value);
    json.field(key, valid);
  }
  json.endObject();
}

void keepCommon(Labels& common, const Labels& other) {
  std::erase_if(common, [&](const auto& label) {
    const auto found = other.find(label.first);
    return found == other.end() || found->second != label.second;
  });
}

}  // namespace

std::string slackPayload(const AlertMessage& message) {
  std::string text;
  std::size_t written = 0;
  for (const AlertNote& note : message.notes) {
    std::string one;
    appendSlackNote(one, note);
    if (written > 0 && text.size() + one.size() > kMaxSlackBytes) break;
    if (written > 0) text += "\n\n";
    text += one.substr(0, base::utf8Prefix(one, kMaxSlackBytes));
    ++written;
  }
  if (written < message.notes.size()) {
    text += "\n\n… and " + std::to_string(message.notes.size() - written) + " more";
  }
  std::string out;
  Writer(out).beginObject().field("text", text).endObject();
  return out;
}

std::string alertmanagerPayload(const AlertMessage& message) {
  Labels commonLabels;
  Labels commonAnnotations;
  for (std::size_t i = 0; i < message.notes.size(); ++i) {
    const Labels labels = labelsOf(message, message.notes[i]);
    const Labels annotations = annotationsOf(message.notes[i]);
    if (i == 0) {
      commonLabels = labels;
      commonAnnotations = annotations;
    } else {
      keepCommon(commonLabels, labels);
      keepCommon(commonAnnotations, annotations);
    }
  }
  std::string out;
  Writer json(out);
  json.beginObject();
  json.field("version", "4");
  json.field("groupKey", "{}:{job=\"" + message.service + "\"}");
  json.field("truncatedAlerts", std::int64_t{0});
  json.field("status", message.firing() > 0 ? "firing" : "resolved");
  json.field("receiver", message.service);
  write(json, "groupLabels", {{"job", message.service}});
  write(json, "commonLabels", commonLabels);
  write(json, "commonAnnotations", commonAnnotations);
  json.field("externalURL", message.externalUrl);
  json.key("alerts").beginArray();
  for (const AlertNote& note : message.notes) {
    json.beginObject();
    json.field("status", note.ended ? "resolved" : "firing");
    write(json, "labels", labelsOf(message, note));
    write(json, "annotations", annotationsOf(note));
    json.field("startsAt", base::formatInstant(note.since));
    json.field("endsAt", note.ended ? base::formatInstant(*note.ended) : std::string(kNoEnd));
    json.field("generatorURL", message.externalUrl);
    json.field("fingerprint", shortFingerprint(note.fingerprint));
    json.endObject();
  }
  json.endArray().endObject();
  return out;
}

}  // namespace sw::adapters::webhook
