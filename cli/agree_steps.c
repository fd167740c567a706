// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of a scenario.
 *
 *	load [--file] [--ignore-modversions] [--ignore-vermagic]
 *	     [--compressed] [--raw] [--flags=N] [--twice] FILE [PARAMETERS]
 *					twice: in two tasks at once
 *	unload [--force] NAME
 *	modprobe NAME [PARAMETERS]	a stock module and what it needs
 *	damage OUT FILE KIND [WORD...]	make a bad file of a good one
 *	every FIRST LAST STEP FILE KIND	damage with each number up to the
 *					file's end; load each in an instance of
 *					its own
 *	cat PATH
 *	grep PATH TEXT			the lines with TEXT
 *	count PATH TEXT			how many lines have TEXT
 *	list PATH			a directory tree, with contents
 *	write PATH TEXT
 *	put FILE PATH			a file's content to a file there
 *	boot PARAMETERS			go on in an instance that was booted
 *					with these kernel parameters
 *	settle [MILLISECONDS]
 *	expect RESULT			of the last step: 0, -ENOENT, killed
 *	has TEXT, lacks TEXT		what the last step brought
 *	logged TEXT			what all steps so far brought
 *
 * A FILE is a test module without its .ko, a damaged one by its OUT, or @NAME,
 * a stock module.  load and unload bring the log, and what /proc and /sys show.
 *
 * One thread; blocks on the instance.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli/agree.h"
#include "cli/session.h"
#include "lib/file.h"
#include "lib/modfile.h"
#include "lib/spawn.h"

#define SETTLE_MS 100

/* Ours: even a compressed file goes as it is. */
#define RAW 0x80000000u

/* What the program says of a number beyond the end. */
#define DAMAGE_NO_PLACE 3

/* Flags of the kernel's system calls. */
#define IGNORE_MODVERSIONS 1
#define IGNORE_VERMAGIC	   2
#define COMPRESSED_FILE	   4

static void forget_last(struct agree_run *run)
{
	strbuf_reset(&run->last);
	run->killed = false;
}

static const char *result_name(const struct agree_run *run, char *text,
			       size_t size)
{
	const char *name = run->result < 0 ? strerrorname_np(-run->result)
					   : NULL;

	if (run->killed)
		snprintf(text, size, "killed");
	else if (name)
		snprintf(text, size, "-%s", name);
	else
		snprintf(text, size, "%ld", run->result);
	return text;
}

static void note_result(struct agree_run *run)
{
	char text[32];

	agree_note(run, "> %s: %s", run->step->words,
		   run->over ? "the end"
			     : result_name(run, text, sizeof(text)));
}

/* What the kernel prints of a stack comes to the console only when its tick
 * finds the time; it belongs to the step that it is about. */
static void let_log_come(struct agree_run *run)
{
	struct ring3_job job = {.kind = RING3_JOB_SETTLE, .size = 1};

	agree_job(run, &job, NULL);
}

static void note_warnings(struct agree_run *run, unsigned int warnings)
{
	if (warnings)
		agree_note(run, "  %swarnings %u", run->prefix, warnings);
}

/* ---- files ----------------------------------------------------------------- */

/* The stock module called @name, or NULL. */
static char *stock_path(struct agree_run *run, const char *name)
{
	struct modlist list = {0};
	char *path = NULL;

	if (!session_resolve(run->session, name, &list) && list.n)
		path = strdup(list.path[list.n - 1]);
	modlist_free(&list);
	return path;
}

