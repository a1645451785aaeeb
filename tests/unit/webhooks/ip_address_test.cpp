#include "webhooks/ip_address.h"

#include <gtest/gtest.h>

namespace sw::webhooks {
namespace {

std::string_view useOf(std::string_view text) {
  const auto address = IpAddress::parse(text);
  EXPECT_TRUE(address.has_value()) << text;
  return address ? specialUse(*address) : std::string_view("no address");
}

TEST(IpAddressTest, ReadsTheUsualFormsAndNoOthers) {
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->toString(), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8:0::1")->toString(), "2001:db8::1");
  for (const char* text : {"", "1", "127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "1.2.3.256",
                           "1.2.3.4.5", "fe80::1%eth0", "[::1]", "::1:", "1.2.3.4/8", " 1.2.3.4"}) {
    EXPECT_FALSE(IpAddress::parse(text).has_value()) << text;
  }
}

TEST(IpAddressTest, NamesWhatAnAddressIsSetApartFor) {
  struct Case {
    std::string_view address;
    std::string_view use;
  };
  // The first and last address of ranges, so that a wrong prefix length shows.
  const Case cases[] = {
      {"0.0.0.0", "this network"},
      {"0.255.255.255", "this network"},
      {"10.0.0.0", "private use"},
      {"10.255.255.255", "private use"},
      {"100.64.0.0", "shared address space of carriers"},
      {"100.127.255.255", "shared address space of carriers"},
      {"127.0.0.1", "loopback"},
      {"127.255.255.255", "loopback"},
      {"169.254.169.254", "link-local"},
      {"172.16.0.0", "private use"},
      {"172.31.255.255", "private use"},
      {"192.0.0.1", "protocol assignments"},
      {"192.0.2.1", "documentation"},
      {"192.168.255.255", "private use"},
      {"198.18.0.0", "benchmarking"},
      {"198.19.255.255", "benchmarking"},
      {"198.51.100.7", "documentation"},
      {"203.0.113.7", "documentation"},
      {"224.0.0.1", "multicast"},
      {"239.255.255.255", "multicast"},
      {"240.0.0.1", "reserved"},
      {"255.255.255.255", "reserved"},
      {"::", "unspecified"},
      {"::1", "loopback"},
      {"::127.0.0.1", "compatible IPv4"},
      {"::ffff:127.0.0.1", "loopback"},
      {"::ffff:10.1.2.3", "private use"},
      {"::ffff:8.8.8.8", "mapped IPv4"},
      {"64:ff9b::127.0.0.1", "loopback"},
      {"64:ff9b::a9fe:a9fe", "link-local"},
      {"64:ff9b:1::1", "local translation"},
      {"100::1", "discard only"},
      {"2001::1", "protocol assignments"},
      {"2001:1ff:ffff::1", "protocol assignments"},
      {"2001:db8::1", "documentation"},
      {"2002:7f00:1::1", "loopback"},
      {"2002:808:808::1", "6to4"},
      {"3fff::1", "documentation"},
      {"5f00::1", "segment routing"},
      {"4000::1", "reserved"},
      {"fc00::1", "unique local"},
      {"fdff:ffff::1", "unique local"},
      {"fe80::1", "link-local"},
      {"febf:ffff::1", "link-local"},
      {"fec0::1", "site-local"},
      {"ff02::1", "multicast"},
  };
  for (const Case& one : cases) EXPECT_EQ(useOf(one.address), one.use) << one.address;
}

TEST(IpAddressTest, LeavesOrdinaryAddressesAlone) {
  for (const char* text :
       {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",        "11.0.0.0",
        "100.63.255.255",  "100.128.0.0",     "126.255.255.255",      "128.0.0.0",
        "169.253.255.255", "169.255.0.0",     "172.15.255.255",       "172.32.0.0",
        "192.167.255.255", "192.169.0.0",     "198.17.255.255",       "198.20.0.0",
        "223.255.255.255", "2001:200::1",     "2001:4860:4860::8888", "2606:4700::1111",
        "2a00::1",         "64:ff9b::8.8.8.8"}) {
    EXPECT_EQ(useOf(text), "") << text;
  }
}

TEST(NetworkTest, ContainsWhatItsPrefixSays) {
  const auto network = Network::parse("10.20.0.0/14");
  ASSERT_TRUE(network.has_value());
  EXPECT_TRUE(network->contains(*IpAddress::parse("10.23.255.255")));
  EXPECT_FALSE(network->contains(*IpAddress::parse("10.24.0.0")));
  EXPECT_FALSE(network->contains(*IpAddress::parse("::10.20.0.1")));
  EXPECT_TRUE(Network::parse("::/0")->contains(*IpAddress::parse("2001:db8::1")));
  EXPECT_TRUE(Network::parse("::1")->contains(*IpAddress::parse("::1")));
  EXPECT_FALSE(Network::parse("::1")->contains(*IpAddress::parse("::2")));
  for (const char* text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "a/8", "10.0.0.0/8x"}) {
    EXPECT_FALSE(Network::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace sw::webhooks
