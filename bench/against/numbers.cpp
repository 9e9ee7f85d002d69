// Knows: how to time Tandem's number engine and its peers side by side in one process.
// Must not know: how a result is judged or printed for people.
// Next: bench/number, which builds and runs this; tests/parity/reference_library.h.
//
//   number_bench dump PHONE SHORT                    writes the metadata that is compiled into libphonenumber
//   number_bench PLAN CORPUS E164_CORPUS ROUNDS      one line a measured thing: NAME ROUND OURS_NS PEER_NS
//
// CPU time of the process, blocks of 2,000 samples in turn, so that both sides meet the same load of the machine. Ours goes
// over a block five times and is divided by five: a single pass is over in 0.2 ms, most of which would be the cache filling
// after the other side has emptied it.
#include <ctime>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "number/plan_file.h"
#include "number/regex.h"
#include "number/rules.h"
#include "parity/reference_library.h"

namespace {

using namespace tandem;
using namespace tandem::parity;

constexpr std::size_t kBlock = 2'000;
constexpr int kRepeat = 5;

double cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

volatile std::uint64_t sink;  // what is measured must not be thrown away by the compiler

/// The five answers: E.164, valid, region, type (with the parse before them).
std::uint64_t ask_ours(const number::Plan& plan, const Sample& sample) {
    number::Phone phone;
    number::parse_phone(sample.written, plan, plan.region(sample.region), phone);
    return phone.error == number::PhoneError::kNone ? phone.e164_size + (phone.valid ? 1U : 0U) + phone.region + static_cast<unsigned>(phone.type) : 0;
}

std::uint64_t ask_peer(const Util& util, const Sample& sample, std::string& text) {
    reference::PhoneNumber number;
    if (util.Parse(sample.written, sample.region, &number) != Util::NO_PARSING_ERROR) return 0;
    util.Format(number, Util::E164, &text);
    std::uint64_t sum = text.size() + (util.IsValidNumber(number) ? 1U : 0U);
    util.GetRegionCodeForNumber(number, &text);
    return sum + text.size() + static_cast<unsigned>(util.GetNumberType(number));
}

template <class Ours, class Peer>
void measure(const char* name, int round, std::size_t samples, Ours ours, Peer peer) {
    double ours_ns = 0, peer_ns = 0;
    for (std::size_t begin = 0; begin < samples; begin += kBlock) {
        const std::size_t end = std::min(samples, begin + kBlock);
        const double t0 = cpu_ns();
        for (int pass = 0; pass < kRepeat; ++pass)
            for (std::size_t i = begin; i < end; ++i) sink = sink + ours(i);
        const double t1 = cpu_ns();
        for (std::size_t i = begin; i < end; ++i) sink = sink + peer(i);
        peer_ns += cpu_ns() - t1;
        ours_ns += (t1 - t0) / kRepeat;
    }
    std::printf("%s %d %.2f %.2f\n", name, round, ours_ns / static_cast<double>(samples), peer_ns / static_cast<double>(samples));
    std::fflush(stdout);
}

/// 200 ordered rules as dial plans have them, and strings that are mostly somebody's.
struct Rules {
    std::vector<number::Rule> rules;
    std::vector<std::string> dialled;

    Rules() {
        std::mt19937 random(11);
        auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
        auto digits = [&](unsigned n) {
            std::string text;
            while (n-- > 0) text += static_cast<char>('0' + below(10));
            return text;
        };
        for (unsigned i = 0; i < 200; ++i) {
            const std::string code = std::to_string(100 + below(900));
            std::string pattern, sample, to = "+1425$1";
            switch (i % 6) {
                case 0: pattern = "^" + code + "(\\d{4})$", sample = code + digits(4); break;
                case 1: pattern = "^9" + code + "(\\d{7})$", sample = "9" + code + digits(7); break;
                case 2: pattern = "^00(" + code + "\\d{6,10})$", sample = "00" + code + digits(6 + below(5)), to = "+$1"; break;
                case 3: pattern = "^(?:9)?1?(" + code + "\\d{7})$", sample = (below(2) != 0 ? "9" : "") + code + digits(7), to = "+1$1"; break;
                case 4: pattern = "^6" + code + "([0-6]\\d{3})$", sample = "6" + code + "4" + digits(3); break;
                default: pattern = "^\\+(" + code + "\\d{7,11})$", sample = "+" + code + digits(7 + below(5)), to = "$1"; break;
            }
            rules.push_back({"rule" + std::to_string(i), pattern, to, false});
            for (int n = 0; n < 50; ++n) {
                std::string one = sample;
                one.back() = static_cast<char>('0' + below(10));
                dialled.push_back(one);
            }
        }
        std::shuffle(dialled.begin(), dialled.end(), random);
    }
};

}  // namespace

int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "dump") return dump_metadata(argv[2], argv[3]) ? 0 : 1;
    if (argc != 5) {
        std::fputs("usage: number_bench dump PHONE SHORT | PLAN CORPUS E164_CORPUS ROUNDS\n", stderr);
        return 2;
    }
    auto loaded = number::load_plan(read_file(argv[1]));
    if (!loaded) {
        std::fprintf(stderr, "%s: %s\n", argv[1], loaded.error().what.c_str());
        return 1;
    }
    const number::Plan& plan = loaded->plan;
    const Util& util = *Util::GetInstance();
    const auto mixed = read_corpus(read_file(argv[2])), plain = read_corpus(read_file(argv[3]));
    std::string text;

    const Rules rules;
    auto set = number::RuleSet::compile("bench", rules.rules);
    std::vector<number::Regex> regexes;
    for (const auto& rule : rules.rules) regexes.push_back(std::move(*number::Regex::compile(rule.pattern)));

    for (int round = 0; round < std::atoi(argv[4]); ++round) {
        measure("mixed", round, mixed.size(), [&](std::size_t i) { return ask_ours(plan, mixed[i]); },
                [&](std::size_t i) { return ask_peer(util, mixed[i], text); });
        measure("e164", round, plain.size(), [&](std::size_t i) { return ask_ours(plan, plain[i]); },
                [&](std::size_t i) { return ask_peer(util, plain[i], text); });
        measure("rules", round, rules.dialled.size(),
                [&](std::size_t i) {
                    auto applied = set->apply(rules.dialled[i]);
                    return applied ? applied->text.size() : 0U;
                },
                [&](std::size_t i) {
                    for (std::size_t r = 0; r < regexes.size(); ++r)
                        if (regexes[r].match(rules.dialled[i]) == number::MatchEnd::kMatch)
                            return regexes[r].replace(rules.dialled[i], rules.rules[r].translation)->size();
                    return std::size_t{0};
                });
    }
    return 0;
}
