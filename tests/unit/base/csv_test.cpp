#include "base/csv.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/text.h"
#include "support/exact_buffer.h"

using namespace tandem;

namespace {
// A row as text: its line, then its fields between bars, or its fault.
std::string told(const CsvRow& row) {
    std::string out = cat(row.line, ':');
    if (row.fault != nullptr)
        return cat(out, " fault ", row.fault->line, ':', row.fault->column, ' ', to_string(row.fault->error.code), ' ', row.fault->error.what);
    for (const CsvField& field : row.fields) append(out, '|', field.text);
    return out;
}

std::vector<std::string> rows_of(std::string_view text, const CsvFormat& format = {}, std::size_t chunk = 65536) {
    StringInput in(std::string(text), chunk);
    CsvReader reader(in, format);
    std::vector<std::string> out;
    for (;;) {
        auto row = reader.next();
        REQUIRE(row);
        if (*row == nullptr) return out;
        out.push_back(told(**row));
    }
}

// All bytes that a reader gives out, in order.
std::string bytes_of(std::string_view text, const CsvFormat& format, std::size_t chunk) {
    StringInput in(std::string(text), chunk);
    CsvReader reader(in, format);
    std::string out;
    for (;;) {
        auto row = reader.next();
        REQUIRE(row);
        if (*row == nullptr) return out;
        append(out, (*row)->raw, (*row)->end);
    }
}

using Rows = std::vector<std::string>;
}  // namespace

TEST_CASE("csv: fields, quotes and line ends, whatever the chunks of the stream", "[base][csv]") {
    struct Case {
        const char* what;
        std::string_view text;
        Rows rows;
    };
    const Case cases[] = {
        {"nothing", "", {}},
        {"one field", "a", {"1:|a"}},
        {"RFC 4180 rule 1", "aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", {"1:|aaa|bbb|ccc", "2:|zzz|yyy|xxx"}},
        {"RFC 4180 rule 2", "aaa,bbb,ccc\r\nzzz,yyy,xxx", {"1:|aaa|bbb|ccc", "2:|zzz|yyy|xxx"}},
        {"RFC 4180 rule 5", "\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", {"1:|aaa|bbb|ccc", "2:|zzz|yyy|xxx"}},
        {"RFC 4180 rule 6", "\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", {"1:|aaa|b\r\nbb|ccc", "3:|zzz|yyy|xxx"}},
        {"RFC 4180 rule 7", "\"aaa\",\"b\"\"bb\",\"ccc\"", {"1:|aaa|b\"bb|ccc"}},
        {"bare line feeds", "a,b\nc\n", {"1:|a|b", "2:|c"}},
        {"empty fields", ",,\n\"\",\n", {"1:|||", "2:||"}},
        {"empty lines", "\n\r\na\n\n", {"1:|", "2:|", "3:|a", "4:|"}},
        {"only quotes", "\"\"\"\"\"\"\n", {"1:|\"\""}},
        {"a return inside a field", "a\rb,c\n", {"1:|a\rb|c"}},
        {"a return at the end", "a,\"b\"\r", {"1:|a|b"}},
        {"blanks belong to fields", " a , b\n", {"1:| a | b"}},
    };
    for (const Case& one : cases) {
        for (const std::size_t chunk : {1U, 2U, 3U, 7U, 100U}) {
            INFO(one.what << ", chunks of " << chunk);
            CHECK(rows_of(one.text, {}, chunk) == one.rows);
            CHECK(bytes_of(one.text, {}, chunk) == one.text);
        }
    }
}

TEST_CASE("csv: what breaks the rules has its line and column, and the next line is read afresh", "[base][csv]") {
    struct Case {
        std::string_view text;
        Rows rows;
    };
    const Case cases[] = {
        {"a,\"b\" c,d\nx,y\n", {"1: fault 1:6 syntax text behind a closing quote", "2:|x|y"}},
        {"a,b\"c\nx\n", {"1: fault 1:4 syntax a quote inside a field that does not begin with one", "2:|x"}},
        {"ok\na,\"b\nx,y\n", {"1:|ok", "2: fault 2:3 truncated a quote that is never closed", "3:|x|y"}},
        {"\"a\nb\"c\nd", {"1: fault 2:3 syntax text behind a closing quote",
                          "2: fault 2:2 syntax a quote inside a field that does not begin with one", "3:|d"}},
        {"\"a\"\rb\nc", {"1: fault 1:4 syntax text behind a closing quote", "2:|c"}},
        {std::string_view("a,\0b\nc", 6), {"1: fault 1:3 syntax NUL byte", "2:|c"}},
        {"a,\"x\n\xC3\"\nc", {"1: fault 2:1 syntax not UTF-8", "3:|c"}},
        {"\"", {"1: fault 1:1 truncated a quote that is never closed"}},
    };
    for (const Case& one : cases) {
        for (const std::size_t chunk : {1U, 2U, 5U, 100U}) {
            INFO(one.text << ", chunks of " << chunk);
            CHECK(rows_of(one.text, {}, chunk) == one.rows);
            CHECK(bytes_of(one.text, {}, chunk) == one.text);
        }
    }
}

