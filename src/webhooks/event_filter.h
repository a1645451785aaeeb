#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Which events a webhook asks for.
namespace sw::webhooks {

/// The type of the event that `POST /webhooks/{id}/ping` sends; goes to no other webhook.
inline constexpr std::string_view kPingType = "webhook.ping";

/// Whether `pattern` can be asked for: "*", the name of a published type, or the beginning of at
/// least one up to a dot and "*", as "goal.*" or "calendar.event.*".
bool isEventPattern(std::string_view pattern);
/// Whether any of the patterns names the type. Nothing unpublished is ever named.
bool wantsEvent(const std::vector<std::string>& patterns, std::string_view type);

}  // namespace sw::webhooks
