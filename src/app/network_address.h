#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

/// Addresses to listen on. The functions may be called from any thread.
namespace sw::app {

/// The numeric form of a host: itself, or the first address of a name ("localhost").
/// `kConfiguration` when the name has none. Asks the resolver for names, so it may block.
base::Result<std::string> numericAddress(const std::string& host);
/// Whether a numeric address is reached from this machine only.
bool isLoopback(const std::string& address);
/// `kConfiguration` naming the address when a socket cannot listen there at this moment: in use,
/// not of this machine, not allowed. Port 0 always can.
base::Result<void> checkListenable(const std::string& address, std::uint16_t port);
/// A port of a numeric address that nobody uses at this moment. Fails as `checkListenable`.
base::Result<std::uint16_t> freePort(const std::string& address);

}  // namespace sw::app
