// Knows: reading a description line by line, and every way in which the field's descriptions leave the grammar.
// Must not know: what attributes mean.
// Next: summary.cpp.
#include <algorithm>

#include "base/text.h"
#include "sdp/session.h"

namespace tandem::sdp {
namespace {

constexpr std::string_view kGrammar = "RFC 8866 §9";

/// Where a line type stands in its section; lower must not follow higher. 0: no such line there.
int session_rank(char type) {
    switch (type) {
        case 'v': return 1;
        case 'o': return 2;
        case 's': return 3;
        case 'i': return 4;
        case 'u': return 5;
        case 'e': return 6;
        case 'p': return 7;
        case 'c': return 8;
        case 'b': return 9;
        case 't':
        case 'r':
        case 'z': return 10;
        case 'k': return 11;
        case 'a': return 12;
        default: return 0;
    }
}

int media_rank(char type) {
    switch (type) {
        case 'i': return 1;
        case 'c': return 2;
        case 'b': return 3;
        case 'k': return 4;
        case 'a': return 5;
        default: return 0;
    }
}

/// Only these may come more than once in a section. (r= and z= are looked at with their t=.)
bool may_repeat(char type, bool in_media) {
    switch (type) {
        case 'a':
        case 'b': return true;
        case 'c': return in_media;
        case 'e':
        case 'p':
        case 't':
        case 'r':
        case 'z': return !in_media;
        default: return false;
    }
}

bool all_digits(std::string_view text) {
    if (text.empty()) return false;
    for (char c : text)
        if (!is_digit(c)) return false;
    return true;
}

bool is_token(std::string_view text) {
    if (text.empty()) return false;
    for (char c : text)
        if (!is_alpha(c) && !is_digit(c) &&
            std::string_view("!#$%&'*+-.^_`{|}~").find(c) == std::string_view::npos)
            return false;
    return true;
}

/// Parts between runs of blanks, into a list whose room is used again.
const std::vector<std::string_view>& words(std::string_view text, std::vector<std::string_view>& out) {
    out.clear();
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        while (at != end && is_space(*at)) ++at;
        if (at == end) break;
        const char* const begin = at;
        while (at != end && !is_space(*at)) ++at;
        out.emplace_back(begin, static_cast<std::size_t>(at - begin));
    }
    return out;
}

class Parser {
public:
    Parser(std::string_view text, std::vector<Deviation>* deviations, Session& out)
        : text_(text), deviations_(deviations), session_(out) {
        words_.reserve(16);
    }

    Status run() {
        if (text_.empty()) return fail(Errc::kMissing, "empty session description", 0, kGrammar);
        if (text_.size() > kMaxSize) return fail(Errc::kRange, "session description over 64 KiB", kMaxSize);
        if (const auto nul = text_.find('\0'); nul != std::string_view::npos)
            return fail(Errc::kSyntax, "NUL in session description", nul, kGrammar);
        std::size_t at = 0;
        while (at < text_.size()) {
            offset_ = at;
            const std::string_view line = next_line(at);
            if (auto ok = read_line(line); !ok) return ok;
        }
        offset_ = text_.size();
        finish();
        if (!any_line_) return fail(Errc::kMissing, "session description without a line", 0, kGrammar);
        return {};
    }

private:
    // Somebody wants to know the deviations.
    [[nodiscard]] bool told() const { return deviations_ != nullptr; }

    void deviate(std::string_view what, std::string_view rule = kGrammar) {
        if (deviations_ != nullptr) deviations_->push_back({offset_, what, rule});
    }

    std::string_view next_line(std::size_t& at) {
        // The first of CR and LF, each looked for many bytes at a time; an LF is looked for once, whatever stands before it.
        if (at == 0 || feed_ < at) feed_ = std::min(text_.find('\n', at), text_.size());
        const std::size_t end = at + std::min(text_.substr(at, feed_ - at).find('\r'), feed_ - at);
        if (end == text_.size()) {
            const auto line = text_.substr(at);
            deviate("last line without line end");
            at = text_.size();
            return line;
        }
        const auto line = text_.substr(at, end - at);
        if (text_[end] == '\r' && end + 1 < text_.size() && text_[end + 1] == '\n') {
            at = end + 2;
        } else {
            deviate("line end is not CRLF");
            at = end + 1;
        }
        return line;
    }

