// Knows: how an object of the file is checked against its table, and how its values are read.
// Must not know: which struct is filled.
// Next: build.h for who fills what.
#include "config/reader.h"

#include <algorithm>
#include <stdexcept>

#include "base/text.h"

namespace tandem::config {
namespace {

/// Bytes of a finding or hint: names and texts of the file stand in it.
constexpr std::size_t kLongest = 400;
/// A fault that was told elsewhere already.
constexpr std::string_view kUntold = "told";

std::string_view article(std::string_view noun) {
    if (noun == "true or false" || noun == "null") return "";
    return !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos ? "an "
                                                                                                   : "a ";
}

std::string quoted_list(std::span<const std::string_view> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        append(out, i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", '"', words[i], '"');
    }
    return out;
}

json::Value::Type json_type(Type type) {
    switch (type) {
        case Type::kBool: return json::Value::Type::kBool;
        case Type::kInteger: return json::Value::Type::kInteger;
        case Type::kObject: return json::Value::Type::kObject;
        default: return is_list(type) ? json::Value::Type::kArray : json::Value::Type::kString;
    }
}

}  // namespace

std::string_view shortened(std::string_view text) { return text.substr(0, 60); }

std::string_view nearest_key(std::string_view written, const Table& table) {
    if (written.size() > 60) return {};
    std::vector<std::string_view> names;
    for (const Key& k : table.keys) names.push_back(k.name);
    return nearest(written, names);
}

Type element_type(Type type) {
    switch (type) {
        case Type::kReferences: return Type::kReference;
        case Type::kObjects: return Type::kObject;
        case Type::kNamedObjects: return Type::kNamedObject;
        case Type::kTexts: return Type::kText;
        case Type::kIntegers: return Type::kInteger;
        case Type::kPrefixes: return Type::kPrefix;
        case Type::kE164s: return Type::kE164;
        case Type::kListens: return Type::kListen;
        case Type::kTargets: return Type::kTarget;
        default: return type;
    }
}

void Problems::add(std::size_t offset, bool is_warning, std::string_view what, std::string_view hint) {
    std::string text = shown(what, kLongest);
    if (!hint.empty()) append(text, "; ", shown(hint, kLongest));
    problems_.push_back({offset, is_warning, std::move(text)});
}

void Problems::error(std::size_t offset, std::string_view what, std::string_view hint) {
    ++errors_;
    add(offset, false, what, hint);
}

void Problems::warning(std::size_t offset, std::string_view what, std::string_view hint) {
    add(offset, true, what, hint);
}

void Problems::not_honoured(std::size_t offset, const Table& table, const Key& key) {
    if (!reported_.insert({&table, key.name}).second) return;
    add(offset, true, cat('"', key.name, "\" of ", table.name, " is accepted but not honoured yet"), {});
}

bool Names::add(std::string name, std::size_t offset) {
    const bool fresh = by_name_.emplace(name, static_cast<topology::Index>(names_.size())).second;
    names_.push_back(std::move(name));
    offsets_.push_back(offset);
    return fresh;
}

topology::Index Names::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? topology::kNoIndex : found->second;
}

std::vector<std::string_view> Names::all() const { return {names_.begin(), names_.end()}; }

Fields::Fields(Loader& loader, const json::Value& object, const Table& table)
    : loader_(loader), object_(object), table_(table) {
    Problems& problems = loader.problems;
    if (!object.is_object()) {
        problems.error(object.offset(),
                       cat(table.name, " is ", article(json::to_string(object.type())),
                           json::to_string(object.type()), ", not an object"),
                       "write { … }");
        return;
    }
    for (const json::ValueMember& member : object.members()) {
        const auto key = std::find_if(table.keys.begin(), table.keys.end(),
                                      [&](const Key& k) { return k.name == member.key; });
        if (key == table.keys.end()) {
            const std::string_view near = nearest_key(member.key, table);
            if (!near.empty()) misspelt_.push_back(near);
            problems.error(member.key_offset,
                           cat("unknown key \"", shortened(member.key), "\" in ", table.name),
                           near.empty() ? std::string("tandem-topology(5) lists the keys")
                                        : cat("did you mean \"", near, "\"?"));
            continue;
        }
        if (!key->honoured) problems.not_honoured(member.key_offset, table, *key);
        check(*key, member.value);
    }
    for (const Key& key : table.keys) {
        if (key.required && !object.find(key.name) && !misspelt(key.name)) {
            problems.error(object.offset(), cat(table.name, " has no \"", key.name, '"'), key.meaning);
        }
    }
}

