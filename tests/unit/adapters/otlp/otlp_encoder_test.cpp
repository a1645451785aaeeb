// The expected bytes were written by the Python package opentelemetry-proto 1.45.2 for the same
// spans.
#include "adapters/otlp/otlp_encoder.h"

#include <gtest/gtest.h>

#include "adapters/otlp/protobuf.h"
#include "unit/adapters/otlp/trace_samples.h"

namespace sw::otlp {
namespace {

constexpr const char* kExpected =
    "0ad9030a330a150a0c736572766963652e6e616d6512050a037376630a1a0a0f736572766963652e76657273696f"
    "6e12070a05312e322e3312a1030a1a0a117363686564756c696e672d776f726b65721205312e322e3312d8010a10"
    "0af7651916cd43dd8448eb211c80319c120801020304050607081a03613d312208b7ad6b71692033312a0c657665"
    "6e74732e62795f6964300339e8a3b3e91bca87184188b3b3e91bca87184a1a0a0e64622e73797374656d2e6e616d"
    "6512080a0673716c6974654a0c0a06636163686564120210014a130a04726f7773120b18fdffffffffffffffff01"
    "4a120a057368617265120921000000000000e03f4a0c0a046e6f746512040a02c3bc4a0b0a05656d70747912020a"
    "004a090a036f6666120210004a0a0a047a65726f1202180085010101000012a7010a100af7651916cd43dd8448eb"
    "211c80319c1208b7ad6b71692033311a03613d31220800f067aa0ba902b72a0c687474705f726571756573743002"
    "3900a0b3e91bca87184128c3b3e91bca87184a170a10687474702e7374617475735f636f6465120318f7034a160a"
    "1074726163652e6c6f73745f7370616e731202180150025a1b09d0a7b3e91bca871812066d6f6d656e741a080a01"
    "6e120318ac027a021802850101030000";

TEST(OtlpEncoder, WritesTheBytesOfTheReference) {
  const Traces traces = sampleTraces();
  EXPECT_EQ(hexOf(encodeOtlp(sampleResource(), traces)), kExpected);
}

TEST(OtlpEncoder, WritesEveryTraceOfABatch) {
  Traces traces = sampleTraces();
  const std::size_t one = encodeOtlp(sampleResource(), traces).size();
  traces.push_back(sampleTraces().front());
  EXPECT_GT(encodeOtlp(sampleResource(), traces).size(), one + 200);
}

TEST(OtlpEncoder, ReadsWhatWasRejected) {
  EXPECT_EQ(rejectedSpans(std::string_view("\x0a\x06\x08\x11\x12\x02no", 8)), 17U);
  EXPECT_EQ(rejectedSpans(""), 0U);
  EXPECT_EQ(rejectedSpans("{}"), 0U);
  EXPECT_EQ(rejectedSpans(std::string_view("\x0a\x06\x08", 3)), 0U);
  EXPECT_EQ(rejectedSpans(std::string_view("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11)),
            0U);
}

TEST(Protobuf, ReadsBackWhatItWrote) {
  std::string bytes;
  ProtobufWriter out(bytes);
  out.varint(1, 0);
  out.varint(2, 0xFFFFFFFFFFFFFFFF);
  out.fixed32(3, 7);
  out.fixed64(4, 8);
  out.text(5, "text");
  const std::size_t begun = out.begin(1000);
  out.text(1, std::string(300, 'x'));
  out.end(begun);
  std::string_view rest = bytes;
  std::vector<std::uint32_t> numbers;
  while (const auto field = nextField(rest)) {
    numbers.push_back(field->number);
    if (field->number == 2) {
      EXPECT_EQ(field->value, 0xFFFFFFFFFFFFFFFF);
    }
    if (field->number == 3) {
      EXPECT_EQ(field->value, 7U);
    }
    if (field->number == 4) {
      EXPECT_EQ(field->value, 8U);
    }
    if (field->number == 5) {
      EXPECT_EQ(field->bytes, "text");
    }
    if (field->number == 1000) {
      EXPECT_EQ(field->bytes.size(), 303U);
    }
  }
  EXPECT_EQ(numbers, (std::vector<std::uint32_t>{2, 3, 4, 5, 1000}));
}

TEST(Protobuf, DamagedBytesEndTheReading) {
  std::string bytes;
  ProtobufWriter out(bytes);
  out.text(1, "some text");
  out.fixed64(2, 5);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    std::string_view rest = std::string_view(bytes).substr(0, cut);
    std::size_t fields = 0;
    while (nextField(rest)) ++fields;
    EXPECT_LE(fields, 1U);
    EXPECT_TRUE(rest.empty());
  }
}

}  // namespace
}  // namespace sw::otlp
