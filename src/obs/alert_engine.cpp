#include "obs/alert_engine.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 1s;
constexpr auto kIdleRefresh = 30s;
constexpr auto kStartsOfInterest = 30min;
/// How long the end of an alert is worth telling late.
constexpr auto kEndWorthTelling = 1h;

}  // namespace

std::string labelsToJson(const AlertLabels& labels) {
  std::string out;
  base::json::Writer json(out);
  json.beginObject();
  for (const auto& [name, value] : labels) json.field(name, value);
  json.endObject();
  return out;
}

AlertLabels labelsFromJson(std::string_view json) {
  AlertLabels labels;
  const auto document = base::json::Document::parse(json);
  if (!document.ok() || !document->root().isObject()) return labels;
  for (std::size_t i = 0; i < document->root().size(); ++i) {
    const auto [name, value] = document->root().memberAt(i);
    if (const auto text = value.asString()) labels.emplace_back(name, *text);
  }
  return labels;
}

std::string runbookOf(std::string_view base, const AlertInfo& info) {
  if (base.empty()) return std::string(info.runbook);
  const bool slash = base.ends_with('/');
  return std::string(base) + (slash ? "" : "/") + std::string(info.runbook);
}

AlertEngine::AlertEngine(AlertEngineOptions options, const base::Clock& clock,
                         MetricCatalog& catalog, Log& log, AlertStateStore* store,
                         AlertDispatcher& dispatcher)
    : options_(std::move(options)),
      clock_(clock),
      catalog_(catalog),
      logger_(log.logger("alerts")),
      dispatcher_(dispatcher),
      started_(clock.now()),
      begun_(clock.monotonic()),
      window_(kLongestAlertWindow, begun_),
      tracker_(clock),
      ledger_(store, options_.stateFile, options_.instance, clock, logger_),
      drill_(catalog.alertDrillLast.handle()) {
  dispatcher_.onReport([this](std::uint64_t message, bool delivered) {
    const std::lock_guard lock(mutex_);
    reports_.emplace_back(message, delivered);
  });
}

AlertEngine::~AlertEngine() {
  stop();
  dispatcher_.onReport({});
}

void AlertEngine::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "alerts");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      runDue();
      lock.lock();
      wake_.wait_for(lock, kLook, [this] { return stopping_; });
    }
  });
}

void AlertEngine::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  settle();  // what was delivered at the last moment is not told again after a restart
}

void AlertEngine::runDue() {
  settle();
  const base::Monotonic now = clock_.monotonic();
  if (last_ && now - *last_ < options_.interval) return;
  last_ = now;
  evaluate();
}

void AlertEngine::evaluate() {
  window_.add(takeSnapshot(catalog_));
  if (!refreshed_) {
    ledger_.refresh();
    restore();
  }
  tracker_.update(evaluateAlerts(window_, options_.thresholds, facts()));
  logChanges();

  std::vector<std::string> firing;
  for (const auto& [fingerprint, alert] : tracker_.alerts()) {
    if (alert.phase == AlertPhase::kFiring) firing.push_back(fingerprint);
  }
  endedHere_.insert(tracker_.ended().begin(), tracker_.ended().end());
  for (const std::string& fingerprint : firing) endedHere_.erase(fingerprint);
  if (!tracker_.ended().empty()) ledger_.see({}, tracker_.ended());
  const base::Monotonic now = clock_.monotonic();
  const bool busy = !firing.empty() || !endedHere_.empty();
  if (!refreshed_ || busy || now - *refreshed_ >= kIdleRefresh) {
    ledger_.refresh();
    refreshed_ = now;
    tell();
    if (!firing.empty()) ledger_.see(std::move(firing), {});
  }
  ledger_.tidy();
  if (const auto at = ledger_.lastDrill()) {
    drill_.set(std::chrono::duration<double>(at->time_since_epoch()).count());
  }
  publish();
}

/// Alerts of this copy, or of a copy that is no longer there, go on where they were.
void AlertEngine::restore() {
  const base::Instant now = clock_.now();
  for (const auto& [fingerprint, known] : ledger_.known()) {
    const AlertNotice& notice = known.notice;
    const AlertInfo* info = findAlert(notice.alert);
    if (info == nullptr || info->holdFor == 0s || !notice.isOpen()) continue;
    AlertLabels labels = labelsFromJson(notice.labels);
    if (info->scope == AlertScope::kInstance) {
      const auto instance = std::ranges::find(labels, "instance", &AlertLabels::value_type::first);
      if (instance == labels.end() || instance->second != options_.instance) continue;
    } else if (notice.instance != options_.instance && known.lastSeen &&
               now - *known.lastSeen < options_.stale) {
      continue;
    }
    AlertCondition condition{info->id, std::move(labels), notice.value, notice.threshold,
                             notice.description};
    if (fingerprintOf(condition.id, condition.labels) != fingerprint) continue;
    tracker_.restore(std::move(condition), notice.since);
  }
}

