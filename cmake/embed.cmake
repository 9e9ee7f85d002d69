# Turns a text file into a C++ source with a function that gives it:
#   cmake -DFROM=schema.json -DTO=schema_json.cpp -DNAMESPACE=tandem::record -DNAME=schema_json -P embed.cmake
# Bytes as numbers: no string literal is too long then for any compiler.
file(READ ${FROM} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE ${TO} "#include <string_view>
namespace ${NAMESPACE} {
namespace {
constexpr unsigned char kBytes[] = {${bytes}};
}
std::string_view ${NAME}();
std::string_view ${NAME}() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }
}
")
