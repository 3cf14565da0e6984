#!/usr/bin/env fish
# What fish completes. Prints TAP:  completion.fish COMPLETION
source $argv[1]

# Else the names of this machine's hosts.
function __fish_print_hostnames
    echo host.example
end

set -g number 0
set -g failed 0

# completes EXPECTED TYPED
function completes
    set number (math $number + 1)
    # Behind a tab is the description.
    set -l completed (complete -C $argv[2] | string replace -r '\t.*' '')
    if test "$completed" = $argv[1]
        echo "ok $number - $argv[2]"
    else
        echo "not ok $number - $argv[2]"
        echo "# expected: $argv[1]; completed: $completed"
        set failed 1
    end
end

completes --method 'tracetcp --meth'
completes 'auto connect link raw' 'tracetcp --method '
completes --method=raw 'tracetcp --method=r'
completes closed 'tracetcp --expect c'
completes host.example 'tracetcp ho'
completes host:gopher 'tracetcp host:goph'
completes ssh,gopher 'tracetcp -r ssh,goph'
completes gopher 'tracetcp host --control goph'
echo 1..$number
exit $failed
