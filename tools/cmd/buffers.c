// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "cmd/cmd.h"
#include "parse.h"
#include "print/buffer.h"

static int show_episodes(const struct env *env, struct tunwin_client *client, const char *device,
			 struct tunwin_error *err)
{
	struct episode_list list;

	if (tunwin_client_episodes(client, device, &list, err))
		return err->status;
	tunwin_buffer_print_episodes(&env->out, &list);
	tunwin_shortage_free_episodes(&list);
	return 0;
}

static int show_episode(const struct env *env, struct tunwin_client *client, uint32_t id,
			struct tunwin_error *err)
{
	const struct episode *found = NULL;
	struct episode_list list;

	if (tunwin_client_episodes(client, NULL, &list, err))
		return err->status;
	for (size_t i = 0; i < list.count; i++)
		if (list.episodes[i].id.value == id)
			found = &list.episodes[i];
	if (found)
		tunwin_buffer_print_episode(&env->out, found);
	else
		tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
				 "no episode %u is remembered in this network namespace (see: tunwin buffers history)",
				 id);
	tunwin_shortage_free_episodes(&list);
	return err->status;
}

static bool is_known(const struct buffer_view *view, const char *device)
{
	for (size_t i = 0; i < view->devices.count; i++)
		if (!strcmp(view->devices.devices[i].name, device))
			return true;
	return false;
}

static int show_all(const struct env *env, struct tunwin_client *client, const char *device,
		    struct tunwin_error *err)
{
	struct buffer_view view = { 0 };
	struct filter filter = { 0 };

	if (!tunwin_client_buffer_host(client, &view.host, err) &&
	    !tunwin_client_buffers(client, &view.devices, err) &&
	    !tunwin_client_episodes(client, device, &view.episodes, err) &&
	    !tunwin_client_tunnels(client, &view.tunnels, err) &&
	    !tunwin_client_flows(client, &filter, &view.flows, err)) {
		tunwin_link_read(&view.links);
		if (!device || is_known(&view, device))
			tunwin_buffer_print(&env->out, &view, device);
		else
			tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					 "%s is no tunnel of this network namespace, and carries none",
					 device);
	}
	tunwin_shortage_free_devices(&view.devices);
	tunwin_shortage_free_episodes(&view.episodes);
	tunwin_model_free_tunnels(&view.tunnels);
	tunwin_model_free_flows(&view.flows);
	tunwin_link_free(&view.links);
	return err->status;
}

/* [DEVICE] | history [DEVICE] | episode ID */
int tunwin_cmd_buffers(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	bool history = argc && !strcmp(argv[0], "history");
	bool episode = argc && !strcmp(argv[0], "episode");
	struct tunwin_client *client;
	const char *device;
	uint64_t id = 0;

	argc -= history || episode;
	argv += history || episode;
	device = argc ? argv[0] : NULL;
	if (argc > 1)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"buffers: unexpected argument '%s' (see: tunwin help buffers)",
					argv[1]);
	if (episode && !argc)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"buffers: the id of the episode is missing (see: tunwin buffers history)");
	if (episode ? tunwin_parse_number("episode", device, 1, UINT32_MAX, &id, err) :
	    device && tunwin_parse_device("device", device, err))
		return err->status;
	if (tunwin_client_open(&client, err))
		return err->status;
	if (episode)
		show_episode(env, client, (uint32_t)id, err);
	else if (history)
		show_episodes(env, client, device, err);
	else
		show_all(env, client, device, err);
	tunwin_client_close(client);
	return err->status;
}
