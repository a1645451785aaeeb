#include "reminders/push_target.h"

#include <algorithm>

#include "base/base64.h"
#include "base/json.h"
#include "base/sealing.h"
#include "base/time_format.h"

namespace sw::reminders {

using base::json::ObjectReader;
using base::json::Value;

namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxToken = 200;
constexpr std::size_t kPublicKeyBytes = 65;  // X9.62, section 4.3.6, uncompressed
constexpr char kUncompressed = '\x04';
constexpr std::size_t kAuthBytes = 16;
/// Longer than the text of any key that could be right.
constexpr std::size_t kMaxKeyText = 200;

/// Base64 of either alphabet: browsers and libraries give both, with padding and without.
std::optional<std::string> decodeEither(std::string_view text) {
  std::string plain(text);
  std::ranges::replace(plain, '+', '-');
  std::ranges::replace(plain, '/', '_');
  while (plain.ends_with('=')) plain.pop_back();
  return base::decodeBase64Url(plain);
}

std::string readKey(ObjectReader& keys, std::string_view name, std::size_t bytes,
                    const char* expected) {
  const auto text = keys.text(name, kMaxKeyText, ObjectReader::kRequired);
  if (!text || text->empty()) return {};
  auto key = decodeEither(*text);
  if (!key || key->size() != bytes) {
    keys.problem(name, expected);
    return {};
  }
  return *std::move(key);
}

void readWebPush(ObjectReader& reader, PushAddress& address) {
  address.url = reader.text("endpoint", kMaxUrl, ObjectReader::kRequired).value_or("");
  reader.ignore({"expirationTime"});
  const Value value = reader.value("keys", Value::Type::kObject, ObjectReader::kRequired);
  if (value.isMissing()) return;
  ObjectReader keys(value, reader.pathOf("keys"), reader.problems());
  constexpr const char* kPoint = "must be a public key on P-256 as 65 bytes in base64url";
  address.p256dh = readKey(keys, "p256dh", kPublicKeyBytes, kPoint);
  if (!address.p256dh.empty() && address.p256dh.front() != kUncompressed) {
    keys.problem("p256dh", kPoint);
  }
  address.auth = readKey(keys, "auth", kAuthBytes, "must be 16 bytes in base64url");
  keys.finish();
}

void readNtfy(ObjectReader& reader, PushAddress& address) {
  address.url = reader.text("url", kMaxUrl, ObjectReader::kRequired).value_or("");
  address.token = reader.text("token", kMaxToken).value_or("");
  const bool sendable =
      std::ranges::all_of(address.token, [](char c) { return c > ' ' && c <= '~'; });
  if (!sendable) reader.problem("token", "must be letters, digits and signs of ASCII");
}

}  // namespace

std::string_view toString(PushKind kind) {
  switch (kind) {
    case PushKind::kWebPush: return "webpush";
    case PushKind::kNtfy: return "ntfy";
  }
  return "webpush";
}

PushKeeper::PushKeeper(std::string_view secret)
    : key_([secret] {
        const base::Sha256 key = base::deriveKey(secret, "push targets");
        return std::string(key.begin(), key.end());
      }()) {}

base::Sha256 PushKeeper::fingerprint(std::string_view url) const {
  return base::hmacSha256(key_, url);
}

std::string PushKeeper::seal(const PushAddress& address, base::Uuid targetId) const {
  std::string plain;
  base::json::Writer writer(plain);
  writer.beginObject()
      .field("url", address.url)
      .field("p256dh", base::encodeBase64Url(address.p256dh))
      .field("auth", base::encodeBase64Url(address.auth))
      .field("token", address.token)
      .endObject();
  return base::seal(key_, plain, "push target " + targetId.toString());
}

std::optional<PushAddress> PushKeeper::open(const PushTarget& target) const {
  const auto plain = base::unseal(key_, target.sealed, "push target " + target.id.toString());
  if (!plain) return std::nullopt;
  const auto document = base::json::Document::parse(*plain);
  if (!document.ok()) return std::nullopt;
  const auto text = [&](std::string_view name) {
    return std::string(document->root().find(name).asString().value_or(""));
  };
  auto p256dh = base::decodeBase64Url(text("p256dh"));
  auto auth = base::decodeBase64Url(text("auth"));
  if (!p256dh || !auth) return std::nullopt;
  return PushAddress{.kind = target.kind,
                     .url = text("url"),
                     .p256dh = *std::move(p256dh),
                     .auth = *std::move(auth),
                     .token = text("token")};
}

PushTargetRequest readPushTargetRequest(Value body, base::json::Problems& problems) {
  PushTargetRequest request;
  ObjectReader reader(body, "", problems);
  reader.ignore({"id", "server", "created"});
  request.name = reader.text("name", kMaxName).value_or("");
  const auto kind = reader.choice("type", {"webpush", "ntfy"}, ObjectReader::kRequired);
  if (!kind) return request;  // what else there should be depends on it
  request.address.kind = *kind == 0 ? PushKind::kWebPush : PushKind::kNtfy;
  if (request.address.kind == PushKind::kWebPush) {
    readWebPush(reader, request.address);
  } else {
    readNtfy(reader, request.address);
  }
  reader.finish();
  return request;
}

void appendPushTargetView(std::string& out, const PushTarget& target) {
  base::json::Writer writer(out);
  writer.beginObject()
      .field("id", target.id.toString())
      .field("type", toString(target.kind))
      .field("name", target.name)
      .field("server", target.server)
      .field("created", base::formatInstant(target.created))
      .endObject();
}

}  // namespace sw::reminders
