// What is done and judged for each fault; the file of each says what the client owes.
#pragma once

#include "matrix/clinic.hpp"

namespace efaxd::matrix {

void f01_token_ends(Clinic& clinic);
void f02_token_taken(Clinic& clinic);
void f03_refused_for_ever(Clinic& clinic);
void f04_odd_sign_in(Clinic& clinic);
void f05_refused_user(Clinic& clinic);
void f06_seconds_to_wait(Clinic& clinic);
void f07_odd_wishes_to_wait(Clinic& clinic);
void f08_bursts(Clinic& clinic);

void f09_broken_connections(Clinic& clinic);
void f10_stalls(Clinic& clinic);
void f11_cut_replies(Clinic& clinic);
void f12_wrong_content(Clinic& clinic);
void f13_errors_in_disguise(Clinic& clinic);

void f14_repeated_items(Clinic& clinic);
void f15_shuffled_lists(Clinic& clinic);
void f16_late_arrivals(Clinic& clinic);
void f17_arrivals_while_reading(Clinic& clinic);
void f18_shrinking_while_reading(Clinic& clinic);
void f19_read_by_another(Clinic& clinic);
void f20_ignored_paging(Clinic& clinic);
void f21_odd_pages(Clinic& clinic);
void f22_endless_lists(Clinic& clinic);

void f23_not_ready_yet(Clinic& clinic);
void f24_no_image(Clinic& clinic);
void f25_long_faxes(Clinic& clinic);
void f26_failed_marks(Clinic& clinic);
void f27_failed_deletions(Clinic& clinic);
void f28_disagreeing_metadata(Clinic& clinic);
void f32_same_document(Clinic& clinic);

void f29_malice(Clinic& clinic);
void f30_odd_clocks(Clinic& clinic);
void f35_reassigned_number(Clinic& clinic);
void f36_a_little_of_everything(Clinic& clinic);

void f34_sending(Clinic& clinic);

/// These two need the whole daemon.
void f31_kills(const std::string& preset);
void f33_notifications(const std::string& preset);

} // namespace efaxd::matrix
