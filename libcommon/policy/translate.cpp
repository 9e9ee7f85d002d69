#include "policy/translate.h"

namespace tandem::policy {

Translated translate(const topology::Trunk& trunk, const topology::NumberRules& rules, std::string_view number) {
    Translated out;
    out.number = number;
    if (!rules.rules.empty()) {
        if (auto applied = rules.compiled.apply(number)) {
            out.number = std::move(applied->text);
            out.rule = applied->rule;
            out.index = static_cast<Index>(applied->index);
        }
    }
    if (trunk.remove_plus && out.number.starts_with('+')) {
        out.number.erase(0, 1);
        out.plus_removed = true;
    }
    return out;
}

}  // namespace tandem::policy
