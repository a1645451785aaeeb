#pragma once

#include <vector>

#include "accounts/local_day.h"
#include "app/example/example_life.h"
#include "app/example/example_random.h"

namespace sw::app {

/// What the person had to do: pieces of work that wait for each other and move a goal, chores that
/// come back, errands that were done or forgotten. Told between `first` and `now`; it may name the
/// goal "website", which the story begins with its thirtieth day. Appended to `deeds`.
void tellTasks(ExampleRandom& random, accounts::LocalDate first, base::Instant now,
               const accounts::DayRule& day, std::vector<Deed>& deeds);

}  // namespace sw::app
