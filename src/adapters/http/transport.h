#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/http/asio_loop.h"

namespace sw::adapters::http {

/// What became of an operation on a socket.
struct IoOutcome {
  boost::system::error_code error;
  std::size_t bytes = 0;
};

/// Awaitable around one asynchronous operation of Asio: `start` is called with the completion
/// handler. The outcome lives in the awaiting coroutine's frame, so nothing is allocated here.
template <class Start>
class [[nodiscard]] IoOperation {
 public:
  explicit IoOperation(Start start) : start_(std::move(start)) {}
  IoOperation(const IoOperation&) = delete;
  IoOperation& operator=(const IoOperation&) = delete;
  ~IoOperation() = default;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    start_(Completion{this});
  }
  IoOutcome await_resume() const noexcept { return outcome_; }

 private:
  struct Completion {
    IoOperation* operation;
    void operator()(const boost::system::error_code& error, std::size_t bytes = 0) const {
      operation->outcome_ = {error, bytes};
      operation->handle_.resume();
    }
  };

  Start start_;
  std::coroutine_handle<> handle_;
  IoOutcome outcome_;
};

/// A connected TCP socket, with or without TLS on it. Owned by one connection, used on its loop's
/// thread; one operation in each direction at a time.
class Transport {
 public:
  /// Takes the descriptor `socket`, which does not block.
  Transport(boost::asio::io_context& context, int socket,
            std::shared_ptr<boost::asio::ssl::context> tls);

  [[nodiscard]] bool secure() const { return stream_.has_value(); }
  [[nodiscard]] bool open() const { return socket_.is_open(); }
  /// Numeric, without port; an IPv4 address mapped into IPv6 is written as IPv4.
  [[nodiscard]] std::string remoteAddress() const;

  auto handshake() {
    return operation([this](auto done) {
      stream_->async_handshake(boost::asio::ssl::stream_base::server, done);
    });
  }
  auto closeSession() {
    return operation([this](auto done) { stream_->async_shutdown(done); });
  }
  auto readSome(char* data, std::size_t size) {
    return operation([this, data, size](auto done) {
      if (stream_) {
        stream_->async_read_some(boost::asio::buffer(data, size), done);
      } else {
        socket_.async_read_some(boost::asio::buffer(data, size), done);
      }
    });
  }
  /// Reads from below TLS, when that has ended.
  auto readEncrypted(char* data, std::size_t size) {
    return operation([this, data, size](auto done) {
      socket_.async_read_some(boost::asio::buffer(data, size), done);
    });
  }
  /// Writes some of `first` followed by `second`.
  auto writeSome(std::string_view first, std::string_view second) {
    return operation([this, first, second](auto done) {
      const std::array<boost::asio::const_buffer, 2> buffers{
          boost::asio::const_buffer(first.data(), first.size()),
          boost::asio::const_buffer(second.data(), second.size())};
      if (stream_) {
        stream_->async_write_some(buffers, done);
      } else {
        socket_.async_write_some(buffers, done);
      }
    });
  }

  /// Sends at once what the kernel takes of `first` and `second`: the number of bytes, which may
  /// be 0 (also with TLS, which always goes through `writeSome`), or an error.
  IoOutcome trySend(std::string_view first, std::string_view second);
  /// Reads at once what has arrived, without TLS only; 0 when there is nothing or it failed.
  std::size_t tryRead(char* data, std::size_t size);
  /// Whether the other side has ended its direction, or the connection is broken.
  bool peerHasClosed();

  /// Whether bytes have arrived that nobody has read.
  bool hasUnread();

  /// Ends our direction; the other side reads an end of stream.
  void endOutput();
  /// Lets a waiting operation end with an error.
  void cancel();
  /// As `cancel`, and the descriptor is gone.
  void close();

 private:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

  template <class Start>
  static IoOperation<Start> operation(Start start) {
    return IoOperation<Start>(std::move(start));
  }

  Socket socket_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::optional<boost::asio::ssl::stream<Socket&>> stream_;
};

}  // namespace sw::adapters::http
