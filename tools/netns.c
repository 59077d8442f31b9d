// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

#define NAMES "/run/netns"	/* where `ip netns` mounts them */

/* By its path, its name, or a process in it. */
static int open_netns(const char *netns, bool *process)
{
	char path[PATH_MAX];
	int fd;

	if (strchr(netns, '/'))
		return open(netns, O_RDONLY | O_CLOEXEC);
	if (snprintf(path, sizeof(path), NAMES "/%s", netns) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* A name wins over a process, as a name may consist of digits. */
	if (fd >= 0 || errno != ENOENT || netns[strspn(netns, "0123456789")])
		return fd;
	*process = true;
	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", netns);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static char prefix[PATH_MAX + 32] = "";

static void remember(const char *netns, bool process)
{
	if (strchr(netns, '/'))
		snprintf(prefix, sizeof(prefix), "nsenter --net=%s ", netns);
	else if (!process)
		snprintf(prefix, sizeof(prefix), "ip netns exec %s ", netns);
	else
		snprintf(prefix, sizeof(prefix), "nsenter -t %s -n ", netns);
}

const char *tunwin_netns_prefix(void)
{
	return prefix;
}

int tunwin_netns_enter(const char *netns, struct tunwin_error *err)
{
	bool process = false;
	int fd;
	int failed;

	if (!*netns || !strcmp(netns, ".") || !strcmp(netns, ".."))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"'%s' is not a network namespace", netns);
	fd = open_netns(netns, &process);
	if (fd < 0 && errno == ENOENT)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"there is no network namespace '%s' (see: ip netns list)",
					netns);
	if (fd < 0)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"cannot open the network namespace '%s': %s", netns,
					strerror(errno));
	failed = setns(fd, CLONE_NEWNET) ? errno : 0;
	close(fd);
	if (failed == EINVAL)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"'%s' is not a network namespace", netns);
	if (failed == EPERM)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"entering network namespace '%s' needs root (CAP_SYS_ADMIN)",
					netns);
	if (failed)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"cannot enter the network namespace '%s': %s", netns,
					strerror(failed));
	remember(netns, process);
	return 0;
}
