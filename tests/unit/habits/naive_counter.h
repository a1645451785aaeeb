#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "habits/habit.h"
#include "habits/tally.h"

namespace sw::habits {

/// A second way to count a habit, for comparison: looks at whole periods, one after the other, with
/// every entry at hand, and keeps nothing between two questions. Slow on purpose. Of the program's
/// own code it uses the types alone.
class NaiveCounter {
 public:
  using Entries = std::map<LocalDate, HabitEntry>;

  /// `zone`: where the person is since the last entry.
  NaiveCounter(const HabitContent& content, const Entries& entries, const base::Zone& zone)
      : content_(content), entries_(entries), zone_(zone) {
    begin_ = content.versions.front().from;
    if (!entries.empty()) begin_ = std::min(begin_, entries.begin()->first);
  }

  struct Count {
    Streak current;
    Streak longest;
    double strength = 0;
    std::int64_t completions = 0;
  };
  /// At the end of `through`, in the unit of `today`; `running`: that date is not over, but what it
  /// has is taken.
  Count count(LocalDate through, bool running, LocalDate today) const {
    Count out;
    Streak streak;
    LocalDate lastDue{};
    bool hadDue = false;
    bool coveredNext = false;
    for (LocalDate date = begin_; date <= through;) {
      const Span span = spanOf(date);
      const bool over = span.last < through || (span.last == through && !running);
      const bool covered = coveredNext;
      coveredNext = false;
      const Verdict verdict = judge(span, std::min(span.last, through), over);
      const bool kept = verdict == Verdict::kKept && !covered;
      if (kept) {
        const LocalDate end = over ? span.last : lastDone(span, through);
        lengthen(streak, span, end, hadDue ? std::optional(lastDue) : std::nullopt);
        if (streak.count > out.longest.count) out.longest = streak;
      }
      if (verdict == Verdict::kMissed && !covered) streak = {};
      if (isRule(span) && due(span.version, span.first)) {
        lastDue = span.first;
        hadDue = true;
      }
      date = span.last + one();
      if (date > through) break;
      const Span next = spanOf(date);
      if (next.version != span.version) {
        hadDue = false;
        if (unit(span.version) == unit(next.version)) {
          coveredNext = (kept || covered) && span.cutAfter && next.cutBefore &&
                        next.nominalFirst == span.nominalFirst;
        } else {
          tellIn(streak, unit(next.version));
          tellIn(out.longest, unit(next.version));
          if (streak.count > out.longest.count) out.longest = streak;
        }
      }
    }
    out.current = streak;
    tellAsOf(out, through, today);
    out.strength = strength(through);
    for (const auto& [date, entry] : entries_) out.completions += entry.isDone() && date <= through;
    return out;
  }

 private:
  enum class Verdict { kOpen, kKept, kExcused, kMissed };
  struct Span {
    LocalDate first;
    LocalDate last;
    LocalDate nominalFirst;
    int nominal = 1;
    std::size_t version = 0;
    bool cutBefore = false;
    bool cutAfter = false;
  };
  /// By a span that was kept up to `end`; `lastDue` is the date of the rule before, if there is
  /// one.
  void lengthen(Streak& streak, const Span& span, LocalDate end,
                std::optional<LocalDate> lastDue) const {
    if (streak.count == 0) streak.since = span.first;
    const bool gap = isRule(span) && streak.count > 0 && lastDue;
    const int ruleDays = gap ? days(*lastDue + one(), span.first) : 1;
    streak.days += isRule(span) ? ruleDays : days(span.first, end);
    ++streak.count;
  }
  /// Counts at `through` in the unit of `today`.
  void tellAsOf(Count& out, LocalDate through, LocalDate today) const {
    const int now = unit(versionAt(today));
    if (now == unit(versionAt(through))) return;
    tellIn(out.current, now);
    tellIn(out.longest, now);
    if (out.current.count > out.longest.count) out.longest = out.current;
  }
  static std::chrono::days one() { return std::chrono::days(1); }
  static int days(LocalDate first, LocalDate last) {
    return static_cast<int>((last - first).count()) + 1;
  }
  const Frequency& frequency(std::size_t v) const { return content_.versions[v].frequency; }
  bool isRule(const Span& s) const { return frequency(s.version).kind == Frequency::Kind::kRule; }
  bool any(std::size_t v) const {
    return frequency(v).kind == Frequency::Kind::kTimes &&
           frequency(v).period != Frequency::Period::kDay;
  }
  std::size_t versionAt(LocalDate date) const {
    std::size_t found = 0;
    for (std::size_t i = 1; i < content_.versions.size(); ++i) {
      if (content_.versions[i].from <= date) found = i;
    }
    return found;
  }
  int unit(std::size_t v) const {
    const Frequency& f = frequency(v);
    if (f.kind == Frequency::Kind::kDaily) return 1;
    if (f.kind == Frequency::Kind::kWeekly) return 7;
    if (f.kind == Frequency::Kind::kMonthly) return 30;
    if (f.kind == Frequency::Kind::kRule) return 0;
    switch (f.period) {
      case Frequency::Period::kDay: return 1;
      case Frequency::Period::kWeek: return 7;
      case Frequency::Period::kMonth: return 30;
      case Frequency::Period::kDays: return 0;
    }
    return 0;
  }
  static void tellIn(Streak& streak, int unit) {
    if (unit > 0) streak.count = streak.days / unit;
    if (streak.count == 0) streak = {};
  }
  static int weekday(LocalDate date) {
    return static_cast<int>(std::chrono::weekday(date).iso_encoding()) - 1;
  }
  static unsigned dayOfMonth(LocalDate date) {
    return static_cast<unsigned>(std::chrono::year_month_day(date).day());
  }
  static bool endsMonth(LocalDate date) { return dayOfMonth(date + one()) == 1; }

