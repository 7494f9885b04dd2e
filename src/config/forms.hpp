// What texts in the file must look like.
#pragma once

#include <string_view>

namespace efaxd::config {

/// A test of a text, and the words for what was expected, with an example.
struct Form {
    bool (*fits)(std::string_view);
    std::string_view expected;
};

namespace form {

extern const Form project_name;
extern const Form fhir_id;
extern const Form recipient; ///< `Type/id` of whatever may receive a Communication
extern const Form user_id;
extern const Form path; ///< absolute
extern const Form socket;
extern const Form url; ///< https, or http towards loopback; no user info, query or fragment
extern const Form proxy;
extern const Form credential;
extern const Form variable;
extern const Form username;
extern const Form listen;
extern const Form country;
extern const Form host; ///< `host` or `host:port`
extern const Form text; ///< printable, of a reasonable length

} // namespace form

} // namespace efaxd::config
