#include <map>

#include "api_world.h"

// Every route of the table against everybody who might call it. What is expected follows from
// what the route declares, so that a new endpoint is tested by being in the table; a body that
// gets as far as the question who may send it is all that has to be added below.

namespace sw::api {
namespace {

using accounts::AccessRole;

enum class Caller {
  kOwner,
  kWriter,
  kReader,
  kFreeBusyReader,
  kStranger,
  kNobody,
  kExpired,
  kTampered,
  kWrongAlgorithm,
  kWrongSecret,
  kReadOnlyToken,
  kOperator,
};
constexpr std::pair<Caller, std::string_view> kCallers[] = {
    {Caller::kOwner, "owner"},
    {Caller::kWriter, "writer"},
    {Caller::kReader, "reader"},
    {Caller::kFreeBusyReader, "freeBusyReader"},
    {Caller::kStranger, "stranger"},
    {Caller::kNobody, "no token"},
    {Caller::kExpired, "expired token"},
    {Caller::kTampered, "tampered token"},
    {Caller::kWrongAlgorithm, "alg none"},
    {Caller::kWrongSecret, "another secret"},
    {Caller::kReadOnlyToken, "read-only access token"},
    {Caller::kOperator, "operator"},
};

/// The resources of one owner, and people with a role each.
class Stage {
 public:
  Stage() {
    const Answer list = world.get("/calendars", tokenFor("ann"));
    const auto document = base::json::Document::parse(list.body);
    const base::json::Value calendar = document->root().find("items").at(0);
    calendarId = calendar.find("id").asString().value_or("");
    share("wri", AccessRole::kWriter);
    share("rea", AccessRole::kReader);
    share("fre", AccessRole::kFreeBusyReader);
    static_cast<void>(world.get("/calendars", tokenFor("str")));
    eventId = world.send(Method::kPost, "/events", tokenFor("ann"), fill(kEvent)).text({"id"});
    aclId = base::runBlocking(acl())->front().id.toString();
    const Answer feed =
        world.send(Method::kPost, "/calendars/" + calendarId + "/feeds", tokenFor("ann"), "");
    feedId = feed.text({"id"});
    webhookId =
        world.send(Method::kPost, "/webhooks", tokenFor("ann"), std::string(kWebhook)).text({"id"});
    goalId = world
                 .send(Method::kPost, "/goals", tokenFor("ann"),
                       R"({"title":"x","milestones":[{"title":"y"}]})")
                 .text({"id"});
    taskId = world.send(Method::kPost, "/tasks", tokenFor("ann"), R"({"title":"x"})").text({"id"});
    taskTimeId =
        world
            .send(Method::kPost, "/tasks/" + taskId + "/time", tokenFor("ann"), R"({"duration":5})")
            .text({"id"});
    habitId = world.send(Method::kPost, "/habits", tokenFor("ann"), R"({"name":"x"})").text({"id"});
    const auto goal = base::runBlocking(world.goals.store.find(*base::Uuid::parse(goalId)));
    milestoneId = goal.value()->content.milestones.front().id.toString();
    entryId = world
                  .send(Method::kPost, "/goals/" + goalId + "/progress", tokenFor("ann"),
                        R"({"amount":1})")
                  .text({"entry", "id"});
    timeId =
        world
            .send(Method::kPost, "/goals/" + goalId + "/time", tokenFor("ann"), R"({"duration":5})")
            .text({"id"});
    reminders::Reminder reminder;
    reminder.id = base::newUuid(world.clock);
    reminder.userId = world.userOf("ann").id;
    reminder.kind = reminders::ResourceKind::kGoal;
    reminder.resourceId = *base::Uuid::parse(goalId);
    reminder.channels = {"in_app"};
    reminder.revision = 1;
    const auto planned = world.storage.begin();
    world.reminders.store.put(*planned, reminder);
    EXPECT_TRUE(base::runBlocking(planned->commit()).ok());
    reminderId = reminder.id.toString();
    const std::string url = feed.text({"url"});
    feedToken = url.substr(url.rfind('/') + 1);
    auto unit = world.storage.begin();
    readOnly = world.tokens.issue(
        *unit, world.userOf("ann").id,
        {"x", accounts::AccessScopes().add(accounts::AccessScope::kRead), std::nullopt});
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
  }

