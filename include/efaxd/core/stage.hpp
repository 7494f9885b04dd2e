// How far a fax has come. Each stage is a fact already true, and moves only forward.
#pragma once

#include <optional>
#include <string_view>

namespace efaxd {

enum class Stage {
    claimed,      ///< the ledger has the row, since before the image was first asked for
    stored,       ///< the document is on our disk, synced; skipped by one that went on from memory
    attached,     ///< the Binary is on the FHIR server, its id recorded
    delivered,    ///< the Communication is on the FHIR server, its id recorded
    acknowledged, ///< the source was told
};

inline constexpr Stage all_stages[] = {Stage::claimed, Stage::stored, Stage::attached, Stage::delivered,
                                       Stage::acknowledged};

std::string_view name_of(Stage stage);
std::optional<Stage> stage_of(std::string_view name);

} // namespace efaxd
