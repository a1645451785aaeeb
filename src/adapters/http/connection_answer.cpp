// How a connection writes answers.
#include <algorithm>
#include <utility>

#include "adapters/http/connection.h"
#include "adapters/http/worker.h"

namespace sw::adapters::http {
namespace {

constexpr std::size_t kCompressFrom = 1024;     // bytes; below it the gain is nothing
constexpr std::size_t kSliceFrom = 512 * 1024;  // longer texts are compressed piece by piece
constexpr std::size_t kSlice = 64 * 1024;       // bytes
constexpr std::size_t kCopyUpTo = 16 * 1024;    // longer bodies are sent from where they are
constexpr std::size_t kCoalesce = 32 * 1024;    // bytes of answers that wait for each other
constexpr std::size_t kKeepOutput = 8 * 1024;   // bytes of memory that an idle connection keeps
constexpr std::size_t kKeepBody = 1024;         // the same, of a request's body

/// A long text as a stream, so that compressing it does not hold up the thread's other clients.
class SlicedText final : public api::BodyStream {
 public:
  explicit SlicedText(std::string text) : text_(std::move(text)) {}

  base::Task<base::Result<std::optional<std::string>>> next() override {
    if (position_ > 0) {
      constexpr std::chrono::nanoseconds kNow{0};
      co_await base::sleepFor(kNow);
    }
    std::optional<std::string> piece;
    if (position_ < text_.size()) piece = text_.substr(position_, kSlice);
    position_ += kSlice;
    co_return piece;
  }

