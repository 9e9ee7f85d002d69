#include "e164-normalize/cases.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/csv.h"
#include "base/text.h"
#include "json/line.h"

namespace tandem::e164 {

namespace {

constexpr std::array<std::string_view, kExpects> kExpectNames{"e164",  "rule",   "dial_plan", "kind", "region", "valid",   "emergency",
                                                              "usage", "route", "trunks",    "user", "called", "calling", "reject"};
constexpr std::array<std::string_view, 6> kCaseKeys{"name", "dialled", "from", "dial_plan", "calling", "expect"};
constexpr std::array<std::string_view, 2> kFromKeys{"user", "trunk"};

bool is_flag(Expect what) { return what == Expect::kValid || what == Expect::kEmergency; }

std::string unknown(std::string_view what, std::string_view key, std::span<const std::string_view> known) {
    const std::string_view near = nearest(key, known);
    std::string out = cat('"', shown(key, 40), "\" is no ", what);
    if (!near.empty()) append(out, "; did you mean \"", near, "\"?");
    return out;
}

std::optional<Expect> expect_of(std::string_view name) {
    const auto at = std::find(kExpectNames.begin(), kExpectNames.end(), name);
    return at == kExpectNames.end() ? std::nullopt : std::optional(static_cast<Expect>(at - kExpectNames.begin()));
}

/// Reads the members of one case; the first thing wrong with it ends it.
class CaseReader {
public:
    explicit CaseReader(Case& out) : out_(out) {}

    /// What is wrong; empty when nothing is.
    std::string read(const json::Object& line) {
        if (!members(line, "key of a case", kCaseKeys, [this](std::string_view key, std::string_view value) {
                if (key == "from") return from(value);
                if (key == "expect") return expect(value);
                return text(key, value, key == "name" ? out_.name : key == "dialled" ? out_.dialled : key == "dial_plan" ? out_.dial_plan : out_.calling);
            }))
            return problem_;
        return settle();
    }

    std::string settle() {
        if (out_.dialled.empty()) return "a case needs \"dialled\"";
        if (!out_.user.empty() && !out_.trunk.empty()) return "\"from\" names a user and a trunk: a call has one source";
        const bool call = !out_.user.empty() || !out_.trunk.empty();
        if (call && !out_.dial_plan.empty()) return "\"dial_plan\" is the caller's own when \"from\" is given: leave one of them out";
        if (!call && !out_.calling.empty()) return "\"calling\" needs a caller in \"from\"";
        for (const Expectation& e : out_.expect)
            if (!call && needs_call(e.what)) return cat("\"expect\" has \"", to_string(e.what), "\", which needs a caller in \"from\"");
        if (out_.expect.empty()) return "a case needs something in \"expect\"";
        if (out_.name.empty()) out_.name = cat("dialled ", out_.dialled);
        return {};
    }

    std::string expect_text(Expect what, std::string value) {
        if (is_flag(what) && value != "true" && value != "false") return cat('"', to_string(what), "\" is true or false");
        out_.expect.push_back({what, std::move(value)});
        return {};
    }

private:
    bool fail(std::string what) {
        problem_ = std::move(what);
        return false;
    }

    template <class Each>
    bool members(const json::Object& object, std::string_view what, std::span<const std::string_view> known, const Each& each) {
        std::set<std::string> seen;
        for (const json::RawMember& member : object.members()) {
            const std::string key = json::decode_string(cat('"', member.key, '"')).value_or(std::string(member.key));
            if (std::find(known.begin(), known.end(), key) == known.end()) return fail(unknown(what, key, known));
            if (!seen.insert(key).second) return fail(cat('"', key, "\" stands twice"));
            if (!each(key, member.value)) return false;
        }
        return true;
    }

    bool text(std::string_view key, std::string_view value, std::string& out) {
        auto decoded = json::decode_string(value);
        if (!decoded) return fail(cat('"', key, "\" is a text"));
        out = std::move(*decoded);
        return true;
    }

    bool from(std::string_view value) {
        if (!value.starts_with('{')) return fail(R"("from" is an object such as {"user": "alice"})");
        return members(json::Object::over(value), "key of \"from\"", kFromKeys,
                       [this](std::string_view key, std::string_view v) { return text(key, v, key == "user" ? out_.user : out_.trunk); });
    }

    bool expect(std::string_view value) {
        if (!value.starts_with('{')) return fail(R"("expect" is an object such as {"e164": "+14255550123"})");
        return members(json::Object::over(value), "key of \"expect\"", kExpectNames, [this](std::string_view key, std::string_view v) {
            const Expect what = *expect_of(key);
            if (v == "null") {
                if (is_flag(what)) return fail(cat('"', key, "\" is true or false"));
                out_.expect.push_back({what, std::nullopt});
                return true;
            }
            if (what == Expect::kTrunks) return trunks(v);
            std::string plain(v);
            const bool bare = is_flag(what) || (what == Expect::kReject && to_number<unsigned>(v));
            if (!bare && !text(key, v, plain)) return false;
            std::string problem = expect_text(what, std::move(plain));
            return problem.empty() || fail(std::move(problem));
        });
    }

