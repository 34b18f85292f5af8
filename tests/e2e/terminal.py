"""Runs `fleetless task exec -it` in a terminal of its own, as a person would, and tells as JSON what happened."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

fleetless, task, manner = sys.argv[1:]
# Its inner end stays open here too, so that its mode can still be read when the client has ended.
terminal, inner = pty.openpty()
fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
pid = os.fork()
if pid == 0:
    os.login_tty(inner)
    os.execv(fleetless, [fleetless, "task", "exec", "-i", "-t", task, "--", "/bin/sh"])

screen = b""


def until(pattern, seconds=30):
    """Reads until the screen shows a pattern behind what was looked at before; answers the match."""
    global screen
    deadline = time.monotonic() + seconds
    while True:
        match = re.search(pattern, screen)
        if match:
            screen = screen[match.end() :]
            return match
        if time.monotonic() > deadline:
            raise SystemExit(f"The terminal never showed {pattern!r}: {screen!r}")
        if select.select([terminal], [], [], 0.2)[0]:
            screen += os.read(terminal, 65536)


def typed(text):
    os.write(terminal, text.encode())


def mode():
    """Whether this machine's terminal gathers lines, echoes keys, makes signals of them, and changes line ends."""
    incoming, outgoing, _, local = termios.tcgetattr(inner)[:4]
    flags = [local & termios.ICANON, local & termios.ECHO, local & termios.ISIG]
    return [bool(each) for each in (*flags, incoming & termios.ICRNL, outgoing & termios.OPOST)]


def size():
    typed("stty size\r")
    return until(rb"(\d+ \d+)\r\n").group(1).decode()


told = {"before": mode()}
until(rb"# ")
told["during"] = mode()
told["size"] = size()
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 50, 0, 0))
deadline = time.monotonic() + 20
while (resized := size()) != "20 50" and time.monotonic() < deadline:
    time.sleep(0.1)
told["resized"] = resized
# ^C goes to the command inside, not to the client.
typed("sleep 60; echo over $?\r")
until(rb"sleep 60; echo over \$\?\r\n")
time.sleep(0.5)
typed("\x03")
until(rb"# ")
typed("printf 'a\\tb\\033[1mc\\n'\r")
told["bytes"] = until(rb"(a\tb\x1b\[1mc)\r\n").group(1).decode()
if manner == "exit":
    typed("exit 7\r")
else:
    os.kill(pid, signal.SIGTERM)
deadline = time.monotonic() + 30
while (ended := os.waitpid(pid, os.WNOHANG)) == (0, 0):
    if time.monotonic() > deadline:
        raise SystemExit("The client did not end")
    # A terminal that nobody reads would hold its program up.
    if select.select([terminal], [], [], 0.05)[0]:
        os.read(terminal, 65536)
told["after"] = mode()
told["code"] = os.waitstatus_to_exitcode(ended[1])
print(json.dumps(told))
