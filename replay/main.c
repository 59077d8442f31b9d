// SPDX-License-Identifier: GPL-2.0
/*
 * replay [--near ADDRESS[/LENGTH]]... FILE - what the module's rules say of a capture
 *
 * The packets of a capture, of which the headers are enough, pass the module's own sources
 * (kmod/wire.c and the rules), as if they passed a tunnel now. Prints a JSON array of the flows:
 * the names are those of `tunwin -j flows`; "looks" has what limited a direction at each full
 * second since the first packet of the capture, "-" while the flow is not there.
 *
 * Cooked captures (tcpdump -i any, or of some kinds of tunnel) say which packets this host has
 * sent; for others --near names the near end, more than once if need be.
 */
#include <getopt.h>
#include <inttypes.h>
#include <json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/tcp.h>

#include "address.h"
#include "capture.h"
#include "table.h"
#include "track.h"

#define LOOK_NS		NSEC_PER_SEC
#define LOOKS_MAX	3600

static struct address_nets near;

/* Of each flow by its id, and of each direction: a letter for each look. */
static char (*looks)[2][LOOKS_MAX + 1];
static u32 looks_room;
static u32 look_count;

static const char *const limit_names[TUNWIN_LIMITS] = {
	[TUNWIN_LIMITED_UNKNOWN] = "unknown",
	[TUNWIN_LIMITED_RWND] = "rwnd",
	[TUNWIN_LIMITED_NET] = "net",
	[TUNWIN_LIMITED_SENDER] = "sender",
	[TUNWIN_LIMITED_IDLE] = "idle",
};

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("replay: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

/* ---- looks ---- */

static void provide_looks(struct tunwin_flow *flow, void *arg)
{
	(void)arg;
	if (flow->id <= looks_room)
		return;
	looks = reallocarray(looks, flow->id, sizeof(*looks));
	if (!looks)
		die("out of memory");
	memset(looks[looks_room], '-', (flow->id - looks_room) * sizeof(*looks));
	looks_room = flow->id;
}

static void look(struct tunwin_flow *flow, void *arg)
{
	const u64 *now_ns = arg;
	struct tunwin_limit_account limit;

	provide_looks(flow, NULL);
	if (flow->end_ns)
		return;
	for (int direction = 0; direction < 2; direction++)
		looks[flow->id - 1][direction][look_count] =
			*limit_names[tunwin_track_limit(flow, direction, *now_ns, &limit)];
}

/* Look as often as it was due before the next packet. */
static void look_until(u64 first_ns, u64 now_ns)
{
	for (; look_count < LOOKS_MAX; look_count++) {
		u64 due_ns = first_ns + (look_count + 1) * LOOK_NS;

		if (due_ns > now_ns)
			break;
		table_for_each(look, &due_ns);
	}
}

/* ---- packets ---- */

/* A merged buffer is captured as one: it had segments as large as the other end takes. */
static u16 segment_bytes(enum tunwin_direction direction, const struct tunwin_packet *packet)
{
	const struct tunwin_flow *flow = table_find(direction, packet);
	u16 mss = flow ? flow->end[!direction].mss : 0;

	if (!mss)
		mss = 1460;
	if (packet->has_timestamps && mss > TCPOLEN_TSTAMP_ALIGNED)
		mss -= TCPOLEN_TSTAMP_ALIGNED;
	return packet->payload_bytes > mss ? mss : 0;
}

/* What was not captured of a packet. */
static const unsigned char zeros[1 << 18];

/* A buffer whose linear part is what was captured. */
static void make_skb(const struct capture_packet *packet, struct sk_buff *skb)
{
	memset(skb, 0, sizeof(*skb));
	skb->len = packet->len_bytes;
	skb->data_len = packet->len_bytes - packet->captured_bytes;
	/* How much memory it took a capture does not tell. */
	skb->truesize = packet->len_bytes;
	skb->protocol = htons(packet->protocol);
	skb->head = packet->bytes;
	skb->data = packet->bytes;
	skb->fragment = zeros;
}

static void replay(struct capture *capture, const char *path)
{
	struct capture_packet captured;
	u64 first_ns = 0;
	char why[256];

	while (capture_next(capture, &captured, why)) {
		enum tunwin_direction direction;
		struct tunwin_packet packet;
		struct sk_buff skb;

		make_skb(&captured, &skb);
		/* One that is larger than its header can say is merged. */
		if (skb.len > 0xffff)
			skb.shared_info.gso_size = 1448;
		if (skb.data_len > sizeof(zeros) ||
		    tunwin_packet_read(&skb, &packet) != TUNWIN_PACKET_TCP)
			continue;
		if (near.count)
			direction = address_is_within(&near, &packet.source) ? TUNWIN_OUT :
									       TUNWIN_IN;
		else if (captured.has_direction)
			direction = captured.outgoing ? TUNWIN_OUT : TUNWIN_IN;
		else
			die("%s does not say which end is near (--near ADDRESS)", path);
		if (!first_ns)
			first_ns = captured.time_ns;
		look_until(first_ns, captured.time_ns);
		skb.shared_info.gso_size = segment_bytes(direction, &packet);
		table_packet(direction, &skb, captured.time_ns);
	}
	if (*why)
		die("%s", why);
	if (first_ns)
		look_until(first_ns, table_now_ns());
}

/* ---- printing ---- */

static void add_number(struct json_object *object, const char *name, u64 number)
{
	json_object_object_add(object, name, json_object_new_uint64(number));
}

static void add_seconds(struct json_object *object, const char *name, u64 ns)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%09" PRIu64, (uint64_t)(ns / NSEC_PER_SEC),
		 (uint64_t)(ns % NSEC_PER_SEC));
	json_object_object_add(object, name,
			       json_object_new_double_s((double)ns / NSEC_PER_SEC, text));
}

