#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "base/result.h"

namespace sw::adapters::http {

/// Reads a certificate chain and its key (PEM) for TLS 1.2 and later, offering HTTP/1.1 by ALPN.
/// kConfiguration naming the file that cannot be used, or saying that the two do not belong
/// together. Reads files, so it blocks.
base::Result<std::shared_ptr<boost::asio::ssl::context>> makeTlsContext(
    const std::string& certificateFile, const std::string& keyFile);

}  // namespace sw::adapters::http
