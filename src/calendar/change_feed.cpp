#include "calendar/change_feed.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace sw::calendar {
namespace {

using base::Uuid;

constexpr std::string_view kVersion = "v1";
constexpr std::string_view kNow = "now";
constexpr std::size_t kUuidLength = 36;

/// How far each owner's log has been read.
using Progress = std::map<Uuid, std::int64_t>;

base::Error badCursor() {
  const std::string issue = "must be empty, now, or the nextCursor of an earlier answer";
  return {base::Code::kInvalid, "cursor " + issue, {{"cursor", issue}}};
}

/// "v1", then for each log "~{owner}.{number}".
std::string format(const Progress& progress) {
  std::string out(kVersion);
  for (const auto& [owner, number] : progress) {
    out += '~';
    owner.appendTo(out);
    out += '.';
    out += std::to_string(number);
  }
  return out;
}

std::optional<Progress> parse(std::string_view text) {
  if (!text.starts_with(kVersion)) return std::nullopt;
  text.remove_prefix(kVersion.size());
  Progress progress;
  while (!text.empty()) {
    if (text.front() != '~' || text.size() < kUuidLength + 3) return std::nullopt;
    const auto owner = Uuid::parse(text.substr(1, kUuidLength));
    if (!owner || text[kUuidLength + 1] != '.') return std::nullopt;
    text.remove_prefix(kUuidLength + 2);
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    progress[*owner] = number;
  }
  return progress;
}

/// One log that a person may read, wholly or for some calendars.
struct Source {
  Uuid owner;
  std::set<Uuid> calendars;  // of others: those that are shared
  std::vector<jobs::Change> read;
  std::size_t next = 0;
  bool full = false;  // as many as were asked for: there may be more
};

std::vector<Source> sourcesOf(Uuid userId, const std::vector<CalendarAccess>& visible) {
  std::map<Uuid, Source> byOwner;
  byOwner[userId].owner = userId;
  for (const CalendarAccess& access : visible) {
    if (access.role < accounts::AccessRole::kReader) continue;
    Source& source = byOwner[access.calendar.ownerId];
    source.owner = access.calendar.ownerId;
    source.calendars.insert(access.calendar.id);
  }
  std::vector<Source> sources;
  sources.reserve(byOwner.size());
  for (auto& [owner, source] : byOwner) sources.push_back(std::move(source));
  return sources;
}

bool isVisible(const jobs::Change& change, const Source& source, Uuid userId) {
  return source.owner == userId || source.calendars.contains(change.calendarId);
}

/// The source whose next change is the oldest, or null when all are used up.
Source* oldest(std::vector<Source>& sources) {
  Source* best = nullptr;
  const auto order = [](const Source& source) {
    const jobs::Change& change = source.read[source.next];
    return std::tuple(change.at, source.owner, change.number);
  };
  for (Source& source : sources) {
    if (source.next == source.read.size()) continue;
    if (best == nullptr || order(source) < order(*best)) best = &source;
  }
  return best;
}

/// A log that was read up to its limit may go on with changes older than another's next one.
bool mustReadOn(const Source& source) { return source.full && source.next == source.read.size(); }

}  // namespace

base::Task<base::Result<ChangeFeed::Page>> ChangeFeed::read(Uuid userId, std::string_view cursor,
                                                            int limit, Cursors cursors) {
  std::optional<Progress> progress = Progress();
  if (!cursor.empty() && cursor != kNow) progress = parse(cursor);
  if (!progress) co_return badCursor();

  SW_CO_TRY(const auto visible, co_await directory_.visibleTo(userId));
  std::vector<Source> sources = sourcesOf(userId, visible);
  Page page;
  for (const Source& source : sources) page.logs.push_back(source.owner);
  if (cursor == kNow) {
    for (const Source& source : sources) {
      SW_CO_TRY(const std::int64_t last, co_await log_.last(source.owner));
      (*progress)[source.owner] = last;
    }
    page.nextCursor = format(*progress);
    co_return page;
  }
  for (Source& source : sources) {
    const auto known = progress->find(source.owner);
    const jobs::ChangeLog::Position position{
        source.owner, known == progress->end() ? jobs::ChangeLog::kOldestKept : known->second};
    SW_CO_TRY(source.read, co_await log_.read(position, limit));
    source.full = source.read.size() == static_cast<std::size_t>(limit);
    if (known == progress->end() && source.read.empty()) {
      SW_CO_TRY(const std::int64_t last, co_await log_.last(source.owner));
      (*progress)[source.owner] = last;
    }
  }
  while (static_cast<int>(page.changes.size()) < limit &&
         std::ranges::none_of(sources, mustReadOn)) {
    Source* source = oldest(sources);
    if (source == nullptr) break;
    jobs::Change& change = source->read[source->next++];
    (*progress)[source->owner] = change.number;
    if (!isVisible(change, *source, userId)) continue;
    page.changes.push_back(std::move(change));
    if (cursors == Cursors::kEach) page.cursors.push_back(format(*progress));
  }
  page.more = std::ranges::any_of(sources, [](const Source& source) {
    return source.full || source.next < source.read.size();
  });
  page.nextCursor = format(*progress);
  co_return page;
}

}  // namespace sw::calendar
