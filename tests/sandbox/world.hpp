// A sandbox with the clinic in it, and short ways to ask it.
#pragma once

#include "sandbox/sandbox.hpp"
#include "sandbox/wire.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace efaxd::sandbox::test {

class World : public ::testing::Test {
  protected:
    World() { sandbox.set_up_clinic(); }

    WireReply sign_in(const std::string& credentials = "c2ltLWFwcDpzaW0ta2V5Ky89PQ==") const;
    /// The token of the first call is kept.
    std::string token();
    WireReply efax(const std::string& method, const std::string& target, const std::string& body = {},
                   const Headers& more = {});
    WireReply efax_as(const std::string& user_id, const std::string& target);
    /// Ids in a list reply.
    static std::vector<std::string> ids(const WireReply& reply);
    std::vector<std::string> listed(const std::string& query = {}, const Headers& more = {});
    /// The decoded document in an image reply.
    static std::string document(const WireReply& reply);

    WireReply fhir(const std::string& method, const std::string& target, const std::string& body = {},
                   const Headers& more = {}) const;
    WireReply post_binary(const std::string& bytes, const std::string& type = "application/pdf") const;
    /// What a well-behaved client does with a fax: image, Binary, Communication. Gives the Communication's
    /// id.
    std::string deliver(const std::string& fax_id);
    /// The Communication that is due for a fax.
    std::string communication(const std::string& fax_id, const std::string& binary_id) const;
    static std::string id_of(const WireReply& reply);

    WireReply control(const std::string& method, const std::string& target,
                      const std::string& body = {}) const;
    void set_options(const std::string& json) const;
    void add_fault(const std::string& json) const;

    Sandbox sandbox;
    std::string token_;
};

inline constexpr const char* system_user = "10000001-20000001";

std::string member(const std::string& json, std::string_view name);

} // namespace efaxd::sandbox::test
