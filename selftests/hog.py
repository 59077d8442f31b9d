# SPDX-License-Identifier: GPL-2.0
"""Keep looking at every page of files, in memory: what is taken back is wanted again at once.

hog.py FILE...
"""

import mmap
import os
import sys

PAGE_BYTES = mmap.PAGESIZE


def main():
    maps = []
    for path in sys.argv[1:]:
        file = os.open(path, os.O_RDONLY)
        maps.append(mmap.mmap(file, 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC))
    while True:
        for view in maps:
            for at in range(0, len(view), PAGE_BYTES):
                view[at]


main()
