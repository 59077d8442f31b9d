// SPDX-License-Identifier: GPL-2.0
/*
 * One lock protects the table, its targets and their initiators: only AoE frames take it, for a
 * search among what one initiator has outstanding. Hooks take it in softirq or with bottom halves
 * off. A target holds a reference to its tunnel. The worker runs only while there are targets.
 */
#include <linux/etherdevice.h>
#include <linux/hash.h>
#include <linux/if_arp.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "aoe_table.h"
#include "compat/work.h"
#include "flow.h"
#include "tunnel.h"

#define BUCKETS		256
#define TABLE_BITS	const_ilog2(BUCKETS)

/* A service tag and a customer tag (802.1ad). */
#define VLAN_TAGS_MAX	2

/* How often the worker looks, and after what time without a frame a target is forgotten. */
#define LOOK_EVERY	(5 * HZ)
#define IDLE_NS		(600 * TUNWIN_NSEC_PER_SEC)

/* So many targets are given up at once for the sake of one initiator. */
#define EVICTIONS_MAX	32

/**
 * struct record - a target in the table
 * @node: in its bucket
 * @list: all of them, in the order of their ids
 * @used: those that have answered, or those that have not; the least recently used one first
 * @tunnel: where it was seen, with a reference
 * @id: never reused
 * @shelf: its name, with @slot
 * @slot: see @shelf
 * @direction: of the requests to it
 * @first_ns: when it was first seen
 * @target: what aoe.c keeps of it
 */
struct record {
	struct hlist_node node;
	struct list_head list;
	struct list_head used;
	struct tunwin_tunnel *tunnel;
	u32 id;
	u16 shelf;
	u8 slot;
	u8 direction;
	u64 first_ns;
	struct tunwin_aoe_target target;
};

static struct {
	/* Protects all that follows; bottom halves off. */
	spinlock_t lock;
	struct hlist_head bucket[BUCKETS];
	struct list_head list;
	/* By whether they have answered. */
	struct list_head used[2];
	u32 next_id;
	struct tunwin_aoe_counters counters;
	struct delayed_work worker;
} table;

static struct hlist_head *bucket_of(u32 tunnel_id, u16 shelf, u8 slot)
{
	return &table.bucket[hash_32(tunnel_id * 0x9e3779b1U ^ ((u32)shelf << 8 | slot),
				     TABLE_BITS)];
}

static struct record *find(const struct tunwin_tunnel *tunnel, u16 shelf, u8 slot)
{
	struct record *record;

	hlist_for_each_entry(record, bucket_of(tunnel->id, shelf, slot), node)
		if (record->tunnel == tunnel && record->shelf == shelf && record->slot == slot)
			return record;
	return NULL;
}

static void forget(struct record *record)
{
	u32 i;

	for (i = 0; i < record->target.initiators; i++)
		kfree(record->target.initiator[i]);
	table.counters.initiators -= record->target.initiators;
	table.counters.targets--;
	hlist_del(&record->node);
	list_del(&record->list);
	list_del(&record->used);
	tunwin_tunnel_put(record->tunnel);
	kfree(record);
}

/* Make room: those that have never answered may be forged, and go first. */
static bool evict(const struct record *but)
{
	struct record *record;
	int answered;

	for (answered = 0; answered < 2; answered++) {
		list_for_each_entry(record, &table.used[answered], used) {
			if (record == but)
				continue;
			table.counters.initiators_evicted += record->target.initiators;
			table.counters.targets_evicted++;
			forget(record);
			return true;
		}
	}
	return false;
}

static void touch(struct record *record)
{
	list_move_tail(&record->used, &table.used[record->target.has_answered]);
}

