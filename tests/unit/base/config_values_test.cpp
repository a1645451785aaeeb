#include "base/config_values.h"

#include <gtest/gtest.h>

namespace sw::base::config {
namespace {

using namespace std::chrono_literals;

TEST(ConfigValues, ReadDurations) {
  std::chrono::milliseconds value{};
  const std::pair<const char*, std::chrono::milliseconds> good[] = {
      {"250ms", 250ms}, {"30s", 30s}, {"15m", 15min}, {"12H", 12h},
      {"7d", 168h},     {"5", 5s},    {"1 s", 1s},    {"0", 0s}};
  for (const auto& [text, expected] : good) {
    EXPECT_FALSE(readDuration(value, text, 1s)) << text;
    EXPECT_EQ(value, expected) << text;
  }
  for (const char* bad :
       {"", "s", "-1s", "1.5s", "1w", "99999999999d", "3651d", "99999999999999999999s"}) {
    EXPECT_TRUE(readDuration(value, bad, 1s)) << bad;
  }
}

TEST(ConfigValues, ReadNetworksOrAllOrNone) {
  bool all = false;
  std::vector<std::string> networks;
  EXPECT_FALSE(readNetworksOrAll(all, networks, "yes"));
  EXPECT_TRUE(all);
  EXPECT_FALSE(readNetworksOrAll(all, networks, "10.0.0.0/8, ::1,fd00::/8"));
  EXPECT_FALSE(all);
  EXPECT_EQ(networks, (std::vector<std::string>{"10.0.0.0/8", "::1", "fd00::/8"}));
  EXPECT_FALSE(readNetworksOrAll(all, networks, "false"));
  EXPECT_FALSE(all);
  EXPECT_TRUE(networks.empty());
  for (const char* bad : {"maybe", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/8,x", "1/"}) {
    EXPECT_TRUE(readNetworksOrAll(all, networks, bad)) << bad;
  }
}

TEST(ConfigValues, ReadSizes) {
  std::uint64_t value = 0;
  const std::pair<const char*, std::uint64_t> good[] = {
      {"512", 512}, {"16KiB", 16384}, {"1MB", 1000000}, {"32mib", 33554432}, {"2 GiB", 2147483648}};
  for (const auto& [text, expected] : good) {
    EXPECT_FALSE(readBytes(value, text)) << text;
    EXPECT_EQ(value, expected) << text;
  }
  for (const char* bad : {"", "KiB", "1TiB", "-1", "1e3", "9999999999GiB"}) {
    EXPECT_TRUE(readBytes(value, bad)) << bad;
  }
}

TEST(ConfigValues, ReadAddressesOfServices) {
  std::string value;
  for (const char* good : {"https://a", "http://a:1/b?c", "HTTPS://a"}) {
    EXPECT_FALSE(readUrl(value, good, {"http", "https"})) << good;
  }
  for (const char* bad : {"", "a", "ftp://a", "http:/a", "http://", "http:///a", "http://a b"}) {
    EXPECT_TRUE(readUrl(value, bad, {"http", "https"})) << bad;
  }
  EXPECT_FALSE(readUrl(value, "sqlite:/x/y.db", {"sqlite", "postgres"}));
  EXPECT_TRUE(readUrl(value, "sqlite:", {"sqlite", "postgres"}));
}

TEST(ConfigValues, ReadMailAddresses) {
  std::vector<std::string> value;
  EXPECT_FALSE(readAddresses(value, "a@b, c@d.example"));
  EXPECT_EQ(value.size(), 2U);
  for (const char* bad : {"a", "@b", "a@", "a@b@c", "a b@c", "<a@b>"}) {
    EXPECT_TRUE(readAddresses(value, bad)) << bad;
  }
}

TEST(ConfigValues, ReadNumbersWithinTheirRange) {
  std::int64_t integer = 0;
  EXPECT_FALSE(readInteger(integer, "5", 0, 5));
  for (const char* bad : {"6", "-1", "", "5x", "0x5", " 5", "1e1"}) {
    EXPECT_TRUE(readInteger(integer, bad, 0, 5)) << bad;
  }
  double real = 0;
  EXPECT_FALSE(readDecimal(real, "0.25", 0, 1));
  for (const char* bad : {"1.01", "-0.1", "", "nan", "inf", "0,5"}) {
    EXPECT_TRUE(readDecimal(real, bad, 0, 1)) << bad;
  }
  std::uint16_t port = 0;
  EXPECT_FALSE(readPort(port, "65535"));
  EXPECT_TRUE(readPort(port, "65536"));
}

TEST(ConfigValues, MaskThePasswordOfAnAddress) {
  EXPECT_EQ(maskPassword("postgres://u:p@h/d"), "postgres://u:[masked]@h/d");
  EXPECT_EQ(maskPassword("redis://:p@h"), "redis://:[masked]@h");
  EXPECT_EQ(maskPassword("https://key@h"), "https://[masked]@h");
  EXPECT_EQ(maskPassword("sqlite:/x"), "sqlite:/x");
  EXPECT_EQ(maskPassword("http://h:80/x"), "http://h:80/x");
}

}  // namespace
}  // namespace sw::base::config
