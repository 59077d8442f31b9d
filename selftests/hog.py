# SPDX-License-Identifier: GPL-2.0
"""Keep looking at every page of some files, which stay in memory: what is taken back of them is
wanted again at once, and nothing that could be taken instead is idle.

hog.py BYTES FILE...	as many of the files as have so many bytes; links are left out
"""

import mmap
import os
import sys
import time


def main():
    left, maps = int(sys.argv[1]), []
    for path in sys.argv[2:]:
        if not left:
            break
        if os.path.islink(path):
            continue
        file = os.open(path, os.O_RDONLY)
        length = min(os.fstat(file).st_size, left)
        left -= length
        if length:
            maps.append(mmap.mmap(file, length, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC))
    while True:
        for view in maps:
            view[::mmap.PAGESIZE]
        # In virtual time nothing else would happen any more.
        time.sleep(0.1)


main()
