/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_KMSG_H
#define TUNWIN_KMSG_H

#include <stddef.h>

/* Marks the present end of the kernel's log; a descriptor, or -1 if it must not be read. */
int tunwin_kmsg_open(void);

/*
 * The last line that the log has got since, and that speaks of tunwin other than to say that it
 * taints the kernel; empty if there is none. Closes @fd.
 */
void tunwin_kmsg_last(int fd, char *line, size_t size);

#endif
