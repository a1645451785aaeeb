// How a connection reads the bodies of requests.
#include <algorithm>

#include "adapters/http/chunk_decoder.h"
#include "adapters/http/connection.h"
#include "adapters/http/worker.h"

namespace sw::adapters::http {
namespace {

constexpr std::size_t kBodyRoom = 4096;        // read at a time at least, bytes
constexpr std::size_t kFirstPart = 16 * 1024;  // of a body's memory, before bytes have come
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

bool Connection::bodyIsBuffered(const Slot& slot) const {
  return !slot.info.chunked && slot.info.contentLength.value_or(0) <= input_.size();
}

/// Earlier answers are written, since reading may take long, and the input gets room after this
/// request's head. False when the connection is broken.
base::Task<bool> Connection::makeBodyRoom(Slot& slot) {
  if (answered_ > 0) {
    const bool flushed = co_await flush();
    if (!flushed) {
      finish(slot, 499, worker_.now());
      current_ = false;
      co_return false;
    }
  }
  if (input_.freeBytes() < kBodyRoom) {
    input_.makeRoom(headPosition_, kBodyRoom);
    headPosition_ = 0;
    // The same bytes again, at their new place: no other outcome.
    parse(slot);
  }
  co_return true;
}

base::Task<bool> Connection::inviteBody() {
  output_.append(kContinue);
  const bool flushed = co_await flush();
  co_return flushed;
}

base::Task<Connection::BodyOutcome> Connection::readBody(Slot& slot, std::size_t limit) {
  bodyStarted_ = worker_.now();
  bodyReceived_ = 0;
  BodyOutcome outcome = BodyOutcome::kWhole;
  if (slot.info.chunked) {
    outcome = co_await readChunked(slot, limit);
  } else {
    outcome = co_await readFixed(slot);
  }
  slot.requestBytes = slot.request.body.size();
  co_return outcome;
}

/// Reads some bytes of a body; 0 when there will be no more, with `fault_` telling a client that
/// was too slow from one that has gone.
base::Task<std::size_t> Connection::readPart(char* data, std::size_t size) {
  const ServerOptions& options = worker_.options();
  const base::Monotonic now = worker_.now();
  const auto earned = std::chrono::milliseconds(
      bodyReceived_ * 1000 / std::max<std::size_t>(options.bodyBytesPerSecond, 1));
  arm(std::min(now + options.bodyTimeout, bodyStarted_ + options.bodyTimeout + earned));
  const IoOutcome outcome = co_await transport_.readSome(data, size);
  disarm();
  fault_ = {};
  if (outcome.error) {
    if (expired_) {
      fault_ = {base::Code::kRequestTimeout, "the request body took too long", 0};
    } else {
      peerEnded_ = true;
    }
    co_return 0;
  }
  bodyReceived_ += outcome.bytes;
  lastReadAt_ = worker_.now();
  co_return outcome.bytes;
}

base::Task<Connection::BodyOutcome> Connection::readFixed(Slot& slot) {
  std::string& body = slot.request.body;
  const std::uint64_t length = *slot.info.contentLength;
  const auto ready = static_cast<std::size_t>(std::min<std::uint64_t>(length, input_.size()));
  body.assign(input_.view().substr(0, ready));
  input_.consume(ready);
  while (body.size() < length) {
    // Memory follows what has arrived, not what was announced.
    const std::size_t have = body.size();
    const auto part = static_cast<std::size_t>(
        std::min<std::uint64_t>(length - have, std::max(have, kFirstPart)));
    body.resize(have + part);
    const std::size_t got = co_await readPart(body.data() + have, part);
    body.resize(have + got);
    if (got == 0) {
      co_return fault_.reason[0] == '\0' ? BodyOutcome::kGone : BodyOutcome::kFault;
    }
  }
  co_return BodyOutcome::kWhole;
}

base::Task<Connection::BodyOutcome> Connection::readChunked(Slot& slot, std::size_t limit) {
  std::string& body = slot.request.body;
  body.clear();
  ChunkDecoder decoder(limit);
  for (;;) {
    std::size_t taken = 0;
    const ChunkDecoder::State state = decoder.decode(input_.view(), taken, body);
    input_.consume(taken);
    switch (state) {
      case ChunkDecoder::State::kComplete: co_return BodyOutcome::kWhole;
      case ChunkDecoder::State::kMalformed:
        fault_ = {base::Code::kMalformed, "the chunked body is malformed", 0};
        co_return BodyOutcome::kFault;
      case ChunkDecoder::State::kTooLarge:
        fault_ = {base::Code::kPayloadTooLarge, "the request body is too large", 0};
        co_return BodyOutcome::kFault;
      case ChunkDecoder::State::kNeedsMore: break;
    }
    input_.rewind(headPosition_ + headLength_);
    const std::size_t got = co_await readPart(input_.free(), input_.freeBytes());
    if (got == 0) {
      co_return fault_.reason[0] == '\0' ? BodyOutcome::kGone : BodyOutcome::kFault;
    }
    input_.commit(got);
  }
}

/// Reads and drops a body that was refused, so that the connection can be kept. False when it
/// does not come.
base::Task<bool> Connection::discardBody(std::uint64_t bytes) {
  bodyStarted_ = worker_.now();
  bodyReceived_ = 0;
  for (;;) {
    const auto ready = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, input_.size()));
    input_.consume(ready);
    bytes -= ready;
    if (bytes == 0) co_return true;
    const bool flushed = co_await flush();
    if (!flushed) co_return false;
    input_.shrink();
    input_.makeRoom(0, kBodyRoom);
    const std::size_t got = co_await readPart(input_.free(), input_.freeBytes());
    if (got == 0) co_return false;
    input_.commit(got);
  }
}

}  // namespace sw::adapters::http
