#include "record/translation.h"

namespace tandem::record {
namespace {

void write_one(json::Writer& out, std::string_view key, const policy::Translated& it) {
    out.key(key).begin_object().member("number", it.number).key("rule");
    if (it.index == policy::kNoIndex) {
        out.null();
    } else {
        out.string(it.rule).member("index", it.index);
    }
    if (it.plus_removed) out.member("plus_removed", true);
    out.end_object();
}

}  // namespace

void write(json::Writer& out, const Translation& translation) {
    out.begin_object().member("input", translation.input).key("e164");
    if (translation.e164.empty()) {
        out.null();
    } else {
        out.string(translation.e164);
    }
    if (translation.emergency) out.member("emergency", true);
    if (!translation.calling.empty()) out.member("calling", translation.calling);
    out.key("trunks").begin_array();
    for (const TrunkTranslation& one : translation.trunks) {
        out.begin_object().member("trunk", one.trunk);
        if (one.called) write_one(out, "called", *one.called);
        if (one.calling) write_one(out, "calling", *one.calling);
        out.end_object();
    }
    out.end_array().end_object();
}

}  // namespace tandem::record
