#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace sw::adapters::mail {

/// A mail as its writer sees it. Texts are UTF-8; line breaks in what goes into a header become
/// spaces, so that no text can add a header.
struct Mail {
  std::string from{};  // address
  std::string fromName{};
  std::vector<std::string> to{};  // addresses
  std::string subject{};
  std::string text{};
  std::string html{};                 // empty: the mail has a text alone
  std::string messageId{};            // without angle brackets
  std::vector<std::string> thread{};  // ids of mails that this one belongs to
  std::string unsubscribe{};          // address of the page to stop such mails; empty for none
  base::Instant date{};
};

/// The mail as it is sent (RFC 5322): its text, or a text and an HTML part (RFC 2046,
/// multipart/alternative), in base64, lines ended by CR LF, ASCII only. `boundary` must occur
/// nowhere else: letters and digits.
std::string renderMail(const Mail& mail, std::string_view boundary);

/// "Tue, 24 Nov 2026 12:00:00 +0000" (RFC 5322, section 3.3).
std::string mailDate(base::Instant at);
/// A header's text: as it is when it is plain ASCII, else as encoded words (RFC 2047), folded.
std::string headerText(std::string_view text);
/// The part of an address after the last @; "localhost" when there is none.
std::string_view domainOf(std::string_view address);

}  // namespace sw::adapters::mail
