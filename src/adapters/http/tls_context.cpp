#include "adapters/http/tls_context.h"

#include <openssl/ssl.h>

#include <array>

namespace sw::adapters::http {
namespace {

namespace ssl = boost::asio::ssl;
using Errors = boost::system::error_code;

/// Takes "http/1.1" of what the client offers; others are met with no protocol at all, which
/// clients treat as HTTP/1.1 (RFC 7301 section 3.2).
int chooseProtocol(SSL* /*session*/, const unsigned char** out, unsigned char* outLength,
                   const unsigned char* in, unsigned int inLength, void* /*argument*/) {
  static constexpr std::array<unsigned char, 9> kOwn = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int outcome = SSL_select_next_proto(&chosen, outLength, kOwn.data(),
                                            static_cast<unsigned>(kOwn.size()), in, inLength);
  *out = chosen;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

base::Error unusable(const std::string& what, const std::string& file, const Errors& error) {
  return {base::Code::kConfiguration, what + " " + file + " cannot be used: " + error.message()};
}

}  // namespace

base::Result<std::shared_ptr<ssl::context>> makeTlsContext(const std::string& certificateFile,
                                                           const std::string& keyFile) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  Errors error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                           ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                           ssl::context::no_tlsv1_1 | ssl::context::single_dh_use,
                       error);
  if (error) return unusable("TLS for", certificateFile, error);
  context->use_certificate_chain_file(certificateFile, error);
  if (error) return unusable("the TLS certificate", certificateFile, error);
  context->use_private_key_file(keyFile, ssl::context::pem, error);
  if (error) return unusable("the TLS key", keyFile, error);
  SSL_CTX* native = context->native_handle();
  if (SSL_CTX_check_private_key(native) != 1) {
    return base::Error(
        base::Code::kConfiguration,
        "the TLS key " + keyFile + " does not belong to the certificate " + certificateFile);
  }
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_alpn_select_cb(native, chooseProtocol, nullptr);
  return context;
}

}  // namespace sw::adapters::http
