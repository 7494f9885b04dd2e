// A host that nobody should ever speak to: listens on loopback, and keeps whatever it is told.
#pragma once

#include <memory>
#include <string>

namespace efaxd::security {

class Stranger {
  public:
    enum class Family { v4, v6 };
    /// On a port that the system chooses.
    explicit Stranger(Family family = Family::v4);
    ~Stranger();
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

    int port() const;
    int connections() const;
    std::string heard() const; ///< all bytes of all connections
    /// Waits until so many bytes were heard; false after 10 s.
    bool wait_for(std::size_t bytes) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace efaxd::security
