#include "adapters/push/ntfy_sender.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace sw::adapters::push {

using base::Result;
using base::Task;
using reminders::ResourceKind;

namespace {

/// A longer text would become an attachment.
constexpr std::size_t kMaxText = 4096;

/// UTF-8 that stays in its header line; ntfy reads UTF-8 there.
std::string oneLine(std::string_view text) {
  std::string line;
  base::appendAsUtf8(line, text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  return std::string(base::trim(line));
}

/// Short codes that ntfy shows as emoji (docs.ntfy.sh/emojis).
std::string_view tagOf(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kHabit: return "repeat";
    case ResourceKind::kGoal: return "dart";
    case ResourceKind::kTask: return "ballot_box_with_check";
    case ResourceKind::kEvent: return "calendar";
  }
  return "bell";
}

}  // namespace

Task<Result<void>> NtfySender::push(const reminders::PushAddress& address,
                                    const reminders::Message& message,
                                    std::chrono::milliseconds timeout) {
  SW_CO_TRY(webhooks::TargetUrl target, webhooks::TargetUrl::parse(address.url, allowHttp_));
  PushCaller::Call call;
  call.headers = {
      {"Content-Type", "text/plain; charset=utf-8"},
      {"Title", oneLine(message.title)},
      {"Priority", "high"},
      {"Tags", std::string(tagOf(message.kind))},
      {"X-Sequence-ID", message.id},
  };
  if (!message.link.empty()) call.headers.emplace_back("Click", oneLine(message.link));
  if (!address.token.empty()) {
    call.headers.emplace_back("Authorization", "Bearer " + address.token);
  }
  const std::string_view text = message.body.empty() ? message.title : message.body;
  call.target = std::move(target);
  call.body = std::string(text.substr(0, base::utf8Prefix(text, kMaxText)));
  call.timeout = timeout;
  co_return co_await caller_.post(std::move(call));
}

}  // namespace sw::adapters::push
