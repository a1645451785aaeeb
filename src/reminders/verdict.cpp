#include "reminders/verdict.h"

#include <algorithm>

#include "base/text.h"
#include "base/time_format.h"
#include "reminders/quiet_hours.h"

namespace sw::reminders {
namespace {

constexpr std::size_t kTitleBytes = 200;

bool isOf(const Reminder& row, const Moment& moment) {
  return row.occasionKey == moment.occasionKey && row.lead == moment.lead;
}

bool isDecided(const Moment& moment, std::span<const Reminder> rows) {
  return std::ranges::any_of(rows, [&](const Reminder& row) {
    return row.state != ReminderState::kPlanned && isOf(row, moment);
  });
}

/// `from`, or where the moment of what is planned lies now when that is earlier.
base::Instant startOf(const Agenda& agenda, const Reminder& planned, base::Instant from) {
  for (const Moment& moment : agenda.moments) {
    if (isOf(planned, moment)) return std::min(from, moment.at);
  }
  return from;
}

/// When a moment can be told from `now` on, by the quiet hours that hold then.
base::Instant dueOf(const Moment& moment, const Agenda& agenda, base::Instant now) {
  const base::Instant due = afterQuietHours(moment.at, agenda.quietHours, agenda.zone);
  if (due > now) return due;
  const base::Instant free = afterQuietHours(now, agenda.quietHours, agenda.zone);
  return free > now ? free : due;
}

Verdict judgeOne(const Moment& moment, const Agenda& agenda, bool superseded, base::Instant now) {
  Verdict verdict{.moment = moment, .due = dueOf(moment, agenda, now)};
  const auto skip = [&](SkipReason reason) {
    verdict.outcome = Outcome::kSkip;
    verdict.reason = reason;
    return verdict;
  };
  if (moment.settled) return skip(SkipReason::kDone);
  if (moment.expires <= now) return skip(SkipReason::kExpired);
  if (superseded) return skip(SkipReason::kSuperseded);
  if (verdict.due >= moment.expires) return skip(SkipReason::kQuietHours);
  if (verdict.due > now) {
    verdict.outcome = Outcome::kWait;
  } else if (now - verdict.due > kLate || verdict.due != moment.at) {
    verdict.outcome = Outcome::kGather;
  }
  return verdict;
}

}  // namespace

std::optional<NextMoment> nextMoment(const Agenda& agenda, std::span<const Reminder> rows,
                                     const Reminder* planned, base::Instant from,
                                     base::Instant now) {
  if (planned != nullptr) from = startOf(agenda, *planned, from);
  for (const Moment& moment : agenda.moments) {
    if (moment.at < from || moment.settled || moment.expires <= now) continue;
    if (isDecided(moment, rows)) continue;
    const base::Instant due = dueOf(moment, agenda, now);
    if (due >= moment.expires) continue;
    return NextMoment{moment, due};
  }
  return std::nullopt;
}

std::vector<Verdict> judge(const Agenda& agenda, std::span<const Reminder> rows,
                           const Reminder& planned, base::Instant now) {
  std::vector<const Moment*> open;
  const base::Instant from = startOf(agenda, planned, planned.scheduled);
  for (const Moment& moment : agenda.moments) {
    if (moment.at > now) break;
    if (moment.at >= from && !isDecided(moment, rows)) open.push_back(&moment);
  }
  std::vector<Verdict> verdicts;
  for (auto at = open.begin(); at != open.end(); ++at) {
    const bool superseded = std::any_of(std::next(at), open.end(), [&](const Moment* later) {
      return later->occasionKey == (*at)->occasionKey;
    });
    Verdict verdict = judgeOne(**at, agenda, superseded, now);
    if (verdict.outcome != Outcome::kSkip || verdict.reason == SkipReason::kSuperseded ||
        isOf(planned, **at)) {
      verdicts.push_back(std::move(verdict));
    }
  }
  return verdicts;
}

Reminder toReminder(const Moment& moment, const Agenda& agenda, base::Uuid userId,
                    ResourceKind kind, base::Uuid resourceId, base::Instant due) {
  Reminder reminder;
  reminder.userId = userId;
  reminder.kind = kind;
  reminder.resourceId = resourceId;
  reminder.occasionKey = moment.occasionKey;
  reminder.occasion = moment.occasion;
  reminder.lead = moment.lead;
  reminder.scheduled = moment.at;
  reminder.due = due;
  reminder.expires = moment.expires;
  const std::string& title = moment.title.empty() ? agenda.title : moment.title;
  reminder.title = title.substr(0, base::utf8Prefix(title, kTitleBytes));
  reminder.channels = moment.channels;
  return reminder;
}

std::string firstKey(base::Instant from) {
  // A local date is at most a day off the UTC date, and a day of a person may begin up to twelve
  // hours after midnight.
  const auto date = std::chrono::floor<std::chrono::days>(from) - std::chrono::days(2);
  std::string key;
  base::appendDate(key, std::chrono::local_days(date.time_since_epoch()));
  return key;
}

}  // namespace sw::reminders
