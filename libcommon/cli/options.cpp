#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/text.h"

namespace tandem::cli {

namespace {
const std::string kNoText;
}

Options& Options::add(Option option) {
    if (find(option.name) != nullptr) throw std::logic_error("option declared twice: " + option.name);
    Entry entry{std::move(option), {}, Source::kNone};
    if (!entry.option.default_value.empty()) {
        if (auto ok = check_value(entry.option, entry.option.default_value); !ok)
            throw std::logic_error("default of --" + entry.option.name + " " + ok.error().what);
        entry.values = {entry.option.default_value};
        entry.source = Source::kDefault;
    }
    entries_.push_back(std::move(entry));
    return *this;
}

Options& Options::positional(Positional positional) {
    positionals_.push_back(std::move(positional));
    return *this;
}

Options& Options::example(std::string command, std::string what) {
    examples_.push_back({std::move(command), std::move(what)});
    return *this;
}

Options& Options::command(std::string name, std::string summary) {
    commands_.push_back(std::make_unique<Options>(std::move(name), std::move(summary)));
    return *commands_.back();
}

Options& Options::exit_note(int code, std::string note) {
    exit_notes_.emplace_back(code, std::move(note));
    return *this;
}

Options* Options::find_command(std::string_view name) {
    for (auto& command : commands_)
        if (command->tool_ == name) return command.get();
    return nullptr;
}

Options::Entry* Options::find(std::string_view name) {
    return const_cast<Entry*>(static_cast<const Options*>(this)->find(name));
}

const Options::Entry* Options::find(std::string_view name) const {
    if (!chosen_.empty()) {
        for (const auto& command : commands_)
            if (command->tool_ == chosen_)
                if (const Entry* entry = command->find(name)) return entry;
    }
    auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.option.name == name; });
    return it == entries_.end() ? nullptr : &*it;
}

Status Options::assign(std::string_view name, std::vector<std::string> values, Source source) {
    Entry* entry = find(name);
    if (entry == nullptr) throw std::logic_error("no such option: " + std::string(name));
    for (const std::string& value : values)
        if (auto ok = check_value(entry->option, value); !ok) return ok;
    if (source < entry->source) return {};
    entry->values = std::move(values);
    entry->source = source;
    return {};
}

const Options::Entry& Options::at(std::string_view name, std::initializer_list<Kind> kinds) const {
    const Entry* entry = find(name);
    if (entry == nullptr) throw std::logic_error("no such option: " + std::string(name));
    if (kinds.size() != 0 && std::find(kinds.begin(), kinds.end(), entry->option.kind) == kinds.end())
        throw std::logic_error("option of another kind: " + std::string(name));
    return *entry;
}

bool Options::given(std::string_view name) const { return at(name, {}).source > Source::kDefault; }
Source Options::source(std::string_view name) const { return at(name, {}).source; }

int Options::count(std::string_view name) const {
    const auto& values = at(name, {Kind::kFlag}).values;
    return static_cast<int>(std::count(values.begin(), values.end(), "true"));
}

const std::string& Options::text(std::string_view name) const {
    const auto& values = at(name, {Kind::kText, Kind::kChoice, Kind::kFile}).values;
    return values.empty() ? kNoText : values.back();
}

const std::vector<std::string>& Options::texts(std::string_view name) const {
    return at(name, {Kind::kText, Kind::kChoice, Kind::kFile}).values;
}

std::optional<std::int64_t> Options::maybe_integer(std::string_view name) const {
    const Entry& entry = at(name, {Kind::kInteger, Kind::kSize});
    if (entry.values.empty()) return std::nullopt;
    const std::string& text = entry.values.back();
    if (entry.option.kind == Kind::kSize) return parse_size(text);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::int64_t Options::integer(std::string_view name) const {
    auto value = maybe_integer(name);
    if (!value) throw std::logic_error("option without value or default: " + std::string(name));
    return *value;
}

std::size_t Options::size(std::string_view name) const {
    static_cast<void>(at(name, {Kind::kSize}));
    return static_cast<std::size_t>(integer(name));
}

double Options::real(std::string_view name) const {
    const Entry& entry = at(name, {Kind::kReal});
    if (entry.values.empty()) throw std::logic_error("option without value or default: " + std::string(name));
    double value = 0;
    const std::string& text = entry.values.back();
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::optional<std::chrono::nanoseconds> Options::maybe_duration(std::string_view name) const {
    const Entry& entry = at(name, {Kind::kDuration});
    if (entry.values.empty()) return std::nullopt;
    return parse_duration(entry.values.back());
}

std::chrono::nanoseconds Options::duration(std::string_view name) const {
    auto value = maybe_duration(name);
    if (!value) throw std::logic_error("option without value or default: " + std::string(name));
    return *value;
}

std::optional<net::Endpoint> Options::endpoint(std::string_view name) const {
    const Entry& entry = at(name, {Kind::kEndpoint});
    return entry.values.empty() ? std::nullopt : net::Endpoint::parse(entry.values.back());
}

}  // namespace tandem::cli
