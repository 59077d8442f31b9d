// SPDX-License-Identifier: GPL-2.0
/*
 * The whole tool under libFuzzer: any command line, and any answer of the kernel to what it asks.
 *
 * An input is a line of arguments, divided by spaces, and behind it the messages that the
 * kernel answers with: for each a byte that says what it is (KIND_…), one for the request that
 * it answers (asked_for()), two of its length (little endian), and its bytes. When there are
 * no more each request is answered with "done"; who listens is told of an error then. What the
 * tool would do to this machine (load, unload, change namespaces, wait) is done by stubs,
 * which the linker puts in (--wrap, see Makefile).
 */
int tunwin_main(int argc, char **argv);
#define main tunwin_main
#include "../tunwin.c"
#undef main

#include <linux/netlink.h>
#include <linux/tunwin.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "module.h"

#define FAMILY		30
#define FAMILY_ETHTOOL	31

/* How a message is not one that answers. */
#define KIND_ERROR	0x01
#define KIND_DONE	0x02
#define KIND_LAST	0x04	/* no more parts follow */
#define KIND_INTR	0x08
#define KIND_TLVS	0x10	/* an extended ack is in it */

#define ARGS_MAX	32
#define LINE_MAX_BYTES	1024
/* Each answer may be asked for several times; nobody goes on for ever. */
#define ANSWERS_MAX	2000

static const uint8_t *input, *input_end;
static const uint8_t *next;	/* message */
static unsigned int answers;
static uint16_t request_type;	/* 0: nothing was asked for */
static uint8_t asked;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Which requests there are does not matter: what comes back is up to the input. */
int __wrap_genl_ctrl_resolve(struct nl_sock *sock, const char *name);
int __wrap_nl_send_auto(struct nl_sock *sock, struct nl_msg *msg);
int __wrap_nl_recvmsgs(struct nl_sock *sock, struct nl_cb *cb);
int __real_nl_recvmsgs(struct nl_sock *sock, struct nl_cb *cb);
int __wrap_tunwin_module_load(const char *file, int param_count, char **params, bool *already,
			      struct tunwin_error *err);
int __wrap_tunwin_module_unload(struct tunwin_error *err);
int __wrap_tunwin_netns_enter(const char *netns, struct tunwin_error *err);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted,
			   struct timespec *rest);

int __wrap_genl_ctrl_resolve(struct nl_sock *sock, const char *name)
{
	(void)sock;
	return strcmp(name, TUNWIN_FAMILY_NAME) ? FAMILY_ETHTOOL : FAMILY;
}

/* A command of ours, one of ethtool's, or a type of a message of rtnetlink. */
static uint8_t asked_for(struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = nlmsg_data(nlh);

	switch (nlh->nlmsg_type) {
	case FAMILY:
		return genl->cmd;
	case FAMILY_ETHTOOL:
		return 64 + genl->cmd;
	default:
		return (uint8_t)(128 + nlh->nlmsg_type);
	}
}

int __wrap_nl_send_auto(struct nl_sock *sock, struct nl_msg *msg)
{
	(void)sock;
	request_type = nlmsg_hdr(msg)->nlmsg_type;
	asked = asked_for(nlmsg_hdr(msg));
	next = input;
	if (getenv("SHOW"))
		fprintf(stderr, "request %u\n", asked);
	return 1;
}

int __wrap_tunwin_module_load(const char *file, int param_count, char **params, bool *already,
			      struct tunwin_error *err)
{
	(void)file;
	(void)param_count;
	(void)params;
	*already = true;
	(void)err;
	return 0;
}

int __wrap_tunwin_module_unload(struct tunwin_error *err)
{
	(void)err;
	return 0;
}

int __wrap_tunwin_netns_enter(const char *netns, struct tunwin_error *err)
{
	(void)netns;
	(void)err;
	return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	(void)timeout;
	for (nfds_t i = 0; i < count; i++)
		fds[i].revents = POLLIN;
	return (int)count;
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted,
			   struct timespec *rest)
{
	(void)clock;
	(void)flags;
	(void)wanted;
	(void)rest;
	return 0;
}

