// SPDX-License-Identifier: GPL-2.0-only
/*
 * The graph of modules' locks, and what can go wrong in it: circles of locks
 * that tasks take in different orders, and locks of interrupts behind which
 * there are others that interrupts can keep waiting.
 *
 * Interrupts are off; whoever calls sees to that.
 */
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "check/locks.h"
#include "internal.h"

#define LOCKS_MAX 2048
#define EDGES_MAX 8192
#define HASH_BITS 9
#define PAGE_BITS 10

static struct {
	struct lock locks[LOCKS_MAX];
	struct lock_edge edges[EDGES_MAX];
	struct lock *queue[LOCKS_MAX];
	struct hlist_head by_address[1 << HASH_BITS];
	struct hlist_head free;
	struct lock_edge *free_edges;
	unsigned int search;
	unsigned short in_page[1 << PAGE_BITS]; /* how many, by their page */
} * graph;

int locks_set_up(void)
{
	unsigned int i;

	if (graph)
		return 0;
	graph = kvzalloc(sizeof(*graph), GFP_KERNEL);
	if (!graph)
		return -ENOMEM;
	for (i = 0; i < LOCKS_MAX; i++)
		hlist_add_head(&graph->locks[i].node, &graph->free);
	for (i = 0; i < EDGES_MAX; i++) {
		graph->edges[i].next = graph->free_edges;
		graph->free_edges = &graph->edges[i];
	}
	return 0;
}

/* ---- locks ---- */

static struct hlist_head *bucket(const void *address)
{
	return &graph->by_address[hash_ptr(address, HASH_BITS)];
}

static unsigned short *count_of(unsigned long address)
{
	return &graph->in_page[(address >> PAGE_SHIFT) & ((1 << PAGE_BITS) - 1)];
}

static struct lock *make_lock(void *address, enum lock_type type)
{
	struct lock *lock;

	if (hlist_empty(&graph->free))
		return NULL;
	lock = hlist_entry(graph->free.first, struct lock, node);
	hlist_del(&lock->node);
	memset(lock, 0, sizeof(*lock));
	lock->address = address;
	lock->type = type;
	hlist_add_head(&lock->node, bucket(address));
	++*count_of((unsigned long)address);
	return lock;
}

struct lock *lock_find(void *address, enum lock_type type, bool make)
{
	struct lock *lock;

	if (!graph)
		return NULL;
	hlist_for_each_entry(lock, bucket(address), node)
		if (lock->address == address && !lock->is_class)
			return lock;
	return make ? make_lock(address, type) : NULL;
}

static bool is_id(const struct class_id *a, const struct class_id *b)
{
	return a->key == b->key && a->site == b->site &&
	       !strcmp(a->name, b->name);
}

struct lock *graph_class(const struct class_id *id, unsigned int subclass,
			 enum lock_type type)
{
	struct lock *lock;

	hlist_for_each_entry(lock, bucket(id->key), node)
		if (lock->is_class && is_id(&lock->id, id) &&
		    lock->subclass == subclass && lock->type == type)
			return lock;
	lock = make_lock((void *)id->key, type);
	if (!lock)
		return NULL;
	lock->is_class = true;
	lock->subclass = subclass;
	lock->id = *id;
	return lock;
}

static void free_edges_of(struct lock *lock)
{
	struct lock_edge *edge;

	while ((edge = lock->edges)) {
		lock->edges = edge->next;
		edge->next = graph->free_edges;
		graph->free_edges = edge;
	}
}

static void free_edges_to(struct lock *lock, const struct lock *gone)
{
	struct lock_edge **at = &lock->edges, *edge;

	while ((edge = *at)) {
		if (edge->to != gone) {
			at = &edge->next;
			continue;
		}
		*at = edge->next;
		edge->next = graph->free_edges;
		graph->free_edges = edge;
	}
}

static bool is_between(const struct lock *lock, unsigned long start,
		       unsigned long end)
{
	unsigned long address = (unsigned long)lock->address;

	return address && address >= start && address < end;
}

