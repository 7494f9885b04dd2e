// A FHIR server that answers what it is told to.
#pragma once

#include "fhir/server.hpp"

#include <string_view>
#include <vector>

namespace efaxd::fuzz {

/// What the next requests are answered with: 200 and this body; 404 for an empty one, and when there are no
/// more. Every request is looked at: none may carry our token elsewhere, or go to a server that nobody named.
std::vector<std::string_view>& replies();

/// Below this our token may go: the server's base or, where it names the next page of a search, all its
/// origin.
std::string_view& token_place();
inline constexpr std::string_view our_origin = "https://fhir.example.org/";

/// `https://fhir.example.org/fhir/R4`, with a token; documents may come from `files.example.org` as well.
fhir::ServerOptions server_options();

} // namespace efaxd::fuzz
