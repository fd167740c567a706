// SPDX-License-Identifier: GPL-2.0-only
/*
 * A pair of network interfaces at the two ends of a virtual cable: what is
 * sent on cable0 is received on cable1, and the other way round.
 *
 * A packet is a struct sk_buff. ndo_start_xmit() takes it over, whatever
 * becomes of it; it runs with interrupts on and bottom halves off.
 */
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

struct end {
	struct net_device *other;
};

static netdev_tx_t cable_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct net_device *other = ((struct end *)netdev_priv(dev))->other;
	unsigned int len = skb->len;

	skb_tx_timestamp(skb);
	/* Takes what belongs to the sender off it, and gives it to the stack
	 * as if it had just arrived. */
	if (dev_forward_skb(other, skb) == NET_RX_SUCCESS) {
		dev->stats.tx_packets++;
		dev->stats.tx_bytes += len;
		other->stats.rx_packets++;
		other->stats.rx_bytes += len;
	} else {
		dev->stats.tx_dropped++;
	}
	return NETDEV_TX_OK;
}

static int cable_open(struct net_device *dev)
{
	netif_start_queue(dev);
	return 0;
}

static int cable_stop(struct net_device *dev)
{
	netif_stop_queue(dev);
	return 0;
}

static const struct net_device_ops cable_ops = {
	.ndo_open = cable_open,
	.ndo_stop = cable_stop,
	.ndo_start_xmit = cable_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static struct net_device *ends[2];

static void cable_setup(struct net_device *dev)
{
	static const u8 address[ETH_ALEN] = {0x02, 'c', 'a', 'b', 'l', 0};

	ether_setup(dev);
	dev->netdev_ops = &cable_ops;
	/* The first bit but one: an address that nobody but us gave out. */
	eth_hw_addr_set(dev, address);
}

static struct net_device *alloc_end(int i)
{
	struct net_device *dev = alloc_netdev(sizeof(struct end), "cable%d",
					      NET_NAME_ENUM, cable_setup);
	u8 address[ETH_ALEN];

	if (!dev)
		return NULL;
	memcpy(address, dev->dev_addr, ETH_ALEN);
	address[ETH_ALEN - 1] = i;
	eth_hw_addr_set(dev, address);
	return dev;
}

static void connect(struct net_device *from, struct net_device *to)
{
	((struct end *)netdev_priv(from))->other = to;
}

static int __init cable_start(void)
{
	int ret = -ENOMEM;

	ends[0] = alloc_end(0);
	if (!ends[0])
		return ret;
	ends[1] = alloc_end(1);
	if (!ends[1])
		goto free_first;
	connect(ends[0], ends[1]);
	connect(ends[1], ends[0]);
	ret = register_netdev(ends[0]);
	if (ret)
		goto free_second;
	ret = register_netdev(ends[1]);
	if (ret)
		goto unregister_first;
	return 0;

unregister_first:
	unregister_netdev(ends[0]);
free_second:
	free_netdev(ends[1]);
free_first:
	free_netdev(ends[0]);
	return ret;
}

/* Both are gone before either's memory is: they know each other. */
static void __exit cable_end(void)
{
	unregister_netdev(ends[0]);
	unregister_netdev(ends[1]);
	free_netdev(ends[0]);
	free_netdev(ends[1]);
}

module_init(cable_start);
module_exit(cable_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Two network interfaces and a cable between them");
