#include "ctl/arguments.hpp"

#include "ctl/text.hpp"

namespace efaxd::ctl {

void take_none(const Arguments& arguments) {
    if (!arguments.empty())
        throw Usage("too many arguments: " + plain(arguments.front()));
}

const std::string& take_one(const Arguments& arguments, const std::string& what) {
    if (arguments.empty() || arguments.front().empty())
        throw Usage(what + " is missing");
    if (arguments.size() > 1)
        throw Usage("too many arguments: " + plain(arguments[1]));
    return arguments.front();
}

bool takes(const Arguments& arguments, std::size_t& at, const std::string& name, std::string& value) {
    const std::string& argument = arguments[at];
    if (argument.starts_with(name + '=')) {
        value = argument.substr(name.size() + 1);
    } else if (argument == name) {
        if (++at == arguments.size())
            throw Usage(name + " needs a value");
        value = arguments[at];
    } else {
        return false;
    }
    return true;
}

} // namespace efaxd::ctl
