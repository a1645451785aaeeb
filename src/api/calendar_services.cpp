#include "api/calendar_services.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/time_format.h"
#include "calendar/event_reader.h"

namespace sw::api {
namespace {

constexpr char kSeparator = '.';
constexpr std::size_t kUuidLength = 36;

base::Error hidden() { return {base::Code::kNotFound, "there is no such calendar"}; }

std::optional<base::UtcSeconds> takeSeconds(std::string_view& text) {
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  const base::UtcSeconds instant{std::chrono::seconds(seconds)};
  if (instant < base::kMinTime || instant > base::kMaxTime) return std::nullopt;
  return instant;
}

}  // namespace

base::Task<base::Result<calendar::CalendarAccess>> findCalendar(CalendarServices& services,
                                                                base::Uuid userId, std::string id,
                                                                accounts::AccessRole needed) {
  if (id == "primary") {
    SW_CO_TRY(auto owned, co_await services.calendars.ownedBy(userId));
    if (owned.empty() || !owned.front().primary) co_return hidden();
    co_return calendar::CalendarAccess{std::move(owned.front()), accounts::AccessRole::kOwner};
  }
  const auto uuid = base::Uuid::parse(id);
  if (!uuid) co_return hidden();
  co_return co_await services.directory.access(userId, *uuid, needed);
}

std::string toPageToken(const calendar::ListPosition& position) {
  std::string token = std::to_string(position.start.time_since_epoch().count());
  token += kSeparator;
  position.id.appendTo(token);
  token += kSeparator;
  token += std::to_string(position.key.time_since_epoch().count());
  return token;
}

std::optional<calendar::ListPosition> fromPageToken(std::string_view token) {
  const auto take = [&](char expected) {
    if (token.empty() || token.front() != expected) return false;
    token.remove_prefix(1);
    return true;
  };
  const auto start = takeSeconds(token);
  if (!start || !take(kSeparator)) return std::nullopt;
  const auto id = base::Uuid::parse(token.substr(0, kUuidLength));
  if (!id) return std::nullopt;
  token.remove_prefix(kUuidLength);
  if (!take(kSeparator)) return std::nullopt;
  const auto key = takeSeconds(token);
  if (!key || !token.empty()) return std::nullopt;
  return calendar::ListPosition{*start, *id, *key};
}

}  // namespace sw::api
