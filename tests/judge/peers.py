"""A device with bare sockets that misbehaves: peers.py KIND, told by IOTCONFORM_* where to connect. Ends when the judge ends it."""

import hashlib
import hmac
import os
import socket
import struct
import sys
import time

HOST = os.environ["IOTCONFORM_HOST"]
PORT = int(os.environ["IOTCONFORM_MQTT_PORT"])
KEY, NAME = os.environ["IOTCONFORM_PRODUCT_KEY"], os.environ["IOTCONFORM_DEVICE_NAME"]
SECRET = os.environ["IOTCONFORM_DEVICE_SECRET"]


def dial():
    return socket.create_connection((HOST, PORT), 10)


def text(value):
    value = value.encode()
    return struct.pack(">H", len(value)) + value


def packet(first, body):
    length, digits = len(body), b""
    while True:
        length, digit = divmod(length, 128)
        digits += bytes([digit | (0x80 if length else 0)])
        if not length:
            return bytes([first]) + digits + body


def connect(name=NAME):
    content = f"clientId{name}deviceName{name}productKey{KEY}"
    password = hmac.new(SECRET.encode(), content.encode(), hashlib.sha256).hexdigest()
    body = text("MQTT") + bytes([4, 0xC0]) + struct.pack(">H", 300) + text(f"{name}|securemode=3,signmethod=hmacsha256|")
    return packet(0x10, body + text(f"{name}&{KEY}") + text(password))


def sign_in(name=NAME):
    peer = dial()
    peer.sendall(connect(name))
    peer.recv(4)
    return peer


def subscribe(peer):
    peer.sendall(packet(0x82, b"\0\1" + text(f"/{KEY}/{NAME}/user/get") + b"\1"))


def hold(*_peers):
    while True:
        time.sleep(60)


def floods():
    peer = sign_in()
    subscribe(peer)
    peer.setblocking(True)
    message = packet(0x30, text(f"/{KEY}/{NAME}/user/update") + bytes(1000)) * 100
    while True:
        peer.sendall(message)


def never_reads():
    peer = dial()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.sendall(connect())
    subscribe(peer)
    ping = b"\xc0\0" * 100
    while True:
        peer.sendall(ping)
        time.sleep(0.05)


def sends_256_mib():
    while True:
        peer = dial()
        try:
            # In one segment: the judge's kick cannot come between.
            peer.sendall(connect() + b"\x30\xff\xff\xff\x7f")
            for _ in range(256):
                peer.sendall(bytes(1024 * 1024))
        except OSError:
            pass
        time.sleep(0.05)


def opens_1000():
    peers = [dial() for _ in range(1000)]
    peer = sign_in()
    subscribe(peer)
    hold(peers, peer)


def changes_identity():
    for number in range(1000):
        peer = sign_in(NAME if number % 2 == 0 else f"{NAME}{number}")
        if number % 2 == 0:
            subscribe(peer)
        peer.settimeout(0.3)
        try:
            while peer.recv(4096):
                pass
        except OSError:
            pass
        peer.close()
        time.sleep(0.02)


def dials_until_it_is_in():
    while True:
        try:
            peer = sign_in()
            peer.settimeout(None)
            while peer.recv(4096):
                pass
        except OSError:
            continue


def says_nothing():
    hold(dial())


def says_nonsense():
    peer = dial()
    peer.sendall(b"\x00\x01nonsense")
    hold(peer)


globals()[sys.argv[1]]()
