#pragma once

#include <string_view>

#include "api/router.h"

namespace sw::api {

/// The description of the API, made from openapi.yaml when the program is built. Static storage.
std::string_view openApiJson();
/// The description of the events, made from asyncapi.yaml.
std::string_view asyncApiJson();
/// The API as a page for people, which loads nothing.
std::string_view docsPage();
/// What that page's style hashes to, as a source of a content security policy.
std::string_view docsStyleSource();

/// Adds `/openapi.json`, `/asyncapi.json` and `/docs`.
void addDocsRoutes(Router& router);

}  // namespace sw::api
