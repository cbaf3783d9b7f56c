// SPDX-License-Identifier: EUPL-1.2
// Which signals the daemon takes, and in which thread: the kernel interrupts any thread that does not block them, and
// none but the supervisor's is meant to be.
#pragma once

#include <array>
#include <csignal>

namespace rw::service
{

/// SIGTERM and SIGINT end the daemon, SIGHUP reloads its configuration, SIGUSR1 and SIGUSR2 print its figures.
inline constexpr std::array taken_signals{SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2};

/// In this thread and those that it starts from now on. Signals that come are kept until a thread lets them in.
void block_signals();

/// Lets them into this thread for as long as it lives.
class SignalsLetIn
{
 public:
    SignalsLetIn();
    SignalsLetIn(const SignalsLetIn&) = delete;
    SignalsLetIn& operator=(const SignalsLetIn&) = delete;
    ~SignalsLetIn();
};

}  // namespace rw::service
