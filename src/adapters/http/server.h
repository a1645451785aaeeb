#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "api/http.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/result.h"

namespace sw::adapters::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  // numeric, IPv4 or IPv6
  std::uint16_t port = 0;             // 0: any that is free
  unsigned threads = 1;               // at least 1
  std::string name = "http";          // of the threads, at most 12 characters

  std::string tlsCertificateFile;  // PEM chain; empty: no TLS
  std::string tlsKeyFile;          // PEM

  std::size_t headBytes = 16 * 1024;    // request line and header together, else 431
  std::size_t targetBytes = 8 * 1024;   // else 414
  std::size_t headerFields = 100;       // else 431
  std::size_t maxConnections = 10'000;  // one more is answered 503 and closed
  std::size_t maxPipelined = 64;        // requests answered before what they gave is written

  std::chrono::milliseconds headTimeout{10'000};  // first to last byte of a head, else 408
  std::chrono::milliseconds bodyTimeout{10'000};  // a body may stall for this long
  std::size_t bodyBytesPerSecond = 1024;          // and must keep up this rate on average, else 408
  std::chrono::milliseconds idleTimeout{60'000};  // between requests
  std::chrono::milliseconds writeTimeout{30'000};  // without the client taking a byte
  std::chrono::milliseconds lingerTimeout{2'000};  // for a client to notice that we have closed
  std::chrono::milliseconds tick{250};             // how often time-outs are looked at
};

/// An HTTP/1.1 server (RFC 9110, RFC 9112) for one address: keep-alive, pipelining, chunked
/// bodies, compression, TLS. It runs threads of its own, each with an event loop on which the
/// handler is called and goes on after it was suspended (`base::Loop::current()`).
/// Owned by the composition root. The handler and the clock must outlive it; it must outlive
/// whatever may still post to its loops. Every function may be called from any thread that is not
/// the server's own.
class Server {
 public:
  /// Listens and serves from now on. kConfiguration naming the address when it is malformed, taken
  /// or not ours, or the file when TLS cannot be set up. Blocks for file reads only.
  static base::Result<std::unique_ptr<Server>> start(const ServerOptions& options,
                                                     api::RequestHandler& handler,
                                                     const base::Clock& clock);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Stops without grace where `stop` was not called.
  ~Server();

  /// The port that is listened on.
  [[nodiscard]] std::uint16_t port() const;
  /// Open connections.
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::size_t threads() const;
  /// The loop of one thread; valid as long as the server.
  [[nodiscard]] base::Loop& loop(std::size_t thread) const;

  /// Reads the certificate and key again, for connections from now on. On an error (as `start`
  /// gives it) the old ones stay. kConfiguration too when the server has no TLS.
  base::Result<void> reloadCertificate();

  /// Takes no further connection, after those that the system has already made. Blocks for a
  /// moment. May be called twice.
  void stopAccepting();
  /// Stops accepting and lets what is in flight finish, at most for `grace` of real time: idle
  /// connections are closed at once, answers carry `Connection: close`, event streams are ended.
  /// What remains is cut off and told to the handler as 499. Blocks. False when something was cut.
  bool stop(std::chrono::milliseconds grace);

 private:
  class Core;
  explicit Server(std::unique_ptr<Core> core);

  std::unique_ptr<Core> core_;
};

}  // namespace sw::adapters::http
