// TLS over real sockets, with certificates made here.
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include "http_fixture.h"

namespace sw::adapters::http {
namespace {

template <auto Release>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    Release(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using File = std::unique_ptr<std::FILE, Free<std::fclose>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Free<SSL_free>>;

/// A folder with a certificate and its key that goes with the test.
class Identity {
 public:
  Identity() {
    std::string pattern = std::filesystem::temp_directory_path() / "http-tls-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    make(1);
  }
  ~Identity() { std::filesystem::remove_all(folder_); }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  [[nodiscard]] std::string certificate() const { return folder_ / "certificate.pem"; }
  [[nodiscard]] std::string key() const { return folder_ / "key.pem"; }

  void make(long serial) const {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate issued(X509_new());
    X509* x = issued.get();
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
    X509_gmtime_adj(X509_getm_notBefore(x), 0);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key.get());
    X509_NAME* name = X509_get_subject_name(x);
    const unsigned char common[] = "localhost";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
    X509_set_issuer_name(x, name);
    X509_sign(x, key.get(), EVP_sha256());
    PEM_write_X509(File(std::fopen(certificate().c_str(), "w")).get(), x);
    PEM_write_PrivateKey(File(std::fopen(this->key().c_str(), "w")).get(), key.get(), nullptr,
                         nullptr, 0, nullptr, nullptr);
  }

 private:
  std::filesystem::path folder_;
};

ServerOptions secured(const Identity& identity) {
  ServerOptions options;
  options.tlsCertificateFile = identity.certificate();
  options.tlsKeyFile = identity.key();
  return options;
}

/// A TLS client on a plain one's socket.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int newest = TLS1_3_VERSION)
      : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_.get(), newest);
    SSL_CTX_set_cipher_list(context_.get(), "DEFAULT@SECLEVEL=0");
    session_.reset(SSL_new(context_.get()));
    const unsigned char offered[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(session_.get(), offered, sizeof offered - 1);
    SSL_set_fd(session_.get(), socket_.descriptor());
    connected_ = SSL_connect(session_.get()) == 1;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(session_.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
  }
  [[nodiscard]] long serial() const {
    const Certificate peer(SSL_get1_peer_certificate(session_.get()));
    return ASN1_INTEGER_get(X509_get0_serialNumber(peer.get()));
  }
  /// Sends a request that ends the connection and gives all that comes back.
  std::string exchange(const std::string& request) {
    SSL_write(session_.get(), request.data(), static_cast<int>(request.size()));
    return readToEnd();
  }
  /// The first bytes that the server sends for a request.
  std::string firstOf(const std::string& request) {
    SSL_write(session_.get(), request.data(), static_cast<int>(request.size()));
    char bytes[16384];
    const int got = SSL_read(session_.get(), bytes, sizeof bytes);
    return {bytes, static_cast<std::size_t>(std::max(got, 0))};
  }
  /// What comes until the server ends the session, which it must do by a message.
  std::string readToEnd() {
    std::string all;
    char bytes[16384];
    for (int got = 0; (got = SSL_read(session_.get(), bytes, sizeof bytes)) > 0;) {
      all.append(bytes, static_cast<std::size_t>(got));
    }
    EXPECT_EQ(SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
    SSL_shutdown(session_.get());
    return all;
  }

 private:
  Caller socket_;
  Context context_;
  Session session_;
  bool connected_ = false;
};

TEST(Tls, ServesRequestsAndEndsTheSessionProperly) {
  const Identity identity;
  Running running(secured(identity), [](FakeHandler& handler) {
    handler.onHandle = [](api::Request& request) -> base::Task<api::Response> {
      api::Response response;
      response.body = request.head.secure ? std::string(1 << 20, 'Z') : "plain";
      co_return response;
    };
  });
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(running.port(), version);
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(client.protocol(), "http/1.1");
    const std::string all = client.exchange(get("/") + get("/", "Connection: close\r\n"));
    EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(std::count(all.begin(), all.end(), 'Z'), 2 << 20);
  }
}

TEST(Tls, RefusesOldVersions) {
  const Identity identity;
  Running running(secured(identity));
  const TlsClient client(running.port(), TLS1_1_VERSION);
  EXPECT_FALSE(client.connected());
  EXPECT_TRUE(TlsClient(running.port()).connected());
}

TEST(Tls, ClosesWhenTheHandshakeStalls) {
  const Identity identity;
  Running running(secured(identity));
  Caller client(running.port());
  client.send("\x16\x03\x01");
  running.advanceUntilReadable(client);
  EXPECT_TRUE(client.ended());
}

TEST(Tls, ClosesWhenPlainTextArrives) {
  const Identity identity;
  Running running(secured(identity));
  Caller client(running.port());
  client.send(get("/"));
  EXPECT_EQ(client.readToEnd().find("HTTP"), std::string::npos);
}

TEST(Tls, ReloadsTheCertificate) {
  const Identity identity;
  Running running(secured(identity));
  EXPECT_EQ(TlsClient(running.port()).serial(), 1);
  identity.make(2);
  EXPECT_TRUE(running.server->reloadCertificate().ok());
  EXPECT_EQ(TlsClient(running.port()).serial(), 2);
  std::filesystem::remove(identity.key());
  EXPECT_FALSE(running.server->reloadCertificate().ok());
  EXPECT_EQ(TlsClient(running.port()).serial(), 2);
}

TEST(Tls, NamesTheFileThatCannotBeUsed) {
  const Identity identity;
  fakes::FakeClock clock;
  FakeHandler handler;
  ServerOptions options = secured(identity);
  options.tlsCertificateFile = "/does/not/exist.pem";
  const auto missing = Server::start(options, handler, clock);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), base::Code::kConfiguration);
  EXPECT_NE(missing.error().message().find("/does/not/exist.pem"), std::string::npos);
  const Identity other;
  options = secured(identity);
  options.tlsKeyFile = other.key();
  EXPECT_FALSE(Server::start(options, handler, clock).ok());
}

TEST(Tls, EndsIdleSessionsWhenTheServerDrains) {
  const Identity identity;
  Running running(secured(identity));
  TlsClient idle(running.port());
  ASSERT_TRUE(idle.connected());
  EXPECT_TRUE(idle.firstOf(get("/")).starts_with("HTTP/1.1 200"));
  std::future<bool> stopped = std::async(
      std::launch::async, [&] { return running.server->stop(std::chrono::seconds(20)); });
  EXPECT_EQ(idle.readToEnd(), "");
  EXPECT_TRUE(stopped.get());
}

}  // namespace
}  // namespace sw::adapters::http
