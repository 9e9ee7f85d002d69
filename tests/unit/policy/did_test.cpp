// Reverse look-up: users, shared numbers with extensions, ranges, what nobody has.
#include "policy/did.h"

#include "support.h"

using namespace tandem;
using namespace tandem::test;

namespace {

constexpr std::string_view kDave = R"({"name": "dave", "number": "+14255550131",)";

/// Three users share +14255550190 with extensions; reception has +14255550140 without one, paul the same with ;ext=7.
std::shared_ptr<const topology::Topology> shared(std::string_view spare = {}) {
    std::string users;
    for (const auto& [name, numbers] : {std::pair("sue", R"("number": "+14255550190;ext=501")"), std::pair("tom", R"("number": "+14255550190;ext=502")"),
                                        std::pair("uma", R"("number": "+14255550190;ext=0503", "numbers": ["+14255550191"])"),
                                        std::pair("reception", R"("number": "+14255550140")"), std::pair("paul", R"("number": "+14255550140;ext=7")")}) {
        append(users, R"({"name": ")", name, R"(", )", numbers, R"(, "contacts": [{"target": "udp:10.0.1.90:)", 5060 + users.size(),
               R"(", "realm": "inside"}]},)");
    }
    users += kDave;
    if (spare.empty()) return load({{kDave, users}});
    return load({{kDave, users}, {R"("unassigned_status": 604)", spare}});
}

std::string look(const topology::Topology& t, std::string_view number, std::string_view extension = {}) {
    const policy::DidAnswer did = policy::look_up_did(t, number, extension);
    std::string out(policy::to_string(did.kind));
    if (did.user != policy::kNoIndex) append(out, ' ', t.users[did.user].name);
    if (did.range != policy::kNoIndex) append(out, " in ", t.did_ranges[did.range].name);
    if (did.users > 1) append(out, " of ", did.users);
    if (!did.extension.empty()) append(out, " ext ", did.extension);
    if (did.status != 0) append(out, " answer ", did.status);
    return out;
}

}  // namespace

TEST_CASE("did: users, ranges, last digits, nobody", "[policy][did]") {
    const auto t = shared();
    CHECK(look(*t, "+14255550111") == "user alice in main");
    CHECK(look(*t, "+14255550114") == "extension bob in main ext 114");
    CHECK(look(*t, "+14255550149") == "unassigned alice in main answer 404");
    CHECK(look(*t, "+14255550150") == "unassigned in spare answer 604");
    CHECK(look(*t, "+14255550250") == "not_ours");
    CHECK(look(*t, "") == "not_ours");
    const auto one = load({{R"("extension_digits": 3, "unassigned_user": "alice")", R"("user": "bob")"}});
    CHECK(look(*one, "+14255550111") == "user alice in main");
    CHECK(look(*one, "+14255550149") == "range bob in main");
}

TEST_CASE("did: users who share a number are told apart by the extension behind it", "[policy][did]") {
    const auto t = shared();
    CHECK(look(*t, "+14255550190", "501") == "user sue in spare of 3");
    CHECK(look(*t, "+14255550190", "502") == "user tom in spare of 3");
    CHECK(look(*t, "+14255550190", "0503") == "user uma in spare of 3");
    CHECK(look(*t, "+14255550190", "503") == "unassigned in spare of 3 answer 604");  // a leading zero counts (RFC 3966 §3)
    CHECK(look(*t, "+14255550190") == "ambiguous in spare of 3 answer 485");
    CHECK(look(*t, "+14255550191") == "user uma in spare");
    CHECK(look(*t, "+14255550140") == "user reception in main of 2");
    CHECK(look(*t, "+14255550140", "7") == "user paul in main of 2");
    // The extension of a user behind a main number of ours; never behind a number that is not.
    CHECK(look(*t, "+14255550140", "111") == "user alice in main of 2");
    CHECK(look(*t, "+442079460018", "111") == "not_ours");
    // A person's own number, whatever is dialled behind it.
    CHECK(look(*t, "+14255550111", "99") == "user alice in main");
    CHECK(look(*shared(R"("unassigned_user": "bob")"), "+14255550190") == "ambiguous bob in spare of 3 answer 485");
}

