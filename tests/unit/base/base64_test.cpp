#include "base/base64.h"

#include <gtest/gtest.h>

namespace sw::base {
namespace {

TEST(Base64Test, WritesAndReadsTheVectorsOfTheStandard) {
  // RFC 4648, section 10.
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encodeBase64(bytes), text);
    EXPECT_EQ(decodeBase64(text), bytes);
    const std::string_view bare = text.substr(0, text.find('='));
    EXPECT_EQ(encodeBase64Url(bytes), bare);
    EXPECT_EQ(decodeBase64Url(bare), bytes);
  }
}

TEST(Base64Test, ReadsEveryByteBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(decodeBase64Url(encodeBase64Url(bytes)), bytes);
  EXPECT_EQ(decodeBase64(encodeBase64(bytes)), bytes);
  EXPECT_EQ(encodeBase64Url(bytes).find_first_of("+/="), std::string::npos);
}

TEST(Base64Test, RefusesWhatItWouldNotWrite) {
  for (const std::string_view text :
       {"Z", "Zg=", "Zg==", "Zh", "Zm9v\n", "Z m9v", "Zm+v", "Zm/v", "Z\xC3\xA9==", "Zm9vZ"}) {
    EXPECT_FALSE(decodeBase64Url(text)) << text;
  }
  EXPECT_FALSE(decodeBase64Url("Zm9"));  // spare bits are not zero
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "=Zg=", "Z===", "Zh==", "Zm-v"}) {
    EXPECT_FALSE(decodeBase64(text)) << text;
  }
}

}  // namespace
}  // namespace sw::base
