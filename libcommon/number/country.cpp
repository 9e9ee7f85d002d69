#include "number/country.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tandem::number {

namespace {

// Source: ITU-T E.164 list of assigned country codes; ITU-T list of dialling procedures (international prefix, national
// (trunk) prefix, length of the national significant number). Compiled by hand; calling codes, trunk prefixes, lengths and
// emergency strings were compared with the answers of libphonenumber 8.12.57, and do not differ.
// It is thin: no number types, no ranges; lengths are the outer bounds over all number types of the country, and no longer
// than E.164 allows (15 digits with the country code).
constexpr std::array kCountries{
    Country{"AT", "43", "00", "0", 4, 13, "122 133 144"},
    Country{"AU", "61", "0011", "0", 5, 12, "106"},
    Country{"BE", "32", "00", "0", 8, 9, "100 101"},
    Country{"BR", "55", "", "0", 8, 11, "128 190 192 193"},
    Country{"CA", "1", "011", "1", 10, 10},
    Country{"CH", "41", "00", "0", 9, 12, "117 144"},
    Country{"DE", "49", "00", "0", 4, 13},
    Country{"DK", "45", "00", "", 8, 8, "114"},
    Country{"ES", "34", "00", "", 9, 9, "061 085 088"},
    Country{"FR", "33", "00", "0", 9, 9, "15 17 18"},
    Country{"GB", "44", "00", "0", 7, 10},
    Country{"IE", "353", "00", "0", 7, 10},
    Country{"IN", "91", "00", "0", 8, 13, "100 101 102 108 1298 2611"},
    Country{"IT", "39", "00", "", 6, 12, "113 115"},
    Country{"JP", "81", "010", "0", 8, 13},
    Country{"NL", "31", "00", "0", 5, 11},
    Country{"NO", "47", "00", "", 5, 8, "113"},
    Country{"PL", "48", "00", "", 6, 10, "997 998"},
    Country{"PT", "351", "00", "", 9, 9, "115"},
    Country{"SE", "46", "00", "0", 6, 12},
    Country{"US", "1", "011", "1", 10, 10},
};

/// National prefixes behind a calling code that several regions share; what is in no row is the main country's.
struct Shared {
    std::string_view calling_code;
    std::string_view region;
    std::string_view prefixes;
};
// Source: NANPA and CNAC lists of area codes; Ofcom, AGCOM, ACMA and Nkom numbering plans. Compared with libphonenumber 8.12.57.
constexpr std::array kShared{
    Shared{"1", "CA",
           "204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 460 468 474 506 514 519 537 548 "
           "568 579 581 584 587 600 604 613 622 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942"},
    Shared{"1", "AG", "268"},         Shared{"1", "AI", "264"},         Shared{"1", "AS", "684"},
    Shared{"1", "BB", "246"},         Shared{"1", "BM", "441"},         Shared{"1", "BS", "242"},
    Shared{"1", "DM", "767"},         Shared{"1", "DO", "809 829 849"}, Shared{"1", "GD", "473"},
    Shared{"1", "GU", "671"},         Shared{"1", "JM", "658 876"},     Shared{"1", "KN", "869"},
    Shared{"1", "KY", "345"},         Shared{"1", "LC", "758"},         Shared{"1", "MP", "670"},
    Shared{"1", "MS", "664"},         Shared{"1", "PR", "787 939"},     Shared{"1", "SX", "721"},
    Shared{"1", "TC", "649"},         Shared{"1", "TT", "868"},         Shared{"1", "VC", "784"},
    Shared{"1", "VG", "284"},         Shared{"1", "VI", "340"},         Shared{"39", "VA", "06698"},
    Shared{"44", "GG", "1481 7781 7839 79111 79117"},
    Shared{"44", "IM", "1624 74576 7524 7624"},
    Shared{"44", "JE", "1534 7509 77003 77007 77008 7797 7829 7937"},
    Shared{"47", "SJ", "79"},         Shared{"61", "CC", "89162"},      Shared{"61", "CX", "89164"}};

// Source: ITU-T E.164.D. Two-digit codes, then the three-digit ones; 1 and 7 stand alone.
constexpr std::string_view kTwo =
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 "
    "95 98";
// First two digits and the third digits that are assigned.
constexpr std::array<std::string_view, 23> kThree{
    "21:12368",   "22:0123456789", "23:0123456789", "24:0123456789", "25:012345678", "26:0123456789", "29:01789", "35:0123456789",
    "37:012345678", "38:01235679", "42:013",        "50:0123456789", "59:0123456789", "67:023456789", "68:012356789", "69:012",
    "80:08",      "85:02356",      "87:08",         "88:012368",     "96:012345678", "97:012345679",  "99:234568"};

// Strings that call for help in so many countries that they are never rewritten, wherever they are dialled, and 933,
// which tests such a call in North America: a false alarm costs an extension of three digits, a miss costs more.
// Source: 3GPP TS 22.101 §10.1.1 (numbers that a handset without a SIM takes for emergency calls).
constexpr std::array<std::string_view, 8> kEmergency{"000", "110", "112", "118", "119", "911", "933", "999"};

bool in_words(std::string_view words, std::string_view word) {
    while (!words.empty()) {
        auto [first, rest] = cut(words, ' ');
        if (first == word) return true;
        words = rest;
    }
    return false;
}

}  // namespace

std::span<const Country> countries() { return kCountries; }

const Country* find_country(std::string_view region) {
    auto it = std::find_if(kCountries.begin(), kCountries.end(), [&](const Country& c) { return iequals(c.region, region); });
    return it == kCountries.end() ? nullptr : &*it;
}

const Country* country_by_calling_code(std::string_view calling_code) {
    if (calling_code == "1") return find_country("US");
    auto it = std::find_if(kCountries.begin(), kCountries.end(), [&](const Country& c) { return c.calling_code == calling_code; });
    return it == kCountries.end() ? nullptr : &*it;
}

std::string_view region_of(const Country& c, std::string_view national) {
    for (const Shared& shared : kShared) {
        if (shared.calling_code != c.calling_code) continue;
        for (std::string_view rest = shared.prefixes; !rest.empty();) {
            auto [prefix, more] = cut(rest, ' ');
            if (national.starts_with(prefix)) return shared.region;
            rest = more;
        }
    }
    return c.calling_code == "1" ? "US" : c.region;
}

std::size_t calling_code_length(std::string_view digits) {
    if (digits.empty()) return 0;
    if (digits[0] == '1' || digits[0] == '7') return 1;
    if (digits.size() < 2) return 0;
    if (in_words(kTwo, digits.substr(0, 2))) return 2;
    if (digits.size() < 3) return 0;
    for (std::string_view row : kThree)
        if (row.substr(0, 2) == digits.substr(0, 2) && row.substr(3).find(digits[2]) != std::string_view::npos) return 3;
    return 0;
}

bool is_emergency(std::string_view dialled, const Country* country) {
    if (std::find(kEmergency.begin(), kEmergency.end(), dialled) != kEmergency.end()) return true;
    return country != nullptr && !country->emergency.empty() && in_words(country->emergency, dialled);
}

std::vector<std::string_view> emergency_strings(const Country* country) {
    std::vector<std::string_view> all(kEmergency.begin(), kEmergency.end());
    for (std::string_view rest = country != nullptr ? country->emergency : std::string_view(); !rest.empty();) {
        const auto [word, others] = cut(rest, ' ');
        all.push_back(word);
        rest = others;
    }
    return all;
}

}  // namespace tandem::number
