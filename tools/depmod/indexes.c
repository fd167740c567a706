// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sorts the indexes and lays them out, two at a time.
 *
 * Main thread, and a helper that is gone on return; each index is with one of
 * them.  Nothing is reported: the messages have an order.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "tools/depmod/depmod.h"

struct work {
	struct index_file *file;
	size_t n;
	enum index_layout layout;
	atomic_size_t next; /* to take */
};

static void make(const struct work *work, struct index_file *file)
{
	if (!file->is_there)
		return;
	file->err = index_sort(&file->index);
	if (!file->err)
		file->err = index_lay_out(&file->index, work->layout,
					  &file->data, &file->size);
}

static void *make_next(void *context)
{
	struct work *work = context;
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->n)
		make(work, &work->file[i]);
	return NULL;
}

void indexes_make(const struct depmod *depmod, struct index_file *file,
		  size_t n)
{
	struct work work = {
		.file = file,
		.n = n,
		.layout = depmod->compat >= COMPAT_PREORDER ? INDEX_PREORDER
							    : INDEX_POSTORDER,
	};
	pthread_t helper;
	bool helped = depmod->threads != 1 &&
		      !pthread_create(&helper, NULL, make_next, &work);

	make_next(&work);
	if (helped)
		pthread_join(helper, NULL);
}
