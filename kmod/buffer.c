// SPDX-License-Identifier: GPL-2.0
/*
 * A device is on the list, and its address in the hash, from when it was found below a tunnel until
 * it carries none any more or is unregistered; while it is, buffer->dev is valid for whoever holds
 * the mutex. Drops only compare addresses. skb->dev, as it is left where packets are dropped, may
 * be anything (a socket's queues keep other things in its place).
 *
 * Order of locks: RTNL, then tunnels.mutex, then buffers.mutex.
 */
#include <linux/hashtable.h>
#include <linux/kallsyms.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>
#include <net/gro_cells.h>
#include <net/net_namespace.h>

#include "buffer.h"
#include "compat/drop.h"
#include "compat/netns.h"
#include "lower.h"
#include "tunnel.h"

/* No more devices are watched; what is refused is not shown. */
#define DEVICES_MAX	16384

static struct {
	/* Protects the list and what is kept about it. */
	struct mutex mutex;
	struct list_head list;
	struct xarray by_id;
	DECLARE_HASHTABLE(hash, 8);
	u32 next_id;
	u32 total;
	void (*gone)(struct tunwin_buffer *buffer);
	/* Where gro_cells_receive() begins and ends; 0 if that is not known. */
	unsigned long cells_start;
	unsigned long cells_end;
} buffers;

static DEFINE_PER_CPU(struct tunwin_buffer_cpu, unplaced);

/* ---- drops ---- */

/* rcu_read_lock() or the mutex */
static struct tunwin_buffer *find(const struct net_device *dev)
{
	struct tunwin_buffer *buffer;

	hash_for_each_possible_rcu(buffers.hash, buffer, node, (unsigned long)dev,
				   lockdep_is_held(&buffers.mutex))
		if (READ_ONCE(buffer->dev) == dev)
			return buffer;
	return NULL;
}

/* Only gro_cells_receive() drops there without a reason. */
static bool is_in_cells(unsigned long location)
{
	return location > buffers.cells_start && location <= buffers.cells_end;
}

static int source_of(unsigned long location, u32 reason)
{
	int source = tunwin_drop_source(reason);

	return source < 0 && is_in_cells(location) ? TUNWIN_BUFFER_SOURCE_GRO_CELLS : source;
}

/* From the IP header on, a merged one as its segments. */
static u32 packet_bytes(const struct sk_buff *skb, int source)
{
	u32 bytes = skb->len, segments = skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 0;

	/* A socket's has left its headers behind. */
	if ((source == TUNWIN_BUFFER_SOURCE_SOCKET || source == TUNWIN_BUFFER_SOURCE_TCP_MEMORY) &&
	    skb_network_offset(skb) < 0)
		bytes -= skb_network_offset(skb);
	return segments > 1 ? bytes / segments : bytes;
}

void tunwin_buffer_drop(const struct sk_buff *skb, unsigned long location, u32 reason,
			const struct net *net, const struct net_device *tunnel)
{
	int source = source_of(location, reason);
	const struct net_device *dev = skb->dev;
	struct tunwin_buffer_cpu __percpu *cpu;
	struct tunwin_buffer_drops *drops;
	struct tunwin_buffer *buffer;
	u64 now_ns;

	if (source < 0)
		return;
	/* What has come to a socket has left its device behind. */
	if (source == TUNWIN_BUFFER_SOURCE_SOCKET || source == TUNWIN_BUFFER_SOURCE_TCP_MEMORY) {
		dev = tunnel;
		if (!dev && net && skb->skb_iif)
			dev = dev_get_by_index_rcu((struct net *)net, skb->skb_iif);
	}
	buffer = dev ? find(dev) : NULL;
	/* A socket's packet may have come by no tunnel at all, and then it is none of ours. */
	if (!buffer && dev)
		return;
	cpu = buffer ? buffer->cpu : &unplaced;
	drops = &raw_cpu_ptr(cpu)->source[source];
	now_ns = ktime_get_mono_fast_ns();
	atomic64_inc(&drops->packets[tunwin_window_size_class(packet_bytes(skb, source))]);
	atomic64_cmpxchg(&drops->first_ns, 0, now_ns);
	atomic64_set(&drops->last_ns, now_ns);
}

static void count_drops(struct tunwin_buffer_cpu __percpu *cpu, enum tunwin_buffer_source source,
			struct tunwin_buffer_count *count)
{
	int i, class;

