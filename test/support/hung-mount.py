"""Runs a command beside FUSE mounts that never answer: hung-mount.py FOLDER[,FOLDER...] COMMAND...

The mounts are in a mount namespace of their own: nothing else on the machine sees them, and they go with this process.
Ends as the command does, a signal as 128 and its number; 77 where this machine does not permit such mounts.
"""
import ctypes
import os
import subprocess
import sys

NEW_NAMESPACE, RECURSIVE, PRIVATE, DETACH = 0x20000, 0x4000, 0x40000, 2
libc = ctypes.CDLL(None, use_errno=True)


def refused(what):
    print(f"{what}: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
    sys.exit(77)


folders, command = sys.argv[1].split(","), sys.argv[2:]
if not os.access("/dev/fuse", os.R_OK | os.W_OK):
    refused("/dev/fuse cannot be opened")
if libc.unshare(NEW_NAMESPACE) != 0:
    refused("unshare")
if libc.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None) != 0:
    refused("mount --make-rprivate")
connections = []
for folder in folders:
    # Whoever asks the mount waits for an answer that nobody writes into this file.
    connection = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={connection},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"hung", folder.encode(), b"fuse.hung", 0, options) != 0:
        refused("mount")
    connections.append(connection)
try:
    code = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=60).returncode
finally:
    for folder, connection in zip(folders, connections):
        libc.umount2(folder.encode(), DETACH)
        os.close(connection)
sys.exit(code if code >= 0 else 128 - code)
