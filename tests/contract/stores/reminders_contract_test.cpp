#include <algorithm>

#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using reminders::DeliveryState;
using reminders::Reminder;
using reminders::ReminderDelivery;
using reminders::ReminderState;
using reminders::ReminderStore;
using std::chrono::hours;
using std::chrono::minutes;

class ReminderContract : public StoreContract {
 protected:
  Reminder reminder(base::Uuid userId, base::Uuid resourceId, const std::string& key,
                    int dueInMinutes, ReminderState state = ReminderState::kPlanned) {
    Reminder made;
    made.id = newId();
    made.userId = userId;
    made.kind = reminders::ResourceKind::kTask;
    made.resourceId = resourceId;
    made.occasionKey = key;
    made.lead = minutes(15);
    made.due = clock_.now() + minutes(dueInMinutes);
    made.scheduled = made.due - minutes(1);
    made.occasion = made.due + minutes(15);
    made.expires = made.occasion + hours(2);
    made.title = "Zähne putzen ☎";
    made.channels = {"in_app", "email"};
    made.state = state;
    made.revision = 1;
    made.updated = clock_.now();
    return made;
  }
  base::Result<void> put(const Reminder& row) {
    const auto unit = begin();
    backend_->reminders().put(*unit, row);
    return commit(unit);
  }
  std::vector<base::Uuid> idsOf(const std::vector<Reminder>& rows) {
    std::vector<base::Uuid> ids;
    for (const Reminder& row : rows) ids.push_back(row.id);
    return ids;
  }
  std::vector<base::Uuid> list(ReminderStore::ListQuery query) {
    return idsOf(get(backend_->reminders().list(query)));
  }
};

TEST_P(ReminderContract, GivesBackWhatWasWritten) {
  Reminder row = reminder(addUser("ann").id, newId(), "2026-01-05", 10);
  ASSERT_TRUE(put(row).ok());
  EXPECT_EQ(get(backend_->reminders().find(row.id)), row);
  row.revision = 2;
  row.state = ReminderState::kSkipped;
  row.reason = reminders::SkipReason::kQuietHours;
  row.told = clock_.now() + minutes(3);
  row.messageId = newId();
  row.snoozes = 3;
  row.due += hours(1);
  row.scheduled += hours(1);
  row.occasion += hours(1);
  row.expires += hours(1);
  row.title = "Anders";
  row.channels = {"push"};
  row.updated += minutes(3);
  ASSERT_TRUE(put(row).ok());
  EXPECT_EQ(get(backend_->reminders().find(row.id)), row);
  EXPECT_FALSE(get(backend_->reminders().find(newId())).has_value());
}

TEST_P(ReminderContract, RefusesWhatIsNotTheNextRevision) {
  Reminder row = reminder(addUser("ann").id, newId(), "2026-01-05", 10);
  ASSERT_TRUE(put(row).ok());
  row.revision = 3;
  EXPECT_EQ(put(row).error().code(), Code::kConflict);
  row.revision = 7;
  const auto unit = begin();
  backend_->reminders().remove(*unit, row);
  EXPECT_EQ(commit(unit).error().code(), Code::kConflict);
}

TEST_P(ReminderContract, HasOneRowForAnOccasionAndLead) {
  const base::Uuid ann = addUser("ann").id;
  const base::Uuid resource = newId();
  ASSERT_TRUE(put(reminder(ann, resource, "2026-01-05", 1, ReminderState::kSent)).ok());
  EXPECT_EQ(put(reminder(ann, resource, "2026-01-05", 1)).error().code(), Code::kConflict);
  Reminder otherLead = reminder(ann, resource, "2026-01-05", 1, ReminderState::kSent);
  otherLead.lead = minutes(30);
  EXPECT_TRUE(put(otherLead).ok());
  EXPECT_TRUE(put(reminder(ann, newId(), "2026-01-05", 1)).ok());
}

TEST_P(ReminderContract, HasOnePlannedReminderOfAResource) {
  const base::Uuid ann = addUser("ann").id;
  const base::Uuid resource = newId();
  const Reminder planned = reminder(ann, resource, "2026-01-05", 1);
  ASSERT_TRUE(put(planned).ok());
  EXPECT_EQ(put(reminder(ann, resource, "2026-01-06", 2)).error().code(), Code::kConflict);
  const auto unit = begin();
  backend_->reminders().remove(*unit, planned);
  backend_->reminders().put(*unit, reminder(ann, resource, "2026-01-06", 2));
  EXPECT_TRUE(commit(unit).ok());
}

