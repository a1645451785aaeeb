#include "adapters/sql/pg_pool.h"

#include <utility>

#include "base/context.h"

namespace sw::sql {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

// Suspends until a place is free and promised to this waiter.
struct PgPool::Turn {
  PgPool& pool;
  Waiter waiter{};
  base::KeptContext context{};

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    waiter = {base::Loop::current(), handle};
    context.suspend();
    pool.waiters_.push_back(&waiter);
    pool.use_.waiting.fetch_add(1, std::memory_order_relaxed);
  }
  void await_resume() const noexcept {
    context.resume();
    --pool.promised_;
    pool.use_.waiting.fetch_sub(1, std::memory_order_relaxed);
  }
};

Task<Result<std::unique_ptr<PgConnection>>> PgPool::acquire() {
  if (isFull()) {
    co_return Error(Code::kUnavailable, "too many queries are waiting for a connection");
  }
  if (free() <= 0) {
    Turn turn{*this};
    co_await turn;
  }
  use_.active.fetch_add(1, std::memory_order_relaxed);
  while (!idle_.empty()) {
    std::unique_ptr<PgConnection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->usable()) co_return connection;
    --open_;
  }
  ++open_;
  auto made = co_await PgConnection::connect(options_, dog_);
  if (!made.ok()) release(nullptr);
  co_return made;
}

void PgPool::release(std::unique_ptr<PgConnection> connection) {
  use_.active.fetch_sub(1, std::memory_order_relaxed);
  if (connection && connection->usable()) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
  if (waiters_.empty()) return;
  Waiter* next = waiters_.front();
  waiters_.pop_front();
  ++promised_;
  next->loop->post(next->handle);
}

}  // namespace sw::sql
