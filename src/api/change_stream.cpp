#include "api/change_stream.h"

#include <algorithm>
#include <utility>

#include "api/change_json.h"
#include "base/json.h"
#include "base/loop.h"

namespace sw::api {

using base::Result;
using base::Task;

namespace {

/// Heartbeats between two looks at the log that nobody asked for: a change whose announcement was
/// missed is late then, and not lost.
constexpr int kLookEvery = 4;

void appendId(std::string& out, std::string_view cursor) {
  out.append("id: ").append(cursor) += '\n';
}

}  // namespace

ChangeStream::ChangeStream(calendar::ChangeFeed& feed, const base::Clock& clock,
                           std::unique_ptr<StreamHub::Place> place, base::Uuid userId,
                           std::string cursor, std::chrono::microseconds lifetime)
    : feed_(feed),
      clock_(clock),
      place_(std::move(place)),
      userId_(userId),
      expires_(clock.monotonic() + lifetime),
      cursor_(std::move(cursor)) {}

Task<Result<std::optional<std::string>>> ChangeStream::next() {
  using Piece = std::optional<std::string>;
  if (!begun_) {
    begun_ = true;
    nextBeat_ = clock_.monotonic() + kHeartbeat;
    std::string head = "retry: " + std::to_string(kRetry.count()) + '\n';
    // An event without data is no event, but its id counts: whoever is cut off now comes back
    // with it.
    appendId(head, cursor_);
    told_ = cursor_;
    co_return Piece(head + '\n');
  }
  while (!place_->ended() && clock_.monotonic() < expires_) {
    if (behind_) {
      const base::Monotonic now = clock_.monotonic();
      const bool soon = lastLook_ != base::Monotonic{} && now - lastLook_ < kGather;
      if (soon) co_await base::sleepFor(kGather);
      lastLook_ = clock_.monotonic();
      auto events = co_await look();
      if (!events.ok() && events.error().code() == base::Code::kGone) break;
      if (!events.ok()) co_return events.error();
      if (!events->empty()) co_return Piece(*std::move(events));
      // It may be a long way through what others write and this client may not see.
      if (clock_.monotonic() >= nextBeat_) co_return Piece(beat());
      continue;
    }
    if (clock_.monotonic() >= nextBeat_) co_return Piece(beat());
    const base::Monotonic until = std::min(nextBeat_, expires_);
    const bool news = co_await place_->wait(until);
    behind_ = behind_ || news;
  }
  co_return Piece();
}

/// The next events as text; empty when there are none.
Task<Result<std::string>> ChangeStream::look() {
  SW_CO_TRY(auto page,
            co_await feed_.read(userId_, cursor_, kPage, calendar::ChangeFeed::Cursors::kEach));
  const bool others = place_->follow(std::move(page.logs));
  behind_ = page.more || others;
  cursor_ = std::move(page.nextCursor);
  std::string out;
  for (std::size_t i = 0; i < page.changes.size(); ++i) {
    appendId(out, page.cursors[i]);
    out.append("event: ").append(page.changes[i].type).append("\ndata: ");
    base::json::Writer data(out);
    writeChange(data, page.changes[i]);
    out += "\n\n";
    told_ = page.cursors[i];
  }
  if (!out.empty()) nextBeat_ = clock_.monotonic() + kHeartbeat;
  co_return out;
}

/// What keeps the connection open; tells how far was read where nothing of it was for this client.
std::string ChangeStream::beat() {
  nextBeat_ = clock_.monotonic() + kHeartbeat;
  if (++beats_ % kLookEvery == 0) behind_ = true;
  std::string out = ": \n";
  if (told_ != cursor_) {
    appendId(out, cursor_);
    told_ = cursor_;
  }
  return out + '\n';
}

}  // namespace sw::api
