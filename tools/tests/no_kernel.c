// SPDX-License-Identifier: GPL-2.0
/*
 * Where a program of the tests answers in place of the kernel (recorded.c, ../fuzz/fuzz_tool.c),
 * the linker puts these where the tool would connect to it, join a group of it, or wait (--wrap,
 * see ../Makefile).
 */
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <time.h>

/* Which functions there are does not matter to anyone but the linker. */
int __wrap_genl_connect(struct nl_sock *sock);
int __wrap_nl_connect(struct nl_sock *sock, int protocol);
int __wrap_genl_ctrl_resolve_grp(struct nl_sock *sock, const char *family, const char *group);
int __wrap_nl_socket_add_memberships(struct nl_sock *sock, int group, ...);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *rest);

int __wrap_genl_connect(struct nl_sock *sock)
{
	(void)sock;
	return 0;
}

int __wrap_nl_connect(struct nl_sock *sock, int protocol)
{
	(void)sock;
	(void)protocol;
	return 0;
}

int __wrap_genl_ctrl_resolve_grp(struct nl_sock *sock, const char *family, const char *group)
{
	(void)sock;
	(void)family;
	(void)group;
	return 1;
}

int __wrap_nl_socket_add_memberships(struct nl_sock *sock, int group, ...)
{
	(void)sock;
	(void)group;
	return 0;
}

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *rest)
{
	(void)wanted;
	(void)rest;
	return 0;
}
