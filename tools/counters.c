// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"

const char *const tunwin_counters_names[COUNTERS + 1] = {
	[COUNTER_OUT_DISCARDS] = "IpOutDiscards",
	[COUNTER_REASM_FAILS] = "IpReasmFails",
	[COUNTER_PRUNE_CALLED] = "TcpExtPruneCalled",
	[COUNTER_RCV_PRUNED] = "TcpExtRcvPruned",
	[COUNTER_OFO_PRUNED] = "TcpExtOfoPruned",
	[COUNTER_RCV_COLLAPSED] = "TcpExtTCPRcvCollapsed",
	[COUNTER_BACKLOG_DROP] = "TcpExtTCPBacklogDrop",
	[COUNTER_RCVQ_DROP] = "TcpExtTCPRcvQDrop",
	[COUNTER_ZERO_WINDOW_DROP] = "TcpExtTCPZeroWindowDrop",
	[COUNTER_TO_ZERO_WINDOW] = "TcpExtTCPToZeroWindowAdv",
	[COUNTER_MEMORY_PRESSURES] = "TcpExtTCPMemoryPressures",
	[COUNTER_LISTEN_OVERFLOWS] = "TcpExtListenOverflows",
	[COUNTER_OFO_DROP] = "TcpExtTCPOFODrop",
	[COUNTER_IP6_OUT_DISCARDS] = "Ip6OutDiscards",
	[COUNTER_IP6_REASM_FAILS] = "Ip6ReasmFails",
};

static void note(struct counters *counters, const char *group, const char *name,
		 const char *number)
{
	size_t len = strlen(group);

	for (size_t i = 0; i < COUNTERS; i++)
		if (!strncmp(tunwin_counters_names[i], group, len) &&
		    !strcmp(tunwin_counters_names[i] + len, name))
			counters->value[i] = OPT_U64(strtoull(number, NULL, 10));
}

/* "TcpExt: names of counters", and in the next line "TcpExt: their values" */
static void read_pair(char *names, char *values, struct counters *counters)
{
	char *group = strsep(&names, ":"), *name, *number;

	strsep(&values, ":");
	while ((name = strsep(&names, " \n")) && (number = strsep(&values, " \n")))
		if (*name)
			note(counters, group, name, number);
}

static void read_file(const char *path, struct counters *counters)
{
	char *names = NULL, *values = NULL;
	size_t names_size = 0, values_size = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return;
	while (getline(&names, &names_size, file) > 0 &&
	       getline(&values, &values_size, file) > 0)
		read_pair(names, values, counters);
	free(names);
	free(values);
	fclose(file);
}

/* "Ip6OutDiscards   0", a line each */
static void read_lines(const char *path, struct counters *counters)
{
	FILE *file = fopen(path, "re");
	char name[64], number[32];

	if (!file)
		return;
	while (fscanf(file, "%63s %31s", name, number) == 2)
		note(counters, "", name, number);
	fclose(file);
}

void tunwin_counters_read(struct counters *counters)
{
	memset(counters, 0, sizeof(*counters));
	read_file("/proc/net/snmp", counters);
	read_file("/proc/net/netstat", counters);
	read_lines("/proc/net/snmp6", counters);
}
