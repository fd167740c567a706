# SPDX-License-Identifier: GPL-2.0-only
# Completion of ring3's command line for fish.  Nothing but `ring3 targets` and
# `ring3 ps` are run.

function __ring3_releases
    ring3 targets 2>/dev/null | sed -n '2,$s/^[* ] *\([^ ]*\).*/\1/p'
end

function __ring3_instances
    ring3 ps 2>/dev/null | awk 'NR > 1 { print $1; if ($2 != "-") print $2 }'
end

# Module files, and folders on the way to them.
function __ring3_modules
    __fish_complete_path (commandline -ct) | string match -r '^[^\t]*(?:/|\.ko(?:\.\w+)?)(?=\t|$)'
end

# Behind "--option=" as well as in a word of its own.
function __ring3_folders
    __fish_complete_directories (commandline -ct | string replace -r '^--[a-z]+=' '')
end

# Only behind the "=".
function __ring3_optional_files
    __fish_complete_path (commandline -ct | string replace -r '^--[a-z]+=' '')
end

function __ring3_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

# Whether the next word is the verb of `ring3 targets`.
function __ring3_wants_verb
    set -l words (commandline -opc)
    test (count $words) -eq 2; and test $words[2] = targets
end

function __ring3_verb
    set -l words (commandline -opc)
    test (count $words) -ge 3; and test $words[2] = targets
    and contains -- $words[3] $argv
end

complete -c ring3 -f

complete -c ring3 -n __fish_use_subcommand -a test -d 'Load modules, show their log, unload them'
complete -c ring3 -n __fish_use_subcommand -a run -d 'Run programs with the modules of a kernel'
complete -c ring3 -n __fish_use_subcommand -a attach -d 'Run a program in a running instance'
complete -c ring3 -n __fish_use_subcommand -a ps -d 'List running instances'
complete -c ring3 -n __fish_use_subcommand -a stop -d 'End a running instance'
complete -c ring3 -n __fish_use_subcommand -a build -d 'Build modules, also with sanitizers'
complete -c ring3 -n __fish_use_subcommand -a fuzz -d 'Find inputs that break a module'
complete -c ring3 -n __fish_use_subcommand -a gpio -d 'Drive the lines of an instance'
complete -c ring3 -n __fish_use_subcommand -a leds -d 'Show the LEDs of an instance'
complete -c ring3 -n __fish_use_subcommand -a sweep -d 'Test every module of a target'
complete -c ring3 -n __fish_use_subcommand -a bench -d 'Measure an instance'
complete -c ring3 -n __fish_use_subcommand -a fuzz-loader -d 'Damage modules, load them'
complete -c ring3 -n __fish_use_subcommand -a oom -d 'Fail each allocation of a load'
complete -c ring3 -n __fish_use_subcommand -a stress -d 'Load and unload in many tasks'
complete -c ring3 -n __fish_use_subcommand -a bench-load -d 'Measure loading, by both loaders'
complete -c ring3 -n __fish_use_subcommand -a agree -d 'Compare ring3\'s module loader with the kernel\'s'
complete -c ring3 -n __fish_use_subcommand -a check-abi -d 'Tell which kernels would load a module'
complete -c ring3 -n __fish_use_subcommand -a targets -d 'List, add, build and remove kernels'
complete -c ring3 -n __fish_use_subcommand -s V -l version -d 'Show the version'
complete -c ring3 -s h -l help -d 'Show help'

complete -c ring3 -n '__ring3_command test run build sweep bench fuzz-loader oom stress bench-load agree check-abi' -s k -l target -x -a '(__ring3_releases)' -d 'The kernel'
complete -c ring3 -n '__ring3_command test run sweep' -l append -x -d 'Further kernel parameters'
complete -c ring3 -n '__ring3_command test sweep oom' -l timeout -x -d 'Seconds that loading or unloading one may take'
complete -c ring3 -n '__ring3_command test sweep agree' -s q -l quiet -d 'Print less'
complete -c ring3 -n '__ring3_command test run sweep fuzz-loader oom stress' -l loader -x -a 'ring3 kernel' -d 'The module loader'
complete -c ring3 -n '__ring3_command fuzz-loader stress' -s s -l seed -x -d 'Another number, other ones'
complete -c ring3 -n '__ring3_command oom check-abi' -s v -l verbose -d 'Print more'

