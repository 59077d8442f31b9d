# SPDX-License-Identifier: GPL-2.0
"""Keep a memory cgroup under pressure: whatever the kernel looks at to free some memory of it, nothing can be freed.

hog.py GROUP BYTES FILE...

The process enters GROUP and reads so many bytes of the files, which must not be in memory yet: pages are on the account of the
group that reads them first. It keeps those pages in pipes. The page cache may not drop a page that a pipe refers to. Then it
leaves the group, so that it is not made to wait itself, and asks the kernel for all memory of the group, four times a second, by a
memory.high of 0; pressure is what a group has whose pages were looked at and not freed (mm/vmpressure.c), and its sockets have it
for a second. "ready" says that there is pressure.
"""

import fcntl
import os
import sys
import time


def write(path, words):
    with open(path, "w") as file:
        file.write(words)


def main():
    group, left = sys.argv[1], int(sys.argv[2])
    write(group + "/cgroup.procs", str(os.getpid()))
    pipes, room = [], 0
    for path in sys.argv[3:]:
        if os.path.islink(path):
            continue
        file = os.open(path, os.O_RDONLY)
        while left > 0:
            if room <= 0:
                pipes.append(os.pipe())
                # A place takes a page, however little of it is used.
                room = fcntl.fcntl(pipes[-1][1], fcntl.F_SETPIPE_SZ, 1 << 20)
            count = os.splice(file, pipes[-1][1], min(left, room))
            if not count:
                break
            left -= count
            room -= (count + 4095) // 4096 * 4096
        os.close(file)
    if left > 0:
        raise SystemExit("hog.py: the files are too small")
    write(os.path.dirname(group) + "/cgroup.procs", str(os.getpid()))
    first = True
    while True:
        write(group + "/memory.high", "0")
        write(group + "/memory.high", "max")
        if first:
            print("ready", flush=True)
        first = False
        time.sleep(0.25)


main()
