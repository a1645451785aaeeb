#include "calendar/ical_person.h"

#include <charconv>

namespace sw::calendar {
namespace {

constexpr std::string_view kScheme = "mailto:";

void keep(std::string& rest, const Parameter& parameter) {
  rest.append(";").append(parameter.name).append("=").append(parameter.value);
}

void appendParameter(std::string& out, std::string_view name, std::string_view value) {
  out.append(";").append(name).append("=").append(encodeParameter(value));
}

std::string_view nameOf(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::kNeedsAction: return "NEEDS-ACTION";
    case ResponseStatus::kDeclined: return "DECLINED";
    case ResponseStatus::kTentative: return "TENTATIVE";
    case ResponseStatus::kAccepted: return "ACCEPTED";
  }
  return "NEEDS-ACTION";
}

/// Whether a parameter that was kept still agrees with the attendee as it is now.
bool stillHolds(const Attendee& attendee, const Parameter& parameter) {
  if (equalsIgnoringCase(parameter.name, "CUTYPE")) {
    return attendee.resource == equalsIgnoringCase(decodeParameter(parameter.value), "ROOM");
  }
  if (equalsIgnoringCase(parameter.name, "ROLE")) return !attendee.optional;
  if (equalsIgnoringCase(parameter.name, "PARTSTAT")) {
    return attendee.response == ResponseStatus::kNeedsAction;
  }
  return true;
}

bool contains(std::string_view rest, std::string_view name) {
  for (const Parameter& each : splitParameters(rest)) {
    if (equalsIgnoringCase(each.name, name)) return true;
  }
  return false;
}

/// Takes one parameter of an ATTENDEE into `out`; false when no field holds it.
bool take(Attendee& out, const Parameter& parameter, bool& saysOrganizer) {
  const std::string value = decodeParameter(parameter.value);
  const auto named = [&](std::string_view name) {
    return equalsIgnoringCase(parameter.name, name);
  };
  const auto is = [&](std::string_view text) { return equalsIgnoringCase(value, text); };
  if (named("CN")) {
    out.person.displayName = value;
  } else if (named("PARTSTAT")) {
    for (const auto status : {ResponseStatus::kNeedsAction, ResponseStatus::kDeclined,
                              ResponseStatus::kTentative, ResponseStatus::kAccepted}) {
      if (!is(nameOf(status))) continue;
      out.response = status;
      return true;
    }
    return false;
  } else if (named("ROLE")) {
    out.optional = is("OPT-PARTICIPANT");
    return out.optional || is("REQ-PARTICIPANT");
  } else if (named("CUTYPE")) {
    out.resource = is("RESOURCE") || is("ROOM");
    return is("RESOURCE") || is("INDIVIDUAL");
  } else if (named("X-NUM-GUESTS")) {
    int guests = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), guests);
    if (error != std::errc() || end != value.data() + value.size() || guests < 0) return false;
    out.additionalGuests = guests;
  } else if (named("X-RESPONSE-COMMENT")) {
    out.comment = value;
  } else if (named("X-SW-ORGANIZER")) {
    out.organizer = is("TRUE");
    saysOrganizer = true;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::string toAddress(std::string_view email) {
  if (email.find(':') != std::string_view::npos) return std::string(email);
  return std::string(kScheme).append(email);
}

std::string fromAddress(std::string_view address) {
  address = trimmed(address);
  if (address.size() >= kScheme.size() &&
      equalsIgnoringCase(address.substr(0, kScheme.size()), kScheme)) {
    const std::string_view email = trimmed(address.substr(kScheme.size()));
    // One with a colon of its own would not come back as it is.
    if (email.find(':') == std::string_view::npos) address = email;
  }
  return std::string(address);
}

Person readOrganizer(const ContentLine& line, std::string& rest) {
  Person out{fromAddress(line.value), {}};
  for (const Parameter& each : splitParameters(line.parameters)) {
    if (equalsIgnoringCase(each.name, "CN")) {
      out.displayName = decodeParameter(each.value);
    } else {
      keep(rest, each);
    }
  }
  return out;
}

Attendee readAttendee(const ContentLine& line, std::string& rest, bool& saysOrganizer) {
  Attendee out;
  out.person.email = fromAddress(line.value);
  saysOrganizer = false;
  std::vector<Parameter> others;
  for (const Parameter& each : splitParameters(line.parameters)) {
    if (!take(out, each, saysOrganizer)) others.push_back(each);
  }
  // One that comes twice may contradict what was taken, and would not be written again.
  for (const Parameter& each : others) {
    if (stillHolds(out, each)) keep(rest, each);
  }
  return out;
}

void appendOrganizer(std::string& out, const Person& person, std::string_view rest) {
  out += "ORGANIZER";
  if (!person.displayName.empty()) appendParameter(out, "CN", person.displayName);
  out.append(rest).append(":").append(toAddress(person.email));
}

void appendAttendee(std::string& out, const Attendee& attendee, bool isOrganizer,
                    std::string_view rest) {
  std::string kept;
  for (const Parameter& each : splitParameters(rest)) {
    if (stillHolds(attendee, each)) keep(kept, each);
  }
  out += "ATTENDEE";
  if (!attendee.person.displayName.empty()) appendParameter(out, "CN", attendee.person.displayName);
  if (attendee.resource && !contains(kept, "CUTYPE")) out += ";CUTYPE=RESOURCE";
  if (attendee.optional) out += ";ROLE=OPT-PARTICIPANT";
  if (!contains(kept, "PARTSTAT")) appendParameter(out, "PARTSTAT", nameOf(attendee.response));
  if (attendee.additionalGuests != 0) {
    appendParameter(out, "X-NUM-GUESTS", std::to_string(attendee.additionalGuests));
  }
  if (!attendee.comment.empty()) appendParameter(out, "X-RESPONSE-COMMENT", attendee.comment);
  if (attendee.organizer != isOrganizer) {
    out += attendee.organizer ? ";X-SW-ORGANIZER=TRUE" : ";X-SW-ORGANIZER=FALSE";
  }
  out.append(kept).append(":").append(toAddress(attendee.person.email));
}

}  // namespace sw::calendar
