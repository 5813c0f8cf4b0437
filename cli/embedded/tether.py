"""Run as a script: drop to a user, ask the kernel to end us with our parent, then become the command.

Arguments: parent's process id, signal to be sent when the parent dies, user id or -, group id or -, command…
The tie is made after the change of user, which would undo it. Standard library only, as it runs before everything.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie, then become the command."""
    parent, last_signal, uid, gid, *command = sys.argv[1:]
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit("the process that started this one is gone")
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


main()
