// Knows: extensions.conf: contexts, extensions, includes, and which applications send a number on.
// Must not know: how patterns match.
// Next: asterisk_pattern.h; asterisk_dial.h for the number in Dial().
#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "exchange/asterisk_dial.h"
#include "exchange/asterisk_pattern.h"
#include "exchange/import.h"

namespace tandem::exchange {
namespace {

struct Extension {
    std::string name;
    std::size_t offset = 0;           ///< of its first line
    std::optional<AsteriskNumber> dial;
    std::size_t dial_offset = 0;
    bool refused = false;             ///< some line of it is no number rule
    bool hint_only = true;
};

struct Context {
    std::string name;
    std::size_t offset = 0;
    std::vector<Extension> extensions;
    std::unordered_map<std::string_view, std::size_t> places;  ///< of extensions, by names in the source's text
    std::vector<std::pair<std::string_view, std::size_t>> includes;
    std::unordered_set<std::string_view> included;
    std::vector<number::Rule> rules;  ///< of its own extensions, in the order in which they are tried
    Names rule_names;
};

// Asterisk looks at no more contexts than this for one call (main/pbx.c, AST_PBX_MAX_STACK).
constexpr std::size_t kMaxContexts = 128;

// What these do leaves the number alone.
const std::set<std::string_view>& harmless() {
    static const std::set<std::string_view> names = {"noop", "verbose", "log", "answer", "hangup", "progress", "ringing", "wait", "playback", "playtones",
                                                     "background", "congestion", "busy", "stopplaytones", "proceeding", "setcallerpres", "monitor", "mixmonitor"};
    return names;
}

// Names that Asterisk itself jumps to: nobody dials them.
bool special(std::string_view name) {
    static const std::set<std::string_view> names = {"s", "i", "h", "t", "T", "o", "a", "e", "fax", "failed"};
    return names.contains(name);
}

class AsteriskReader {
public:
    AsteriskReader(const Source& source, Fragment& into) : source_(source), into_(into) {}
    void read();
    void plans();

private:
    void refuse(std::size_t offset, std::string what, std::string hint = {}) {
        into_.findings.push_back({source_.where(offset), std::move(what), std::move(hint), true});
    }
    void leave_out(std::size_t offset, std::string what) { into_.findings.push_back({source_.where(offset), std::move(what), {}, false}); }
    void line(std::string_view text, std::size_t offset);
    void section(std::string_view text, std::size_t offset);
    void extension(std::string_view name, std::string_view rest, std::size_t offset);
    void application(Extension& extension, std::string_view text, std::size_t offset);
    void own_rules(Context& context);
    void add(const Context& context, const Extension& extension, RuleSink& sink);
    bool collect(Context& context, std::vector<Context*>& seen);
    Context* find(std::string_view name) {
        const auto at = places_.find(lower(name));
        return at == places_.end() ? nullptr : &contexts_[at->second];
    }

    const Source& source_;
    Fragment& into_;
    std::vector<Context> contexts_;
    std::unordered_map<std::string, std::size_t> places_;  ///< by names in lower case: Asterisk does not tell them apart by case
    std::size_t copied_ = 0;                               ///< rules that stand in the plans of including contexts
    std::optional<std::size_t> current_;  ///< in contexts_; nothing in [general] and [globals]
    bool globals_ = false;
    std::size_t last_ = 0;   ///< the extension that "same" means
    std::string_view same_;  ///< its name in the source's text
    bool any_ = false;
};

// Without comments: ";" begins one unless "\" stands before it.
std::string_view code_of(std::string_view line) {
    for (std::size_t at = 0; at < line.size(); ++at)
        if (line[at] == ';' && (at == 0 || line[at - 1] != '\\')) return trim(line.substr(0, at));
    return trim(line);
}

void AsteriskReader::read() {
    const std::string_view text = source_.text();
    std::size_t depth = 0;  // of comments ";-- … --;"
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        std::string_view whole = text.substr(at, end - at);
        const std::string_view bare = trim(whole);
        if (bare.starts_with(";--") && !bare.starts_with(";---")) {
            if (bare.find("--;", 3) == std::string_view::npos) ++depth;
        } else if (depth > 0) {
            if (bare.find("--;") != std::string_view::npos) --depth;
        } else if (const std::string_view code = code_of(whole); !code.empty()) {
            line(code, at + static_cast<std::size_t>(code.data() - whole.data()));
        }
        at = end + 1;
    }
}

void AsteriskReader::section(std::string_view text, std::size_t offset) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return refuse(offset, "\"[\" without \"]\"");
    const std::string_view name = text.substr(1, close - 1);
    any_ = false;
    globals_ = iequals(name, "globals");
    current_ = std::nullopt;
    if (globals_ || iequals(name, "general")) return;
    if (const std::string_view rest = trim(text.substr(close + 1)); !rest.empty() && rest != "(+)")
        refuse(offset, cat("context [", shown(name, 60), "]: templates (", shown(rest, 40), ") are not followed"), "write the context out");
    if (Context* known = find(name)) {
        current_ = static_cast<std::size_t>(known - contexts_.data());
        return;
    }
    current_ = contexts_.size();
    places_.emplace(lower(name), contexts_.size());
    Context& fresh = contexts_.emplace_back();
    fresh.name = name;
    fresh.offset = offset;
}

