#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Suspend the host, and look whether what happened before keeps its time: suspended.py NAMESPACE TIMES SECONDS

The kernel wakes up by itself, after so many seconds each time (pm_test). Prints KTAP of one test. Once it has begun it
opens no file of the host's, which may be out of reach then.
"""

import os
import struct
import sys
import time

import netlink
from netns import enter

DUMP = netlink.NLM_F_DUMP
END_TIME_NS, ALERT_TIME_NS = 34, 18
NS = 1e9

failures = []


def number(answers, attribute):
    """What the first answer that has it says, in seconds."""
    for answer in answers:
        value = dict(netlink.attrs_of(answer)).get(attribute)
        if value:
            return struct.unpack("=Q", value)[0] / NS
    failures.append(f"nothing has attribute {attribute}")
    return 0


def look(client):
    """What the module tells: when a flow ended, when an alert was raised, how old the open flow is."""
    return {
        "the flow has ended": number(client.ask(
            netlink.FLOW_GET, netlink.attr(netlink.FLOW["ended"]), DUMP), END_TIME_NS),
        "the alert was raised": number(client.ask(netlink.ALERT_GET, b"", DUMP), ALERT_TIME_NS),
        "age": number(client.ask(netlink.FLOW_GET, b"", DUMP), netlink.FLOW["age-ns"]),
    }


def check(what, value, least, most):
    """A value is within its bounds."""
    print(f"# {what}: {value:.3f}, of {least:.3f} to {most:.3f}", flush=True)
    if not least <= value <= most:
        failures.append(what)


class Guest:
    """The guest that this is (guest/init), which it has to end: no program that has a file of the host's open can."""

    def __init__(self):
        ports = "/sys/class/virtio-ports/"
        for port in os.listdir(ports):
            with open(f"{ports}{port}/name", encoding="ascii") as file:
                if file.read().strip() == "status":
                    self.status = os.open("/dev/" + port, os.O_WRONLY)
        self.log = os.open("/dev/kmsg", os.O_WRONLY)
        self.trigger = os.open("/proc/sysrq-trigger", os.O_WRONLY)

    def end(self, status):
        """Say how it went, and power off."""
        os.write(self.log, b"<6>tunwin-guest: end of job")
        os.write(self.status, b"%d\n" % status)
        # What is said above is on its way yet.
        time.sleep(1)
        os.write(self.trigger, b"o")
        time.sleep(60)


def main(guest):
    """Read the command line and do it."""
    enter(sys.argv[1])
    times, seconds = int(sys.argv[2]), int(sys.argv[3])
    client = netlink.Client()
    state = os.open("/sys/power/state", os.O_WRONLY)

    before = look(client)
    now, awake = time.time(), time.monotonic()
    for what in ("the flow has ended", "the alert was raised"):
        check(f"{what}, ago", now - before[what], 0, 120)
    for _ in range(times):
        os.lseek(state, 0, os.SEEK_SET)
        os.write(state, b"mem")
        print(f"# awake after {time.time() - now:.3f} s", flush=True)
    after = look(client)
    gone, awake = time.time() - now, time.monotonic() - awake

    check("seconds that have gone", gone, times * (seconds - 2), times * seconds + 60)
    check("those in which it was awake", awake, 0, 60)
    check("the open flow's age", after["age"], before["age"], before["age"] + awake + 1)
    for what in ("the flow has ended", "the alert was raised"):
        check(what + ", by that later", after[what] - before[what], -1.5, 1.5)
    print("not ok 1 It is suspended" if failures else "ok 1 It is suspended", flush=True)
    guest.end(1 if failures else 0)


if __name__ == "__main__":
    here = Guest()
    try:
        main(here)
    except (OSError, netlink.Refused) as error:
        # No traceback, for which it would open its source.
        print(f"# {error}\nnot ok 1 It is suspended", flush=True)
        here.end(1)
