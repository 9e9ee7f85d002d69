// Knows: how a stream is cut into rows with bounded memory, and what to do about wrong quotes.
// Must not know: what a column means.
// Next: csv.h.
#include "base/csv.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <set>

#include "base/text.h"

namespace tandem {

namespace {
constexpr std::size_t kReadChunk = 65536;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kSeparators = ",;\t";
constexpr std::string_view kRule4 = "RFC 4180 §2 rule 4";
constexpr std::string_view kRule5 = "RFC 4180 §2 rule 5";

// The separator that a line has most of outside quotes; a comma when it has none.
char most_frequent_separator(std::string_view line) {
    std::size_t counts[kSeparators.size()] = {};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        const auto which = kSeparators.find(c);
        if (!quoted && which != std::string_view::npos) ++counts[which];
    }
    return kSeparators[static_cast<std::size_t>(std::max_element(std::begin(counts), std::end(counts)) - std::begin(counts))];
}
}  // namespace

CsvReader::CsvReader(InputStream& in, const CsvFormat& format) : in_(in), format_(format) {
    format_.max_row = std::max<std::size_t>(format_.max_row, 1);
    // Room for a row of the limit with its line end, and for a byte order mark before the first one.
    buffer_.resize(std::min(format_.max_row + 2, kReadChunk) + kByteOrderMark.size());
}

bool CsvReader::idle() {
    if (ended_) return false;
    if (!begun_) return true;
    if (skipping_) return pending().find('\n') == std::string_view::npos;
    // A row may go on over line ends: only a scan tells whether it is whole.
    return !scan() || (faulty_ && pending().find('\n') == std::string_view::npos);
}

// False at the end of the stream.
Result<bool> CsvReader::fill() {
    if (ended_) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) buffer_.resize(std::min(buffer_.size() * 2, format_.max_row + 2 + kByteOrderMark.size()));
    auto n = in_.read({buffer_.data() + end_, buffer_.size() - end_});
    if (!n) return fail(std::move(n.error()));
    end_ += *n;
    ended_ = *n == 0;
    return !ended_;
}

Status CsvReader::begin() {
    begun_ = true;
    while (pending().size() < kByteOrderMark.size()) {
        auto more = fill();
        if (!more) return fail(std::move(more.error()));
        if (!*more) break;
    }
    if (pending().starts_with(kByteOrderMark)) {
        marked_ = true;
        begin_ += kByteOrderMark.size();
    }
    if (format_.separator != '\0') return {};
    while (pending().find('\n') == std::string_view::npos && pending().size() < format_.max_row) {
        auto more = fill();
        if (!more) return fail(std::move(more.error()));
        if (!*more) break;
    }
    format_.separator = most_frequent_separator(pending().substr(0, std::min(pending().find('\n'), format_.max_row)));
    return {};
}

void CsvReader::set_fault(Errc code, std::string what, std::size_t offset, std::string_view rule) {
    faulty_ = true;
    const std::string_view before = pending().substr(0, offset);
    const auto newline = before.rfind('\n');
    fault_.line = line_ + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
    fault_.column = (newline == std::string_view::npos ? offset : offset - newline - 1) + 1;
    fault_.error = Error{code, std::move(what), offset, rule};
}

void CsvReader::end_field(std::size_t end) {
    const bool quoted = state_ == State::kQuote || state_ == State::kReturn;
    const std::size_t begin = field_ + (quoted ? 1 : 0);
    const std::size_t last = quoted ? end - 1 : end;
    if (pieces_.size() == format_.max_columns)
        return set_fault(Errc::kRange, cat("more than ", format_.max_columns, " columns"), field_, {});
    pieces_.push_back({begin, last - begin, quoted, doubled_});
    state_ = State::kStart;
    field_ = end + 1;
    doubled_ = false;
}

