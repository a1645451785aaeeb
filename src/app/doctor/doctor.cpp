#include "app/doctor/doctor.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/build_info.h"
#include "app/serve_settings.h"
#include "base/json.h"
#include "base/text.h"
#include "obs/redact.h"

namespace sw::app {

namespace {

constexpr std::size_t kWidth = 92;

std::string_view colourOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk: return "\x1b[32m";
    case Verdict::kWarn: return "\x1b[33m";
    case Verdict::kFail: return "\x1b[31m";
  }
  return "";
}

std::string count(const Findings& findings, Verdict verdict) {
  return std::to_string(std::ranges::count(findings.all(), verdict, &Finding::verdict));
}

}  // namespace

std::string_view toString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk: return "ok";
    case Verdict::kWarn: return "warn";
    case Verdict::kFail: return "fail";
  }
  return "fail";
}

void Findings::ok(std::string_view check, std::string message) {
  all_.push_back({std::string(check), Verdict::kOk, std::move(message)});
}

void Findings::warn(std::string_view check, std::string message, std::string advice) {
  all_.push_back({std::string(check), Verdict::kWarn, std::move(message), std::move(advice)});
}

void Findings::fail(std::string_view check, std::string message, std::string advice) {
  all_.push_back({std::string(check), Verdict::kFail, std::move(message), std::move(advice)});
}

Verdict Findings::verdict() const {
  Verdict worst = Verdict::kOk;
  for (const Finding& finding : all_) worst = std::max(worst, finding.verdict);
  return worst;
}

Findings examine(const base::LoadedConfig& loaded, const base::Clock& clock) {
  obs::Redactor redactor;
  for (const std::string& secret : loaded.secrets()) redactor.addSecret(secret);
  Findings found;
  const auto resolved = resolveSettings(loaded.config);
  if (resolved.ok()) {
    found.ok("configuration", "every setting can be understood");
  } else {
    for (const base::FieldProblem& problem : resolved.error().details()) {
      found.fail("configuration", problem.field + ": " + problem.issue,
                 "`scheduling-worker config --help` documents every variable");
    }
  }
  for (const auto check :
       {checkFiles, checkDatabase, checkMachine, checkDependencies, checkReceivers, checkService}) {
    check(loaded, clock, found);
  }
  Findings clean;
  for (const Finding& finding : found.all()) {
    const std::string message = redactor.redact(finding.message);
    switch (finding.verdict) {
      case Verdict::kOk: clean.ok(finding.check, message); break;
      case Verdict::kWarn: clean.warn(finding.check, message, finding.advice); break;
      case Verdict::kFail: clean.fail(finding.check, message, finding.advice); break;
    }
  }
  return clean;
}

std::string doctorText(const Findings& findings, bool colour) {
  constexpr std::size_t kColumn = 32;
  const std::string indent(kColumn, ' ');
  std::string text;
  for (const Finding& finding : findings.all()) {
    std::string head(toString(finding.verdict));
    head.resize(6, ' ');
    head += finding.check;
    head.resize(std::max(head.size() + 1, kColumn), ' ');
    std::string lines = base::wrapText(finding.message, kWidth, indent);
    lines.replace(0, std::min(lines.size(), kColumn), head);
    if (colour) lines = std::string(colourOf(finding.verdict)) + lines.insert(4, "\x1b[0m");
    text += lines;
    if (!finding.advice.empty()) text += base::wrapText("-> " + finding.advice, kWidth, indent);
  }
  text += "\n" + count(findings, Verdict::kOk) + " ok, " + count(findings, Verdict::kWarn) +
          " to look at, " + count(findings, Verdict::kFail) + " wrong\n";
  return text;
}

std::string doctorJson(const Findings& findings) {
  std::string text;
  base::json::Writer writer(text);
  writer.beginObject()
      .field("status", toString(findings.verdict()))
      .field("version", buildInfo().version)
      .key("checks")
      .beginArray();
  for (const Finding& finding : findings.all()) {
    writer.beginObject()
        .field("name", finding.check)
        .field("status", toString(finding.verdict))
        .field("message", finding.message);
    if (!finding.advice.empty()) writer.field("advice", finding.advice);
    writer.endObject();
  }
  writer.endArray().endObject();
  return text;
}

}  // namespace sw::app
