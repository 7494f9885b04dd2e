// Text within JSON strings that no JSON may hold, made into text that it may.
#pragma once

#include <string>

namespace efaxd::json {

/// Replaces, without a change of length, what within strings would make the whole text unreadable: half of a
/// surrogate pair by `\uFFFD`, a raw control character by a blank, the backslash of an unknown escape by a
/// question mark. Where strings begin and end stays as it is; bytes that are no UTF-8 stay too.
void mend_strings(std::string& text);

} // namespace efaxd::json
