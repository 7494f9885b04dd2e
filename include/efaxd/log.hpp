// Log calls take an event and typed, safe fields: PHI and secrets have no way in.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/core/instant.hpp"
#include "efaxd/events.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace efaxd::log {

/// One name and value of a log line. Made only by the functions below, each of which takes a kind of value
/// that is safe to show. There is none for names, telephone numbers, documents, tokens or a server's own
/// words.
class Field {
  public:
    std::string_view name() const { return name_; }
    const std::string& value() const { return value_; }
    bool number() const { return number_; }

  private:
    Field(std::string_view name, std::string value, bool number)
        : name_(name), value_(std::move(value)), number_(number) {}

    std::string_view name_;
    std::string value_;
    bool number_;

    friend Field project(std::string_view);
    friend Field mailbox(std::string_view);
    friend Field fax(std::string_view);
    friend Field reason(std::string_view);
    friend Field resource(std::string_view);
    friend Field place(std::string_view);
    friend Field peer(std::uint32_t);
    friend Field count(const char*, std::int64_t);
    friend Field wait(Duration);
    friend Field detail(const Fault&);
};

Field project(std::string_view name);              ///< a project's name from the configuration
Field mailbox(std::string_view id);                ///< a mailbox id
Field fax(std::string_view id);                    ///< a fax id
Field reason(std::string_view code);               ///< a reason code of ours
Field resource(std::string_view reference);        ///< `Type/id` on the FHIR server
Field place(std::string_view path);                ///< a path or address of ours, from the configuration
Field peer(std::uint32_t uid);                     ///< who asked on the socket
Field count(const char* name, std::int64_t value); ///< any number with a name of ours
Field wait(Duration duration);                     ///< until the next try
Field detail(const Fault& fault);                  ///< its sentence, which is ours and safe by contract

/// Writes one line. Control characters are escaped and long values cut. Safe from any thread; never throws.
void write(const Event& event, std::initializer_list<Field> fields = {});

/// Of warnings and errors that are alike (the same event, project, mailbox and reason), 20 are written in a
/// minute and the rest is counted: this writes one more line for each such minute that is over, or for every
/// one with `all`, whose `left_out` says how many there were. Nothing is left out at level debug. To be
/// called every few seconds, and before the end.
void tell_left_out(bool all = false);

enum class Format { automatic, text, json };

/// Sets level and form of all later lines, which go to stderr: plain text, or JSON. When stderr is connected
/// to the journal, lines go to its own socket instead, with fields; what it does not take at once goes to
/// stderr with `<N>` priorities. Quiet before the first call, except for errors.
void configure(Level least, Format format);

} // namespace efaxd::log
