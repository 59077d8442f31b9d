// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/netlink.h>
#include <linux/tunwin.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "attr.h"
#include "client.h"
#include "decode.h"
#include "derive.h"

#define RECEIVE_BUFFER_BYTES (1 << 20)
#define MESSAGE_BYTES (64 << 10)	/* larger than any part of a dump (32 KB) */
#define DUMP_TRIES 4

struct tunwin_client {
	struct nl_sock *sock;
	int family;
};

/* What has come back for one request. */
struct reply {
	int (*decode)(struct nlmsghdr *nlh, void *arg);
	void *arg;
	bool one;		/* exactly one object is asked for */
	bool answered;
	bool done;
	bool interrupted;	/* a dump of something that changed meanwhile */
	bool malformed;
	int error;		/* of the kernel, a positive errno value */
	char sentence[256];	/* of its extended ack */
};

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;

	if (reply->decode && reply->decode(nlmsg_hdr(msg), reply->arg))
		reply->malformed = true;
	reply->answered = true;
	return NL_OK;
}

static int on_finish(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;

	/* A dump that failed on the way says so in its last message, which libnl does not read. */
	reply->error = tunwin_decode_error(nlmsg_hdr(msg), reply->sentence,
					   sizeof(reply->sentence));
	reply->done = true;
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;

	(void)msg;
	reply->done = true;
	return NL_STOP;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *report, void *arg)
{
	struct reply *reply = arg;

	(void)from;
	/* libnl 3.7 hands out the payload of the message; the sentence is behind it. */
	reply->error = tunwin_decode_error((struct nlmsghdr *)((char *)report - NLMSG_HDRLEN),
					   reply->sentence, sizeof(reply->sentence));
	reply->done = true;
	return NL_STOP;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;

	(void)msg;
	reply->interrupted = true;
	return NL_OK;
}

static int refuse_absent(struct tunwin_error *err)
{
	return tunwin_error_set(err, TUNWIN_EXIT_KERNEL,
				"the tunwin module is not loaded (try: modprobe tunwin)");
}

/* Puts a refusal into words; @what is what was asked for. */
static int refuse(struct tunwin_client *client, const struct reply *reply, const char *what,
		  bool change, struct tunwin_error *err)
{
	if (reply->sentence[0])
		return tunwin_error_set(err, TUNWIN_EXIT_KERNEL, "%s: %s", what, reply->sentence);
	if (reply->error == EPERM || reply->error == EACCES)
		return tunwin_error_set(err, TUNWIN_EXIT_KERNEL,
					"%s: not permitted, %s (try: sudo tunwin)", what, change ?
					"changes need root (CAP_NET_ADMIN) on the host itself" :
					"this needs root (CAP_NET_ADMIN) in the network namespace");
	/* The same error as for an object that is not there: the family was unloaded meanwhile. */
	if (reply->error == ENOENT &&
	    genl_ctrl_resolve(client->sock, TUNWIN_FAMILY_NAME) != client->family)
		return refuse_absent(err);
	return tunwin_error_set(err, TUNWIN_EXIT_KERNEL, "%s: the kernel refuses: %s", what,
				strerror(reply->error));
}

static struct nl_cb *new_callbacks(struct reply *reply)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		tunwin_error_nomem();
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, reply);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, reply);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, reply);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, reply);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, reply);
	return cb;
}

/* Sends @msg, which is freed, and receives until the kernel has answered in full. */
static int transact(struct tunwin_client *client, struct nl_msg *msg, struct reply *reply,
		    const char *what, bool change, struct tunwin_error *err)
{
	struct nl_cb *cb = new_callbacks(reply);
	int failed = nl_send_auto(client->sock, msg);

	while (failed >= 0 && !reply->done)
		failed = nl_recvmsgs(client->sock, cb);
	nl_cb_put(cb);
	nlmsg_free(msg);
	/* libnl returns what on_error() has seen already; other failures are its own. */
	if (!reply->done)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s: netlink: %s", what,
					nl_geterror(failed));
	if (reply->error)
		return refuse(client, reply, what, change, err);
	if (reply->malformed || (reply->one && !reply->answered))
		return tunwin_error_set(err, TUNWIN_EXIT_KERNEL,
					"%s: the module's answer is malformed (is it of another version than this tool?)",
					what);
	return 0;
}

