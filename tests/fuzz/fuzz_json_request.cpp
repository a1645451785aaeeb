#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "accounts/acl_json.h"
#include "accounts/settings_json.h"
#include "api/free_busy_request.h"
#include "base/json_patch.h"
#include "base/json_reader.h"
#include "calendar/event_json.h"

namespace {

using namespace sw;
using base::json::Document;
using base::json::Problems;

/// A broken promise ends the run with the input that broke it.
void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "%.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

/// Whether the body had problems; each then has a text for people.
bool refused(const Problems& problems) {
  if (problems.empty()) return false;
  const base::Error error = problems.toError();
  require(!error.details().empty(), "an error without its details");
  for (const base::FieldProblem& problem : error.details()) {
    require(!problem.issue.empty(), "a problem without a text");
  }
  return true;
}

/// Equal but for the last digits of numbers with a fraction, which the library reads with an error.
bool same(base::json::Value left, base::json::Value right) {
  using Type = base::json::Value::Type;
  if (left.type() != right.type() || left.size() != right.size()) return false;
  if (left.type() == Type::kNumber) {
    const double value = *left.asNumber();
    return std::abs(value - *right.asNumber()) <= std::abs(value) * 1e-14;
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left.isArray()) {
      if (!same(left.at(i), right.at(i))) return false;
      continue;
    }
    const auto [name, value] = left.memberAt(i);
    const auto [otherName, otherValue] = right.memberAt(i);
    if (name != otherName || !same(value, otherValue)) return false;
  }
  return left.asString() == right.asString() && left.asBool() == right.asBool();
}

/// What was parsed is written and parsed again as the same.
void checkText(const Document& document) {
  const auto again = Document::parse(document.root().serialize());
  require(again.ok(), "a serialised document cannot be parsed");
  require(same(document.root(), again->root()), "a document changes when it is written");
}

/// A merge patch applied twice gives what it gave the first time (RFC 7396 has no other effect).
void checkPatch(const Document& document) {
  const std::string target =
      R"({"a":{"b":1,"c":[1,2]},"summary":"s","start":{"date":"2026-03-01"}})";
  const auto once = base::json::mergePatch(target, document.root());
  require(once.ok(), "a patch fails on a good target");
  const auto twice = base::json::mergePatch(*once, document.root());
  require(twice.ok() && *twice == *once, "a patch is not idempotent");
}

/// An event that is accepted is stored and read back as it was.
void checkEvent(const Document& document) {
  static const base::Zone zone = *base::Zone::find("Europe/Berlin");
  Problems problems;
  const auto content = calendar::readEventContent(document.root(), zone,
                                                  calendar::EventJsonSource::kRequest, problems);
  if (refused(problems)) return;
  calendar::checkEventContent(content, problems);
  if (refused(problems)) return;
  const std::string stored = calendar::toDocument(content);
  const auto back = calendar::fromDocument(stored, calendar::toResidue(content));
  require(back.ok(), "an accepted event cannot be read from the store");
  require(*back == content, "an accepted event changes in the store");
}

/// Settings that are accepted are stored and read back as they were.
void checkSettings(const Document& document) {
  Problems problems;
  const auto settings = accounts::readSettings(document.root(), problems);
  if (refused(problems)) return;
  const std::string stored = accounts::toSettingsDocument(settings);
  const auto back = accounts::fromStored({.document = stored, .revision = 1, .updated = {}});
  require(back.ok(), "accepted settings cannot be read from the store");
  require(accounts::toSettingsDocument(*back) == stored, "accepted settings change in the store");
}

void checkOthers(const Document& document) {
  Problems ofFreeBusy;
  const auto request = api::readFreeBusyRequest(document.root(), ofFreeBusy);
  if (!refused(ofFreeBusy)) {
    require(request.window.start <= request.window.end, "a window that ends before it starts");
  }
  Problems ofEntry;
  const auto entry = accounts::readNewAclEntry(document.root(), ofEntry);
  if (!refused(ofEntry)) {
    require(!entry.email.empty() || !entry.subject.empty() || entry.userId != base::Uuid{},
            "a role for nobody");
  }
  Problems ofChange;
  accounts::readAclChange(document.root(), ofChange);
  refused(ofChange);
}

}  // namespace

/// Input: a first byte that chooses the reader, then a body of a request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 64 * 1024) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto document = Document::parse(body);
  if (!document) {
    require(!document.error().message().empty(), "a refusal without a reason");
    return 0;
  }
  switch (data[0] % 5) {
    case 0: checkText(*document); break;
    case 1: checkPatch(*document); break;
    case 2: checkEvent(*document); break;
    case 3: checkSettings(*document); break;
    default: checkOthers(*document); break;
  }
  return 0;
}
