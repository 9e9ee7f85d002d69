#include "cli/config_file.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "json/writer.h"

namespace tandem::cli {

namespace {

/// So many faults are told, each of so many bytes.
constexpr std::size_t kMostFaults = 100;
constexpr std::size_t kLongest = 400;

struct Known {
    const Option* option = nullptr;
    bool active = false;  ///< of the root or the chosen subcommand: its value is taken
};

// A file may serve several subcommands: keys of the others are checked, but not taken.
Known find_key(const Options& options, std::string_view key) {
    if (const Options::Entry* entry = options.find(key)) return {&entry->option, true};
    for (const auto& command : options.commands())
        if (const Options::Entry* entry = command->find(key)) return {&entry->option, false};
    return {};
}

std::string_view suggestion(const Options& options, std::string_view key) {
    if (key.size() > 60) return {};
    std::vector<std::string_view> names;
    auto take = [&](const Options& table) {
        for (const Options::Entry& entry : table.entries())
            if (!entry.option.meta) names.push_back(entry.option.name);
    };
    take(options);
    for (const auto& command : options.commands()) take(*command);
    return nearest(key, names);
}

std::string written(double number) {
    std::array<char, 400> buffer;
    auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
    return std::string(buffer.data(), end);
}

// The written form of a JSON value for that option; an error says which JSON type to write.
Result<std::string> written_form(const Option& option, const json::Value& value) {
    switch (option.kind) {
        case Kind::kFlag:
            if (value.is_bool()) return std::string(value.boolean() ? "true" : "false");
            return fail(Errc::kSyntax, "write true or false");
        case Kind::kInteger:
            if (value.is_integer()) return std::to_string(value.integer());
            return fail(Errc::kSyntax, "write a whole number");
        case Kind::kReal:
            if (value.is_integer()) return std::to_string(value.integer());
            if (value.is_number()) return written(value.number());
            return fail(Errc::kSyntax, "write a number");
        case Kind::kSize:
            if (value.is_integer()) return std::to_string(value.integer());
            if (value.is_string()) return value.string();
            return fail(Errc::kSyntax, "write a size such as \"64KiB\"");
        default:
            if (value.is_string()) return value.string();
            return fail(Errc::kSyntax, option.kind == Kind::kDuration ? "write a duration such as \"500ms\"" : "write a string");
    }
}

}  // namespace

std::vector<std::string> apply_config(Options& options, const json::Document& document) {
    std::vector<std::string> faults;
    std::size_t left_out = 0;
    auto blame = [&](std::size_t offset, std::string_view text) {
        if (faults.size() < kMostFaults) {
            faults.push_back(cat(document.where(offset), ": ", shown(text, kLongest)));
        } else {
            ++left_out;
        }
    };
    if (!document.root.is_object()) {
        blame(document.root.offset(), "the file must hold an object whose keys are long options");
        return faults;
    }
    for (const json::ValueMember& member : document.root.members()) {
        Known known = find_key(options, member.key);
        if (known.option == nullptr) {
            std::string_view near = suggestion(options, member.key);
            blame(member.key_offset, cat("unknown key \"", member.key, '"', near.empty() ? "" : "; did you mean \"", near,
                                         near.empty() ? "" : "\"?"));
            continue;
        }
        const Option& option = *known.option;
        if (option.meta || option.name == "config") {
            blame(member.key_offset, cat("\"", member.key, "\" can be given on the command line only"));
            continue;
        }
        std::vector<std::string> values;
        bool good = true;
        auto take = [&](const json::Value& value) {
            auto text = written_form(option, value);
            Status checked = text ? check_value(option, *text) : Status{};
            if (!text || !checked) {
                blame(value.offset(), cat("\"", member.key, "\": ", text ? checked.error().what : text.error().what));
                good = false;
            } else {
                values.push_back(std::move(*text));
            }
        };
        if (option.kind == Kind::kFlag && option.repeatable && member.value.is_integer() && member.value.integer() >= 0 &&
            member.value.integer() <= 9) {
            values.assign(static_cast<std::size_t>(member.value.integer()), "true");
        } else if (option.repeatable && member.value.is_array()) {
            for (const json::Value& item : member.value.items()) take(item);
        } else {
            take(member.value);
        }
        if (good && known.active) static_cast<void>(options.assign(option.name, std::move(values), Source::kFile));
    }
    if (left_out > 0) faults.push_back(cat(document.name, ": ", left_out, " more faults"));
    return faults;
}

namespace {

void write_value(json::Writer& out, const Option& option, const std::string& value) {
    switch (option.kind) {
        case Kind::kInteger: {
            std::int64_t number = 0;
            std::from_chars(value.data(), value.data() + value.size(), number);
            out.number(number);
            return;
        }
        case Kind::kReal: {
            double number = 0;
            std::from_chars(value.data(), value.data() + value.size(), number);
            out.real(number, 9);
            return;
        }
        default: out.string(value);
    }
}

void write_entry(std::string& text, const Options::Entry& entry) {
    const Option& option = entry.option;
    if (option.meta || option.name == "config" || (entry.values.empty() && option.kind != Kind::kFlag)) return;
    text += text.size() == 1 ? "\n  " : ",\n  ";
    json::Writer out(text);
    out.key(option.name);
    if (option.kind == Kind::kFlag) {
        auto count = std::count(entry.values.begin(), entry.values.end(), "true");
        if (option.repeatable) {
            out.number(count);
        } else {
            out.boolean(count > 0);
        }
    } else if (option.repeatable) {
        out.begin_array();
        for (const std::string& value : entry.values) write_value(out, option, value);
        out.end_array();
    } else {
        write_value(out, option, entry.values.back());
    }
}

}  // namespace

std::string print_config(const Options& options) {
    std::string text = "{";
    for (const Options::Entry& entry : options.entries()) write_entry(text, entry);
    for (const auto& command : options.commands())
        if (command->tool() == options.command_name())
            for (const Options::Entry& entry : command->entries()) write_entry(text, entry);
    text += "\n}\n";
    return text;
}

}  // namespace tandem::cli