AlertFacts AlertEngine::facts() {
  AlertFacts facts;
  facts.instance = options_.instance;
  facts.now = clock_.now();
  facts.started = started_;
  facts.hasChannels = dispatcher_.hasChannels();
  facts.lastDrill = ledger_.lastDrill();
  if (const auto starts = ledger_.recordStart(started_, started_ - kStartsOfInterest)) {
    facts.startedBefore = starts->anotherBefore;
    facts.firstStart = starts->first;
    facts.startsOfHalfHour =
        static_cast<int>(std::ranges::count_if(starts->recent, [&](base::Instant start) {
          return start > facts.now - kStartsOfInterest;
        }));
  }
  return facts;
}

void AlertEngine::logChanges() const {
  for (const std::string& fingerprint : tracker_.fired()) {
    const TrackedAlert& alert = tracker_.alerts().at(fingerprint);
    const AlertInfo& info = describe(alert.condition.id);
    const Level level = info.severity == AlertSeverity::kInfo ? Level::kInfo : Level::kWarn;
    logger_.log(level, "Alert fires",
                {safeField("alert", info.name), safeField("severity", toString(info.severity)),
                 field("labels", fingerprint), field("description", alert.condition.description)});
  }
  for (const std::string& fingerprint : tracker_.ended()) {
    const TrackedAlert& alert = tracker_.alerts().at(fingerprint);
    logger_.info("Alert has ended",
                 {safeField("alert", describe(alert.condition.id).name),
                  field("labels", fingerprint), duration(alert.resolvedAt - alert.firedAt)});
  }
}

/// What has to be stored for an alert that fires here, when it is to be told now.
std::optional<AlertNotice> AlertEngine::beginning(const std::string& fingerprint,
                                                  const TrackedAlert& alert) {
  const base::Instant now = clock_.now();
  const AlertInfo& info = describe(alert.condition.id);
  AlertNotice next;
  if (const auto found = ledger_.known().find(fingerprint); found != ledger_.known().end()) {
    next = found->second.notice;
    const auto lastSign = std::max(found->second.lastSeen.value_or(next.changed), next.changed);
    if (next.isOpen() && alert.firedAt > lastSign + options_.stale) {
      // Nobody was there to see it end.
      next.ended = lastSign;
      if (!ledger_.put(next)) return std::nullopt;
      next = ledger_.known().at(fingerprint).notice;
    }
  }
  if (next.isOpen()) {
    const auto repeat =
        info.severity == AlertSeverity::kInfo ? options_.repeatInfo : options_.repeat;
    const bool due = next.told != AlertTold::kFiring || now - next.toldAt >= repeat;
    if (!due || now < next.claimedUntil) return std::nullopt;
  } else {
    // Another copy called it ended a moment ago; this one may just be slower to see that.
    if (next.ended && alert.firedAt <= *next.ended && now - *next.ended < options_.settle) {
      return std::nullopt;
    }
    next.told = AlertTold::kNothing;
    next.since = alert.firedAt;
    next.ended.reset();
  }
  next.fingerprint = fingerprint;
  next.alert = info.name;
  next.labels = labelsToJson(alert.condition.labels);
  next.description = alert.condition.description;
  next.value = alert.condition.value;
  next.threshold = alert.condition.threshold;
  return next;
}

/// What has to be stored for an alert that fires nowhere any more, when that is to be told now.
std::optional<AlertNotice> AlertEngine::ending(const KnownAlert& alert) {
  const base::Instant now = clock_.now();
  AlertNotice next = alert.notice;
  const AlertInfo* info = findAlert(next.alert);
  const bool worthTelling = next.told == AlertTold::kFiring && info != nullptr && info->tellsEnd;
  if (next.revision == 0 || now < next.claimedUntil) return std::nullopt;
  if (next.ended) {
    const bool open = worthTelling && now - *next.ended < kEndWorthTelling;
    return open ? std::optional(next) : std::nullopt;
  }
  if (tracker_.isFiring(next.fingerprint)) return std::nullopt;
  const bool here = endedHere_.contains(next.fingerprint);
  const auto lastSign =
      here ? alert.lastSeen
           : std::optional(std::max(alert.lastSeen.value_or(next.changed), next.changed));
  if (lastSign && *lastSign + options_.stale >= now) return std::nullopt;
  if (!here) {
    // Of a copy that is gone, as far as this can be known: others need time to speak up.
    const auto quiet = clock_.monotonic() - std::max(begun_, ledger_.sharedSince());
    if (!ledger_.isShared() || quiet < options_.stale) return std::nullopt;
  }
  next.ended = now;
  if (!worthTelling) {
    next.told = AlertTold::kResolved;
    next.toldAt = now;
  }
  return next;
}

