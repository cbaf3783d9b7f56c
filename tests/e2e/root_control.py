# SPDX-License-Identifier: EUPL-1.2
"""What the daemon itself says of the root (`rootwardctl --json root`), and how busy this machine is: shared by the tests
of root selection, monitor and budget."""

import json
import os
import time

from daemon import ctl


def root_state(resolver):
    """The JSON document of `rootwardctl root`."""
    done = ctl("--json", "root", control=resolver.control, limit=20)
    done.check_returncode()
    return json.loads(done.stdout)


def identity(state, letter):
    return next(row for row in state["identities"] if row["letter"] == letter)


def address_states(state, letter):
    return [row["state"] for row in identity(state, letter)["addresses"]]


def events(state, name):
    return [event for event in state["events"] if event["event"] == name]


def wait_for(resolver, holds, limit, every=2.0):
    """Seconds until `holds(state)`, and the state then; (None, last state) when it does not within the limit."""
    began = time.monotonic()
    while True:
        state = root_state(resolver)
        if holds(state):
            return time.monotonic() - began, state
        if time.monotonic() - began > limit:
            return None, state
        time.sleep(every)


def is_busy():
    """Others use this machine: what is measured in milliseconds says little about the program then."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)
