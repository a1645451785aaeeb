#include "reminders/push_channel.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace sw::reminders {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using namespace std::chrono_literals;

namespace {

/// Of one message to all devices; the port allows 30 s.
constexpr auto kPatience = 25s;
/// Of one device.
constexpr std::chrono::milliseconds kTimeout = 10s;
/// Receipts that are remembered: far more than messages between their attempts.
constexpr std::size_t kReceipts = 10'000;

/// The error that says most about whether to try again.
void keepWorse(std::optional<Error>& worst, const Error& error) {
  const bool retryable = base::describe(error.code()).retryable;
  if (!worst || (retryable && !base::describe(worst->code()).retryable)) worst = error;
}

}  // namespace

bool PushChannel::wasAccepted(const Receipt& receipt) {
  const std::lock_guard lock(mutex_);
  return receipts_.contains(receipt);
}

void PushChannel::accepted(Receipt receipt) {
  const std::lock_guard lock(mutex_);
  if (!receipts_.insert(receipt).second) return;
  order_.push_back(std::move(receipt));
  if (order_.size() > kReceipts) {
    receipts_.erase(order_.front());
    order_.pop_front();
  }
}

Task<Result<void>> PushChannel::sendTo(const PushTarget& target, const Message& message,
                                       std::chrono::milliseconds timeout) {
  const std::optional<PushAddress> address = parts_.keeper.open(target);
  if (!address) {
    co_return Error(Code::kCorrupted,
                    "the address of a push target cannot be decrypted: TOKEN_ENCRYPTION_KEY is "
                    "another than when it was registered");
  }
  auto outcome = co_await parts_.sender.push(*address, message, timeout);
  if (!outcome.ok() && outcome.error().code() == Code::kGone) {
    const auto unit = parts_.storage.begin();
    parts_.targets.removeGone(*unit, target);
    SW_CO_CHECK(co_await unit->commit());
  }
  co_return outcome;
}

Task<Result<Delivery>> PushChannel::send(const Message& message) {
  const base::Monotonic deadline = clock_.monotonic() + kPatience;
  SW_CO_TRY(const std::vector<PushTarget> all, co_await parts_.targets.ofUser(message.userId));
  bool sent = false;
  std::optional<Error> failure;
  for (const PushTarget& target : all) {
    if (target.kind != parts_.sender.kind()) continue;
    Receipt receipt(message.id, target.id);
    if (wasAccepted(receipt)) {
      sent = true;
      continue;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock_.monotonic());
    if (left <= 0ms) {
      keepWorse(failure, Error(Code::kTimeout, "not every device was reached in time"));
      break;
    }
    const std::chrono::milliseconds timeout = std::min(left, kTimeout);
    const auto outcome = co_await sendTo(target, message, timeout);
    if (outcome.ok()) {
      sent = true;
      accepted(std::move(receipt));
    } else if (outcome.error().code() != Code::kGone) {
      keepWorse(failure, outcome.error());
    }
  }
  // What can still succeed is tried again; what cannot is no failure where another device has it.
  if (failure && (!sent || base::describe(failure->code()).retryable)) co_return *failure;
  co_return sent ? Delivery::kSent : Delivery::kSkipped;
}

}  // namespace sw::reminders
