// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module file's symbols, the versions that it was built against, and its
 * signature.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "lib/modelf_priv.h"

#define CRC_PREFIX "__crc_"

struct symbol {
	const char *name;
	uint64_t value;
	unsigned int section, bind, type;
};

uint32_t modelf_hash(const char *name)
{
	size_t len = strlen(name);
	uint64_t hash = len * 0x9e3779b97f4a7c15u, word;

	for (; len > 8; len -= 8, name += 8) {
		memcpy(&word, name, 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, name, len);
	hash = (hash ^ word) * 0xc4ceb9fe1a85ec53u;
	return hash >> 32 ^ hash;
}

/* ---- .symtab ------------------------------------------------------------ */

static int find_symtab(const struct modelf *elf, struct modelf_shdr *symbols,
		       struct modelf_shdr *names)
{
	if (!elf->shdrs)
		return -ENODATA;
	for (unsigned int i = 1; i < elf->nr_shdrs; i++) {
		if (modelf_section_type(elf, i) != SHT_SYMTAB)
			continue;
		modelf_shdr(elf, i, symbols);
		return modelf_shdr(elf, symbols->link, names);
	}
	return -ENODATA;
}

/*
 * The table from symbol @first on, with the names.  They lie side by side as a
 * rule: one read gets both.
 */
static int view_symtab(struct modelf *elf, const struct modelf_shdr *symbols,
		       const struct modelf_shdr *names,
		       struct modelf_symtab *table)
{
	uint64_t skip = (uint64_t)table->first * table->entry_size;
	const unsigned char *data;
	int err;

	if (symbols->size > elf->size || names->size > elf->size)
		return -EINVAL;
	if (symbols->offset + symbols->size == names->offset) {
		err = modelf_view(elf, symbols->offset + skip,
				  symbols->size - skip + names->size, &data);
		if (err)
			return err;
	}
	err = modelf_view(elf, symbols->offset + skip, symbols->size - skip,
			  &table->symbols);
	if (err)
		return err;
	err = modelf_view(elf, names->offset, names->size, &data);
	if (err)
		return err;
	if (data[names->size - 1])
		return -EINVAL;
	table->names = (const char *)data;
	table->names_size = names->size;
	return 0;
}

/* Of an exported symbol, whose version's symbol is local in newer kernels. */
static bool has_crcs(struct modelf *elf)
{
	unsigned int index;

	return modelf_find(elf, "__kcrctab", &index) != -ENODATA ||
	       modelf_find(elf, "__kcrctab_gpl", &index) != -ENODATA;
}

/*
 * Local symbols come first, and are many: functions, variables, sections.
 * They are of interest only where versions can be among them.
 */
static int get_symtab(struct modelf *elf, struct modelf_symtab *table)
{
	struct modelf_shdr symbols, names;
	int err;

	if (elf->symtab.names) {
		*table = elf->symtab;
		return 0;
	}
	err = find_symtab(elf, &symbols, &names);
	if (err)
		return err;
	if (!names.size)
		return -ENODATA;
	if (names.type != SHT_STRTAB)
		return -EINVAL;
	table->entry_size = elf->is_64bit ? sizeof(Elf64_Sym)
					  : sizeof(Elf32_Sym);
	table->n = symbols.size / table->entry_size;
	table->first = 1;
	if (symbols.info > 1 && symbols.info <= table->n && !has_crcs(elf))
		table->first = symbols.info;
	if (table->first > table->n)
		table->first = table->n;
	err = view_symtab(elf, &symbols, &names, table);
	if (!err)
		elf->symtab = *table;
	return err;
}

/* The name offset of any symbol of either class is its first field. */
static void get_foreign(const struct modelf *elf, const unsigned char *p,
			uint32_t *name, struct symbol *symbol)
{
	const unsigned char *info = p + (elf->is_64bit ? 4 : 12);

	*name = modelf_get(elf, p, 4);
	symbol->value = elf->is_64bit ? modelf_get(elf, p + 8, 8)
				      : modelf_get(elf, p + 4, 4);
	symbol->section = modelf_get(elf, info + 2, 2);
	symbol->bind = *info >> 4;
	symbol->type = *info & 0xf;
}

/* False when the symbol's name does not lie in the table. */
static inline bool get_symbol(const struct modelf *elf,
			      const struct modelf_symtab *table, size_t i,
			      struct symbol *symbol)
{
	const unsigned char *p =
		table->symbols + (i - table->first) * table->entry_size;
	uint32_t name;

	if (elf->is_native) {
		Elf64_Sym native;

		memcpy(&native, p, sizeof(native));
		name = native.st_name;
		symbol->value = native.st_value;
		symbol->section = native.st_shndx;
		symbol->bind = ELF64_ST_BIND(native.st_info);
		symbol->type = ELF64_ST_TYPE(native.st_info);
	} else {
		get_foreign(elf, p, &name, symbol);
	}
	if (name >= table->names_size)
		return false;
	symbol->name = table->names + name;
	return true;
}

/* ---- exports ------------------------------------------------------------ */

/* A __crc_ symbol is the CRC itself or, in newer kernels, where it lies. */
static uint64_t crc_of(struct modelf *elf, const struct symbol *symbol)
{
	const unsigned char *data;
	size_t size;

	if (symbol->section == SHN_ABS || symbol->section == SHN_UNDEF)
		return symbol->value;
	if (modelf_section_view(elf, symbol->section, &data, &size) ||
	    size < 4 || symbol->value > size - 4)
		return 0;
	return modelf_get(elf, data + symbol->value, 4);
}

/* The name itself must have its NUL, the table may end behind it. */
static inline bool is_crc(const struct modelf_symtab *table, const char *name)
{
	const size_t len = sizeof(CRC_PREFIX) - 1;

	return len <= table->names_size - (name - table->names) &&
	       !memcmp(name, CRC_PREFIX, len);
}

/* @some: whether there was one. */
static int walk_crcs(struct modelf *elf, modelf_symbol_fn *found, void *context,
		     bool *some)
{
	const size_t skip = strlen(CRC_PREFIX);
	struct modelf_symtab table;
	struct symbol symbol;
	int err;

	err = get_symtab(elf, &table);
	for (size_t i = table.first; !err && i < table.n; i++) {
		struct modelf_symbol result = {0};

		if (!get_symbol(elf, &table, i, &symbol))
			return -EINVAL;
		if (!is_crc(&table, symbol.name))
			continue;
		*some = true;
		result.name = symbol.name + skip;
		result.crc = crc_of(elf, &symbol);
		err = found(context, &result);
	}
	return err;
}

int modelf_exports(struct modelf *elf, modelf_symbol_fn *found, void *context)
{
	const char *name, *end;
	const void *data;
	bool some = false;
	size_t size;
	int err;

	err = walk_crcs(elf, found, context, &some);
	if (some || (err && err != -ENODATA))
		return err;
	err = modelf_section(elf, "__ksymtab_strings", &data, &size);
	if (err)
		return err;
	end = (const char *)data + size;
	for (name = data; !err && name < end; name += strlen(name) + 1) {
		struct modelf_symbol result = {.name = name};

		if (!*name)
			continue;
		err = found(context, &result);
	}
	return err;
}

/* ---- versions ----------------------------------------------------------- */

/* A set of names with their versions: open addressing, in the file's memory. */
struct version {
	struct modelf_symbol symbol;
	uint32_t hash;
	bool used; /* an undefined symbol has it */
};

struct versions {
	struct version *version;
	size_t n;
	uint32_t *slot; /* index + 1, or 0 */
	size_t mask;
};

/* Every entry: a word, the CRC, and a name that fills it up to 64 bytes. */
#define VERSION_SIZE 64

/* Bytes that are cheaper to read than to leave out. */
#define NEAR 4096

static size_t count_versions(const char *names, size_t size)
{
	size_t n = 0;

	for (size_t at = 0; at < size; at += strlen(names + at) + 1)
		n++;
	return n;
}

/* Where @name is or could be put. */
static uint32_t *version_slot(const struct versions *set, const char *name,
			      uint32_t hash)
{
	size_t i = hash & set->mask;

	while (set->slot[i]) {
		const struct version *version = &set->version[set->slot[i] - 1];

		if (version->hash == hash &&
		    !strcmp(version->symbol.name, name))
			break;
		i = (i + 1) & set->mask;
	}
	return &set->slot[i];
}

static int add_version(void *context, const struct modelf_symbol *symbol)
{
	struct versions *set = context;
	uint32_t hash = modelf_hash(symbol->name);
	uint32_t *slot = version_slot(set, symbol->name, hash);

	if (*slot)
		return 0;
	set->version[set->n++] = (struct version){*symbol, hash, false};
	*slot = set->n;
	return 0;
}

static int walk_basic(struct modelf *elf, const unsigned char *data,
		      size_t size, modelf_symbol_fn *found, void *context)
{
	size_t word = elf->is_64bit ? 8 : 4;
	int err = 0;

	for (; !err && size >= VERSION_SIZE;
	     size -= VERSION_SIZE, data += VERSION_SIZE) {
		const char *name = (const char *)data + word;
		struct modelf_symbol result = {0};

		if (!memchr(name, '\0', VERSION_SIZE - word))
			return -EINVAL;
		/* Some architectures' compilers put a dot before functions. */
		result.name = name + (*name == '.');
		result.crc = modelf_get(elf, data, word);
		err = found(context, &result);
	}
	return err;
}

static int walk_extended(struct modelf *elf, const char *names, size_t size,
			 modelf_symbol_fn *found, void *context)
{
	const unsigned char *crcs;
	const void *data;
	size_t crcs_size;
	int err;

	err = modelf_section(elf, "__version_ext_crcs", &data, &crcs_size);
	if (err)
		return err == -ENODATA ? -EINVAL : err;
	crcs = data;
	for (size_t at = 0; !err && at < size; at += strlen(names + at) + 1) {
		struct modelf_symbol result = {.name = names + at};

		if (crcs_size < 4)
			return -EINVAL;
		result.crc = modelf_get(elf, crcs, 4);
		if (*result.name)
			err = found(context, &result);
		crcs += 4;
		crcs_size -= 4;
	}
	return err;
}

static int make_set(struct modelf *elf, size_t most, struct versions *set)
{
	size_t slots = 16;

	while (slots < most * 2)
		slots *= 2;
	set->version = modelf_alloc(elf, most * sizeof(*set->version));
	set->slot = modelf_alloc(elf, slots * sizeof(*set->slot));
	if (!set->version || !set->slot)
		return -ENOMEM;
	memset(set->slot, 0, slots * sizeof(*set->slot));
	set->mask = slots - 1;
	return 0;
}

/*
 * .modinfo lies a little before __versions: one read gets both, for whoever
 * wants all that is in a module.
 */
static int find_basic(struct modelf *elf, const unsigned char **data,
		      size_t *size)
{
	const unsigned char *ignored;
	struct modelf_shdr versions, info;
	unsigned int index, info_index;
	int err;

	err = modelf_find(elf, "__versions", &index);
	if (err)
		return err;
	modelf_shdr(elf, index, &versions);
	if (!elf->image && !modelf_find(elf, ".modinfo", &info_index)) {
		modelf_shdr(elf, info_index, &info);
		if (info.offset < versions.offset &&
		    versions.offset - info.offset < info.size + NEAR)
			modelf_view(elf, info.offset,
				    versions.offset + versions.size -
					    info.offset,
				    &ignored);
	}
	return modelf_section_view(elf, index, data, size);
}

/* The two sections; -ENODATA: neither is there. */
struct version_sections {
	const unsigned char *basic;
	const char *extended;
	size_t basic_size, extended_size;
};

static int find_versions(struct modelf *elf, struct version_sections *found)
{
	const void *extended = NULL;
	int err, ext_err;

	*found = (struct version_sections){0};
	err = find_basic(elf, &found->basic, &found->basic_size);
	if (err && err != -ENODATA)
		return err;
	ext_err = modelf_section(elf, "__version_ext_names", &extended,
				 &found->extended_size);
	found->extended = extended;
	return ext_err == -ENODATA ? err : ext_err;
}

static int get_versions(struct modelf *elf, struct versions *set)
{
	struct version_sections from;
	int err = find_versions(elf, &from);

	if (err)
		return err;
	err = make_set(elf,
		       from.basic_size / VERSION_SIZE +
			       count_versions(from.extended,
					      from.extended_size),
		       set);
	if (!err)
		err = walk_basic(elf, from.basic, from.basic_size, add_version,
				 set);
	if (!err && from.extended)
		err = walk_extended(elf, from.extended, from.extended_size,
				    add_version, set);
	return err;
}

int modelf_versions(struct modelf *elf, modelf_symbol_fn *found, void *context)
{
	struct version_sections from;
	struct versions set = {0};
	int err = find_versions(elf, &from);

	if (err)
		return err;
	/* Only two forms can have the same name. */
	if (!from.extended)
		return walk_basic(elf, from.basic, from.basic_size, found,
				  context);
	err = get_versions(elf, &set);
	for (size_t i = 0; !err && i < set.n; i++)
		err = found(context, &set.version[i].symbol);
	return err;
}

/* ---- needs -------------------------------------------------------------- */

/* One that every instruction set but SPARC's lacks: not a symbol at all. */
static bool is_register(const struct modelf *elf, const struct symbol *symbol)
{
	return symbol->type == STT_SPARC_REGISTER &&
	       (elf->machine == EM_SPARC || elf->machine == EM_SPARCV9);
}

/* @set: of versions to take the CRCs from, or NULL. */
static int walk_undefined(struct modelf *elf, const struct versions *set,
			  modelf_symbol_fn *found, void *context)
{
	struct modelf_symtab table;
	struct symbol symbol;
	int err;

	err = get_symtab(elf, &table);
	for (size_t i = table.first; !err && i < table.n; i++) {
		struct modelf_symbol result = {0};
		uint32_t slot = 0;

		if (!get_symbol(elf, &table, i, &symbol))
			return -EINVAL;
		if (symbol.section != SHN_UNDEF || !*symbol.name ||
		    is_register(elf, &symbol))
			continue;
		result.name = symbol.name;
		result.weak = symbol.bind == STB_WEAK;
		if (set && set->slot)
			slot = *version_slot(set, result.name,
					     modelf_hash(result.name));
		if (slot) {
			set->version[slot - 1].used = true;
			result.crc = set->version[slot - 1].symbol.crc;
		}
		err = found(context, &result);
	}
	return err;
}

int modelf_undefined(struct modelf *elf, modelf_symbol_fn *found, void *context)
{
	return walk_undefined(elf, NULL, found, context);
}

int modelf_needs(struct modelf *elf, modelf_symbol_fn *found, void *context)
{
	struct versions set = {0};
	int err, versions_err;

	versions_err = get_versions(elf, &set);
	if (versions_err && versions_err != -ENODATA)
		return versions_err;
	err = walk_undefined(elf, &set, found, context);
	if (err && (err != -ENODATA || versions_err))
		return err;
	err = 0;
	for (size_t i = 0; !err && i < set.n; i++)
		if (!set.version[i].used)
			err = found(context, &set.version[i].symbol);
	return err;
}

/* ---- signature ---------------------------------------------------------- */

#define SIGNATURE_MAGIC	  "~Module signature appended~\n"
#define SIGNATURE_TRAILER 12

int modelf_signature(struct modelf *elf, struct modelf_signature *signature)
{
	const size_t fixed = SIGNATURE_TRAILER + strlen(SIGNATURE_MAGIC);
	const unsigned char *p;
	uint64_t body;
	int err;

	if (elf->size < fixed)
		return -ENODATA;
	err = modelf_view(elf, elf->size - fixed, fixed, &p);
	if (err)
		return err;
	if (memcmp(p + SIGNATURE_TRAILER, SIGNATURE_MAGIC,
		   strlen(SIGNATURE_MAGIC)))
		return -ENODATA;
	/* algo, hash, id_type, signer_len, key_id_len, three bytes of padding,
	 * then the signature's length, big-endian in all files */
	signature->algo = p[0];
	signature->hash = p[1];
	signature->id_type = p[2];
	signature->signer_len = p[3];
	signature->key_id_len = p[4];
	signature->data_len = (size_t)p[8] << 24 | p[9] << 16 | p[10] << 8 |
			      p[11];
	body = (uint64_t)p[3] + p[4] + signature->data_len;
	if (!signature->data_len || body > elf->size - fixed)
		return -ENODATA;
	err = modelf_view(elf, elf->size - fixed - body, body, &p);
	if (err)
		return err;
	signature->signer = p;
	signature->key_id = signature->signer + signature->signer_len;
	signature->data = signature->key_id + signature->key_id_len;
	return 0;
}
