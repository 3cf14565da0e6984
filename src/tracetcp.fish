# fish completion for tracetcp(8)

# Names of the system's TCP services.
function __tracetcp_services
    test -r /etc/services; and string match -rg '^(\S+)\s+\d+/tcp' < /etc/services
end

# The same, also behind a comma: ssh,ht
function __tracetcp_ports
    set -l before (string replace -rf '^(.*,).*$' '$1' -- (commandline -ct))
    for service in (__tracetcp_services)
        echo "$before$service"
    end
end

# HOST, and behind a colon its port.
function __tracetcp_host
    set -l before (string replace -rf '^(.*[:,]).*$' '$1' -- (commandline -ct))
    if test -z "$before"
        __fish_print_hostnames
        return
    end
    for service in (__tracetcp_services)
        echo "$before$service"
    end
end

complete -c tracetcp -f -a '(__tracetcp_host)'

complete -c tracetcp -s h -l first-ttl -x -d 'first TTL'
complete -c tracetcp -s m -l max-hops -x -d 'how many hops at most'
complete -c tracetcp -s p -l probes -x -d 'probes per hop'
complete -c tracetcp -s t -l timeout -x -d 'longest wait for one reply, in milliseconds'
complete -c tracetcp -l patient -d 'wait the whole time for every missing reply'
complete -c tracetcp -l paths -d 'find all paths that load balancers spread flows over'
complete -c tracetcp -s F -l no-anti-flood -d 'no pauses between probes of one hop'
complete -c tracetcp -s r -l ports -x -a '(__tracetcp_ports)' -d 'one trace per port'
complete -c tracetcp -s s -l scan -x -a '(__tracetcp_ports)' -d 'port scan'
complete -c tracetcp -l open -d 'of a port scan print only the open ports'
complete -c tracetcp -l control -x -a '(__tracetcp_ports)' -d 'compare with this port'
complete -c tracetcp -l watch -d 'go on, round after round'
complete -c tracetcp -l every -x -d 'seconds between rounds'
complete -c tracetcp -l rounds -x -d 'end after N rounds'
complete -c tracetcp -l metrics -x -d 'serve the figures to Prometheus'
complete -c tracetcp -l no-control -d "don't compare with another port by itself"
complete -c tracetcp -l color -x -a 'auto always never' -d 'colours in the report'
complete -c tracetcp -l as-db -r -d 'names of networks from this mmdb file'
complete -c tracetcp -l no-as -d 'no names of networks'
complete -c tracetcp -l expect -x -a 'open closed blocked' -d 'exit status 3 unless all ports are so'
complete -c tracetcp -s c -l condensed -d 'lines that name the port too'
complete -c tracetcp -l matrix -d 'one table of ports and hops'
complete -c tracetcp -l json -d 'one JSON object per trace'
complete -c tracetcp -l targets -r -F -d 'trace all targets of this list'
complete -c tracetcp -l shard -x -d 'the I-th of N parts of that list'
complete -c tracetcp -l audit -r -F -d 'hold ports to the policy in this file'
complete -c tracetcp -l junit -x -a '(__fish_complete_suffix .xml)' -d 'write what became of its lines as JUnit too'
complete -c tracetcp -l compare -r -F -d 'what changed between two files of --json, or captures'
complete -c tracetcp -l baseline -r -F -d 'what changed since such a file'
complete -c tracetcp -l html -x -a '(__fish_complete_suffix .html)' -d 'write the report as a page too'
complete -c tracetcp -s n -l numeric -d 'no reverse name look-ups'
complete -c tracetcp -l precise -d 'times with three decimals'
complete -c tracetcp -l verbose -d 'what was ignored, and what conclusions rest on'
complete -c tracetcp -s v -l version -d 'print the version'
complete -c tracetcp -s '?' -l help -d 'print a summary of the options'
complete -c tracetcp -s 4 -l ipv4 -d 'only addresses of IPv4 of a name'
complete -c tracetcp -s 6 -l ipv6 -d 'only addresses of IPv6 of a name'
complete -c tracetcp -l both -d 'trace one address of each family'
complete -c tracetcp -l method -x -a 'auto raw link connect' -d 'how SYNs leave'
complete -c tracetcp -s R -d 'send on a raw IP socket'
complete -c tracetcp -s g -l gateway -x -d 'send through this gateway'
complete -c tracetcp -l interface -x -a '(__fish_print_interfaces)' -d 'send from this interface'
complete -c tracetcp -l source -x -d 'send from this address'
complete -c tracetcp -l source-port -x -d 'send from this port'
complete -c tracetcp -l tag -x -a 'id isn port' -d 'how probes are distinguished'
complete -c tracetcp -l one-path -d 'keep one source port'
complete -c tracetcp -l check -d 'which methods work on this machine'
complete -c tracetcp -l rate -x -d 'SYNs per second at most'
complete -c tracetcp -l seed -x -d 'draw everything random from this number'
complete -c tracetcp -l sim -x -a '(__fish_complete_suffix .toml)' -d 'trace in a simulated network'
complete -c tracetcp -l read -r -F -d 'report on a capture file'
complete -c tracetcp -l write -r -F -d 'record to a capture file'
complete -c tracetcp -l force -d 'overwrite output files'
