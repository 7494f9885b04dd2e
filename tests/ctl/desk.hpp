// A daemon that answers from a script, and what efaxctl made of it.
#pragma once

#include "ctl/run.hpp"

#include "efaxd/core/timestamp.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace efaxd::ctl {

inline std::string golden(const std::string& name) {
    std::ifstream file(std::string(EFAXD_SOURCE_DIR "/tests/golden/") + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The moment at which the golden answers of the daemon were made.
inline Instant golden_now() { return read_timestamp("2026-10-03T14:00:00Z")->instant; }

struct Script {
    std::map<std::string, Told> answers; ///< by `GET /path`
    std::vector<std::string> asked;      ///< the same, in order
    /// What comes of one connection: pieces of a good answer, or an error, and then it ends; the last string
    /// `broken` breaks the connection.
    struct Stream {
        std::vector<std::string> pieces{};
        Told told{200, {}};
    };
    std::map<std::string, std::vector<Stream>> streams; ///< by `GET /path`, one for each connection
    std::string socket;                                 ///< that was asked for
    std::string socket_variable;
    bool reachable = true;
    bool colour = false;
    std::size_t width = 0;

    std::string out;
    std::string err;

    int run(const Arguments& arguments) {
        std::ostringstream out_stream;
        std::ostringstream err_stream;
        const auto ask = [this](http::Method method, const std::string& target, Duration) -> Told {
            if (!reachable)
                throw Unreachable("nobody answers");
            asked.push_back((method == http::Method::get ? "GET " : "POST ") + target);
            const auto found = answers.find(asked.back());
            if (found == answers.end())
                return {404, R"({"error":{"code":"not_found","text":"There is nothing at this path."}})"};
            return found->second;
        };
        const auto follow = [this](http::Method method, const std::string& target,
                                   const std::function<void(std::string_view)>& sink) -> Told {
            if (!reachable)
                throw Unreachable("nobody answers");
            asked.push_back((method == http::Method::get ? "GET " : "POST ") + target);
            auto& left = streams[asked.back()];
            if (left.empty())
                throw Unreachable("nobody answers any more");
            const Stream stream = left.front();
            left.erase(left.begin());
            for (const std::string& piece : stream.pieces) {
                if (piece == "broken")
                    throw Unreachable("the daemon ended the connection");
                sink(piece);
            }
            return stream.told;
        };
        const auto pause = [this](Duration) { // waits as long as there is something to come
            return std::ranges::any_of(streams, [](const auto& one) { return !one.second.empty(); });
        };
        const int exit = ctl::run(arguments, {out_stream,
                                              err_stream,
                                              socket_variable,
                                              {colour, width, golden_now()},
                                              [&](const std::filesystem::path& path) -> Ask {
                                                  socket = path.string();
                                                  return ask;
                                              },
                                              [&](const std::filesystem::path&) -> Follow { return follow; },
                                              pause});
        out = out_stream.str();
        err = err_stream.str();
        return exit;
    }
};

inline bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace efaxd::ctl