void AlertEngine::claim(AlertNotice next, AlertTold told, std::vector<AlertNotice>& toTell) {
  const base::Instant now = clock_.now();
  const bool silent = next.told == AlertTold::kResolved || !dispatcher_.hasChannels();
  if (silent) {
    next.told = told;
    next.toldAt = now;
    next.claimedUntil = {};
  } else {
    next.claimedUntil = now + options_.lease;
  }
  if (!ledger_.put(next) || silent) return;
  claims_.push_back({next.fingerprint, told, next.since});
  toTell.push_back(std::move(next));
}

void AlertEngine::tell() {
  std::vector<AlertNotice> begun;
  std::vector<AlertNotice> over;
  for (const auto& [fingerprint, alert] : tracker_.alerts()) {
    if (alert.phase != AlertPhase::kFiring) continue;
    if (auto next = beginning(fingerprint, alert)) {
      claim(*std::move(next), AlertTold::kFiring, begun);
    }
  }
  std::vector<AlertNotice> ended;
  for (const auto& [fingerprint, known] : ledger_.known()) {
    if (auto next = ending(known)) ended.push_back(*std::move(next));
  }
  for (AlertNotice& next : ended) claim(std::move(next), AlertTold::kResolved, over);
  std::erase_if(endedHere_, [this](const std::string& fingerprint) {
    const auto found = ledger_.known().find(fingerprint);
    return found == ledger_.known().end() || !found->second.notice.isOpen();
  });
  if (claims_.empty()) return;

  AlertMessage message;
  message.service = options_.service;
  message.externalUrl = options_.externalUrl;
  message.sent = clock_.now();
  for (const AlertNotice& notice : begun) {
    message.notes.push_back(noteOf(notice, AlertTold::kFiring));
  }
  for (const AlertNotice& notice : over) {
    message.notes.push_back(noteOf(notice, AlertTold::kResolved));
  }
  std::vector<Claim> claims = std::exchange(claims_, {});
  underWay_.emplace(dispatcher_.dispatch(std::move(message)), std::move(claims));
}

AlertNote AlertEngine::noteOf(const AlertNotice& notice, AlertTold told) const {
  AlertNote note;
  note.name = notice.alert;
  note.description = notice.description;
  note.fingerprint = notice.fingerprint;
  note.instance = options_.instance;
  note.labels = labelsFromJson(notice.labels);
  note.since = notice.since;
  note.value = notice.value;
  note.threshold = notice.threshold;
  if (told == AlertTold::kResolved) note.ended = notice.ended.value_or(clock_.now());
  if (const AlertInfo* info = findAlert(notice.alert)) {
    note.severity = toString(info->severity);
    note.summary = info->summary;
    note.runbook = runbookOf(options_.runbookBase, *info);
  }
  return note;
}

void AlertEngine::settle() {
  std::vector<std::pair<std::uint64_t, bool>> reports;
  {
    const std::lock_guard lock(mutex_);
    reports.swap(reports_);
  }
  const base::Instant now = clock_.now();
  for (const auto& [message, delivered] : reports) {
    const auto found = underWay_.find(message);
    if (found == underWay_.end()) continue;
    for (const Claim& claim : found->second) {
      const auto known = ledger_.known().find(claim.fingerprint);
      if (known == ledger_.known().end() || known->second.notice.since != claim.since) continue;
      AlertNotice next = known->second.notice;
      if (delivered) {
        next.told = claim.told;
        next.toldAt = now;
        next.claimedUntil = {};
      } else {
        next.claimedUntil = now + options_.retellAfter;
      }
      ledger_.put(std::move(next));
    }
    underWay_.erase(found);
  }
}

void AlertEngine::publish() {
  View view;
  view.local = tracker_.alerts();
  for (const auto& [fingerprint, known] : ledger_.known()) {
    if (known.notice.isOpen() && !view.local.contains(fingerprint)) {
      view.elsewhere.push_back(known.notice);
    }
  }
  view.evaluated = clock_.now();
  view.lastDrill = ledger_.lastDrill();
  view.shared = ledger_.isShared();
  const std::lock_guard lock(mutex_);
  view_ = std::move(view);
}

}  // namespace sw::obs
