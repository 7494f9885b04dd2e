#include "security/bombs.hpp"

#include <algorithm>
#include <utility>

namespace efaxd::security {

namespace {

constexpr std::size_t block_bytes = 64u << 10;
constexpr std::uint64_t without_end = std::uint64_t{10} << 30;

std::string repeated(const std::string& unit, std::size_t bytes) {
    std::string text;
    text.reserve(bytes + unit.size());
    while (text.size() < bytes)
        text += unit;
    return text;
}

/// The same block again and again, and then an end. Every copy begins anew.
class Flood {
  public:
    Flood(const std::string& unit, std::uint64_t bytes, const std::string& end)
        : text_(std::make_shared<const Text>(repeated(unit, block_bytes), end)),
          blocks_(bytes / text_->first.size()), poured_(std::make_shared<std::atomic<std::uint64_t>>(0)) {}

    std::string_view operator()() {
        const std::string_view piece = next();
        *poured_ += piece.size();
        return piece;
    }
    const auto& poured() const { return poured_; }

  private:
    using Text = std::pair<std::string, std::string>;

    std::string_view next() {
        if (blocks_ > 0) {
            --blocks_;
            return text_->first;
        }
        return std::exchange(ended_, true) ? std::string_view{} : std::string_view(text_->second);
    }

    std::shared_ptr<const Text> text_;
    std::uint64_t blocks_;
    bool ended_ = false;
    std::shared_ptr<std::atomic<std::uint64_t>> poured_;
};

Bomb bomb(const std::string& name, const std::string& begin, const std::string& unit,
          std::uint64_t bytes = without_end, const std::string& end = {}) {
    const Flood flood(unit, bytes, end);
    Answer answer;
    answer.raw = begin;
    answer.pour = flood;
    return {name, answer, flood.poured()};
}

const std::string typed = "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n";

struct Shape {
    std::string name;
    std::string begin;
    std::string unit;
    std::string end;
};

const std::vector<Shape>& shapes() {
    static const std::vector<Shape> all = {
        {"lists in lists", "", "[", "]"},
        {"objects in objects", "", R"({"a":)", "1}"},
        {"members without number", R"({"resourceType":"Bundle")", R"(,"aaaaaa":0)", "}"},
        {"numbers without number", R"({"resourceType":"Communication","faxes":[0)", ",0", "]}"},
        {"empty objects", R"({"faxes":[{})", ",{}", "]}"},
        {"faxes without number", R"({"faxes":[{})", R"(,{"fax_id":"11111111"})", "]}"},
        {"entries without number", R"({"resourceType":"Bundle","entry":[{})",
         R"(,{"resource":{"resourceType":"Practitioner","id":"1"}})", "]}"},
        {"one long string", R"({"resourceType":"Communication","access_token":")", "a", R"("})"},
        {"long strings", R"({"resourceType":"CapabilityStatement")",
         R"(,"a":")" + std::string(60'000, 'b') + '"', "}"},
        {"escapes", R"({"resourceType":"Organization","a":")", R"(\u00e4)", R"("})"},
        {"one long name", R"({"resourceType":"Communication",")", "a", R"(":0})"},
        {"one long number", "[1", "0", "]"},
        {"blanks", "{", " ", "}"},
    };
    return all;
}

} // namespace

std::vector<Bomb> endless_bombs() {
    const std::string chunked = typed + "Transfer-Encoding: chunked\r\n\r\n";
    const std::string page(block_bytes, 'a');
    return {
        bomb("body without an end", typed + "\r\n{\"data\":\"", "a"),
        bomb("structure without an end", typed + "\r\n{\"faxes\":[", "{},"),
        bomb("ten GiB announced", typed + "Content-Length: 10737418240\r\n\r\n[", "0,"),
        bomb("error page without an end", "HTTP/1.1 500 No\r\nContent-Type: text/html\r\n\r\n", "<p>"),
        bomb("refusal without an end", "HTTP/1.1 404 No\r\n\r\n{\"issue\":[", "{},"),
        bomb("chunks without an end", chunked, "10000\r\n" + page + "\r\n"),
        bomb("chunks of one byte", chunked, "1\r\n \r\n"),
        bomb("extension of a chunk", chunked + "1;", "e"),
        bomb("extensions of chunks", chunked, "1;" + std::string(4000, 'e') + "\r\n \r\n"),
        bomb("size of a chunk", chunked, "0"),
        bomb("trailers without an end", chunked + "0\r\n", "X-T: t\r\n"),
        bomb("headers without an end", typed, "X-A: a\r\n"),
        bomb("empty headers without an end", typed, "a:\r\n"),
        bomb("header without an end", typed + "X-A: ", "a"),
        bomb("folded header without an end", typed + "X-A: a\r\n", " a\r\n"),
        bomb("status line without an end", "HTTP/1.1 200 ", "O"),
        bomb("interim replies without an end", "HTTP/1.1 102 Wait\r\n\r\n", "HTTP/1.1 102 Wait\r\n\r\n"),
        bomb("gzip", typed + "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08", std::string(1, '\0'), 10u << 20),
    };
}

std::vector<std::pair<std::string, std::string>> json_texts(std::size_t bytes) {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const Shape& shape : shapes())
        texts.emplace_back(shape.name, shape.begin + repeated(shape.unit, bytes) + shape.end);
    return texts;
}

std::vector<Bomb> json_bombs(std::size_t bytes) {
    std::vector<Bomb> bombs;
    for (const Shape& shape : shapes())
        bombs.push_back(bomb(shape.name, typed + "\r\n" + shape.begin, shape.unit, bytes, shape.end));
    return bombs;
}

} // namespace efaxd::security