static char *file_path(struct agree_run *run, const char *word)
{
	const char *folders[] = {run->place->scratch, run->place->modules};
	char *path;
	int i;

	if (*word == '@')
		return stock_path(run, word + 1);
	for (i = 0; i < 4; i++) {
		path = str_printf("%s/%s%s", folders[i / 2], word,
				  i % 2 ? "" : ".ko");
		if (file_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

/* As it is; session_open_module() would decompress it. */
static int open_raw(const char *path, const char *args,
		    struct module_image *image)
{
	struct stat st;

	image->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (image->fd < 0 || fstat(image->fd, &st))
		return -errno;
	image->size = st.st_size;
	image->name = strdup("");
	image->args = strdup(args);
	return 0;
}

/* The program's exit status; other than 0, a file's end is no problem. */
static int damage_file(struct agree_run *run, const char *from, const char *out,
		       char *words)
{
	char *argv[16] = {(char *)run->place->damage, (char *)from,
			  (char *)out};
	struct strbuf said = STRBUF_INIT;
	int n = 3, status = 0, err;

	while (n < 15 && (argv[n] = agree_word(&words)))
		n++;
	for (argv[n--] = NULL; n >= 3; n--)
		if (!strcmp(argv[n], "\"\""))
			argv[n] = "";
	err = spawn_wait(argv, &said, &status);
	if (err)
		status = 1;
	if (status && status != DAMAGE_NO_PLACE)
		agree_problem(run, "%s",
			      err ? strerror(-err)
				  : (said.text ? said.text : "it failed"));
	strbuf_free(&said);
	return status;
}

static void step_damage(struct agree_run *run, char *rest)
{
	const char *out = agree_word(&rest), *file = agree_word(&rest);
	char *from = file ? file_path(run, file) : NULL;
	char *to = str_printf("%s/%s.ko", run->place->scratch, out);

	if (!from)
		agree_problem(run, "no such file");
	else if (damage_file(run, from, to, rest) == DAMAGE_NO_PLACE)
		agree_problem(run, "no such place");
	free(from);
	free(to);
}

/* ---- loading --------------------------------------------------------------- */

static unsigned int load_flags(char **rest)
{
	unsigned int flags = 0;

	while (!strncmp(*rest, "--", 2)) {
		const char *word = agree_word(rest);

		if (!strcmp(word, "--ignore-modversions"))
			flags |= IGNORE_MODVERSIONS;
		else if (!strcmp(word, "--ignore-vermagic"))
			flags |= IGNORE_VERMAGIC;
		else if (!strcmp(word, "--raw"))
			flags |= RAW;
		else if (!strcmp(word, "--compressed"))
			flags |= COMPRESSED_FILE;
		else if (!strcmp(word, "--twice"))
			flags |= RING3_LOAD_TWICE;
		else if (!strncmp(word, "--flags=", 8))
			flags |= strtoul(word + 8, NULL, 0);
		flags |= RING3_LOAD_FILE;
	}
	return flags;
}

static void note_second(struct agree_run *run, long result)
{
	const char *name = result < 0 ? strerrorname_np(-result) : NULL;

	if (name)
		strbuf_printf(&run->last, "the other -%s\n", name);
	else
		strbuf_printf(&run->last, "the other %ld\n", result);
	agree_note(run, "  the other: %ld", result);
}

/* The result, without a word to the transcript but the log. */
static void load_quietly(struct agree_run *run, const char *path,
			 unsigned int flags, const char *args)
{
	struct ring3_job job = {.kind = RING3_JOB_LOAD, .flags = flags & ~RAW};
	struct module_image image;
	int err = flags & (COMPRESSED_FILE | RAW)
			  ? open_raw(path, args, &image)
			  : session_open_module(path, args, &image);

	if (err) {
		agree_problem(run, "%s: %s", path, strerror(-err));
		return;
	}
	agree_job(run, &job, &image);
	session_close_module(&image);
	let_log_come(run);
	run->result = job.result;
	run->killed = job.fate == RING3_FATE_KILLED;
	note_warnings(run, job.warnings);
	if (flags & RING3_LOAD_TWICE)
		note_second(run, job.second);
}

static void module_name(const char *path, char *name, size_t size)
{
	struct modfile *mod;

	if (modfile_open(path, &mod)) {
		modfile_name_of_path(path, name, size);
		return;
	}
	modfile_name(mod, name, size);
	modfile_close(mod);
}

static void load_path(struct agree_run *run, const char *path,
		      unsigned int flags, const char *args)
{
	char name[64];

	load_quietly(run, path, flags, args);
	note_result(run);
	module_name(path, name, sizeof(name));
	agree_note_state(run, name);
}

static void step_load(struct agree_run *run, char *rest)
{
	unsigned int flags = load_flags(&rest);
	const char *file = agree_word(&rest);
	char *path = file ? file_path(run, file) : NULL;

	forget_last(run);
	if (path)
		load_path(run, path, flags, rest);
	else
		agree_problem(run, "no such file");
	free(path);
}

static void step_modprobe(struct agree_run *run, char *rest)
{
	const char *name = agree_word(&rest);
	struct modlist list = {0};
	size_t i;

	forget_last(run);
	if (!name || session_resolve(run->session, name, &list) || !list.n)
		agree_problem(run, "no such module");
	for (i = 0; i < list.n; i++) {
		if (i + 1 < list.n)
			load_quietly(run, list.path[i], 0, "");
		else
			load_path(run, list.path[i], 0, rest);
	}
	modlist_free(&list);
}

static void unload_quietly(struct agree_run *run, const char *name,
			   unsigned int flags)
{
	struct ring3_job job = {.kind = RING3_JOB_UNLOAD, .flags = flags};

	snprintf(job.name, sizeof(job.name), "%s", name);
	agree_job(run, &job, NULL);
	let_log_come(run);
	run->result = job.result;
	run->killed = job.fate == RING3_FATE_KILLED;
	note_warnings(run, job.warnings);
	if (job.lists_module)
		agree_note(run, "  %sstill listed", run->prefix);
}

static void step_unload(struct agree_run *run, char *rest)
{
	unsigned int flags = O_NONBLOCK;
	const char *name;

	if (!strncmp(rest, "--force", 7)) {
		flags |= O_TRUNC;
		agree_word(&rest);
	}
	name = agree_word(&rest);
	forget_last(run);
	unload_quietly(run, name ? name : "", flags);
	note_result(run);
	agree_note_state(run, name);
}

/* False if the file has no such place. */
static bool load_damaged(struct agree_run *run, const char *from,
			 const char *words, long number)
{
	char *to = str_printf("%s/every.ko", run->place->scratch);
	char *with = str_printf("%s %ld", words, number), name[64], text[32];

	int status = damage_file(run, from, to, with);

	snprintf(run->prefix, sizeof(run->prefix), "#%ld: ", number);
	if (!status) {
		load_quietly(run, to, 0, "");
		agree_note(run, "  %s%s", run->prefix,
			   run->over ? "the end"
				     : result_name(run, text, sizeof(text)));
		module_name(from, name, sizeof(name));
		if (!run->result && !run->killed && !run->over)
			unload_quietly(run, name, O_NONBLOCK);
		/* Nothing of this one is to matter to the next. */
		if (agree_restart(run))
			agree_problem(run, "no further instance");
	}
	run->prefix[0] = 0;
	free(with);
	free(to);
	return status != DAMAGE_NO_PLACE;
}

/* The result is how many did not load. */
static void step_every(struct agree_run *run, char *rest)
{
	long number[3] = {0, 0, 1}, n, refused = 0;
	char *file, *path, *word;
	int i;

	for (i = 0; i < 3 && (word = agree_word(&rest)); i++)
		number[i] = strtol(word, NULL, 0);
	file = agree_word(&rest);
	path = file ? file_path(run, file) : NULL;
	forget_last(run);
	if (!path)
		agree_problem(run, "no such file");
	for (n = number[0]; path && !run->over && n <= number[1];
	     n += number[2]) {
		if (!load_damaged(run, path, rest, n))
			break;
		refused += run->result < 0;
	}
	run->result = refused;
	run->killed = false;
	agree_note(run, "> %s", run->step->words);
	free(path);
}

/* ---- files of the instance -------------------------------------------------- */

static void read_path(struct agree_run *run, const char *path)
{
	struct ring3_job job = {.kind = RING3_JOB_SAVE, .args = path};

	forget_last(run);
	agree_job(run, &job, NULL);
	run->result = job.result;
	note_result(run);
}

static void step_cat(struct agree_run *run, char *rest)
{
	const char *path = agree_word(&rest);

	read_path(run, path ? path : "");
	agree_note_lines(run, "", run->content.text);
	if (run->content.text)
		strbuf_puts(&run->last, run->content.text);
}

static void step_grep(struct agree_run *run, char *rest)
{
	const char *path = agree_word(&rest);
	char *line, *next;

	read_path(run, path ? path : "");
	if (!run->content.text)
		return;
	for (line = strtok_r(run->content.text, "\n", &next); line;
	     line = strtok_r(NULL, "\n", &next)) {
		if (!strstr(line, rest))
			continue;
		agree_note_lines(run, "", line);
		strbuf_printf(&run->last, "%s\n", line);
	}
}

/* The result is how many lines have the text. */
static void step_count(struct agree_run *run, char *rest)
{
	struct ring3_job job = {.kind = RING3_JOB_SAVE,
				.args = agree_word(&rest)};
	char *line, *next;
	long n = 0;

	forget_last(run);
	if (!agree_job(run, &job, NULL) || job.result)
		n = job.result;
	else
		for (line = strtok_r(run->content.text, "\n", &next); line;
		     line = strtok_r(NULL, "\n", &next))
			n += strstr(line, rest) != NULL;
	run->result = n;
	note_result(run);
}

static void step_list(struct agree_run *run, char *rest)
{
	const char *path = agree_word(&rest);

	forget_last(run);
	agree_note(run, "> %s", run->step->words);
	agree_note_tree(run, path ? path : "/");
}

/* The content of @image to the file at @path. */
static void write_path(struct agree_run *run, const char *path,
		       const struct module_image *image)
{
	struct ring3_job job = {.kind = RING3_JOB_PUT, .args = path};

	agree_job(run, &job, image);
	let_log_come(run);
	run->result = job.result;
	note_result(run);
	note_warnings(run, job.warnings);
}

/* What is written ends with a newline, as by echo. */
static void step_write(struct agree_run *run, char *rest)
{
	const char *path = agree_word(&rest);
	struct module_image image = {.fd = memfd_create("write", MFD_CLOEXEC)};

	forget_last(run);
	image.size = strlen(rest) + 1;
	if (image.fd < 0 || file_write_all(image.fd, rest, image.size - 1) ||
	    file_write_all(image.fd, "\n", 1)) {
		agree_problem(run, "cannot hold the text");
		return;
	}
	write_path(run, path, &image);
	close(image.fd);
}

static void step_put(struct agree_run *run, char *rest)
{
	const char *file = agree_word(&rest), *to = agree_word(&rest);
	char *path = file ? file_path(run, file) : NULL;
	struct module_image image;

	forget_last(run);
	if (!path || !to || open_raw(path, "", &image)) {
		agree_problem(run, "no such file");
	} else {
		write_path(run, to, &image);
		session_close_module(&image);
	}
	free(path);
}

/* What it says while it boots is none of the scenario's. */
static void step_boot(struct agree_run *run, char *rest)
{
	struct ring3_job job = {.kind = RING3_JOB_SETTLE, .size = 1};
	struct session *session = run->session;
	int err;

	session->append = rest;
	session->use_snapshot = false;
	err = agree_restart(run);
	session->append = NULL;
	session->use_snapshot = true;
	forget_last(run);
	agree_note(run, "> %s", run->step->words);
	if (err || instance_job(run->instance, &job, NULL))
		agree_problem(run, "no such instance");
	strbuf_reset(&run->log);
}

static void step_settle(struct agree_run *run, char *rest)
{
	const char *word = agree_word(&rest);
	struct ring3_job job = {.kind = RING3_JOB_SETTLE, .size = SETTLE_MS};

	if (word)
		job.size = strtoul(word, NULL, 10);
	forget_last(run);
	agree_note(run, "> %s", run->step->words);
	agree_job(run, &job, NULL);
}

static void step_state(struct agree_run *run, char *rest)
{
	forget_last(run);
	agree_note(run, "> %s", run->step->words);
	agree_note_state(run, agree_word(&rest));
}

/* ---- what must have come --------------------------------------------------- */

static void step_expect(struct agree_run *run, char *rest)
{
	char text[32];

	if (run->over)
		agree_problem(run, "the instance has ended");
	else if (strcmp(rest, result_name(run, text, sizeof(text))))
		agree_problem(run, "it was %s", text);
}

static void step_has(struct agree_run *run, char *rest)
{
	if (!run->last.len || !strstr(run->last.text, rest))
		agree_problem(run, "it has not");
}

static void step_lacks(struct agree_run *run, char *rest)
{
	if (run->last.len && strstr(run->last.text, rest))
		agree_problem(run, "it has");
}

static void step_logged(struct agree_run *run, char *rest)
{
	if (!(run->all.len && strstr(run->all.text, rest)) &&
	    !(run->last.len && strstr(run->last.text, rest)))
		agree_problem(run, "nothing has");
}

static const struct verb {
	const char *name;
	void (*run)(struct agree_run *run, char *rest);
} verbs[] = {
	{"load", step_load},	     {"unload", step_unload},
	{"modprobe", step_modprobe}, {"damage", step_damage},
	{"every", step_every},	     {"cat", step_cat},
	{"grep", step_grep},	     {"list", step_list},
	{"write", step_write},	     {"settle", step_settle},
	{"state", step_state},	     {"expect", step_expect},
	{"has", step_has},	     {"lacks", step_lacks},
	{"logged", step_logged},     {"count", step_count},
	{"put", step_put},	     {"boot", step_boot},
};

void (*agree_verb(const char *verb))(struct agree_run *run, char *rest)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(verbs[i].name, verb))
			return verbs[i].run;
	return NULL;
}
