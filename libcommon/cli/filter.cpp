#include "cli/filter.h"

#include <algorithm>

#include "base/text.h"
#include "record/envelope.h"

namespace tandem::cli {

FilterOptions filter_options(const Options& options, std::string tool, std::string type) {
    FilterOptions filter;
    filter.tool = std::move(tool);
    filter.type = std::move(type);
    filter.key = options.text("key");
    if (options.find("field") != nullptr) filter.fields = options.texts("field");
    const std::string& on_error = options.text("on-error");
    filter.on_error = on_error == "skip" ? OnError::kSkip : on_error == "fail" ? OnError::kFail : OnError::kEmit;
    filter.max_line = options.size("max-line");
    filter.summary = !options.flag("no-summary");
    filter.strict = options.flag("strict");
    return filter;
}

Status check(const FilterOptions& options) {
    const std::string& key = options.key.empty() ? options.type : options.key;
    for (const std::string& field : options.fields) {
        const auto parts = split(field, '.');
        if (std::any_of(parts.begin(), parts.end(), [](std::string_view part) { return part.empty(); }))
            return fail(Errc::kSyntax, cat("--field ", field, " has an empty part; write names with one dot between them, as call.to"));
        if (std::count(options.fields.begin(), options.fields.end(), field) > 1)
            return fail(Errc::kConflict, cat("--field ", field, " is given twice"));
        const bool inside = key != options.type && field.starts_with(cat(key, '.'));
        if (field == key || inside) {
            return fail(Errc::kConflict, cat("--field ", field, " would be replaced by its own answer; put the answer under another key "
                                             "with --key NAME"));
        }
    }
    if (key == "type" || key == "v" || key == "ts" || key == "id")
        return fail(Errc::kConflict, cat("--key ", key, " is a key of every record; give another name"));
    return {};
}

namespace {

/// Answers are handed on in blocks of this size while input waits to be read.
constexpr std::size_t kBlock = 65536;

/// Everything that lives as long as one run.
class FilterRun {
public:
    FilterRun(Context& context, const FilterOptions& options, FilterHandler& handler)
        : context_(context), options_(options), handler_(handler), keys_(looked_for(options)) {
        key_json_ = ",";
        json::Writer(key_json_).key(keys_[kOwn]);
        record::Record plain(plain_head_, options.type);
        plain.json().key(options.type);
    }

    ExitCode all(InputStream& in);
    FilterCounts counts;

private:
    // Places in keys_.
    static constexpr std::size_t kType = 0, kOwn = 1, kFields = 2;
    static std::vector<std::string> looked_for(const FilterOptions& options) {
        std::vector<std::string> keys{"type", options.key.empty() ? options.type : options.key};
        keys.insert(keys.end(), options.fields.begin(), options.fields.end());
        return keys;
    }

    void line(const json::Line& line);
    void bounded(const json::Line& line);
    void record(const json::Line& line);
    void plain(std::string_view text);
    Result<Answer> ask_fields(const json::Object& object);
    Result<std::optional<std::string_view>> field_text(const json::Object& object, std::size_t i);
    void unreadable(const json::Line& line, Error error);
    bool ours(const json::RawMember* type);
    void pass(std::string_view text) {
        append(out_, text, '\n');
        ++counts.skipped;
    }
    void count(Answer answer) {
        ++(answer == Answer::kOk ? counts.ok : answer == Answer::kBad ? counts.bad : counts.skipped);
        if (answer == Answer::kBad) adverse_ = true;
    }
    bool write(ExitCode& code);
    bool delivered(const Status& status, ExitCode& code);

