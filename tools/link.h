/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network devices of the present network namespace, as the kernel's own netlink families tell
 * (rtnetlink, ethtool): only what a diagnosis needs. Beside client the only file that knows libnl.
 */
#ifndef TUNWIN_LINK_H
#define TUNWIN_LINK_H

#include "model.h"

struct link {
	uint64_t ifindex;
	char name[MODEL_NAME_SIZE];
	uint64_t lower_ifindex;		/* of a tunnel, where its packets go; 0: not known */
	bool lower_elsewhere;		/* it is in another network namespace */
	bool is_virtual;		/* what ethtool says of its speed means nothing */
	struct opt_u64 mtu;
	struct opt_u64 speed_bps;
	struct opt_u64 full_duplex;	/* 0: half */
	struct opt_u64 rx_packets;
	struct opt_u64 tx_packets;
	struct opt_u64 rx_errors;
	struct opt_u64 rx_crc_errors;
	struct opt_u64 rx_dropped;
	struct opt_u64 rx_missed;
	struct opt_u64 tx_errors;
	struct opt_u64 tx_dropped;
	struct opt_u64 qdisc_drops;	/* of its root queueing disciplines */
	struct opt_u64 rx_ring;		/* buffers of a receive ring, and the most it may have */
	struct opt_u64 rx_ring_max;
};

struct link_list {
	size_t count;
	size_t space;
	struct link *links;
};

/* What cannot be read is not known. */
void tunwin_link_read(struct link_list *list);
void tunwin_link_free(struct link_list *list);

/* NULL if there is none. */
const struct link *tunwin_link_find(const struct link_list *list, uint64_t ifindex);

#endif
