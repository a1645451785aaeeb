#pragma once

#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "webhooks/transport.h"

namespace sw::fakes {

/// Names and their addresses as a test says. For one thread.
class FakeResolver final : public webhooks::Resolver {
 public:
  void set(const std::string& host, std::initializer_list<const char*> addresses) {
    std::vector<webhooks::IpAddress>& known = hosts_[host];
    known.clear();
    for (const char* text : addresses) known.push_back(webhooks::IpAddress::parse(text).value());
  }
  void fail(base::Error error) { failure_ = std::move(error); }

  base::Task<base::Result<std::vector<webhooks::IpAddress>>> resolve(std::string host) override {
    if (failure_) co_return *failure_;
    const auto found = hosts_.find(host);
    if (found == hosts_.end()) co_return base::Error(base::Code::kNotFound, "no such name");
    co_return found->second;
  }

 private:
  std::map<std::string, std::vector<webhooks::IpAddress>> hosts_;
  std::optional<base::Error> failure_;
};

/// Keeps what is sent and answers what a test has put in, 200 when there is nothing left. For one
/// thread.
class FakeTransport final : public webhooks::Transport {
 public:
  base::Task<base::Result<Answer>> send(Message message) override {
    sent.push_back(std::move(message));
    if (onSend) onSend();
    if (answers.empty()) co_return Answer{200, "ok", {}};
    auto next = std::move(answers.front());
    answers.pop_front();
    co_return next;
  }
  /// The value of a header of a message; empty when it has none.
  static std::string header(const Message& message, std::string_view name) {
    for (const auto& [known, value] : message.headers) {
      if (known == name) return value;
    }
    return {};
  }

  std::vector<Message> sent;
  std::deque<base::Result<Answer>> answers;
  std::function<void()> onSend;
};

}  // namespace sw::fakes
