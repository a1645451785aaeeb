#pragma once

#include <string>
#include <string_view>

#include "accounts/settings.h"
#include "base/json_reader.h"
#include "base/result.h"

/// Settings as JSON: in the store, in requests and in answers.
namespace sw::accounts {

/// Reads whole settings; what is missing takes its default. Everything wrong goes to `problems`.
/// Whether `targetCalendar` may be written to is for the caller to see.
Settings readSettings(base::json::Value body, base::json::Problems& problems);

/// The document that is stored and that a merge patch applies to.
std::string toSettingsDocument(const Settings& settings);
/// `kCorrupted` when the stored document cannot be read.
base::Result<Settings> fromStored(const SettingsStore::Stored& stored);

/// Appends the settings as an answer shows them.
void appendSettingsView(std::string& out, const Settings& settings);

}  // namespace sw::accounts
