// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run: the modules to load, their jobs, and what became of each.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/coverage.h"
#include "cli/coverage_lines.h"
#include "cli/devices.h"
#include "cli/explain.h"
#include "cli/options.h"
#include "cli/run.h"
#include "cli/source.h"
#include "lib/modfile.h"

/* What ring3_job.warnings counts. */
#define TROUBLE_WARN 1u
#define TROUBLE_OOPS 2u

/* Guest time in which a module's own tasks and timers come to act. */
#define SETTLE_MS 100

bool run_is_file(const char *word)
{
	const char *dot = strstr(word, ".ko");

	return strchr(word, '/') || (dot && (!dot[3] || dot[3] == '.'));
}

char *run_release_of(const char *path)
{
	struct modfile *mod;
	const char *magic;
	char *release = NULL;

	if (!run_is_file(path) || modfile_open(path, &mod))
		return NULL;
	magic = modfile_info(mod, "vermagic");
	if (magic)
		release = strndup(magic, strcspn(magic, " "));
	modfile_close(mod);
	return release;
}

/* A file may have been renamed; the module's own name counts.  Those of the
 * tree keep theirs, and need not be opened for it. */
static void name_module(struct run_module *m)
{
	struct modfile *mod;

	if (m->from_tree || modfile_open(m->path, &mod)) {
		modfile_name_of_path(m->path, m->name, sizeof(m->name));
		return;
	}
	modfile_name(mod, m->name, sizeof(m->name));
	modfile_close(mod);
}

static void add_module(struct run *run, const char *path, bool dependency,
		       bool from_tree)
{
	struct run_module *m;
	int i;

	for (i = 0; i < run->nr_modules; i++)
		if (!strcmp(run->modules[i].path, path))
			return;
	run->modules = realloc(run->modules,
			       (run->nr_modules + 1) * sizeof(*run->modules));
	m = &run->modules[run->nr_modules++];
	*m = (struct run_module){.path = strdup(path),
				 .dependency = dependency,
				 .from_tree = from_tree};
	name_module(m);
	if (run->sources)
		source_add(run->sources, m->name, path);
	if (run->explain)
		explain_set_file(run->explain, m->name, path);
	if (run->coverage)
		coverage_set_file(run->coverage, m->name, path);
}

static int add_name(struct run *run, const char *name)
{
	struct modlist list = {0};
	size_t i;
	int err = session_resolve(&run->session, name, &list);

	if (!err && !list.n)
		strbuf_printf(&run->trouble, "%s is built into the kernel. ",
			      name);
	for (i = 0; i < list.n; i++)
		add_module(run, list.path[i], i + 1 < list.n, true);
	modlist_free(&list);
	return err;
}

static int add_file(struct run *run, const char *path)
{
	if (access(path, R_OK)) {
		strbuf_printf(&run->session.error, "%s: %s", path,
			      strerror(errno));
		return -errno;
	}
	add_module(run, path, false, false);
	return 0;
}

static int add_all(struct run *run)
{
	int i, err = 0;

	for (i = 0; !err && i < run->nr_names; i++)
		err = run_is_file(run->names[i]) ? add_file(run, run->names[i])
						 : add_name(run, run->names[i]);
	return err;
}

/* ---- the log ---- */

static void print_line(struct run *run)
{
	const char *text = run->line.text ? run->line.text : "";
	struct strbuf annotated = STRBUF_INIT;

	if (run->keep_log)
		strbuf_printf(&run->log, "%s\n", text);
	if (run->log_to && run->sources) {
		source_annotate(run->sources, text, &annotated);
		text = annotated.text ? annotated.text : "";
	}
	if (run->log_to)
		fprintf(run->log_to, "%s\n", text);
	strbuf_free(&annotated);
	strbuf_reset(&run->line);
}

static void on_log(void *arg, const char *text, size_t n)
{
	struct run *run = arg;
	const char *end = text + n, *nl;

	for (; text < end; text = nl + 1) {
		nl = memchr(text, '\n', end - text);
		if (!nl) {
			strbuf_add(&run->line, text, end - text);
			return;
		}
		strbuf_add(&run->line, text, nl - text);
		print_line(run);
	}
}

