// The connectivity test: every step of both sides tried for real, with a verdict and a remedy.
#pragma once

#include "app/finding.hpp"
#include "app/ground.hpp"
#include "app/reload.hpp"
#include "config/config.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::app {

/// For each project: the connections to both servers (name, way, TLS), eFax sign-in (anew only where there is
/// no token that was had with these very secrets), every mailbox by a harmless list of one, FHIR sign-in,
/// CapabilityStatement, the searches we use, a probe Binary created and deleted; clock skew; the converter
/// with a picture of one dot; and the state directory. Goes on after a failure. Blocks; throws Stopped.
std::vector<Finding> check_connectivity(const Projects& projects, const config::Config& config,
                                        const Ground& ground, std::stop_token stop);

/// 0, else the first of 78, 77, 69, 73 that occurs.
int exit_code_of(const std::vector<Finding>& findings);
/// As serve::check_json.
std::string findings_json(const std::vector<Finding>& findings);

/// A report as people read it. Throws json::ParseError if it is none.
std::string check_text(const std::string& json);
/// The exit code a report names; 70 if it names none.
int check_exit_code(const std::string& json);

} // namespace efaxd::app
