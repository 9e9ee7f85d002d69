// Knows: that any text loads as a topology or is refused with at least one error, each naming the file, and that a loaded one
// can be asked for any call.
// Must not know: what a right topology says.
// Next: replay_main.cpp, tests/unit/config/.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "config/topology_file.h"
#include "policy/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 64 * 1024) return 0;
    const auto loaded = tandem::config::parse_topology(std::string(tandem::as_text({data, size})), "t");
    if (loaded.ok() != loaded.errors.empty()) std::abort();
    for (const std::string& line : loaded.errors) {
        if (!line.starts_with("t:")) std::abort();
        if (line.find('\n') != std::string::npos) std::abort();
    }
    if (!loaded.ok()) return 0;
    const tandem::topology::Topology& t = *loaded.topology;
    for (tandem::topology::Index user = 0; user < t.users.size() && user < 4; ++user) {
        tandem::policy::CallFacts facts;
        facts.user = user;
        for (const char* called : {"911", "5550100", "+14255550100", "100"}) {
            facts.called = called;
            static_cast<void>(tandem::policy::decide(facts, t, {}, tandem::WallTime{}));
        }
        for (tandem::topology::Index trunk = 0; trunk < t.trunks.size() && trunk < 4; ++trunk) {
            tandem::policy::BypassQuestion question;
            question.user = user;
            question.trunk = trunk;
            static_cast<void>(tandem::policy::bypass_verdict(question, t, tandem::policy::Detail::kAll));
        }
    }
    for (tandem::topology::Index trunk = 0; trunk < t.trunks.size() && trunk < 4; ++trunk) {
        tandem::policy::CallFacts facts;
        facts.trunk = trunk;
        for (const char* called : {"911", "+14255550111", "100"}) {
            facts.called = called;
            const auto decision = tandem::policy::decide(facts, t, {}, tandem::WallTime{});
            if (decision.forward() && decision.forward()->plan.targets.empty()) std::abort();
        }
    }
    return 0;
}