    Status read_line(std::string_view line) {
        const bool typed = line.size() >= 2 && line[1] == '=';
        if (!typed && trim(line).empty()) {
            deviate("blank line");
            return {};
        }
        if (!typed || !is_alpha(line[0])) {
            // "a =x" and the like is not seen in the field; refusing it tells a description from other text.
            return fail(Errc::kSyntax, "not a type=value line", offset_, kGrammar);
        }
        char type = line[0];
        if (type != to_lower(type)) {
            deviate("line type in upper case");
            type = to_lower(type);
        }
        std::string_view value = line.substr(2);
        if (!value.empty() && is_space(value.back())) {
            deviate("blank at the end of a line");
            while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
        }
        if (!any_line_ && type != 'v') deviate("v= is not the first line", "RFC 8866 §5.1");
        any_line_ = true;
        if (type == 'm') return start_media(value);
        const bool in_media = !session_.media.empty() && media_rank(type) != 0;
        if (!session_.media.empty() && !in_media && session_rank(type) != 0)
            deviate("session line after an m= line");
        check_order(type, in_media);
        return in_media ? media_line(session_.media.back(), type, value) : session_line(type, value);
    }

    void check_order(char type, bool in_media) {
        const int rank = in_media ? media_rank(type) : session_rank(type);
        if (rank == 0) {
            deviate("line of unknown type");
            return;
        }
        int& last = in_media ? media_rank_ : session_rank_;
        if (rank < last) deviate("line out of order");
        if (rank == last && last_type_ == type && !may_repeat(type, in_media)) deviate("line twice");
        if (rank > last) last = rank;
        last_type_ = type;
    }

    Status session_line(char type, std::string_view value) {
        switch (type) {
            case 'v': return version(value);
            case 'o': return origin(value);
            case 's': {
                if (value.empty()) deviate("s= is empty", "RFC 8866 §5.3");
                session_.name = value;
                seen_name_ = true;
                return {};
            }
            case 'i': return keep_first(session_.information, value);
            case 'u': return keep_first(session_.uri, value);
            case 'e': session_.emails.emplace_back(value); return {};
            case 'p': session_.phones.emplace_back(value); return {};
            case 'c': {
                auto c = connection(value);
                if (!c) return fail(c.error());
                if (!session_.connection) session_.connection = std::move(*c);
                return {};
            }
            case 'b': session_.bandwidths.push_back(bandwidth(value)); return {};
            case 't': return timing(value);
            case 'r':
                if (session_.timings.empty()) {
                    deviate("r= without t=");
                    session_.timings.emplace_back();
                }
                session_.timings.back().repeats.emplace_back(value);
                return {};
            case 'z': return keep_first(session_.zones, value);
            case 'k': return keep_first(session_.key, value);
            case 'a': return attribute(session_.attributes, value);
            default: return {};  // told by check_order(); ignored (RFC 8866 §5)
        }
    }

    Status media_line(Media& m, char type, std::string_view value) {
        switch (type) {
            case 'i': return keep_first(m.information, value);
            case 'c': {
                auto c = connection(value);
                if (!c) return fail(c.error());
                m.connections.push_back(std::move(*c));
                return {};
            }
            case 'b': m.bandwidths.push_back(bandwidth(value)); return {};
            case 'k': return keep_first(m.key, value);
            default: return attribute(m.attributes, value);
        }
    }

    Status keep_first(std::string& field, std::string_view value) {
        if (value.empty()) deviate("empty line value");
        if (field.empty()) field = value;
        return {};
    }

    Status version(std::string_view value) {
        if (!all_digits(value)) return fail(Errc::kSyntax, "v= is not a number", offset_, kGrammar);
        if (value != "0") deviate("version is not 0", "RFC 8866 §5.1");
        session_.version = value;
        seen_version_ = true;
        return {};
    }

    Status origin(std::string_view value) {
        const auto& parts = words(value, words_);
        if (parts.size() != 6) deviate("o= does not have 6 parts", "RFC 8866 §5.2");
        std::string* const fields[] = {&session_.origin.username, &session_.origin.session_id,
                                       &session_.origin.version,  &session_.origin.network,
                                       &session_.origin.family,   &session_.origin.address};
        for (std::size_t i = 0; i < parts.size() && i < 6; ++i) *fields[i] = parts[i];
        if (parts.size() >= 3 && (!all_digits(parts[1]) || !all_digits(parts[2])))
            deviate("o= session id or version is not a number", "RFC 8866 §5.2");
        seen_origin_ = true;
        return {};
    }

