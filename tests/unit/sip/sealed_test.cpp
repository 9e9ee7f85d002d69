// Knows: that cookies and tokens come back as they were, and that nothing else opens.
// Must not know: who routes by them.
#include <catch2/catch.hpp>

#include "base/text.h"
#include "sip/cookie.h"
#include "sip/hidden.h"
#include "sip/shown_identity.h"
#include "sip/token.h"

using namespace tandem;
using namespace tandem::sip;

namespace {

Cookie cookie(std::string_view caller, std::string_view callee) {
    Cookie c;
    c.caller_trunk = 0xabcdef012345;
    c.callee_trunk = 3;
    c.caller_realm = 4;
    c.callee_realm = 5;
    c.to_callee = {4711, 8};
    c.attempt = 1;
    c.k_to_caller = 8;
    c.hidden_from_callee = true;
    c.caller_at = *net::Endpoint::parse(caller);
    c.callee_at = *net::Endpoint::parse(callee);
    return c;
}

Token token() {
    Token t;
    t.expires_s = 1000;
    t.hops = 1;
    t.endpoint = 1;
    t.kind = Token::Kind::kUser;
    t.anonymous = t.from_trunk = true;
    t.target = "alice";
    t.target_uri = "sip:alice@10.0.0.11";
    t.called = "alice";
    t.calling = "+441632960000";
    t.source = "itsp";
    t.source_realm = "outside";
    t.target_realm = "inside";
    t.profile_a = "itsp";
    t.profile_b = "desk";
    return t;
}

constexpr CookieDialog kDialog{"a84b4c76e66710@pc33.example", "1928301774"};

const std::string kKeyA(64, 'a'), kKeyB(64, 'b');

}  // namespace

TEST_CASE("cookie: comes back as it was, in at most 128 characters", "[sip][sealed]") {
    Keyring ring = Keyring::random();
    for (const auto& [a, b] : {std::pair{"192.0.2.1:5060", "198.51.100.1:5062"}, std::pair{"[2001:db8::1]:5060", "198.51.100.1:5062"},
                               std::pair{"192.0.2.1:5060", "[2001:db8::2]:65535"},
                               std::pair{"[2001:db8:ffff:ffff:ffff:ffff:ffff:1]:5060", "[2001:db8::2]:65535"}}) {
        const Cookie c = cookie(a, b);
        const std::string text = seal_cookie(ring, c, kDialog);
        CHECK(text.size() <= kMaxCookieText);
        for (char ch : text) CHECK((is_alpha(ch) || is_digit(ch) || ch == '-' || ch == '_'));
        const auto back = open_cookie(ring, text, kDialog);
        REQUIRE(back.has_value());
        CHECK(*back == c);
    }
}

TEST_CASE("cookie: no changed character, no other key, no token opens", "[sip][sealed]") {
    Keyring ring = Keyring::random(), other = Keyring::random();
    const std::string text = seal_cookie(ring, cookie("192.0.2.1:5060", "198.51.100.1:5062"), kDialog);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        if (changed != text) CHECK_FALSE(open_cookie(ring, changed, kDialog).has_value());
        CHECK_FALSE(open_cookie(ring, text.substr(0, i), kDialog).has_value());
    }
    CHECK_FALSE(open_cookie(other, text, kDialog).has_value());
    CHECK_FALSE(open_cookie(ring, text + "A", kDialog).has_value());
    CHECK_FALSE(open_cookie(ring, *seal_token(ring, token(), ""), kDialog).has_value());
    CHECK_FALSE(open_token(ring, text, "", 0).has_value());
}

TEST_CASE("cookie: opens for its own dialog only", "[sip][sealed]") {
    Keyring ring = Keyring::random();
    // Eight bytes after which FNV-1a is 0 and stays 0 for every NUL that follows: a hash without a key takes the two for one.
    const std::string id("\xd5\x6b\xb9\x53\x42\x87\x08\x36", 8), same_fnv = id + std::string(1, '\0');
    CHECK(fingerprint(id) != fingerprint(same_fnv));
    const std::string text = seal_cookie(ring, cookie("192.0.2.1:5060", "198.51.100.1:5062"), {id, "tag"});
    CHECK(open_cookie(ring, text, {id, "tag"}).has_value());
    for (const CookieDialog& other : {CookieDialog{same_fnv, "tag"}, {id, "tag2"}, {id, ""}, {"", "tag"}, {std::string_view(id).substr(0, 7), "tag"}}) {
        const auto opened = open_cookie(ring, text, other);
        REQUIRE_FALSE(opened.has_value());
        CHECK(opened.error().code == Errc::kPolicy);
    }
    // Where one text ends and the next begins counts.
    const std::string ab = seal_cookie(ring, cookie("192.0.2.1:5060", "198.51.100.1:5062"), {"ab", "c"});
    CHECK_FALSE(open_cookie(ring, ab, {"a", "bc"}).has_value());
}

