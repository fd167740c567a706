// SPDX-License-Identifier: GPL-2.0-only
/*
 * stress SECONDS WRITES COMMAND: clients write to /dev/tally while signals hit
 * them and a shell runs COMMAND again and again; at least for so long, and so
 * many writes.  Then what the module counted must be what the clients did.
 *
 * Prints "ok - WHAT" or "not ok - WHAT" for each check.  Needs the module
 * tally.  Each client is a process with one thread; what it did is in memory
 * shared with the first, and so outlives it.
 */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS	   8
#define TALLY_LAST _IOWR('T', 1, uint64_t)

struct mark {
	uint32_t client, sleeps;
	uint64_t number;
};

/* Of one client; only its present process writes, and nobody while it has
 * none. */
struct book {
	volatile uint64_t done; /* the last number whose write succeeded */
	volatile uint64_t interrupted;
	volatile uint64_t wrong; /* results that no write may have */
};

static struct book *books;
static volatile sig_atomic_t *stop;
static pid_t pids[CLIENTS];
static unsigned long killed, in_flight, mistaken, loads, failed_loads;

static void check(const char *what, bool good)
{
	printf("%s - %s\n", good ? "ok" : "not ok", what);
	fflush(stdout);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* ---- a client ------------------------------------------------------------- */

static void on_signal(int signal)
{
	(void)signal;
}

static void take_signals(int client)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct itimerval timer = {{0, 3000 + 500 * client}, {0, 3000}};

	/* Of half of them, calls go on behind a handler. */
	action.sa_flags = client % 2 ? SA_RESTART : 0;
	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* A client that was killed may have had its last write done. */
static uint64_t last_of(int fd, int client)
{
	uint64_t value = client;

	while (ioctl(fd, TALLY_LAST, &value))
		if (errno != EINTR)
			_exit(1);
	return value;
}

static void write_one(int fd, int client, struct book *book)
{
	struct mark mark = {.client = client, .number = book->done + 1};
	ssize_t n;

	mark.sleeps = mark.number % 512 == 0;
	n = write(fd, &mark, sizeof(mark));
	if (n == sizeof(mark))
		book->done = mark.number;
	else if (n < 0 && errno == EINTR)
		book->interrupted++;
	else
		book->wrong++;
}

static void client_run(int client)
{
	struct book *book = &books[client];
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	take_signals(client);
	do
		fd = open("/dev/tally", O_RDWR);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		_exit(1);
	while (!*stop) {
		/* Now and then another file, so that opens are tried too. */
		if (book->done % 4096 == 4095) {
			close(fd);
			do
				fd = open("/dev/tally", O_RDWR);
			while (fd < 0 && errno == EINTR);
		}
		write_one(fd, client, book);
	}
	_exit(0);
}

static void start_client(int client)
{
	pids[client] = fork();
	if (!pids[client])
		client_run(client);
}

/* ---- the first process ------------------------------------------------------ */

/* What was written when the client died must be in its book, but one. */
static void settle(int fd, int client)
{
	uint64_t last = last_of(fd, client), done = books[client].done;

	if (last == done + 1)
		in_flight++;
	else if (last != done)
		mistaken++;
	books[client].done = last;
}

static void kill_one(int fd)
{
	int client = rand() % CLIENTS, status;

	kill(pids[client], SIGKILL);
	waitpid(pids[client], &status, 0);
	killed++;
	settle(fd, client);
	start_client(client);
}

static void stop_one(void)
{
	pid_t pid = pids[rand() % CLIENTS];

	kill(pid, SIGSTOP);
	usleep(1000);
	kill(pid, SIGCONT);
}

static void disturb(int fd)
{
	switch (rand() % 4) {
	case 0:
		kill_one(fd);
		break;
	case 1:
		stop_one();
		break;
	default:
		kill(pids[rand() % CLIENTS], SIGUSR1);
	}
	usleep(2000 + rand() % 8000);
}

/* Its own process: a command again and again, until it is told to stop. */
static pid_t start_loads(const char *command, int *count)
{
	pid_t pid;
	int ends[2];

	if (pipe(ends))
		exit(1);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (!*stop) {
			char result = system(command) ? 'f' : 'o';

			if (write(ends[1], &result, 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	*count = ends[0];
	return pid;
}

static void count_loads(int from)
{
	char results[4096];
	ssize_t n, i;

	while ((n = read(from, results, sizeof(results))) > 0)
		for (i = 0; i < n; i++) {
			loads++;
			failed_loads += results[i] == 'f';
		}
}

static unsigned long all_done(void)
{
	unsigned long sum = 0;
	int i;

	for (i = 0; i < CLIENTS; i++)
		sum += books[i].done;
	return sum;
}

/* Within a minute, or it hangs. */
static bool ends(pid_t pid)
{
	int i, status;

	for (i = 0; i < 6000; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) && !WEXITSTATUS(status);
		usleep(10000);
	}
	return false;
}

static unsigned long parameter(const char *name)
{
	char path[80], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/module/tally/parameters/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return -1ul;
	close(fd);
	return strtoul(text, NULL, 10);
}

/* How many files the instance's process has open; our parent's parent. */
static int files_of_instance(void)
{
	char path[64], line[256];
	int parent = 0, n = 0;
	DIR *dir;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", getppid());
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "PPid: %d", &parent);
	if (f)
		fclose(f);
	snprintf(path, sizeof(path), "/proc/%d/fd", parent);
	dir = opendir(path);
	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static void judge(int fd)
{
	unsigned long interrupted = 0, wrong = 0;
	bool agree = true;
	int i;

	for (i = 0; i < CLIENTS; i++) {
		interrupted += books[i].interrupted;
		wrong += books[i].wrong;
		agree &= last_of(fd, i) == books[i].done;
	}
	printf("# %lu writes, %lu interrupted, %lu kills, %lu of them in the midst of a write, %lu loads\n",
	       all_done(), interrupted, killed, in_flight, loads);
	check("what clients did is what the module has", agree && !mistaken);
	check("none is lost", parameter("lost") == 0);
	check("none is doubled", parameter("doubled") == 0);
	check("the totals agree", parameter("total") == all_done());
	check("no write had a wrong result", !wrong);
	check("signals came", interrupted && killed);
	check("modules were loaded meanwhile", loads && !failed_loads);
}

int main(int argc, char **argv)
{
	double end;
	unsigned long writes;
	int fd, i, files, count;
	bool all_end = true;
	pid_t loader;

	if (argc != 4)
		return 2;
	end = now() + atof(argv[1]);
	writes = strtoul(argv[2], NULL, 10);
	books = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	stop = (sig_atomic_t *)((char *)books + 4096);
	fd = open("/dev/tally", O_RDWR);
	if (fd < 0) {
		perror("/dev/tally");
		return 1;
	}
	/* A client is hit before it has said what it wants of signals, too. */
	signal(SIGUSR1, on_signal);
	files = files_of_instance();
	loader = start_loads(argv[3], &count);
	for (i = 0; i < CLIENTS; i++)
		start_client(i);
	while (now() < end || all_done() < writes)
		disturb(fd);
	*stop = 1;
	for (i = 0; i < CLIENTS; i++)
		all_end &= ends(pids[i]);
	all_end &= ends(loader);
	check("all come to their end", all_end);
	count_loads(count);
	judge(fd);
	check("no file of the supervisor's is left open",
	      files_of_instance() <= files);
	return 0;
}