void run_flush_log(struct run *run)
{
	if (run->line.len)
		print_line(run);
	if (run->log_to)
		fflush(run->log_to);
}

/* ---- jobs ---- */

static void complain(struct run_module *m, const char *what)
{
	strbuf_printf(&m->misbehaved, "%s%s", m->misbehaved.len ? ", " : "",
		      what);
}

static void note_warnings(struct run *run, struct run_module *m,
			  unsigned int warnings, const char *where)
{
	unsigned int new = warnings & ~run->warnings;
	char text[80];

	run->warnings |= warnings;
	if (new &TROUBLE_OOPS)
		snprintf(text, sizeof(text), "oops in %s", where);
	else if (new &TROUBLE_WARN)
		snprintf(text, sizeof(text), "warning in %s", where);
	else
		return;
	complain(m, text);
}

/* What the checks found, which the log tells. */
static void note_reports(struct run_module *m, unsigned int reports,
			 const char *where)
{
	char text[80];

	if (!reports)
		return;
	m->reports += reports;
	snprintf(text, sizeof(text), "%u report%s in %s", reports,
		 reports == 1 ? "" : "s", where);
	complain(m, text);
}

/* The instance ended in the midst of a job. */
static void note_end(struct run *run, struct run_module *m, const char *where)
{
	struct strbuf text = STRBUF_INIT;

	run->over = true;
	instance_wait(run->instance, &run->end);
	session_describe_end(&run->session, &run->end, &text);
	m->state = MODULE_LOST;
	complain(m, text.text);
	strbuf_reset(&text);
	strbuf_printf(&text, "in %s", where);
	complain(m, text.text);
	strbuf_free(&text);
}

/* The task that was in the system call died of an oops. */
static void note_death(struct run_module *m, int status, const char *where)
{
	char text[80];

	m->state = MODULE_LOST;
	if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "killed in %s (signal %d)", where,
			 WTERMSIG(status));
	else
		snprintf(text, sizeof(text), "died in %s (status %d)", where,
			 status);
	complain(m, text);
}

static int do_job(struct run *run, struct run_module *m, struct ring3_job *job,
		  const struct module_image *image, const char *where)
{
	int err = instance_job(run->instance, job, image);

	if (err) {
		note_end(run, m, where);
		return err;
	}
	note_warnings(run, m, job->warnings, where);
	note_reports(m, job->reports, where);
	if (job->fate == RING3_FATE_KILLED)
		note_death(m, job->result, where);
	return 0;
}

static void settle(struct run *run, struct run_module *m, const char *where)
{
	struct ring3_job job = {.kind = RING3_JOB_SETTLE, .size = SETTLE_MS};

	if (!run->over)
		do_job(run, m, &job, NULL, where);
}

/* request_module() of an earlier one brought it in. */
static bool was_brought(const struct run *run, const char *name)
{
	int i;

	for (i = 0; i < run->session.nr_brought; i++)
		if (!strcmp(run->session.brought[i], name))
			return true;
	return false;
}

static void complain_leaks(struct run_module *m)
{
	char text[80];

	snprintf(text, sizeof(text), "left %u thing%s behind", m->leaks,
		 m->leaks == 1 ? "" : "s");
	complain(m, text);
}

static void load(struct run *run, struct run_module *m, const char *args)
{
	struct ring3_job job = {.kind = RING3_JOB_LOAD};
	struct module_image image;
	int err = session_open_module(m->path, args, &image);

	if (err) {
		m->state = MODULE_REFUSED;
		m->error = err;
		return;
	}
	if (run->explain)
		explain_begin(run->explain, m->name);
	err = do_job(run, m, &job, &image, "init");
	if (run->explain && !err && job.fate == RING3_FATE_RETURNED)
		explain_end(run->explain, job.result);
	session_close_module(&image);
	if (err || m->state == MODULE_LOST)
		return;
	m->init_ns = job.ns;
	m->leaks = job.leaks;
	if (m->leaks)
		complain_leaks(m);
	m->error = job.result;
	m->state = job.result ? MODULE_REFUSED : MODULE_LOADED;
	/* As modprobe: one that is there already is no failure. */
	if (job.result == -EEXIST && was_brought(run, m->name))
		m->state = MODULE_LOADED;
	if (m->state == MODULE_LOADED)
		settle(run, m, "use");
}

