#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "api/http.h"
#include "api/stream_hub.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "calendar/change_feed.h"

namespace sw::api {

/// What one person may see of all changes, as server-sent events (the HTML standard, section
/// "Server-sent events"), as they happen: each change an event with the cursor behind it as its
/// id. Reads the change log as fast as the client takes, and holds nothing but a position, so that
/// a slow client costs no memory. One connection's.
class ChangeStream final : public BodyStream {
 public:
  /// What a connection that says nothing is sent.
  static constexpr std::chrono::seconds kHeartbeat{15};
  /// After so long at most the stream ends and the client comes again, with credentials that are
  /// looked at again.
  static constexpr std::chrono::minutes kLifetime{30};
  /// The least time between two looks at the log.
  static constexpr std::chrono::milliseconds kGather{100};
  /// How long clients wait before they come again.
  static constexpr std::chrono::milliseconds kRetry{2000};
  static constexpr int kPage = 100;

  /// `cursor` is one that the feed has answered; the stream ends after `lifetime`. Feed and clock
  /// must outlive the stream.
  ChangeStream(calendar::ChangeFeed& feed, const base::Clock& clock,
               std::unique_ptr<StreamHub::Place> place, base::Uuid userId, std::string cursor,
               std::chrono::microseconds lifetime = kLifetime);

  /// Ends without an error when the cursor has become too old, or the stream; fails as the feed
  /// else.
  base::Task<base::Result<std::optional<std::string>>> next() override;
  void stop() override { place_->end(); }

 private:
  base::Task<base::Result<std::string>> look();
  std::string beat();

  calendar::ChangeFeed& feed_;
  const base::Clock& clock_;
  const std::unique_ptr<StreamHub::Place> place_;
  const base::Uuid userId_;
  const base::Monotonic expires_;
  std::string cursor_;
  std::string told_;  // the cursor that the client knows
  base::Monotonic nextBeat_{};
  base::Monotonic lastLook_{};
  bool begun_ = false;
  bool behind_ = true;  // the log may hold more than was read
  int beats_ = 0;
};

}  // namespace sw::api
