/* SPDX-License-Identifier: GPL-2.0 */
/* Packets of a capture file. */
#ifndef TUNWIN_REPLAY_CAPTURE_H
#define TUNWIN_REPLAY_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

struct capture;

/**
 * struct capture_packet - one packet, from its network header on
 * @bytes: what was captured of it, @captured_bytes; valid until the next one is read
 * @len_bytes: how long it was
 * @protocol: an EtherType
 * @time_ns: when it passed
 * @has_direction: the header of the link tells the direction; @outgoing: this host has sent it
 */
struct capture_packet {
	const uint8_t *bytes;
	uint32_t captured_bytes;
	uint32_t len_bytes;
	uint16_t protocol;
	uint64_t time_ns;
	bool has_direction;
	bool outgoing;
};

/* Returns NULL, and says why in @why, which has room for 256 bytes. */
struct capture *capture_open(const char *path, char *why);
/* Returns whether there was one more; where it could not be read @why tells, else it is empty. */
bool capture_next(struct capture *capture, struct capture_packet *packet, char *why);
void capture_close(struct capture *capture);

#endif
