#include "adapters/http/connection.h"

#include <algorithm>
#include <utility>

#include "adapters/http/worker.h"

namespace sw::adapters::http {
namespace {

constexpr std::size_t kReadRoom = 512;
constexpr std::size_t kDiscardable =
    64 * 1024;  // bytes of a refused body that are read and dropped
constexpr std::chrono::milliseconds kSessionClose{500};

}  // namespace

Connection::Connection(Worker& worker, int socket, std::shared_ptr<boost::asio::ssl::context> tls,
                       bool refused)
    : worker_(worker),
      transport_(worker.loop().context(), socket, std::move(tls)),
      remoteAddress_(transport_.remoteAddress()),
      refused_(refused),
      scanner_(worker.limits()),
      firstByteAt_(worker.now()),
      lastReadAt_(firstByteAt_) {}

void Connection::start() {
  root_ = run();
  root_.start();
}

void Connection::arm(base::Monotonic deadline) {
  expired_ = false;
  deadline_ = deadline;
}

void Connection::disarm() { deadline_ = base::Monotonic::max(); }

void Connection::tick(base::Monotonic now) {
  if (now >= deadline_) {
    disarm();
    expired_ = true;
    transport_.cancel();
  }
  if (eventWait_ && transport_.peerHasClosed()) {
    broken_ = true;
    piece_.interrupt(worker_.loop());
  }
}

void Connection::drain() {
  if (idle_) {
    drained_ = true;
    transport_.cancel();
  } else if (eventWait_) {
    drained_ = true;
    piece_.interrupt(worker_.loop());
  }
}

void Connection::cut() {
  broken_ = true;
  if (transport_.open()) {
    transport_.close();
    worker_.closed();
  }
  if (!abandoned_) {
    abandoned_ = true;
    const base::Monotonic now = worker_.now();
    for (std::size_t i = 0; i < answered_ + (current_ ? 1 : 0); ++i) {
      const Slot& slot = *slots_[i];
      worker_.handler().finished(
          {slot.request.head, 499, slot.requestBytes, slot.responseBytes, now});
    }
  }
  piece_.interrupt(worker_.loop());
}

RootCoroutine Connection::run() {
  bool open = true;
  if (transport_.secure()) open = co_await handshake();
  if (open && refused_) {
    Slot& slot = claimSlot();
    closing_ = true;
    api::Response response = rejection(slot, {base::Code::kUnavailable, "too many connections", 0});
    open = co_await answer(slot, std::move(response));
  }
  while (open) open = co_await serveNext();
  co_await end();
  if (stream_ && !piece_.done()) {
    // The stream's next piece is awaited in vain; only then may the stream be freed.
    stream_->stop();
    while (!piece_.done()) co_await piece_.wait();
  }
  worker_.retire(*this);
}

base::Task<bool> Connection::handshake() {
  arm(worker_.now() + worker_.options().headTimeout);
  const IoOutcome outcome = co_await transport_.handshake();
  disarm();
  broken_ = broken_ || outcome.error.failed();
  co_return !broken_;
}

Connection::Slot& Connection::claimSlot() {
  if (answered_ == slots_.size()) slots_.push_back(std::make_unique<Slot>());
  Slot& slot = *slots_[answered_];
  current_ = true;
  slot.status = 0;
  slot.requestBytes = slot.responseBytes = 0;
  slot.info = {};
  api::RequestHead& head = slot.request.head;
  head.method = api::Method::kOther;
  head.path = "/";
  head.query = {};
  head.headers.clear();
  head.remoteAddress = remoteAddress_;
  head.secure = transport_.secure();
  head.received = firstByteAt_;
  return slot;
}

std::optional<HeadFault> Connection::parse(Slot& slot) {
  return parseHead(input_.viewAt(headPosition_, headLength_), worker_.limits(), slot.request.head,
                   slot.info);
}

/// Waits for more of a request. False at the end of the connection; `fault_` is set when there
/// was the begin of a request that will not be continued.
base::Task<bool> Connection::readMoreOfHead() {
  const ServerOptions& options = worker_.options();
  fault_ = {};
  input_.makeRoom(input_.position(), kReadRoom);
  idle_ = input_.empty();
  if (idle_) {
    // Taken from the system's queue while draining: the request is under way.
    const auto patience = worker_.draining() ? options.lingerTimeout
                          : served_          ? options.idleTimeout
                                             : options.headTimeout;
    arm(worker_.now() + patience);
  } else {
    arm(firstByteAt_ + options.headTimeout);
  }
  IoOutcome outcome = co_await transport_.readSome(input_.free(), input_.freeBytes());
  disarm();
  const bool wasIdle = std::exchange(idle_, false);
  if (outcome.error && drained_ && !broken_) {
    // A request may have crossed our decision to end.
    outcome = {{}, transport_.tryRead(input_.free(), input_.freeBytes())};
    if (outcome.bytes == 0) co_return false;
  }
  if (outcome.error) {
    const bool ended = outcome.error == boost::asio::error::eof;
    peerEnded_ = peerEnded_ || ended;
    if (!wasIdle && expired_) {
      fault_ = {base::Code::kRequestTimeout, "the request header took too long", 0};
    } else if (!wasIdle && ended) {
      fault_ = {base::Code::kMalformed, "the request header is not whole", 0};
    } else if (!expired_) {
      broken_ = !ended;
    }
    co_return false;
  }
  input_.commit(outcome.bytes);
  lastReadAt_ = worker_.now();
  if (wasIdle) firstByteAt_ = lastReadAt_;
  co_return true;
}

base::Task<Connection::HeadOutcome> Connection::readHead() {
  scanner_.reset();
  firstByteAt_ = lastReadAt_;
  for (;;) {
    const HeadScanner::State state = scanner_.scan(input_.view());
    if (state == HeadScanner::State::kComplete) {
      input_.consume(scanner_.leading());
      headPosition_ = input_.position();
      headLength_ = scanner_.length();
      input_.consume(headLength_);
      Slot& slot = claimSlot();
      if (auto fault = parse(slot)) {
        fault_ = *fault;
        co_return HeadOutcome::kFault;
      }
      co_return HeadOutcome::kReady;
    }
    if (state == HeadScanner::State::kFault) {
      fault_ = scanner_.fault();
      claimSlot();
      co_return HeadOutcome::kFault;
    }
    if (scanner_.leading() > 0 && scanner_.leading() == input_.size()) {
      // Empty lines alone are no request that has begun.
      input_.consume(input_.size());
      scanner_.reset();
    }
    if (!flushAtOnce()) {
      const bool flushed = co_await flush();
      if (!flushed) co_return HeadOutcome::kEnded;
    }
    if (input_.empty()) input_.shrink();
    const bool more = co_await readMoreOfHead();
    if (!more) {
      if (broken_ || fault_.reason[0] == '\0') co_return HeadOutcome::kEnded;
      claimSlot();
      co_return HeadOutcome::kFault;
    }
  }
}

api::Response Connection::rejection(Slot& slot, const HeadFault& fault) {
  closing_ = true;
  api::Response response =
      worker_.handler().reject(slot.request.head, base::Error(fault.code, fault.reason));
  if (fault.status != 0) response.status = fault.status;
  return response;
}

base::Task<bool> Connection::serveNext() {
  const HeadOutcome head = co_await readHead();
  if (head == HeadOutcome::kEnded) co_return false;
  Slot& slot = *slots_[answered_];
  served_ = true;
  if (head == HeadOutcome::kFault) {
    api::Response response = rejection(slot, fault_);
    co_return co_await answer(slot, std::move(response));
  }
  const bool buffered = bodyIsBuffered(slot);
  if (!buffered) {
    const bool roomy = co_await makeBodyRoom(slot);
    if (!roomy) co_return false;
  }
  api::Admission admission = worker_.handler().admit(slot.request.head);
  if (admission.refusal) {
    const std::uint64_t unread = slot.info.contentLength.value_or(0);
    const bool discard =
        !slot.info.chunked && unread <= kDiscardable && (buffered || !slot.info.expectsContinue);
    closing_ = closing_ || (slot.info.hasBody() && !discard);
    api::Response refusal = *std::move(admission.refusal);
    bool open = co_await answer(slot, std::move(refusal));
    if (open && unread > 0) open = co_await discardBody(unread);
    co_return open;
  }
  if (slot.info.hasBody()) {
    const bool tooLarge = slot.info.contentLength.value_or(0) > admission.maxBodyBytes;
    BodyOutcome body = BodyOutcome::kFault;
    if (tooLarge) {
      fault_ = {base::Code::kPayloadTooLarge, "the request body is too large", 0};
    } else {
      bool open = true;
      if (slot.info.expectsContinue && slot.info.http11 && input_.empty()) {
        open = co_await inviteBody();
      }
      body = BodyOutcome::kGone;
      if (open) body = co_await readBody(slot, admission.maxBodyBytes);
    }
    if (body == BodyOutcome::kGone) {
      broken_ = true;
      co_return co_await complete(slot);
    }
    if (body == BodyOutcome::kFault) {
      api::Response response = rejection(slot, fault_);
      co_return co_await answer(slot, std::move(response));
    }
  }
  api::Response response = co_await respond(slot);
  co_return co_await answer(slot, std::move(response));
}

base::Task<api::Response> Connection::respond(Slot& slot) {
  response_.start(worker_.handler().handle(slot.request));
  // Earlier answers do not wait for a slow one.
  if (!response_.done() && answered_ > 0) {
    const bool flushed = co_await flush();
    broken_ = broken_ || !flushed;
  }
  while (!response_.done()) co_await response_.wait();
  std::optional<api::Response> response = response_.take();
  if (response) co_return *std::move(response);
  const HeadFault fault{base::Code::kInternal, "the request could not be answered", 0};
  co_return rejection(slot, fault);
}

base::Task<void> Connection::end() {
  if (!broken_ && transport_.open()) {
    if (transport_.secure()) {
      arm(worker_.now() + std::min(worker_.options().lingerTimeout, kSessionClose));
      co_await transport_.closeSession();
      disarm();
    }
    transport_.endOutput();
    // A socket closed with unread input answers with a reset, which may overtake what we have
    // sent (RFC 9112 section 9.6): read until the client has noticed. Draining is not held up
    // where there is nothing unread.
    const bool linger = !worker_.draining() || !input_.empty() || transport_.hasUnread();
    if (linger && !peerEnded_ && transport_.open()) {
      input_.rewind(0);
      input_.makeRoom(0, InputBuffer::kIdleCapacity);
      arm(worker_.now() + worker_.options().lingerTimeout);
      while (!broken_ && !expired_) {
        const IoOutcome outcome =
            co_await transport_.readEncrypted(input_.free(), input_.freeBytes());
        if (outcome.error) break;
      }
      disarm();
    }
  }
  if (transport_.open()) {
    transport_.close();
    worker_.closed();
  }
}

}  // namespace sw::adapters::http
