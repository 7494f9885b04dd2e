#include "app/config_answer.hpp"

#include "json/writer.hpp"

namespace efaxd::app {

std::string config_json(const std::filesystem::path& file, const config::Config& config) {
    json::Writer out;
    out.begin_object().member("schema", 1).member("file", file.string()).key("settings").begin_array();
    for (const config::Setting& setting : config.shown.settings) {
        out.begin_object().member("key", setting.key).member("value", setting.value);
        if (setting.line > 0)
            out.member("line", setting.line);
        out.end_object();
    }
    out.end_array().end_object();
    return out.take();
}

} // namespace efaxd::app
