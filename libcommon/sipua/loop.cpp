// Knows: su_root, its waits and timers, and who owns them.
// Must not know: SIP.
// Next: user_agent.cpp.
#include "sipua/loop.h"

#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_wait.h>

#include <list>
#include <map>
#include <new>

namespace tandem::sipua {

struct Loop::State {
    struct Watch {
        State* state;
        su_wait_t wait[1];
        int index = 0;
        std::function<void()> f;
    };
    struct Timer {
        State* state;
        TimerId id;
        su_timer_t* timer;
        std::function<void()> f;
    };

    State();
    ~State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    static int on_ready(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t* arg) {
        reinterpret_cast<Watch*>(arg)->f();
        return 0;
    }
    static void on_timer(su_root_magic_t*, su_timer_t*, su_timer_arg_t* arg) {
        Timer& t = *reinterpret_cast<Timer*>(arg);
        const auto f = std::move(t.f);
        su_timer_destroy(t.timer);
        t.state->timers.erase(t.id);
        f();
    }

    su_root_t* root = nullptr;
    std::list<Watch> watches;
    std::map<TimerId, Timer> timers;
    TimerId next_timer = 1;
};

Loop::State::State() {
    if (su_init() != 0) throw std::bad_alloc();
    root = su_root_create(nullptr);
    if (root == nullptr) throw std::bad_alloc();
    // nua then runs in this thread and not in one of its own (su_clone).
    su_root_threading(root, 0);
}

Loop::State::~State() {
    for (auto& [id, timer] : timers) su_timer_destroy(timer.timer);
    for (auto& w : watches) su_root_deregister(root, w.index);
    su_root_destroy(root);
    su_deinit();
}

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

void* Loop::root() const { return state_->root; }

void Loop::watch(int fd, std::function<void()> f) {
    auto& w = state_->watches.emplace_back();
    w.state = state_.get();
    w.f = std::move(f);
    if (su_wait_create(w.wait, fd, SU_WAIT_IN) != 0) throw std::bad_alloc();
    w.index = su_root_register(state_->root, w.wait, &State::on_ready, reinterpret_cast<su_wakeup_arg_t*>(&w),
                               su_pri_normal);
}

Loop::TimerId Loop::after(milliseconds delay, std::function<void()> f) {
    const TimerId id = state_->next_timer++;
    auto* timer = su_timer_create(su_root_task(state_->root), 0);
    if (timer == nullptr) throw std::bad_alloc();
    auto& t = state_->timers[id] = {state_.get(), id, timer, std::move(f)};
    su_timer_set_interval(timer, &State::on_timer, reinterpret_cast<su_timer_arg_t*>(&t),
                          static_cast<su_duration_t>(delay.count()));
    return id;
}

void Loop::cancel(TimerId timer) {
    const auto it = state_->timers.find(timer);
    if (it == state_->timers.end()) return;
    su_timer_destroy(it->second.timer);
    state_->timers.erase(it);
}

void Loop::run() { su_root_run(state_->root); }
void Loop::stop() { su_root_break(state_->root); }

bool Loop::run_until(const std::function<bool()>& done, milliseconds limit) {
    const SystemClock clock;
    const MonoTime end = clock.mono() + limit;
    while (!done()) {
        if (clock.mono() >= end) return done();
        su_root_step(state_->root, 10);
    }
    return true;
}

}  // namespace tandem::sipua