TEST_CASE("did: calls go as the look-up says, from users and from trunks", "[policy][did]") {
    const auto t = shared();
    struct Row {
        std::string_view called, want;
    };
    for (const Row& row : {Row{"tel:+14255550190;ext=502", "tom/0"}, Row{"+14255550190", "485 ambiguous"}, Row{"tel:+1-425-555-0190;ext=9", "604 unassigned"},
                           Row{"+14255550140", "reception/0"}, Row{"sip:+14255550140;ext=7@company.example;user=phone", "paul/0"},
                           Row{"+14255550150", "604 unassigned"}}) {
        INFO(row.called);
        CHECK(result(decide(from_user(*t, "alice", row.called), *t), *t) == row.want);
        CHECK(result(decide(from_trunk(*t, "itsp", row.called), *t), *t) == row.want);
    }
    // Nobody's extension rings because it stands behind a stranger's number.
    CHECK(result(decide(from_user(*t, "alice", "tel:+12065550199;ext=111"), *t), *t) == "itsp/0 itsp/1");
    CHECK(result(decide(from_trunk(*t, "itsp", "tel:+12065550199;ext=111"), *t), *t) == "404 no_such_number");
    CHECK(result(decide(from_user(*shared(R"("unassigned_user": "bob")"), "alice", "+14255550190"), *shared(R"("unassigned_user": "bob")")),
                 *shared(R"("unassigned_user": "bob")")) == "bob/0+bob/1");
}

TEST_CASE("did: a caller may show the main number that he shares", "[policy][did]") {
    const auto t = shared();
    policy::CallFacts facts = from_user(*t, "tom", "+12065550100");
    facts.calling = "+14255550190";
    CHECK(decide(facts, *t).forward()->plan.targets[0].calling == "+14255550190");
    facts.calling = "+14255550111";
    CHECK(decide(facts, *t).forward()->plan.targets[0].calling == "+14255550190");
}

TEST_CASE("did: used numbers of a range are counted once, however a user has them", "[policy][did]") {
    const auto t = shared();
    const policy::DidCount main = policy::count_range(*t, 0);
    CHECK(main.numbers == 50);
    // 111 112 114 121 131 140 141: by number, by extension, or both.
    CHECK(main.used == 7);
    const policy::DidCount spare = policy::count_range(*t, 1);
    CHECK(spare.numbers == 50);
    CHECK(spare.used == 2);

    // The count agrees with asking every number, also where the range is longer than its mask.
    const auto wide = load({{R"("to": "+14255550149", "extension_digits": 3)", R"("to": "+14255550149", "extension_digits": 2)"},
                            {R"("extension": "111")", R"("extension": "11")"}});
    const auto huge = load({{R"("from": "+14255550100", "to": "+14255550149")", R"("from": "+14255540000", "to": "+14255550149")"}});
    for (const auto& each : {wide, huge}) {
        std::uint64_t used = 0;
        const topology::DidRange& range = each->did_ranges[0];
        for (std::uint64_t n = *to_number<std::uint64_t>(std::string_view(range.first).substr(1)); n <= 14255550149; ++n) {
            const auto kind = policy::look_up_did(*each, cat('+', n), {}).kind;
            used += kind == policy::DidKind::kUser || kind == policy::DidKind::kExtension ? 1U : 0U;
        }
        CHECK(policy::count_range(*each, 0).used == used);
    }
    // However long the range: no walk over it.
    const auto longest = load({{R"("from": "+14255550100", "to": "+14255550149", "extension_digits": 3)",
                                R"("from": "+200000000000000", "to": "+299999999999999", "extension_digits": 3)"}});
    CHECK(policy::count_range(*longest, 0).numbers == 100'000'000'000'000);
    CHECK(policy::count_range(*longest, 0).used == 400'000'000'000);
}