  static constexpr std::string_view kEvent =
      R"({"calendarId":"{calendarId}","summary":"x","start":{"dateTime":"2026-03-01T09:00:00Z"},)"
      R"("end":{"dateTime":"2026-03-01T10:00:00Z"}})";

  static constexpr std::string_view kWebhook =
      R"({"url":"https://hooks.example.com/","events":["*"]})";

  /// `text` with the resources in place of their names.
  [[nodiscard]] std::string fill(std::string_view text) const {
    std::string out(text);
    // A command's {taskId} is none of these.
    const std::string task = "/tasks/" + taskId;
    const std::string taskTime = task + "/time/" + taskTimeId;
    const std::pair<std::string_view, const std::string&> names[] = {
        {"/tasks/{taskId}/time/{timeId}", taskTime},
        {"/tasks/{taskId}", task},
        {"{calendarId}", calendarId},
        {"{eventId}", eventId},
        {"{aclId}", aclId},
        {"{feedId}", feedId},
        {"{feedToken}", feedToken},
        {"{tokenId}", tokenId},
        {"{jobId}", tokenId},
        {"{taskId}", tokenId},
        {"{pushTargetId}", tokenId},
        {"{webhookId}", webhookId},
        {"{goalId}", goalId},
        {"{milestoneId}", milestoneId},
        {"{entryId}", entryId},
        {"{timeId}", timeId},
        {"{reminderId}", reminderId},
        {"{habitId}", habitId}};
    for (const auto& [name, value] : names) {
      for (std::size_t at = out.find(name); at != std::string::npos; at = out.find(name)) {
        out.replace(at, name.size(), value);
      }
    }
    return out;
  }

  [[nodiscard]] std::string token(Caller caller) const {
    switch (caller) {
      case Caller::kOwner: return tokenFor("ann");
      case Caller::kWriter: return tokenFor("wri");
      case Caller::kReader: return tokenFor("rea");
      case Caller::kFreeBusyReader: return tokenFor("fre");
      case Caller::kStranger: return tokenFor("str");
      case Caller::kNobody: return {};
      case Caller::kExpired: return tokenFor("ann", "", kTestSecret, kTestNow - 60);
      case Caller::kTampered: {
        std::string token = tokenFor("ann");
        char& last = token[token.rfind('.') + 5];
        last = last == 'A' ? 'B' : 'A';
        return token;
      }
      case Caller::kWrongAlgorithm: {
        const std::string good = tokenFor("ann");
        const std::size_t first = good.find('.');
        // {"alg":"none"}, the payload as it was, no signature.
        return "eyJhbGciOiJub25lIn0" + good.substr(first, good.rfind('.') - first) + ".";
      }
      case Caller::kWrongSecret: return tokenFor("ann", "", "another secret of 32 bytes and more");
      case Caller::kReadOnlyToken: return readOnly.secret;
      case Caller::kOperator: return tokenFor("ann", R"(,"role":"operator")");
    }
    return {};
  }

  ApiWorld world;
  std::string calendarId;
  std::string eventId;
  std::string aclId;
  std::string feedId;
  std::string feedToken;
  std::string webhookId;
  std::string goalId;
  std::string milestoneId;
  std::string entryId;
  std::string timeId;
  std::string reminderId;
  std::string habitId;
  std::string taskId;
  std::string taskTimeId;
  std::string tokenId = "0190163d-8694-739b-aea5-966c26f8ad91";
  accounts::AccessTokens::Created readOnly;