static bool is_listed(const struct run *run, const char *name)
{
	int i;

	for (i = 0; i < run->nr_modules; i++)
		if (!strcmp(run->modules[i].name, name))
			return true;
	return false;
}

/* What the modules asked for by request_module() may hold them. */
static void unload_brought(struct run *run)
{
	struct session *s = &run->session;

	while (s->nr_brought) {
		struct ring3_job job = {.kind = RING3_JOB_UNLOAD};
		struct run_module unnamed = {0};

		s->nr_brought--;
		memcpy(job.name, s->brought[s->nr_brought], sizeof(job.name));
		if (is_listed(run, job.name))
			continue;
		/* One that others hold, or that did not load, stays so. */
		if (do_job(run, &unnamed, &job, NULL, "exit"))
			s->nr_brought = 0;
		strbuf_free(&unnamed.misbehaved);
	}
}

static void unload(struct run *run, struct run_module *m)
{
	struct ring3_job job = {.kind = RING3_JOB_UNLOAD};

	snprintf(job.name, sizeof(job.name), "%s", m->name);
	if (do_job(run, m, &job, NULL, "exit") || m->state == MODULE_LOST)
		return;
	if ((job.result == -EAGAIN || job.result == -EBUSY) &&
	    run->session.nr_brought) {
		unload_brought(run);
		if (run->over || do_job(run, m, &job, NULL, "exit") ||
		    m->state == MODULE_LOST)
			return;
	}
	m->exit_ns = job.ns;
	m->leaks = job.leaks;
	if (m->leaks)
		complain_leaks(m);
	m->error = job.result;
	m->state = job.result ? MODULE_BUSY : MODULE_UNLOADED;
	if (m->state == MODULE_UNLOADED)
		settle(run, m, "what it left behind");
}

static bool is_bad(const struct run_module *m)
{
	/* A dependency may stay: others hold it, or it has no exit. */
	if (m->state == MODULE_BUSY && m->dependency)
		return m->misbehaved.len != 0;
	return m->state != MODULE_UNLOADED || m->misbehaved.len;
}

static void add_trouble(struct run *run, const char *what, const char *path,
			long error)
{
	strbuf_printf(&run->trouble, "%scannot %s %s: %s",
		      run->trouble.len ? "; " : "", what, path,
		      strerror(-error));
	run->bad = true;
}

/* A file of the host to the instance. */
static void put_file(struct run *run, const struct transfer *t)
{
	struct ring3_job job = {.kind = RING3_JOB_PUT, .args = t->to};
	struct module_image image;
	int err = session_open_module(t->from, NULL, &image);

	if (err) {
		add_trouble(run, "read", t->from, err);
		return;
	}
	err = instance_job(run->instance, &job, &image);
	session_close_module(&image);
	if (!err && job.result)
		add_trouble(run, "write", t->to, job.result);
}

static void on_content(void *arg, const void *data, size_t n)
{
	struct run *run = arg;

	if (run->saving)
		fwrite(data, 1, n, run->saving);
}

/* A file of the instance to the host. */
static void save_file(struct run *run, const struct transfer *t)
{
	struct ring3_job job = {.kind = RING3_JOB_SAVE, .args = t->from};
	int err;

	run->saving = fopen(t->to, "w");
	if (!run->saving) {
		add_trouble(run, "write", t->to, -errno);
		return;
	}
	err = instance_job(run->instance, &job, NULL);
	if (!err && job.result)
		add_trouble(run, "read", t->from, job.result);
	if (fclose(run->saving))
		add_trouble(run, "write", t->to, -errno);
	run->saving = NULL;
}

/* A certificate that modules may be signed by. */
static void add_key(struct run *run, const char *path)
{
	struct ring3_job job = {.kind = RING3_JOB_KEY, .args = ""};
	struct module_image image;
	int err = session_open_module(path, NULL, &image);

	if (err) {
		add_trouble(run, "read", path, err);
		return;
	}
	err = instance_job(run->instance, &job, &image);
	session_close_module(&image);
	if (!err && job.result)
		add_trouble(run, "trust the certificate", path, job.result);
}

