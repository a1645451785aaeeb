#include "obs/alert_ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "base/local_loop.h"

namespace sw::obs {
namespace {

using base::json::Value;

constexpr std::size_t kMaxFileBytes = std::size_t{4} << 20;

std::int64_t count(base::Instant at) { return at.time_since_epoch().count(); }
base::Instant instant(const Value& value) {
  return base::Instant(std::chrono::microseconds(value.asInteger().value_or(0)));
}
std::string text(const Value& value) { return std::string(value.asString().value_or("")); }

void append(base::json::Writer& json, const AlertNotice& notice) {
  json.beginObject();
  json.field("fingerprint", notice.fingerprint).field("alert", notice.alert);
  json.field("labels", notice.labels).field("instance", notice.instance);
  json.field("description", notice.description);
  json.key("value").number(notice.value).key("threshold").number(notice.threshold);
  json.field("told", static_cast<std::int64_t>(notice.told));
  json.field("since", count(notice.since));
  if (notice.ended) json.field("ended", count(*notice.ended));
  json.field("toldAt", count(notice.toldAt)).field("claimedUntil", count(notice.claimedUntil));
  json.field("changed", count(notice.changed)).field("revision", notice.revision);
  json.endObject();
}

std::optional<AlertNotice> read(const Value& value) {
  AlertNotice notice;
  notice.fingerprint = text(value.find("fingerprint"));
  notice.alert = text(value.find("alert"));
  notice.labels = text(value.find("labels"));
  notice.instance = text(value.find("instance"));
  notice.description = text(value.find("description"));
  notice.value = value.find("value").asNumber().value_or(0);
  notice.threshold = value.find("threshold").asNumber().value_or(0);
  const auto told = value.find("told").asInteger().value_or(-1);
  notice.since = instant(value.find("since"));
  if (const Value ended = value.find("ended"); ended.asInteger()) notice.ended = instant(ended);
  notice.toldAt = instant(value.find("toldAt"));
  notice.claimedUntil = instant(value.find("claimedUntil"));
  notice.changed = instant(value.find("changed"));
  notice.revision = value.find("revision").asInteger().value_or(0);
  if (notice.fingerprint.empty() || notice.revision < 1 || told < 0 || told > 2) return {};
  notice.told = static_cast<AlertTold>(told);
  return notice;
}

}  // namespace

AlertLedger::AlertLedger(AlertStateStore* store, std::filesystem::path file, std::string instance,
                         const base::Clock& clock, Logger logger)
    : store_(store),
      file_(std::move(file)),
      instance_(std::move(instance)),
      clock_(clock),
      logger_(logger),
      sharedSince_(clock.monotonic()) {
  readFile();
}

bool AlertLedger::reach() {
  return store_ != nullptr && (!failed_ || clock_.monotonic() >= retryAt_);
}

template <class T>
bool AlertLedger::worked(const base::Result<T>& outcome) {
  if (outcome.ok()) {
    if (failed_ || !reached_) sharedSince_ = clock_.monotonic();
    if (failed_) logger_.info("The state of alerts is shared with the other copies again");
    failed_ = false;
    reached_ = true;
    return true;
  }
  if (!failed_) {
    logger_.warn("The state of alerts cannot be stored; this copy goes on by itself",
                 {errorType(base::describe(outcome.error().code()).label),
                  field("error", outcome.error().describe())});
  }
  failed_ = true;
  retryAt_ = clock_.monotonic() + kStoreRetry;
  return false;
}

bool AlertLedger::mergeOwn() {
  if (unmerged_.empty()) return true;
  std::vector<AlertNotice> own;
  for (const std::string& fingerprint : unmerged_) {
    if (const auto found = known_.find(fingerprint); found != known_.end()) {
      own.push_back(found->second.notice);
    }
  }
  if (!worked(base::runBlocking(store_->merge(std::move(own))))) return false;
  unmerged_.clear();
  return true;
}

const std::map<std::string, KnownAlert>& AlertLedger::refresh() {
  if (!reach() || !mergeOwn()) return known_;
  auto overview = base::runBlocking(store_->load());
  if (!worked(overview)) return known_;
  known_.clear();
  for (KnownAlert& alert : overview->alerts) {
    std::string fingerprint = alert.notice.fingerprint;
    known_.emplace(std::move(fingerprint), std::move(alert));
  }
  lastDrill_ = overview->lastDrill;
  writeFile();
  return known_;
}

bool AlertLedger::put(AlertNotice next) {
  next.changed = clock_.now();
  next.instance = instance_;
  KnownAlert& known = known_[next.fingerprint];
  next.revision = known.notice.revision + 1;
  if (reach()) {
    const auto stored = base::runBlocking(store_->put(next));
    if (worked(stored)) {
      if (!*stored) return false;
      known.notice = std::move(next);
      writeFile();
      return true;
    }
  }
  // Told by each copy that sees it rather than by none.
  unmerged_.insert(next.fingerprint);
  known.notice = std::move(next);
  writeFile();
  return true;
}

void AlertLedger::see(std::vector<std::string> seen, std::vector<std::string> unseen) {
  const base::Instant now = clock_.now();
  if (reach()) {
    static_cast<void>(worked(base::runBlocking(store_->see(instance_, seen, unseen, now))));
  }
  for (const std::string& fingerprint : seen) {
    if (const auto found = known_.find(fingerprint); found != known_.end()) {
      found->second.lastSeen = now;
    }
  }
  if (isShared()) return;
  // Alone there is nobody else who could see it.
  for (const std::string& fingerprint : unseen) {
    if (const auto found = known_.find(fingerprint); found != known_.end()) {
      found->second.lastSeen.reset();
    }
  }
}

std::optional<ProcessStarts> AlertLedger::recordStart(base::Instant started, base::Instant since) {
  if (starts_ || !reach()) return starts_;
  auto stored = base::runBlocking(store_->recordStart(instance_, started, since));
  if (worked(stored)) starts_ = *std::move(stored);
  return starts_;
}

void AlertLedger::tidy() {
  constexpr int kPiece = 500;
  constexpr std::chrono::hours kEvery{1};
  const base::Monotonic now = clock_.monotonic();
  if (!reach() || (tidied_ && now - *tidied_ < kEvery)) return;
  tidied_ = now;
  static_cast<void>(worked(base::runBlocking(store_->removeExpired(clock_.now(), kPiece))));
}

void AlertLedger::readFile() {
  if (file_.empty()) return;
  std::ifstream in(file_, std::ios::binary);
  if (!in) return;
  const std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (content.size() > kMaxFileBytes) return;
  const auto document = base::json::Document::parse(content);
  if (!document.ok()) {
    logger_.warn("The file with the state of alerts is damaged and begun anew",
                 {field("file", file_.native())});
    return;
  }
  const Value notices = document->root().find("notices");
  for (std::size_t i = 0; i < notices.size(); ++i) {
    auto notice = read(notices.at(i));
    if (!notice) continue;
    std::string fingerprint = notice->fingerprint;
    unmerged_.insert(fingerprint);  // the process may have ended before the store came back
    known_.emplace(std::move(fingerprint), KnownAlert{*std::move(notice), std::nullopt});
  }
  written_ = content;
}

void AlertLedger::writeFile() {
  if (file_.empty()) return;
  std::string content;
  base::json::Writer json(content);
  json.beginObject().key("notices").beginArray();
  for (const auto& [fingerprint, alert] : known_) append(json, alert.notice);
  json.endArray().endObject();
  if (content == written_) return;
  const std::filesystem::path fresh = file_.native() + ".new";
  // Others on this machine need not read what fails here.
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool done = descriptor >= 0 && ::write(descriptor, content.data(), content.size()) ==
                                     static_cast<ssize_t>(content.size());
  if (descriptor >= 0) done = ::close(descriptor) == 0 && done;
  std::error_code failure;
  if (done) std::filesystem::rename(fresh, file_, failure);
  if (!done || failure) {
    if (!fileFailed_) {
      logger_.warn("The state of alerts cannot be written to its file",
                   {field("file", file_.native())});
    }
    fileFailed_ = true;
    return;
  }
  fileFailed_ = false;
  written_ = std::move(content);
}

}  // namespace sw::obs
