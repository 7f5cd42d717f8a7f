"""Runs a command in which nobody may adopt orphans, as in a sandbox that refuses it: no_adoption.py COMMAND [ARGUMENT...]."""

import ctypes
import os
import platform
import struct
import sys

PRCTL = 157 if platform.machine() == "x86_64" else 167  # the number of the system call
PR_SET_CHILD_SUBREAPER, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 36, 22, 38
SECCOMP_MODE_FILTER = 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # REFUSE: EPERM
NUMBER, FIRST_ARGUMENT = 0, 16  # where they stand in what the filter looks at

PROGRAM = b"".join(struct.pack("HBBI", *row) for row in (
    (LOAD, 0, 0, NUMBER),
    (JUMP_IF_EQUAL, 0, 3, PRCTL),
    (LOAD, 0, 0, FIRST_ARGUMENT),
    (JUMP_IF_EQUAL, 0, 1, PR_SET_CHILD_SUBREAPER),
    (RETURN, 0, 0, REFUSE),
    (RETURN, 0, 0, ALLOW)))
buffer = ctypes.create_string_buffer(PROGRAM, len(PROGRAM))
libc = ctypes.CDLL(None, use_errno=True)
header = ctypes.create_string_buffer(struct.pack("HP", len(PROGRAM) // 8, ctypes.addressof(buffer)))
for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header)):
    if libc.prctl(*call) != 0:
        sys.exit(f"no_adoption.py: {os.strerror(ctypes.get_errno())}")
if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0:
    sys.exit("no_adoption.py: orphans can still be adopted")
os.execvp(sys.argv[1], sys.argv[1:])