static void add_keys(struct run *run)
{
	int i;

	for (i = 0; run->transfers && i < run->transfers->nr_keys; i++)
		add_key(run, run->transfers->keys[i]);
}

static void put_all(struct run *run)
{
	int i;

	for (i = 0; run->transfers && i < run->transfers->nr_puts; i++)
		put_file(run, &run->transfers->puts[i]);
}

static void save_all(struct run *run)
{
	int i;

	for (i = 0; run->transfers && i < run->transfers->nr_saves; i++)
		if (!run->over)
			save_file(run, &run->transfers->saves[i]);
}

/* ---- devices ---- */

static void add_devices(struct run *run)
{
	if (run->session.devices &&
	    devices_add(run->session.devices, run->instance, &run->trouble))
		run->bad = true;
}

static void end_devices(struct run *run)
{
	size_t before = run->trouble.len;

	if (run->session.devices)
		devices_end(run->session.devices, &run->trouble);
	if (run->trouble.len > before)
		run->bad = true;
}

/* ---- actions: what is done while the modules are loaded ---- */

static void write_text(struct run *run, const struct action *a)
{
	struct ring3_job job = {.kind = RING3_JOB_PUT, .args = a->path};
	struct module_image image;
	int err = session_open_text(a->text, &image);

	if (!err) {
		err = instance_job(run->instance, &job, &image);
		session_close_module(&image);
	}
	if (err || job.result)
		add_trouble(run, "write", a->path, err ? err : job.result);
}

static void show_file(struct run *run, const struct action *a)
{
	struct ring3_job job = {.kind = RING3_JOB_SAVE, .args = a->path};

	run_flush_log(run);
	run->saving = stdout;
	if (!instance_job(run->instance, &job, NULL) && job.result)
		add_trouble(run, "read", a->path, job.result);
	run->saving = NULL;
	fflush(stdout);
}

/* Each has time to show its effects; trouble is the last module's. */
static void do_actions(struct run *run)
{
	struct run_module *last = &run->modules[run->nr_modules - 1];
	int i;

	for (i = 0; run->transfers && i < run->transfers->nr_actions; i++) {
		const struct action *a = &run->transfers->actions[i];

		if (run->over)
			return;
		if (a->kind == ACTION_WRITE)
			write_text(run, a);
		else
			show_file(run, a);
		settle(run, last, "use");
	}
}

/* What is to be different about the last module's run. */
static void arm(struct run *run, struct run_module *m)
{
	struct ring3_job job = {.kind = RING3_JOB_FAULT,
				.fail_at = run->fail_at};

	snprintf(job.name, sizeof(job.name), "%s", m->name);
	if (run->faults)
		do_job(run, m, &job, NULL, "a request");
	job = (struct ring3_job){.kind = RING3_JOB_SCHEDULE,
				 .size = run->schedule};
	if (run->scheduled)
		do_job(run, m, &job, NULL, "a request");
}

/* No more calls fail from here on. */
static void disarm(struct run *run, struct run_module *m)
{
	struct ring3_job job = {.kind = RING3_JOB_FAULT};

	if (!run->faults || run->over ||
	    do_job(run, m, &job, NULL, "a request"))
		return;
	run->calls = job.allocations;
}

static void run_script(struct run *run, struct run_module *m)
{
	struct ring3_job job = {.kind = RING3_JOB_SCRIPT, .args = ""};

	if (!run->has_script || m->state != MODULE_LOADED || run->over)
		return;
	job.flags = run->log_to != NULL;
	if (!do_job(run, m, &job, &run->script, "the script"))
		settle(run, m, "use");
}

static void load_all(struct run *run)
{
	int i;

	for (i = 0; i < run->nr_modules && !run->over; i++) {
		struct run_module *m = &run->modules[i];
		bool last = i == run->nr_modules - 1;

		if (last) {
			put_all(run);
			arm(run, m);
		}
		load(run, m, last ? run->args.text : NULL);
		if (m->state != MODULE_LOADED && !run->keep_going)
			break;
	}
}

static void unload_all(struct run *run)
{
	int i;

	for (i = run->nr_modules - 1; i >= 0 && !run->over; i--)
		if (run->modules[i].state == MODULE_LOADED)
			unload(run, &run->modules[i]);
}

