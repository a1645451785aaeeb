#include "calendar/ical_fields.h"

#include <algorithm>

#include "calendar/recurrence_rule.h"

namespace sw::calendar {
namespace {

constexpr std::array<std::string_view, 3> kStatus = {"CONFIRMED", "TENTATIVE", "CANCELLED"};
constexpr std::array<std::string_view, 2> kTransparency = {"OPAQUE", "TRANSPARENT"};
constexpr std::array<std::string_view, 4> kVisibility = {"", "PUBLIC", "PRIVATE", "CONFIDENTIAL"};

template <class Enum, std::size_t N>
ChoiceOutcome choose(const std::array<std::string_view, N>& names, std::string_view value,
                     Enum& out) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i].empty() || !equalsIgnoringCase(names[i], value)) continue;
    out = static_cast<Enum>(i);
    return ChoiceOutcome::kRead;
  }
  return ChoiceOutcome::kUnknownValue;
}

void appendProperty(std::string& out, std::string_view head, std::string_view text) {
  std::string line(head);
  line += ':';
  appendEscaped(line, text);
  appendFolded(out, line);
}

/// COLOR (RFC 7986, section 5.9) is a name of CSS; other identifiers have a property of ours.
bool isColorName(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

ChoiceOutcome readChoice(const ContentLine& line, EventContent& content) {
  const std::string_view value = trimmed(line.value);
  if (line.is("STATUS")) return choose(kStatus, value, content.status);
  if (line.is("TRANSP")) return choose(kTransparency, value, content.transparency);
  if (!line.is("CLASS")) return ChoiceOutcome::kOther;
  const ChoiceOutcome outcome = choose(kVisibility, value, content.visibility);
  // What is not recognised is to be treated as PRIVATE (RFC 5545, section 3.8.1.3).
  if (outcome == ChoiceOutcome::kUnknownValue) content.visibility = Visibility::kPrivate;
  return outcome;
}

void appendChoices(std::string& out, const EventContent& content) {
  const auto append = [&](std::string_view name, std::string_view value) {
    out.append(name).append(":").append(value).append("\r\n");
  };
  append("STATUS", kStatus[static_cast<std::size_t>(content.status)]);
  append("TRANSP", kTransparency[static_cast<std::size_t>(content.transparency)]);
  if (content.visibility != Visibility::kDefault) {
    append("CLASS", kVisibility[static_cast<std::size_t>(content.visibility)]);
  }
}

bool saysRecurrence(const ContentLine& line) {
  if (line.is("RDATE") || line.is("EXDATE")) return true;
  return (line.is("RRULE") || line.is("EXRULE")) &&
         parseRule(line.value, Strictness::kLenient).ok();
}

bool readOwnField(const ContentLine& line, EventContent& content) {
  if (line.is("X-SW-PRIVATE") || line.is("X-SW-SHARED")) {
    const auto key = line.parameter("KEY");
    if (!key) return false;
    auto& into = line.is("X-SW-PRIVATE") ? content.privateProperties : content.sharedProperties;
    into[*key] = unescapeText(line.value);
  } else if (line.is("X-SW-CONFERENCE")) {
    content.conferenceData = unescapeText(line.value);
  } else if (line.is("X-SW-SOURCE")) {
    content.sourceUrl = unescapeText(line.value);
    content.sourceTitle = line.parameter("TITLE").value_or("");
  } else if (line.is("X-SW-COLOR-ID")) {
    content.colorId = unescapeText(line.value);
  } else {
    return false;
  }
  return true;
}

void appendOwnFields(std::string& out, const EventContent& content) {
  if (!content.colorId.empty()) {
    appendProperty(out, isColorName(content.colorId) ? "COLOR" : "X-SW-COLOR-ID", content.colorId);
  }
  for (const auto& [key, value] : content.privateProperties) {
    appendProperty(out, "X-SW-PRIVATE;KEY=" + encodeParameter(key), value);
  }
  for (const auto& [key, value] : content.sharedProperties) {
    appendProperty(out, "X-SW-SHARED;KEY=" + encodeParameter(key), value);
  }
  if (!content.conferenceData.empty()) {
    appendProperty(out, "X-SW-CONFERENCE", content.conferenceData);
  }
  if (!content.sourceUrl.empty() || !content.sourceTitle.empty()) {
    std::string head = "X-SW-SOURCE";
    if (!content.sourceTitle.empty()) head += ";TITLE=" + encodeParameter(content.sourceTitle);
    appendProperty(out, head, content.sourceUrl);
  }
}

}  // namespace sw::calendar
