#include "config/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace efaxd::config {

namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t most_nodes = 150'000;
constexpr std::size_t longest_line = 64u << 10;

/// Thrown through the parser once reading on makes no sense; the reason is in the report.
struct Enough {};

Place place_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// The parser knows plain scalars as `?`, quoted ones as `!`, and most untagged collections as `?` or
/// nothing.
bool tagged(const std::string& tag) { return !tag.empty() && tag != "?" && tag != "!"; }

/// Builds the tree from the parser's events, so that aliases are met before anything is copied.
class Builder : public YAML::EventHandler {
  public:
    Builder(Node& root, Report& report) : root_(root), report_(report) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (std::exchange(begun_, true))
            stop(mark, "a second document begins here: only one is read");
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        if (wants_key())
            refuse_key(mark, "expected a key before the colon");
        else
            place_nothing(mark);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        constexpr auto what = "aliases are not accepted: write the value out";
        if (wants_key())
            return refuse_key(mark, what);
        report_.add(place_of(mark), {}, what);
        place_node(mark, Node::Kind::refused);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_anchor(mark, anchor);
        const bool refused = refuse_tag(mark, tag);
        if (wants_key())
            return take_key(mark, value);
        Node& node = place_node(mark, refused ? Node::Kind::refused : Node::Kind::scalar);
        node.plain = tag == "?";
        node.value = value;
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        begin(mark, tag, anchor, Node::Kind::sequence);
    }
    void OnSequenceEnd() override { open_.pop_back(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        begin(mark, tag, anchor, Node::Kind::mapping);
    }
    void OnMapEnd() override { open_.pop_back(); }

  private:
    [[noreturn]] void stop(const YAML::Mark& mark, const char* what) {
        report_.add(place_of(mark), {}, what);
        throw Enough{};
    }

    void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor)
            report_.add(place_of(mark), {}, "anchors are not accepted: write each value out");
    }

    bool refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tagged(tag))
            return false;
        report_.add(place_of(mark), {}, "tags are not accepted: give the plain value");
        return true;
    }

    void refuse_key(const YAML::Mark& mark, const char* what) {
        report_.add(place_of(mark), {}, what);
        has_key_ = true;
        key_.clear();
        key_place_ = place_of(mark);
    }

    void take_key(const YAML::Mark& mark, const std::string& value) {
        if (value == "<<")
            return refuse_key(mark, "merge keys are not accepted: write the keys out");
        if (value.empty())
            return refuse_key(mark, "expected a key before the colon");
        has_key_ = true;
        key_ = value;
        key_place_ = place_of(mark);
    }

    bool wants_key() const {
        return !open_.empty() && open_.back()->kind == Node::Kind::mapping && !has_key_;
    }

    void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        if (wants_key())
            stop(mark, "a key must be a plain word");
        if (open_.size() == deepest)
            stop(mark, "nested too deeply");
        open_.push_back(&place_node(mark, kind));
    }

    /// A parent's items grow only while none of them is open, so pointers to open nodes stay good.
    Node& place_node(const YAML::Mark& mark, Node::Kind kind) {
        if (++nodes_ > most_nodes)
            stop(mark, "more than 150000 values");
        Node& node = open_.empty() ? root_ : open_.back()->items.emplace_back();
        node.kind = kind;
        node.place = place_of(mark);
        if (std::exchange(has_key_, false)) {
            node.key = std::exchange(key_, {});
            node.key_place = key_place_;
        }
        return node;
    }

    /// For a value that was left out the parser gives the place of whatever follows; we give its key or list.
    void place_nothing(const YAML::Mark& mark) {
        const bool keyed = has_key_;
        const Place list = open_.empty() ? place_of(mark) : open_.back()->place;
        Node& node = place_node(mark, Node::Kind::nothing);
        node.place = keyed ? node.key_place : list;
    }

    Node& root_;
    Report& report_;
    std::vector<Node*> open_;
    std::size_t nodes_ = 0;
    bool begun_ = false;
    bool has_key_ = false;
    std::string key_;
    Place key_place_;
};

/// In our own words: the parser's messages are terse, and some repeat what stands in the file.
std::string in_our_words(const std::string& message) {
    namespace said = YAML::ErrorMsg;
    static const std::array<std::pair<const char*, const char*>, 11> sentences{{
        {said::END_OF_MAP, "does not fit the lines above: look at the indentation, colons and quotes"},
        {said::END_OF_SEQ, "does not fit the list above: look at the indentation and dashes"},
        {said::END_OF_MAP_FLOW, "a { is not closed, or a comma is missing"},
        {said::END_OF_SEQ_FLOW, "a [ is not closed, or a comma is missing"},
        {said::EOF_IN_SCALAR, "a quoted text is not closed"},
        {said::INVALID_ESCAPE, "a backslash within double quotes begins an escape: use single quotes"},
        {said::MAP_VALUE, "a colon where no key can stand: quote a text that has one"},
        {said::BLOCK_ENTRY, "a list entry where none can stand: look at the indentation"},
        {said::FLOW_END, "a } or ] without its beginning"},
        {said::UNKNOWN_TOKEN, "no value can begin like this: quote the text"},
        {said::UNKNOWN_ANCHOR, "aliases are not accepted: write the value out"},
    }};
    for (const auto& [theirs, ours] : sentences)
        if (message.starts_with(theirs))
            return ours;
    return "not valid YAML";
}

/// A syntax error may well have begun before the parser saw it, in what it took for closed.
void cut_last_nodes(Node& root) {
    for (Node* node = &root; node; node = node->items.empty() ? nullptr : &node->items.back())
        node->cut = true;
}

void refuse_empty(Node& root, Report& report) {
    root.kind = Node::Kind::refused;
    report.add({}, {}, "the file is empty");
}

/// The parser takes a quoted text for closed when the file ends in a line break.
std::string_view without_last_breaks(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

/// The parser keeps a whole line of brackets before it takes the first for good, at many times the memory.
bool lines_are_short(std::string_view text, Report& report) {
    for (int line = 1; !text.empty(); ++line) {
        const auto length = std::min(text.find_first_of("\r\n"), text.size());
        if (length > longest_line) {
            report.add({line, 1}, {}, "longer than 64 KiB");
            return false;
        }
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return true;
}

} // namespace

Node read_tree(std::string_view text, Report& report) {
    Node root;
    if (!lines_are_short(text, report)) {
        root.kind = Node::Kind::refused;
        return root;
    }
    Builder builder(root, report);
    try {
        std::istringstream stream{std::string(without_last_breaks(text))};
        YAML::Parser parser(stream);
        if (parser.HandleNextDocument(builder))
            parser.HandleNextDocument(builder);
        else
            refuse_empty(root, report);
    } catch (const Enough&) { // reported where it was thrown
        cut_last_nodes(root);
    } catch (const YAML::Exception& error) {
        report.add(place_of(error.mark), {}, in_our_words(error.msg));
        cut_last_nodes(root);
    }
    return root;
}

} // namespace efaxd::config
