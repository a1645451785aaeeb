#include "app/example/example_calendar.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace sw::app {
namespace {

using accounts::LocalDate;
using std::chrono::days;
using std::chrono::weekday;

std::string dateText(LocalDate date) {
  const std::chrono::year_month_day day{date};
  std::array<char, 24> text;
  std::snprintf(text.data(), text.size(), "%04d%02u%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text.data();
}

LocalDate onOrAfter(LocalDate date, weekday wanted) { return date + (wanted - weekday{date}); }

/// The first such day of a month that is not before `date`: a series begins on a day of its rule.
template <class DayOfMonth>  // std::chrono::weekday_indexed or weekday_last
LocalDate monthlyFrom(LocalDate date, DayOfMonth wanted) {
  const std::chrono::year_month_day day{date};
  std::chrono::year_month month = day.year() / day.month();
  while (LocalDate{month / wanted} < date) month += std::chrono::months(1);
  return LocalDate{month / wanted};
}

/// Writes VEVENTs of one file.
class CalendarText {
 public:
  explicit CalendarText(std::string zone) : zone_(std::move(zone)) {
    text_ =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Scheduling Worker//Example//EN\r\n"
        "CALSCALE:GREGORIAN\r\nX-WR-TIMEZONE:" +
        zone_ + "\r\n";
  }

  struct Timed {
    std::string_view title;
    LocalDate date;
    std::string_view from;  // "091500"
    std::string_view to;
    std::string_view rule = {};   // RRULE
    std::string_view place = {};  // LOCATION
  };
  void add(const Timed& event, LocalDate leaveOut = LocalDate::min()) {
    begin(event.title);
    const auto time = [&](std::string_view name, LocalDate date, std::string_view at) {
      text_.append(name).append(";TZID=").append(zone_).append(":").append(dateText(date));
      text_.append("T").append(at).append("\r\n");
    };
    time("DTSTART", event.date, event.from);
    time("DTEND", event.date, event.to);
    if (!event.rule.empty()) text_.append("RRULE:").append(event.rule).append("\r\n");
    if (leaveOut != LocalDate::min()) time("EXDATE", leaveOut, event.from);
    if (!event.place.empty()) text_.append("LOCATION:").append(event.place).append("\r\n");
    end();
  }
  void addDays(std::string_view title, LocalDate first, int count) {
    begin(title);
    text_ += "DTSTART;VALUE=DATE:" + dateText(first) + "\r\n";
    text_ += "DTEND;VALUE=DATE:" + dateText(first + days(count)) + "\r\nTRANSP:TRANSPARENT\r\n";
    end();
  }
  std::string finish() && { return std::move(text_) + "END:VCALENDAR\r\n"; }

 private:
  void begin(std::string_view title) {
    text_ += "BEGIN:VEVENT\r\nUID:example-" + std::to_string(++count_) + "@scheduling-worker\r\n";
    text_.append("DTSTAMP:20260101T000000Z\r\nSUMMARY:").append(title).append("\r\n");
  }
  void end() { text_ += "END:VEVENT\r\n"; }

  const std::string zone_;
  std::string text_;
  int count_ = 0;
};

void addSeries(CalendarText& text, LocalDate first, LocalDate today) {
  const LocalDate monday = onOrAfter(first, std::chrono::Monday);
  const LocalDate lastMonday = onOrAfter(today, std::chrono::Monday) - days(7);
  text.add(
      {"Team stand-up", monday, "091500", "093000", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Room 3"},
      lastMonday + days(3));
  text.add({"Week planning", monday, "100000", "110000", "FREQ=WEEKLY;BYDAY=MO"});
  text.add({"One to one", monday + days(2), "140000", "143000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"});
  text.add({"Review of the sprint", monday + days(4), "150000", "160000",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "Room 1"});
  text.add({"Month's figures", monthlyFrom(monday, std::chrono::Tuesday[1]), "110000", "120000",
            "FREQ=MONTHLY;BYDAY=1TU"});
  text.add({"Choir", monday + days(2), "193000", "213000", "FREQ=WEEKLY;BYDAY=WE", "Church hall"},
           lastMonday - days(5));
  text.add({"Dinner with the neighbours",
            monthlyFrom(monday, std::chrono::Friday[std::chrono::last]), "190000", "220000",
            "FREQ=MONTHLY;BYDAY=-1FR"});
}

void addSingles(CalendarText& text, ExampleRandom& random, LocalDate first, LocalDate today) {
  static constexpr std::array<std::string_view, 8> kTitles = {
      "Workshop: onboarding", "Interview",         "Call with the supplier", "Dentist",
      "Lunch with a friend",  "Car to the garage", "Architecture round",     "Parents' evening"};
  static constexpr std::array<std::string_view, 5> kTimes = {"080000", "103000", "123000", "133000",
                                                             "161500"};
  static constexpr std::array<std::string_view, 5> kEnds = {"090000", "113000", "132000", "145000",
                                                            "171500"};
  const LocalDate last = today + days(35);
  for (LocalDate date = first; date < last; date += days(random.between(1, 3))) {
    const weekday day{date};
    if (day == std::chrono::Saturday || day == std::chrono::Sunday) continue;
    const auto time = static_cast<std::size_t>(random.between(0, 4));
    text.add({kTitles.at(static_cast<std::size_t>(random.between(0, 7))), date, kTimes.at(time),
              kEnds.at(time)});
  }
}

}  // namespace

std::string makeExampleCalendar(ExampleRandom& random, LocalDate first, LocalDate today,
                                const std::string& zone) {
  CalendarText text(zone);
  addSeries(text, first, today);
  addSingles(text, random, first, today);
  text.addDays("Holiday by the sea", onOrAfter(first + days(70), std::chrono::Saturday), 16);
  text.addDays("Long weekend in the mountains", onOrAfter(today + days(17), std::chrono::Friday),
               3);
  return std::move(text).finish();
}

}  // namespace sw::app