static struct record *make(struct tunwin_tunnel *tunnel, const struct tunwin_aoe_message *message,
			   u64 now_ns)
{
	struct record *record;

	/* The hooks may still run for a moment after the tunnel went. */
	if (READ_ONCE(tunnel->gone))
		return NULL;
	if (table.counters.targets >= TUNWIN_AOE_TARGETS_MAX)
		evict(NULL);
	record = kzalloc(sizeof(*record), GFP_ATOMIC | __GFP_NOWARN);
	if (!record) {
		table.counters.refused++;
		return NULL;
	}
	record->tunnel = tunwin_tunnel_hold(tunnel);
	record->shelf = message->shelf;
	record->slot = message->slot;
	record->first_ns = now_ns;
	if (!++table.next_id)
		table.next_id++;
	record->id = table.next_id;
	hlist_add_head(&record->node, bucket_of(tunnel->id, record->shelf, record->slot));
	list_add_tail(&record->list, &table.list);
	list_add_tail(&record->used, &table.used[0]);
	if (!table.counters.targets++)
		queue_delayed_work(tunwin_work_queue, &table.worker, LOOK_EVERY);
	return record;
}

static struct tunwin_aoe_initiator *make_initiator(struct record *record, const u8 *mac,
						   u64 now_ns)
{
	struct tunwin_aoe_target *target = &record->target;
	struct tunwin_aoe_initiator *initiator;
	int tries = EVICTIONS_MAX;

	if (target->initiators == TUNWIN_AOE_INITIATORS) {
		kfree(tunwin_aoe_remove(target, tunwin_aoe_oldest(target), now_ns));
		table.counters.initiators--;
		table.counters.initiators_evicted++;
	}
	while (table.counters.initiators >= TUNWIN_AOE_INITIATORS_MAX && tries--)
		if (!evict(record))
			break;
	initiator = NULL;
	if (table.counters.initiators < TUNWIN_AOE_INITIATORS_MAX)
		initiator = kzalloc(sizeof(*initiator), GFP_ATOMIC | __GFP_NOWARN);
	if (!initiator) {
		table.counters.refused++;
		return NULL;
	}
	tunwin_aoe_add(target, initiator, mac);
	table.counters.initiators++;
	return initiator;
}

/* A target that was not known begins with a request to it, or with what it tells of itself. */
static void apply(struct tunwin_tunnel *tunnel, int direction,
		  const struct tunwin_aoe_message *message, u64 now_ns)
{
	bool to_target = message->kind == TUNWIN_AOE_REQUEST || message->kind == TUNWIN_AOE_QUERY;
	struct tunwin_aoe_initiator *initiator;
	struct record *record;

	if (message->shelf == TUNWIN_AOE_SHELF_ALL || message->slot == TUNWIN_AOE_SLOT_ALL)
		return;
	record = find(tunnel, message->shelf, message->slot);
	if (!record && (message->kind == TUNWIN_AOE_REQUEST ||
			(message->kind == TUNWIN_AOE_CONFIG && !message->failed)))
		record = make(tunnel, message, now_ns);
	if (!record)
		return;
	record->direction = to_target ? direction : !direction;
	initiator = tunwin_aoe_find(&record->target,
				    to_target ? message->source : message->destination);

	switch (message->kind) {
	case TUNWIN_AOE_REQUEST:
		if (!initiator)
			initiator = make_initiator(record, message->source, now_ns);
		if (initiator)
			tunwin_aoe_sent(&record->target, initiator, message, now_ns);
		break;
	case TUNWIN_AOE_ANSWER:
		tunwin_aoe_answered(&record->target, initiator, message, now_ns);
		break;
	case TUNWIN_AOE_QUERY:
	case TUNWIN_AOE_CONFIG:
		tunwin_aoe_configured(&record->target, message, now_ns);
		break;
	default:
		break;
	}
	touch(record);
}

/*
 * A frame that arrives begins behind its Ethernet header, one that is sent with it. (Its network
 * header need not be set: the AoE driver does not.) Returns where the AoE header lies, or negative.
 */
static int ethernet_header(const struct sk_buff *skb, int direction,
			   struct tunwin_aoe_message *message, __be16 *protocol)
{
	const struct ethhdr *eth;
	struct ethhdr buffer;