TEST_CASE("identity: comes back as it was, for its dialog only; a long name is left out", "[sip][sealed]") {
    Keyring ring = Keyring::random();
    ShownIdentity shown{.anonymous = true, .in_from = false, .in_pai = true, .number = "+442079460001", .name = "Alice \"A\" Bell"};
    const std::string text = *seal_identity(ring, shown, kDialog);
    CHECK(text.size() <= kMaxIdentityText);
    CHECK(*open_identity(ring, text, kDialog) == shown);
    CHECK_FALSE(open_identity(ring, text, {kDialog.call_id, "other"}).has_value());
    CHECK_FALSE(open_cookie(ring, text, kDialog).has_value());
    CHECK_FALSE(open_identity(ring, seal_cookie(ring, cookie("192.0.2.1:5060", "198.51.100.1:5062"), kDialog), kDialog).has_value());
    for (std::size_t i = 0; i < text.size(); ++i) CHECK_FALSE(open_identity(ring, text.substr(0, i), kDialog).has_value());

    shown.name.assign(200, 'x');
    const std::string cut = *seal_identity(ring, shown, kDialog);
    CHECK(cut.size() <= kMaxIdentityText);
    shown.name.clear();
    CHECK(*open_identity(ring, cut, kDialog) == shown);
    shown.number.assign(256, '1');
    CHECK_FALSE(seal_identity(ring, shown, kDialog).has_value());
    // The layout behind the seal, at every length.
    for (const std::string_view plain : {"", "\x10", "\x10\x05""123", "\x20\x01""1"}) {
        CHECK_FALSE(open_identity(ring, ring.seal(SealPurpose::kIdentity, as_bytes(plain), kDialog.bound()), kDialog).has_value());
    }
}

TEST_CASE("hidden: a URI and routes come back as they were, for their dialog only, within bounds", "[sip][sealed]") {
    Keyring ring = Keyring::random(), other = Keyring::random();
    const std::string uri = "sip:phone@10.0.0.77:5060;transport=udp", routes = "<sip:10.0.0.50;lr>, <sip:10.0.0.51;lr;x=\"a,b\">";
    const std::string contact = *seal_contact(ring, uri, kDialog), route = *seal_routes(ring, routes, kDialog);
    CHECK(looks_sealed(contact));
    CHECK(contact.size() == sealed_size(uri.size()));
    CHECK(*open_contact(ring, contact, kDialog) == uri);
    CHECK(*open_routes(ring, route, kDialog) == routes);
    CHECK_FALSE(open_contact(ring, route, kDialog).has_value());
    CHECK_FALSE(open_routes(ring, contact, kDialog).has_value());
    CHECK_FALSE(open_contact(other, contact, kDialog).has_value());
    CHECK_FALSE(open_contact(ring, contact, {kDialog.call_id, "other"}).has_value());
    CHECK_FALSE(open_contact(ring, seal_cookie(ring, cookie("192.0.2.1:5060", "198.51.100.1:5062"), kDialog), kDialog).has_value());
    for (std::size_t i = 0; i < contact.size(); ++i) {
        std::string changed = contact;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(open_contact(ring, changed, kDialog).has_value());
        CHECK_FALSE(open_contact(ring, contact.substr(0, i), kDialog).has_value());
    }
    const std::string longest(kMaxHiddenContact, 'x'), all(kMaxHiddenRoutes, 'y');
    CHECK(*open_contact(ring, *seal_contact(ring, longest, kDialog), kDialog) == longest);
    CHECK(*open_routes(ring, *seal_routes(ring, all, kDialog), kDialog) == all);
    CHECK(seal_contact(ring, longest + "x", kDialog).error().code == Errc::kRange);
    CHECK(seal_routes(ring, all + "y", kDialog).error().code == Errc::kRange);
    CHECK_FALSE(seal_contact(ring, "", kDialog).has_value());
    // What a user part may look like and is none of ours.
    for (std::string_view user : {"", "alice", "+442079460001", "0123456789012345678901234567890123456789@x"}) CHECK_FALSE(looks_sealed(user));
}

TEST_CASE("token: comes back as it was, for its realm and its time only", "[sip][sealed]") {
    Keyring ring = Keyring::random();
    const std::string text = *seal_token(ring, token(), "bridges");
    CHECK(*open_token(ring, text, "bridges", 999) == token());
    CHECK(open_token(ring, text, "bridges", 1000).error().code == Errc::kTimeout);
    CHECK(open_token(ring, text, "inside", 0).error().code == Errc::kPolicy);
    for (std::size_t i = 0; i < text.size(); ++i) CHECK_FALSE(open_token(ring, text.substr(0, i), "bridges", 0).has_value());
    Token big = token();
    big.target_uri.assign(256, 'x');
    CHECK_FALSE(seal_token(ring, big, "bridges").has_value());
}

