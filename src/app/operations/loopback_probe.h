#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace sw::app {

/// The host by which a service is asked that listens on `listening`: loopback for every address.
std::string reachableHost(const std::string& listening);

/// The status that a service on this machine answers to `GET path` (HTTP/1.1, no TLS). `host` is
/// the numeric address that it listens on; one that means every address is asked at loopback.
/// Blocks, at most for `patience`. `kUnavailable` when nothing listens there, `kTimeout` when it
/// does not answer in time, `kIo` when what it answers is no HTTP.
base::Result<int> probe(const std::string& host, std::uint16_t port, const std::string& path,
                        std::chrono::milliseconds patience);

}  // namespace sw::app
