#include "config/operations.hpp"

#include "config/listen.hpp"
#include "config/near.hpp"
#include "config/secret.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace efaxd::config {

namespace {

using Names = std::span<const std::string_view>;

/// Sees every token once, to find what only shows when two are compared.
class Tokens {
  public:
    explicit Tokens(Names projects) : projects_(projects) {}

    void meet(const CallerToken& token, Section& box) {
        if (token.project.empty()) // reported
            return;
        check_project(token.project, box);
        if (!token.token.name.empty())
            check_pair(token, box);
    }

  private:
    void check_project(std::string_view project, Section& box) {
        if (projects_.empty() || std::find(projects_.begin(), projects_.end(), project) != projects_.end())
            return;
        const auto meant = nearest(project, projects_);
        box.wrong(*box.peek("project"), "project",
                  meant ? "no project has this name; did you mean " + std::string(*meant) + "?"
                        : "no project has this name");
    }

    void check_pair(const CallerToken& token, Section& box) {
        const Node& node = *box.peek("token");
        const auto [found, fresh] =
            lines_.try_emplace({token.project, token.token.from, token.token.name}, node.place.line);
        if (!fresh)
            box.wrong(node, "token",
                      "the same token of the same project as on line " + std::to_string(found->second));
    }

    Names projects_;
    std::map<std::tuple<std::string, SecretSource::From, std::string>, int> lines_;
};

std::vector<CallerToken> read_tokens(Section box, Names projects) {
    std::vector<CallerToken> tokens;
    if (const std::vector<Node>* items = box.list("tokens", Need::required)) {
        const Node& list = *box.peek("tokens");
        if (items->empty() && !list.cut)
            box.wrong(list, "tokens", "needs at least one token: without any, nobody could call");
        Tokens seen(projects);
        for (std::size_t at = 0; at < items->size(); ++at) {
            Section item((*items)[at], box.path_of("tokens") + "[" + std::to_string(at) + "]", box.report(),
                         Section::Kind::confidential);
            CallerToken token;
            token.project = item.text("project", form::project_name, Need::required);
            token.token = read_secret(item, "token", Need::required).value_or(SecretSource{});
            item.finish();
            seen.meet(token, item);
            tokens.push_back(std::move(token));
        }
    }
    box.finish();
    return tokens;
}

void read_callers(Section& box, Operations& operations, Names projects) {
    const Node* node = box.find("callers", Need::required);
    if (!node)
        return;
    operations.ask_fhir = node->kind == Node::Kind::scalar && node->value == "fhir";
    if (operations.ask_fhir)
        box.note("callers", "fhir", node);
    if (node->kind == Node::Kind::mapping)
        operations.tokens = read_tokens(
            Section(*node, box.path_of("callers"), box.report(), Section::Kind::confidential), projects);
    else if (!operations.ask_fhir)
        box.wrong(*node, "callers",
                  "expected fhir or tokens, such as {tokens: [{project: clinic, token: {credential: "
                  "appToken}}]}");
}

} // namespace

Operations read_operations(Section box, Names projects) {
    Operations operations;
    if (const auto listen = parse_listen(box.text("listen", form::listen, Need::required))) {
        operations.address = listen->address;
        operations.port = listen->port;
    }
    read_callers(box, operations, projects);
    box.finish();
    return operations;
}

} // namespace efaxd::config
