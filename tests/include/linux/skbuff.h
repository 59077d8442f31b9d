/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of a socket buffer as reading headers takes: a linear part and one fragment, the way the
 * kernel's skb_header_pointer() and skb_copy_bits() see them.
 */
#ifndef TUNWIN_TESTS_LINUX_SKBUFF_H
#define TUNWIN_TESTS_LINUX_SKBUFF_H

#include <errno.h>
#include <string.h>

#include <asm/byteorder.h>
#include <linux/types.h>

#define ntohs(x)	__be16_to_cpu(x)
#define ntohl(x)	__be32_to_cpu(x)
#define htons(x)	__cpu_to_be16(x)
#define htonl(x)	__cpu_to_be32(x)

#define min(a, b)	((a) < (b) ? (a) : (b))
#define max(a, b)	((a) > (b) ? (a) : (b))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))

struct skb_shared_info {
	unsigned short gso_size;
	unsigned short gso_segs;
};

/**
 * struct sk_buff - the kernel's members that are read, and two of the tests
 * @fragment: the @data_len bytes behind the linear part
 * @shared_info: lies behind the linear part in the kernel; apart here, so that reading on is seen
 */
struct sk_buff {
	unsigned int len;
	unsigned int data_len;
	unsigned int truesize;
	__be16 protocol;
	u16 network_header;
	const unsigned char *head;
	const unsigned char *data;
	const unsigned char *fragment;
	struct skb_shared_info shared_info;
};

#define skb_shinfo(skb)	(&(skb)->shared_info)

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len - skb->data_len;
}

static inline bool skb_is_gso(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_size;
}

static inline int skb_network_offset(const struct sk_buff *skb)
{
	return skb->head + skb->network_header - skb->data;
}

static inline int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	int head_bytes;

	if (offset > (int)skb->len - len)
		return -EFAULT;
	head_bytes = min_t(int, len, (int)skb_headlen(skb) - offset);
	if (head_bytes > 0)
		memcpy(to, skb->data + offset, head_bytes);
	else
		head_bytes = 0;
	memcpy((char *)to + head_bytes, skb->fragment + offset + head_bytes - skb_headlen(skb),
	       len - head_bytes);
	return 0;
}

static inline const void *skb_header_pointer(const struct sk_buff *skb, int offset, int len,
					     void *buffer)
{
	if ((int)skb_headlen(skb) - offset >= len)
		return skb->data + offset;
	if (skb_copy_bits(skb, offset, buffer, len) < 0)
		return NULL;
	return buffer;
}

#endif