static struct nl_msg *new_request(struct tunwin_client *client, uint8_t command, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, client->family, 0, flags, command,
				 TUNWIN_FAMILY_VERSION))
		tunwin_error_nomem();
	return msg;
}

static void put_filter(struct nl_msg *msg, const struct filter *filter)
{
	tunwin_attr_put_string(msg, TUNWIN_A_FLOW_TUNNEL, filter->tunnel);
	tunwin_attr_put_u8(msg, TUNWIN_A_FLOW_VANTAGE, filter->vantage);
	tunwin_attr_put_address(msg, TUNWIN_A_FLOW_NEAR_ADDR, &filter->near_addr);
	tunwin_attr_put_u16(msg, TUNWIN_A_FLOW_NEAR_PORT, filter->near_port);
	tunwin_attr_put_address(msg, TUNWIN_A_FLOW_FAR_ADDR, &filter->far_addr);
	tunwin_attr_put_u16(msg, TUNWIN_A_FLOW_FAR_PORT, filter->far_port);
	tunwin_attr_put_u8(msg, TUNWIN_A_FLOW_STATE, filter->state);
	tunwin_attr_put_address(msg, TUNWIN_A_FLOW_ADDR, &filter->host);
	tunwin_attr_put_u8(msg, TUNWIN_A_FLOW_PREFIX_LEN, filter->host_prefix_len);
	tunwin_attr_put_u16(msg, TUNWIN_A_FLOW_PORT, filter->port);
	tunwin_attr_put_u8(msg, TUNWIN_A_FLOW_LIMIT, filter->limit);
	if (filter->ended)
		tunwin_attr_put_flag(msg, TUNWIN_A_FLOW_ENDED);
}

int tunwin_client_open(struct tunwin_client **client, struct tunwin_error *err)
{
	struct tunwin_client *new;
	const int on = 1;
	int failed;
	int fd;

	*client = NULL;
	new = calloc(1, sizeof(*new));
	if (!new)
		tunwin_error_nomem();
	new->sock = nl_socket_alloc();
	if (!new->sock)
		tunwin_error_nomem();
	failed = genl_connect(new->sock);
	if (failed) {
		tunwin_client_close(new);
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "cannot open a netlink socket: %s",
					nl_geterror(failed));
	}
	/* All of these make answers better; none is needed to get one. */
	fd = nl_socket_get_fd(new->sock);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	nl_socket_set_buffer_size(new->sock, RECEIVE_BUFFER_BYTES, 0);
	nl_socket_set_msg_buf_size(new->sock, MESSAGE_BYTES);

	new->family = genl_ctrl_resolve(new->sock, TUNWIN_FAMILY_NAME);
	if (new->family < 0) {
		failed = new->family;
		tunwin_client_close(new);
		if (failed == -NLE_OBJ_NOTFOUND)
			return refuse_absent(err);
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "cannot ask for the module: %s",
					nl_geterror(failed));
	}
	*client = new;
	return 0;
}

void tunwin_client_close(struct tunwin_client *client)
{
	if (!client)
		return;
	nl_socket_free(client->sock);
	free(client);
}

static int decode_flow(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_flow(nlh, arg);
}

static int decode_flow_into(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_flow(nlh, tunwin_model_add_flow(arg));
}

static int decode_tunnel(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_tunnel(nlh, arg);
}

static int decode_tunnel_into(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_tunnel(nlh, tunwin_model_add_tunnel(arg));
}

static int decode_status(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_status(nlh, arg);
}

int tunwin_client_flows(struct tunwin_client *client, const struct filter *filter,
			struct flow_list *list, struct tunwin_error *err)
{
	memset(list, 0, sizeof(*list));
	for (unsigned int i = 0; i < DUMP_TRIES; i++) {
		struct nl_msg *msg = new_request(client, TUNWIN_CMD_FLOW_GET, NLM_F_DUMP);
		struct reply reply = { .decode = decode_flow_into, .arg = list };

		list->count = 0;
		put_filter(msg, filter);
		if (transact(client, msg, &reply, "flows", false, err)) {
			tunwin_model_free_flows(list);
			return err->status;
		}
		list->incomplete = reply.interrupted;
		if (!reply.interrupted)
			break;
	}
	if (filter->ended)
		tunwin_derive_sort_ended(list);
	else
		tunwin_derive_sort_flows(list);
	return 0;
}

