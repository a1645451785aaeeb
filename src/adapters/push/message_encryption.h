#pragma once

#include <string>
#include <string_view>

#include "adapters/push/ec_key.h"
#include "base/result.h"

/// Message encryption for Web Push (RFC 8291): what a push service carries can be read by the
/// browser alone. Thread-safe; nothing blocks.
namespace sw::adapters::push {

/// Whom a message is for: what the browser gave when it registered.
struct Receiver {
  std::string_view publicKey;  // `p256dh`, 65 bytes
  std::string_view secret;     // `auth`, 16 bytes
};

/// The longest text, so that the encrypted one has at most 4096 bytes (RFC 8291, section 4).
inline constexpr std::size_t kMaxPlainBytes = 3993;

/// The body of the message in the content coding aes128gcm (RFC 8188) with one record. `kInvalid`
/// when the text is too long or the receiver's key is none.
base::Result<std::string> encryptMessage(std::string_view plain, const Receiver& receiver);
/// The same with a given key of the sender and salt (16 bytes), both of which must never be used
/// twice.
base::Result<std::string> encryptMessage(std::string_view plain, const Receiver& receiver,
                                         const EcKey& sender, std::string_view salt);

}  // namespace sw::adapters::push