TEST_CASE("csv: limits of row and columns", "[base][csv]") {
    CsvFormat small;
    small.max_row = 8;
    small.max_columns = 3;
    for (const std::size_t chunk : {1U, 2U, 3U, 100U}) {
        INFO(chunk);
        CHECK(rows_of("12345678\r\n123456789\n1\n", small, chunk) == Rows{"1:|12345678", "2: fault 2:9 range row longer than 8 bytes", "3:|1"});
        CHECK(rows_of("12345678901234567890\n1", small, chunk) == Rows{"1: fault 1:9 range row longer than 8 bytes", "2:|1"});
        CHECK(rows_of("12345678901234567890", small, chunk) == Rows{"1: fault 1:9 range row longer than 8 bytes"});
        CHECK(rows_of("1234567890", small, chunk) == Rows{"1: fault 1:9 range row longer than 8 bytes"});
        CHECK(rows_of("123456789", small, chunk) == Rows{"1: fault 1:9 range row longer than 8 bytes"});
        CHECK(rows_of("1,2,3\n1,2,3,4\n5\n", small, chunk) == Rows{"1:|1|2|3", "2: fault 2:7 range more than 3 columns", "3:|5"});
        CHECK(rows_of("x,\"aaa\nb\nccccccc\n", small, chunk) ==
              Rows{"1: fault 1:3 range a quote is not closed within 8 bytes", "2:|b", "3:|ccccccc"});
    }
}

TEST_CASE("csv: the separator is asked for or found in the first line, outside quotes", "[base][csv]") {
    CsvFormat found;
    found.separator = '\0';
    CHECK(rows_of("a;b,c;d\n1;2\n", found) == Rows{"1:|a|b,c|d", "2:|1|2"});
    CHECK(rows_of("a\tb\n1,5\t2\n", found, 1) == Rows{"1:|a|b", "2:|1,5|2"});
    CHECK(rows_of("\"x;y;z\",b\n", found) == Rows{"1:|x;y;z|b"});
    CHECK(rows_of("alone\na,b", found) == Rows{"1:|alone", "2:|a|b"});
    CsvFormat semicolon;
    semicolon.separator = ';';
    CHECK(rows_of("a,b;c", semicolon) == Rows{"1:|a,b|c"});
}

TEST_CASE("csv: a byte order mark is no part of the first field", "[base][csv]") {
    for (const std::size_t chunk : {1U, 2U, 3U, 100U}) {
        StringInput in("\xEF\xBB\xBF\"a\",b\n", chunk);
        CsvReader reader(in);
        auto row = reader.next();
        REQUIRE(row);
        REQUIRE(*row != nullptr);
        CHECK(reader.marked());
        CHECK((*row)->fields[0].text == "a");
        CHECK((*row)->raw == "\"a\",b");
    }
    CHECK(rows_of("\xEF\xBB\xBF").empty());
}

TEST_CASE("csv: a reader says when it would wait, also within a row over two lines", "[base][csv]") {
    StringInput in("a\nb,\"c\n\"\n", 5);
    CsvReader reader(in);
    CHECK(reader.idle());
    REQUIRE(reader.next());
    CHECK(reader.idle());  // "b,\"" is not all
    auto row = reader.next();
    REQUIRE(row);
    CHECK(told(**row) == "2:|b|c\n");
}

TEST_CASE("csv: truncated at every byte it reads no further and loses nothing", "[base][csv]") {
    const std::string_view text = "name,\"va\"\"lue\"\r\n\"x\ny\",\xC3\xA9,z\n\n\"q\" w,\"\"\n1,2,3";
    test::for_each_truncation(text, [&](const test::ExactBuffer& cut) {
        INFO(cut.text().size());
        CHECK(bytes_of(cut.text(), {}, 3) == cut.text());
        static_cast<void>(read_csv(cut.text()));
    });
}

TEST_CASE("csv: what is written is read back", "[base][csv]") {
    std::mt19937 random(180);
    INFO("seed 180");
    const std::string_view letters = "ab,;\t\"\r\n +1\xC3\xA9";
    for (int round = 0; round < 500; ++round) {
        const char separator = ",;\t"[random() % 3];
        std::vector<std::string> fields(random() % 4 + 1);
        for (std::string& field : fields) {
            for (auto n = random() % 6; n > 0; --n) {
                const auto at = random() % 13;
                field += at >= 11 ? "\xC3\xA9" : std::string(1, letters[at]);
            }
        }
        std::string text;
        const std::vector<std::string_view> views(fields.begin(), fields.end());
        append_csv_row(text, views, separator, round % 2 == 0 ? "\n" : "\r\n");
        StringInput in(text, 5);
        CsvFormat format;
        format.separator = separator;
        CsvReader reader(in, format);
        auto row = reader.next();
        REQUIRE(row);
        REQUIRE(*row != nullptr);
        INFO(text);
        REQUIRE((*row)->fields.size() == fields.size());
        for (std::size_t i = 0; i < fields.size(); ++i) CHECK((*row)->fields[i].text == fields[i]);
        CHECK_FALSE((*row)->blank());
        auto rest = reader.next();
        REQUIRE(rest);
        CHECK(*rest == nullptr);
    }
}

TEST_CASE("csv: a table knows its columns, leaves empty lines out and tells what it cannot read", "[base][csv]") {
    const CsvTable table = read_csv("Name,Pattern\n\nx,\"^(\\d{4})$\"\nshort\n1,2,3\n\"bad\" x,y\nlast,row\n");
    CHECK(table.column("pattern") == 1U);
    CHECK_FALSE(table.column("translation"));
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0].fields == std::vector<std::string>{"x", "^(\\d{4})$"});
    CHECK(table.rows[0].line == 3);
    CHECK(table.rows[1].fields.size() == 1);
    CHECK(table.rows[2].line == 7);
    REQUIRE(table.faults.size() == 2);
    CHECK(table.faults[0].line == 5);
    CHECK(table.faults[0].column == 5);
    CHECK(table.faults[1].line == 6);
}
