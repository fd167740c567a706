// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets of the instance's network, where programs are to have that: all but
 * local ones, socket(7), unix(7).
 *
 * A socket is a file of the instance's, so what concerns one that is there is
 * in fd_calls.c.  Locked.
 */
#include <sys/socket.h>
#include <sys/syscall.h>
#include "clients/clients.h"
#include "clients/internal.h"
#include "clients/rules.h"

static unsigned int socket_flags(const struct request *r)
{
	switch (r->call.nr) {
	case SYS_socket:
		return r->call.args[1];
	case SYS_accept4:
		return r->call.args[3];
	}
	return 0;
}

/* There is a new one. */
static void made(struct request *r)
{
	if (r->call.result < 0)
		request_answer(r, r->call.result);
	else
		request_answer_file(r, "socket",
				    socket_flags(r) & SOCK_CLOEXEC);
}

static void call_accept(struct request *r)
{
	struct vfile *f = file_at(r->notif.pid, r->call.args[0]);

	if (!f) {
		request_continue(r);
		return;
	}
	file_use(f, r);
	r->done = made;
	dispatch_to_instance(r, RING3_CALL_ACCEPT);
}

void call_socket(struct request *r)
{
	switch (r->call.nr) {
	case SYS_socket:
		if (socket_is_boring(&r->notif)) {
			request_continue(r);
			return;
		}
		r->done = made;
		dispatch_to_instance(r, RING3_CALL_OPEN);
		break;
	case SYS_accept:
	case SYS_accept4:
		call_accept(r);
		break;
	default:
		call_on_fd(r);
		break;
	}
}

bool socket_is_boring(const struct seccomp_notif *notif)
{
	if (notif->data.nr == SYS_socket)
		return !clients_config.network ||
		       notif->data.args[0] == AF_UNIX;
	return !file_count;
}
