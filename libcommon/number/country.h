// Knows: a thin table of countries: calling code, prefixes, lengths, emergency strings.
// Must not know: how numbers are written.
// Next: parse.h, which reads numbers by this table; country.cpp for the data and where it is from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tandem::number {

/// What is needed to read a number dialled in a country.
struct Country {
    std::string_view region;        ///< ISO 3166-1 alpha-2
    std::string_view calling_code;  ///< ITU-T E.164 country code
    std::string_view idd;           ///< international prefix; empty when several carriers have their own
    std::string_view trunk;         ///< national (trunk) prefix; empty when there is none
    std::uint8_t min_length;        ///< digits of a national significant number
    std::uint8_t max_length;
    std::string_view emergency{};   ///< emergency strings besides those that is_emergency() knows for all countries
};

/// The countries in the table, in alphabetical order.
std::span<const Country> countries();
/// By ISO code in either case; nullptr when it is not in the table.
const Country* find_country(std::string_view region);
/// The main country of a calling code; nullptr when it is not in the table.
const Country* country_by_calling_code(std::string_view calling_code);
/// ISO code of the region in which a national significant number of c's calling code stands; a number of no place (toll-free)
/// is the main country's. Not whether the number is assigned.
std::string_view region_of(const Country& c, std::string_view national);

/// Length (1 to 3) of the assigned country code at the front of digits, 0 when there is none. Source: ITU-T E.164.D.
std::size_t calling_code_length(std::string_view digits);

/// True for strings that call for help in many countries (or test such a call, 933) and for those of the given one.
/// They are never rewritten.
bool is_emergency(std::string_view dialled, const Country* country = nullptr);
/// All of those strings.
std::vector<std::string_view> emergency_strings(const Country* country = nullptr);

}  // namespace tandem::number
