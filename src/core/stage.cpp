#include "efaxd/core/stage.hpp"

namespace efaxd {

std::string_view name_of(Stage stage) {
    switch (stage) {
    case Stage::claimed:
        return "claimed";
    case Stage::stored:
        return "stored";
    case Stage::attached:
        return "attached";
    case Stage::delivered:
        return "delivered";
    case Stage::acknowledged:
        return "acknowledged";
    }
    return "claimed";
}

std::optional<Stage> stage_of(std::string_view name) {
    for (const Stage stage : all_stages)
        if (name_of(stage) == name)
            return stage;
    return {};
}

} // namespace efaxd