    Context& context_;
    const FilterOptions& options_;
    FilterHandler& handler_;
    json::Keys keys_;         ///< "type", the key of the answer, the fields
    std::vector<json::Keys::Found> found_;
    std::string key_json_;    ///< `,"number":`
    std::string plain_head_;  ///< what stands before the answer to a plain line
    json::LineParser parser_;
    std::string out_;         ///< answers that were not handed on yet
    std::size_t begin_ = 0;   ///< where in out_ the current line's answer begins
    std::string room_;        ///< for a string that must be decoded
    bool adverse_ = false;
    bool unreadable_ = false;
    bool failed_ = false;
};

void FilterRun::unreadable(const json::Line& line, Error error) {
    ++counts.bad;
    out_.resize(begin_);
    if (options_.on_error == OnError::kSkip) return;
    unreadable_ = true;
    failed_ = options_.on_error == OnError::kFail;
    append(out_, record::InputError{options_.tool, line.number, std::move(error)});
}

void FilterRun::plain(std::string_view text) {
    out_ += plain_head_;
    json::Writer value(out_);
    const Answer answer = handler_.plain(text, value);
    if (answer == Answer::kSkip) {
        out_.resize(begin_);
    } else {
        out_ += value.lossy() ? ",\"lossy\":true}\n" : "}\n";
    }
    count(answer);
}

bool FilterRun::ours(const json::RawMember* member) {
    const auto& types = options_.types;
    const auto type = member == nullptr ? std::nullopt : json::decode_string(member->value, room_);
    if (types.empty()) return !type || (*type != "summary" && *type != "error");
    return type && std::find(types.begin(), types.end(), *type) != types.end();
}

// The decoded text of a field, nothing when there is none.
Result<std::optional<std::string_view>> FilterRun::field_text(const json::Object& object, std::size_t i) {
    const json::Keys::Found& found = found_[kFields + i];
    if (found.again != nullptr) return fail(std::move(object.only(options_.fields[i], found).error()));
    if (found.member != nullptr) return json::decode_string(found.member->value, room_);
    return object.text(options_.fields[i], room_);  // a dotted path
}

// The value under the key: one answer as it is, or with several fields an object of answers named after the fields.
Result<Answer> FilterRun::ask_fields(const json::Object& object) {
    json::Writer value(out_);
    const auto& fields = options_.fields;
    if (fields.empty()) return handler_.record(object, {}, value);
    if (fields.size() > 1) value.begin_object();
    Answer whole = Answer::kSkip;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string& field = fields[i];
        auto text = field_text(object, i);
        if (!text) return fail(std::move(text.error()));
        if (!*text) continue;
        const std::size_t before = out_.size();
        Answer one = Answer::kSkip;
        if (fields.size() == 1) {
            one = handler_.record(object, **text, value);
        } else {
            if (whole != Answer::kSkip) out_ += ',';
            json::Writer member(out_);
            one = handler_.record(object, **text, member.key(field));
            if (one == Answer::kSkip) out_.resize(before);
        }
        if (one == Answer::kBad || (one == Answer::kOk && whole == Answer::kSkip)) whole = one;
    }
    if (fields.size() > 1) out_ += '}';
    return whole;
}

// The record with its answer under the key: replaced in its place, or added at the end. All other bytes as they were.
void FilterRun::record(const json::Line& line) {
    auto parsed = parser_.parse(line.text);
    if (!parsed) return unreadable(line, std::move(parsed.error()));
    const json::Object& object = **parsed;
    object.find(keys_, found_);
    for (std::size_t i : {kType, kOwn})
        if (found_[i].again != nullptr) return unreadable(line, std::move(object.only(keys_[i], found_[i]).error()));
    if (!ours(found_[kType].member)) return pass(line.text);

    const std::string_view text = object.text();
    std::string_view rest = "}\n";
    if (const json::RawMember* own = found_[kOwn].member; own != nullptr) {
        const auto at = static_cast<std::size_t>(own->value.data() - text.data());
        out_.append(text.substr(0, at));
        rest = text.substr(at + own->value.size());
    } else {
        out_.append(text.substr(0, text.size() - 1));
        out_.append(key_json_, object.members().empty() ? 1 : 0);
    }
    auto answer = ask_fields(object);
    if (!answer) return unreadable(line, std::move(answer.error()));
    if (*answer == Answer::kSkip) {
        out_.resize(begin_);
        return pass(line.text);
    }
    out_ += rest;
    if (!rest.ends_with('\n')) out_ += '\n';
    count(*answer);
}

void FilterRun::line(const json::Line& line) {
    ++counts.in;
    switch (line.fault) {
        case json::LineFault::kNone: break;
        case json::LineFault::kTooLong:
            return unreadable(line, {Errc::kRange, cat("line longer than ", options_.max_line, " bytes"), line.offset, {}});
        case json::LineFault::kNul: return unreadable(line, {Errc::kSyntax, "NUL byte", line.offset, {}});
        case json::LineFault::kNotUtf8: return unreadable(line, {Errc::kSyntax, "not UTF-8", line.offset, "RFC 3629 §4"});
    }
    std::string_view text = trim(line.text);
    if (text.starts_with('{')) return record(line);
    if (handler_.takes_plain_lines()) return plain(line.text);
    if (text.empty()) {
        ++counts.skipped;  // a blank line between records is nothing
        return;
    }
    unreadable(line, {Errc::kSyntax, "not a JSON object", 0, "RFC 8259"});
}

// What is printed must be readable by the next program: an answer that makes a line too long is none.
void FilterRun::bounded(const json::Line& one) {
    const FilterCounts before = counts;
    const bool adverse_before = adverse_;
    begin_ = out_.size();
    line(one);
    const std::size_t limit = std::max(options_.max_line, json::kDefaultMaxLine);
    if (out_.size() - begin_ <= limit + 1) return;
    const std::size_t length = out_.size() - begin_ - 1;
    counts = before;
    ++counts.in;
    adverse_ = adverse_before;
    unreadable(one, {Errc::kRange, cat("the line with its answer has ", length, " bytes, more than ", limit), 0, {}});
}

// False ends the run. A reader that has gone is the usual end of "… | head": nothing to say.
bool FilterRun::delivered(const Status& status, ExitCode& code) {
    if (status) return true;
    code = ExitCode::kOk;
    if (!context_.out.reader_gone()) {
        context_.complain(status.error().what);
        code = ExitCode::kEnvironment;
    }
    return false;
}

bool FilterRun::write(ExitCode& code) {
    if (out_.empty()) return true;
    Status written = context_.out.write(out_);
    out_.clear();
    return delivered(written, code);
}

ExitCode FilterRun::all(InputStream& in) {
    json::LineReader reader(in, options_.max_line);
    ExitCode code = ExitCode::kOk;
    while (!context_.stop.requested() && !failed_) {
        // Live input must be answered at once; input that waits already is answered in blocks.
        if (reader.idle() && !(write(code) && delivered(context_.out.flush(), code))) return code;
        auto next = reader.next();
        if (!next) {
            context_.complain(next.error().what);
            code = ExitCode::kInput;
            break;
        }
        if (!*next) break;
        // A line that the signal cut in two is not answered.
        if (context_.stop.requested() && !(*next)->complete) break;
        bounded(**next);
        if (out_.size() >= kBlock && !write(code)) return code;
    }
    record::Summary summary{options_.tool, counts.in, counts.ok, counts.bad, counts.skipped};
    if (options_.at_end) options_.at_end(summary);
    if (options_.summary) append(out_, summary);
    if (!write(code)) return code;
    if (!delivered(context_.out.flush(), code)) return code;
    if (context_.stop.requested()) return from_signal(context_.stop.signal());
    if (code != ExitCode::kOk) return code;
    if (unreadable_) return ExitCode::kInput;
    return options_.strict && adverse_ ? ExitCode::kFinding : ExitCode::kOk;
}

}  // namespace

ExitCode run_filter(Context& context, InputStream& in, const FilterOptions& options, FilterHandler& handler,
                    FilterCounts* counts) {
    FilterRun run(context, options, handler);
    ExitCode code = run.all(in);
    if (counts != nullptr) *counts = run.counts;
    return code;
}

ExitCode run_filter(Context& context, const std::string& file, const FilterOptions& options, FilterHandler& handler,
                    FilterCounts* counts) {
    auto input = context.open_input(file);
    if (input) return run_filter(context, *input->stream, options, handler, counts);
    context.complain(input.error().what);
    return ExitCode::kInput;
}

}  // namespace tandem::cli
