// SPDX-License-Identifier: EUPL-1.2
// Signals, reloads, the end.
#include "resolver/service/supervisor.h"

#include <algorithm>
#include <csignal>
#include <iterator>

#include "config/load.h"
#include "config/restart.h"
#include "resolver/base/log.h"
#include "resolver/service/checks.h"
#include "resolver/service/notify.h"
#include "resolver/service/shared.h"
#include "resolver/service/signals.h"
#include "resolver/service/status_pages.h"
#include "resolver/service/worker.h"

namespace rw::service
{

namespace
{

/// Clients are answered within 4.5 s (limits::answer_time); who waits longer for a draining daemon is told so.
constexpr Duration drain_limit = 5s;
/// For the replies of those who were told so to leave.
constexpr Duration last_replies = 100ms;
constexpr Duration drain_step = 10ms;

/// The changes a reload reports: live ones as they take effect, and what waits for a restart.
control::ReloadView view_of(const std::filesystem::path& file, std::vector<config::Change> changes)
{
    return {file.string(), {}, std::move(changes)};
}

void log_reload(const control::ReloadView& view)
{
    for (const config::Problem& problem : view.problems)
        log(LogLevel::error, "reload: {}", config::to_string(view.file, problem));
    if (!view.problems.empty()) {
        log(LogLevel::error, "reload: nothing was changed, the settings before are still in effect");
        return;
    }
    std::string pending;
    for (const config::Change& change : view.changes) {
        if (change.reload == config::Reload::restart)
            pending += (pending.empty() ? "" : ", ") + change.path;
    }
    const auto live = std::ranges::count(view.changes, config::Reload::live, &config::Change::reload);
    log(LogLevel::info, "reload: {} was read, {} settings changed{}{}", view.file, live,
        pending.empty() ? "" : "; only a restart changes ", pending);
}

}  // namespace

Supervisor::Supervisor(std::filesystem::path file, Shared& shared, std::vector<std::unique_ptr<Worker>>& workers)
    : file_(std::move(file)),
      shared_(shared),
      workers_(workers),
      scheduler_(shared.clock),
      loop_(scheduler_),
      watchdog_pause_(watchdog_pause()),
      watchdog_alarm_([this] { ping_workers(); }),
      drain_alarm_([this] { check_drained(); }),
      changeover_(shared),
      changeover_alarm_([this] { changeover_.end(); })
{
    loop_.take_signals(taken_signals, [this](int number) { on_signal(number); });
}

void Supervisor::run()
{
    notify_ready("answering");
    if (watchdog_pause_)
        watchdog_alarm_.arm(scheduler_, scheduler_.now() + *watchdog_pause_);
    const SignalsLetIn here;
    loop_.run();
}

void Supervisor::ping_workers()
{
    // systemd hears nothing from a daemon of which one worker hangs, and starts it anew.
    if (*unanswered_ == 0)
        notify_alive();
    else
        log(LogLevel::error, "{} of {} workers have not answered for {} s", *unanswered_, workers_.size(),
            std::chrono::floor<std::chrono::seconds>(*watchdog_pause_).count());
    unanswered_ = std::make_shared<std::size_t>(workers_.size());
    for (const auto& worker : workers_) {
        worker->ping([this, round = unanswered_] { loop_.post([round] { --*round; }); });
    }
    watchdog_alarm_.arm(scheduler_, scheduler_.now() + *watchdog_pause_);
}

void Supervisor::on_signal(int number)
{
    if (number == SIGHUP)
        reload([](const control::ReloadView&) {});
    else if (number == SIGUSR1 || number == SIGUSR2)
        for (const std::string& line : statistics(shared_))
            write_log(LogLevel::info, line);
    else if (draining_)
        loop_.stop();  // asked twice: at once
    else
        drain();
}

void Supervisor::request_reload(control::Done<control::ReloadView> done)
{
    loop_.post([this, done = std::move(done)] { reload(done); });
}

void Supervisor::reload(const control::Done<control::ReloadView>& done)
{
    if (draining_) {  // systemd hears nothing of being ready any more
        done({file_.string(), {{0, 0, "the daemon is stopping"}}, {}});
        return;
    }
    notify_reloading();
    const auto report = [this, done](const control::ReloadView& view) {
        notify_ready("answering");
        log_reload(view);
        (view.problems.empty() ? shared_.reloads_applied : shared_.reloads_refused).add();
        done(view);
    };
    config::Loaded wanted = load_configuration(file_);
    if (!wanted) {
        report({file_.string(), std::move(wanted.error()), {}});
        return;
    }
    log_doubts(*wanted);
    const auto before = shared_.configuration();
    auto view = view_of(file_, config::difference(before->settings, *wanted));
    const auto made = make_configuration(config::keep_restart_only(before->settings, std::move(*wanted)));
    if (!made) {
        report({file_.string(), {{0, 0, made.error().message}}, {}});
        return;
    }
    std::ranges::move(changed_files(*before, **made), std::back_inserter(view.changes));
    apply(*made, [report, view = std::move(view)] { report(view); });
}

void Supervisor::apply(const std::shared_ptr<const Configuration>& configuration, const std::function<void()>& done)
{
    const auto before = shared_.configuration();
    changeover_.begin(configuration);
    set_log_level(configuration->settings.log.level);
    const auto left = std::make_shared<std::size_t>(workers_.size());
    for (const auto& worker : workers_) {
        worker->apply(before, configuration, [this, left, done] {
            loop_.post([this, left, done] {
                if (--*left > 0)
                    return;
                changeover_.forget_changed();
                if (changeover_.is_open())
                    changeover_alarm_.arm(scheduler_, scheduler_.now() + Changeover::aftermath);
                done();
            });
        });
    }
}

void Supervisor::drain()
{
    log(LogLevel::info, "rootward is stopping: questions under way are answered first");
    notify_stopping();
    draining_ = true;
    shared_.draining = true;
    drain_ends_ = scheduler_.now() + drain_limit;
    for (const auto& worker : workers_)
        worker->drain();
    drain_alarm_.arm(scheduler_, scheduler_.now() + drain_step);
}

void Supervisor::check_drained()
{
    const Instant now = scheduler_.now();
    const bool drained = std::ranges::all_of(workers_, [](const auto& worker) { return worker->drained(); });
    if (drained || now >= drain_ends_ + last_replies) {
        loop_.stop();
        return;
    }
    if (now >= drain_ends_) {
        auto outcome = std::make_shared<iterate::Outcome>();
        outcome->failure = Failure::shutting_down;
        shared_.inflight.abandon(outcome);
    }
    drain_alarm_.arm(scheduler_, now + drain_step);
}

}  // namespace rw::service
