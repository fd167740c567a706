// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: a target made ready, its snapshot, and the files that its
 * instances are given.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli/devices.h"
#include "cli/session.h"
#include "lib/decompress.h"
#include "lib/file.h"
#include "lib/modfile.h"

#define MODULE_LIMIT (512ul << 20) /* of a decompressed file */

static void progress(void *arg, const char *text)
{
	const struct session *s = arg;

	if (!s->quiet)
		fprintf(stderr, "ring3: %s\n", text);
}

static int no_target(struct session *s, const char *name)
{
	if (!name)
		name = getenv("RING3_TARGET");
	if (!s->targets.n)
		strbuf_puts(&s->error, "no kernel found; `ring3 targets add "
				       "linux-image-amd64` gets one");
	else if (name)
		strbuf_printf(&s->error,
			      "no kernel '%s'; `ring3 targets` lists those "
			      "found, `ring3 targets add %s` gets it",
			      name, name);
	else
		strbuf_puts(&s->error, "no kernel with headers found");
	return -ENOENT;
}

int session_open(struct session *s, const char *name)
{
	struct target_report report = {progress, s, &s->error};
	int err = target_list(&s->targets);

	if (err)
		return err;
	s->target = name ? target_find(&s->targets, name)
			 : target_default(&s->targets);
	if (!s->target)
		return no_target(s, name);
	err = target_built(s->target, &s->build);
	if (err)
		err = target_build(s->target, false, &report, &s->build);
	return err;
}

static void close_request(struct session *s)
{
	for (; s->nr_request; s->nr_request--)
		session_close_module(&s->request[s->nr_request - 1]);
	free(s->request);
	s->request = NULL;
}

void session_close(struct session *s)
{
	instance_free(s->spare);
	close_request(s);
	modindex_close(s->index);
	target_build_free(s->build);
	target_list_free(&s->targets);
	free(s->snapshot);
	free(s->brought);
	strbuf_free(&s->error);
}

/* A file of which nothing but its content matters.  Sealed: one instance's
 * module is not to change what the next one is given. */
static int content_fd(const void *data, size_t size)
{
	int fd = memfd_create("module", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err;

	if (fd < 0)
		return -errno;
	err = file_write_all(fd, data, size);
	if (!err &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int decompressed_fd(int fd, size_t *size)
{
	size_t packed_size;
	void *packed, *data;
	int err = file_read_fd(fd, &packed, &packed_size);

	if (err)
		return err;
	err = decompress(packed, packed_size, MODULE_LIMIT, &data, size);
	free(packed);
	if (err)
		return err;
	err = content_fd(data, *size);
	free(data);
	return err;
}

/* insmod hands a compressed file over decompressed; a damaged one goes to the
 * kernel as it is, which refuses it. */
static int open_content(const char *path, size_t *size)
{
	unsigned char magic[8] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC), unpacked;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	}
	*size = st.st_size;
	if (pread(fd, magic, sizeof(magic), 0) <= 0 ||
	    compression_of(magic, sizeof(magic)) == COMPRESSION_NONE)
		return fd;
	unpacked = decompressed_fd(fd, size);
	if (unpacked < 0) {
		*size = st.st_size;
		return fd;
	}
	close(fd);
	return unpacked;
}

/*
 * A sweep gives the same dependencies again and again; what it cost to
 * decompress them is kept.  Of files that lie as they are nothing is.
 */
#define CACHE_SIZE 256

static struct cached {
	char *path;
	int fd;
	size_t size;
} cache[CACHE_SIZE];

static struct cached *cache_slot(const char *path)
{
	unsigned int hash = 5381;
	const char *p;

	for (p = path; *p; p++)
		hash = hash * 33 + (unsigned char)*p;
	return &cache[hash % CACHE_SIZE];
}

static void keep(const char *path, int fd, size_t size)
{
	struct cached *c = cache_slot(path);
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy < 0)
		return;
	if (c->path) {
		close(c->fd);
		free(c->path);
	}
	*c = (struct cached){strdup(path), copy, size};
}

static int open_cached(const char *path, size_t *size)
{
	const struct cached *c = cache_slot(path);
	int fd;

	if (c->path && !strcmp(c->path, path)) {
		*size = c->size;
		return fcntl(c->fd, F_DUPFD_CLOEXEC, 0);
	}
	fd = open_content(path, size);
	if (fd >= 0 && strstr(path, ".ko."))
		keep(path, fd, *size);
	return fd;
}

