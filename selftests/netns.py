# SPDX-License-Identifier: GPL-2.0
"""The namespace of ip(8) that the sockets to come are in; for the tests' own programs, which find it by
PYTHONPATH (lib.sh)."""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)


def enter(space):
    """Make the sockets to come those of a namespace."""
    with open("/run/netns/" + space, encoding="ascii") as file:
        if LIBC.setns(file.fileno(), 0):
            sys.exit(f"{space}: {os.strerror(ctypes.get_errno())}")
