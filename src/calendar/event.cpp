#include "calendar/event.h"

#include "base/time_format.h"

namespace sw::calendar {
namespace {

constexpr std::size_t kUuidLength = 36;
constexpr std::size_t kDateLength = 8;

}  // namespace

std::string EventId::toString() const {
  std::string out;
  event.appendTo(out);
  if (occurrence) {
    out += '_';
    base::appendBasicUtc(out, *occurrence);
    if (allDayForm) out.resize(kUuidLength + 1 + kDateLength);
  }
  return out;
}

std::optional<EventId> EventId::parse(std::string_view text) {
  const auto uuid = base::Uuid::parse(text.substr(0, kUuidLength));
  if (!uuid) return std::nullopt;
  EventId id{*uuid, {}, false};
  text.remove_prefix(kUuidLength);
  if (text.empty()) return id;
  if (text.front() != '_') return std::nullopt;
  text.remove_prefix(1);
  id.allDayForm = text.size() == kDateLength;
  id.occurrence =
      base::parseBasicUtc(id.allDayForm ? std::string(text) + "T000000Z" : std::string(text));
  return id.occurrence ? std::optional(id) : std::nullopt;
}

}  // namespace sw::calendar