complete -c ring3 -n '__ring3_command test fuzz bench fuzz-loader oom stress bench-load check-abi' -a '(__ring3_modules)'

complete -c ring3 -n '__ring3_command test run' -l time -x -a 'virtual real' -d 'How time passes'
complete -c ring3 -n '__ring3_command test' -l keep-going -d 'Go on after a module that failed'
complete -c ring3 -n '__ring3_command test run' -l no-snapshot -d 'Boot, and show the log of that'
complete -c ring3 -n '__ring3_command test' -l put -r -F -d 'FILE=PATH: give the instance a file'
complete -c ring3 -n '__ring3_command test' -l save -r -F -d 'PATH=FILE: get a file of the instance'
complete -c ring3 -n '__ring3_command test' -l explain -d 'Tell what each load did, and why one was refused'
complete -c ring3 -n '__ring3_command test' -l write -r -d 'TEXT=PATH: once loaded, write TEXT to PATH'
complete -c ring3 -n '__ring3_command test' -l show -r -d 'Print what is in PATH'
complete -c ring3 -n '__ring3_command test run' -l device -r -d 'BUS:DEVICE=PROGRAM: put a device on a bus'
complete -c ring3 -n '__ring3_command test' -l gpio -r -d 'LINE=LEVEL: set an input of the GPIO chip'
complete -c ring3 -n '__ring3_command test' -l key -r -F -d 'Trust modules signed by this certificate'
complete -c ring3 -n '__ring3_command test' -l coverage -a '(__ring3_optional_files)' -d 'Print which functions ran, or =FILE for lcov'
complete -c ring3 -n '__ring3_command test' -l format -x -a 'text json ktap junit' -d 'How the result is printed'
complete -c ring3 -n '__ring3_command test' -l json -d 'Print the result as JSON'
complete -c ring3 -n '__ring3_command test sweep' -l check -x -a 'memory locks context leaks user all none' -d 'What mistakes to look for'
complete -c ring3 -n '__ring3_command test run' -l no-leaks -d 'Do not look for what modules leave behind'

complete -c ring3 -n '__ring3_command test' -l script -r -F -d 'File operations that tasks do'
complete -c ring3 -n '__ring3_command test' -l fail -x -a each -d 'Again, each time with another call failing'
complete -c ring3 -n '__ring3_command test' -l schedules -x -d 'Again under so many schedules'
complete -c ring3 -n '__ring3_command test' -l seed -x -d 'Under this schedule'
complete -c ring3 -n '__ring3_command test build' -s j -l jobs -x -d 'How many at once'

complete -c ring3 -n '__ring3_command build' -s o -l output -x -a '(__ring3_folders)' -d 'Build a copy there'
complete -c ring3 -n '__ring3_command build' -l sanitize -x -a 'address undefined thread coverage trace locks' -d 'Checks that the compiler adds'

complete -c ring3 -n '__ring3_command fuzz' -o harness -r -F -d 'The file operations'
complete -c ring3 -n '__ring3_command fuzz' -o target -x -a '(__ring3_releases)' -d 'The kernel'
complete -c ring3 -n '__ring3_command run' -l network -x -a 'host instance' -d 'Whose sockets there are'
complete -c ring3 -n '__ring3_command run' -l keep -d 'Go on when the command has ended'
complete -c ring3 -n '__ring3_command run' -l name -x -d 'What attach and stop call it'
complete -c ring3 -n '__ring3_command run' -l save -x -d 'Keep the instance at the end'
complete -c ring3 -n '__ring3_command run' -l from -x -d 'Start from one that was kept'
complete -c ring3 -n '__ring3_command gpio' -x -a 'set get'
complete -c ring3 -n '__ring3_command leds' -s w -l watch -d 'Again whenever one changes'
complete -c ring3 -n '__ring3_command leds' -s n -l count -x -d 'How many lines'
complete -c ring3 -n '__ring3_command attach stop' -x -a '(__ring3_instances)' -d 'Instance'
complete -c ring3 -n '__ring3_command fuzz' -o runs -x -d 'End after so many'
complete -c ring3 -n '__ring3_command fuzz' -o max_total_time -x -d 'End after so many seconds'
complete -c ring3 -n '__ring3_command fuzz' -o max_len -x -d 'Bytes of an input at most'
complete -c ring3 -n '__ring3_command fuzz' -o seed -x -d 'Other inputs for each'
complete -c ring3 -n '__ring3_command fuzz' -o timeout -x -d 'Seconds that one run may take'
complete -c ring3 -n '__ring3_command fuzz' -o artifact_prefix -x -d 'Where bad inputs are saved'
complete -c ring3 -n '__ring3_command fuzz' -o reset -d 'Each run finds the instance as the first did'

