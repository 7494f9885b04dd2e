#include "fakes/loopback_server.hpp"
