#include "e164-normalize/commands.h"

#include "e164-normalize/lint.h"
#include "e164-normalize/normalize.h"
#include "e164-normalize/test.h"

namespace tandem::e164 {

std::vector<std::unique_ptr<Command>> commands() {
    std::vector<std::unique_ptr<Command>> all;
    all.push_back(std::make_unique<Normalize>());
    all.push_back(std::make_unique<Lint>());
    all.push_back(std::make_unique<Test>());
    return all;
}

}  // namespace tandem::e164
