// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block device in memory, /dev/ramdisk: requests by blk-mq.
 *
 * The block layer gathers what programs and file systems read and write into
 * requests, and gives them to queue_rq(). A request covers a range of sectors,
 * 512 bytes each, and has its data in segments of pages.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/vmalloc.h>

static unsigned int mib = 16;
module_param(mib, uint, 0444);
MODULE_PARM_DESC(mib, "size in MiB");

static u8 *memory;
static struct blk_mq_tag_set tags;
static struct gendisk *disk;
static int major;

static void copy_segment(struct bio_vec *segment, loff_t at, bool write)
{
	void *data = bvec_kmap_local(segment);

	if (write)
		memcpy(memory + at, data, segment->bv_len);
	else
		memcpy(data, memory + at, segment->bv_len);
	kunmap_local(data);
}

/* The block layer has checked that the range lies within the disk. */
static blk_status_t ramdisk_queue(struct blk_mq_hw_ctx *hctx,
				  const struct blk_mq_queue_data *bd)
{
	struct request *rq = bd->rq;
	loff_t at = blk_rq_pos(rq) << SECTOR_SHIFT;
	blk_status_t status = BLK_STS_OK;
	struct req_iterator i;
	struct bio_vec segment;

	blk_mq_start_request(rq);
	switch (req_op(rq)) {
	case REQ_OP_READ:
	case REQ_OP_WRITE:
		rq_for_each_segment(segment, rq, i) {
			copy_segment(&segment, at, rq_data_dir(rq) == WRITE);
			at += segment.bv_len;
		}
		break;
	case REQ_OP_FLUSH:
		break;
	default:
		status = BLK_STS_NOTSUPP;
	}
	blk_mq_end_request(rq, status);
	return BLK_STS_OK;
}

static const struct blk_mq_ops ramdisk_mq_ops = {
	.queue_rq = ramdisk_queue,
};

static const struct block_device_operations ramdisk_ops = {
	.owner = THIS_MODULE,
};

/* Newer kernels take the queue's limits here; those have features in them. */
static struct gendisk *alloc_disk(void)
{
#ifdef BLK_FEAT_WRITE_CACHE
	return blk_mq_alloc_disk(&tags, NULL, NULL);
#else
	return blk_mq_alloc_disk(&tags, NULL);
#endif
}

static int add_ramdisk(void)
{
	int ret;

	disk = alloc_disk();
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	disk->major = major;
	disk->first_minor = 0;
	disk->minors = 1;
	disk->flags |= GENHD_FL_NO_PART;
	disk->fops = &ramdisk_ops;
	snprintf(disk->disk_name, sizeof(disk->disk_name), "ramdisk");
	set_capacity(disk, (sector_t)mib << (20 - SECTOR_SHIFT));
	ret = add_disk(disk); /* from here on it is read */
	if (ret)
		put_disk(disk);
	return ret;
}

static int __init ramdisk_start(void)
{
	int ret;

	if (!mib || mib > 1024)
		return -EINVAL;
	memory = vzalloc((unsigned long)mib << 20);
	if (!memory)
		return -ENOMEM;
	major = register_blkdev(0, "ramdisk");
	if (major < 0) {
		ret = major;
		goto free_memory;
	}
	tags.ops = &ramdisk_mq_ops;
	tags.nr_hw_queues = 1;
	tags.queue_depth = 16;
	tags.numa_node = NUMA_NO_NODE;
	ret = blk_mq_alloc_tag_set(&tags);
	if (ret)
		goto unregister_major;
	ret = add_ramdisk();
	if (ret)
		goto free_tags;
	return 0;

free_tags:
	blk_mq_free_tag_set(&tags);
unregister_major:
	unregister_blkdev(major, "ramdisk");
free_memory:
	vfree(memory);
	return ret;
}

static void __exit ramdisk_end(void)
{
	del_gendisk(disk);
	put_disk(disk);
	blk_mq_free_tag_set(&tags);
	unregister_blkdev(major, "ramdisk");
	vfree(memory);
}

module_init(ramdisk_start);
module_exit(ramdisk_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A disk in memory, by blk-mq");