    bool trunks(std::string_view value) {
        if (!value.starts_with('[')) return fail("\"trunks\" is a list of names in the order in which they are tried");
        const json::Object holder = json::Object::over(cat_ = cat("{\"t\":", value, '}'));
        const auto items = holder.items("t");
        std::string joined;
        if (items && *items) {
            for (const std::string_view item : **items) {
                std::string name;
                if (!text("trunks", item, name)) return fail("\"trunks\" is a list of names");
                append(joined, joined.empty() ? "" : ", ", name);
            }
        }
        out_.expect.push_back({Expect::kTrunks, joined.empty() ? std::nullopt : std::optional(joined)});
        return true;
    }

    Case& out_;
    std::string problem_;
    std::string cat_;
};

}  // namespace

std::string_view to_string(Expect what) { return kExpectNames[static_cast<std::size_t>(what)]; }

bool needs_call(Expect what) { return what >= Expect::kUsage; }

CaseFile read_json_cases(std::string_view text, std::string_view file) {
    CaseFile out;
    json::LineParser parser;
    std::uint64_t number = 0;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
        ++number;
        auto [line, rest] = cut(text, '\n');
        text = rest;
        line = trim(line);
        if (line.empty() || line.starts_with("//")) continue;
        const auto fail = [&](std::string_view what) { out.faults.push_back({number, cat(file, ':', number, ": ", what)}); };
        if (line.size() > json::kDefaultMaxLine) {
            fail("the line is too long");
            continue;
        }
        const auto object = is_utf8(line) ? parser.parse(line) : Result<const json::Object*>(tandem::fail(Errc::kSyntax, "not UTF-8"));
        if (!object) {
            fail(cat("no case as a JSON object: ", object.error().what));
            continue;
        }
        Case one;
        one.line = number;
        if (const std::string problem = CaseReader(one).read(**object); !problem.empty()) fail(problem);
        else out.cases.push_back(std::move(one));
    }
    return out;
}

CaseFile read_csv_cases(std::string_view text, std::string_view file) {
    CaseFile out;
    const CsvTable table = read_csv(text, {.separator = '\0'});
    for (const CsvFault& fault : table.faults) out.faults.push_back({fault.line, cat(file, ':', fault.line, ':', fault.column, ": ", fault.error.what)});

    std::vector<std::string> names{"name", "dialled", "from.user", "from.trunk", "dial_plan", "calling"};
    for (const std::string_view key : kExpectNames) names.push_back(cat("expect.", key));
    const std::vector<std::string_view> known(names.begin(), names.end());
    std::set<std::string_view> seen;
    for (const std::string& column : table.header) {
        if (std::find(known.begin(), known.end(), column) == known.end()) out.faults.push_back({1, cat(file, ":1: ", unknown("column", column, known))});
        else if (!seen.insert(column).second) out.faults.push_back({1, cat(file, ":1: column \"", column, "\" stands twice")});
    }
    if (!out.faults.empty()) return out;
    for (const CsvTable::Row& row : table.rows) {
        Case one;
        one.line = row.line;
        CaseReader reader(one);
        std::string problem;
        for (std::size_t i = 0; i < row.fields.size() && problem.empty(); ++i) {
            const std::string& value = row.fields[i];
            const std::string& column = table.header[i];
            if (value.empty()) continue;
            if (column == "name") one.name = value;
            else if (column == "dialled") one.dialled = value;
            else if (column == "from.user") one.user = value;
            else if (column == "from.trunk") one.trunk = value;
            else if (column == "dial_plan") one.dial_plan = value;
            else if (column == "calling") one.calling = value;
            else if (const Expect what = *expect_of(std::string_view(column).substr(7)); value == "null" && !is_flag(what)) {
                one.expect.push_back({what, std::nullopt});
            } else if (what == Expect::kTrunks) {
                std::string joined;
                for (const std::string_view trunk : split(value, ' '))
                    if (!trunk.empty()) append(joined, joined.empty() ? "" : ", ", trunk);
                one.expect.push_back({what, std::move(joined)});
            } else {
                problem = reader.expect_text(what, value);
            }
        }
        if (problem.empty()) problem = reader.settle();
        if (!problem.empty()) out.faults.push_back({row.line, cat(file, ':', row.line, ": ", problem)});
        else out.cases.push_back(std::move(one));
    }
    return out;
}

}  // namespace tandem::e164
