// SPDX-License-Identifier: GPL-2.0
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/gen_stats.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attr.h"
#include "error.h"
#include "link.h"

/* An ethtool speed or duplex of a device that does not say (SPEED_UNKNOWN, DUPLEX_UNKNOWN). */
#define UNKNOWN_SPEED 0xffffffffU
#define UNKNOWN_DUPLEX 0xff

/* The attribute of a tunnel's kind that has the address of its other end. */
static const struct {
	const char *kind;
	int remote;
	int remote6;
} kinds[] = {
	{ "gre", IFLA_GRE_REMOTE, 0 },
	{ "gretap", IFLA_GRE_REMOTE, 0 },
	{ "erspan", IFLA_GRE_REMOTE, 0 },
	{ "ip6gre", 0, IFLA_GRE_REMOTE },
	{ "ip6gretap", 0, IFLA_GRE_REMOTE },
	{ "ip6erspan", 0, IFLA_GRE_REMOTE },
	{ "ipip", IFLA_IPTUN_REMOTE, 0 },
	{ "sit", IFLA_IPTUN_REMOTE, 0 },
	{ "ip6tnl", 0, IFLA_IPTUN_REMOTE },
	{ "vti", IFLA_VTI_REMOTE, 0 },
	{ "vti6", 0, IFLA_VTI_REMOTE },
	{ "vxlan", IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6 },
	{ "geneve", IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6 },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* While the devices are read: of each link, by its place in the list, where its tunnel leads. */
struct reading {
	struct link_list *list;
	struct address *remotes;
};

static struct link *add_link(struct reading *reading)
{
	struct link_list *list = reading->list;
	struct link *link;

	if (list->count == list->space) {
		list->space = list->space ? 2 * list->space : 64;
		list->links = reallocarray(list->links, list->space, sizeof(*list->links));
		reading->remotes = reallocarray(reading->remotes, list->space,
						sizeof(*reading->remotes));
		if (!list->links || !reading->remotes)
			tunwin_error_nomem();
	}
	link = &list->links[list->count];
	memset(link, 0, sizeof(*link));
	memset(&reading->remotes[list->count], 0, sizeof(*reading->remotes));
	list->count++;
	return link;
}

const struct link *tunwin_link_find(const struct link_list *list, uint64_t ifindex)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->links[i].ifindex == ifindex)
			return &list->links[i];
	return NULL;
}

static struct link *find(struct reading *reading, uint64_t ifindex)
{
	return (struct link *)tunwin_link_find(reading->list, ifindex);
}

/* ---- rtnetlink: devices ---- */

static void read_address(struct nlattr *const *attrs, int type, int len, struct address *address)
{
	if (!type || !attrs[type] || nla_len(attrs[type]) < len)
		return;
	address->len = (uint8_t)len;
	memcpy(address->bytes, nla_data(attrs[type]), (size_t)len);
}

/* Devices that are made and have a speed all the same: that of what they stand upon. */
static const char *const made_of_others[] = { "bond", "team", "vlan", "macvlan" };

/* Others that are made, as veth and tun, tell a speed that means nothing. */
static bool has_speed(struct nlattr *kind)
{
	for (size_t i = 0; i < sizeof(made_of_others) / sizeof(made_of_others[0]); i++)
		if (!nla_strcmp(kind, made_of_others[i]))
			return true;
	return false;
}

/* Returns whether it is a tunnel. */
static bool read_info(struct nlattr *info, struct link *link, struct address *remote)
{
	struct nlattr *attrs[IFLA_INFO_MAX + 1];
	struct nlattr *data[64];

	if (nla_parse_nested(attrs, IFLA_INFO_MAX, info, NULL) || !attrs[IFLA_INFO_KIND])
		return false;
	link->is_virtual = !has_speed(attrs[IFLA_INFO_KIND]);
	for (size_t i = 0; i < KINDS; i++) {
		if (nla_strcmp(attrs[IFLA_INFO_KIND], kinds[i].kind))
			continue;
		if (attrs[IFLA_INFO_DATA] &&
		    !nla_parse_nested(data, 63, attrs[IFLA_INFO_DATA], NULL)) {
			read_address(data, kinds[i].remote, 4, remote);
			read_address(data, kinds[i].remote6, 16, remote);
		}
		return true;
	}
	return false;
}

static void read_stats(struct link *link, struct nlattr *attr)
{
	struct rtnl_link_stats64 stats = { 0 };

	/* Later kernels append to it. */
	nla_memcpy(&stats, attr, sizeof(stats));
	link->rx_packets = OPT_U64(stats.rx_packets);
	link->tx_packets = OPT_U64(stats.tx_packets);
	link->rx_errors = OPT_U64(stats.rx_errors);
	link->rx_crc_errors = OPT_U64(stats.rx_crc_errors);
	link->rx_dropped = OPT_U64(stats.rx_dropped);
	link->rx_missed = OPT_U64(stats.rx_missed_errors);
	link->tx_errors = OPT_U64(stats.tx_errors);
	link->tx_dropped = OPT_U64(stats.tx_dropped);
}

