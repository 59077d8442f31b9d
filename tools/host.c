// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "netns.h"

/* Up to @max numbers of a file of one line; those that are not there stay unknown. */
static void read_numbers(const char *path, struct opt_u64 *const *values, size_t max)
{
	FILE *file = fopen(path, "re");
	uint64_t value;

	if (!file)
		return;
	for (size_t i = 0; i < max && fscanf(file, "%" SCNu64, &value) == 1; i++)
		*values[i] = OPT_U64(value);
	fclose(file);
}

static void read_number(const char *path, struct opt_u64 *value)
{
	read_numbers(path, &value, 1);
}

/* "TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 3" */
static void read_sockstat(struct opt_u64 *mem_pages)
{
	FILE *file = fopen("/proc/net/sockstat", "re");
	char line[256];
	const char *mem;
	uint64_t value;

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		mem = strncmp(line, "TCP:", 4) ? NULL : strstr(line, " mem ");
		if (mem && sscanf(mem, " mem %" SCNu64, &value) == 1)
			*mem_pages = OPT_U64(value);
	}
	fclose(file);
}

void tunwin_host_read(struct host *host)
{
	struct opt_u64 *const rmem[] = {
		&host->rmem_min_bytes, &host->rmem_default_bytes, &host->rmem_max_bytes,
	};
	struct opt_u64 max_pages;
	struct opt_u64 *const mem[] = {
		&host->mem_calm_pages, &host->mem_pressure_pages, &max_pages
	};

	memset(host, 0, sizeof(*host));
	host->in = tunwin_netns_prefix();
	read_numbers("/proc/sys/net/ipv4/tcp_rmem", rmem, 3);
	/* The host's, not the namespace's: only there where that may be seen. */
	read_numbers("/proc/sys/net/ipv4/tcp_mem", mem, 3);
	read_number("/proc/sys/net/core/rmem_max", &host->core_rmem_max_bytes);
	read_number("/proc/sys/net/core/netdev_max_backlog", &host->max_backlog);
	read_number("/proc/sys/net/ipv4/tcp_moderate_rcvbuf", &host->moderate_rcvbuf);
	read_number("/proc/sys/net/ipv4/tcp_window_scaling", &host->window_scaling);
	read_number("/proc/sys/net/ipv4/tcp_sack", &host->sack);
	read_number("/proc/sys/net/ipv4/tcp_timestamps", &host->timestamps);
	read_number("/proc/sys/net/ipv4/tcp_ecn", &host->ecn);
	read_sockstat(&host->mem_pages);
}