void Fields::check(const Key& key, const json::Value& value) {
    std::string hint;
    if (value.type() != json_type(key.type)) {
        const std::string_view wanted = json::to_string(json_type(key.type));
        const std::string_view got = json::to_string(value.type());
        if (is_list(key.type) && !value.is_array()) hint = "write [ … ]";
        if (json_type(key.type) == json::Value::Type::kInteger && value.is_string())
            hint = "write the number without quotes";
        if (json_type(key.type) == json::Value::Type::kBool) hint = "write true or false";
        loader_.problems.error(
            value.offset(),
            cat('"', key.name, "\" is ", article(got), got, ", not ", article(wanted), wanted), hint);
        return;
    }
    // What nobody reads yet is checked all the same.
    if (!key.honoured && key.type == Type::kObject) Fields(loader_, value, *key.object);
    if (!is_list(key.type)) {
        const std::string wrong = check_one(key, key.type, value, hint);
        if (wrong.empty()) {
            good_.emplace_back(key.name, &value);
        } else if (wrong != kUntold) {
            loader_.problems.error(value.offset(), wrong, hint);
        }
        return;
    }
    const Type element = element_type(key.type);
    bool good = true;
    for (const json::Value& item : value.items()) {
        hint.clear();
        std::string wrong;
        if (element == Type::kObject || (element == Type::kNamedObject && item.is_object())) continue;  // told by who reads it
        if (item.type() != json_type(element)) {
            wrong = cat("an element of \"", key.name, "\" is ", article(json::to_string(item.type())),
                        json::to_string(item.type()), ", not ", article(json::to_string(json_type(element))),
                        json::to_string(json_type(element)));
        } else {
            wrong = check_one(key, element, item, hint);
        }
        if (wrong.empty()) continue;
        good = false;
        if (wrong != kUntold) loader_.problems.error(item.offset(), wrong, hint);
    }
    // Lists of objects are read element by element also when one is no object: places must stay what references say.
    if (good || element == Type::kObject || element == Type::kNamedObject) good_.emplace_back(key.name, &value);
}

std::string Fields::check_one(const Key& key, Type type, const json::Value& value, std::string& hint) const {
    if (value.is_string()) return check_text(key, type, value.string(), hint);
    if (type == Type::kInteger) {
        const std::int64_t n = value.integer();
        if (n < key.min || n > key.max) {
            hint = cat("write ", key.min, " to ", key.max);
            return cat('"', key.name, "\" is ", n, ", out of range");
        }
    }
    return {};
}

// A name cannot be looked up in a list that is not there: that is told once a list, or where the list is misspelt.
bool Fields::news(const Names& names, std::string_view list) const {
    return names.state == Names::State::kAbsent && loader_.told_absent.insert(list).second;
}

bool Fields::misspelt(std::string_view key) const {
    return std::find(misspelt_.begin(), misspelt_.end(), key) != misspelt_.end();
}

