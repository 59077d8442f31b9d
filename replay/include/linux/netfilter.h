/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_NETFILTER_H
#define TUNWIN_REPLAY_LINUX_NETFILTER_H

typedef unsigned int nf_hookfn(void *priv);

struct nf_hook_ops { nf_hookfn *hook; };

#endif
