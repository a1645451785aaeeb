#include "app/example/example_tasks.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/time_format.h"

namespace sw::app {
namespace {

using accounts::LocalDate;
using std::chrono::days;
using std::chrono::minutes;

/// A piece of work on the way to a goal. Days count from the beginning of the story.
struct Step {
  std::string_view key;
  std::string_view title;
  std::string_view goal;
  std::string_view after;  // the step it waits for; empty: none
  int minutes;
  int written;
  int due;
  int done;  // -1: still open
};

constexpr std::array<Step, 11> kSteps = {{
    {"interview", "Ask five customers what they miss", "website", "", 240, 31, 44, 41},
    {"sitemap", "Sketch the pages", "website", "interview", 180, 31, 50, 48},
    {"texts", "Write the texts", "website", "sitemap", 900, 32, 60, 58},
    {"pictures", "Choose the pictures", "website", "sitemap", 240, 32, 100, 96},
    {"shop", "Connect the shop to the stock", "website", "texts", 1200, 62, 165, 159},
    {"testers", "Test with ten people", "website", "shop", 300, 100, 189, -1},
    {"launch", "Switch over and tell everybody", "website", "testers", 120, 100, 194, -1},
    {"measure", "Measure the study", "study", "", 30, 95, 100, 97},
    {"paint", "Paint the walls", "study", "measure", 480, 95, 125, 131},
    {"shelves", "Put up the shelves", "study", "paint", 240, 95, 150, 152},
    {"desk", "Build the desk", "study", "shelves", 360, 95, 188, -1},
}};

/// Something that comes back.
struct Chore {
  std::string_view key;
  std::string_view body;  // without its deadline
  int every;              // days, about; 0: on the first of each month
  int startsAfter;
};

constexpr std::array<Chore, 4> kChores = {{
    {"rent",
     R"("title":"Transfer the rent","duration":5,"priority":"high","tags":["home"],)"
     R"("recurrence":"RRULE:FREQ=MONTHLY;BYMONTHDAY=1")",
     0, 3},
    {"bins",
     R"("title":"Put the bins out","duration":10,"tags":["home"],)"
     R"("recurrence":"RRULE:FREQ=WEEKLY;INTERVAL=2")",
     14, 2},
    {"windows",
     R"("title":"Clean the windows","duration":90,"splittable":true,"smallestPiece":30,)"
     R"("tags":["home"],"recurrence":"RRULE:FREQ=DAILY;INTERVAL=56","repeatFrom":"completion")",
     56, 20},
    {"invoices",
     R"("title":"Send the invoices","duration":60,"priority":"critical","tags":["work"],)"
     R"("recurrence":"RRULE:FREQ=MONTHLY;BYMONTHDAY=1")",
     0, 3},
}};

/// Something that was done once, or not.
struct Errand {
  std::string_view body;  // without its deadline
  int written;
  int due;   // days from the beginning; -1: none
  int done;  // -1: not yet
};

constexpr std::array<Errand, 10> kErrands = {{
    {R"("title":"Renew the passport","duration":60,"priority":"high","tags":["office"])", 5, 40,
     33},
    {R"("title":"Book the train to Lisbon","duration":30,"tags":["holiday"])", 25, 55, 39},
    {R"("title":"Send the postcards","duration":45,"tags":["holiday"])", 74, 84, 83},
    {R"("title":"Have the bicycle repaired","duration":20)", 60, 70, 75},
    {R"("title":"Get the piano tuned","duration":15,"tags":["music"])", 90, 120, 118},
    {R"("title":"Vaccination against influenza","duration":30,"tags":["health"])", 140, 170, 162},
    {R"("title":"Return the library books","duration":20)", 150, 160, 161},
    {R"("title":"Tax return","duration":360,"splittable":true,"smallestPiece":60,)"
     R"("priority":"critical","tags":["office"])",
     120, 196, -1},
    {R"("title":"Ring the insurance about the water damage","duration":20,"priority":"high")", 168,
     179, -1},
    {R"("title":"Look for a course in ceramics","priority":"low")", 110, -1, -1},
}};

class TaskStory {
 public:
  TaskStory(ExampleRandom& random, LocalDate first, base::Instant now, const accounts::DayRule& day,
            std::vector<Deed>& deeds)
      : random_(random), first_(first), now_(now), day_(day), deeds_(deeds) {}