    Result<Connection> connection(std::string_view value) {
        const auto& parts = words(value, words_);
        if (parts.size() < 3)
            return fail(Errc::kSyntax, "c= does not have 3 parts", offset_, "RFC 8866 §5.7");
        if (parts.size() > 3) deviate("c= has more than 3 parts", "RFC 8866 §5.7");
        Connection c{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
        if (!told()) return c;
        if (const auto ip = c.ip(); ip && !iequals(c.family, family_name(*ip)))
            deviate("c= address is not of the family that it names", "RFC 8866 §5.7");
        return c;
    }

    Bandwidth bandwidth(std::string_view value) {
        const auto [type, amount] = cut(value, ':');
        if (told() && (!is_token(type) || !all_digits(amount))) deviate("b= is not type:number", "RFC 8866 §5.8");
        return {std::string(type), std::string(amount)};
    }

    Status timing(std::string_view value) {
        const auto& parts = words(value, words_);
        if (parts.size() != 2 || !all_digits(parts[0]) || !all_digits(parts[1]))
            deviate("t= is not two numbers", "RFC 8866 §5.9");
        session_.timings.push_back({std::string(value), {}});
        return {};
    }

    Status attribute(std::vector<Attribute>& list, std::string_view value) {
        if (++attributes_ > kMaxAttributes) return fail(Errc::kRange, "more than 1000 a= lines", offset_);
        const std::size_t colon = value.find(':');
        if (list.empty()) list.reserve(8);
        Attribute& a = list.emplace_back();
        a.name = value.substr(0, colon);
        if (colon != std::string_view::npos) {
            a.has_value = true;
            a.value = value.substr(colon + 1);
            if (a.value.empty()) deviate("a= with a colon and no value", "RFC 8866 §5.13");
        }
        if (told() && !is_token(a.name)) deviate("attribute name is not a token", "RFC 8866 §5.13");
        return {};
    }

    Status start_media(std::string_view value) {
        if (session_.media.size() >= kMaxMedia) return fail(Errc::kRange, "more than 64 m= lines", offset_);
        const auto& parts = words(value, words_);
        if (parts.size() < 3)
            return fail(Errc::kSyntax, "m= does not have media, port and protocol", offset_, kGrammar);
        if (parts.size() < 4) deviate("m= without a format", "RFC 8866 §5.14");
        Media& m = session_.media.emplace_back();
        m.type = parts[0];
        if (told() && !is_token(m.type)) deviate("media type is not a token", "RFC 8866 §5.14");
        const auto [port, count] = cut(parts[1], '/');
        if (!all_digits(port)) return fail(Errc::kSyntax, "media port is not a number", offset_, kGrammar);
        const auto number = to_number<std::uint16_t>(port);
        if (!number) return fail(Errc::kRange, "media port over 65535", offset_, "RFC 8866 §5.14");
        m.port = *number;
        if (parts[1].size() != port.size()) {
            const auto n = to_number<std::uint16_t>(count);
            if (!n || *n == 0)
                return fail(Errc::kRange, "number of ports is not 1 to 65535", offset_, kGrammar);
            m.port_count = *n;
        }
        m.protocol = parts[2];
        m.formats.reserve(parts.size());
        for (std::size_t i = 3; i < parts.size(); ++i) m.formats.emplace_back(parts[i]);
        for (const auto& f : m.formats)
            if (told() && !is_token(f)) deviate("media format is not a token", "RFC 8866 §5.14");
        media_rank_ = 0;
        last_type_ = 'm';
        return {};
    }

    void finish() {
        if (!seen_version_) deviate("no v= line", "RFC 8866 §5.1");
        if (!seen_origin_) deviate("no o= line", "RFC 8866 §5.2");
        if (!seen_name_) deviate("no s= line", "RFC 8866 §5.3");
        if (session_.timings.empty()) {
            deviate("no t= line", "RFC 8866 §5.9");
            session_.timings.emplace_back();
        }
        if (!session_.connection)
            for (const auto& m : session_.media)
                if (m.connections.empty() && m.port != 0) {
                    deviate("media without a c= line", "RFC 8866 §5.7");
                    break;
                }
    }

    std::string_view text_;
    std::vector<Deviation>* deviations_;
    Session& session_;
    std::vector<std::string_view> words_;
    std::size_t offset_ = 0;
    std::size_t feed_ = 0;  // the next LF
    std::size_t attributes_ = 0;
    int session_rank_ = 0;
    int media_rank_ = 0;
    char last_type_ = 0;
    bool any_line_ = false;
    bool seen_version_ = false;
    bool seen_origin_ = false;
    bool seen_name_ = false;
};

}  // namespace

Result<Session> parse(std::string_view text, std::vector<Deviation>* deviations) {
    Result<Session> out(tl::in_place);
    if (auto ok = Parser(text, deviations, *out).run(); !ok) out = fail(std::move(ok.error()));
    return out;
}

Result<Session> parse_strict(std::string_view text) {
    std::vector<Deviation> deviations;
    auto session = parse(text, &deviations);
    if (session && !deviations.empty()) {
        const Deviation& first = deviations.front();
        return fail(Errc::kSyntax, std::string(first.what), first.offset, first.rule);
    }
    return session;
}

}  // namespace tandem::sdp
