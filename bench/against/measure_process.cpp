// Knows: what a process costs: CPU time and the most memory it held.
// Must not know: what it does.
// Next: bench/number, which asks. A small parent is the point: what a process holds counts from its fork, so a large parent
// would be measured instead.
//
//   measure_process COMMAND [ARGUMENT]...      stdin and stdout are the command's; prints "CPU_SECONDS RSS_KIB CODE" to stderr
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const pid_t pid = fork();
    if (pid == 0) {
        execv(argv[1], argv + 1);
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) return 1;
    auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    std::fprintf(stderr, "%.6f %ld %d\n", seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
                 WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    return 0;
}
