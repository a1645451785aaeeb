#include "app/trace_receiver.h"

#include <gtest/gtest.h>

namespace sw::app {
namespace {

base::Config::Tracing jaeger(const std::string& endpoint) {
  base::Config::Tracing config;
  config.exporter = "otlp";
  config.jaegerEndpoint = endpoint;
  return config;
}

TEST(TraceReceiver, IsNoneWhereNothingIsSet) {
  EXPECT_FALSE(traceReceiver(jaeger("")));
  base::Config::Tracing off = jaeger("http://jaeger:14268/api/traces");
  off.exporter = "none";
  EXPECT_FALSE(traceReceiver(off));
  off.exporter = "otlp";
  off.disabled = true;
  EXPECT_FALSE(traceReceiver(off));
}

TEST(TraceReceiver, TakesTheMostSpecificVariable) {
  base::Config::Tracing config = jaeger("http://jaeger:14268/api/traces");
  config.otlpEndpoint = "http://collector:4318/";
  EXPECT_EQ(traceReceiver(config)->url, "http://collector:4318/v1/traces");
  config.otlpEndpoint = "https://vendor/otlp";
  EXPECT_EQ(traceReceiver(config)->url, "https://vendor/otlp/v1/traces");
  config.otlpTracesEndpoint = "http://collector:4318/here";
  EXPECT_EQ(traceReceiver(config)->url, "http://collector:4318/here");
  EXPECT_EQ(traceReceiver(config)->form, TraceReceiver::Form::kOtlp);
}

TEST(TraceReceiver, ReadsJaegersAddressByPortAndPath) {
  struct Case {
    const char* endpoint;
    TraceReceiver::Form form;
    const char* url;
    const char* otherwise;
  };
  using enum TraceReceiver::Form;
  for (const Case& one : {
           Case{"http://jaeger:14268/api/traces", kThrift, "http://jaeger:14268/api/traces",
                "http://jaeger:4318/v1/traces"},
           Case{"http://jaeger:14268", kThrift, "http://jaeger:14268/api/traces",
                "http://jaeger:4318/v1/traces"},
           Case{"http://jaeger:14268/", kThrift, "http://jaeger:14268/api/traces",
                "http://jaeger:4318/v1/traces"},
           Case{"https://jaeger/prefix/api/traces?format=jaeger.thrift", kThrift,
                "https://jaeger/prefix/api/traces?format=jaeger.thrift",
                "https://jaeger:4318/v1/traces"},
           Case{"http://[::1]:14268/api/traces", kThrift, "http://[::1]:14268/api/traces",
                "http://[::1]:4318/v1/traces"},
           Case{"http://[::1]/api/traces", kThrift, "http://[::1]/api/traces",
                "http://[::1]:4318/v1/traces"},
           Case{"http://jaeger:4318", kOtlp, "http://jaeger:4318/v1/traces", ""},
           Case{"http://jaeger:4318/v1/traces", kOtlp, "http://jaeger:4318/v1/traces", ""},
           Case{"http://jaeger/v1/traces", kOtlp, "http://jaeger/v1/traces", ""},
       }) {
    const auto receiver = traceReceiver(jaeger(one.endpoint));
    ASSERT_TRUE(receiver) << one.endpoint;
    EXPECT_EQ(receiver->form, one.form) << one.endpoint;
    EXPECT_EQ(receiver->url, one.url) << one.endpoint;
    EXPECT_EQ(receiver->otherwise, one.otherwise) << one.endpoint;
  }
}

}  // namespace
}  // namespace sw::app
