// Knows: the parameters that a tel URI, or the user part of a SIP URI, puts behind a number: portability, carrier, subaddress, trunk group.
// Must not know: what is done with them, records.
// Next: written.h, which cuts them off; record/number.cpp, which writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tandem::number {

/// One parameter as it counts: the name in lower case, a number's value without visual separators.
struct TelParameter {
    std::string name;
    std::string value;  ///< empty for a flag such as npdi
};

/// What stood behind a number.
struct TelParameters {
    std::vector<TelParameter> list;  ///< each name once, the first of it; in the order of RFC 3966 §3; without ext
    std::vector<std::string> faults;  ///< "rn_twice", "rn_without_context", ...; empty for a URI that keeps the rules

    [[nodiscard]] bool empty() const { return list.empty() && faults.empty(); }
    /// The parameters as they follow a global number, each with its semicolon. Without phone-context, which only a local
    /// number has, and without what a fault takes the meaning from.
    [[nodiscard]] std::string behind_global() const;
};

/// Reads "isub=12;npdi;rn=+1-202-544-0000". What is no parameter is left out and told as a fault.
/// Source: RFC 3966 §3 (syntax, each name once, order), RFC 4694 §4 (rn, npdi, cic and their contexts), RFC 4904 §5 (tgrp counts
/// only together with trunk-context).
TelParameters read_tel_parameters(std::string_view text);

}  // namespace tandem::number
