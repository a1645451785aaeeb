#include "calendar/free_busy.h"

#include <algorithm>

#include "calendar/window_scan.h"

namespace sw::calendar {
namespace {

class BusySink final : public WindowSink {
 public:
  BusySink(Interval window, std::vector<Interval>& out) : window_(window), out_(out) {}

  void onRow(const EventRow& row, Interval span) override {
    if (row.busy) add(span);
  }
  bool onOccurrence(const std::shared_ptr<const CompiledSeries>& series,
                    const SeriesOccurrence& /*occurrence*/, Interval span) override {
    if (!series->master.busy) return false;
    add(span);
    return true;
  }

 private:
  void add(Interval span) {
    const Interval cut{std::max(span.start, window_.start), std::min(span.end, window_.end)};
    if (cut.start < cut.end) out_.push_back(cut);
  }

  Interval window_;
  std::vector<Interval>& out_;
};

}  // namespace

base::Task<base::Result<void>> FreeBusyReader::collect(const Calendar& calendar, Interval window,
                                                       std::vector<Interval>& out) {
  BusySink sink(window, out);
  co_return co_await scanWindow(events_, series_, calendar, window, true, sink);
}

}  // namespace sw::calendar