std::string Fields::check_text(const Key& key, Type type, const std::string& text, std::string& hint) const {
    const auto is_not = [&](std::string_view what) { return cat('"', shortened(text), "\" is no ", what); };
    switch (type) {
        case Type::kName:
            hint = "write 1 to 64 letters, digits, \"-\", \"_\" or \".\"";
            return is_name(text) ? std::string() : is_not("name");
        case Type::kChoice:
            if (std::find(key.choices.begin(), key.choices.end(), text) != key.choices.end()) return {};
            hint = cat("write ", quoted_list(key.choices));
            return cat('"', key.name, "\" cannot be \"", shortened(text), '"');
        case Type::kE164:
            hint = "write + and 2 to 15 digits, as \"+14255550100\"";
            return is_e164(text) ? std::string() : is_not("E.164 number");
        case Type::kLine:
            hint = "write + and 2 to 15 digits, as \"+14255550100\" or \"+14255550100;ext=101\"";
            return is_line(text) ? std::string() : is_not("E.164 number");
        case Type::kDigits:
            hint = "write digits only";
            return is_digits(text) && text.size() <= 32 ? std::string() : is_not("string of digits");
        case Type::kAddress:
            hint = "write an address as \"192.0.2.1\" or \"2001:db8::1\"";
            return net::IpAddress::parse(text) ? std::string() : is_not("IP address");
        case Type::kPrefix: {
            if (net::Prefix::parse(text)) return {};
            hint = "write address and mask length, as \"192.0.2.0/24\"";
            const auto [address, mask] = cut(text, '/');
            const auto ip = net::IpAddress::parse(address);
            const auto length = to_number<unsigned>(mask);
            if (ip && length && static_cast<int>(*length) <= ip->bits()) {
                hint = cat("write \"", net::Prefix(*ip, static_cast<int>(*length)).str(), '"');
                return cat('"', shortened(text), "\" has bits set after its mask");
            }
            return is_not("subnet");
        }
        case Type::kPorts:
            hint = "write \"30000-30999\": first even, last odd, 1024 or more";
            return parse_ports(text) ? std::string() : is_not("range of media ports");
        case Type::kListen:
            hint = "write transport, address and port, as \"udp:192.0.2.1:5060\"";
            return parse_listen(text) ? std::string() : is_not("listen address");
        case Type::kTarget:
            hint = "write transport, host and port, as \"udp:192.0.2.1:5060\" or \"tls:sip.example.net\"";
            if (const auto target = parse_target(text)) {
                if (!target->ip || is_unicast(*target->ip)) return {};
                hint = "write the address of one host";
                return cat('"', shortened(text), "\" is no address that can be sent to");
            }
            return is_not("target");
        case Type::kFile:
            hint = "write a file's name";
            return text.empty() ? cat('"', key.name, "\" is empty") : std::string();
        case Type::kReference: {
            const Names& names = loader_.registry.at(key.refers);
            if (names.find(text) != topology::kNoIndex) return {};
            if (names.state != Names::State::kThere && !news(names, key.refers)) return std::string(kUntold);
            const std::vector<std::string_view> all = names.all();
            const std::string_view near = text.size() > 64 ? std::string_view() : nearest(text, all);
            hint = !near.empty()                          ? cat("did you mean \"", near, "\"?")
                   : names.state == Names::State::kAbsent ? cat("the file has no \"", key.refers, "\"")
                   : all.empty()
                       ? cat("\"", key.refers, "\" is empty")
                       : cat("\"", key.refers, "\" has ",
                             quoted_list(std::span(all).first(std::min<std::size_t>(all.size(), 5))));
            return cat('"', key.name, "\" names \"", shortened(text), "\", which is not in \"", key.refers,
                       '"');
        }
        default:
            // Texts go into messages that are read line by line.
            if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; })) {
                hint = "leave it out";
                return cat('"', key.name, "\" has a control character");
            }
            return {};
    }
}

const Key& Fields::key_of(std::string_view name, std::initializer_list<Type> types) const {
    const auto key =
        std::find_if(table_.keys.begin(), table_.keys.end(), [&](const Key& k) { return k.name == name; });
    if (key == table_.keys.end() || std::find(types.begin(), types.end(), key->type) == types.end()) {
        throw std::logic_error(cat("table ", table_.name, " has no such key: ", name));
    }
    return *key;
}

const json::Value* Fields::find(std::string_view name) const {
    for (const auto& [key, value] : good_) {
        if (key == name) return value;
    }
    return nullptr;
}

bool Fields::boolean(std::string_view key) const {
    const Key& k = key_of(key, {Type::kBool});
    const json::Value* value = find(key);
    return value ? value->boolean() : k.fallback == "true";
}

std::int64_t Fields::integer(std::string_view key) const {
    const Key& k = key_of(key, {Type::kInteger});
    if (const json::Value* value = find(key)) return value->integer();
    if (k.fallback.starts_with('-'))
        return -static_cast<std::int64_t>(to_number<std::uint32_t>(k.fallback.substr(1)).value_or(0));
    return to_number<std::uint32_t>(k.fallback).value_or(0);
}

std::string Fields::text(std::string_view key) const {
    const Key& k = key_of(key, {Type::kText, Type::kName, Type::kE164, Type::kLine, Type::kDigits, Type::kPattern});
    const json::Value* value = find(key);
    return value ? value->string() : std::string(k.fallback);
}

std::string Fields::file(std::string_view key) const {
    key_of(key, {Type::kFile});
    const json::Value* value = find(key);
    if (!value) return {};
    return value->string().starts_with('/') ? value->string() : cat(loader_.folder, value->string());
}

