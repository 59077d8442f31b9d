/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_SELFTESTS_CHECKSUM_H
#define TUNWIN_SELFTESTS_CHECKSUM_H

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>

/* Of a header of IPv4 (RFC 791, 3.1), as it stands in it. */
static inline uint16_t checksum(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

#endif