static void forget(struct lock *lock)
{
	unsigned int i;

	free_edges_of(lock);
	for (i = 0; i < LOCKS_MAX; i++)
		if (graph->locks[i].address)
			free_edges_to(&graph->locks[i], lock);
	hlist_del(&lock->node);
	--*count_of((unsigned long)lock->address);
	lock->address = NULL;
	hlist_add_head(&lock->node, &graph->free);
}

void graph_forget(unsigned long start, unsigned long end)
{
	unsigned int i;

	for (i = 0; graph && i < LOCKS_MAX; i++)
		if (is_between(&graph->locks[i], start, end))
			forget(&graph->locks[i]);
}

/* Most memory that is freed has none. */
static bool any_in_pages(unsigned long start, unsigned long end)
{
	for (start &= PAGE_MASK; start < end; start += PAGE_SIZE)
		if (*count_of(start))
			return true;
	return false;
}

void graph_forget_module(const struct module *mod)
{
	unsigned int i;

	for (i = 0; graph && i < LOCKS_MAX; i++)
		if (graph->locks[i].address &&
		    within_module((unsigned long)graph->locks[i].address, mod))
			forget(&graph->locks[i]);
}

bool graph_any_between(unsigned long start, unsigned long end)
{
	unsigned int i;

	if (!graph || !any_in_pages(start, end))
		return false;
	for (i = 0; i < LOCKS_MAX; i++)
		if (is_between(&graph->locks[i], start, end))
			return true;
	return false;
}

/* ---- edges ---- */

bool graph_add(struct lock *from, enum lock_mode held, unsigned long from_ip,
	       struct lock *to, enum lock_mode wanted, unsigned long to_ip)
{
	struct lock_edge *edge;

	for (edge = from->edges; edge; edge = edge->next)
		if (edge->to == to && edge->held == held &&
		    edge->wanted == wanted)
			return false;
	edge = graph->free_edges;
	if (!edge)
		return false;
	graph->free_edges = edge->next;
	*edge = (struct lock_edge){
		.next = from->edges,
		.from = from,
		.to = to,
		.held = held,
		.wanted = wanted,
		.from_ip = from_ip,
		.to_ip = to_ip,
	};
	from->edges = edge;
	return true;
}

/* Whether who wants a lock has to wait for who holds it. */
static bool waits(enum lock_mode wanted, enum lock_mode held)
{
	return wanted != MODE_RECURSIVE || held == MODE_WRITE;
}

typedef bool found_fn(const struct lock_edge *edge, const void *arg);

/*
 * The first edge for which @found says so, breadth first from @start, of which
 * each leads on from a lock that had to be waited for; NULL: none.
 */
static const struct lock_edge *search(struct lock *start, enum lock_mode wanted,
				      found_fn *found, const void *arg)
{
	unsigned int head = 0, tail = 0;
	struct lock_edge *edge;

	graph->search++;
	start->visited = graph->search;
	start->by = NULL;
	graph->queue[tail++] = start;
	while (head < tail) {
		struct lock *lock = graph->queue[head++];
		enum lock_mode by = lock->by ? lock->by->wanted : wanted;

		for (edge = lock->edges; edge; edge = edge->next) {
			if (!waits(by, edge->held))
				continue;
			if (found(edge, arg))
				return edge;
			if (edge->to->visited == graph->search)
				continue;
			edge->to->visited = graph->search;
			edge->to->by = edge;
			graph->queue[tail++] = edge->to;
		}
	}
	return NULL;
}

/* ---- reports ---- */

const char *lock_type_name(const struct lock *lock)
{
	static const char *const names[] = {
		[TYPE_SPIN] = "spin lock",
		[TYPE_RW] = "read-write lock",
		[TYPE_MUTEX] = "mutex",
		[TYPE_WW] = "wait/wound mutex",
		[TYPE_RT] = "mutex with priority inheritance",
		[TYPE_RWSEM] = "read-write semaphore",
		[TYPE_RCU] = "RCU read side",
		[TYPE_RECLAIM] = "reclaim of memory",
	};

	return names[lock->type];
}