/* The next message that answers what was asked for; NULL if there is none. */
static const uint8_t *next_answer(size_t *bytes)
{
	while (input_end - next >= 4) {
		const uint8_t *message = next;

		*bytes = message[2] | (size_t)message[3] << 8;
		if (*bytes > (size_t)(input_end - message) - 4)
			*bytes = (size_t)(input_end - message) - 4;
		next += 4 + *bytes;
		if (!request_type || message[1] == asked)
			return message;
	}
	*bytes = 0;
	return NULL;
}

/* In memory of exactly its size, so that a sanitizer sees each byte too many. */
static int receive(struct nl_sock *sock, struct sockaddr_nl *from, unsigned char **buffer,
		   struct ucred **credentials)
{
	size_t bytes, len;
	const uint8_t *message = next_answer(&bytes);
	uint8_t kind = message ? message[0] : KIND_ERROR | KIND_DONE;
	struct nlmsghdr *nlh;

	(void)sock;
	(void)credentials;
	if (answers++ > ANSWERS_MAX || (!message && !request_type))
		return -NLE_NOMEM;
	*from = (struct sockaddr_nl) { .nl_family = AF_NETLINK };
	len = NLMSG_HDRLEN + (kind & KIND_ERROR && bytes < sizeof(int) ? sizeof(int) : bytes);
	nlh = calloc(1, len);
	if (!nlh)
		return -NLE_NOMEM;
	nlh->nlmsg_len = (uint32_t)len;
	if (kind & KIND_ERROR)
		nlh->nlmsg_type = kind & KIND_DONE ? NLMSG_DONE : NLMSG_ERROR;
	else if (!request_type || request_type >= FAMILY)
		nlh->nlmsg_type = request_type ? request_type : FAMILY;
	if (request_type && !(kind & KIND_ERROR) && asked >= 128)
		nlh->nlmsg_type = (uint16_t)(request_type - 2);	/* RTM_GET… to RTM_NEW… */
	if (!(kind & KIND_LAST))
		nlh->nlmsg_flags |= NLM_F_MULTI;
	if (kind & KIND_INTR)
		nlh->nlmsg_flags |= NLM_F_DUMP_INTR;
	if (kind & KIND_TLVS)
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS | NLM_F_CAPPED;
	if (message)
		memcpy((uint8_t *)nlh + NLMSG_HDRLEN, message + 4, bytes);
	*buffer = (unsigned char *)nlh;
	return (int)len;
}

static int any_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

int __wrap_nl_recvmsgs(struct nl_sock *sock, struct nl_cb *cb)
{
	nl_cb_overwrite_recv(cb, receive);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, any_sequence, NULL);
	return __real_nl_recvmsgs(sock, cb);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* SHOW=1 shows what one input makes the tool ask for and print. */
	if (!getenv("SHOW") && !freopen("/dev/null", "w", stdout))
		abort();
	/* How it prints is decided by the arguments; no terminal is asked for its width. */
	setenv("COLUMNS", "120", 1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request request = { .netns = NULL };
	struct tunwin_error err = { .status = TUNWIN_EXIT_FINE };
	char line[LINE_MAX_BYTES], *args[ARGS_MAX + 2] = { line };
	const uint8_t *end = memchr(data, '\n', size);
	size_t len = end ? (size_t)(end - data) : size;
	int count = 1;

	if (len >= sizeof(line) - sizeof("tunwin"))
		return -1;
	input = end ? end + 1 : data + size;
	input_end = data + size;
	next = input;
	request_type = 0;
	answers = 0;

	memcpy(line, "tunwin", sizeof("tunwin"));
	memcpy(line + sizeof("tunwin"), data, len);
	line[sizeof("tunwin") + len] = 0;
	for (char *word = line + sizeof("tunwin"); word && count <= ARGS_MAX; count++) {
		args[count] = word;
		word = strchr(word, ' ');
		if (word)
			*word++ = 0;
	}
	if (!*args[count - 1])
		count--;
	args[count] = NULL;

	optind = 0;
	tunwin_print_init(&request.env.out);
	run(count, args, &request, &err);
	if (getenv("SHOW"))
		printf("tunwin: %d %s\n", err.status, err.text);
	fflush(stdout);
	return 0;
}
