// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends packets through the cable from within the kernel, by packet sockets:
 * frames of a protocol of our own, so that no address needs to be set up.
 */
#include <linux/etherdevice.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#define PROTOCOL 0x88b5 /* for experiments, IEEE 802 */
#define PACKETS	 3

static int set_up(const char *name, bool up, int *index)
{
	struct net_device *dev;
	int ret = 0;

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, name);
	if (!dev)
		ret = -ENODEV;
	else if (up)
		ret = dev_open(dev, NULL);
	else
		dev_close(dev);
	if (!ret)
		*index = dev->ifindex;
	rtnl_unlock();
	return ret;
}

static int open_socket(int index, struct socket **sock)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(PROTOCOL),
		.sll_ifindex = index,
	};
	int ret = sock_create_kern(&init_net, PF_PACKET, SOCK_DGRAM,
				   htons(PROTOCOL), sock);

	if (ret)
		return ret;
	ret = kernel_bind(*sock, (struct sockaddr *)&address, sizeof(address));
	if (ret)
		sock_release(*sock);
	return ret;
}

static int send(struct socket *sock, int index, char *text, size_t len)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(PROTOCOL),
		.sll_ifindex = index,
		.sll_halen = ETH_ALEN,
		.sll_addr = {0x02, 'c', 'a', 'b', 'l', 1},
	};
	struct msghdr msg = {.msg_name = &to, .msg_namelen = sizeof(to)};
	struct kvec vec = {.iov_base = text, .iov_len = len};
	int ret = kernel_sendmsg(sock, &msg, &vec, 1, len);

	return ret < 0 ? ret : 0;
}

static int receive(struct socket *sock)
{
	char text[32] = "";
	struct msghdr msg = {};
	struct kvec vec = {.iov_base = text, .iov_len = sizeof(text) - 1};
	int ret = kernel_recvmsg(sock, &msg, &vec, 1, sizeof(text) - 1, 0);

	if (ret < 0)
		return ret;
	pr_info("cable-test: received \"%s\"\n", text);
	return 0;
}

static int transfer(int from, int to)
{
	struct socket *sender, *receiver;
	char text[] = "packet 0";
	int i, ret = open_socket(from, &sender);

	if (ret)
		return ret;
	ret = open_socket(to, &receiver);
	if (ret)
		goto release_sender;
	receiver->sk->sk_rcvtimeo = HZ;
	for (i = 0; !ret && i < PACKETS; i++) {
		text[sizeof(text) - 2] = '1' + i;
		ret = send(sender, from, text, sizeof(text) - 1);
		if (!ret)
			ret = receive(receiver);
	}
	sock_release(receiver);
release_sender:
	sock_release(sender);
	return ret;
}

static int __init test_start(void)
{
	int from, to, ret = set_up("cable0", true, &from);

	if (ret)
		return ret;
	ret = set_up("cable1", true, &to);
	if (!ret)
		ret = transfer(from, to);
	set_up("cable0", false, &from);
	set_up("cable1", false, &to);
	return ret;
}

static void __exit test_end(void)
{
}

module_init(test_start);
module_exit(test_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sends packets through a virtual cable");
MODULE_SOFTDEP("pre: cable");
