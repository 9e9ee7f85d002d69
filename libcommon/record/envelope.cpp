#include "record/envelope.h"

namespace tandem::record {

// Made from schema.json by the build.
std::string_view schema_json();

std::string_view schema() { return schema_json(); }

Record::Record(std::string& out, std::string_view type, int version) : json_(out), type_(type) {
    json_.begin_object().member("type", type).member("v", version);
}

Record& Record::stamp(WallTime t, StampDigits digits) {
    json_.member("ts", std::string_view(rfc3339(t, digits)));
    return *this;
}

Record& Record::id(std::string_view id) {
    json_.member("id", id);
    return *this;
}

json::Writer& Record::begin(std::string_view key) {
    open_ = true;
    return json_.key(key.empty() ? type_ : key).begin_object();
}

void Record::finish() {
    if (open_) json_.end_object();
    open_ = false;
    if (json_.lossy()) json_.member("lossy", true);
    json_.end_object().buffer() += '\n';
}

void append(std::string& out, const Summary& summary) {
    Record record(out, "summary");
    record.begin()
        .member("tool", summary.tool)
        .member("in", summary.in)
        .member("ok", summary.ok)
        .member("bad", summary.bad)
        .member("skipped", summary.skipped);
    if (summary.rule_limits != 0) record.json().member("rule_limits", summary.rule_limits);
    record.finish();
}

void append(std::string& out, const InputError& error) {
    Record record(out, "error");
    json::Writer& json = record.begin();
    json.member("tool", error.tool).member("line", error.line);
    json.member("code", to_string(error.error.code)).member("what", error.error.what);
    json.member("offset", error.error.offset);
    if (!error.error.rule.empty()) json.member("rule", error.error.rule);
    record.finish();
}

}  // namespace tandem::record