/* What is shorter than it should be is not read. */
static struct nla_policy link_policy[IFLA_MAX + 1] = {
	[IFLA_MTU] = { .type = NLA_U32 },
	[IFLA_LINK] = { .type = NLA_U32 },
};

static int on_link(struct nl_msg *msg, void *arg)
{
	struct ifinfomsg *header = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attrs[IFLA_MAX + 1];
	struct reading *reading = arg;
	struct address *remote;
	struct link *link;

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(nlmsg_hdr(msg), sizeof(*header), attrs, IFLA_MAX, link_policy) ||
	    !attrs[IFLA_IFNAME])
		return NL_OK;
	link = add_link(reading);
	link->ifindex = (uint64_t)header->ifi_index;
	tunwin_attr_copy_text(link->name, sizeof(link->name), nla_data(attrs[IFLA_IFNAME]),
			      (size_t)nla_len(attrs[IFLA_IFNAME]));
	if (attrs[IFLA_MTU])
		link->mtu = OPT_U64(nla_get_u32(attrs[IFLA_MTU]));
	if (attrs[IFLA_STATS64])
		read_stats(link, attrs[IFLA_STATS64]);
	remote = &reading->remotes[reading->list->count - 1];
	/* Of what is no tunnel IFLA_LINK means something else, as a veth's other end. */
	if (attrs[IFLA_LINKINFO] && read_info(attrs[IFLA_LINKINFO], link, remote) &&
	    attrs[IFLA_LINK])
		link->lower_ifindex = nla_get_u32(attrs[IFLA_LINK]);
	/* The device below, and the routes to the other end, are in another namespace. */
	if (attrs[IFLA_LINK_NETNSID]) {
		link->lower_elsewhere = true;
		link->lower_ifindex = 0;
		remote->len = 0;
	}
	return NL_OK;
}

/* ---- rtnetlink: queueing disciplines, routes ---- */

static int on_qdisc(struct nl_msg *msg, void *arg)
{
	struct tcmsg *header = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attrs[TCA_MAX + 1], *stats[TCA_STATS_MAX + 1];
	struct gnet_stats_queue queue = { 0 };
	struct link *link;

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWQDISC ||
	    nlmsg_parse(nlmsg_hdr(msg), sizeof(*header), attrs, TCA_MAX, NULL) ||
	    header->tcm_parent != TC_H_ROOT ||
	    !attrs[TCA_STATS2] ||
	    nla_parse_nested(stats, TCA_STATS_MAX, attrs[TCA_STATS2], NULL) ||
	    !stats[TCA_STATS_QUEUE])
		return NL_OK;
	link = find(arg, (uint64_t)header->tcm_ifindex);
	if (link) {
		nla_memcpy(&queue, stats[TCA_STATS_QUEUE], sizeof(queue));
		link->qdisc_drops = OPT_U64(link->qdisc_drops.value + queue.drops);
	}
	return NL_OK;
}

static struct nla_policy route_policy[RTA_MAX + 1] = {
	[RTA_OIF] = { .type = NLA_U32 },
};

static int on_route(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[RTA_MAX + 1];
	uint64_t *ifindex = arg;

	if (nlmsg_hdr(msg)->nlmsg_type == RTM_NEWROUTE &&
	    !nlmsg_parse(nlmsg_hdr(msg), sizeof(struct rtmsg), attrs, RTA_MAX, route_policy) &&
	    attrs[RTA_OIF])
		*ifindex = nla_get_u32(attrs[RTA_OIF]);
	return NL_OK;
}

/* Sends the message and hands what comes back to @on_valid. */
static void ask(struct nl_sock *sock, struct nl_msg *msg, nl_recvmsg_msg_cb_t on_valid, void *arg)
{
	struct nl_cb *cb;

	if (!msg)
		tunwin_error_nomem();
	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb)
		tunwin_error_nomem();
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, arg);
	if (nl_send_auto(sock, msg) >= 0)
		nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	nlmsg_free(msg);
}

static struct nl_msg *dump_request(int type, const void *header, size_t len)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | NLM_F_DUMP);

	if (msg && nlmsg_append(msg, (void *)header, len, NLMSG_ALIGNTO))
		tunwin_error_nomem();
	return msg;
}

static uint64_t route_to(struct nl_sock *sock, const struct address *remote)
{
	struct rtmsg header = {
		.rtm_family = remote->len == 4 ? AF_INET : AF_INET6,
		.rtm_dst_len = (unsigned char)(remote->len * 8),
	};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST);
	uint64_t ifindex = 0;

	if (!msg || nlmsg_append(msg, &header, sizeof(header), NLMSG_ALIGNTO) ||
	    nla_put(msg, RTA_DST, remote->len, remote->bytes))
		tunwin_error_nomem();
	ask(sock, msg, on_route, &ifindex);
	return ifindex;
}

static bool is_any(const struct address *address)
{
	static const uint8_t zero[16];

	return !address->len || !memcmp(address->bytes, zero, address->len);
}

