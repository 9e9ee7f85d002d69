#include "number/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/text.h"
#include "number/pattern_text.h"

namespace tandem::number {

namespace {

constexpr std::uint32_t kDepthLimit = 250;
constexpr std::uint32_t kHeapLimitKib = 1024;
constexpr std::uint32_t kMaxGroups = 32;
constexpr std::uint32_t kNestLimit = 50;

// A thread's own memory for one match, made once: matching then allocates nothing.
pcre2_match_data* match_data() {
    struct Free {
        void operator()(pcre2_match_data* d) const { pcre2_match_data_free(d); }
    };
    thread_local std::unique_ptr<pcre2_match_data, Free> data(pcre2_match_data_create(kMaxGroups + 1, nullptr));
    return data.get();
}

/// The bounds of every match. Only read after it was made.
pcre2_match_context* bounds() {
    struct Free {
        void operator()(pcre2_match_context* c) const { pcre2_match_context_free(c); }
    };
    static const std::unique_ptr<pcre2_match_context, Free> made = [] {
        std::unique_ptr<pcre2_match_context, Free> context(pcre2_match_context_create(nullptr));
        pcre2_set_match_limit(context.get(), kMatchLimit);
        pcre2_set_depth_limit(context.get(), kDepthLimit);
        pcre2_set_heap_limit(context.get(), kHeapLimitKib);
        return context;
    }();
    return made.get();
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<std::uint8_t>(c) < 0x80; });
}

// What .NET reads otherwise than PCRE2, or PCRE2 has and .NET has not. A plan must never change its meaning silently.
Status check_dialect(std::string_view pattern) {
    auto refuse = [](std::size_t at, std::string_view what) {
        return fail(Errc::kUnsupported, std::string(what), at);
    };
    bool in_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        std::string_view rest = pattern.substr(i);
        if (static_cast<std::uint8_t>(rest[0]) >= 0x80) return refuse(i, "a pattern is ASCII");
        if (rest[0] == '\\') {
            ++i;
            continue;
        }
        if (in_class) {
            if (rest[0] == ']') in_class = false;
            if (rest.starts_with("-[") && rest.substr(0, 3) != "-[:") return refuse(i, "class subtraction [a-z-[aeiou]] is not supported");
            continue;
        }
        if (rest[0] == '[') {
            in_class = true;
            if (rest.substr(1, 1) == "^") ++i;
            if (pattern.substr(i + 1, 1) == "]") ++i;  // a "]" that comes first is itself
            continue;
        }
        if (rest.starts_with("(*")) return refuse(i, "(* is no group");
        if (rest.starts_with("(?C") || rest.starts_with("(?R") || rest.starts_with("(?&") || rest.starts_with("(?P>"))
            return refuse(i, "recursion and callouts are not part of .NET patterns");
        if (rest.starts_with("(?<") || rest.starts_with("(?'")) {
            std::string_view name = rest.substr(3, rest.find_first_of(">')", 3) - 3);
            if (!name.empty() && name[0] != '=' && name[0] != '!' && name.find('-') != std::string_view::npos)
                return refuse(i, "balancing groups (?<a-b>) are not supported");
        }
        if (rest.starts_with("(?")) {
            std::string_view options = rest.substr(2, rest.find_first_not_of("imnsxr-", 2) - 2);
            if (options.find('r') != std::string_view::npos) return refuse(i, "RightToLeft (?r) is not supported");
        }
    }
    return {};
}

std::string error_text(int code) {
    unsigned char buffer[128];
    int n = pcre2_get_error_message(code, buffer, sizeof buffer);
    return n > 0 ? std::string(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(n)) : "unknown error";
}

}  // namespace

struct Regex::Code {
    struct FreeCode {
        void operator()(pcre2_code* c) const { pcre2_code_free(c); }
    };
    struct Name {
        std::string name;
        std::uint32_t group;
    };

