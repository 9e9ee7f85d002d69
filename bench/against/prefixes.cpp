// Knows: how long the longest of a million prefixes takes to be found and to be loaded, beside a digit trie as SIP servers have it
// and an ordered map.
// Must not know: the goals (bench/number).
// Next: libcommon/number/prefix_table.h, rate_deck.h.
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/stream.h"
#include "base/text.h"
#include "number/rate_deck.h"

using namespace tandem;

namespace {

double cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// A node for each digit with ten pointers, as the tries of SIP servers.
struct Trie {
    struct Node {
        std::array<Node*, 10> next{};
        std::uint32_t rate = number::kNoRate;
    };
    std::vector<std::unique_ptr<Node>> nodes;
    Node* root = make();

    Node* make() { return nodes.emplace_back(std::make_unique<Node>()).get(); }
    void add(std::string_view prefix, std::uint32_t rate) {
        Node* at = root;
        for (const char c : prefix) {
            Node*& next = at->next[static_cast<std::size_t>(c - '0')];
            if (next == nullptr) next = make();
            at = next;
        }
        at->rate = rate;
    }
    [[nodiscard]] std::uint32_t find(std::string_view digits) const {
        const Node* at = root;
        std::uint32_t best = number::kNoRate;
        for (const char c : digits) {
            at = at->next[static_cast<std::size_t>(c - '0')];
            if (at == nullptr) break;
            if (at->rate != number::kNoRate) best = at->rate;
        }
        return best;
    }
};

std::uint32_t find(const std::map<std::string, std::uint32_t, std::less<>>& map, std::string_view digits) {
    for (std::size_t n = std::min<std::size_t>(digits.size(), number::kLongestPrefix); n > 0; --n)
        if (const auto found = map.find(digits.substr(0, n)); found != map.end()) return found->second;
    return number::kNoRate;
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc == 2 ? std::atoi(argv[1]) : 0;
    if (rounds < 1) return std::fputs("usage: prefixes_bench ROUNDS\n", stderr), 2;
    std::mt19937 random(20261122);
    const auto digits = [&](std::size_t n) {
        std::string text;
        while (n-- > 0) text += static_cast<char>('0' + random() % 10);
        return text;
    };
    // Two thirds North America by thousands blocks, the rest the world's codes with areas of all lengths.
    std::set<std::string> prefixes{"1"};
    while (prefixes.size() < 660'000) prefixes.insert(cat('1', 2 + random() % 8, digits(2), 2 + random() % 8, digits(2 + random() % 2)));
    while (prefixes.size() < 1'000'000) prefixes.insert(cat(2 + random() % 8, digits(1 + random() % 8)));
    std::vector<std::string> order(prefixes.begin(), prefixes.end());
    std::vector<std::string> asked;
    for (int i = 0; i < 200'000; ++i) {
        const std::string& prefix = order[random() % order.size()];
        asked.push_back((prefix + digits(12)).substr(0, 12));
    }
    std::string csv = "prefix,rate\n";
    std::uint32_t rate = 0;
    Trie trie;
    std::map<std::string, std::uint32_t, std::less<>> map;
    for (const std::string& prefix : order) {
        rate = static_cast<std::uint32_t>(random() % 900'000);
        append(csv, prefix, ',', number::to_string_rate(rate), '\n');
        trie.add(prefix, rate);
        map.emplace(prefix, rate);
    }
    const std::array<std::string, 1> columns{"rate"};
    const auto today = std::chrono::sys_days{std::chrono::days{20'779}};
    for (int round = 0; round < rounds; ++round) {
        StringInput in(csv);
        const double before = cpu_ns();
        const auto loaded = number::read_rate_deck(in, columns);
        std::printf("load %d %.2f 0\n", round, (cpu_ns() - before) / 1e6);
        if (!loaded || !loaded->deck) return 1;
        const number::RateDeck& deck = *loaded->deck;
        std::printf("memory %d %.2f 0\n", round, static_cast<double>(deck.memory()) / 1048576.0);
        const auto time = [&](auto&& ask) {
            std::uint64_t sum = 0;
            const double begin = cpu_ns();
            for (const std::string& number : asked) sum += ask(number);
            return std::pair((cpu_ns() - begin) / static_cast<double>(asked.size()), sum);
        };
        const auto ours = time([&](const std::string& number) { return deck.rate(number, 0, today)->rate; });
        const auto by_trie = time([&](const std::string& number) { return trie.find(number); });
        const auto by_map = time([&](const std::string& number) { return find(map, number); });
        if (ours.second != by_trie.second || ours.second != by_map.second) return std::fputs("answers differ\n", stderr), 1;
        std::printf("trie %d %.2f %.2f\nmap %d %.2f %.2f\n", round, ours.first, by_trie.first, round, ours.first, by_map.first);
    }
    return 0;
}
