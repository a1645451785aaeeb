#pragma once

#include <string>

#include "accounts/local_day.h"
#include "app/example/example_random.h"

namespace sw::app {

/// The person's calendar as an iCalendar file: series of work and leisure since `first`, with
/// exceptions, and single appointments until some weeks after `today`.
std::string makeExampleCalendar(ExampleRandom& random, accounts::LocalDate first,
                                accounts::LocalDate today, const std::string& zone);

}  // namespace sw::app