	if (direction == TUNWIN_IN) {
		if (!skb_mac_header_was_set(skb) || skb->data - skb_mac_header(skb) < ETH_HLEN)
			return -EINVAL;
		eth = (const struct ethhdr *)skb_mac_header(skb);
		*protocol = skb->protocol;
	} else {
		eth = skb_header_pointer(skb, 0, sizeof(buffer), &buffer);
		if (!eth)
			return -EINVAL;
		*protocol = eth->h_proto;
	}
	ether_addr_copy(message->source, eth->h_source);
	ether_addr_copy(message->destination, eth->h_dest);
	return direction == TUNWIN_IN ? 0 : ETH_HLEN;
}

/* Returns false if it is not AoE at all. */
static bool read_frame(const struct sk_buff *skb, int direction,
		       struct tunwin_aoe_message *message)
{
	u8 buffer[TUNWIN_AOE_HEADER_LEN];
	const u8 *header = NULL;
	int offset, tags;
	__be16 protocol;
	u32 bytes;

	offset = ethernet_header(skb, direction, message, &protocol);
	for (tags = 0; offset >= 0 && tags < VLAN_TAGS_MAX && eth_type_vlan(protocol); tags++) {
		const struct vlan_hdr *tag;
		struct vlan_hdr tag_buffer;

		tag = skb_header_pointer(skb, offset, sizeof(tag_buffer), &tag_buffer);
		if (!tag)
			return false;
		protocol = tag->h_vlan_encapsulated_proto;
		offset += VLAN_HLEN;
	}
	if (offset < 0 || protocol != htons(ETH_P_AOE))
		return false;
	bytes = skb->len > offset ? min_t(u32, skb->len - offset, sizeof(buffer)) : 0;
	if (bytes)
		header = skb_header_pointer(skb, offset, bytes, buffer);
	tunwin_aoe_parse(header, header ? bytes : 0, header ? skb->len - offset : 0, message);
	return true;
}

/**
 * tunwin_aoe_packet() - a frame passes a tunnel that may be AoE
 * @tunnel: which
 * @direction: enum tunwin_direction
 * @skb: the frame, as the hooks have it; it is not changed
 *
 * Softirq or bottom halves off, RCU. Bounded work; memory is taken only for a target or an
 * initiator that was not known.
 */
void tunwin_aoe_packet(struct tunwin_tunnel *tunnel, int direction, const struct sk_buff *skb)
{
	struct tunwin_aoe_message message;
	u64 now_ns;

	/* A tunnel of IP packets may carry such a protocol, too; there are no addresses in it. */
	if (!skb->dev || skb->dev->type != ARPHRD_ETHER || !read_frame(skb, direction, &message))
		return;
	spin_lock_bh(&table.lock);
	now_ns = ktime_get_ns();
	if (message.kind == TUNWIN_AOE_MALFORMED)
		table.counters.malformed++;
	else if (message.kind != TUNWIN_AOE_OTHER)
		apply(tunnel, direction, &message, now_ns);
	spin_unlock_bh(&table.lock);
}

/* ---- ageing ---- */

static bool is_over(const struct record *record, u64 now_ns)
{
	return READ_ONCE(record->tunnel->gone) || now_ns - record->target.total.last_ns > IDLE_NS;
}

/* A bucket at a time, so that packets need not wait for all. */
static void look(struct work_struct *work)
{
	struct record *record;
	struct hlist_node *next;
	int i;

	for (i = 0; i < BUCKETS; i++) {
		u64 now_ns;

		spin_lock_bh(&table.lock);
		now_ns = ktime_get_ns();
		hlist_for_each_entry_safe(record, next, &table.bucket[i], node) {
			if (is_over(record, now_ns))
				forget(record);
			else
				tunwin_aoe_expire(&record->target, now_ns);
		}
		spin_unlock_bh(&table.lock);
		cond_resched();
	}
	spin_lock_bh(&table.lock);
	if (table.counters.targets)
		queue_delayed_work(tunwin_work_queue, &table.worker, LOOK_EVERY);
	spin_unlock_bh(&table.lock);
}