  Span spanOf(LocalDate date) const {
    Span span;
    span.version = versionAt(date);
    const Frequency& f = frequency(span.version);
    LocalDate first = date;
    LocalDate last = date;
    if (unit(span.version) == 7) {
      while (weekday(first) != static_cast<int>(f.weekStart)) first -= one();
      last = first + std::chrono::days(6);
    } else if (unit(span.version) == 30) {
      while (dayOfMonth(first) != 1) first -= one();
      while (!endsMonth(last)) last += one();
    } else if (any(span.version)) {
      LocalDate at = content_.versions[span.version].anchor;
      while (at > date) at -= std::chrono::days(f.days);
      while (at + std::chrono::days(f.days) <= date) at += std::chrono::days(f.days);
      first = at;
      last = at + std::chrono::days(f.days - 1);
    }
    span.nominalFirst = first;
    span.nominal = days(first, last);
    span.first = first;
    span.last = last;
    while (span.first < begin_ || versionAt(span.first) != span.version) span.first += one();
    while (versionAt(span.last) != span.version) span.last -= one();
    span.cutBefore = span.first != first;
    span.cutAfter = span.last != last;
    return span;
  }

  bool due(std::size_t v, LocalDate date) const {
    const Frequency& f = frequency(v);
    switch (f.kind) {
      case Frequency::Kind::kDaily:
      case Frequency::Kind::kTimes: return true;
      case Frequency::Kind::kWeekly: return ((f.weekdays >> weekday(date)) & 1) != 0;
      case Frequency::Kind::kMonthly:
        for (const unsigned wanted : f.monthDays) {
          if (wanted == dayOfMonth(date)) return true;
          if (wanted > dayOfMonth(date) && endsMonth(date)) return true;
        }
        return false;
      case Frequency::Kind::kRule: {
        // The rules of these tests are "FREQ=DAILY;INTERVAL=n".
        const int n = std::stoi(f.rule.substr(f.rule.find("INTERVAL=") + 9));
        const auto passed = (date - content_.versions[v].anchor).count();
        return passed >= 0 && passed % n == 0;
      }
    }
    return false;
  }
  bool paused(LocalDate date) const {
    for (const HabitPause& pause : content_.pauses) {
      if (pause.from <= date && (!pause.until || date <= *pause.until)) return true;
    }
    return false;
  }
  const HabitEntry* at(LocalDate date) const {
    const auto found = entries_.find(date);
    return found == entries_.end() ? nullptr : &found->second;
  }
  bool done(LocalDate date) const { return at(date) != nullptr && at(date)->isDone(); }
  bool excused(LocalDate date) const { return at(date) != nullptr && at(date)->isExcused(); }
  bool flown(LocalDate date) const {
    if (at(date) != nullptr) return false;
    const auto next = entries_.upper_bound(date);
    if (next == entries_.end()) return !exists(date, zone_);
    return date >= next->first - std::chrono::days(next->second.flownOver) ||
           !exists(date, *base::Zone::find(next->second.timeZone));
  }
  /// Whether there is a noon of that date.
  static bool exists(LocalDate date, const base::Zone& zone) {
    const base::LocalSeconds noon = base::LocalSeconds(date) + std::chrono::hours(12);
    return zone.toLocal(zone.toUtc(noon)) == noon;
  }
  LocalDate lastDone(const Span& span, LocalDate through) const {
    LocalDate date = std::min(span.last, through);
    while (!(done(date) && due(span.version, date))) date -= one();
    return date;
  }

