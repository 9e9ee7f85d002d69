// Knows: the one table of everything that a topology file may say: keys, types, defaults, meaning, honoured or not yet.
// Must not know: the structs that the values end in.
// Next: keys_*.cpp for the tables; reader.h, which checks an object against its table; schema.cpp and reference.cpp, made from them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tandem::config {

/// What a value is; each has one written form.
enum class Type : std::uint8_t {
    kBool,
    kInteger,  ///< with min and max
    kText,
    kName,    ///< what the thing is called: letters, digits, "-", "_", "."
    kChoice,  ///< one of choices
    kE164,    ///< "+14255550100"
    kLine,    ///< the same, perhaps with an extension: "+14255550100;ext=101"
    kDigits,
    kAddress,     ///< IP address
    kPrefix,      ///< "192.0.2.0/24", no bit set after the mask
    kPorts,       ///< "30000-30999"
    kListen,      ///< "udp:192.0.2.1:5060"
    kTarget,      ///< "udp:192.0.2.1:5060", "tls:sip.example.net", "sip.example.net"
    kFile,        ///< a file's name
    kPattern,     ///< regular expression
    kReference,   ///< name of a thing in the list `refers`
    kReferences,  ///< list of such names
    kNamedObject,   ///< a name, or an object of table `object`
    kObject,      ///< of table `object`
    kObjects,     ///< list of such
    kNamedObjects,  ///< list of names, or of objects of table `object` that have one
    kTexts,       ///< list
    kIntegers,    ///< list, each within min and max
    kPrefixes,
    kE164s,
    kListens,
    kTargets,
};

struct Table;

/// One key of an object.
struct Key {
    std::string_view name;
    Type type = Type::kText;
    std::string_view meaning;     ///< one sentence without full stop
    std::string_view fallback{};  ///< written form of the default; empty = none
    bool required = false;
    bool honoured = true;  ///< false: checked, then reported once as not honoured yet
    std::int64_t min = 0;
    std::int64_t max = 0xffffffffLL;
    std::span<const std::string_view> choices{};
    std::string_view refers{};  ///< key of the root's list that holds the names
    const Table* object = nullptr;
};

/// The keys of one kind of object.
struct Table {
    std::string_view name;  ///< "trunk"; heading of the reference and name in the schema
    std::string_view meaning;
    std::span<const Key> keys;
};

inline constexpr std::string_view kTlsVerify[] = {"rfc5922", "rfc2818", "ip-san"};

extern const Table kTopologyTable;  ///< the root
extern const Table kRealmTable, kRegionTable, kSiteTable, kBandwidthTable, kSubnetTable, kBridgeTable,
    kBridgeMediaTable, kGlobalBypassTable, kSecretsTable, kTlsTable,
    kTlsCertificateTable;
extern const Table kSipProfileTable, kTimersTable, kCauseOverrideTable, kHeaderRuleTable, kMediaProfileTable;
extern const Table kTrunkTable, kAuthTable, kRegistrationTable, kLimitsTable, kRetryTable, kBypassTable,
    kRuleTable, kRatesTable;
extern const Table kUserTable, kContactTable, kDidRangeTable, kDialPlanTable, kUsageTable, kRouteTable, kPolicyTable,
    kEmergencyTable, kEmergencyNumberTable;

/// Every table that is reached from the root, without it, each once, in the order in which they are met.
std::vector<const Table*> tables_below(const Table& root);

}  // namespace tandem::config