int tunwin_client_flow(struct tunwin_client *client, uint32_t id, struct flow *flow,
		       struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_FLOW_GET, 0);
	struct reply reply = { .decode = decode_flow, .arg = flow, .one = true };
	char what[32];

	memset(flow, 0, sizeof(*flow));
	snprintf(what, sizeof(what), "flow %u", id);
	tunwin_attr_put_u32(msg, TUNWIN_A_FLOW_ID, OPT_U64(id));
	return transact(client, msg, &reply, what, false, err);
}

int tunwin_client_tunnels(struct tunwin_client *client, struct tunnel_list *list,
			  struct tunwin_error *err)
{
	memset(list, 0, sizeof(*list));
	for (unsigned int i = 0; i < DUMP_TRIES; i++) {
		struct nl_msg *msg = new_request(client, TUNWIN_CMD_TUNNEL_GET, NLM_F_DUMP);
		struct reply reply = { .decode = decode_tunnel_into, .arg = list };

		list->count = 0;
		if (transact(client, msg, &reply, "tunnels", false, err)) {
			tunwin_model_free_tunnels(list);
			return err->status;
		}
		if (!reply.interrupted)
			break;
	}
	tunwin_derive_sort_tunnels(list);
	return 0;
}

int tunwin_client_tunnel(struct tunwin_client *client, const char *name, struct tunnel *tunnel,
			 struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_TUNNEL_GET, 0);
	struct reply reply = { .decode = decode_tunnel, .arg = tunnel, .one = true };

	memset(tunnel, 0, sizeof(*tunnel));
	tunwin_attr_put_string(msg, TUNWIN_A_TUNNEL_NAME, name);
	return transact(client, msg, &reply, name, false, err);
}

int tunwin_client_find_tunnel(struct tunwin_client *client, const char *name,
			      struct tunwin_error *err)
{
	struct tunnel tunnel;

	return name ? tunwin_client_tunnel(client, name, &tunnel, err) : 0;
}

int tunwin_client_status(struct tunwin_client *client, struct status *status,
			 struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_STATUS_GET, 0);
	struct reply reply = { .decode = decode_status, .arg = status, .one = true };
	struct utsname host;

	memset(status, 0, sizeof(*status));
	if (transact(client, msg, &reply, "status", false, err))
		return err->status;
	if (!uname(&host))
		snprintf(status->kernel, sizeof(status->kernel), "%s", host.release);
	return 0;
}

int tunwin_client_set(struct tunwin_client *client, const struct settings *settings,
		      struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_SETTINGS_SET, 0);
	struct reply reply = { 0 };

	tunwin_attr_put_u32(msg, TUNWIN_A_STATUS_MAX_FLOWS, settings->max_flows);
	tunwin_attr_put_u32(msg, TUNWIN_A_STATUS_MAX_HISTORY, settings->max_history);
	tunwin_attr_put_u32(msg, TUNWIN_A_STATUS_IDLE_TIMEOUT_S, settings->idle_timeout_s);
	tunwin_attr_put_u32(msg, TUNWIN_A_STATUS_MAX_DETAILS, settings->max_details);
	tunwin_attr_put_u32(msg, TUNWIN_A_STATUS_SHARE_PERCENT, settings->share_percent);
	return transact(client, msg, &reply, "set", true, err);
}

int tunwin_client_set_tunnel(struct tunwin_client *client, const char *tunnel,
			     const struct tunnel_settings *settings, struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_TUNNEL_SET, 0);
	struct reply reply = { 0 };

	tunwin_attr_put_string(msg, TUNWIN_A_TUNNEL_NAME, tunnel);
	tunwin_attr_put_u64(msg, TUNWIN_A_TUNNEL_RATE_BPS, settings->rate_bps);
	tunwin_attr_put_u32(msg, TUNWIN_A_TUNNEL_COLLAPSE_RATIO_PERCENT,
			    settings->collapse_ratio_percent);
	return transact(client, msg, &reply, tunnel, true, err);
}

