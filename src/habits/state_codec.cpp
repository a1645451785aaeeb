#include <charconv>

#include "habits/habit_state.h"

namespace sw::habits {
namespace {

constexpr std::string_view kFormat = "2";
constexpr std::string_view kWithoutCheckpoints = "1";  // an earlier format, else the same
constexpr char kCheckpointMark = '|';

/// Writes words with blanks between them.
class WordWriter {
 public:
  WordWriter& add(std::string_view word) {
    if (!out_.empty()) out_ += ' ';
    out_ += word;
    return *this;
  }
  WordWriter& add(std::int64_t number) { return add(std::string_view(std::to_string(number))); }
  WordWriter& add(double number) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number);
    return add(std::string_view(text, static_cast<std::size_t>(end.ptr - text)));
  }
  WordWriter& add(LocalDate date) { return add(std::int64_t{date.time_since_epoch().count()}); }
  WordWriter& add(const std::optional<LocalDate>& date) {
    return date ? add(*date) : add(std::string_view("-"));
  }
  WordWriter& add(const Streak& streak) {
    return add(streak.count).add(streak.days).add(streak.since);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

template <class T>
bool parse(std::string_view text, T& out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

/// Reads them back; remembers whether something was wrong.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : rest_(text) {}

  std::string_view word() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (word.empty()) failed_ = true;
    return word;
  }
  template <class T>
  T number() {
    T value{};
    if (!parse(word(), value)) failed_ = true;
    return value;
  }
  LocalDate date() { return LocalDate(std::chrono::days(number<int>())); }
  std::optional<LocalDate> optionalDate() {
    const std::string_view text = word();
    int days = 0;
    if (text == "-") return std::nullopt;
    if (!parse(text, days)) failed_ = true;
    return LocalDate(std::chrono::days(days));
  }
  Streak streak() {
    Streak streak;
    streak.count = number<std::int64_t>();
    streak.days = number<std::int64_t>();
    streak.since = optionalDate();
    return streak;
  }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool atEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

/// "7,3:0.5,0": how many dates back, and the value where it is not 1. "-" for none.
std::string marksText(const Tally& tally) {
  std::string out;
  for (const Strength::Mark& mark : tally.strength.marks()) {
    if (!out.empty()) out += ',';
    out += std::to_string(tally.strength.dates() - mark.number);
    if (mark.value != 1) {
      char text[32];
      const auto end = std::to_chars(text, text + sizeof text, mark.value);
      out.append(":").append(text, static_cast<std::size_t>(end.ptr - text));
    }
  }
  return out.empty() ? "-" : out;
}

std::optional<std::vector<Strength::Mark>> parseMarks(std::string_view text, std::int64_t dates) {
  std::vector<Strength::Mark> marks;
  if (text == "-") return marks;
  while (!text.empty()) {
    std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    Strength::Mark mark{.number = 0, .value = 1};
    if (const std::size_t colon = one.find(':'); colon != std::string_view::npos) {
      if (!parse(one.substr(colon + 1), mark.value)) return std::nullopt;
      one = one.substr(0, colon);
    }
    std::int64_t back = 0;
    if (!parse(one, back)) return std::nullopt;
    mark.number = dates - back;
    marks.push_back(mark);
  }
  return marks;
}

}  // namespace

namespace {

void addTally(WordWriter& words, const Tally& tally) {
  words.add(tally.begin).add(tally.through).add(tally.closed).add(tally.longest);
  words.add(tally.lastCompleted).add(tally.completions).add(tally.lastOccasion);
  words.add(std::int64_t{tally.done}).add(std::int64_t{tally.skips});
  words.add(std::int64_t{tally.missed}).add(tally.lastDone);
  words.add(std::int64_t{tally.covered ? 1 : 0}).add(tally.strength.value());
  words.add(tally.strength.dates());
  words.add(std::string_view(marksText(tally)));
}

/// Nothing when a word is missing or wrong.
std::optional<Tally> readTally(WordReader& words) {
  Tally tally;
  tally.begin = words.date();
  tally.through = words.date();
  tally.closed = words.streak();
  tally.longest = words.streak();
  tally.lastCompleted = words.optionalDate();
  tally.completions = words.number<std::int64_t>();
  tally.lastOccasion = words.optionalDate();
  tally.done = words.number<std::int32_t>();
  tally.skips = words.number<std::int32_t>();
  tally.missed = words.number<std::int32_t>();
  tally.lastDone = words.date();
  tally.covered = words.number<int>() != 0;
  const auto strength = words.number<double>();
  const auto dates = words.number<std::int64_t>();
  auto marks = parseMarks(words.word(), dates);
  if (!marks || words.failed()) return std::nullopt;
  tally.strength.restore(strength, dates, *std::move(marks));
  return tally;
}

std::optional<HabitEntry> readEntry(WordReader& words) {
  HabitEntry entry;
  entry.date = words.date();
  entry.status = static_cast<HabitEntry::Status>(words.number<int>());
  entry.amount = words.number<double>();
  entry.timeZone = std::string(words.word());
  entry.at = base::Instant(std::chrono::microseconds(words.number<std::int64_t>()));
  entry.backDated = words.number<int>() != 0;
  entry.flownOver = words.number<int>();
  if (words.failed() || !words.atEnd()) return std::nullopt;
  return entry;
}

/// Each is its tally behind the mark; what the tally says in full is read when it is needed.
std::optional<std::vector<HabitState::Checkpoint>> readCheckpoints(std::string_view text) {
  std::vector<HabitState::Checkpoint> checkpoints;
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view tally = text.substr(0, text.find(kCheckpointMark));
    WordReader words(tally);
    words.word();
    const LocalDate through = words.date();
    if (words.failed()) return std::nullopt;
    checkpoints.push_back({through, std::string(tally)});
    text.remove_prefix(tally.size());
  }
  return checkpoints;
}

}  // namespace

std::string encodeTally(const Tally& tally) {
  WordWriter words;
  addTally(words, tally);
  return words.take();
}

std::optional<Tally> decodeTally(std::string_view text) {
  WordReader words(text);
  auto tally = readTally(words);
  if (!words.atEnd()) return std::nullopt;
  return tally;
}

std::string encodeState(const HabitState& state) {
  WordWriter words;
  words.add(kFormat);
  addTally(words, state.settled);
  if (state.last) {
    const HabitEntry& last = *state.last;
    words.add(last.date).add(static_cast<std::int64_t>(last.status)).add(last.amount);
    words.add(std::string_view(last.timeZone));
    words.add(std::int64_t{last.at.time_since_epoch().count()});
    words.add(std::int64_t{last.backDated ? 1 : 0}).add(std::int64_t{last.flownOver});
  }
  std::string text = words.take();
  for (const HabitState::Checkpoint& one : state.checkpoints) {
    text += kCheckpointMark;
    text += one.tally;
  }
  return text;
}

std::optional<HabitState> decodeState(std::string_view text) {
  const std::size_t end = std::min(text.find(kCheckpointMark), text.size());
  auto checkpoints = readCheckpoints(text.substr(end));
  WordReader words(text.substr(0, end));
  const std::string_view format = words.word();
  if (!checkpoints || (format != kFormat && format != kWithoutCheckpoints)) return std::nullopt;
  HabitState state;
  state.checkpoints = *std::move(checkpoints);
  auto tally = readTally(words);
  if (!tally) return std::nullopt;
  state.settled = *std::move(tally);
  if (words.atEnd()) return state;
  auto last = readEntry(words);
  if (!last) return std::nullopt;
  state.last = *std::move(last);
  return state;
}

}  // namespace sw::habits
