#include "obs/trace_context.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

#include "obs/trace_sampler.h"

namespace sw::obs {
namespace {

const std::string kGood = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceParent, ReadsWhatTheStandardAllowsAndNothingElse) {
  const auto read = parseTraceParent(kGood);
  ASSERT_TRUE(read);
  EXPECT_EQ(toHex(read->trace), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(toHex(read->span), "b7ad6b7169203331");
  EXPECT_TRUE(read->sampled);
  const TraceRef ref = toRef(read->trace, read->span);
  EXPECT_EQ(ref.traceId[0], 0x0A);
  EXPECT_EQ(ref.traceId[15], 0x9C);
  EXPECT_EQ(ref.spanId[7], 0x31);
  // A later version may have more behind it (section 4.3).
  EXPECT_TRUE(parseTraceParent("01" + kGood.substr(2) + "-more"));
  EXPECT_TRUE(parseTraceParent("cc" + kGood.substr(2)));
  for (const std::string& bad :
       {std::string(), kGood.substr(1), kGood.substr(0, 54), kGood + "-more", kGood + "x",
        "01" + kGood.substr(2) + "x", "ff" + kGood.substr(2),
        std::string("00-00000000000000000000000000000000-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"),
        std::string("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"),
        std::string("0g-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333x-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\n")}) {
    EXPECT_FALSE(parseTraceParent(bad)) << bad;
  }
}

TEST(TraceParent, KnowsOnlyTheSampledFlag) {
  for (const auto& [flags, sampled] : std::map<std::string, bool>{
           {"00", false}, {"01", true}, {"02", false}, {"03", true}, {"ff", true}}) {
    const auto read = parseTraceParent(kGood.substr(0, 53) + flags);
    ASSERT_TRUE(read) << flags;
    EXPECT_EQ(read->sampled, sampled) << flags;
    EXPECT_EQ(read->traceParent(), kGood.substr(0, 53) + (sampled ? "01" : "00"));
  }
}

TEST(TraceParent, ComesBackAsItWasWritten) {
  for (int i = 0; i < 1000; ++i) {
    TraceContext context;
    context.trace = newTraceId();
    context.span = newSpanId();
    context.sampled = i % 2 == 0;
    const auto read = parseTraceParent(context.traceParent());
    ASSERT_TRUE(read) << context.traceParent();
    EXPECT_EQ(read->trace, context.trace);
    EXPECT_EQ(read->span, context.span);
    EXPECT_EQ(read->sampled, context.sampled);
  }
}

TEST(TraceState, KeepsWhatIsValid) {
  for (const std::string& good :
       {std::string("rojo=00f067aa0ba902b7"), std::string("a=1,b=2"), std::string("a=1 , b=2"),
        std::string("fw529a3039@dt=FfAz;1"), std::string("a=1,,b=2"), "k=" + std::string(256, 'v'),
        std::string("a_-*/=x y")}) {
    EXPECT_TRUE(isTraceState(good)) << good;
  }
  std::string tooMany;
  for (int i = 0; i < 33; ++i) tooMany += "k" + std::to_string(i) + "=1,";
  for (const std::string& bad :
       {std::string(), std::string(","), std::string("a"), std::string("=1"), std::string("a="),
        std::string("A=1"), std::string("a=1,a=2"), std::string("a=b=c"), std::string("1a=1"),
        std::string("a@=1"), std::string("@a=1"), std::string("a=\x01"), tooMany,
        "k=" + std::string(257, 'v'), "a=1," + std::string(600, 'b') + "=1"}) {
    EXPECT_FALSE(isTraceState(bad)) << bad;
  }
}

TEST(TraceContext, DropsAnInvalidStateAndKeepsTheParent) {
  const auto read = readTraceContext(kGood, "not valid");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, "");
  EXPECT_EQ(readTraceContext(kGood, "a=1")->state, "a=1");
  EXPECT_FALSE(readTraceContext("", "a=1"));
}

TEST(TraceContext, CrossesACarrierUnchanged) {
  TraceContext context;
  context.trace = newTraceId();
  context.span = newSpanId();
  context.sampled = true;
  context.state = "a=1";
  std::map<std::string, std::string, std::less<>> carried;
  injectTrace(context, [&](auto name, auto value) { carried.emplace(name, value); });
  const auto read = extractTrace([&](std::string_view name) -> std::string_view {
    const auto found = carried.find(name);
    return found == carried.end() ? std::string_view() : std::string_view(found->second);
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->trace, context.trace);
  EXPECT_EQ(read->span, context.span);
  EXPECT_TRUE(read->sampled);
  EXPECT_EQ(read->state, "a=1");
  carried.clear();
  injectTrace({}, [&](auto name, auto value) { carried.emplace(name, value); });
  EXPECT_TRUE(carried.empty());
}

TEST(TraceIds, AreNeverTheSame) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(seen.insert(newSpanId()).second);
}

TEST(Sampler, FollowsTheNamesOfTheSpecification) {
  TraceContext yes;
  yes.sampled = true;
  TraceContext no;
  const TraceId trace = newTraceId();
  struct Case {
    const char* name;
    bool alone, withYes, withNo;
  };
  for (const Case& one :
       {Case{"always_on", true, true, true}, Case{"always_off", false, false, false},
        Case{"parentbased_always_on", true, true, false},
        Case{"parentbased_always_off", false, true, false}}) {
    const auto sampler = Sampler::named(one.name, 0.5);
    ASSERT_TRUE(sampler) << one.name;
    EXPECT_EQ(sampler->samples(trace, nullptr), one.alone) << one.name;
    EXPECT_EQ(sampler->samples(trace, &yes), one.withYes) << one.name;
    EXPECT_EQ(sampler->samples(trace, &no), one.withNo) << one.name;
  }
  EXPECT_FALSE(Sampler::named("jaeger_remote", 1));
  EXPECT_FALSE(Sampler::named("", 1));
}

TEST(Sampler, TakesAboutItsShare) {
  for (const double ratio : {0.0, 0.001, 0.1, 0.5, 1.0}) {
    const auto sampler = Sampler::named("parentbased_traceidratio", ratio);
    ASSERT_TRUE(sampler);
    constexpr int kTraces = 100'000;
    int taken = 0;
    for (int i = 0; i < kTraces; ++i) taken += sampler->samples(newTraceId(), nullptr) ? 1 : 0;
    // Six standard deviations.
    const double spread = 6 * std::sqrt(ratio * (1 - ratio) * kTraces);
    EXPECT_NEAR(taken, ratio * kTraces, spread) << ratio;
  }
}

TEST(Sampler, DecidesAlikeForOneTrace) {
  const auto small = Sampler::named("traceidratio", 0.1);
  const auto large = Sampler::named("traceidratio", 0.2);
  for (int i = 0; i < 10'000; ++i) {
    const TraceId trace = newTraceId();
    EXPECT_LE(small->samples(trace, nullptr), large->samples(trace, nullptr));
  }
}

}  // namespace
}  // namespace sw::obs