    std::unique_ptr<pcre2_code, FreeCode> code;
    mutable std::atomic<bool> ready{false};  ///< compile_further() was done
    std::vector<std::uint32_t> groups;  ///< by .NET's number: PCRE2's number; [0] is the whole match
    std::vector<Name> names;

    /// The first match at or after from; its places are in match_data().
    MatchEnd find(std::string_view subject, std::size_t from) const {
        if (!ready.load(std::memory_order_acquire)) compile_further();
        int rc = pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), from, 0, match_data(), bounds());
        if (rc >= 0) return MatchEnd::kMatch;
        return rc == PCRE2_ERROR_NOMATCH ? MatchEnd::kNoMatch : MatchEnd::kLimit;
    }

private:
    /// To machine code, before the first search: most rules of most plans are only ever asked as a part of their plan's automaton,
    /// and never by themselves.
    void compile_further() const {
        static std::mutex one_at_a_time;
        const std::lock_guard guard(one_at_a_time);
        if (ready.load(std::memory_order_relaxed)) return;
        // Without JIT (hardened kernels refuse writable code) matching is slower and still bounded.
        static_cast<void>(pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE));
        ready.store(true, std::memory_order_release);
    }
};

Regex::Regex() = default;
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

Result<Regex> Regex::compile(std::string_view pattern) {
    if (pattern.size() > kMaxPattern) return fail(Errc::kRange, cat("longer than ", kMaxPattern, " bytes"));
    if (Status ok = check_dialect(pattern); !ok) return fail(std::move(ok.error()));

    std::unique_ptr<pcre2_compile_context, void (*)(pcre2_compile_context*)> limits(pcre2_compile_context_create(nullptr),
                                                                                    pcre2_compile_context_free);
    pcre2_set_parens_nest_limit(limits.get(), kNestLimit);
    int code = 0;
    PCRE2_SIZE at = 0;
    Regex regex;
    regex.code_ = std::make_unique<Code>();
    // No UTF and no UCP: \d is [0-9], as .NET's is with ECMAScript; subjects are ASCII anyway.
    regex.code_->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                          PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C, &code, &at, limits.get()));
    if (!regex.code_->code) return fail(Errc::kSyntax, error_text(code), at);

    std::uint32_t count = 0;
    std::uint32_t name_count = 0;
    std::uint32_t name_size = 0;
    PCRE2_SPTR names = nullptr;
    pcre2_pattern_info(regex.code_->code.get(), PCRE2_INFO_CAPTURECOUNT, &count);
    pcre2_pattern_info(regex.code_->code.get(), PCRE2_INFO_NAMECOUNT, &name_count);
    pcre2_pattern_info(regex.code_->code.get(), PCRE2_INFO_NAMEENTRYSIZE, &name_size);
    pcre2_pattern_info(regex.code_->code.get(), PCRE2_INFO_NAMETABLE, &names);
    if (count > kMaxGroups) return fail(Errc::kRange, cat("more than ", kMaxGroups, " groups"));
    std::vector<bool> named(count + 1);
    for (std::uint32_t i = 0; i < name_count; ++i) {
        const unsigned char* entry = names + i * name_size;
        auto group = static_cast<std::uint32_t>((entry[0] << 8) | entry[1]);
        regex.code_->names.push_back({reinterpret_cast<const char*>(entry + 2), group});
        named[group] = true;
    }
    // .NET numbers the unnamed groups first, then the named ones, each from left to right; PCRE2 all from left to right.
    auto& groups = regex.code_->groups;
    groups.push_back(0);
    for (bool take_named : {false, true})
        for (std::uint32_t g = 1; g <= count; ++g)
            if (named[g] == take_named) groups.push_back(g);

    regex.pattern_ = pattern;
    regex.anchored_ = is_anchored(pattern);
    return regex;
}

MatchEnd Regex::match(std::string_view subject) const {
    if (subject.size() > kMaxSubject || !is_ascii(subject)) return MatchEnd::kNoMatch;
    return code_->find(subject, 0);
}