int session_open_module(const char *path, const char *args,
			struct module_image *image)
{
	char name[64];

	image->fd = open_cached(path, &image->size);
	if (image->fd < 0)
		return image->fd;
	modfile_name_of_path(path, name, sizeof(name));
	image->name = str_printf("%s", name);
	image->args = str_printf("%s", args ? args : "");
	return 0;
}

int session_open_text(const char *text, struct module_image *image)
{
	image->size = strlen(text);
	image->fd = content_fd(text, image->size);
	if (image->fd < 0)
		return image->fd;
	image->name = str_printf("text");
	image->args = str_printf("%s", "");
	return 0;
}

void session_close_module(struct module_image *image)
{
	close(image->fd);
	free((char *)image->name);
	free((char *)image->args);
}

int session_open_index(struct session *s)
{
	if (s->index)
		return 0;
	if (!s->target->modules)
		return -ENOENT;
	return modindex_open(s->target->modules, &s->index);
}

int session_resolve(struct session *s, const char *name, struct modlist *list)
{
	int err = session_open_index(s);

	if (!err)
		err = modindex_resolve(s->index, name, list);
	if (err)
		strbuf_printf(&s->error, "module %s not found in %s: %s", name,
			      s->target->modules ? s->target->modules
						 : s->target->release,
			      strerror(-err));
	return err;
}

static void note_brought(struct session *s, const char *name)
{
	s->brought =
		realloc(s->brought, (s->nr_brought + 1) * sizeof(*s->brought));
	snprintf(s->brought[s->nr_brought++], sizeof(*s->brought), "%s", name);
}

/* The kernel calls modprobe. */
static int answer_request(void *arg, const char *name,
			  const struct module_image **images)
{
	struct session *s = arg;
	struct modlist list = {0};
	size_t i;
	int err;

	close_request(s);
	err = session_open_index(s);
	if (!err)
		err = modindex_resolve(s->index, name, &list);
	if (!err && list.n)
		s->request = calloc(list.n, sizeof(*s->request));
	for (i = 0; !err && s->request && i < list.n; i++) {
		err = session_open_module(list.path[i], "",
					  &s->request[s->nr_request]);
		if (!err)
			note_brought(s, s->request[s->nr_request++].name);
	}
	modlist_free(&list);
	*images = s->request;
	return s->nr_request ? s->nr_request : err;
}

static void pass_log(void *arg, const char *text, size_t n)
{
	struct session *s = arg;

	if (s->log)
		s->log(s->arg, text, n);
}

static void pass_bench(void *arg, const char *name, unsigned long value,
		       const char *unit)
{
	struct session *s = arg;

	if (s->bench)
		s->bench(s->arg, name, value, unit);
}

static void pass_content(void *arg, const void *data, size_t n)
{
	struct session *s = arg;

	if (s->content)
		s->content(s->arg, data, n);
}

static void pass_explain(void *arg, const char *text, size_t n)
{
	struct session *s = arg;

	if (s->explain)
		s->explain(s->arg, text, n);
}

static void pass_coverage_file(void *arg, const char *path, const void *data,
			       size_t n)
{
	struct session *s = arg;

	if (s->coverage_file)
		s->coverage_file(s->arg, path, data, n);
}

static void pass_coverage(void *arg, const char *module, const char *section,
			  unsigned long offset, unsigned long hits)
{
	struct session *s = arg;

	if (s->coverage)
		s->coverage(s->arg, module, section, offset, hits);
}

static int start(struct session *s, struct instance_config *config,
		 struct instance **result)
{
	config->build = s->build;
	config->append = s->append;
	config->virtual_time = s->virtual_time;
	config->steady_time = s->steady_time;
	config->fuzz_next = s->fuzz_next;
	config->fuzz_map = s->fuzz_map;
	config->timeout = s->timeout;
	config->options = s->options;
	if (s->devices) {
		config->devices = s->devices->fds;
		config->nr_devices = s->devices->n;
	}
	config->listener.arg = s;
	config->listener.log = pass_log;
	config->listener.bench = pass_bench;
	config->listener.content = pass_content;
	config->listener.explain = pass_explain;
	config->listener.coverage = pass_coverage;
	config->listener.coverage_file = pass_coverage_file;
	config->listener.request = answer_request;
	return instance_start(config, result);
}

