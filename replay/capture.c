// SPDX-License-Identifier: GPL-2.0
#include <net/ethernet.h>
#include <pcap/pcap.h>
#include <pcap/sll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"

#define NS_PER_S	1000000000ULL

struct capture {
	pcap_t *pcap;
	int link;
};

struct capture *capture_open(const char *path, char *why)
{
	char reason[PCAP_ERRBUF_SIZE];
	struct capture *capture;
	pcap_t *pcap;
	int link;

	pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (!pcap) {
		snprintf(why, 256, "%.255s", reason);
		return NULL;
	}
	link = pcap_datalink(pcap);
	if (link != DLT_EN10MB && link != DLT_LINUX_SLL && link != DLT_LINUX_SLL2 &&
	    link != DLT_RAW) {
		snprintf(why, 256, "%.180s: packets of this kind are not read: %s", path,
			 pcap_datalink_val_to_name(link) ?: "unknown");
		pcap_close(pcap);
		return NULL;
	}
	capture = malloc(sizeof(*capture));
	if (!capture)
		abort();
	capture->pcap = pcap;
	capture->link = link;
	return capture;
}

void capture_close(struct capture *capture)
{
	pcap_close(capture->pcap);
	free(capture);
}

/* Takes the header of the link off; false if the packet is too short for it. */
static bool take_link(const struct capture *capture, struct capture_packet *packet)
{
	const struct sll2_header *sll2 = (const void *)packet->bytes;
	const struct sll_header *sll = (const void *)packet->bytes;
	const struct ether_header *ether = (const void *)packet->bytes;
	uint32_t header_bytes = 1;

	if (capture->link != DLT_RAW)
		header_bytes = capture->link == DLT_EN10MB ? sizeof(*ether) :
			       capture->link == DLT_LINUX_SLL ? sizeof(*sll) : sizeof(*sll2);
	if (packet->captured_bytes < header_bytes)
		return false;
	packet->has_direction = false;
	switch (capture->link) {
	case DLT_EN10MB:
		packet->protocol = ntohs(ether->ether_type);
		break;
	case DLT_LINUX_SLL:
		packet->protocol = ntohs(sll->sll_protocol);
		packet->has_direction = true;
		packet->outgoing = ntohs(sll->sll_pkttype) == LINUX_SLL_OUTGOING;
		break;
	case DLT_LINUX_SLL2:
		packet->protocol = ntohs(sll2->sll2_protocol);
		packet->has_direction = true;
		packet->outgoing = sll2->sll2_pkttype == LINUX_SLL_OUTGOING;
		break;
	default:
		packet->protocol = *packet->bytes >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
		header_bytes = 0;
		break;
	}
	packet->bytes += header_bytes;
	packet->captured_bytes -= header_bytes;
	packet->len_bytes -= header_bytes;
	return true;
}

bool capture_next(struct capture *capture, struct capture_packet *packet, char *why)
{
	struct pcap_pkthdr *header;
	int got;

	*why = '\0';
	while ((got = pcap_next_ex(capture->pcap, &header, &packet->bytes)) == 1) {
		packet->captured_bytes = header->caplen;
		packet->len_bytes = header->len;
		/* (What is called microseconds are nanoseconds here.) */
		packet->time_ns = (uint64_t)header->ts.tv_sec * NS_PER_S +
				  (uint64_t)header->ts.tv_usec;
		if (take_link(capture, packet))
			return true;
	}
	if (got == PCAP_ERROR)
		snprintf(why, 256, "%.255s", pcap_geterr(capture->pcap));
	return false;
}
