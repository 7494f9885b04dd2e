#include "config/forms.hpp"

#include "config/listen.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace efaxd::config {

namespace {

constexpr std::string_view small = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool only(std::string_view text, std::initializer_list<std::string_view> allowed) {
    return std::all_of(text.begin(), text.end(), [&](char character) {
        return std::any_of(allowed.begin(), allowed.end(),
                           [&](std::string_view set) { return set.find(character) != set.npos; });
    });
}

bool sized(std::string_view text, std::size_t most) { return !text.empty() && text.size() <= most; }

bool is_project_name(std::string_view text) {
    return sized(text, 32) && text[0] != '-' && only(text, {small, digits, "-"});
}

bool is_fhir_id(std::string_view text) { return sized(text, 64) && only(text, {letters, digits, "-."}); }

bool is_recipient(std::string_view text) {
    constexpr std::array<std::string_view, 9> types{"Device",       "Organization",     "Patient",
                                                    "Practitioner", "PractitionerRole", "RelatedPerson",
                                                    "Group",        "CareTeam",         "HealthcareService"};
    const std::size_t slash = text.find('/');
    return slash != text.npos && is_fhir_id(text.substr(slash + 1)) &&
           std::find(types.begin(), types.end(), text.substr(0, slash)) != types.end();
}

bool is_user_id(std::string_view text) {
    return sized(text, 256) &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

/// Control characters come in through escapes and block scalars; bytes beyond ASCII are parts of UTF-8.
bool is_text(std::string_view text) {
    return sized(text, 1024) && text.front() != ' ' && text.back() != ' ' &&
           std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 127; });
}

bool is_path(std::string_view text) { return is_text(text) && text[0] == '/'; }

bool is_socket(std::string_view text) { return is_path(text) && text.size() <= 107; }

bool is_credential(std::string_view text) {
    return sized(text, 255) && text[0] != '.' && only(text, {letters, digits, "._-"});
}

bool is_variable(std::string_view text) {
    return sized(text, 255) && digits.find(text[0]) == digits.npos && only(text, {letters, digits, "_"});
}

bool is_listen(std::string_view text) { return parse_listen(text).has_value(); }

bool is_country(std::string_view text) {
    return text == "none" || (sized(text, 3) && text[0] != '0' && only(text, {digits}));
}

bool is_username(std::string_view text) { return is_text(text) && text.find(':') == text.npos; }

} // namespace

namespace form {

const Form project_name{is_project_name,
                        "1 to 32 small letters, digits and hyphens, no hyphen first, such as north-clinic"};
const Form fhir_id{is_fhir_id, "a FHIR id of 1 to 64 letters, digits, hyphens and dots, such as front-desk"};
const Form recipient{is_recipient, "a reference to an Organization, Practitioner, PractitionerRole, Patient, "
                                   "RelatedPerson, Device, Group, CareTeam or HealthcareService, such as "
                                   "Organization/front-desk"};
const Form user_id{is_user_id, "an eFax user ID of 1 to 256 printable ASCII characters without spaces"};
const Form path{is_path, "an absolute path, such as /etc/efaxd/file"};
const Form socket{is_socket, "an absolute path of at most 107 bytes, such as /run/efaxd/efaxd.sock"};
const Form url{is_url, "an https URL without user, query or fragment, such as https://fhir.example.org/R4 "
                       "(http only towards loopback)"};
const Form proxy{is_proxy, "a proxy's URL without user or path, such as http://proxy.example.org:3128"};
const Form credential{is_credential, "the name of a systemd credential, such as eFaxApiKey"};
const Form variable{is_variable, "the name of an environment variable, such as EFAX_API_KEY"};
const Form username{is_username, "a user name without colons"};
const Form listen{is_listen, "an IPv4 address or an IPv6 address in brackets, and a port, such as "
                             "127.0.0.1:8380 or \"[::1]:8380\""};
const Form country{is_country, "none or a country code from 1 to 999 without +, such as 44"};
const Form host{is_host, "a host with or without a port, such as storage.example.org or "
                         "storage.example.org:8443"};
const Form text{is_text, "a printable text of 1 to 1024 bytes"};

} // namespace form

} // namespace efaxd::config
