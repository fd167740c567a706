# SPDX-License-Identifier: GPL-2.0-only
# Completion of the module tools' command lines for fish.  Of the tools, only
# modinfo is run, for a module's parameters.  Installed under each tool's name.

# The value of one of the options on the command line, as words or with "=".
function __ring3_kmod_given
    set -l words (commandline -opc)
    for i in (seq (count $words))
        for option in $argv
            if test "$words[$i]" = "$option"; and test $i -lt (count $words)
                echo $words[(math $i + 1)]
                return
            end
            if string match -q -- "$option=*" $words[$i]
                string replace -- "$option=" '' $words[$i]
                return
            end
        end
    end
end

function __ring3_kmod_base
    __ring3_kmod_given -b --basedir -d --dirname
end

function __ring3_kmod_releases
    for tree in (__ring3_kmod_base)/lib/modules/*/
        basename $tree
    end
end

function __ring3_kmod_modules
    set -l release (__ring3_kmod_given -k --set-version -S)
    test -n "$release"; or set release (uname -r)
    sed -n 's|:.*||; s|.*/||; s|\.ko.*||p' (__ring3_kmod_base)/lib/modules/$release/modules.dep 2>/dev/null
end

function __ring3_kmod_loaded
    cut -d ' ' -f 1 /proc/modules 2>/dev/null
end

# Module files, and folders on the way to them.
function __ring3_kmod_files
    __fish_complete_path (commandline -ct) | string match -r '^[^\t]*(?:/|\.ko(?:\.\w+)?)(?=\t|$)'
end

# The first word that is no option, and no value of one.
function __ring3_kmod_first
    set -l is_value
    for word in (commandline -opc)[2..]
        if set -q is_value[1]
            set -e is_value
        else if contains -- $word -C -d -S -w --config --dirname --set-version --wait
            set is_value yes
        else if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
end

function __ring3_kmod_has_first
    test -n "$(__ring3_kmod_first)"
end

function __ring3_kmod_parameters
    modinfo -F parm (__ring3_kmod_first) 2>/dev/null | string replace -rf '^(\w+):(.*)' '$1=\t$2'
end

function __ring3_kmod_removes
    __fish_contains_opt -s r remove
end

function __ring3_kmod_loads_all
    __fish_contains_opt -s a all
end

for tool in lsmod insmod rmmod modprobe modinfo depmod
    complete -c $tool -f
    complete -c $tool -s V -l version -d 'Show the version'
    complete -c $tool -s h -l help -d 'Show help'
end

for tool in lsmod insmod rmmod modprobe
    complete -c $tool -s s -l syslog -d 'Messages go to the system\'s log'
    complete -c $tool -s v -l verbose -d 'More messages'
end

complete -c lsmod -l json -d 'As JSON'
complete -c lsmod -l tree -d 'As a tree'

for tool in insmod modprobe
    complete -c $tool -s f -l force -d 'Whatever kernel it was built for'
    complete -c $tool -l force-modversion -d 'Whatever versions its symbols have'
    complete -c $tool -l force-vermagic -d 'Whatever kernel release it names'
end

complete -c insmod -n 'not __ring3_kmod_has_first' -a '(__ring3_kmod_files)'
complete -c insmod -n __ring3_kmod_has_first -a '(__ring3_kmod_parameters)'

complete -c rmmod -s f -l force -d 'Also while it is in use'
complete -c rmmod -a '(__ring3_kmod_loaded)'

