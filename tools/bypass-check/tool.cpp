// Knows: the options of bypass-check, and when they are one question and when a filter.
// Must not know: the rules of bypass.
// Next: question.cpp.
#include "bypass-check/tool.h"

#include "base/text.h"
#include "cli/groups.h"
#include "config/topology_file.h"
#include "policy/bypass.h"
#include "policy/parties.h"
#include "record/envelope.h"
#include "record/verdict.h"

namespace tandem::bypass {

using topology::kNoIndex;

void BypassCheck::declare(cli::Options& options) const {
    cli::declare_input(options,
                       "Call records, or lines \"user trunk\"; without it and with --user and --trunk one "
                       "question is answered");
    cli::declare_topology(options, true);
    options.add({.name = "user",
                 .metavar = "NAME",
                 .help = "User, by name or address, where a record does not tell"});
    options.add({.name = "trunk", .metavar = "NAME", .help = "Trunk, where a record does not tell"});
    options.add({.name = "inbound", .kind = cli::Kind::kFlag, .help = "The call comes from the trunk"});
    options.add({.name = "client",
                 .metavar = "ADDRESS",
                 .help = "Address of the user's client; by default its contact's"});
    options.add({.name = "client-subnet",
                 .metavar = "PREFIX",
                 .help = "Network as the client itself sees it, such as 10.1.1.0/24"});
    options.add({.name = "format",
                 .kind = cli::Kind::kChoice,
                 .help = "Form of the answer to one question",
                 .default_value = "jsonl",
                 .choices = {"jsonl", "text"}});
    cli::declare_filter(options, "verdict", false);
    options.example("bypass-check --topology company.json --user alice --trunk pbx --format text",
                    "one question, every step for people");
    options.example("sip-trunk-proxy serve --topology company.json | bypass-check --topology company.json -",
                    "a verdict on every call as it ends");
    options.exit_note(0, "the verdict is yes or undecided");
    options.exit_note(
        1, "the verdict on one question is no; or a verdict in a filter is no and --strict was given");
}

Status BypassCheck::setup(const cli::Options& options) {
    input_ = options.first_positional();
    input_given_ = !input_.empty();
    topology_file_ = options.text("topology");
    user_ = options.text("user");
    trunk_ = options.text("trunk");
    text_ = options.text("format") == "text";
    defaults_.inbound = options.flag("inbound");
    if (const std::string& client = options.text("client"); !client.empty()) {
        defaults_.client = net::IpAddress::parse(client);
        if (!defaults_.client) return fail(Errc::kSyntax, cat("--client \"", client, "\" is no IP address"));
    }
    if (const std::string& subnet = options.text("client-subnet"); !subnet.empty()) {
        defaults_.client_subnet = net::Prefix::parse(subnet);
        if (!defaults_.client_subnet)
            return fail(Errc::kSyntax,
                        cat("--client-subnet \"", subnet, "\" is no subnet; write it as 192.0.2.0/24"));
    }
    filter_ = cli::filter_options(options, std::string(name()), "verdict");
    filter_.types = {"call"};
    if (text_ && (input_given_ || user_.empty() || trunk_.empty())) {
        return fail(Errc::kConflict,
                    "--format text answers one question: give --user and --trunk, and no FILE");
    }
    return cli::check(filter_);
}

cli::ExitCode BypassCheck::load(cli::Context& context) {
    config::LoadedTopology loaded = config::load_topology(topology_file_);
    for (const std::string& line : loaded.errors) context.complain(line);
    for (const std::string& line : loaded.warnings) context.log.warning(line);
    if (!loaded.ok()) return cli::ExitCode::kUsage;
    topology_ = loaded.topology;
    if (!user_.empty()) defaults_.user = topology_->find_user(user_);
    if (!trunk_.empty()) defaults_.trunk = topology_->find_trunk(trunk_);
    const bool user_known = user_.empty() || defaults_.user != kNoIndex;
    const bool trunk_known = trunk_.empty() || defaults_.trunk != kNoIndex;
    if (!user_known) context.complain(policy::unknown_name("--user", user_, policy::user_names(*topology_)));
    if (!trunk_known)
        context.complain(policy::unknown_name("--trunk", trunk_, policy::trunk_names(*topology_)));
    return user_known && trunk_known ? cli::ExitCode::kOk : cli::ExitCode::kUsage;
}

cli::ExitCode BypassCheck::answer_one(cli::Context& context, const policy::BypassQuestion& question) const {
    const policy::Verdict verdict = policy::bypass_verdict(question, *topology_, policy::Detail::kAll);
    const bool adverse = judge(verdict) == cli::Answer::kBad;
    std::string out;
    if (text_) {
        out = record::verdict_text(verdict, question, *topology_);
    } else {
        record::Record record(out, "verdict");
        record.json().key("verdict");
        record::write(record.json(), verdict, question, *topology_);
        record.finish();
        if (filter_.summary)
            append(out, record::Summary{std::string(name()), 1, adverse ? 0U : 1U, adverse ? 1U : 0U, 0});
    }
    if (Status ok = context.out.write(out); !ok) {
        context.complain(ok.error().what);
        return cli::ExitCode::kEnvironment;
    }
    return adverse ? cli::ExitCode::kFinding : cli::ExitCode::kOk;
}

cli::ExitCode BypassCheck::run(cli::Context& context) {
    const auto question = question_of(defaults_);
    if (question && !input_given_) return answer_one(context, *question);
    auto input = context.open_input(input_);
    if (!input) {
        context.complain(input.error().what);
        return cli::ExitCode::kInput;
    }
    Answerer answerer(*topology_, defaults_);
    return cli::run_filter(context, *input->stream, filter_, answerer);
}

}  // namespace tandem::bypass