void AsteriskReader::line(std::string_view text, std::size_t offset) {
    if (text.starts_with('[')) return section(text, offset);
    if (text.starts_with('#')) return refuse(offset, cat(shown(text, 80), ": other files are not read"), "import them as well");
    auto [key, value] = cut(text, '=');
    key = trim(key);
    if (value.starts_with('>')) value.remove_prefix(1);
    value = trim(value);
    if (!current_) {
        // Settings, and variables that a trunk's name may come from: no number is made by them.
        if (!globals_ && key != "static" && key != "writeprotect" && key != "autofallthrough" && key != "clearglobalvars" && key != "priorityjumping")
            leave_out(offset, cat("setting ", shown(key, 40), " is not taken"));
        return;
    }
    Context& context = contexts_[*current_];
    if (iequals(key, "exten")) {
        const auto [name, rest] = cut(value, ',');
        return extension(trim(name), rest, offset);
    }
    if (iequals(key, "same")) {
        if (!any_) return refuse(offset, "\"same\" without an extension before it");
        return extension(same_, value, offset);
    }
    if (iequals(key, "include")) {
        const auto [name, when] = cut(value, ',');
        if (!when.empty()) return refuse(offset, cat("include of ", shown(name, 60), " at certain times only"), "a dial plan has no times");
        if (context.included.insert(trim(name)).second) context.includes.emplace_back(trim(name), offset);
        return;
    }
    if (iequals(key, "ignorepat")) return leave_out(offset, cat("ignorepat ", shown(value, 20), " is about dial tone, not numbers"));
    refuse(offset, cat(shown(text, 80), " is not understood"));
}

void AsteriskReader::extension(std::string_view name, std::string_view rest, std::size_t offset) {
    auto [priority, call] = cut(rest, ',');
    priority = trim(priority);
    Context& context = contexts_[*current_];
    const auto [place, first] = context.places.emplace(name, context.extensions.size());
    last_ = place->second;
    if (first) {
        Extension& fresh = context.extensions.emplace_back();
        fresh.name = name;
        fresh.offset = offset;
    }
    Extension* const known = &context.extensions[last_];
    same_ = place->first;
    any_ = true;
    // A hint is no line of the extension, but "same" behind it goes on with it.
    if (iequals(priority, "hint")) return leave_out(offset, cat("hint of ", shown(name, 60), " is about presence, not numbers"));
    known->hint_only = false;
    if (name.find('/') != std::string_view::npos) {
        if (!known->refused) refuse(offset, cat("extension ", shown(name, 60), " depends on the caller's number"), "a dial plan's rules look at the dialled string only");
        known->refused = true;
        return;
    }
    application(*known, trim(call), offset);
}

