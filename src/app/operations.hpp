// The FHIR operations at the TCP door: who may call them, and what they set in motion.
#pragma once

#include "app/callers.hpp"
#include "app/daemon.hpp"
#include "serve/door.hpp"
#include "serve/fhir_answers.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace efaxd::app {

/// The handlers live on the loop. Whatever blocks, such as asking for a caller's rights or reading a
/// Communication, is done by the daemon's clerks. Answers follow fhir-side 1.3, 1.4 and 8.
class Operations {
  public:
    explicit Operations(Daemon& daemon) : daemon_(daemon) {}

    /// Under `/fhir/R4` for the only project, and under `/{project}/fhir/R4` for each.
    std::vector<serve::Route> table() const;

  private:
    using ProjectPtr = std::shared_ptr<Project>;
    using Work = std::function<void(const ProjectPtr&)>;

    void add_routes(std::vector<serve::Route>& routes, const std::string& base) const;
    void add_open_routes(std::vector<serve::Route>& routes) const;

    ProjectPtr project_of(const serve::Question& question) const;
    /// Goes on with `work` on the loop if the caller may; answers if not.
    void with_caller(const serve::Question& question, const serve::Reply& reply, const std::string& reference,
                     Work work) const;
    /// Blocking work of a clerk, whose Refusals and Faults are answered.
    void by_clerk(const serve::Reply& reply, std::function<void()> work) const;
    void after(Duration patience, std::function<void()> what) const;

    void receive(const serve::Question& question, const serve::Reply& reply) const;
    void receive_for(const ProjectPtr& project, const std::string& owner, const serve::Reply& reply) const;
    void receive_all(const std::vector<std::string>& mailboxes, const serve::Reply& reply) const;
    void find_owner(const ProjectPtr& project, const std::string& owner, const serve::Reply& reply) const;

    void send(const serve::Question& question, const serve::Reply& reply) const;
    void accept(const ProjectPtr& project, const std::string& id, const std::string& body,
                const Outgoing::May& may, const serve::Reply& reply) const;
    void answer_with(const ProjectPtr& project, const std::string& id, int status,
                     const serve::Reply& reply) const;
    void carry(const ProjectPtr& project, const std::vector<Transmission>& rows,
               const serve::Reply& reply) const;
    void answer_sent(const ProjectPtr& project, const std::vector<Transmission>& rows,
                     const serve::Reply& reply) const;

    void sync(const serve::Question& question, const serve::Reply& reply) const;
    void sync_open(const ProjectPtr& project, const std::string& reference, const serve::Reply& reply) const;

    Daemon& daemon_;
};

} // namespace efaxd::app
