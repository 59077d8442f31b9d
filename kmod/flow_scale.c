// SPDX-License-Identifier: GPL-2.0
#include "flow.h"
#include "socket.h"

/* What a side's scale is by all that is known of it. */
static u8 scale_of(const struct tunwin_flow *flow, enum tunwin_direction side)
{
	const struct tunwin_socket *socket = flow->socket;
	u8 shift = 0;

	/* The socket took part in the handshake, whether it was seen here or not. */
	if (flow->has_socket && socket->answered) {
		if (!socket->wscale_ok)
			return TUNWIN_FLOW_SCALE_NONE;
		return side == TUNWIN_OUT ? socket->rcv_wscale : socket->snd_wscale;
	}
	/* It is decided with the handshake. */
	if (flow->confirmed)
		return flow->scale[side];
	switch (tunwin_handshake_scale(&flow->handshake, side, &shift)) {
	case TUNWIN_SCALE_KNOWN:
		return shift;
	case TUNWIN_SCALE_NONE:
		return TUNWIN_FLOW_SCALE_NONE;
	default:
		return TUNWIN_FLOW_SCALE_UNKNOWN;
	}
}

void tunwin_flow_scale_learn(struct tunwin_flow *flow)
{
	flow->scale[TUNWIN_IN] = scale_of(flow, TUNWIN_IN);
	flow->scale[TUNWIN_OUT] = scale_of(flow, TUNWIN_OUT);
}