void AsteriskReader::application(Extension& extension, std::string_view text, std::size_t offset) {
    const auto open = text.find('(');
    const std::string name = lower(trim(text.substr(0, open)));
    std::string_view arguments = open == std::string_view::npos ? std::string_view() : text.substr(open + 1);
    if (arguments.ends_with(')')) arguments.remove_suffix(1);
    if (harmless().contains(name)) return;
    const auto stop = [&](std::string what, std::string hint = {}) {
        extension.refused = true;
        refuse(offset, cat("extension ", shown(extension.name, 60), ": ", what), std::move(hint));
    };
    if (name != "dial") return stop(cat(shown(text, 80), " is no number rule"), "only Dial() of a number made of ${EXTEN} is");
    auto number = asterisk_number(arguments);
    if (!number) return stop(std::move(number.error().what), "write the number it sends as digits and ${EXTEN:n}");
    if (extension.dial && *extension.dial != *number) return stop(cat("Dial() of ", shown(number->text, 40), number->extension ? " as a device" : "", " after one of ", shown(extension.dial->text, 40)), "one number an extension");
    if (extension.dial) return;  // another trunk for the same number
    extension.dial = std::move(*number);
    extension.dial_offset = offset;
}

void AsteriskReader::add(const Context& context, const Extension& extension, RuleSink& sink) {
    if (extension.refused || extension.hint_only) return;
    if (!extension.dial) {
        if (special(extension.name)) return leave_out(extension.offset, cat("extension ", extension.name, " is dialled by nobody"));
        return refuse(extension.offset, cat("extension ", shown(extension.name, 60), " sends no number"), "it only answers or plays something");
    }
    const auto steps = asterisk_steps(extension.name);
    if (!steps) return refuse(extension.offset, cat("extension ", shown(extension.name, 60), ": ", steps.error().what));
    auto pieces = asterisk_pieces(extension.dial->text, *steps);
    if (!pieces) return refuse(extension.dial_offset, cat("extension ", shown(extension.name, 60), ": ", pieces.error().what));
    number::Rule rule = rule_of(*steps, *pieces);
    rule.name = cat(context.name, '/', extension.name);
    rule.description = source_.described(cat(extension.name, " => ", extension.dial->text), extension.offset);
    rule.internal = extension.dial->extension;
    sink.add(std::move(rule), source_.where(extension.offset));
}

void AsteriskReader::own_rules(Context& context) {
    std::vector<std::pair<std::string, const Extension*>> order;
    order.reserve(context.extensions.size());
    for (const Extension& one : context.extensions) order.emplace_back(asterisk_key(one.name), &one);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    RuleSink sink(context.rules, context.rule_names, into_.findings);
    for (const auto& [key, extension] : order) add(context, *extension, sink);
    std::erase_if(context.includes, [&](const auto& include) {
        if (find(include.first) != nullptr) return false;
        refuse(include.second, cat("include of ", shown(include.first, 60), ", which is not in this file"));
        return true;
    });
}

// The context, then what it includes, each one once. False when Asterisk would look no further.
bool AsteriskReader::collect(Context& context, std::vector<Context*>& seen) {
    if (std::find(seen.begin(), seen.end(), &context) != seen.end()) return true;
    if (seen.size() >= kMaxContexts) return false;
    seen.push_back(&context);
    return std::all_of(context.includes.begin(), context.includes.end(), [&](const auto& include) { return collect(*find(include.first), seen); });
}

void AsteriskReader::plans() {
    for (Context& context : contexts_) own_rules(context);
    for (Context& context : contexts_) {
        const std::string which = cat("context [", shown(context.name, 60), "]: ");
        std::vector<Context*> seen;
        if (!collect(context, seen)) refuse(context.offset, cat(which, "it includes more than ", kMaxContexts, " contexts, and Asterisk looks at no more"), "include fewer");
        std::size_t copies = 0;
        for (const Context* one : seen) copies += one == &context ? 0 : one->rules.size();
        if (copied_ + copies > kMaxCopiedRules) {
            refuse(context.offset, cat(which, "the contexts that it includes have ", copies, " rules, and what is included in all would be more than ", kMaxCopiedRules),
                   "leave out contexts that no phone is in");
            continue;
        }
        copied_ += copies;
        Plan plan;
        plan.description = source_.described({}, context.offset);
        RuleSink sink(plan.rules, plan.rule_names, into_.findings);
        for (const Context* one : seen)
            for (const number::Rule& rule : one->rules) sink.add_again(rule);
        if (plan.rules.empty()) continue;
        plan.name = into_.plan_names.unique_name(topology_name(context.name));
        into_.dial_plans.push_back(std::move(plan));
    }
}

}  // namespace

Status import_asterisk(const Source& source, Fragment& into) {
    AsteriskReader reader(source, into);
    reader.read();
    reader.plans();
    return {};
}

}  // namespace tandem::exchange
