// A mapping of the file that remembers what was asked of it.
#pragma once

#include "config/forms.hpp"
#include "config/tree.hpp"
#include "efaxd/core/instant.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::config {

enum class Need { required, optional };

struct Range {
    Duration least{};
    Duration most = std::chrono::hours{24 * 365};
    std::string_view or_else{}; ///< for the words of an error, such as `never or `
};

/// Reads the keys of one mapping. Whatever does not fit is reported with its place and path, and the default
/// stands in, so that reading goes on. No value is ever repeated in a report; an unknown key only if it looks
/// like one, and in a `confidential` mapping only if it resembles a known one.
///
/// A node that is no mapping is reported at once; then every key counts as absent and none as missing.
class Section {
  public:
    enum class Kind { open, confidential };

    Section(const Node& node, std::string path, Report& report, Kind kind = Kind::open);

    const std::string& path() const { return path_; }
    std::string path_of(std::string_view key) const;
    Report& report() const { return report_; }
    Place place() const { return node_.place; }
    /// Was the whole mapping there to be read?
    bool whole() const { return node_.kind == Node::Kind::mapping && !node_.cut; }

    /// Nothing if the key is absent, has no value or a refused one, which is reported; so is, in the end, the
    /// absence of a required key. A key given twice is reported and its first value taken.
    const Node* find(std::string_view key, Need need = Need::optional);

    /// The same in silence: the first node under the key, whatever it is.
    const Node* peek(std::string_view key) const;
    /// Is the key there, with a value or without? Makes it known.
    bool has(std::string_view key);
    bool says(std::string_view key, std::string_view word) const;

    std::string text(std::string_view key, const Form& form, Need need, std::string otherwise = {});
    int number(std::string_view key, int least, int most, int otherwise);
    bool flag(std::string_view key, bool otherwise);
    Duration duration(std::string_view key, Range range, Duration otherwise);
    /// Nothing for the word `never`, and when left out.
    std::optional<Duration> duration_or_never(std::string_view key, Range range);

    /// The index of the chosen word; nothing: `otherwise`, which is only shown.
    std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> words,
                                      Need need = Need::optional, std::string_view otherwise = {});

    /// The mapping under a key.
    std::optional<Section> section(std::string_view key, Need need = Need::optional, Kind kind = Kind::open);
    /// The same for one whose keys all have defaults: if it is not there, these are read.
    Section section_or_defaults(std::string_view key);
    /// The items under a key; nothing if absent or no list.
    const std::vector<Node>* list(std::string_view key, Need need = Need::optional);

    /// Notes what a key is set to, for showing; `node` is nothing for a default.
    void note(std::string_view key, std::string value, const Node* node);

    void wrong(const Node& node, std::string_view key, std::string what);
    void wrong_key(std::string_view key, std::string what);

    /// Reports the keys that are missing and those that nobody asked for; a misspelt one is not missing as
    /// well. To be called when everything was asked.
    void finish();

  private:
    void know(std::string_view key);
    const Node* scalar(std::string_view key, Need need, const std::string& expected);
    void report_unknown(const Node& item);

    const Node& node_;
    std::string path_;
    Report& report_;
    Kind kind_;
    std::vector<std::string_view> known_; ///< keys are literals of ours
    std::vector<std::string_view> missing_;
};

} // namespace efaxd::config
