// Knows: log lines for people, "LEVEL tool: message key=value", and that numbers and secrets are hidden in them by default.
// Must not know: where stderr goes, record formats.
// Next: cli/app.h, which makes a Log from -v, -q and --log-pii.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/text.h"

namespace tandem {

enum class LogLevel { kError, kWarning, kInfo, kDebug };

/// A telephone number, user name or URI: shown as its last two characters unless --log-pii is given.
struct Pii {
    std::string_view text;
};

/// A password, key or token: never shown, whatever the options.
struct Secret {
    std::string_view text;
};

/// What Pii looks like in a log: every digit and letter but the last two becomes 'x'.
std::string redact(std::string_view text);

/// One log. Thread: lines may come from several threads; the sink must take whole lines at once.
class Log {
public:
    using Sink = std::function<void(std::string_view line)>;

    /// A log that drops everything.
    Log() = default;
    Log(std::string_view tool, LogLevel threshold, bool show_pii, Sink sink)
        : tool_(tool), threshold_(threshold), show_pii_(show_pii), sink_(std::move(sink)) {}

    [[nodiscard]] bool enabled(LogLevel level) const { return sink_ && level <= threshold_; }

    /// error("cannot bind", "address", "127.0.0.1:5060") prints "ERROR tool: cannot bind address=127.0.0.1:5060".
    template <class... KeysAndValues>
    void error(std::string_view message, const KeysAndValues&... kv) const {
        write(LogLevel::kError, message, kv...);
    }
    template <class... KeysAndValues>
    void warning(std::string_view message, const KeysAndValues&... kv) const {
        write(LogLevel::kWarning, message, kv...);
    }
    template <class... KeysAndValues>
    void info(std::string_view message, const KeysAndValues&... kv) const {
        write(LogLevel::kInfo, message, kv...);
    }
    template <class... KeysAndValues>
    void debug(std::string_view message, const KeysAndValues&... kv) const {
        write(LogLevel::kDebug, message, kv...);
    }

private:
    template <class... KeysAndValues>
    void write(LogLevel level, std::string_view message, const KeysAndValues&... kv) const {
        if (!enabled(level)) return;
        std::string line = head(level, message);
        append_pairs(line, kv...);
        line += '\n';
        sink_(line);
    }
    void append_pairs(std::string&) const {}
    template <class Value, class... Rest>
    void append_pairs(std::string& line, std::string_view key, const Value& value, const Rest&... rest) const {
        append(line, ' ', key, '=');
        append_value(line, value);
        append_pairs(line, rest...);
    }
    void append_value(std::string& line, std::string_view text) const;
    void append_value(std::string& line, Pii pii) const;
    void append_value(std::string& line, Secret) const { line += "***"; }
    template <std::integral T>
    void append_value(std::string& line, T number) const {
        append(line, number);
    }
    [[nodiscard]] std::string head(LogLevel level, std::string_view message) const;

    std::string tool_;
    LogLevel threshold_ = LogLevel::kError;
    bool show_pii_ = false;
    Sink sink_;
};

}  // namespace tandem
