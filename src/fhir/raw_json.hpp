// JSON as it was written: what we do not change goes back to its server digit by digit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::fhir {

/// The top-level members of a JSON object, each value in its own spelling.
class RawObject {
  public:
    /// Throws a passing Fault `fhir.bad_reply` if the text is no JSON object.
    explicit RawObject(std::string_view text);

    /// The value of the first member of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    /// Replaces the value, or adds the member at the end.
    void set(std::string_view name, std::string value);
    void remove(std::string_view name);

    std::string text() const;

  private:
    struct Member {
        std::string name;
        std::string value;
    };
    std::vector<Member> members_;
};

/// The elements of a JSON array, in their own spelling. The text must be valid JSON; none if it is no array.
std::vector<std::string_view> raw_elements(std::string_view array);

/// `[…]` of such elements.
std::string raw_array(const std::vector<std::string>& elements);

/// A string as JSON.
std::string raw_text(std::string_view text);

} // namespace efaxd::fhir
