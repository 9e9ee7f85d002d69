#include "e164-normalize/commands.h"

#include "e164-normalize/did.h"
#include "e164-normalize/explain.h"
#include "e164-normalize/export.h"
#include "e164-normalize/import.h"
#include "e164-normalize/lint.h"
#include "e164-normalize/normalize.h"
#include "e164-normalize/route.h"
#include "e164-normalize/test.h"
#include "e164-normalize/translate.h"

namespace tandem::e164 {

std::vector<std::unique_ptr<Command>> commands() {
    std::vector<std::unique_ptr<Command>> all;
    all.push_back(std::make_unique<Normalize>());
    all.push_back(std::make_unique<Translate>());
    all.push_back(std::make_unique<Route>());
    all.push_back(std::make_unique<Did>());
    all.push_back(std::make_unique<Explain>());
    all.push_back(std::make_unique<Lint>());
    all.push_back(std::make_unique<Test>());
    all.push_back(std::make_unique<Import>());
    all.push_back(std::make_unique<Export>());
    return all;
}

}  // namespace tandem::e164