std::size_t Fields::choice(std::string_view key) const {
    const Key& k = key_of(key, {Type::kChoice});
    const json::Value* value = find(key);
    const std::string_view chosen = value ? std::string_view(value->string()) : k.fallback;
    const auto place = std::find(k.choices.begin(), k.choices.end(), chosen);
    return place == k.choices.end() ? 0 : static_cast<std::size_t>(place - k.choices.begin());
}

net::IpAddress Fields::address(std::string_view key) const {
    key_of(key, {Type::kAddress});
    const json::Value* value = find(key);
    return value ? *net::IpAddress::parse(value->string()) : net::IpAddress();
}

std::optional<net::Prefix> Fields::prefix(std::string_view key) const {
    key_of(key, {Type::kPrefix});
    const json::Value* value = find(key);
    return value ? net::Prefix::parse(value->string()) : std::nullopt;
}

topology::PortRange Fields::ports(std::string_view key) const {
    key_of(key, {Type::kPorts});
    const json::Value* value = find(key);
    return value ? *parse_ports(value->string()) : topology::PortRange();
}

std::optional<topology::Target> Fields::target(std::string_view key) const {
    key_of(key, {Type::kTarget});
    const json::Value* value = find(key);
    return value ? parse_target(value->string()) : std::nullopt;
}

topology::Index Fields::reference(std::string_view key) const {
    const Key& k = key_of(key, {Type::kReference});
    const json::Value* value = find(key);
    return value ? loader_.registry.at(k.refers).find(value->string()) : topology::kNoIndex;
}

std::vector<std::string> Fields::texts(std::string_view key) const {
    const Key& k = key_of(key, {Type::kTexts, Type::kE164s});
    std::vector<std::string> out;
    if (const json::Value* value = find(key)) {
        for (const json::Value& item : value->items()) out.push_back(item.string());
    } else if (!k.fallback.empty()) {
        for (const std::string_view word : split(k.fallback, ' ')) out.emplace_back(word);
    }
    return out;
}

std::vector<unsigned> Fields::integers(std::string_view key) const {
    key_of(key, {Type::kIntegers});
    std::vector<unsigned> out;
    if (const json::Value* value = find(key)) {
        for (const json::Value& item : value->items()) out.push_back(static_cast<unsigned>(item.integer()));
    }
    return out;
}

std::vector<net::Prefix> Fields::prefixes(std::string_view key) const {
    key_of(key, {Type::kPrefixes});
    std::vector<net::Prefix> out;
    if (const json::Value* value = find(key)) {
        for (const json::Value& item : value->items()) out.push_back(*net::Prefix::parse(item.string()));
    }
    return out;
}

std::vector<topology::Listen> Fields::listens(std::string_view key) const {
    key_of(key, {Type::kListens});
    std::vector<topology::Listen> out;
    if (const json::Value* value = find(key)) {
        for (const json::Value& item : value->items()) out.push_back(*parse_listen(item.string()));
    }
    return out;
}

std::vector<topology::Target> Fields::targets(std::string_view key) const {
    key_of(key, {Type::kTargets});
    std::vector<topology::Target> out;
    if (const json::Value* value = find(key)) {
        for (const json::Value& item : value->items()) out.push_back(*parse_target(item.string()));
    }
    return out;
}

std::vector<topology::Index> Fields::references(std::string_view key) const {
    const Key& k = key_of(key, {Type::kReferences});
    std::vector<topology::Index> out;
    if (const json::Value* value = find(key)) {
        for (const json::Value& item : value->items())
            out.push_back(loader_.registry.at(k.refers).find(item.string()));
    }
    return out;
}

const json::Value* Fields::object(std::string_view key) const {
    key_of(key, {Type::kObject});
    return find(key);
}

std::vector<const json::Value*> Fields::objects(std::string_view key) const {
    key_of(key, {Type::kObjects, Type::kNamedObjects});
    std::vector<const json::Value*> out;
    if (const json::Value* value = find(key)) {
        for (const json::Value& item : value->items()) out.push_back(&item);
    }
    return out;
}

std::size_t Fields::offset(std::string_view key) const {
    const json::Value* value = object_.find(key);
    return value ? value->offset() : object_.offset();
}

std::size_t Fields::element_offset(std::string_view key, std::size_t place) const {
    const json::Value* value = find(key);
    return value && value->is_array() && place < value->items().size() ? value->items()[place].offset()
                                                                       : offset(key);
}

}  // namespace tandem::config
