#include "calendar/ical_legacy.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "calendar/ical_lines.h"
#include "calendar/recurrence_rule.h"
#include "calendar/recurrence_rule_text.h"

namespace sw::calendar {
namespace {

std::vector<std::string> wordsOf(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text) {
    if (c == ' ' || c == '\t') {
      if (!word.empty()) out.push_back(std::move(word));
      word.clear();
    } else {
      word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

bool isNumber(std::string_view text) {
  return !text.empty() && text.size() <= 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isWeekday(std::string_view text) {
  return std::find(kWeekdayNames.begin(), kWeekdayNames.end(), text) != kWeekdayNames.end();
}

struct Form {
  std::string_view letters;
  std::string_view frequency;
  std::string_view part;  // what the words that follow are
};
constexpr Form kForms[] = {{"MP", "MONTHLY", "BYDAY"},  {"MD", "MONTHLY", "BYMONTHDAY"},
                           {"YM", "YEARLY", "BYMONTH"}, {"YD", "YEARLY", "BYYEARDAY"},
                           {"D", "DAILY", ""},          {"W", "WEEKLY", "BYDAY"}};

/// The value of one word of a rule's list, `ordinal` the one that came before it.
std::optional<std::string> valueOf(std::string_view part, const std::string& word,
                                   std::string& ordinal) {
  const bool signedNumber = word.size() >= 2 && (word.back() == '+' || word.back() == '-') &&
                            isNumber(std::string_view(word).substr(0, word.size() - 1));
  if (part == "BYDAY") {
    if (isWeekday(word)) return ordinal + word;
    if (!signedNumber) return std::nullopt;
    ordinal = (word.back() == '-' ? "-" : "") + word.substr(0, word.size() - 1);
    return "";
  }
  if (word == "LD") return "-1";
  if (signedNumber) return (word.back() == '-' ? "-" : "") + word.substr(0, word.size() - 1);
  return isNumber(word) ? std::optional(word) : std::nullopt;
}

}  // namespace

std::optional<std::string> modernRule(std::string_view legacy) {
  const std::vector<std::string> words = wordsOf(legacy);
  if (words.empty()) return std::nullopt;
  const auto* form = std::find_if(std::begin(kForms), std::end(kForms), [&](const Form& each) {
    return words[0].starts_with(each.letters);
  });
  if (form == std::end(kForms)) return std::nullopt;
  const std::string interval = words[0].substr(form->letters.size());
  if (!isNumber(interval)) return std::nullopt;
  std::string out = "FREQ=" + std::string(form->frequency) + ";INTERVAL=" + interval;
  std::string list;
  std::string ordinal;
  std::string end = ";COUNT=2";  // what the specification says where neither count nor date stands
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.front() == '#') {
      if (!isNumber(word.substr(1))) return std::nullopt;
      end = word == "#0" ? "" : ";COUNT=" + word.substr(1);
    } else if (word.size() >= 8 && parseBasicTime(word)) {
      end = ";UNTIL=" + word;
    } else {
      const auto value = valueOf(form->part, word, ordinal);
      if (!value) return std::nullopt;
      if (!value->empty()) list += (list.empty() ? "" : ",") + *value;
    }
  }
  if (!list.empty()) out += ";" + std::string(form->part) + "=" + list;
  return out + end;
}

}  // namespace sw::calendar
