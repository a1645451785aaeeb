#include "adapters/http/transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

namespace sw::adapters::http {

using Errors = boost::system::error_code;
using boost::asio::ip::tcp;

namespace {

Errors lastError() { return {errno, boost::system::system_category()}; }

tcp protocolOf(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const bool known = ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  return known && address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4();
}

}  // namespace

Transport::Transport(boost::asio::io_context& context, int socket,
                     std::shared_ptr<boost::asio::ssl::context> tls)
    : socket_(context), context_(std::move(tls)) {
  Errors ignored;  // a socket that cannot be set up fails at its first use
  socket_.assign(protocolOf(socket), socket, ignored);
  socket_.native_non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
  if (context_) stream_.emplace(socket_, *context_);
}

std::string Transport::remoteAddress() const {
  Errors error;
  const tcp::endpoint peer = socket_.remote_endpoint(error);
  if (error) return "0.0.0.0";
  if (peer.address().is_v6() && peer.address().to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, peer.address().to_v6())
        .to_string();
  }
  return peer.address().to_string();
}

IoOutcome Transport::trySend(std::string_view first, std::string_view second) {
  if (stream_) return {};
  // sendmsg declares what it sends without const but does not write to it.
  std::array<iovec, 2> parts{iovec{const_cast<char*>(first.data()), first.size()},
                             iovec{const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = second.empty() ? 1 : 2;
  const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
  if (sent >= 0) return {{}, static_cast<std::size_t>(sent)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {};
  return {lastError(), 0};
}

std::size_t Transport::tryRead(char* data, std::size_t size) {
  if (stream_ || !socket_.is_open()) return 0;
  const ssize_t got = ::recv(socket_.native_handle(), data, size, MSG_DONTWAIT);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

bool Transport::peerHasClosed() {
  pollfd state{socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

bool Transport::hasUnread() {
  Errors error;
  return socket_.available(error) > 0;
}

void Transport::endOutput() {
  Errors ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void Transport::cancel() {
  Errors ignored;
  socket_.cancel(ignored);
}

void Transport::close() {
  Errors ignored;
  socket_.close(ignored);
}

}  // namespace sw::adapters::http
