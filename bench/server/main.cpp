// bench-server CERTIFICATE KEY: eFax and a FHIR server of loopback TLS, as fast as one thread can be. Tells
// its two ports, then reads commands, a line each, and answers each with a line; ends with its input.
//   document BYTES · offer FAXES · items NUMBER · rows NUMBER · delay MILLISECONDS · mark    answered with {}
//   statistics                                                              answered with World's statistics
//   settled        answered likewise, once every fax offered is acknowledged
#include "server/loop.hpp"
#include "server/world.hpp"

#include <unistd.h>

#include <array>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>

namespace efaxd::bench {
namespace {

class Server {
  public:
    Server(const std::string& certificate, const std::string& key)
        : loop_(certificate, key, [this](const Request& request) {
              Answer answer = world_.answer(request);
              tell_if_settled();
              return answer;
          }) {
        std::cout << "{\"efax\":" << loop_.listen() << ",\"fhir\":" << loop_.listen() << "}" << std::endl;
        loop_.watch(STDIN_FILENO, [this] { read_commands(); });
    }

    void run() { loop_.run(); }

  private:
    void read_commands() {
        std::array<char, 4096> piece;
        const auto got = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (got <= 0)
            return loop_.stop();
        input_.append(piece.data(), static_cast<std::size_t>(got));
        for (auto end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
            obey(input_.substr(0, end));
            input_.erase(0, end + 1);
        }
    }

    void obey(const std::string& line) {
        std::istringstream words(line);
        std::string verb;
        std::uint64_t number = 0;
        words >> verb >> number;
        if (verb == "settled") {
            asked_ = true;
            return tell_if_settled();
        }
        if (verb == "statistics") {
            std::cout << world_.statistics() << std::endl;
            return;
        }
        if (verb == "document")
            world_.document(number);
        else if (verb == "offer")
            world_.offer(number);
        else if (verb == "items")
            world_.items(number);
        else if (verb == "rows")
            world_.rows(number);
        else if (verb == "delay")
            loop_.delay(std::chrono::milliseconds{number});
        else if (verb == "mark")
            world_.mark();
        else
            throw std::runtime_error("no such command: " + verb);
        std::cout << "{}" << std::endl;
    }

    void tell_if_settled() {
        if (!asked_ || !world_.settled())
            return;
        asked_ = false;
        std::cout << world_.statistics() << std::endl;
    }

    World world_;
    Loop loop_;
    std::string input_;
    bool asked_ = false;
};

} // namespace
} // namespace efaxd::bench

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: bench-server CERTIFICATE KEY\n";
        return 64;
    }
    try {
        efaxd::bench::Server(argv[1], argv[2]).run();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "bench-server: " << error.what() << '\n';
        return 70;
    }
}
