#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calendar/event.h"
#include "calendar/ical_lines.h"

/// ORGANIZER and ATTENDEE (RFC 5545, sections 3.8.4.1 and 3.8.4.3) to people and back.
namespace sw::calendar {

/// `rest` takes the parameters that the result does not hold, each with a ';' in front.
Person readOrganizer(const ContentLine& line, std::string& rest);
/// `saysOrganizer` tells whether the line itself says if this is the organizer; where it does not,
/// the caller goes by the address.
Attendee readAttendee(const ContentLine& line, std::string& rest, bool& saysOrganizer);

/// Append the unfolded line (no line end), `rest` being what `read…` left over: parameters of it
/// that the person's fields contradict by now are dropped.
void appendOrganizer(std::string& out, const Person& person, std::string_view rest);
void appendAttendee(std::string& out, const Attendee& attendee, bool isOrganizer,
                    std::string_view rest);

/// "mailto:ada@example.org"; other addresses (with a scheme) as they are.
std::string toAddress(std::string_view email);
/// The reverse.
std::string fromAddress(std::string_view address);

}  // namespace sw::calendar
