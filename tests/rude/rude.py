"""Rude peers with bare sockets: arguments are the MQTT port, the web port, the control port and the broker's pid."""

import os
import socket
import ssl
import struct

from peers import (CONTROL_PORT, MIB, PATIENCE_S, WEB_PORT, check, connect_packet, control, dial, is_closed, journal, memory_kib,
                   others_are_served, packet, read_exactly, sign_in, text)


def stalled(first_bytes):
    before = memory_kib()
    crowd = [dial() for _ in range(1000)]
    for peer in crowd:
        peer.sendall(first_bytes)
    others_are_served()
    grown = memory_kib() - before
    assert grown < 100 * 1024, f"1,000 stalled connections took {grown} KiB"
    control("POST", "/clock", {"advance_ms": 9999})
    assert not journal("no-connect"), "somebody was closed too early"
    control("POST", "/clock", {"advance_ms": 1})
    assert all(is_closed(peer) for peer in crowd), "somebody is still connected"
    events = journal("no-connect")
    assert len(events) == 1000 and all(e["reason"] == "timeout" for e in events), f"{len(events)} events"


def oversized_length():
    before = memory_kib()
    crowd = []
    for index in range(20):
        control("POST", "/devices", {"productKey": "pk", "deviceName": f"big{index}", "deviceSecret": "secret"})
        peer = sign_in(f"big{index}".encode())
        peer.sendall(b"\x30\xff\xff\xff\x7f" + b"\x00" * 4096)
        crowd.append(peer)
    assert all(is_closed(peer) for peer in crowd), "256 MiB were awaited"
    assert memory_kib() - before < 20 * 1024, "memory was set aside on a peer's word"
    others_are_served()


def largest_packets_unfinished():
    before = memory_kib()
    crowd = []
    for index in range(20):
        control("POST", "/devices", {"productKey": "pk", "deviceName": f"slow{index}", "deviceSecret": "secret"})
        peer = sign_in(f"slow{index}".encode())
        peer.sendall(b"\x30\xfc\xff\x3f" + b"\x00" * 1000)
        crowd.append(peer)
    others_are_served()
    grown = memory_kib() - before
    assert grown < 20 * 1024, f"{grown} KiB for 20 beginnings of 1 MiB packets"
    for peer in crowd:
        peer.close()


def never_reads():
    before = memory_kib()
    peer = sign_in()
    topic = b"/pk/device/user/get"
    peer.sendall(packet(0x82, b"\x00\x01" + text(topic) + b"\x00"))
    assert read_exactly(peer, 5)[:4] == b"\x90\x03\x00\x01"
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    message = packet(0x30, text(topic) + b"x" * 60000)
    sent = 0
    try:
        while sent < 400 * MIB:
            peer.sendall(message)
            sent += len(message)
    except (ConnectionError, socket.timeout):
        pass
    assert sent < 400 * MIB, "a subscriber that never reads was served without end"
    others_are_served()
    reasons = [e["reason"] for e in journal("offline") if e["deviceName"] == "device"]
    assert reasons == ["slow-consumer"], reasons
    grown = memory_kib() - before
    assert grown < 64 * 1024, f"it took {grown} KiB"


def tls_garbage():
    for garbage in (b"\x16\x03\x01\x40\x00" + os.urandom(0x4000), b"\x16\x03\x01\xff\xff" + b"\x00" * 70000, b"\x16" * 100):
        peer = dial()
        try:
            peer.sendall(garbage)
        except ConnectionError:
            pass
        assert is_closed(peer) or garbage[:5] == b"\x16" * 5, "garbage kept the connection"
        peer.close()
    others_are_served()


def reset_in_handshake():
    hello = b"\x16\x03\x01\x02\x00" + b"\x01" * 200
    for _ in range(200):
        peer = dial(WEB_PORT)
        peer.sendall(hello)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
    others_are_served()


def handshakes_left_alone():
    """TLS clients that stop half-way are closed by the clock."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    crowd = []
    for _ in range(100):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        peer = dial()
        peer.sendall(outgoing.read())
        crowd.append(peer)
    others_are_served()
    control("POST", "/clock", {"advance_ms": 10000})
    assert all(is_closed(peer) for peer in crowd), "somebody is still connected"


def tls_byte_by_byte():
    """A whole TLS session whose records come one byte at a time, on the port that serves six protocols."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    peer = dial(WEB_PORT)

    def through(step, *args):
        while True:
            try:
                return step(*args)
            except ssl.SSLWantReadError:
                for byte in outgoing.read():
                    peer.sendall(bytes([byte]))
                incoming.write(peer.recv(65536))

    through(tls.do_handshake)
    tls.write(connect_packet(securemode=2))
    assert through(tls.read, 4) == b"\x20\x02\x00\x00"
    others_are_served()


def http_on_the_mqtt_port():
    peer = dial()
    peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert is_closed(peer)
    assert journal("no-connect")[0]["reason"] == "http"
    others_are_served()


def endless_control_head():
    peer = socket.create_connection(("127.0.0.1", CONTROL_PORT), PATIENCE_S)
    peer.settimeout(PATIENCE_S)
    try:
        peer.sendall(b"GET /_mock/v1/health HTTP/1.1\r\n")
        for _ in range(2000):
            peer.sendall(b"X-Filler: " + b"y" * 1000 + b"\r\n")
    except ConnectionError:
        pass
    answer = b""
    try:
        answer = peer.recv(4096)
    except ConnectionError:
        pass
    assert b" 200 " not in answer[:20], answer[:80]
    others_are_served()


def large_control_body():
    peer = socket.create_connection(("127.0.0.1", CONTROL_PORT), PATIENCE_S)
    body = b'{"productKey":"' + b"x" * (2 * MIB) + b'"}'
    head = b"POST /_mock/v1/devices HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    try:
        peer.sendall(head + body)
    except ConnectionError:
        pass
    try:
        answer = peer.recv(4096)
    except ConnectionError:
        answer = b""
    assert b" 200 " not in answer[:20], answer[:80]
    others_are_served()


check("1,000 connections stalled before the first byte", stalled, b"")
check("1,000 connections stalled inside CONNECT", stalled, connect_packet()[:20])
check("1,000 connections stalled inside the TLS record header", stalled, b"\x16\x03\x01")
check("a remaining length of 256 MiB", oversized_length)
check("the beginnings of 20 largest packets", largest_packets_unfinished)
check("a subscriber that never reads", never_reads)
check("TLS garbage", tls_garbage)
check("200 resets in the middle of a handshake", reset_in_handshake)
check("100 handshakes left alone", handshakes_left_alone)
check("a TLS session one byte at a time", tls_byte_by_byte)
check("HTTP on the MQTT port", http_on_the_mqtt_port)
check("an endless head on the control port", endless_control_head)
check("a body over the maximum on the control port", large_control_body)
print("rude peers are through")