void lock_print(const char *before, const struct lock *lock, unsigned long ip)
{
	if (!lock->is_class)
		pr_err("%s (%s %ps at %px), at: %pS\n", before,
		       lock_type_name(lock), lock->address, lock->address,
		       (void *)ip);
	else if (lock->subclass)
		pr_err("%s (%s of class %s/%u), at: %pS\n", before,
		       lock_type_name(lock), lock->id.name, lock->subclass,
		       (void *)ip);
	else
		pr_err("%s (%s of class %s), at: %pS\n", before,
		       lock_type_name(lock), lock->id.name, (void *)ip);
}

static void print_edge(const struct lock_edge *edge)
{
	lock_print(" taken:", edge->to, edge->to_ip);
	lock_print("  while holding:", edge->from, edge->from_ip);
}

/* From the last edge of a search back to its start. */
static void print_way(const struct lock_edge *edge)
{
	for (; edge; edge = edge->from->by)
		print_edge(edge);
}

struct end {
	const struct lock *lock;
	enum lock_mode held;
};

static bool is_end(const struct lock_edge *edge, const void *arg)
{
	const struct end *end = arg;

	return edge->to == end->lock && waits(edge->wanted, end->held);
}

bool graph_find_circle(struct lock *from, struct lock *to,
		       const struct report_place *place)
{
	const struct lock_edge *new = from->edges, *last;
	struct end end = {from, new->held};

	last = search(to, new->wanted, is_end, &end);
	if (!last || !report_begin("circular", place->ip))
		return false;
	pr_err("WARNING: possible circular locking dependency detected\n");
	pr_err("%s/%d is trying to acquire lock:\n", current->comm,
	       current->pid);
	lock_print("", to, new->to_ip);
	pr_err("but task is already holding lock:\n");
	lock_print("", from, new->from_ip);
	pr_err("which lock already depends on the new lock:\n");
	print_way(last);
	report_stack(place);
	report_end();
	return true;
}

/* ---- interrupts ---- */

static unsigned int any(unsigned int usage, unsigned int bit)
{
	return usage & (bit | bit << READING);
}

/* One in an interrupt, the other where it could come; not both for reading. */
static bool is_pair(unsigned int in, unsigned int with, unsigned int bit)
{
	unsigned int with_bit = bit << 2;

	return (in & bit && any(with, with_bit)) ||
	       (any(in, bit) && with & with_bit);
}

bool lock_is_inconsistent(unsigned int usage)
{
	return is_pair(usage, usage, IN_HARDIRQ) ||
	       is_pair(usage, usage, IN_SOFTIRQ);
}

static bool is_unsafe(const struct lock_edge *edge, const void *arg)
{
	unsigned int bit = *(const unsigned int *)arg << 2;
	unsigned int usage = edge->to->usage;

	if (usage & bit)
		return true;
	return usage & bit << READING && edge->wanted != MODE_RECURSIVE;
}

static bool inversion_of(struct lock *safe, unsigned int bit,
			 const struct report_place *place)
{
	const char *name = bit == IN_HARDIRQ ? "HARDIRQ" : "SOFTIRQ";
	enum lock_mode mode = safe->usage & bit ? MODE_WRITE : MODE_RECURSIVE;
	const struct lock_edge *last = search(safe, mode, is_unsafe, &bit);

	if (!last || !report_begin(name, (unsigned long)last->to_ip))
		return false;
	pr_err("WARNING: %s-safe -> %s-unsafe lock order detected\n", name,
	       name);
	pr_err("taken in an interrupt:\n");
	lock_print("", safe, place->ip);
	pr_err("and, when one can come, while that is held:\n");
	print_way(last);
	report_stack(place);
	report_end();
	return true;
}

bool graph_find_inversion(const struct report_place *place)
{
	unsigned int i;

	for (i = 0; i < LOCKS_MAX; i++) {
		struct lock *lock = &graph->locks[i];

		if (!lock->address || !lock->edges)
			continue;
		if (any(lock->usage, IN_HARDIRQ) &&
		    inversion_of(lock, IN_HARDIRQ, place))
			return true;
		if (any(lock->usage, IN_SOFTIRQ) &&
		    inversion_of(lock, IN_SOFTIRQ, place))
			return true;
	}
	return false;
}
