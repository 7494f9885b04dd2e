// What a `POST /faxes` must say, and what eFax complains of.
#pragma once

#include "sandbox/faults.hpp"
#include "sandbox/send_body.hpp"
#include "sandbox/sent_store.hpp"

#include <vector>

namespace efaxd::sandbox {

struct SendForm {
    Sending sending;
    std::vector<BadField> bad; ///< empty: it can be sent
};

/// Reads the skeleton and takes the documents out of the body. Destinations beyond 50 are silently cut.
SendForm read_send_form(SendBody& body, RetryStyle style);

} // namespace efaxd::sandbox
