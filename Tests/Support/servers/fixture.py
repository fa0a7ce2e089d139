"""What the servers of the tests share: they announce their port, record as JSON lines, and end with their parent."""

import json
import os
import sys
import threading

_lock = threading.Lock()


def _write(line):
    with _lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def announce(port):
    _write("ready %d" % port)


def record(event, **members):
    _write(json.dumps({"event": event, **members}))


def end_with_parent():
    """The parent holds our standard input open and never writes to it."""

    def watch():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