namespace {

/// Writes a replacement text for one match (Regex.Replace substitutions of .NET).
class Expansion {
public:
    Expansion(std::string& out, std::string_view subject, const PCRE2_SIZE* places, std::uint32_t place_count,
              const std::vector<std::uint32_t>& groups)
        : out_(out), subject_(subject), places_(places), place_count_(place_count), groups_(groups) {}

    template <class FindName>
    void write(std::string_view text, FindName find_name) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '$' || i + 1 >= text.size()) {
                out_ += text[i];
                continue;
            }
            char c = text[i + 1];
            if (is_digit(c)) {
                std::size_t end = i + 1;
                while (end < text.size() && is_digit(text[end])) ++end;
                // The whole run of digits is the number; when there is no such group it is literal text.
                auto number = to_number<std::uint32_t>(text.substr(i + 1, end - i - 1));
                if (number && *number < groups_.size()) {
                    group(groups_[*number]);
                } else {
                    out_ += text.substr(i, end - i);
                }
                i = end - 1;
                continue;
            }
            if (c == '{') {
                auto close = text.find('}', i);
                std::string_view name = close == std::string_view::npos ? std::string_view() : text.substr(i + 2, close - i - 2);
                auto number = to_number<std::uint32_t>(name);
                std::optional<std::uint32_t> found;
                if (number && *number < groups_.size()) found = groups_[*number];
                if (!number) found = find_name(name);
                if (found) {
                    group(*found);
                    i = close;
                } else {
                    out_ += '$';
                }
                continue;
            }
            switch (c) {
                case '$': out_ += '$'; break;
                case '&': group(0); break;
                case '`': out_ += subject_.substr(0, places_[0]); break;
                case '\'': out_ += subject_.substr(places_[1]); break;
                case '_': out_ += subject_; break;
                case '+': group(groups_.back()); break;
                default: out_ += '$'; continue;
            }
            ++i;
        }
    }

private:
    void group(std::uint32_t g) {
        if (g >= place_count_ || places_[2 * g] == PCRE2_UNSET) return;
        out_ += subject_.substr(places_[2 * g], places_[2 * g + 1] - places_[2 * g]);
    }

    std::string& out_;
    std::string_view subject_;
    const PCRE2_SIZE* places_;
    std::uint32_t place_count_;
    const std::vector<std::uint32_t>& groups_;
};

}  // namespace

std::optional<std::string> Regex::replace(std::string_view subject, std::string_view replacement, MatchEnd* end) const {
    MatchEnd last = MatchEnd::kNoMatch;
    std::string out;
    std::size_t copied = 0;
    bool any = false;
    auto find_name = [this](std::string_view name) -> std::optional<std::uint32_t> {
        for (const Code::Name& n : code_->names)
            if (n.name == name) return n.group;
        return std::nullopt;
    };
    if (subject.size() <= kMaxSubject && is_ascii(subject)) {
        for (std::size_t from = 0; from <= subject.size();) {
            last = code_->find(subject, from);
            if (last != MatchEnd::kMatch) break;
            const PCRE2_SIZE* places = pcre2_get_ovector_pointer(match_data());
            // \K in a lookahead can end a match before it starts; such a match is nothing we could replace.
            if (places[1] < places[0] || places[0] < copied) break;
            any = true;
            out += subject.substr(copied, places[0] - copied);
            Expansion(out, subject, places, pcre2_get_ovector_count(match_data()), code_->groups).write(replacement, find_name);
            copied = places[1];
            from = places[1] > places[0] ? places[1] : places[1] + 1;
        }
    }
    if (end != nullptr) *end = any ? MatchEnd::kMatch : last;
    // A limit in the middle would leave a text that is half replaced.
    if (!any || last == MatchEnd::kLimit) {
        if (end != nullptr) *end = last;
        return std::nullopt;
    }
    out += subject.substr(copied);
    return out;
}

}  // namespace tandem::number
