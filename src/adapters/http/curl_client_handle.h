#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <string>

/// What the clients over libcurl share: owners of its handles, and its start.
namespace sw::adapters::http::curl {

template <auto Release>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    Release(pointer);
  }
};
using Easy = std::unique_ptr<CURL, Free<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Free<curl_multi_cleanup>>;
using Address = std::unique_ptr<CURLU, Free<curl_url_cleanup>>;
using List = std::unique_ptr<curl_slist, Free<curl_slist_free_all>>;

/// Whether libcurl can be used. Starts it at the first call; thread-safe.
inline bool initialised() {
  static const CURLcode outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
  return outcome == CURLE_OK;
}

/// A part of a parsed address; empty when it has none.
inline std::string partOf(CURLU* address, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(address, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// Appends a line to a list. False when there is no memory for it; the list stays as it was.
inline bool append(List& list, const std::string& line) {
  curl_slist* const first = curl_slist_append(list.get(), line.c_str());
  if (first == nullptr) return false;
  if (!list) list.reset(first);  // further lines hang behind the first
  return true;
}

/// For CURLOPT_XFERINFOFUNCTION: ends the call once the flag (an `std::atomic<bool>`) is raised.
inline int endWhenRaised(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(flag)->load(std::memory_order_acquire) ? 1 : 0;
}

}  // namespace sw::adapters::http::curl