static struct json_object *end_json(const struct in6_addr *addr, __be16 port)
{
	struct json_object *object = json_object_new_object();
	char text[ADDRESS_TEXT_SIZE];

	address_text(addr, text);
	json_object_object_add(object, "addr", json_object_new_string(text));
	add_number(object, "port", ntohs(port));
	return object;
}

static struct json_object *window_json(const struct tunwin_flow *flow,
				       enum tunwin_direction direction)
{
	static const char *const scales[] = {
		[TUNWIN_SCALE_UNKNOWN] = "unknown", [TUNWIN_SCALE_NONE] = "none",
		[TUNWIN_SCALE_KNOWN] = "known",
	};
	const struct tunwin_window *window = &flow->direction[direction].window;
	struct json_object *object = json_object_new_object();
	u8 shift;

	add_number(object, "now_bytes", window->now_bytes);
	add_number(object, "max_bytes", window->max_bytes);
	json_object_object_add(object, "wscale", json_object_new_string(
			       scales[tunwin_flow_scale(flow, !direction, &shift)]));
	add_number(object, "wscale_shift", shift);
	add_number(object, "zero_count", window->zero_count);
	return object;
}

static struct json_object *direction_json(const struct tunwin_flow *flow,
					  enum tunwin_direction direction)
{
	const struct tunwin_sequence *sequence = &flow->detail->direction[direction].sequence;
	struct json_object *object = json_object_new_object();
	struct json_object *limited = json_object_new_object();
	struct tunwin_limit_account limit;
	enum tunwin_limit_kind now = tunwin_track_limit(flow, direction, table_now_ns(), &limit);

	add_number(object, "payload_bytes", tunwin_sequence_payload(sequence));
	add_number(object, "wire_bytes", flow->direction[direction].wire_bytes);
	add_number(object, "segments", flow->direction[direction].segments);
	add_number(object, "retransmits", tunwin_sequence_total(sequence->retransmits));
	add_number(object, "reordered", tunwin_sequence_total(sequence->reordered));
	add_number(object, "dup_acks", sequence->dup_acks);
	add_number(object, "implausible", sequence->implausible);
	json_object_object_add(object, "window", window_json(flow, direction));
	json_object_object_add(limited, "now", json_object_new_string(limit_names[now]));
	for (int kind = TUNWIN_LIMITS - 1; kind >= 0; kind--) {
		char name[32];

		snprintf(name, sizeof(name), "%s_s", limit_names[kind]);
		add_seconds(limited, name, limit.ns[kind]);
	}
	json_object_object_add(object, "limit", limited);
	json_object_object_add(object, "looks", json_object_new_string_len(
			       looks[flow->id - 1][direction], (int)look_count));
	return object;
}

static void print_flow(struct tunwin_flow *flow, void *arg)
{
	struct json_object *object = json_object_new_object();

	add_number(object, "id", flow->id);
	json_object_object_add(object, "near", end_json(&flow->key.near, flow->key.near_port));
	json_object_object_add(object, "far", end_json(&flow->key.far, flow->key.far_port));
	add_seconds(object, "age_s", (flow->end_ns ?: table_now_ns()) - flow->first_ns);
	json_object_object_add(object, "in", direction_json(flow, TUNWIN_IN));
	json_object_object_add(object, "out", direction_json(flow, TUNWIN_OUT));
	json_object_array_add(arg, object);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "near", required_argument, NULL, 'n' }, { 0 } };
	struct json_object *all = json_object_new_array();
	struct capture *capture;
	char why[256];
	int option;

	while ((option = getopt_long(argc, argv, "n:", options, NULL)) != -1) {
		if (option != 'n')
			return 1;
		if (!address_add(&near, optarg, why))
			die("--near: %s", why);
	}
	if (optind + 1 != argc)
		die("usage: replay [--near ADDRESS[/LENGTH]]... FILE");
	capture = capture_open(argv[optind], why);
	if (!capture)
		die("%s", why);
	replay(capture, argv[optind]);
	table_for_each(provide_looks, NULL);
	table_for_each(print_flow, all);
	puts(json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED));
	json_object_put(all);
	capture_close(capture);
	table_free();
	free(looks);
	return 0;
}