// Goes on over the bytes at hand; true when a row ends at raw_size_ or is faulty, false when more bytes are needed.
bool CsvReader::scan() {
    if (complete_ || faulty_) return true;
    // No further than the limit, so that what is found does not depend on how much lies in the buffer.
    const std::string_view bytes = pending().substr(0, format_.max_row + 2);
    const char separator = format_.separator;
    for (; at_ < bytes.size() && !faulty_; ++at_) {
        const char c = bytes[at_];
        switch (state_) {
            case State::kStart:
                if (c == '"') {
                    state_ = State::kQuoted;
                    break;
                }
                state_ = State::kPlain;
                [[fallthrough]];
            case State::kPlain:
                if (c == separator) {
                    end_field(at_);
                } else if (c == '\n') {
                    raw_size_ = at_ > 0 && bytes[at_ - 1] == '\r' ? at_ - 1 : at_;
                    // A return before the line end is part of it, also where the field is empty but for it.
                    end_field(std::max(raw_size_, field_));
                    return complete_ = true;
                } else if (c == '"') {
                    set_fault(Errc::kSyntax, "a quote inside a field that does not begin with one", at_, kRule5);
                }
                break;
            case State::kQuoted: {
                const auto quote = bytes.find('"', at_);
                at_ = std::min(quote, bytes.size() - 1);
                if (quote != std::string_view::npos) state_ = State::kQuote;
                break;
            }
            case State::kQuote:
                if (c == '"') {
                    doubled_ = true;
                    state_ = State::kQuoted;
                } else if (c == separator) {
                    end_field(at_);
                } else if (c == '\n') {
                    raw_size_ = at_;
                    end_field(at_);
                    return complete_ = true;
                } else if (c == '\r') {
                    state_ = State::kReturn;
                } else {
                    set_fault(Errc::kSyntax, "text behind a closing quote", at_, kRule5);
                }
                break;
            case State::kReturn:
                if (c == '\n') {
                    raw_size_ = at_ - 1;
                    end_field(at_ - 1);
                    return complete_ = true;
                }
                set_fault(Errc::kSyntax, "text behind a closing quote", at_ - 1, kRule5);
                break;
        }
    }
    return faulty_;
}

const CsvRow* CsvReader::give(std::size_t raw, std::size_t end) {
    const std::string_view bytes = pending();
    row_.raw = bytes.substr(0, raw);
    row_.end = bytes.substr(raw, end - raw);
    row_.line = line_;
    line_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    begin_ += end;
    state_ = State::kStart;
    at_ = field_ = 0;
    doubled_ = faulty_ = complete_ = false;
    pieces_.clear();
    return &row_;
}

// The row that ends at raw_size_; at_ stands on its line end or behind the last byte.
const CsvRow* CsvReader::give_row() {
    const std::string_view bytes = pending();
    const std::string_view raw = bytes.substr(0, raw_size_);
    const std::size_t end = std::min(at_ + 1, bytes.size());
    row_.fields = {};
    row_.fault = nullptr;
    if (const auto nul = raw.find('\0'); nul != std::string_view::npos) {
        set_fault(Errc::kSyntax, "NUL byte", nul, kRule4);
    } else if (const auto valid = utf8_prefix(raw); valid != raw.size()) {
        set_fault(Errc::kSyntax, "not UTF-8", valid, "RFC 3629 §4");
    }
    if (faulty_) {
        row_.fault = &fault_;
        return give(raw_size_, end);
    }
    std::size_t room = 0;
    for (const Piece& piece : pieces_) room += piece.doubled ? piece.size : 0;
    decoded_.clear();
    decoded_.reserve(room);
    fields_.clear();
    for (const Piece& piece : pieces_) {
        std::string_view text = raw.substr(piece.begin, piece.size);
        if (piece.doubled) {
            const std::size_t from = decoded_.size();
            for (std::size_t i = 0; i < text.size(); ++i) {
                decoded_ += text[i];
                if (text[i] == '"') ++i;  // the second one of a pair
            }
            text = std::string_view(decoded_).substr(from);
        }
        fields_.push_back({text, piece.begin - (piece.quoted ? 1 : 0), piece.quoted});
    }
    row_.fields = fields_;
    return give(raw_size_, end);
}

// The first line of what cannot be read; the next row begins behind it.
const CsvRow* CsvReader::give_fault() {
    row_.fields = {};
    row_.fault = &fault_;
    const std::string_view bytes = pending();
    const auto newline = bytes.find('\n');
    const std::size_t end = newline == std::string_view::npos ? bytes.size() : newline + 1;
    std::size_t raw = std::min(newline, bytes.size());
    if (raw > 0 && bytes[raw - 1] == '\r') --raw;
    skipping_ = newline == std::string_view::npos && !ended_;
    give(raw, end);
    if (raw > format_.max_row) {
        row_.raw = row_.raw.substr(0, format_.max_row);
        row_.end = {};
    }
    return &row_;
}

