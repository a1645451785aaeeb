#pragma once

#include <span>

#include "api/router.h"
#include "app/web_assets.h"

namespace sw::app {

/// What the page may do (Content Security Policy Level 3): run, style and fetch what comes from
/// here, and nothing else.
inline constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

/// Adds the routes of the web page: "/" for its index.html, and each other file under its path.
/// Files whose names hold a hash of their content (all below assets/) may be kept for ever, the
/// others are asked for again with their entity tag. Nothing without files.
void addWebRoutes(api::Router& router, std::span<const WebAsset> assets);

}  // namespace sw::app
