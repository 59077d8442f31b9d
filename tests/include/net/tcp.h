/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_TESTS_NET_TCP_H
#define TUNWIN_TESTS_NET_TCP_H

#include <linux/skbuff.h>
#include <linux/tcp.h>

#define MAX_TCP_OPTION_SPACE	40

#define TCPOPT_EOL		0
#define TCPOPT_NOP		1
#define TCPOPT_MSS		2
#define TCPOPT_WINDOW		3
#define TCPOPT_SACK_PERM	4
#define TCPOPT_SACK		5
#define TCPOPT_TIMESTAMP	8

#define TCPOLEN_WINDOW		3
#define TCPOLEN_MSS	4
#define TCPOLEN_SACK_PERM	2
#define TCPOLEN_SACK_BASE	2
#define TCPOLEN_SACK_PERBLOCK	8
#define TCPOLEN_TIMESTAMP	10
#define TCPOLEN_TSTAMP_ALIGNED	12

#define TCPHDR_FIN	0x01
#define TCPHDR_SYN	0x02
#define TCPHDR_RST	0x04
#define TCPHDR_PSH	0x08
#define TCPHDR_ACK	0x10
#define TCPHDR_ECE	0x40
#define TCPHDR_CWR	0x80

#define tcp_flag_byte(tcp)	(((const u8 *)(tcp))[13])

/* The stack marks its own acknowledgments by a size that no buffer has. */
static inline bool skb_is_tcp_pure_ack(const struct sk_buff *skb)
{
	return skb->truesize == 2;
}

#endif
