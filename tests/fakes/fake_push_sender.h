#pragma once

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "reminders/push_sender.h"

namespace sw::fakes {

/// Keeps what is pushed and answers what a test has put in; takes everything when there is nothing
/// left. For one thread.
class FakePushSender final : public reminders::PushSender {
 public:
  explicit FakePushSender(reminders::PushKind kind) : kind_(kind) {}

  [[nodiscard]] reminders::PushKind kind() const override { return kind_; }
  base::Task<base::Result<void>> push(const reminders::PushAddress& address,
                                      const reminders::Message& message,
                                      std::chrono::milliseconds timeout) override {
    sent.emplace_back(address, message);
    timeouts.push_back(timeout);
    if (onPush) onPush();
    if (answers.empty()) co_return base::Result<void>();
    const base::Result<void> next = answers.front();
    answers.pop_front();
    co_return next;
  }

  std::vector<std::pair<reminders::PushAddress, reminders::Message>> sent;
  std::vector<std::chrono::milliseconds> timeouts;
  std::deque<base::Result<void>> answers;
  std::function<void()> onPush;

 private:
  const reminders::PushKind kind_;
};

}  // namespace sw::fakes
