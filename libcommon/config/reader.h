// Knows: one object of the file against its table: unknown keys, types, ranges, names; and its values once checked.
// Must not know: which struct is filled.
// Next: values.h for the written forms; build.h for who fills what.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/keys.h"
#include "config/values.h"
#include "json/document.h"
#include "topology/types.h"

namespace tandem::config {

/// What is wrong with a file, in the order in which it was found.
class Problems {
public:
    struct Problem {
        std::size_t offset = 0;
        bool warning = false;
        std::string text;  ///< "what; hint"
    };
    void error(std::size_t offset, std::string_view what, std::string_view hint = {});
    void warning(std::size_t offset, std::string_view what, std::string_view hint = {});
    /// A key that is not honoured yet: one warning a key, however often it stands.
    void not_honoured(std::size_t offset, const Table& table, const Key& key);

    /// An error in a file that the topology names: "rates.csv:12:3: what".
    void in_other_file(std::string line) {
        ++errors_;
        elsewhere_.push_back(std::move(line));
    }

    [[nodiscard]] bool any_error() const { return errors_ > 0; }
    [[nodiscard]] const std::vector<std::string>& elsewhere() const { return elsewhere_; }
    [[nodiscard]] const std::vector<Problem>& all() const { return problems_; }

private:
    void add(std::size_t offset, bool is_warning, std::string_view what, std::string_view hint);
    std::vector<Problem> problems_;
    std::vector<std::string> elsewhere_;
    std::set<std::pair<const Table*, std::string_view>> reported_;
    std::size_t errors_ = 0;
};

/// The names of one list of the root, with their places.
class Names {
public:
    /// False when the name is there already.
    bool add(std::string name, std::size_t offset);
    [[nodiscard]] topology::Index find(std::string_view name) const;
    [[nodiscard]] std::size_t offset(topology::Index index) const { return offsets_[index]; }
    [[nodiscard]] const std::string& name(topology::Index index) const { return names_[index]; }
    [[nodiscard]] std::vector<std::string_view> all() const;
    [[nodiscard]] std::size_t size() const { return names_.size(); }
    /// Why a name that is not in the list is no news: the list itself is misspelt or no list, which is told where it stands.
    enum class State : std::uint8_t { kThere, kAbsent, kBroken };
    State state = State::kThere;

private:
    std::vector<std::string> names_;
    std::vector<std::size_t> offsets_;
    std::map<std::string, topology::Index, std::less<>> by_name_;
};

/// Names of all lists, by the list's key in the root.
using Registry = std::map<std::string_view, Names, std::less<>>;

struct Loader {
    Problems& problems;
    const Registry& registry;
    std::string folder;  ///< of the topology file, with its last slash: files are named relative to it
    std::set<std::string_view>
        told_absent{};  ///< lists that the file has not, said once, however many names point there
};

/// One object, checked against its table. Values of a wrong type or range are reported and then read as absent.
class Fields {
public:
    Fields(Loader& loader, const json::Value& object, const Table& table);

    // Asking for a name that the table has not, or by another type than it says, throws std::logic_error (a bug).
    // Without a value each gives the table's default, and without that an empty or zero one.
    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    /// The file says something for the key, good or bad (of what is no object: everything, so that it is told once).
    [[nodiscard]] bool given(std::string_view key) const {
        return !object_.is_object() || object_.find(key) != nullptr || misspelt(key);
    }
    [[nodiscard]] bool boolean(std::string_view key) const;
    [[nodiscard]] std::int64_t integer(std::string_view key) const;
    [[nodiscard]] unsigned count(std::string_view key) const { return static_cast<unsigned>(integer(key)); }
    [[nodiscard]] std::string text(std::string_view key) const;
    /// A file's name; a relative one is taken from the topology file's folder.
    [[nodiscard]] std::string file(std::string_view key) const;
    /// Place of the value among the choices.
    [[nodiscard]] std::size_t choice(std::string_view key) const;
    template <class Enum>
    [[nodiscard]] Enum choice_as(std::string_view key) const {
        return static_cast<Enum>(choice(key));
    }
    [[nodiscard]] net::IpAddress address(std::string_view key) const;
    [[nodiscard]] std::optional<net::Prefix> prefix(std::string_view key) const;
    [[nodiscard]] topology::PortRange ports(std::string_view key) const;
    [[nodiscard]] std::optional<topology::Target> target(std::string_view key) const;
    [[nodiscard]] topology::Index reference(std::string_view key) const;

    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    [[nodiscard]] std::vector<unsigned> integers(std::string_view key) const;
    [[nodiscard]] std::vector<net::Prefix> prefixes(std::string_view key) const;
    [[nodiscard]] std::vector<topology::Listen> listens(std::string_view key) const;
    [[nodiscard]] std::vector<topology::Target> targets(std::string_view key) const;
    [[nodiscard]] std::vector<topology::Index> references(std::string_view key) const;
    /// The object at a key; null when there is none.
    [[nodiscard]] const json::Value* object(std::string_view key) const;
    /// Elements of a list of objects; those of kNamedObjects may be strings.
    [[nodiscard]] std::vector<const json::Value*> objects(std::string_view key) const;

    /// Byte of the key's value; of the object when it has none.
    [[nodiscard]] std::size_t offset(std::string_view key) const;
    [[nodiscard]] std::size_t offset() const { return object_.offset(); }
    /// Bytes of a list's elements.
    [[nodiscard]] std::size_t element_offset(std::string_view key, std::size_t place) const;

private:
    [[nodiscard]] bool misspelt(std::string_view key) const;
    [[nodiscard]] bool news(const Names& names, std::string_view list) const;
    const Key& key_of(std::string_view name, std::initializer_list<Type> types) const;
    [[nodiscard]] const json::Value* find(std::string_view name) const;
    void check(const Key& key, const json::Value& value);
    [[nodiscard]] std::string check_one(const Key& key, Type type, const json::Value& value,
                                        std::string& hint) const;
    [[nodiscard]] std::string check_text(const Key& key, Type type, const std::string& text,
                                         std::string& hint) const;

    Loader& loader_;
    const json::Value& object_;
    const Table& table_;
    std::vector<std::pair<std::string_view, const json::Value*>> good_;
    std::vector<std::string_view>
        misspelt_;  ///< keys of the table that unknown keys of the object seem to mean
};

/// The key of a table that an unknown one seems to mean; empty when none is near.
std::string_view nearest_key(std::string_view written, const Table& table);

/// Cut for messages: what stands in the file may be long. Control characters are made visible where a message is written.
std::string_view shortened(std::string_view text);

/// Type of a list's elements; the type itself for anything else.
Type element_type(Type type);
inline bool is_list(Type type) { return element_type(type) != type; }

}  // namespace tandem::config
