"""The Test Anything Protocol, for the tests in Python: one line per case, the plan at the end."""

import sys

count = 0
failed = 0


def none(name, findings):
    """Passes where there are none; else they are shown."""
    global count, failed
    count += 1
    findings = [findings] if isinstance(findings, str) else list(findings)
    findings = [finding for finding in findings if finding]
    failed += bool(findings)
    print(f"{'not ok' if findings else 'ok'} {count} - {name}")
    for finding in findings[:20]:
        for line in str(finding).splitlines():
            print(f"#   {line}")
    if len(findings) > 20:
        print(f"#   and {len(findings) - 20} more")


def equal(name, got, wanted):
    none(name, "" if got == wanted else f"got {got!r}, wanted {wanted!r}")


def skip(name, reason):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {reason}")


def done():
    print(f"1..{count}")
    sys.exit(failed > 0)