static void read_route_family(struct reading *reading)
{
	struct ifinfomsg links = { .ifi_family = AF_UNSPEC };
	struct tcmsg qdiscs = { .tcm_family = AF_UNSPEC };
	struct nl_sock *sock = nl_socket_alloc();

	if (!sock)
		tunwin_error_nomem();
	/* An answer is all there is to read; an ACK behind it would be the next one's answer. */
	nl_socket_disable_auto_ack(sock);
	if (!nl_connect(sock, NETLINK_ROUTE)) {
		ask(sock, dump_request(RTM_GETLINK, &links, sizeof(links)), on_link, reading);
		ask(sock, dump_request(RTM_GETQDISC, &qdiscs, sizeof(qdiscs)), on_qdisc, reading);
		for (size_t i = 0; i < reading->list->count; i++) {
			struct link *link = &reading->list->links[i];

			if (!link->lower_ifindex && !is_any(&reading->remotes[i]))
				link->lower_ifindex = route_to(sock, &reading->remotes[i]);
		}
	}
	nl_socket_free(sock);
}

/* ---- ethtool ---- */

static struct nla_policy header_policy[ETHTOOL_A_HEADER_MAX + 1] = {
	[ETHTOOL_A_HEADER_DEV_INDEX] = { .type = NLA_U32 },
};

static struct nla_policy modes_policy[ETHTOOL_A_LINKMODES_MAX + 1] = {
	[ETHTOOL_A_LINKMODES_SPEED] = { .type = NLA_U32 },
	[ETHTOOL_A_LINKMODES_DUPLEX] = { .type = NLA_U8 },
};

static struct link *find_of(struct reading *reading, struct nlattr *nest)
{
	struct nlattr *header[ETHTOOL_A_HEADER_MAX + 1];

	if (!nest || nla_parse_nested(header, ETHTOOL_A_HEADER_MAX, nest, header_policy) ||
	    !header[ETHTOOL_A_HEADER_DEV_INDEX])
		return NULL;
	return find(reading, nla_get_u32(header[ETHTOOL_A_HEADER_DEV_INDEX]));
}

static int on_modes(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[ETHTOOL_A_LINKMODES_MAX + 1];
	uint32_t speed;
	struct link *link;

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, ETHTOOL_A_LINKMODES_MAX, modes_policy))
		return NL_OK;
	link = find_of(arg, attrs[ETHTOOL_A_LINKMODES_HEADER]);
	if (!link)
		return NL_OK;
	speed = attrs[ETHTOOL_A_LINKMODES_SPEED] ?
		nla_get_u32(attrs[ETHTOOL_A_LINKMODES_SPEED]) : UNKNOWN_SPEED;
	if (speed && speed != UNKNOWN_SPEED && !link->is_virtual)
		link->speed_bps = OPT_U64(speed * 1000000ULL);
	if (attrs[ETHTOOL_A_LINKMODES_DUPLEX] &&
	    nla_get_u8(attrs[ETHTOOL_A_LINKMODES_DUPLEX]) != UNKNOWN_DUPLEX &&
	    !link->is_virtual)
		link->full_duplex = OPT_U64(nla_get_u8(attrs[ETHTOOL_A_LINKMODES_DUPLEX]));
	return NL_OK;
}

/* With a socket for each: what is left of one answer would be the next one's. */
static void ask_ethtool(uint8_t command, nl_recvmsg_msg_cb_t on_valid, struct reading *reading)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_msg *msg;
	int family;

	if (!sock)
		tunwin_error_nomem();
	if (!genl_connect(sock)) {
		family = genl_ctrl_resolve(sock, ETHTOOL_GENL_NAME);
		msg = nlmsg_alloc();
		if (!msg)
			tunwin_error_nomem();
		/* Before 6.6 the kernel wants a header, even one that says nothing. */
		if (family >= 0 &&
		    genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_DUMP, command,
				ETHTOOL_GENL_VERSION) &&
		    !nla_put(msg, ETHTOOL_A_LINKMODES_HEADER | NLA_F_NESTED, 0, NULL))
			ask(sock, msg, on_valid, reading);
		else
			nlmsg_free(msg);
	}
	nl_socket_free(sock);
}

/* By ioctl, which every kernel answers for one device at a time. */
static void read_rings(struct link_list *list)
{
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sock < 0)
		return;
	for (size_t i = 0; i < list->count; i++) {
		struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };
		struct ifreq request = { .ifr_data = (void *)&ring };

		memcpy(request.ifr_name, list->links[i].name, sizeof(list->links[i].name));
		if (ioctl(sock, SIOCETHTOOL, &request) || !ring.rx_pending)
			continue;
		list->links[i].rx_ring = OPT_U64(ring.rx_pending);
		list->links[i].rx_ring_max = OPT_U64(ring.rx_max_pending);
	}
	close(sock);
}

void tunwin_link_read(struct link_list *list)
{
	struct reading reading = { .list = list };

	memset(list, 0, sizeof(*list));
	read_route_family(&reading);
	ask_ethtool(ETHTOOL_MSG_LINKMODES_GET, on_modes, &reading);
	read_rings(list);
	free(reading.remotes);
}

void tunwin_link_free(struct link_list *list)
{
	free(list->links);
	memset(list, 0, sizeof(*list));
}
