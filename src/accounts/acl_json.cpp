#include "accounts/acl_json.h"

#include <array>

#include "base/text.h"
#include "base/time_format.h"

namespace sw::accounts {

using base::json::ObjectReader;
using base::json::Problems;
using base::json::Value;

namespace {

constexpr std::size_t kMaxEmail = 320;
constexpr std::size_t kMaxSubject = 255;

std::optional<AccessRole> readRole(ObjectReader& reader, ObjectReader::Presence presence) {
  constexpr std::array kRoles = {AccessRole::kFreeBusyReader, AccessRole::kReader,
                                 AccessRole::kWriter, AccessRole::kOwner};
  const auto index =
      reader.choice("role", {"freeBusyReader", "reader", "writer", "owner"}, presence);
  if (!index) return std::nullopt;
  return kRoles.at(*index);
}

}  // namespace

AclRequest readNewAclEntry(Value body, Problems& problems) {
  ObjectReader reader(body, "", problems);
  reader.ignore({"id", "etag", "calendarId", "displayName", "created", "updated"});
  AclRequest request;
  const auto email = reader.text("email", kMaxEmail);
  const auto user = reader.text("userId", 36);
  if (email && email->find('@') == std::string::npos) {
    reader.problem("email", "must be an e-mail address");
  }
  if (email) request.email = base::toLowerAscii(base::trim(*email));
  if (user) {
    if (const auto id = base::Uuid::parse(*user)) {
      request.userId = *id;
    } else {
      reader.problem("userId", "must be the id of a user");
    }
  }
  request.subject = reader.text("subject", kMaxSubject).value_or("");
  const int named = (reader.has("email") ? 1 : 0) + (reader.has("userId") ? 1 : 0) +
                    (reader.has("subject") ? 1 : 0);
  if (body.isObject() && named != 1) {
    reader.problem("email", "or userId or subject is required, exactly one of them");
  }
  request.role = readRole(reader, ObjectReader::kRequired).value_or(AccessRole::kReader);
  reader.finish();
  return request;
}

std::optional<AccessRole> readAclChange(Value body, Problems& problems) {
  ObjectReader reader(body, "", problems);
  reader.ignore(
      {"id", "etag", "calendarId", "userId", "email", "displayName", "created", "updated"});
  const auto role = readRole(reader, ObjectReader::kOptional);
  reader.finish();
  return role;
}

void appendAclView(std::string& out, const AclEntry& entry, const std::optional<User>& user) {
  base::json::Writer writer(out);
  writer.beginObject();
  writer.field("id", entry.id.toString());
  writer.field("etag", "\"" + std::to_string(entry.revision) + "\"");
  writer.field("calendarId", entry.calendarId.toString());
  writer.field("userId", entry.userId.toString());
  if (user && !user->email.empty()) writer.field("email", user->email);
  if (user && !user->displayName.empty()) writer.field("displayName", user->displayName);
  writer.field("role", toString(entry.role));
  writer.field("created", base::formatInstant(entry.created));
  writer.field("updated", base::formatInstant(entry.updated));
  writer.endObject();
}

}  // namespace sw::accounts