/* After so many in a row, another one would only cost time. */
#define UNFIT_MAX 4

/* Programs of devices have a state of their own. */
static bool can_recycle(const struct session *s)
{
	return s->recycles && s->use_snapshot && !s->devices && !s->clients &&
	       s->unfit < UNFIT_MAX;
}

int session_start(struct session *s, struct instance **result)
{
	struct instance_config config = {0};
	int err = s->use_snapshot ? session_prepare(s) : 0;

	if (err)
		return err;
	config.snapshot = s->use_snapshot ? s->snapshot : NULL;
	config.clients = s->clients;
	s->nr_brought = 0;
	if (s->spare) {
		*result = s->spare;
		s->spare = NULL;
		return 0;
	}
	err = s->devices ? devices_start(s->devices) : 0;
	if (!err)
		err = start(s, &config, result);
	if (s->devices)
		devices_started(s->devices);
	if (!err && can_recycle(s))
		instance_keep(*result);
	if (err)
		strbuf_printf(&s->error, "cannot start an instance: %s",
			      strerror(-err));
	return err;
}

void session_end(struct session *s, struct instance *in, bool fit,
		 struct instance_end *end)
{
	if (fit && can_recycle(s)) {
		if (!instance_back(in)) {
			*end = (struct instance_end){.kind = INSTANCE_EXITED,
						     .why = RING3_EXIT_DONE};
			s->unfit = 0;
			s->spare = in;
			return;
		}
		s->unfit++;
	}
	instance_wait(in, end);
	instance_free(in);
}

static const char *exit_text(enum ring3_exit why)
{
	switch (why) {
	case RING3_EXIT_DONE:
		return "it is done";
	case RING3_EXIT_PANIC:
		return "the kernel panicked";
	case RING3_EXIT_RESTART:
		return "the kernel restarted the machine";
	case RING3_EXIT_HALT:
		return "the kernel halted the machine";
	case RING3_EXIT_POWER_OFF:
		return "the kernel switched the machine off";
	case RING3_EXIT_HUNG:
		return "it hung";
	case RING3_EXIT_UNSUITABLE:
		return "this kernel cannot work here";
	}
	return "it ended for no known reason";
}

/* "name+0x12" of the kernel's function at @address; a slow search, for the
 * rare report. */
static void add_symbol(const struct session *s, unsigned long address,
		       struct strbuf *text)
{
	char *path = str_printf("%s/System.map", s->build->dir);
	FILE *map = fopen(path, "r");
	unsigned long value, best = 0;
	char type, line[512], name[512], found[512] = "";

	while (map && fgets(line, sizeof(line), map))
		if (sscanf(line, "%lx %c %511s", &value, &type, name) == 3 &&
		    value <= address && value > best && value > 0x1000000) {
			best = value;
			snprintf(found, sizeof(found), "%s", name);
		}
	if (map)
		fclose(map);
	if (*found && address < s->build->image_end)
		strbuf_printf(text, " %s+%#lx", found, address - best);
	free(path);
}

static void describe_crash(const struct session *s,
			   const struct instance_end *end, struct strbuf *text)
{
	strbuf_printf(text, "the instance broke down: %s", end->text);
	if (!end->frame.ip)
		return;
	strbuf_printf(text, " (ip %#lx", end->frame.ip);
	add_symbol(s, end->frame.ip, text);
	strbuf_printf(text, ", address %#lx)", end->address);
}

void session_describe_end(const struct session *s,
			  const struct instance_end *end, struct strbuf *text)
{
	switch (end->kind) {
	case INSTANCE_EXITED:
		strbuf_puts(text, exit_text(end->why));
		if (end->why == RING3_EXIT_HUNG ||
		    end->why == RING3_EXIT_UNSUITABLE)
			strbuf_printf(text, ": %s", end->text);
		break;
	case INSTANCE_CRASHED:
		describe_crash(s, end, text);
		break;
	case INSTANCE_KILLED:
		strbuf_printf(text, "the instance was lost: %s", end->text);
		break;
	}
}
