#pragma once

#include <string_view>

#include "api/http.h"
#include "base/result.h"

/// Who may use the operations listener. Thread-safe; nothing blocks.
namespace sw::app {

/// How a path of the operations listener is guarded.
enum class OperationsGuard {
  kOpen,      // anybody: metrics and health
  kOperator,  // a program on this machine, or whoever has OPS_TOKEN
  kProfiles,  // whoever has OPS_TOKEN where there is one, else a program on this machine
};

/// Whether a program on this machine asks for its own sake: the peer is loopback, no proxy passed
/// the request on, no web page had a browser make it (`Origin`, `Sec-Fetch-Site`), and it names
/// this machine (a name of somebody's own that points here, as in DNS rebinding, does not).
bool isLocalCaller(const api::RequestHead& head);

/// Lets a request through. `token` is OPS_TOKEN, empty where there is none. `kUnauthenticated`
/// without the right token, `kForbidden` where no token could open it. A wrong token is refused
/// everywhere but on open paths. Compares in a time that tells nothing of the token.
base::Result<void> checkAccess(const api::RequestHead& head, OperationsGuard guard,
                               std::string_view token);

}  // namespace sw::app
