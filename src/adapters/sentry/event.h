#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "obs/error_sink.h"
#include "obs/trace_mask.h"

/// Reports in the words of Sentry (develop.sentry.dev/sdk/data-model/event-payloads and
/// /envelopes). No function fails or blocks.
namespace sw::adapters::sentry {

/// What all reports of this process have in common.
struct Origin {
  std::string release;
  std::string environment;
  std::string serverName;
};

/// The client as Sentry knows it: name and version, as in "scheduling-worker.sentry/1.0.0".
inline constexpr std::string_view kSdkName = "scheduling-worker.sentry";

/// The event as JSON. Every text passes `mask`, which takes out secrets, the value of what has a
/// secret's name goes as a whole, and the user's id becomes its hash (Sentry's `beforeSend`).
/// `eventId` is 32 hexadecimal digits.
std::string eventPayload(const obs::ErrorReport& report, std::string_view eventId,
                         const Origin& origin, const obs::TraceMask& mask);

/// What was not sent, by reason, as a client report tells it; all of category "error".
using Discarded = std::map<std::string, std::uint64_t, std::less<>>;
std::string clientReportPayload(const Discarded& discarded, base::Instant now);

/// An envelope: a line of headers, then items, each a line of headers with the payload's length
/// and the payload.
class Envelope {
 public:
  /// `eventId` may be empty where no event is in it.
  Envelope(std::string_view eventId, std::string_view release, base::Instant now);

  void add(std::string_view type, std::string_view payload);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace sw::adapters::sentry