complete -c modprobe -s a -l all -d 'Load all that are named'
complete -c modprobe -s r -l remove -d Unload
complete -c modprobe -l remove-holders -d 'Unload what uses it, too'
complete -c modprobe -s w -l wait -x -d 'Milliseconds to wait for users to go'
complete -c modprobe -s R -l show-alias -d 'Only print what the alias stands for'
complete -c modprobe -l first-time -d 'Fail if there is nothing to do'
complete -c modprobe -s i -l ignore-install -d 'No install commands'
complete -c modprobe -l ignore-remove -d 'No remove commands'
complete -c modprobe -s b -l use-blacklist -d 'Not what is blacklisted, also by name'
complete -c modprobe -s D -l show-depends -d 'Only print what would be loaded'
complete -c modprobe -s c -l show-config -d 'Print configuration and indexes'
complete -c modprobe -l show-modversions -d 'Print the versions that a file needs'
complete -c modprobe -l show-exports -d 'Print the symbols that a file exports'
complete -c modprobe -s n -l dry-run -l show -d 'Do not load, unload or run anything'
complete -c modprobe -s C -l config -r -F -d 'The configuration'
complete -c modprobe -s d -l dirname -x -a '(__fish_complete_directories)' -d 'lib/modules is there'
complete -c modprobe -s S -l set-version -x -a '(__ring3_kmod_releases)' -d 'Of that kernel'
complete -c modprobe -s q -l quiet -d 'No messages'
complete -c modprobe -n __ring3_kmod_removes -a '(__ring3_kmod_loaded)'
complete -c modprobe -n 'not __ring3_kmod_removes; and not __ring3_kmod_has_first' -a '(__ring3_kmod_modules)'
complete -c modprobe -n 'not __ring3_kmod_removes; and not __ring3_kmod_has_first' -a '(__ring3_kmod_files)'
complete -c modprobe -n '__ring3_kmod_loads_all; and __ring3_kmod_has_first' -a '(__ring3_kmod_modules)'
complete -c modprobe -n '__ring3_kmod_has_first; and not __ring3_kmod_removes; and not __ring3_kmod_loads_all' -a '(__ring3_kmod_parameters)'

complete -c modinfo -s a -l author -d 'Only the authors'
complete -c modinfo -s d -l description -d 'Only the description'
complete -c modinfo -s l -l license -d 'Only the licence'
complete -c modinfo -s p -l parameters -d 'Only the parameters'
complete -c modinfo -s n -l filename -d 'Only the file\'s name'
complete -c modinfo -s F -l field -x -a 'filename alias author build-id depends description firmware import_ns license name parm signer sig_hashalgo sig_id sig_key signature softdep srcversion vermagic version weakdep' -d 'Only one field'
complete -c modinfo -s 0 -l null -d 'End values with NUL'
complete -c modinfo -s m -l modname -d 'Arguments are names'
complete -c modinfo -s k -l set-version -x -a '(__ring3_kmod_releases)' -d 'Of that kernel'
complete -c modinfo -s b -l basedir -x -a '(__fish_complete_directories)' -d 'lib/modules is there'
complete -c modinfo -l check -d 'Say whether they would load'
complete -c modinfo -l json -d 'Everything, as JSON'
complete -c modinfo -a '(__ring3_kmod_modules)'
complete -c modinfo -a '(__ring3_kmod_files)'

complete -c depmod -s a -l all -d 'Read all modules'
complete -c depmod -s A -l quick -d 'Only if a module is newer'
complete -c depmod -s b -l basedir -x -a '(__fish_complete_directories)' -d 'lib/modules is there'
complete -c depmod -s m -l moduledir -x -a '(__fish_complete_directories)' -d 'In place of lib/modules'
complete -c depmod -s o -l outdir -x -a '(__fish_complete_directories)' -d 'Write there'
complete -c depmod -s C -l config -r -F -d 'The configuration'
complete -c depmod -s E -l symvers -r -F -d 'Compare versions with these'
complete -c depmod -s F -l filesyms -r -F -d 'The kernel\'s symbols'
complete -c depmod -s e -l errsyms -d 'Report symbols that nobody has'
complete -c depmod -s v -l verbose -d 'Say what needs what'
complete -c depmod -s n -l show -l dry-run -d 'Print, write nothing'
complete -c depmod -s P -l symbol-prefix -x -d 'Of symbols'
complete -c depmod -s w -l warn -d 'Warn of duplicates'
complete -c depmod -l cache -d 'Keep what was read'
complete -c depmod -l no-cache -d 'Read all'
complete -c depmod -l compat -x -d 'Write as that version of kmod'
complete -c depmod -l threads -x -d 'Files to read at a time'
complete -c depmod -a '(__ring3_kmod_releases)'
