// SPDX-License-Identifier: EUPL-1.2
// Masks of signals.
#include "resolver/service/signals.h"

namespace rw::service
{

namespace
{

void set_mask(int how)
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : taken_signals)
        sigaddset(&signals, number);
    pthread_sigmask(how, &signals, nullptr);
}

}  // namespace

void block_signals()
{
    set_mask(SIG_BLOCK);
}

SignalsLetIn::SignalsLetIn()
{
    set_mask(SIG_UNBLOCK);
}

SignalsLetIn::~SignalsLetIn()
{
    set_mask(SIG_BLOCK);
}

}  // namespace rw::service
