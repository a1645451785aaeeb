#pragma once

#include <string>
#include <string_view>

#include "calendar/event_store.h"

namespace sw::sql {

/// The members of an event that are only ever read with the whole row, packed in one column:
/// taking a column out of a row costs about as much as finding the next row, and a window reads
/// all of them. Little-endian, with a version in front.
std::string packAttributes(const calendar::EventRecord& record);

/// Fills `row` from what `packAttributes` gave; texts become views into `packed`. False when the
/// bytes are damaged.
[[nodiscard]] bool unpackAttributes(std::string_view packed, calendar::EventRow& row);

}  // namespace sw::sql
