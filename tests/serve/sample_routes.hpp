// Routes that tests of a door ask, and a look at what they answered.
#pragma once

#include "serve/door.hpp"

#include <future>
#include <string>
#include <utility>

namespace efaxd::serve {

/// Says what it was asked.
inline Route echo(std::string method, std::string pattern, bool changes = false) {
    return {std::move(method), std::move(pattern), "", changes,
            [](const Question& question, const Reply& reply) {
                std::string text = question.method + ' ' + question.path;
                for (const auto& [name, value] : question.captures)
                    text += ' ' + name + '=' + value;
                for (const auto& [name, value] : question.query)
                    text += " ?" + name + '=' + value;
                reply({200, "text/plain", text + ' ' + question.body});
            }};
}

/// Keeps the replies for the test to use.
struct Kept {
    Route route() {
        return {"GET", "/slow", "", false,
                [this](const Question&, Reply reply) { asked.set_value(std::move(reply)); }};
    }
    std::promise<Reply> asked;
};

inline bool says(const std::string& answer, const std::string& text) {
    return answer.find(text) != std::string::npos;
}

} // namespace efaxd::serve