Result<const CsvRow*> CsvReader::next() {
    if (!begun_) {
        if (Status ok = begin(); !ok) return fail(std::move(ok.error()));
    }
    while (skipping_) {
        const auto newline = pending().find('\n');
        if (newline != std::string_view::npos) {
            begin_ += newline + 1;
            ++line_;
            skipping_ = false;
            break;
        }
        begin_ = end_;
        auto more = fill();
        if (!more) return fail(std::move(more.error()));
        if (!*more) return nullptr;
    }
    for (;;) {
        if (scan() && !faulty_) {
            if (raw_size_ <= format_.max_row) return give_row();
            set_fault(Errc::kRange, cat("row longer than ", format_.max_row, " bytes"), format_.max_row, {});
        }
        const std::string_view bytes = pending();
        if (!faulty_ && bytes.size() >= format_.max_row + 2) {
            const bool open = state_ == State::kQuoted;
            set_fault(Errc::kRange, cat(open ? "a quote is not closed within " : "row longer than ", format_.max_row, " bytes"),
                      open ? field_ : format_.max_row, {});
        }
        // A fault waits for the end of its first line, so that the whole line is given with it.
        if (faulty_ && (bytes.size() >= format_.max_row + 2 || bytes.find('\n') != std::string_view::npos)) return give_fault();
        auto more = fill();
        if (!more) return fail(std::move(more.error()));
        if (*more) continue;
        if (pending().empty()) return nullptr;
        if (!faulty_ && state_ == State::kQuoted)
            set_fault(Errc::kTruncated, "a quote that is never closed", field_, kRule5);
        if (faulty_) return give_fault();
        raw_size_ = pending().ends_with('\r') ? pending().size() - 1 : pending().size();
        end_field(std::max(raw_size_, field_));
        if (!faulty_ && raw_size_ > format_.max_row)
            set_fault(Errc::kRange, cat("row longer than ", format_.max_row, " bytes"), format_.max_row, {});
        if (faulty_) return give_fault();
        return give_row();
    }
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
    const auto found = std::find_if(header.begin(), header.end(), [&](const std::string& one) { return iequals(one, name); });
    if (found == header.end()) return std::nullopt;
    return static_cast<std::size_t>(found - header.begin());
}

std::optional<std::size_t> CsvTable::same_name() const {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < header.size(); ++i)
        if (!header[i].empty() && !seen.insert(lower(header[i])).second) return i;
    return std::nullopt;
}

CsvTable read_csv(std::string_view text, const CsvFormat& format) {
    StringInput in{std::string(text)};
    CsvReader reader(in, format);
    CsvTable table;
    bool headed = false;
    for (;;) {
        const auto next = reader.next();
        if (!next || *next == nullptr) break;  // a text has no input error
        const CsvRow& row = **next;
        if (row.blank()) continue;
        if (row.fault != nullptr) {
            table.faults.push_back(*row.fault);
            continue;
        }
        std::vector<std::string> fields;
        fields.reserve(row.fields.size());
        for (const CsvField& field : row.fields) fields.emplace_back(field.text);
        if (!headed) {
            headed = true;
            table.header = std::move(fields);
        } else if (fields.size() > table.header.size()) {
            const std::size_t offset = row.fields[table.header.size()].offset;
            table.faults.push_back({Error{Errc::kSyntax, cat(fields.size(), " fields where the header has ", table.header.size()), offset, kRule4},
                                    row.line, offset + 1});
        } else {
            table.rows.push_back({std::move(fields), row.line});
        }
    }
    table.separator = reader.separator();
    return table;
}

void append_csv(std::string& out, std::string_view field, char separator) {
    const bool special = field.find_first_of("\"\r\n,;\t") != std::string_view::npos || field.find(separator) != std::string_view::npos;
    const bool blanks = !field.empty() && (field.front() == ' ' || field.back() == ' ');
    // At the front of a text it would be taken for a byte order mark.
    const bool mark = field.starts_with(kByteOrderMark);
    if (!special && !blanks && !mark) {
        out += field;
        return;
    }
    out += '"';
    for (const char c : field) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_csv_row(std::string& out, std::span<const std::string_view> fields, char separator, std::string_view end) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) out += separator;
        append_csv(out, fields[i], separator);
    }
    // One empty field alone would be an empty line, which readers leave out.
    if (fields.size() == 1 && fields[0].empty()) out += "\"\"";
    out += end;
}

}  // namespace tandem