  Verdict judge(const Span& span, LocalDate through, bool over) const {
    const bool lenient = span.cutBefore || span.cutAfter;
    int doneDates = 0;
    int skips = 0;
    int missed = 0;
    int rest = 0;
    int open = 0;
    for (LocalDate date = span.first; date <= span.last; date += one()) {
      if (paused(date)) ++rest;
      if (!due(span.version, date)) continue;
      if (date > through) {
        open += !paused(date);
        continue;
      }
      if (done(date)) {
        ++doneDates;
      } else if (!paused(date)) {
        if (excused(date)) ++skips;
        if (!excused(date) && !flown(date)) ++missed;
      }
    }
    if (any(span.version)) {
      const double share = static_cast<double>(days(span.first, span.last) - rest) / span.nominal;
      const int required =
          static_cast<int>(std::floor(frequency(span.version).times * share + 0.5)) - skips;
      if (doneDates > 0 && doneDates >= required) return Verdict::kKept;
      if (!over) return Verdict::kOpen;
      return required <= 0 || lenient ? Verdict::kExcused : Verdict::kMissed;
    }
    if (missed > 0) return lenient ? Verdict::kExcused : Verdict::kMissed;
    if (open > 0 && !over) return Verdict::kOpen;
    return doneDates > 0 ? Verdict::kKept : Verdict::kExcused;
  }

  std::pair<int, int> ratio(std::size_t v) const {
    const Frequency& f = frequency(v);
    switch (f.kind) {
      case Frequency::Kind::kDaily: return {1, 1};
      case Frequency::Kind::kWeekly: {
        int n = 0;
        for (int day = 0; day < 7; ++day) n += (f.weekdays >> day) & 1;
        return {n, 7};
      }
      case Frequency::Kind::kMonthly: return {static_cast<int>(f.monthDays.size()), 30};
      case Frequency::Kind::kTimes:
        switch (f.period) {
          case Frequency::Period::kDay: return {1, 1};
          case Frequency::Period::kWeek: return {f.times, 7};
          case Frequency::Period::kMonth: return {f.times, 30};
          case Frequency::Period::kDays: return {f.times, f.days};
        }
        break;
      case Frequency::Kind::kRule:
        return {1, std::stoi(f.rule.substr(f.rule.find("INTERVAL=") + 9))};
    }
    return {1, 1};
  }
  double valueOf(LocalDate date) const {
    const HabitEntry* entry = at(date);
    if (entry == nullptr || entry->isExcused()) return 0;
    if (entry->isDone()) return 1;
    const HabitVersion& version = content_.versions[versionAt(date)];
    const double goal = version.goal ? version.goal->amount : version.frequency.times;
    return std::min(1.0, entry->amount / goal);
  }
  bool rests(LocalDate date) const {
    return !done(date) && (excused(date) || flown(date) || paused(date));
  }
  double strength(LocalDate through) const {
    double score = 0;
    for (LocalDate date = begin_; date <= through; date += one()) {
      if (rests(date)) continue;
      const auto [times, length] = ratio(versionAt(date));
      const int factor = times < length ? 2 : 1;
      double sum = 0;
      int left = factor * length;
      for (LocalDate back = date; back >= begin_ && left > 0; back -= one()) {
        if (rests(back)) continue;
        sum += valueOf(back);
        --left;
      }
      const double m = std::pow(0.5, std::sqrt(static_cast<double>(times) / length) / 13);
      score = score * m + std::min(1.0, sum / (factor * times)) * (1 - m);
    }
    return score;
  }

  const HabitContent& content_;
  const Entries& entries_;
  base::Zone zone_;
  LocalDate begin_{};
};

}  // namespace sw::habits