  void tell() {
    add(at(94, minutes(19 * 60)),
        StartGoal{"study",
                  R"({"title":"Turn the box room into a study","type":"home","priority":"medium",)"
                  R"("targetDate":{"date":")" +
                      text(first_ + days(200)) + R"("},"measuredBy":"tasks","tags":["home"]})",
                  ""});
    for (const Step& step : kSteps) tellStep(step);
    for (const Chore& chore : kChores) tellChore(chore);
    int number = 0;
    for (const Errand& errand : kErrands) tellErrand(errand, "errand" + std::to_string(++number));
  }

 private:
  template <class What>
  void add(base::Instant when, What what) {
    if (when <= now_) deeds_.push_back({when, std::move(what)});
  }
  [[nodiscard]] base::Instant at(int dayNumber, minutes time) const {
    return accounts::instantOn(first_ + days(dayNumber), time, day_);
  }
  [[nodiscard]] static std::string text(LocalDate date) {
    std::string out;
    base::appendDate(out, date);
    return out;
  }
  [[nodiscard]] static std::string due(LocalDate date) {
    return R"(,"deadline":{"date":")" + text(date) + R"("}})";
  }
  /// Some time of a day.
  minutes sometime() { return minutes(random_.between(9 * 60, 20 * 60)); }

  void tellStep(const Step& step) {
    StartTask start{std::string(step.key),
                    R"({"title":")" + std::string(step.title) + R"(","duration":)" +
                        std::to_string(step.minutes) + R"(,"priority":"high")" +
                        due(first_ + days(step.due)),
                    std::string(step.goal),
                    {}};
    if (!step.after.empty()) start.blockers.emplace_back(step.after);
    // In the order of the table, since one names another.
    const auto place = minutes(&step - kSteps.data());
    add(at(step.written, minutes(19 * 60 + 10) + place), std::move(start));
    if (step.done < 0) return;
    const int sessions = std::max(1, step.minutes / 180);
    for (int i = 0; i < sessions; ++i) {
      const int worked = std::max(step.written + 1, step.done - 1 - i * 2);
      add(at(worked, sometime()),
          WorkOnTask{std::string(step.key),
                     R"({"duration":)" + std::to_string(random_.between(3, 8) * 15) + "}"});
    }
    add(at(step.done, minutes(20 * 60 + 30) + place), CompleteTask{std::string(step.key)});
  }

  void tellChore(const Chore& chore) {
    using std::chrono::year_month_day;
    const LocalDate begin = first_ + days(chore.startsAfter);
    const auto firstOfNext = [](LocalDate date) {
      const year_month_day civil{date};
      return LocalDate((civil.year() / civil.month() + std::chrono::months(1)) /
                       std::chrono::day(1));
    };
    const auto step = [&](LocalDate date) {
      return chore.every == 0 ? firstOfNext(date) : date + days(chore.every);
    };
    LocalDate deadline = step(begin);
    const int written = static_cast<int>((begin - first_).count());
    add(at(written, minutes(7 * 60)),
        StartTask{std::string(chore.key), "{" + std::string(chore.body) + due(deadline), "", {}});
    // Done on the day or the one before, so that the next instance is the one of the next step.
    for (;; deadline = step(deadline)) {
      const auto early = random_.chance(0.3) && chore.key != "windows" ? 1 : 0;
      const auto number = static_cast<int>((deadline - first_).count()) - early;
      const base::Instant when = at(number, sometime());
      if (when > now_) return;
      add(when, CompleteTask{std::string(chore.key)});
    }
  }

  void tellErrand(const Errand& errand, const std::string& key) {
    const std::string end = errand.due < 0 ? "}" : due(first_ + days(errand.due));
    add(at(errand.written, sometime()),
        StartTask{key, "{" + std::string(errand.body) + end, "", {}});
    if (errand.done >= 0) add(at(errand.done, sometime()), CompleteTask{key});
  }

  ExampleRandom& random_;
  const LocalDate first_;
  const base::Instant now_;
  const accounts::DayRule& day_;
  std::vector<Deed>& deeds_;
};

}  // namespace

void tellTasks(ExampleRandom& random, LocalDate first, base::Instant now,
               const accounts::DayRule& day, std::vector<Deed>& deeds) {
  TaskStory(random, first, now, day, deeds).tell();
}

}  // namespace sw::app
