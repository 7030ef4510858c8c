"""A nursery of processes that do what ``siaga registry run`` does, with short waits and leases, until they are killed.

Each line on standard input starts one; its process id is written back.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from siaga.registration import registry_commands, writes
from siaga.registration.gateways import access

if __name__ == "__main__":
    writes.LEASE_SECONDS = float(sys.argv[1])
    writes.FIRST_WAIT_SECONDS = 0.05
    registry_commands.LONGEST_REST_SECONDS = 0.2
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            registry_commands.keep_telling(access.for_queue(), threading.Event(), idle=0.05)
        print(child, flush=True)
