#include "number/translation.h"

#include "base/text.h"

namespace tandem::number {

std::optional<Translation> Translation::compile(std::string_view pattern, std::string_view translation) {
    auto places = fixed_groups(pattern);
    if (!places) return std::nullopt;
    // .NET numbers the unnamed groups first, then the named ones.
    std::vector<GroupPlace> groups;
    for (bool named : {false, true})
        for (const GroupPlace& place : *places)
            if (place.named == named) groups.push_back(place);

    Translation made;
    std::string literal;
    for (std::size_t i = 0; i < translation.size(); ++i) {
        if (translation[i] != '$') {
            literal += translation[i];
            continue;
        }
        std::string_view rest = translation.substr(i + 1);
        if (rest.starts_with('$')) {
            literal += '$';
            ++i;
            continue;
        }
        const bool braces = rest.starts_with('{');
        if (braces) rest.remove_prefix(1);
        std::size_t digits = 0;
        while (digits < rest.size() && is_digit(rest[digits])) ++digits;
        auto number = to_number<std::size_t>(rest.substr(0, digits));
        if (!number || *number > groups.size() || (braces && rest.substr(digits, 1) != "}")) return std::nullopt;
        if (!literal.empty()) made.parts_.push_back({std::move(literal), std::nullopt});
        literal.clear();
        made.parts_.push_back({{}, *number == 0 ? GroupPlace{false, true, 0, 0, false} : groups[*number - 1]});
        i += digits + (braces ? 2 : 0);
    }
    if (!literal.empty()) made.parts_.push_back({std::move(literal), std::nullopt});
    return made;
}

std::string Translation::apply(std::string_view subject) const {
    std::string text;
    for (const Part& part : parts_) {
        if (!part.group) {
            text += part.literal;
            continue;
        }
        const std::size_t begin = part.group->begin_from_end ? subject.size() - part.group->begin : part.group->begin;
        const std::size_t end = part.group->end_from_end ? subject.size() - part.group->end : part.group->end;
        if (begin <= end && end <= subject.size()) text += subject.substr(begin, end - begin);
    }
    return text;
}

}  // namespace tandem::number
