// bench-floor EFAX FHIR CA-FILE IN-FLIGHT: the floor. Makes the requests that efaxd makes for each fax, with
// bare libcurl on one thread, and keeps nothing: no ledger, no spool, no digest, no check of what comes.
// Brings in whatever is listed each time that it reads a line, and answers it with one.
#include "floor/courier.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: bench-floor EFAX FHIR CA-FILE IN-FLIGHT\n";
        return 64;
    }
    try {
        efaxd::bench::Couriers couriers({argv[1], argv[2], argv[3]},
                                        static_cast<std::size_t>(std::atoi(argv[4])));
        for (std::string line; std::getline(std::cin, line);)
            std::cout << couriers.bring_in_all() << std::endl;
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "bench-floor: " << error.what() << '\n';
        return 70;
    }
}
