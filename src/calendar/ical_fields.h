#pragma once

#include <array>
#include <string>
#include <string_view>

#include "calendar/event.h"
#include "calendar/ical_lines.h"

/// Properties that reader and writer have in common.
namespace sw::calendar {

/// Properties whose further parameters are kept among the unknown lines, as a line of theirs with
/// just these parameters, in the order in which an event is written.
inline constexpr std::array<std::string_view, 5> kWithParameters = {
    "SUMMARY", "DESCRIPTION", "LOCATION", "ORGANIZER", "ATTENDEE"};

enum class ChoiceOutcome { kOther, kRead, kUnknownValue };
/// Reads STATUS, TRANSP and CLASS; `kOther` when the line is none of them.
ChoiceOutcome readChoice(const ContentLine& line, EventContent& content);
/// Appends the lines of these (folded), CLASS only where it is not the default.
void appendChoices(std::string& out, const EventContent& content);

/// Whether a line that was kept says when an event repeats, so that it must not be written beside
/// a recurrence. Rules that nobody can read say nothing.
bool saysRecurrence(const ContentLine& line);

/// Reads an X-SW- property that holds a field without a place in RFC 5545; false for others.
bool readOwnField(const ContentLine& line, EventContent& content);
void appendOwnFields(std::string& out, const EventContent& content);

}  // namespace sw::calendar