 private:
  std::string text_;
  std::size_t position_ = 0;
};

bool hasNoBody(int status) { return status == 204 || status == 304 || status < 200; }

bool mayCompress(const api::Response& response) {
  if (!response.compressible || !isCompressible(response.contentType)) return false;
  return std::ranges::none_of(response.headers, [](const auto& header) {
    return header.first == "Content-Encoding" || header.first == "content-encoding";
  });
}

}  // namespace

std::string_view Connection::unsentHead() const {
  return std::string_view(output_).substr(std::min(sent_, output_.size()));
}

std::string_view Connection::unsentTail() const {
  return tail_.substr(sent_ > output_.size() ? sent_ - output_.size() : 0);
}

/// Counts what was sent. True when nothing is left or the connection is broken.
bool Connection::sendSome(const IoOutcome& outcome) {
  if (outcome.error) {
    broken_ = true;
  } else {
    sent_ += outcome.bytes;
  }
  return broken_ || sent_ == output_.size() + tail_.size();
}

bool Connection::flushAtOnce() {
  if (output_.empty()) return !broken_;
  if (broken_) return false;
  const IoOutcome outcome = transport_.trySend(unsentHead(), unsentTail());
  if (!sendSome(outcome) || broken_) return false;
  settle();
  return true;
}

base::Task<bool> Connection::flush() {
  bool done = output_.empty() || broken_;
  while (!done) {
    IoOutcome outcome = transport_.trySend(unsentHead(), unsentTail());
    if (!outcome.error && outcome.bytes == 0) {
      arm(worker_.now() + worker_.options().writeTimeout);
      outcome = co_await transport_.writeSome(unsentHead(), unsentTail());
      disarm();
    }
    done = sendSome(outcome);
  }
  settle();
  co_return !broken_;
}

/// Tells the handler of the exchanges whose answers have been written (or never will be) and
/// makes their memory ready for the next ones.
void Connection::settle() {
  if (answered_ > 0) {
    const base::Monotonic now = worker_.now();
    for (std::size_t i = 0; i < answered_; ++i) {
      Slot& slot = *slots_[i];
      const bool whole = !broken_ || slot.outputEnd <= sent_;
      finish(slot, whole ? slot.status : 499, now);
    }
    if (current_) std::swap(slots_[0], slots_[answered_]);
    answered_ = 0;
    if (slots_.size() > 1) slots_.resize(1);
  }
  held_ = std::string();
  tail_ = {};
  sent_ = 0;
  output_.clear();
  if (output_.capacity() > kKeepOutput) output_.shrink_to_fit();
}

void Connection::finish(Slot& slot, int status, base::Monotonic now) {
  if (!abandoned_) {
    worker_.handler().finished(
        {slot.request.head, status, slot.requestBytes, slot.responseBytes, now});
  }
  slot.request.head.context.reset();
  slot.request.body.clear();
  if (slot.request.body.capacity() > kKeepBody) slot.request.body.shrink_to_fit();
}

/// The bytes to send and how they are coded; `compressed` holds them when they are made here.
std::string_view Connection::chooseBody(const Slot& slot, const api::Response& response,
                                        HeadPlan& plan, std::string& compressed) const {
  if (const auto* shared = std::get_if<std::shared_ptr<const api::SharedBody>>(&response.body)) {
    const api::SharedBody& body = **shared;
    const CodingChoice choice{!body.gzip.empty(), !body.brotli.empty()};
    plan.varies = choice.gzip || choice.brotli;
    plan.coding = negotiate(slot.info.acceptEncoding, choice);
    if (plan.coding == Coding::kBrotli) return body.brotli;
    return plan.coding == Coding::kGzip ? body.gzip : body.identity;
  }
  const auto& text = std::get<std::string>(response.body);
  if (text.size() <= kCompressFrom || !mayCompress(response)) return text;
  plan.varies = true;
  const Coding coding = negotiate(slot.info.acceptEncoding);
  if (coding == Coding::kIdentity || !compress(coding, text, compressed)) return text;
  plan.coding = coding;
  return compressed;
}

base::Task<bool> Connection::answer(Slot& slot, api::Response response) {
  slot.status = response.status;
  closing_ = closing_ || !slot.info.keepAlive || worker_.draining();
  if (auto* text = std::get_if<std::string>(&response.body);
      text != nullptr && text->size() >= kSliceFrom && slot.info.http11 && mayCompress(response) &&
      negotiate(slot.info.acceptEncoding) != Coding::kIdentity) {
    response.body = std::make_unique<SlicedText>(std::move(*text));
  }
  if (std::holds_alternative<std::unique_ptr<api::BodyStream>>(response.body)) {
    co_return co_await answerStream(slot, std::move(response));
  }
  HeadPlan plan;
  plan.close = closing_;
  plan.confirmKeepAlive = !slot.info.http11;
  plan.ifNoneMatch = slot.info.ifNoneMatch;
  std::string compressed;
  std::string_view body;
  if (hasNoBody(response.status)) {
    plan.framing = Framing::kNone;
  } else {
    body = chooseBody(slot, response, plan, compressed);
    plan.length = body.size();
  }
  appendHead(output_, response, plan, worker_.date().at(lastReadAt_));
  if (slot.request.head.method == api::Method::kHead) body = {};
  slot.responseBytes = body.size();
  if (body.size() <= kCopyUpTo) {
    output_.append(body);
  } else if (body.data() == compressed.data()) {
    held_ = std::move(compressed);
    tail_ = std::get<std::string>(held_);
  } else {
    held_ = std::move(response.body);  // long texts stay where they are when their owner moves
    tail_ = body;
  }
  co_return co_await complete(slot);
}

/// The answer is in the output; it is written now unless more answers may join it.
base::Task<bool> Connection::complete(Slot& slot) {
  slot.outputEnd = output_.size() + tail_.size();
  if (broken_) slot.outputEnd = sent_ + 1;
  ++answered_;
  current_ = false;
  const bool wait = !closing_ && !broken_ && tail_.empty() && output_.size() < kCoalesce &&
                    answered_ < worker_.options().maxPipelined && !input_.empty();
  if (wait) co_return true;
  if (!flushAtOnce()) {
    const bool flushed = co_await flush();
    if (!flushed) co_return false;
  }
  co_return !closing_;
}

base::Task<bool> Connection::answerStream(Slot& slot, api::Response response) {
  stream_ = std::get<std::unique_ptr<api::BodyStream>>(std::move(response.body));
  const bool events = response.contentType.starts_with("text/event-stream");
  const bool chunked = slot.info.http11;
  HeadPlan plan;
  plan.framing = chunked ? Framing::kChunked : Framing::kClose;
  if (hasNoBody(response.status)) plan.framing = Framing::kNone;
  closing_ = closing_ || plan.framing == Framing::kClose;
  if (!events && chunked && mayCompress(response)) {
    plan.varies = true;
    plan.coding = negotiate(slot.info.acceptEncoding);
  }
  plan.close = closing_;
  appendHead(output_, response, plan, worker_.date().at(lastReadAt_));
  if (plan.framing == Framing::kNone || slot.request.head.method == api::Method::kHead) {
    stream_.reset();
    co_return co_await complete(slot);
  }
  const std::unique_ptr<StreamCompressor> compressor = StreamCompressor::make(plan.coding);
  const StreamOutcome outcome = co_await pump(slot, compressor.get(), chunked, events);
  if (outcome == StreamOutcome::kEnded) {
    const bool ok = compressor == nullptr ||
                    encode(slot, {}, compressor.get(), StreamCompressor::Step::kFinish, chunked);
    if (ok && chunked) output_.append("0\r\n\r\n");
    closing_ = closing_ || !ok || !piece_.done() || worker_.draining();
    if (piece_.done()) stream_.reset();
    co_return co_await complete(slot);
  }
  closing_ = true;
  if (outcome == StreamOutcome::kFailed) {
    // What there is goes out; the missing end tells the client that it is not whole.
    slot.status = 500;
    const bool open = co_await complete(slot);
    broken_ = true;
    co_return open;
  }
  broken_ = true;
  co_return co_await complete(slot);
}

/// Takes pieces from the stream and writes them. `kEnded` with a piece still awaited means that an
/// event stream was ended by draining.
base::Task<Connection::StreamOutcome> Connection::pump(Slot& slot, StreamCompressor* compressor,
                                                       bool chunked, bool events) {
  using Step = StreamCompressor::Step;
  for (;;) {
    piece_.start(stream_->next());
    if (!piece_.done()) {
      // The client gets what there is before a wait.
      if (compressor != nullptr) encode(slot, {}, compressor, Step::kFlush, chunked);
      const bool flushed = co_await flush();
      if (!flushed) co_return StreamOutcome::kGone;
      eventWait_ = events;
      if (events && worker_.draining()) drained_ = true;
      while (!piece_.done() && !broken_ && !drained_) co_await piece_.wait();
      eventWait_ = false;
      if (broken_) co_return StreamOutcome::kGone;
      if (!piece_.done()) co_return StreamOutcome::kEnded;
    }
    auto outcome = piece_.take();
    if (!outcome || !outcome->ok()) co_return StreamOutcome::kFailed;
    const std::optional<std::string>& piece = **outcome;
    if (!piece) co_return StreamOutcome::kEnded;
    const bool encoded = encode(slot, *piece, compressor, Step::kBuffer, chunked);
    if (!encoded) co_return StreamOutcome::kFailed;
    if (output_.size() >= kCoalesce || events) {
      const bool flushed = co_await flush();
      if (!flushed) co_return StreamOutcome::kGone;
    }
    if (events && worker_.draining()) co_return StreamOutcome::kEnded;
  }
}

bool Connection::encode(Slot& slot, std::string_view piece, StreamCompressor* compressor,
                        StreamCompressor::Step step, bool chunked) {
  std::string made;
  if (compressor != nullptr) {
    if (!compressor->add(piece, step, made)) return false;
    piece = made;
  }
  if (piece.empty()) return true;
  slot.responseBytes += piece.size();
  if (chunked) {
    appendChunk(output_, piece);
  } else {
    output_.append(piece);
  }
  return true;
}

}  // namespace sw::adapters::http
