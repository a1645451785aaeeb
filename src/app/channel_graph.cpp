#include "app/channel_graph.h"

#include <string>
#include <utility>

#include "app/alerting.h"
#include "app/webhook_graph.h"

namespace sw::app {

using adapters::mail::MailChannelOptions;
using adapters::push::Vapid;
using base::Code;
using base::Result;

namespace {

/// A mail takes a second or so: two at a time keep up with thousands an hour.
constexpr std::size_t kMailThreads = 2;
constexpr std::size_t kMailsWaiting = 256;
/// Push servers answer within a tenth of a second.
constexpr std::size_t kPushThreads = 8;
constexpr const char* kSettingsPage = "/#/settings";

Result<MailChannelOptions> mailOptions(const base::Config& config) {
  MailChannelOptions options;
  options.from = config.alerting.emailFrom;
  if (!config.alerting.smtpUrl.empty()) {
    SW_TRY(options.server, smtpServer(config.alerting));
  }
  std::string page = config.http.publicUrl;
  while (page.ends_with('/')) page.pop_back();
  if (!page.empty()) options.page = page + kSettingsPage;
  return options;
}

}  // namespace

Result<std::unique_ptr<ChannelGraph>> ChannelGraph::make(const base::Config& config,
                                                         const Secrets& secrets, Stores& stores,
                                                         Telemetry& telemetry,
                                                         const base::Clock& clock) {
  SW_TRY(const PushKey key, loadPushKey(config.push, config.data.directory));
  telemetry.redactor.addSecret(key.secret());
  if (key.made && dialectOf(config.data) == sql::Dialect::kPostgres) {
    telemetry.log.logger("app").warn(
        "A key for Web Push was made for this copy alone; set VAPID_PRIVATE_KEY where several "
        "copies share a database");
  }
  auto vapid = Vapid::make(key.key, pushSubject(config), clock);
  if (!vapid.ok()) return vapid.error().wrap(Code::kConfiguration, "VAPID_PRIVATE_KEY");
  SW_TRY(MailChannelOptions mail, mailOptions(config));
  return std::unique_ptr<ChannelGraph>(new ChannelGraph(config, std::move(mail), *std::move(vapid),
                                                        secrets, stores, telemetry, clock));
}

ChannelGraph::ChannelGraph(const base::Config& config, MailChannelOptions mail,
                           std::unique_ptr<Vapid> vapid, const Secrets& secrets, Stores& stores,
                           Telemetry& telemetry, const base::Clock& clock)
    : probe_(telemetry.catalog, telemetry.log),
      mailQueue_(telemetry.catalog, obs::label::WorkQueue::kMail),
      mailPool_({.name = "mail", .threads = kMailThreads, .queueLimit = kMailsWaiting},
                &mailQueue_),
      transport_({.policy = addressPolicy(config.webhooks),
                  .allowHttp = config.webhooks.allowHttp,
                  .threads = kPushThreads}),
      guard_({.policy = addressPolicy(config.webhooks), .allowHttp = config.webhooks.allowHttp},
             resolver_),
      vapid_(std::move(vapid)),
      targets_(stores.database()),
      webhooks_(stores.database()),
      keeper_(secrets.encryption),
      webPushSender_({transport_, probe_, clock}, *vapid_, config.webhooks.allowHttp),
      ntfySender_({transport_, probe_, clock}, config.webhooks.allowHttp),
      mail_(std::move(mail), {mailPool_, probe_, clock}),
      webPush_("web_push", {stores.storage, targets_, keeper_, webPushSender_}, clock),
      ntfy_("ntfy", {stores.storage, targets_, keeper_, ntfySender_}, clock),
      webhook_(webhooks_),
      channels_{&mail_, &webPush_, &ntfy_, &webhook_},
      pushTargets_(targets_, keeper_, clock),
      routes_({pushTargets_, guard_, webPush_, ntfy_, vapid_->publicKey()}) {}

ChannelGraph::~ChannelGraph() { stop(); }

void ChannelGraph::stop() {
  mail_.abort();
  mailPool_.stop();
  transport_.stop();
  resolver_.stop();
}

}  // namespace sw::app