TEST_CASE("keyring: keys rotate: the first seals, all open", "[sip][sealed]") {
    auto old_ring = Keyring::from_text(kKeyA + "\n");
    REQUIRE(old_ring.has_value());
    const std::string text = seal_cookie(*old_ring, cookie("192.0.2.1:5060", "198.51.100.1:5062"), kDialog);
    auto both = Keyring::from_text(cat("# new key first\n", kKeyB, "\n\n", kKeyA, "\n"));
    REQUIRE(both.has_value());
    CHECK(open_cookie(*both, text, kDialog).has_value());
    const std::string fresh = seal_cookie(*both, cookie("192.0.2.1:5060", "198.51.100.1:5062"), kDialog);
    CHECK_FALSE(open_cookie(*old_ring, fresh, kDialog).has_value());
    auto only_new = Keyring::from_text(kKeyB);
    CHECK(open_cookie(*only_new, fresh, kDialog).has_value());
    CHECK_FALSE(open_cookie(*only_new, text, kDialog).has_value());
    for (std::string_view bad : {"", "#\n", "abc", "zz"}) CHECK_FALSE(Keyring::from_text(bad).has_value());
    CHECK(Keyring::from_text(cat(kKeyA, "\n", kKeyA)).error().code == Errc::kConflict);
}

TEST_CASE("stride: numbers go out in their order with room for retries, within 31 bits", "[sip][sealed]") {
    const CSeqStride s{100, 8};
    CHECK(s.out(100, 0) == 100U);
    CHECK(s.out(100, 7) == 107U);
    CHECK(s.out(101, 0) == 108U);
    CHECK_FALSE(s.out(100, 8).has_value());
    CHECK_FALSE(s.out(99, 0).has_value());
    std::uint32_t last = 99;
    for (std::uint32_t in = 100; in < 200; ++in) {
        for (unsigned attempt = 0; attempt < 8; ++attempt) {
            const auto out = s.out(in, attempt);
            REQUIRE(out);
            CHECK(*out > last);
            CHECK(s.in(*out) == in);
            last = *out;
        }
    }
    CHECK_FALSE((CSeqStride{0x7ffffff0, 8}.out(0x7ffffff8, 0)).has_value());
    CHECK((CSeqStride{0, 1}.out(0x7fffffff, 0)) == 0x7fffffffU);
    CHECK_FALSE((CSeqStride{0, 0}.out(1, 0)).has_value());
    CHECK_FALSE(s.in(99).has_value());
    CHECK_FALSE((CSeqStride{0, 0}.in(1)).has_value());
    CHECK((CSeqStride{0, 1}.in(7)) == 7U);
}

TEST_CASE("hidden: a Contact keeps whose it is", "[sip][sealed]") {
    Keyring ring = Keyring::random();
    const std::string uri = "sip:phone@10.0.0.77";
    const ContactOwner owners[] = {{},
                                   {.trunk = kMaxTrunkPrint, .realm = 0, .at = {}},
                                   {.trunk = 0, .realm = 0xfedcba98, .at = *net::Endpoint::parse("10.0.0.12:5064")},
                                   {.trunk = 0, .realm = 7, .at = *net::Endpoint::parse("[2001:db8::12]:65535")}};
    for (const ContactOwner& owner : owners) {
        const std::string longest = cat(uri, std::string(kMaxHiddenContact - uri.size(), 'x'));
        for (const std::string& one : {uri, longest}) {
            const std::string text = *seal_contact(ring, one, kDialog, owner);
            CHECK(looks_sealed(text));
            const auto contact = open_owned_contact(ring, text, kDialog);
            REQUIRE(contact.has_value());
            CHECK(contact->uri == one);
            CHECK(contact->owner == owner);
            CHECK(*open_contact(ring, text, kDialog) == one);
        }
    }
    // What begins as no URI does could be taken for an owner; and the layout behind the seal, at every length.
    CHECK_FALSE(seal_contact(ring, "\x01sip:a@b", kDialog).has_value());
    for (const char mark : {'\x01', '\x04', '\x06'}) {
        for (std::size_t n = 0; n <= (mark == 1 ? 7U : mark == 4 ? 11U : 23U); ++n) {
            const std::string plain = cat(mark, std::string(n, 'x'));
            const bool whole = n >= (mark == 1 ? 7U : mark == 4 ? 11U : 23U);
            CHECK(open_owned_contact(ring, ring.seal(SealPurpose::kContact, as_bytes(plain), kDialog.bound()), kDialog).has_value() == whole);
        }
    }
}
