// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compressed files given to finit_module(2), for kernels that are configured
 * to take them, in the one format that they are configured for.
 *
 * Process context; may sleep.
 */
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "module/internal.h"

#if defined(CONFIG_MODULE_DECOMPRESS) && defined(CONFIG_MODULE_COMPRESS_XZ)

#include <linux/xz.h>

static const u8 magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};

/* Makes the output twice as large; what is there is kept. */
static int grow(struct xz_buf *buf)
{
	size_t size = buf->out_size ? 2 * buf->out_size : 1 << 20;
	void *more = vmalloc(size);

	if (!more)
		return -ENOMEM;
	memcpy(more, buf->out, buf->out_pos);
	vfree(buf->out);
	buf->out = more;
	buf->out_size = size;
	return 0;
}

static int run_decoder(struct xz_dec *dec, struct xz_buf *buf)
{
	enum xz_ret ret = XZ_OK;
	int err = 0;

	while (!err && ret == XZ_OK) {
		if (buf->out_pos == buf->out_size)
			err = grow(buf);
		if (!err)
			ret = xz_dec_run(dec, buf);
	}
	if (err || ret == XZ_STREAM_END)
		return err;
	pr_err("decompression failed with status %d\n", ret);
	return -EINVAL;
}

int module_decompress_image(struct load_info *info, const void *data,
			    size_t size)
{
	struct xz_buf buf = {.in = data, .in_size = size};
	struct xz_dec *dec;
	int err;

	if (size < sizeof(magic) || memcmp(data, magic, sizeof(magic))) {
		pr_err("not an xz compressed module\n");
		return -EINVAL;
	}
	dec = xz_dec_init(XZ_DYNALLOC, (u32)-1);
	if (!dec)
		return -ENOMEM;
	err = run_decoder(dec, &buf);
	xz_dec_end(dec);
	if (err) {
		vfree(buf.out);
		return err;
	}
	info->hdr = (void *)buf.out;
	info->len = buf.out_pos;
	info->copied = true;
	return 0;
}

#else

int module_decompress_image(struct load_info *info, const void *data,
			    size_t size)
{
	return -EOPNOTSUPP;
}

#endif