/* After an oops, anything may have been written to. */
static bool is_fit(const struct run *run)
{
	int i;

	for (i = 0; i < run->nr_modules; i++)
		if (run->modules[i].state == MODULE_LOST)
			return false;
	return !(run->warnings & TROUBLE_OOPS);
}

static void judge(struct run *run)
{
	int i;

	for (i = 0; i < run->nr_modules; i++)
		if (is_bad(&run->modules[i]))
			run->bad = true;
	if (!run->over) {
		session_end(&run->session, run->instance, is_fit(run),
			    &run->end);
		run->instance = NULL;
		if (run->end.kind == INSTANCE_EXITED &&
		    run->end.why == RING3_EXIT_DONE)
			return;
		session_describe_end(&run->session, &run->end, &run->trouble);
		run->bad = true;
	}
}

static void on_explain(void *arg, const char *text, size_t n)
{
	struct run *run = arg;

	if (run->explain)
		explain_add(run->explain, text, n);
}

static void on_coverage(void *arg, const char *module, const char *section,
			unsigned long offset, unsigned long hits)
{
	struct run *run = arg;

	if (run->coverage)
		coverage_add(run->coverage, module, section, offset, hits);
}

static void on_coverage_file(void *arg, const char *path, const void *data,
			     size_t n)
{
	struct run *run = arg;

	if (run->lines)
		coverage_lines_add(run->lines, path, data, n);
}

int run_modules(struct run *run)
{
	int err = add_all(run);

	if (err)
		return err;
	run->session.log = on_log;
	run->session.content = on_content;
	run->session.explain = on_explain;
	run->session.coverage = on_coverage;
	run->session.coverage_file = on_coverage_file;
	run->session.arg = run;
	err = session_start(&run->session, &run->instance);
	if (err)
		return err;
	add_devices(run);
	add_keys(run);
	load_all(run);
	do_actions(run);
	run_script(run, &run->modules[run->nr_modules - 1]);
	save_all(run);
	unload_all(run);
	disarm(run, &run->modules[run->nr_modules - 1]);
	judge(run);
	instance_free(run->instance);
	run->instance = NULL;
	end_devices(run);
	return 0;
}

static const char *error_name(long error)
{
	const char *name = strerrorname_np(-error);

	return name ? name : "unknown error";
}

void run_print_verdict(const struct run_module *m, FILE *out)
{
	fprintf(out, "%s: ", m->name);
	switch (m->state) {
	case MODULE_NEW:
		fputs("not tried", out);
		break;
	case MODULE_REFUSED:
		fprintf(out, "init failed: %s (%s)", error_name(m->error),
			strerror(-m->error));
		break;
	case MODULE_BUSY:
		fprintf(out, "%scannot be unloaded: %s (%s)",
			m->dependency ? "ok, but " : "", error_name(m->error),
			strerror(-m->error));
		break;
	case MODULE_LOADED:
		fputs("left loaded", out);
		break;
	case MODULE_UNLOADED:
		fprintf(out, "%s (init %.3f ms, exit %.3f ms)",
			m->misbehaved.len ? "unloaded" : "ok", m->init_ns / 1e6,
			m->exit_ns / 1e6);
		break;
	case MODULE_LOST:
		fputs("lost", out);
		break;
	}
	if (m->misbehaved.len)
		fprintf(out, "; %s", m->misbehaved.text);
	fputc('\n', out);
}

void run_reset(struct run *run)
{
	int i;

	for (i = 0; i < run->nr_modules; i++) {
		free(run->modules[i].path);
		strbuf_free(&run->modules[i].misbehaved);
	}
	free(run->modules);
	run->modules = NULL;
	run->nr_modules = 0;
	run->warnings = 0;
	run->over = false;
	run->bad = false;
	strbuf_reset(&run->line);
	strbuf_reset(&run->log);
	strbuf_reset(&run->trouble);
	strbuf_reset(&run->session.error);
}

void run_free(struct run *run)
{
	run_reset(run);
	source_close(run->sources);
	free(run->names);
	strbuf_free(&run->args);
	strbuf_free(&run->line);
	strbuf_free(&run->log);
	strbuf_free(&run->trouble);
	session_close(&run->session);
}
