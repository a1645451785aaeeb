#include "fakes/fake_storage.h"

namespace sw::fakes {

class FakeStorage::Unit final : public jobs::UnitOfWork {
 public:
  explicit Unit(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<void>> commit() override {
    std::unique_lock lock(storage_.mutex_);
    if (storage_.nextFailure_ && storage_.beforeFailure_-- == 0) {
      base::Error failure = *storage_.nextFailure_;
      storage_.nextFailure_.reset();
      co_return failure;
    }
    FakeTables before = storage_.tables_;
    for (const Step& step : steps_) {
      if (auto failure = step(storage_.tables_)) {
        storage_.tables_ = std::move(before);
        co_return *failure;
      }
    }
    ++storage_.commits_;
    lock.unlock();
    for (const auto& told : told_) told();
    co_return base::Result<void>();
  }

  [[nodiscard]] bool empty() const override { return steps_.empty(); }

  std::vector<Step> steps_;
  std::ptrdiff_t guards_ = 0;
  std::vector<std::function<void()>> told_;

 private:
  FakeStorage& storage_;
};

std::unique_ptr<jobs::UnitOfWork> FakeStorage::begin() { return std::make_unique<Unit>(*this); }

void FakeStorage::add(jobs::UnitOfWork& unit, Step step) {
  static_cast<Unit&>(unit).steps_.push_back(std::move(step));
}

void FakeStorage::guard(jobs::UnitOfWork& unit, Step step) {
  auto& own = static_cast<Unit&>(unit);
  own.steps_.insert(own.steps_.begin() + own.guards_++, std::move(step));
}

void FakeStorage::afterCommit(jobs::UnitOfWork& unit, std::function<void()> told) {
  static_cast<Unit&>(unit).told_.push_back(std::move(told));
}

void FakeStorage::failNextCommit(base::Error error, int after) {
  const std::lock_guard lock(mutex_);
  beforeFailure_ = after;
  nextFailure_ = std::move(error);
}

int FakeStorage::commits() {
  const std::lock_guard lock(mutex_);
  return commits_;
}

}  // namespace sw::fakes
