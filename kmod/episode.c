// SPDX-License-Identifier: GPL-2.0
#include <linux/mutex.h>
#include <linux/slab.h>

#include "episode.h"
#include "suspend.h"

static struct {
	/* Protects all of it, and what the episodes say. */
	struct mutex mutex;
	/* All, the oldest first. */
	struct list_head list;
	u32 next_id;
	u32 over;
	u64 dropped;
	u64 bytes;
} episodes;

void tunwin_episode_lock(void)
{
	mutex_lock(&episodes.mutex);
}

void tunwin_episode_unlock(void)
{
	mutex_unlock(&episodes.mutex);
}

struct tunwin_episode *tunwin_episode_begin(const struct tunwin_buffer *buffer)
{
	struct tunwin_episode *episode = kzalloc(sizeof(*episode), GFP_KERNEL | __GFP_NOWARN);

	if (!episode) {
		mutex_lock(&episodes.mutex);
		episodes.dropped++;
		mutex_unlock(&episodes.mutex);
		return NULL;
	}
	episode->ifindex = buffer->ifindex;
	episode->netns_inum = buffer->netns_inum;
	strscpy(episode->name, buffer->name, sizeof(episode->name));
	memcpy(episode->users, buffer->place.users, sizeof(episode->users));
	episode->shortage = buffer->shortage;
	episode->suspend_ms = tunwin_suspend_ms();
	mutex_lock(&episodes.mutex);
	if (!++episodes.next_id)
		episodes.next_id++;
	episode->id = episodes.next_id;
	list_add_tail(&episode->list, &episodes.list);
	episodes.bytes += sizeof(*episode);
	mutex_unlock(&episodes.mutex);
	return episode;
}

static void forget(struct tunwin_episode *episode)
{
	list_del(&episode->list);
	episodes.bytes -= sizeof(*episode) + episode->room * sizeof(*episode->hit);
	kfree(episode->hit);
	kfree(episode);
}

void tunwin_episode_end(struct tunwin_episode *ended)
{
	struct tunwin_episode *episode;

	mutex_lock(&episodes.mutex);
	ended->shortage.open = false;
	if (episodes.over < TUNWIN_EPISODES) {
		episodes.over++;
		goto out;
	}
	list_for_each_entry(episode, &episodes.list, list)
		if (!episode->shortage.open) {
			forget(episode);
			episodes.dropped++;
			break;
		}
out:
	mutex_unlock(&episodes.mutex);
}

/* Without memory for more there is room for what there is. */
static bool grow(struct tunwin_episode *episode)
{
	u32 room = episode->room ? episode->room * 2 : 4;
	struct tunwin_hit *hit;

	if (episode->room == TUNWIN_EPISODE_HITS)
		return false;
	hit = krealloc(episode->hit, room * sizeof(*hit), GFP_KERNEL | __GFP_NOWARN);
	if (!hit)
		return false;
	episodes.bytes += (room - episode->room) * sizeof(*hit);
	episode->hit = hit;
	episode->room = room;
	return true;
}

struct tunwin_hit *tunwin_episode_hit(struct tunwin_episode *episode, u32 flow_id)
{
	struct tunwin_hit *hit;
	u32 i;

	for (i = 0; i < episode->hits; i++)
		if (episode->hit[i].flow_id == flow_id)
			return &episode->hit[i];
	if (episode->hits == episode->room && !grow(episode))
		return NULL;
	hit = &episode->hit[episode->hits++];
	memset(hit, 0, sizeof(*hit));
	hit->flow_id = flow_id;
	return hit;
}

int tunwin_episode_for_each(u32 *start,
			    int (*each)(const struct tunwin_episode *episode, void *arg),
			    void *arg)
{
	struct tunwin_episode *episode;
	int error = 0;

	mutex_lock(&episodes.mutex);
	list_for_each_entry(episode, &episodes.list, list) {
		if (episode->id < *start)
			continue;
		error = each(episode, arg);
		if (error)
			break;
		*start = episode->id + 1;
	}
	mutex_unlock(&episodes.mutex);
	return error;
}

u64 tunwin_episode_packets(const struct tunwin_episode *episode)
{
	u64 packets = 0;
	int source;

	for (source = 0; source < TUNWIN_BUFFER_SOURCES; source++)
		if (tunwin_buffer_is_of_packets(source))
			packets += episode->packets[source];
	return packets;
}

u64 tunwin_episode_dropped(void)
{
	return READ_ONCE(episodes.dropped);
}

u64 tunwin_episode_memory_bytes(void)
{
	return READ_ONCE(episodes.bytes);
}

void tunwin_episode_init(void)
{
	mutex_init(&episodes.mutex);
	INIT_LIST_HEAD(&episodes.list);
}

void tunwin_episode_exit(void)
{
	struct tunwin_episode *episode, *next;

	list_for_each_entry_safe(episode, next, &episodes.list, list)
		forget(episode);
}