TEST_P(ReminderContract, FindsThePlannedAndTheLaterOnesOfAResource) {
  const base::Uuid ann = addUser("ann").id;
  const base::Uuid resource = newId();
  const Reminder planned = reminder(ann, resource, "2026-01-02", 1);
  const Reminder old = reminder(ann, resource, "2026-01-03", 2, ReminderState::kSent);
  const Reminder late = reminder(ann, resource, "2026-01-04T09:00:00Z", 3, ReminderState::kSkipped);
  for (const Reminder& row : {planned, old, late, reminder(ann, newId(), "2026-01-04", 3)}) {
    ASSERT_TRUE(put(row).ok());
  }
  auto found = idsOf(get(backend_->reminders().ofResource(resource, "2026-01-04")));
  std::ranges::sort(found);
  std::vector expected = {planned.id, late.id};
  std::ranges::sort(expected);
  EXPECT_EQ(found, expected);
}

TEST_P(ReminderContract, ListsWhatIsToComeAndWhatWas) {
  const base::Uuid ann = addUser("ann").id;
  const Reminder later = reminder(ann, newId(), "2026-01-05", 30);
  const Reminder soon = reminder(ann, newId(), "2026-01-05", 10, ReminderState::kSnoozed);
  const Reminder now = reminder(ann, newId(), "2026-01-05", 0, ReminderState::kGathered);
  const Reminder told = reminder(ann, newId(), "2026-01-05", -5, ReminderState::kSent);
  const Reminder aside = reminder(ann, newId(), "2026-01-05", -9, ReminderState::kDismissed);
  for (const Reminder& row : {later, soon, now, told, aside}) ASSERT_TRUE(put(row).ok());
  ASSERT_TRUE(put(reminder(addUser("bob").id, newId(), "2026-01-05", 1)).ok());
  const auto upcoming = ReminderStore::Part::kUpcoming;
  const auto past = ReminderStore::Part::kPast;
  EXPECT_EQ(list({ann, upcoming, {}, {}, 9}), (std::vector{now.id, soon.id, later.id}));
  EXPECT_EQ(list({ann, upcoming, {{now.due, now.id}}, {}, 1}), std::vector{soon.id});
  EXPECT_EQ(list({ann, upcoming, {}, clock_.now() + minutes(10), 9}), std::vector{now.id});
  EXPECT_EQ(list({ann, past, {}, {}, 9}), (std::vector{told.id, aside.id}));
  EXPECT_EQ(list({ann, past, {{told.due, told.id}}, {}, 9}), std::vector{aside.id});
  EXPECT_EQ(idsOf(get(backend_->reminders().gatheredOf(ann, 5))), std::vector{now.id});
}

TEST_P(ReminderContract, GuardsADeliveryByItsStateAndAttempts) {
  const base::Uuid message = newId();
  const ReminderDelivery mail{message, "email", addUser("ann").id, DeliveryState::kWaiting,
                              0,       "",      clock_.now()};
  const auto add = [&](const ReminderDelivery& one) {
    const auto unit = begin();
    backend_->reminders().addDelivery(*unit, one);
    return commit(unit);
  };
  const auto write = [&](const ReminderDelivery& before, const ReminderDelivery& after) {
    const auto unit = begin();
    backend_->reminders().putDelivery(*unit, before, after);
    return commit(unit);
  };
  ASSERT_TRUE(add(mail).ok());
  EXPECT_EQ(add(mail).error().code(), Code::kConflict);
  ReminderDelivery other = mail;
  other.channel = "ntfy";
  ASSERT_TRUE(add(other).ok());
  ReminderDelivery begun = mail;
  begun.state = DeliveryState::kAttempted;
  begun.attempts = 1;
  begun.error = "sagte: später";
  begun.updated += minutes(1);
  ASSERT_TRUE(write(mail, begun).ok());
  EXPECT_EQ(write(mail, begun).error().code(), Code::kConflict);
  EXPECT_EQ(get(backend_->reminders().deliveriesOf(message)), (std::vector{begun, other}));
}

TEST_P(ReminderContract, RemovesWhatIsOldAndDoesNotWait) {
  const base::Uuid ann = addUser("ann").id;
  Reminder told = reminder(ann, newId(), "2026-01-05", 1, ReminderState::kSent);
  told.told = clock_.now();
  const Reminder waits = reminder(ann, newId(), "2026-01-05", 1);
  ASSERT_TRUE(put(told).ok());
  ASSERT_TRUE(put(waits).ok());
  const auto unit = begin();
  backend_->reminders().addDelivery(
      *unit, {newId(), "email", ann, DeliveryState::kSent, 1, "", clock_.now()});
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(backend_->reminders().removeBefore(clock_.now(), 10)), 0);
  EXPECT_EQ(get(backend_->reminders().removeBefore(clock_.now() + minutes(1), 10)), 2);
  EXPECT_FALSE(get(backend_->reminders().find(told.id)).has_value());
  EXPECT_TRUE(get(backend_->reminders().find(waits.id)).has_value());
}

SW_CONTRACT_SUITE(ReminderContract);

}  // namespace
}  // namespace sw::contract