complete -c ring3 -n '__ring3_command sweep' -s j -l jobs -x -d 'How many at once'
complete -c ring3 -n '__ring3_command sweep' -s o -l output -r -F -d 'The results'
complete -c ring3 -n '__ring3_command sweep' -l fresh -d 'Forget an interrupted sweep'

complete -c ring3 -n '__ring3_command fuzz-loader' -l replay -d 'Load saved inputs again, with the log'
complete -c ring3 -n '__ring3_command fuzz-loader' -s n -l runs -x -d 'How many inputs'
complete -c ring3 -n '__ring3_command fuzz-loader' -s f -l first -x -d 'Begin with this input'
complete -c ring3 -n '__ring3_command fuzz-loader' -s c -l corpus -x -a '(__ring3_folders)' -d 'Damage the modules there'
complete -c ring3 -n '__ring3_command fuzz-loader' -s o -l output -x -a '(__ring3_folders)' -d 'Where inputs are saved'
complete -c ring3 -n '__ring3_command fuzz-loader' -l timeout -x -d 'Seconds that one input may take'
complete -c ring3 -n '__ring3_command fuzz-loader' -l findings -x -d 'Give up after so many'
complete -c ring3 -n '__ring3_command fuzz-loader' -l warnings -d 'What the kernel warns of is found, too'

complete -c ring3 -n '__ring3_command oom' -s r -l repeat -x -d 'Each one so many times'

complete -c ring3 -n '__ring3_command stress' -s t -l tasks -x -d 'How many tasks'
complete -c ring3 -n '__ring3_command stress' -s n -l rounds -x -d 'What each does so many times'
complete -c ring3 -n '__ring3_command stress' -l timeout -x -d 'Seconds that all of it may take'

complete -c ring3 -n '__ring3_command agree' -s f -l file -r -F -d Scenarios
complete -c ring3 -n '__ring3_command agree' -l modules -x -a '(__ring3_folders)' -d 'Test modules'
complete -c ring3 -n '__ring3_command agree' -l damage -r -F -d 'What makes bad modules out of good ones'
complete -c ring3 -n '__ring3_command agree' -l differences -r -F -d 'Those that are allowed'
complete -c ring3 -n '__ring3_command agree' -l show -d 'Print the kernel\'s transcripts too'
complete -c ring3 -n '__ring3_command agree' -l self -d 'Compare the kernel\'s loader with itself'

complete -c ring3 -n __ring3_wants_verb -a list -d 'Show the kernels there are'
complete -c ring3 -n __ring3_wants_verb -a add -d 'Get kernels from packages'
complete -c ring3 -n __ring3_wants_verb -a build -d 'Build what running them needs'
complete -c ring3 -n __ring3_wants_verb -a remove -d 'Remove what add got'
complete -c ring3 -n __ring3_wants_verb -a headers -d 'Print where its headers are'
complete -c ring3 -n '__ring3_verb add' -a all -d 'The default kernels'
complete -c ring3 -n '__ring3_verb build remove headers' -a '(__ring3_releases)' -d Kernel
complete -c ring3 -n '__ring3_verb build' -s f -l force -d 'Even if current'
