#include "adapters/mail/mail_alert_sink.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "base/time_format.h"
#include "base/uuid.h"

namespace sw::adapters::mail {
namespace {

using obs::AlertMessage;
using obs::AlertNote;
using Outcome = obs::AlertDelivery::Outcome;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

/// The lines below an alert's headline: name and value.
std::vector<std::pair<std::string, std::string>> rowsOf(const AlertNote& note) {
  std::vector<std::pair<std::string, std::string>> rows{{"Severity", note.severity},
                                                        {"Instance", note.instance}};
  for (const auto& [name, value] : note.labels) {
    if (name != "instance") rows.emplace_back(name, value);
  }
  rows.emplace_back("Since", base::formatInstant(note.since));
  if (note.ended) rows.emplace_back("Ended", base::formatInstant(*note.ended));
  rows.emplace_back("Runbook", note.runbook);
  return rows;
}

std::string subjectOf(const AlertMessage& message) {
  const std::size_t firing = message.firing();
  const std::size_t ended = message.notes.size() - firing;
  std::string subject = firing > 0 ? "[FIRING" : "[RESOLVED";
  const std::size_t count = firing > 0 ? firing : ended;
  if (count > 1) subject += ':' + std::to_string(count);
  subject += "] ";
  if (message.notes.empty()) return subject + message.service;
  const AlertNote& first = message.notes.front();
  subject += first.summary + " (" + first.severity + ')';
  if (message.notes.size() > 1) {
    subject += " and " + std::to_string(message.notes.size() - 1) + " more";
  }
  return subject;
}

std::string textOf(const AlertMessage& message) {
  std::string out;
  for (const AlertNote& note : message.notes) {
    out += std::string(note.ended ? "RESOLVED" : "FIRING") + ": " + note.name + "\n";
    out += note.summary + "\n";
    if (!note.description.empty()) out += note.description + "\n";
    for (const auto& [name, value] : rowsOf(note)) out += "  " + name + ": " + value + "\n";
    out += "\n";
  }
  out += "-- \n" + message.service;
  if (!message.externalUrl.empty()) out += ", " + message.externalUrl;
  return out + "\n";
}

std::string htmlOf(const AlertMessage& message) {
  std::string out = "<!DOCTYPE html><html><body style=\"font-family:sans-serif\">\n";
  for (const AlertNote& note : message.notes) {
    const std::string_view colour = note.ended                    ? "#2e7d32"
                                    : note.severity == "critical" ? "#b71c1c"
                                    : note.severity == "warning"  ? "#b26a00"
                                                                  : "#1565c0";
    out += "<h3 style=\"color:" + std::string(colour) + "\">";
    out += note.ended ? "RESOLVED: " : "FIRING: ";
    out += escaped(note.name) + "</h3>\n<p><b>" + escaped(note.summary) + "</b></p>\n";
    if (!note.description.empty()) out += "<p>" + escaped(note.description) + "</p>\n";
    out += "<table>\n";
    for (const auto& [name, value] : rowsOf(note)) {
      const bool link = value.starts_with("https://") || value.starts_with("http://");
      const std::string shown = escaped(value);
      out += "<tr><td>" + escaped(name) + "</td><td>" +
             (link ? "<a href=\"" + shown + "\">" + shown + "</a>" : shown) + "</td></tr>\n";
    }
    out += "</table>\n";
  }
  return out + "</body></html>\n";
}

/// An id for all mails of one incident: FNV-1a (64 bit) of what it is and when it began.
std::string incidentId(const AlertNote& note, std::string_view domain) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : note.fingerprint + base::formatInstant(note.since)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return "incident." + std::to_string(hash) + '@' + std::string(domain);
}

}  // namespace

Mail alertMail(const AlertMessage& message, const std::string& from, std::vector<std::string> to,
               const base::Clock& clock) {
  constexpr std::size_t kMostReferences = 10;
  Mail mail;
  mail.from = from;
  mail.fromName = message.service;
  mail.to = std::move(to);
  mail.subject = subjectOf(message);
  mail.text = textOf(message);
  mail.html = htmlOf(message);
  const std::string_view domain = domainOf(from);
  mail.messageId = base::newUuid(clock).toString() + '@' + std::string(domain);
  for (const AlertNote& note : message.notes) {
    if (mail.thread.size() == kMostReferences) break;
    mail.thread.push_back(incidentId(note, domain));
  }
  mail.date = message.sent;
  return mail;
}

obs::AlertDelivery MailAlertSink::send(const AlertMessage& message,
                                       std::chrono::milliseconds timeout) {
  const Mail mail = alertMail(message, from_, to_, clock_);
  std::string boundary = "part";
  for (const char c : base::newUuid(clock_).toString()) {
    if (c != '-') boundary += c;
  }
  const std::string content = renderMail(mail, boundary);
  const auto outcome = client_.send(from_, to_, content, timeout);
  obs::AlertDelivery delivery;
  if (outcome.ok()) return delivery;
  const base::Code code = outcome.error().code();
  const bool refused = code == base::Code::kInvalid || code == base::Code::kForbidden;
  delivery.outcome = refused ? Outcome::kRefused : Outcome::kAgain;
  delivery.problem = outcome.error().message();
  return delivery;
}

}  // namespace sw::adapters::mail