	for_each_possible_cpu(i) {
		const struct tunwin_buffer_drops *drops = &per_cpu_ptr(cpu, i)->source[source];
		u64 first_ns = atomic64_read(&drops->first_ns);

		for (class = 0; class < TUNWIN_SIZE_CLASSES; class++)
			count->packets[class] += atomic64_read(&drops->packets[class]);
		if (first_ns && (!count->first_ns || first_ns < count->first_ns))
			count->first_ns = first_ns;
		count->last_ns = max_t(u64, count->last_ns, atomic64_read(&drops->last_ns));
	}
}

void tunwin_buffer_count_get(const struct tunwin_buffer *buffer, enum tunwin_buffer_source source,
			     struct tunwin_buffer_count *count)
{
	if (source >= TUNWIN_BUFFER_DROPS) {
		*count = buffer->count[source];
		return;
	}
	memset(count, 0, sizeof(*count));
	count->known = tunwin_drop_source_known(source) ||
		       (source == TUNWIN_BUFFER_SOURCE_GRO_CELLS && buffers.cells_end);
	count_drops(buffer->cpu, source, count);
}

void tunwin_buffer_unplaced_get(enum tunwin_buffer_source source, struct tunwin_buffer_count *count)
{
	memset(count, 0, sizeof(*count));
	count->known = tunwin_drop_source_known(source);
	count_drops(&unplaced, source, count);
}

/* ---- the list ---- */

static void free_rcu(struct rcu_head *rcu)
{
	struct tunwin_buffer *buffer = container_of(rcu, struct tunwin_buffer, rcu);

	free_percpu(buffer->cpu);
	kfree(buffer);
}

/* Under the mutex, as all that follows. */
static void remove(struct tunwin_buffer *buffer)
{
	buffers.gone(buffer);
	xa_erase(&buffers.by_id, buffer->id);
	hash_del_rcu(&buffer->node);
	list_del(&buffer->list);
	buffers.total--;
	call_rcu(&buffer->rcu, free_rcu);
}

static struct tunwin_buffer *add(struct net_device *dev)
{
	struct tunwin_buffer *buffer;

	if (buffers.total == DEVICES_MAX)
		return NULL;
	buffer = kzalloc(sizeof(*buffer), GFP_KERNEL);
	if (!buffer)
		return NULL;
	buffer->cpu = alloc_percpu(struct tunwin_buffer_cpu);
	if (!buffer->cpu) {
		kfree(buffer);
		return NULL;
	}
	buffer->net = dev_net(dev);
	buffer->netns_cookie = tunwin_netns_cookie(buffer->net);
	buffer->netns_inum = buffer->net->ns.inum;
	buffer->ifindex = dev->ifindex;
	buffer->dev = dev;
	strscpy(buffer->name, dev->name, sizeof(buffer->name));
	if (!++buffers.next_id)
		buffers.next_id++;
	buffer->id = buffers.next_id;
	if (xa_err(xa_store(&buffers.by_id, buffer->id, buffer, GFP_KERNEL))) {
		free_percpu(buffer->cpu);
		kfree(buffer);
		return NULL;
	}
	list_add_tail(&buffer->list, &buffers.list);
	hash_add_rcu(buffers.hash, &buffer->node, (unsigned long)dev);
	buffers.total++;
	return buffer;
}

void tunwin_buffer_place_begin(void)
{
	struct tunwin_buffer *buffer;

	mutex_lock(&buffers.mutex);
	list_for_each_entry(buffer, &buffers.list, list)
		memset(&buffer->next_place, 0, sizeof(buffer->next_place));
	mutex_unlock(&buffers.mutex);
}

/*
 * A device that is being unregistered is told of once, which may be over. One that moves to another
 * namespace is told of as well; it is found again by the next look, or not.
 */
static struct tunwin_buffer *get(struct net_device *dev)
{
	struct tunwin_buffer *buffer = find(dev);

	if (!buffer && dev->reg_state == NETREG_REGISTERED)
		buffer = add(dev);
	return buffer;
}

int tunwin_buffer_user_find(const struct tunwin_buffer_user *users, u64 netns_cookie)
{
	int i;

	for (i = 0; i < TUNWIN_BUFFER_USERS; i++)
		if (users[i].netns_cookie == netns_cookie)
			return i;
	return -1;
}

/* Whose tunnels it carries; there may be more than there is room for. */
static void add_user(struct tunwin_buffer *buffer, const struct tunwin_tunnel *tunnel)
{
	struct tunwin_buffer_user *user, *users = buffer->next_place.users;

	for (user = users; user < users + TUNWIN_BUFFER_USERS; user++) {
		if (user->netns_cookie == tunnel->netns_cookie)
			return;
		if (user->netns_cookie)
			continue;
		user->netns_cookie = tunnel->netns_cookie;
		user->tunnel_id = tunnel->id;
		user->ifindex = tunnel->ifindex;
		strscpy(user->tunnel, tunnel->name, sizeof(user->tunnel));
		return;
	}
}

