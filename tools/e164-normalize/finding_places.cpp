#include "e164-normalize/finding_places.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tandem::e164 {

namespace {

const json::Value* at(const json::Value* list, std::size_t index) {
    return list != nullptr && list->is_array() && index < list->items().size() ? &list->items()[index] : nullptr;
}

const json::Value* member(const json::Value* object, std::string_view key) { return object == nullptr ? nullptr : object->find(key); }

const json::Value* named(const json::Value* list, std::string_view name) {
    if (list == nullptr || !list->is_array()) return nullptr;
    const auto found = std::find_if(list->items().begin(), list->items().end(), [&](const json::Value& item) {
        const json::Value* own = item.find("name");
        return own != nullptr && own->is_string() && own->string() == name;
    });
    return found == list->items().end() ? nullptr : &*found;
}

/// Lists of rules as subjects name them (lint/rule_list.cpp), and where the file has them.
constexpr std::array<std::pair<std::string_view, std::pair<std::string_view, std::string_view>>, 5> kLists{{
    {"dial plan ", {"dial_plans", "rules"}},
    {"called rules of trunk ", {"trunks", "called"}},
    {"calling rules of trunk ", {"trunks", "calling"}},
    {"inbound called rules of trunk ", {"trunks", "inbound_called"}},
    {"inbound calling rules of trunk ", {"trunks", "inbound_calling"}},
}};

/// What stands in a list of its own, by its place.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kItems{{
    {"route", "routes"}, {"usage", "usages"}, {"dial_plan", "dial_plans"}, {"policy", "policies"}, {"user", "users"}, {"did_range", "did_ranges"},
}};

}  // namespace

void FindingPlaces::read(const std::string& file) {
    if (auto document = json::load_document(file)) document_ = std::move(*document);
}

const json::Value* FindingPlaces::value_of(const lint::Subject& subject) const {
    const json::Value& root = document_->root;
    if (subject.kind == "rule") {
        for (const auto& [front, keys] : kLists)
            if (subject.in.starts_with(front)) return at(member(named(root.find(keys.first), std::string_view(subject.in).substr(front.size())), keys.second), subject.index);
        return nullptr;
    }
    if (subject.kind == "emergency") return at(member(root.find("emergency"), "numbers"), subject.index);
    for (const auto& [kind, list] : kItems)
        if (subject.kind == kind) return at(root.find(list), subject.index);
    return nullptr;
}

std::size_t FindingPlaces::line_of(const lint::Subject& subject) const {
    if (!document_) return 0;
    const json::Value* value = value_of(subject);
    return value == nullptr ? 0 : json::position_of(document_->text, value->offset()).line;
}

}  // namespace tandem::e164
