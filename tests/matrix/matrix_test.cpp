// Every fault of the eFax reference (13.2) in every manner of the service (13.3): the oracle judges that each
// fax owed arrived once with its bytes, and the sandbox's journal that nobody was flooded with requests.
#include "matrix/cases.hpp"
#include "sandbox/modes.hpp"
#include "sandbox/presets.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <ostream>

namespace efaxd::matrix {
namespace {

struct Case {
    const char* name;
    std::function<void(const std::string& preset)> play;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

template <void (*play)(Clinic&)>
void in_process(const std::string& preset) {
    Clinic clinic(preset);
    play(clinic);
    EXPECT_EQ(clinic.asked("efax.other"), 0U) << "asked for a path that eFax does not have";
}

const std::array<Case, 36> cases{{
    {"F01", in_process<f01_token_ends>},
    {"F02", in_process<f02_token_taken>},
    {"F03", in_process<f03_refused_for_ever>},
    {"F04", in_process<f04_odd_sign_in>},
    {"F05", in_process<f05_refused_user>},
    {"F06", in_process<f06_seconds_to_wait>},
    {"F07", in_process<f07_odd_wishes_to_wait>},
    {"F08", in_process<f08_bursts>},
    {"F09", in_process<f09_broken_connections>},
    {"F10", in_process<f10_stalls>},
    {"F11", in_process<f11_cut_replies>},
    {"F12", in_process<f12_wrong_content>},
    {"F13", in_process<f13_errors_in_disguise>},
    {"F14", in_process<f14_repeated_items>},
    {"F15", in_process<f15_shuffled_lists>},
    {"F16", in_process<f16_late_arrivals>},
    {"F17", in_process<f17_arrivals_while_reading>},
    {"F18", in_process<f18_shrinking_while_reading>},
    {"F19", in_process<f19_read_by_another>},
    {"F20", in_process<f20_ignored_paging>},
    {"F21", in_process<f21_odd_pages>},
    {"F22", in_process<f22_endless_lists>},
    {"F23", in_process<f23_not_ready_yet>},
    {"F24", in_process<f24_no_image>},
    {"F25", in_process<f25_long_faxes>},
    {"F26", in_process<f26_failed_marks>},
    {"F27", in_process<f27_failed_deletions>},
    {"F28", in_process<f28_disagreeing_metadata>},
    {"F29", in_process<f29_malice>},
    {"F30", in_process<f30_odd_clocks>},
    {"F31", f31_kills},
    {"F32", in_process<f32_same_document>},
    {"F33", f33_notifications},
    {"F34", in_process<f34_sending>},
    {"F35", in_process<f35_reassigned_number>},
    {"F36", in_process<f36_a_little_of_everything>},
}};

TEST(Matrix, knows_every_mode_of_the_sandbox) {
    const auto& modes = sandbox::modes();
    ASSERT_EQ(modes.size(), cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i)
        EXPECT_EQ(modes[i].name, cases[i].name);
}

using Cell = std::tuple<Case, std::string_view>;

class Fault : public testing::TestWithParam<Cell> {};

TEST_P(Fault, loses_nothing_and_floods_nobody) {
    const auto& [fault, preset] = GetParam();
    fault.play(std::string(preset));
}

std::string name_of_cell(const testing::TestParamInfo<Cell>& cell) {
    std::string name = std::string(std::get<0>(cell.param).name) + '_' + std::string(std::get<1>(cell.param));
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Matrix, Fault,
                         testing::Combine(testing::ValuesIn(cases), testing::ValuesIn(sandbox::preset_names)),
                         name_of_cell);

} // namespace
} // namespace efaxd::matrix
