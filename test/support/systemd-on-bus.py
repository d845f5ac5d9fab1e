"""Stands in for systemd on a D-Bus of a test: systemd-on-bus.py SOCKET.

Takes the name org.freedesktop.systemd1, says "ready", and answers ListUnits until its input ends. Its bytes are made here, by
the D-Bus specification, and go through a real bus, which checks them.
"""
import os
import socket
import struct
import sys
import threading

NAME, UNITS = "org.freedesktop.systemd1", [("nginx.service", "active"), ("backup.service", "failed"), ("ssh.socket", "active")]


def pad(data, size):
    return data + b"\0" * (-len(data) % size)


def text(value):
    raw = value.encode()
    return struct.pack("<I", len(raw)) + raw + b"\0"


def message(kind, serial, fields, signature, body):
    if signature:
        fields = fields + [(8, b"g", bytes([len(signature)]) + signature.encode() + b"\0")]
    array = b""
    for code, of, value in fields:
        array = pad(array, 8) + bytes([code, 1]) + of + b"\0" + value
    head = struct.pack("<cBBBIII", b"l", kind, 0, 1, len(body), serial, len(array))
    return pad(head + array, 8) + body


def call(serial, member, signature="", body=b""):
    path, bus = "/org/freedesktop/DBus", "org.freedesktop.DBus"
    fields = [(1, b"o", text(path)), (2, b"s", text(bus)), (3, b"s", text(member)), (6, b"s", text(bus))]
    return message(1, serial, fields, signature, body)


def unit_list():
    units = b""
    for name, active in UNITS:
        units = pad(units, 8)
        for value in (name, "a description, äöü", "loaded", active, "running", "", "/org/freedesktop/systemd1/unit/x"):
            units = pad(units, 4) + text(value)
        units = pad(units, 4) + struct.pack("<I", 0)
        for value in ("", "/"):
            units = pad(units, 4) + text(value)
    return pad(struct.pack("<I", len(units)), 8) + units


def read(stream, count):
    data = stream.read(count)
    if len(data) < count:
        sys.exit(0)
    return data


def receive(stream):
    """Kind, serial and the text fields of the next message: of a call the path, interface and member, and who sent it."""
    head = read(stream, 16)
    _, kind, _, _, body, serial, length = struct.unpack("<cBBBIII", head)
    fields, at, found = read(stream, length + -length % 8), 0, {}
    read(stream, body)
    while at < length:
        at += -at % 8
        code, of = fields[at], chr(fields[at + 2])
        at += 4
        if of in "so":
            (size,) = struct.unpack_from("<I", fields, at)
            found[code] = fields[at + 4 : at + 4 + size].decode()
            at += size + 5
        elif of == "g":
            at += fields[at] + 2
        else:
            at += 4
    return kind, serial, found


bus = socket.socket(socket.AF_UNIX)
bus.connect(sys.argv[1])
stream = bus.makefile("rb")
bus.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
if not stream.readline().startswith(b"OK "):
    sys.exit("the bus does not let us in")
bus.sendall(b"BEGIN\r\n" + call(1, "Hello") + call(2, "RequestName", "su", pad(text(NAME), 4) + struct.pack("<I", 0)))
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
replies = 0
while True:
    kind, serial, fields = receive(stream)
    if kind == 3:
        sys.exit(f"the bus refuses: {fields.get(4)}")
    if kind == 2:
        replies += 1
        if replies == 2:
            print("ready", flush=True)
    if kind == 1 and fields.get(3) == "ListUnits" and fields.get(2) == NAME + ".Manager":
        answer = [(5, b"u", struct.pack("<I", serial)), (6, b"s", text(fields[7]))]
        bus.sendall(message(2, serial + 100, answer, "a(ssssssouso)", unit_list()))