int tunwin_client_track(struct tunwin_client *client, const char *device, bool off,
			struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_TRACK_SET, 0);
	struct reply reply = { 0 };

	tunwin_attr_put_string(msg, TUNWIN_A_DEVICE_NAME, device);
	if (off)
		tunwin_attr_put_flag(msg, TUNWIN_A_DEVICE_OFF);
	return transact(client, msg, &reply, device, true, err);
}

int tunwin_client_reset(struct tunwin_client *client, const char *tunnel,
			struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_RESET, 0);
	struct reply reply = { 0 };

	tunwin_attr_put_string(msg, TUNWIN_A_DEVICE_NAME, tunnel);
	return transact(client, msg, &reply, tunnel ? tunnel : "reset", true, err);
}

static int decode_alert_into(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_alert(nlh, tunwin_model_add_alert(arg));
}

int tunwin_client_alerts(struct tunwin_client *client, bool history, const char *tunnel,
			 struct alert_list *list, struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_ALERT_GET, NLM_F_DUMP);
	struct reply reply = { .decode = decode_alert_into, .arg = list };

	memset(list, 0, sizeof(*list));
	tunwin_attr_put_string(msg, TUNWIN_A_ALERT_TUNNEL, tunnel);
	if (history)
		tunwin_attr_put_flag(msg, TUNWIN_A_ALERT_HISTORY);
	if (transact(client, msg, &reply, "alerts", false, err))
		tunwin_model_free_alerts(list);
	return err->status;
}

static int decode_buffer_host(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_buffer_host(nlh, arg);
}

int tunwin_client_buffer_host(struct tunwin_client *client, struct buffer_host *host,
			      struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_BUFFER_GET, 0);
	struct reply reply = { .decode = decode_buffer_host, .arg = host, .one = true };

	memset(host, 0, sizeof(*host));
	return transact(client, msg, &reply, "buffers", false, err);
}

static int decode_buffer_into(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_buffer(nlh, tunwin_shortage_add_device(arg));
}

int tunwin_client_buffers(struct tunwin_client *client, struct buffer_list *list,
			  struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_BUFFER_GET, NLM_F_DUMP);
	struct reply reply = { .decode = decode_buffer_into, .arg = list };

	memset(list, 0, sizeof(*list));
	if (transact(client, msg, &reply, "buffers", false, err))
		tunwin_shortage_free_devices(list);
	return err->status;
}

static int decode_episode_into(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_episode(nlh, tunwin_shortage_add_episode(arg));
}

int tunwin_client_episodes(struct tunwin_client *client, const char *device,
			   struct episode_list *list, struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_EPISODE_GET, NLM_F_DUMP);
	struct reply reply = { .decode = decode_episode_into, .arg = list };

	memset(list, 0, sizeof(*list));
	tunwin_attr_put_string(msg, TUNWIN_A_EPISODE_NAME, device);
	if (transact(client, msg, &reply, "buffers", false, err))
		tunwin_shortage_free_episodes(list);
	return err->status;
}

static int decode_aoe_host(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_aoe_host(nlh, arg);
}

int tunwin_client_aoe_host(struct tunwin_client *client, struct aoe_host *host,
			   struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_AOE_GET, 0);
	struct reply reply = { .decode = decode_aoe_host, .arg = host, .one = true };

	memset(host, 0, sizeof(*host));
	return transact(client, msg, &reply, "aoe", false, err);
}

static int decode_aoe_into(struct nlmsghdr *nlh, void *arg)
{
	return tunwin_decode_aoe(nlh, tunwin_target_add(arg));
}

int tunwin_client_aoe(struct tunwin_client *client, const char *tunnel, struct aoe_list *list,
		      struct tunwin_error *err)
{
	struct nl_msg *msg = new_request(client, TUNWIN_CMD_AOE_GET, NLM_F_DUMP);
	struct reply reply = { .decode = decode_aoe_into, .arg = list };

