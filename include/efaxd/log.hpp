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

enum class Format { automatic, text, json };

/// Sets level and form of all later lines, which go to stderr: for the journal (with `<N>` priorities) when
/// it is connected to one, plain text else, or JSON. Quiet before the first call, except for errors.
void configure(Level least, Format format);

} // namespace efaxd::log
