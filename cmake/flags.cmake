# Compiler and linker flags, in one interface target that every module, tool and test links.
add_library(tandem_flags INTERFACE)
target_compile_options(tandem_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -fstack-protector-strong)
if(TANDEM_WERROR)
    target_compile_options(tandem_flags INTERFACE -Werror)
endif()
target_compile_definitions(tandem_flags INTERFACE TANDEM_VERSION="${PROJECT_VERSION}")

if(TANDEM_BATCHES AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # A file that is read as part of a batch looks like a header to this warning.
    target_compile_options(tandem_flags INTERFACE -Wno-subobject-linkage)
endif()

if(TANDEM_SANITIZE)
    target_compile_options(tandem_flags INTERFACE
        -fsanitize=${TANDEM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(tandem_flags INTERFACE -fsanitize=${TANDEM_SANITIZE})
else()
    # _FORTIFY_SOURCE needs optimisation and hides errors from the sanitizers.
    target_compile_definitions(tandem_flags INTERFACE
        $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2> _GLIBCXX_ASSERTIONS)
    target_link_options(tandem_flags INTERFACE -Wl,-z,relro,-z,now)
endif()