	memset(list, 0, sizeof(*list));
	tunwin_attr_put_string(msg, TUNWIN_A_AOE_TUNNEL, tunnel);
	if (transact(client, msg, &reply, "aoe", false, err))
		tunwin_target_free(list);
	return err->status;
}

static int join(struct tunwin_client *client, const char *family, const char *name)
{
	int group = genl_ctrl_resolve_grp(client->sock, family, name);

	return group < 0 ? group : nl_socket_add_memberships(client->sock, group, 0);
}

int tunwin_client_listen(struct tunwin_client *client, struct tunwin_error *err)
{
	int failed = join(client, TUNWIN_FAMILY_NAME, TUNWIN_MCGRP_ALERTS);

	if (failed >= 0)
		failed = join(client, TUNWIN_FAMILY_NAME, TUNWIN_MCGRP_FLOWS);
	/* When the family goes, the kernel drops who listens to it without a word. */
	if (failed >= 0)
		failed = join(client, "nlctrl", "notify");
	if (failed < 0)
		return tunwin_error_set(err, TUNWIN_EXIT_KERNEL, "cannot listen for events: %s",
					nl_geterror(failed));
	return 0;
}

struct receiving {
	struct events *events;
	int family;
	bool malformed;
};

static bool is_farewell(struct nl_msg *msg)
{
	struct genlmsghdr *header = genlmsg_hdr(nlmsg_hdr(msg));
	struct nlattr *name;

	if (nlmsg_hdr(msg)->nlmsg_type != GENL_ID_CTRL || header->cmd != CTRL_CMD_DELFAMILY)
		return false;
	name = nla_find(genlmsg_attrdata(header, 0), genlmsg_attrlen(header, 0),
			CTRL_ATTR_FAMILY_NAME);
	return name && !nla_strcmp(name, TUNWIN_FAMILY_NAME);
}

static int on_event(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *header = genlmsg_hdr(nlmsg_hdr(msg));
	struct receiving *receiving = arg;
	struct events *events = receiving->events;
	int failed = 0;

	events->gone |= is_farewell(msg);
	if (nlmsg_hdr(msg)->nlmsg_type != receiving->family)
		return NL_OK;
	if (header->cmd == TUNWIN_CMD_ALERT_NTF)
		failed = tunwin_decode_alert(nlmsg_hdr(msg),
					     tunwin_model_add_alert(&events->alerts));
	else if (header->cmd == TUNWIN_CMD_FLOW_END_NTF)
		failed = tunwin_decode_flow(nlmsg_hdr(msg), tunwin_model_add_flow(&events->ended));
	receiving->malformed |= failed != 0;
	return NL_OK;
}

/* Events have no request whose number they could have. */
static int on_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

int tunwin_client_next_events(struct tunwin_client *client, int stop_fd, bool hurry,
			      struct events *events, struct tunwin_error *err)
{
	struct pollfd waits[] = {
		{ .fd = nl_socket_get_fd(client->sock), .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },
	};
	struct receiving receiving = { .events = events, .family = client->family };
	struct nl_cb *cb;
	int failed;

	memset(events, 0, sizeof(*events));
	failed = poll(waits, 2, hurry ? 0 : -1);
	if (failed < 0)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "cannot wait for events: %s",
					strerror(errno));
	events->idle = !failed;
	events->stopped = waits[1].revents;
	if (events->stopped || events->idle)
		return 0;
	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb)
		tunwin_error_nomem();
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_event, &receiving);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, NULL);
	failed = nl_recvmsgs(client->sock, cb);
	nl_cb_put(cb);
	events->overrun = failed == -NLE_NOMEM;
	if (receiving.malformed)
		return tunwin_error_set(err, TUNWIN_EXIT_KERNEL,
					"an event of the module is malformed (is it of another version than this tool?)");
	if (failed < 0 && !events->overrun)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "cannot receive events: %s",
					nl_geterror(failed));
	return 0;
}

void tunwin_client_free_events(struct events *events)
{
	tunwin_model_free_alerts(&events->alerts);
	tunwin_model_free_flows(&events->ended);
}
