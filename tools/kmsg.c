// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kmsg.h"

#define RECORD_BYTES 8192	/* the largest there is (printk.h: CONSOLE_EXT_LOG_MAX) */

int tunwin_kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

void tunwin_kmsg_last(int fd, char *line, size_t size)
{
	char record[RECORD_BYTES];

	*line = '\0';
	while (fd >= 0) {
		/* One read, one record: "priority,sequence,time,flags;text\n KEY=value\n" */
		ssize_t len = read(fd, record, sizeof(record) - 1);
		char *text;

		if (len < 0 && errno == EPIPE)	/* overwritten before it was read: go on */
			continue;
		if (len <= 0)
			break;
		record[len] = '\0';
		text = strchr(record, ';');
		if (!text || !strstr(text, "tunwin") || strstr(text, "taint"))
			continue;
		text++;
		snprintf(line, size, "%.*s", (int)strcspn(text, "\n"), text);
	}
	if (fd >= 0)
		close(fd);
}
