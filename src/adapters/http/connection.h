#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/head_scanner.h"
#include "adapters/http/input_buffer.h"
#include "adapters/http/request_parser.h"
#include "adapters/http/response_head.h"
#include "adapters/http/side_task.h"
#include "adapters/http/transport.h"
#include "api/http.h"
#include "base/task.h"

namespace sw::adapters::http {

class Worker;

/// One client's connection: a coroutine that reads requests, has them answered and writes the
/// answers, in order. Answers to requests that came together are written together. Owned by its
/// worker and used on the worker's thread alone.
class Connection {
 public:
  /// `refused`: there are too many connections; answers 503 without reading.
  Connection(Worker& worker, int socket, std::shared_ptr<boost::asio::ssl::context> tls,
             bool refused);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  /// Destroys the coroutine, wherever it is suspended.
  ~Connection() = default;

  void start();
  /// Looks at the time-outs.
  void tick(base::Monotonic now);
  /// The server drains: ends an idle connection and an event stream, in their own time.
  void drain();
  /// Ends at once; exchanges in progress are told as abandoned.
  void cut();

  /// Its place in the worker's list.
  std::size_t index = 0;

 private:
  /// A request and its answer, from the end of the head to the last byte written.
  struct Slot {
    api::Request request;
    HeadInfo info;
    int status = 0;
    std::uint64_t requestBytes = 0;
    std::uint64_t responseBytes = 0;
    std::size_t outputEnd = 0;  // where its answer ends in the output
  };
  enum class HeadOutcome { kReady, kFault, kEnded };
  enum class BodyOutcome { kWhole, kFault, kGone };
  enum class StreamOutcome { kEnded, kFailed, kGone };

  // connection.cpp
  RootCoroutine run();
  base::Task<bool> handshake();
  base::Task<bool> serveNext();
  base::Task<HeadOutcome> readHead();
  base::Task<bool> readMoreOfHead();
  base::Task<api::Response> respond(Slot& slot);
  base::Task<void> end();
  Slot& claimSlot();
  std::optional<HeadFault> parse(Slot& slot);
  api::Response rejection(Slot& slot, const HeadFault& fault);
  void arm(base::Monotonic deadline);
  void disarm();

  // connection_body.cpp
  [[nodiscard]] bool bodyIsBuffered(const Slot& slot) const;
  base::Task<bool> makeBodyRoom(Slot& slot);
  base::Task<bool> inviteBody();
  base::Task<BodyOutcome> readBody(Slot& slot, std::size_t limit);
  base::Task<BodyOutcome> readFixed(Slot& slot);
  base::Task<BodyOutcome> readChunked(Slot& slot, std::size_t limit);
  base::Task<bool> discardBody(std::uint64_t bytes);
  base::Task<std::size_t> readPart(char* data, std::size_t size);

  // connection_answer.cpp
  base::Task<bool> answer(Slot& slot, api::Response response);
  base::Task<bool> answerStream(Slot& slot, api::Response response);
  base::Task<StreamOutcome> pump(Slot& slot, StreamCompressor* compressor, bool chunked,
                                 bool events);
  bool encode(Slot& slot, std::string_view piece, StreamCompressor* compressor,
              StreamCompressor::Step step, bool chunked);
  std::string_view chooseBody(const Slot& slot, const api::Response& response, HeadPlan& plan,
                              std::string& compressed) const;
  base::Task<bool> complete(Slot& slot);
  bool flushAtOnce();
  base::Task<bool> flush();
  bool sendSome(const IoOutcome& outcome);
  void settle();
  void finish(Slot& slot, int status, base::Monotonic now);
  [[nodiscard]] std::string_view unsentHead() const;
  [[nodiscard]] std::string_view unsentTail() const;

  Worker& worker_;
  Transport transport_;
  std::string remoteAddress_;
  bool refused_;

  InputBuffer input_;
  HeadScanner scanner_;
  HeadFault fault_;
  std::size_t headPosition_ = 0;  // of the current request's head in the input
  std::size_t headLength_ = 0;
  base::Monotonic firstByteAt_{};
  base::Monotonic lastReadAt_{};

  std::vector<std::unique_ptr<Slot>> slots_;  // answered ones first, then the current one
  std::size_t answered_ = 0;
  bool current_ = false;  // the slot after the answered ones is in use

  std::string output_;
  api::Response::Body held_;  // keeps what `tail_` points to
  std::string_view tail_;     // a long body, written after the output without a copy
  std::size_t sent_ = 0;      // of both

  SideTask<api::Response> response_;
  std::unique_ptr<api::BodyStream> stream_;
  SideTask<base::Result<std::optional<std::string>>> piece_;

  base::Monotonic deadline_ = base::Monotonic::max();
  base::Monotonic bodyStarted_{};
  std::uint64_t bodyReceived_ = 0;
  bool expired_ = false;    // the last wait ended by its deadline
  bool served_ = false;     // a request has been read
  bool idle_ = false;       // waits for the first byte of a request
  bool eventWait_ = false;  // waits for the next piece of an event stream
  bool drained_ = false;    // told to end while idle or in an event stream
  bool closing_ = false;    // the answer being made is the last
  bool broken_ = false;     // nothing can be written any more
  bool peerEnded_ = false;  // the client has ended its direction
  bool abandoned_ = false;  // cut off: the exchanges have been told
  RootCoroutine root_;      // last, so that it goes first
};

}  // namespace sw::adapters::http
