/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_TESTS_LINUX_IF_VLAN_H
#define TUNWIN_TESTS_LINUX_IF_VLAN_H

#include <linux/if_ether.h>
#include <linux/skbuff.h>

#define VLAN_HLEN	4

struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

static inline bool eth_type_vlan(__be16 protocol)
{
	return protocol == htons(ETH_P_8021Q) || protocol == htons(ETH_P_8021AD);
}

#endif
