"""What the tests read in the files of simulated networks."""


def addresses_of(host):
    """As they are written before a port; of a prefix its first."""
    listed = host["address"] if isinstance(host["address"], list) else [host["address"]]
    for prefix in listed:
        address = prefix.partition("/")[0]
        yield f"[{address}]" if ":" in address else address
