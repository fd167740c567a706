// SPDX-License-Identifier: GPL-2.0-only
/*
 * A netlink protocol of its own, 31: who sends a text gets it back in capitals.
 */
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <net/net_namespace.h>
#include <net/netlink.h>
#include <net/sock.h>

#define NETLINK_ANSWER 31

static struct sock *answerer;

static void receive(struct sk_buff *asked)
{
	struct nlmsghdr *head = nlmsg_hdr(asked);
	int i, n = nlmsg_len(head);
	struct sk_buff *skb = nlmsg_new(n, GFP_KERNEL);
	struct nlmsghdr *reply;
	char *text;

	if (!skb)
		return;
	reply = nlmsg_put(skb, NETLINK_CB(asked).portid, head->nlmsg_seq,
			  NLMSG_DONE, n, 0);
	if (!reply) {
		nlmsg_free(skb);
		return;
	}
	text = memcpy(nlmsg_data(reply), nlmsg_data(head), n);
	for (i = 0; i < n; i++)
		text[i] = toupper(text[i]);
	pr_info("answer: %.*s for %d\n", n, text, NETLINK_CB(asked).portid);
	nlmsg_unicast(answerer, skb, NETLINK_CB(asked).portid);
}

static int __init start(void)
{
	struct netlink_kernel_cfg config = {.input = receive};

	answerer = netlink_kernel_create(&init_net, NETLINK_ANSWER, &config);
	return answerer ? 0 : -ENOMEM;
}

static void __exit end(void)
{
	netlink_kernel_release(answerer);
}

module_init(start);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A netlink protocol that answers in capitals");
