// Knows: how foreign formats are told apart, and what is left to do when all texts are read.
// Must not know: what any format means.
// Next: import.h.
#include "exchange/import.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::exchange {

std::optional<Format> detect(const Source& source) {
    const std::string_view text = trim(source.text());
    if (text.starts_with('<') || text.starts_with('{') || text.starts_with('[') || text.starts_with("#TYPE ")) {
        // A context of extensions.conf begins with "[" too, but no list of JSON goes on with a letter.
        const bool context = text.starts_with('[') && text.size() > 1 && (is_alpha(text[1]) || text[1] == '_');
        const bool word = text.starts_with("[true") || text.starts_with("[false") || text.starts_with("[null");
        return context && !word ? Format::kAsterisk : Format::kPowershell;
    }
    for (std::string_view rest = text; !rest.empty();) {
        const auto [first, next] = cut(rest, '\n');
        const std::string_view line = trim(first);
        rest = next;
        if (line.empty() || line.front() == '!' || line.front() == ';') continue;
        if (istarts_with(line, "voice translation-")) return Format::kCiscoIos;
        if (line.front() == '[' || istarts_with(line, "exten")) return Format::kAsterisk;
        const std::string head = lower(line);
        const auto has = [&](std::string_view word) { return head.find(word) != std::string::npos; };
        if (has("translation pattern") || (has("pattern") && has("partition")) || has("discard digits")) return Format::kCucm;
        if (has("translation") || has("normalizationrules") || has("numberpattern") || has("pstnusages")) return Format::kPowershell;
        if (!has("hostname") && !has("version")) return std::nullopt;  // a whole router's configuration may come before its rules
    }
    return std::nullopt;
}

Status import(const Source& source, const ImportOptions& options, Fragment& into) {
    const auto format = options.format ? options.format : detect(source);
    if (!format) return fail(Errc::kUnsupported, "the format cannot be told from the text");
    const std::string plan_name = options.plan_name.empty() ? source.stem() : topology_name(options.plan_name);
    switch (*format) {
        case Format::kPowershell: return import_powershell(source, plan_name, into);
        case Format::kAsterisk: return import_asterisk(source, into);
        case Format::kCiscoIos: return import_cisco_ios(source, into);
        case Format::kCucm: return import_cucm(source, plan_name, into);
    }
    return {};
}

void finish(Fragment& fragment) {
    std::stable_sort(fragment.routes.begin(), fragment.routes.end(), [](const Route& a, const Route& b) { return a.priority < b.priority; });
    if (!fragment.all_trunks) return;
    const Trunk common = std::move(*fragment.all_trunks);
    fragment.all_trunks.reset();
    const std::size_t rules = common.called.size() + common.calling.size();
    const auto refuse = [&](std::string what, std::string hint) {
        fragment.findings.push_back({"global trunk configuration", std::move(what), std::move(hint), true});
    };
    if (fragment.trunks.empty()) {
        if (rules > 0 || common.remove_plus) refuse(cat(rules, " rules hold for all trunks, and no route names one"), "import the routes in the same run");
        return;
    }
    if (rules > kMaxCopiedRules / fragment.trunks.size())
        return refuse(cat(rules, " rules hold for all trunks, which are ", fragment.trunks.size(), ": together more than ", kMaxCopiedRules, " rules"), "give each trunk the rules that it needs");
    for (Trunk& one : fragment.trunks) {
        // A configuration of its own stands instead of the common one.
        if (one.configured) continue;
        one.called = common.called;
        one.calling = common.calling;
        one.remove_plus = common.remove_plus;
        one.usages = common.usages;
    }
}

}  // namespace tandem::exchange