void tunwin_buffer_place(struct tunwin_tunnel *tunnel)
{
	struct net_device *lower[TUNWIN_BUFFER_LOWERS];
	struct tunwin_buffer *buffer;
	int count, i;

	WRITE_ONCE(tunnel->overhead_bytes, tunwin_lower_overhead_bytes(tunnel));
	/* With a reference to each. */
	count = tunwin_lower_find(tunnel, lower);
	mutex_lock(&buffers.mutex);
	buffer = get(tunnel->dev);
	if (buffer) {
		buffer->next_place.is_tunnel = tunnel->tracked_by == TUNWIN_TRACKED_BY_KIND;
		add_user(buffer, tunnel);
	}
	tunnel->lower_id[0] = buffer ? buffer->id : 0;
	for (i = 0; i < count; i++) {
		buffer = get(lower[i]);
		tunnel->lower_id[i + 1] = buffer ? buffer->id : 0;
		if (buffer) {
			buffer->next_place.carries++;
			add_user(buffer, tunnel);
		}
	}
	for (; i < TUNWIN_BUFFER_LOWERS; i++)
		tunnel->lower_id[i + 1] = 0;
	mutex_unlock(&buffers.mutex);
	tunwin_lower_put(lower, count);
}

void tunwin_buffer_place_end(void)
{
	struct tunwin_buffer *buffer, *next;

	mutex_lock(&buffers.mutex);
	/* All at once: who asks meanwhile is told what was found out before. */
	list_for_each_entry_safe(buffer, next, &buffers.list, list) {
		buffer->place = buffer->next_place;
		if (!buffer->place.users[0].netns_cookie)
			remove(buffer);
	}
	mutex_unlock(&buffers.mutex);
}

static int device_event(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct tunwin_buffer *buffer;

	if (event != NETDEV_UNREGISTER && event != NETDEV_CHANGENAME)
		return NOTIFY_DONE;
	mutex_lock(&buffers.mutex);
	buffer = find(dev);
	if (buffer && event == NETDEV_UNREGISTER)
		remove(buffer);
	else if (buffer)
		strscpy(buffer->name, dev->name, sizeof(buffer->name));
	mutex_unlock(&buffers.mutex);
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = {
	.notifier_call = device_event,
};

int tunwin_buffer_for_each(u32 *start, int (*each)(struct tunwin_buffer *buffer, void *arg),
			   void *arg)
{
	struct tunwin_buffer *buffer;
	int error = 0;

	mutex_lock(&buffers.mutex);
	list_for_each_entry(buffer, &buffers.list, list) {
		if (buffer->id < *start)
			continue;
		error = each(buffer, arg);
		if (error)
			break;
		*start = buffer->id + 1;
	}
	mutex_unlock(&buffers.mutex);
	return error;
}

void tunwin_buffer_by_id(u32 id, void (*each)(struct tunwin_buffer *buffer, const void *arg),
			 const void *arg)
{
	struct tunwin_buffer *buffer;

	mutex_lock(&buffers.mutex);
	buffer = xa_load(&buffers.by_id, id);
	if (buffer)
		each(buffer, arg);
	mutex_unlock(&buffers.mutex);
}

u64 tunwin_buffer_memory_bytes(void)
{
	u64 cpus_bytes = num_possible_cpus() * sizeof(struct tunwin_buffer_cpu);

	return READ_ONCE(buffers.total) * (sizeof(struct tunwin_buffer) + cpus_bytes);
}

/* The kernel's own name for the address tells how long the function is: "name+0x0/0x123". */
static void find_cells(void)
{
	unsigned long start = (unsigned long)gro_cells_receive, offset, size;
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol(name, start);
	if (sscanf(name, "gro_cells_receive+%lx/%lx", &offset, &size) != 2 || offset)
		return;
	buffers.cells_start = start;
	buffers.cells_end = start + size;
}

int tunwin_buffer_init(void (*gone)(struct tunwin_buffer *buffer))
{
	mutex_init(&buffers.mutex);
	INIT_LIST_HEAD(&buffers.list);
	xa_init(&buffers.by_id);
	hash_init(buffers.hash);
	buffers.gone = gone;
	find_cells();
	return register_netdevice_notifier(&device_notifier);
}

void tunwin_buffer_exit(void)
{
	struct tunwin_buffer *buffer, *next;

	unregister_netdevice_notifier(&device_notifier);
	list_for_each_entry_safe(buffer, next, &buffers.list, list)
		remove(buffer);
	xa_destroy(&buffers.by_id);
}