 private:
  base::Task<base::Result<std::vector<accounts::AclEntry>>> acl() {
    return world.acl.ofCalendar(*base::Uuid::parse(calendarId));
  }
  void share(const std::string& subject, AccessRole role) {
    static_cast<void>(world.get("/calendars", tokenFor(subject)));
    accounts::AclEntry entry;
    entry.id = base::newUuid(world.clock);
    entry.calendarId = *base::Uuid::parse(calendarId);
    entry.userId = world.userOf(subject).id;
    entry.role = role;
    entry.revision = 1;
    auto unit = world.storage.begin();
    world.acl.put(*unit, entry);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
  }
};

/// Bodies that are good enough for the question who may send them.
std::string_view bodyFor(const std::string& route) {
  static const std::map<std::string, std::string_view> kBodies = {
      {"POST /events", Stage::kEvent},
      {"PUT /events/{eventId}", Stage::kEvent},
      {"PATCH /events/{eventId}", R"({"summary":"y"})"},
      {"POST /events/batch", R"({"operations":[]})"},
      {"POST /calendars", R"({"name":"Garden"})"},
      {"PATCH /calendars/{calendarId}", R"({"name":"Garden"})"},
      {"POST /calendars/{calendarId}/acl", R"({"email":"new@example.org","role":"reader"})"},
      {"PATCH /calendars/{calendarId}/acl/{aclId}", R"({"role":"reader"})"},
      {"POST /calendars/{calendarId}/import", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"},
      {"POST /freebusy",
       R"({"timeMin":"2026-03-01T00:00:00Z","timeMax":"2026-03-02T00:00:00Z","items":[]})"},
      {"POST /push/targets", R"({"type":"ntfy","url":"https://ntfy.example.com/topic"})"},
      {"POST /goals", R"({"title":"x"})"},
      {"PUT /goals/{goalId}", R"({"title":"x"})"},
      {"PATCH /goals/{goalId}", R"({"title":"y"})"},
      {"PUT /goals/{goalId}/progress", R"({"value":1})"},
      {"POST /goals/{goalId}/progress", R"({"amount":1})"},
      {"PATCH /goals/{goalId}/progress/{entryId}", R"({"note":"y"})"},
      {"POST /goals/{goalId}/milestones", R"({"title":"z"})"},
      {"POST /goals/{goalId}/time", R"({"duration":5})"},
      {"POST /tasks", R"({"title":"x"})"},
      {"PUT /tasks/{taskId}", R"({"title":"x"})"},
      {"PATCH /tasks/{taskId}", R"({"title":"y"})"},
      {"POST /tasks/{taskId}/time", R"({"duration":5})"},
      {"POST /reminders/{reminderId}/snooze", R"({"minutes":5})"},
      {"POST /habits", R"({"name":"x"})"},
      {"PUT /habits/{habitId}", R"({"name":"x"})"},
      {"PATCH /habits/{habitId}", R"({"name":"y"})"},
      {"POST /habits/{habitId}/complete", "{}"},
      {"POST /habits/{habitId}/skip", "{}"},
      {"POST /habits/{habitId}/pause", "{}"},
      {"POST /habits/{habitId}/resume", "{}"},
      {"POST /tokens", R"({"name":"x","scopes":["read"]})"},
      {"POST /commands", R"({"taskId":"t","taskType":"OPTIMIZE_SCHEDULE","payload":{"days":1}})"},
      {"POST /webhooks", Stage::kWebhook},
      {"PATCH /webhooks/{webhookId}", R"({"description":"y"})"},
      {"POST /webhooks/{webhookId}/rotate-secret", "{}"},
      {"POST /webhooks/{webhookId}/redeliver", R"({"status":"parked"})"},
      {"POST /auth/session", R"({"code":"wrong"})"},
      {"PATCH /settings", R"({"lockAhead":3})"},
  };
  const auto found = kBodies.find(route);
  return found == kBodies.end() ? std::string_view() : found->second;
}

/// Queries that name the calendar where neither path nor body does.
std::string_view queryFor(const std::string& route) {
  return route == "GET /events" ? "?calendarId={calendarId}" : "";
}

AccessRole roleOf(Caller caller) {
  switch (caller) {
    case Caller::kOwner:
    case Caller::kOperator:
    case Caller::kReadOnlyToken: return AccessRole::kOwner;
    case Caller::kWriter: return AccessRole::kWriter;
    case Caller::kReader: return AccessRole::kReader;
    case Caller::kFreeBusyReader: return AccessRole::kFreeBusyReader;
    default: return AccessRole::kNone;
  }
}

bool isUnknown(Caller caller) {
  return caller == Caller::kNobody || caller == Caller::kExpired || caller == Caller::kTampered ||
         caller == Caller::kWrongAlgorithm || caller == Caller::kWrongSecret;
}

/// The status that the route's declaration demands; 0 where the caller is let in.
int refusalOf(const Route& route, Caller caller) {
  if (route.access == Access::kPublic) return 0;
  if (route.access == Access::kOperator) return caller == Caller::kOperator ? 0 : 404;
  if (isUnknown(caller)) return 401;
  if (caller == Caller::kReadOnlyToken && route.writes) return 403;
  // What nobody else ever sees, shared calendar or not.
  const bool own = route.pattern.find("{webhookId}") != std::string_view::npos ||
                   route.pattern.find("{reminderId}") != std::string_view::npos ||
                   route.pattern.find("{habitId}") != std::string_view::npos ||
                   route.pattern.starts_with("/tasks/{taskId}") ||
                   route.pattern.find("{goalId}") != std::string_view::npos;
  if (own && roleOf(caller) != AccessRole::kOwner) return 404;
  if (roleOf(caller) >= route.role) return 0;
  return roleOf(caller) == AccessRole::kNone ? 404 : 403;
}

TEST(AuthorizationMatrixTest, HoldsForEveryRouteAndCaller) {
  const ApiWorld table;
  std::size_t checked = 0;
  for (const Route* listed : table.router.routes()) {
    for (const auto& [caller, name] : kCallers) {
      Stage stage;
      const Route& route = *listed;
      const std::string label =
          std::string(toString(route.method)) + ' ' + std::string(route.pattern);
      SCOPED_TRACE(label + " by " + std::string(name));
      const std::string body = stage.fill(bodyFor(label));
      ASSERT_TRUE(route.body == BodyKind::kNone || !body.empty())
          << "a route that reads a body needs a line in bodyFor()";
      Call call{route.method,
                stage.fill(std::string(route.pattern) + std::string(queryFor(label))),
                stage.token(caller),
                body,
                {}};
      if (route.body == BodyKind::kJson) call.headers = {{"Content-Type", "application/json"}};
      if (route.body == BodyKind::kCalendarFile) call.headers = {{"Content-Type", "text/calendar"}};
      const int commits = stage.world.storage.commits();
      const Answer answer = stage.world.call(std::move(call));
      const int refusal = refusalOf(route, caller);
      if (refusal != 0) {
        EXPECT_EQ(answer.status, refusal) << answer.body;
        EXPECT_EQ(stage.world.storage.commits(), commits);
        EXPECT_EQ(answer.text({"error", "requestId"}), answer.header("X-Request-ID"));
      } else if (route.access != Access::kPublic) {
        EXPECT_NE(answer.status, 401) << answer.body;
        EXPECT_NE(answer.status, 403) << answer.body;
        const bool maybeMissing = label.find("{tokenId}") != std::string::npos ||
                                  label.find("{jobId}") != std::string::npos ||
                                  label.find("/commands/{taskId}") != std::string::npos ||
                                  label == "DELETE /habits/{habitId}/complete" ||
                                  label == "DELETE /habits/{habitId}/skip" ||
                                  label.find("{pushTargetId}") != std::string::npos;
        EXPECT_TRUE(answer.status != 404 || maybeMissing) << answer.body;
      }
      if (isUnknown(caller) && route.access == Access::kUser) {
        EXPECT_FALSE(answer.readBody);
        EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
      }
      ++checked;
    }
  }
  EXPECT_GE(checked, std::size_t{20} * std::size(kCallers));
}

}  // namespace
}  // namespace sw::api
