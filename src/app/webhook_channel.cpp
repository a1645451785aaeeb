#include "app/webhook_channel.h"

#include <algorithm>
#include <vector>

#include "jobs/event_types.h"
#include "webhooks/event_filter.h"

namespace sw::app {

using reminders::Delivery;

base::Task<base::Result<Delivery>> WebhookChannel::send(const reminders::Message& message) {
  SW_CO_TRY(const std::vector<webhooks::Webhook> all, co_await webhooks_.ofUser(message.userId));
  const bool listens = std::ranges::any_of(all, [](const webhooks::Webhook& one) {
    return one.active && webhooks::wantsEvent(one.events, jobs::event_type::kReminderSent);
  });
  co_return listens ? Delivery::kSent : Delivery::kSkipped;
}

}  // namespace sw::app