void tunwin_aoe_collect(void)
{
	mod_delayed_work(tunwin_work_queue, &table.worker, 0);
}

/* ---- on request ---- */

void tunwin_aoe_reset(u64 netns_cookie, u32 tunnel_id)
{
	struct record *record, *next;

	spin_lock_bh(&table.lock);
	list_for_each_entry_safe(record, next, &table.list, list)
		if (record->tunnel->netns_cookie == netns_cookie &&
		    (!tunnel_id || record->tunnel->id == tunnel_id))
			forget(record);
	spin_unlock_bh(&table.lock);
}

static void show(const struct record *record, struct tunwin_aoe_view *view)
{
	u32 i;

	view->ifindex = record->tunnel->ifindex;
	view->netns_inum = record->tunnel->netns_inum;
	/* A device may be renamed now: a torn name is accepted. */
	memcpy(view->tunnel, record->tunnel->name, sizeof(view->tunnel));
	view->tunnel[sizeof(view->tunnel) - 1] = '\0';
	view->shelf = record->shelf;
	view->slot = record->slot;
	view->direction = record->direction;
	view->first_ns = record->first_ns;
	view->target = record->target;
	for (i = 0; i < record->target.initiators; i++) {
		const struct tunwin_aoe_initiator *initiator = record->target.initiator[i];

		ether_addr_copy(view->initiator[i].mac, initiator->mac);
		view->initiator[i].load = initiator->load;
	}
}

static bool is_wanted(const struct record *record, u64 netns_cookie, int ifindex,
		      const char *tunnel)
{
	return record->tunnel->netns_cookie == netns_cookie && !READ_ONCE(record->tunnel->gone) &&
	       (!ifindex || record->tunnel->ifindex == ifindex) &&
	       (!*tunnel || !strncmp(record->tunnel->name, tunnel, IFNAMSIZ));
}

bool tunwin_aoe_next(u64 netns_cookie, int ifindex, const char *tunnel, u32 *id,
		     struct tunwin_aoe_view *view)
{
	struct record *record;
	bool found = false;

	spin_lock_bh(&table.lock);
	list_for_each_entry(record, &table.list, list) {
		if (record->id < *id || !is_wanted(record, netns_cookie, ifindex, tunnel))
			continue;
		show(record, view);
		*id = record->id;
		found = true;
		break;
	}
	spin_unlock_bh(&table.lock);
	return found;
}

void tunwin_aoe_counters_get(struct tunwin_aoe_counters *counters)
{
	spin_lock_bh(&table.lock);
	*counters = table.counters;
	spin_unlock_bh(&table.lock);
}

u64 tunwin_aoe_memory_bytes(void)
{
	struct tunwin_aoe_counters counters;

	tunwin_aoe_counters_get(&counters);
	return (u64)counters.targets * sizeof(struct record) +
	       (u64)counters.initiators * sizeof(struct tunwin_aoe_initiator);
}

void tunwin_aoe_init(void)
{
	/* What a page allocator gives in one piece of two pages. */
	BUILD_BUG_ON(sizeof(struct tunwin_aoe_initiator) > 8192);
	spin_lock_init(&table.lock);
	INIT_LIST_HEAD(&table.list);
	INIT_LIST_HEAD(&table.used[0]);
	INIT_LIST_HEAD(&table.used[1]);
	INIT_DELAYED_WORK(&table.worker, look);
}

void tunwin_aoe_exit(void)
{
	struct record *record, *next;

	cancel_delayed_work_sync(&table.worker);
	spin_lock_bh(&table.lock);
	list_for_each_entry_safe(record, next, &table.list, list)
		forget(record);
	spin_unlock_bh(&table.lock);
}
