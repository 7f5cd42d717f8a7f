"""All six protocols on the web port, and rude peers there, with bare sockets: arguments are the MQTT port, the web port, the
control port, the broker's pid and the root certificate. The broker serves HTTP without TLS too (auth.plain_http)."""

import os
import socket
import ssl
import struct
import sys
import time

from peers import (MIB, PATIENCE_S, WEB_PORT, check, connect_packet, control, dial, is_closed, journal, memory_kib, others_are_served,
                   packet, read_exactly, text)

ROOT = sys.argv[5]
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = (b"GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + KEY +
           b"\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")
AUTH = (b"POST /auth/devicename HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\na=b")
PING, CONNACK = b"\xc0\x00", b"\x20\x02\x00\x00"


def frame(payload, first=0x82):
    mask, n = os.urandom(4), len(payload)
    length = bytes([0x80 | n]) if n < 126 else b"\xfe" + struct.pack(">H", n) if n < 65536 else b"\xff" + struct.pack(">Q", n)
    return bytes([first]) + length + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def read_frame(peer):
    first, length = read_exactly(peer, 2)
    if length == 126:
        length = struct.unpack(">H", read_exactly(peer, 2))[0]
    elif length == 127:
        length = struct.unpack(">Q", read_exactly(peer, 8))[0]
    return first, read_exactly(peer, length)


def read_head(peer):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += read_exactly(peer, 1)
    return head


def over_tls(peer):
    return ssl.create_default_context(cafile=ROOT).wrap_socket(peer, server_hostname="localhost")


def upgraded(peer):
    peer.sendall(UPGRADE)
    head = read_head(peer)
    assert head.startswith(b"HTTP/1.1 101 ") and b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in head, head
    assert b"Sec-WebSocket-Protocol: mqtt\r\n" in head, head
    return peer


def ws_sign_in(peer, **how):
    upgraded(peer)
    peer.sendall(frame(connect_packet(**how)))
    assert read_frame(peer) == (0x82, CONNACK)
    return peer


def served_by_ws():
    """Somebody else signs in by WebSocket as if nothing had happened."""
    peer = ws_sign_in(dial(WEB_PORT), name=b"other")
    peer.sendall(frame(PING))
    assert read_frame(peer) == (0x82, b"\xd0\x00")
    peer.close()


def answer_of(peer, request):
    peer.sendall(request)
    answer = b""
    while True:
        try:
            piece = peer.recv(65536)
        except ConnectionError:
            return answer
        if not piece:
            return answer
        answer += piece


def six_protocols():
    peer = dial(WEB_PORT)
    peer.sendall(connect_packet())
    assert read_exactly(peer, 4) == CONNACK
    peer = over_tls(dial(WEB_PORT))
    peer.sendall(connect_packet(securemode=2))
    assert read_exactly(peer, 4) == CONNACK
    ws_sign_in(dial(WEB_PORT))
    ws_sign_in(over_tls(dial(WEB_PORT)), securemode=2)
    for peer in (dial(WEB_PORT), over_tls(dial(WEB_PORT))):
        answer = answer_of(peer, AUTH)
        assert answer.startswith(b"HTTP/1.1 200 ") and b'"code":460' in answer, answer
    transports = [event["transport"] for event in journal("online")]
    assert transports == ["tcp", "tls", "ws", "wss"], transports
    assert [event["transport"] for event in journal("auth")] == ["http", "https"]


def byte_by_byte():
    for make, securemode in ((lambda: dial(WEB_PORT), 3), (lambda: over_tls(dial(WEB_PORT)), 2)):
        peer = make()
        for byte in UPGRADE + frame(connect_packet(securemode=securemode)):
            peer.sendall(bytes([byte]))
        assert b" 101 " in read_head(peer)
        assert read_frame(peer) == (0x82, CONNACK)
        for byte in PING * 3:
            peer.sendall(frame(bytes([byte])))
        peer.sendall(frame(PING * 100))
        got = b""
        while len(got) < 206:
            got += read_frame(peer)[1]  # answers of one turn share a frame
        assert got == b"\xd0\x00" * 103
        peer = make()
        for byte in AUTH:
            peer.sendall(bytes([byte]))
        assert b'"code":460' in answer_of(peer, b"")


def nothing_for_a_while():
    crowd = [dial(WEB_PORT) for _ in range(3)]
    control("POST", "/clock", {"advance_ms": 9999})
    ws_sign_in(crowd[0])
    crowd[1].sendall(AUTH)
    assert b'"code":460' in answer_of(crowd[1], b"")
    control("POST", "/clock", {"advance_ms": 1})
    assert is_closed(crowd[2])
    crowd[0].sendall(frame(PING))
    assert read_frame(crowd[0]) == (0x82, b"\xd0\x00")


def head_of(size):
    return UPGRADE[:-2] + b"X: " + b"y" * (size - len(UPGRADE) - 5) + b"\r\n\r\n"


def largest_heads():
    for cut in (1 << 20, 1000):
        peer, head = dial(WEB_PORT), head_of(65536)
        for at in range(0, len(head), cut):
            peer.sendall(head[at:at + cut])
        assert b" 101 " in read_head(peer)
        for size in (65537, 80000):
            head = head_of(size)
            peer = dial(WEB_PORT)
            try:
                for at in range(0, len(head), cut):
                    peer.sendall(head[at:at + cut])
            except ConnectionError:
                pass
            answer = answer_of(peer, b"")
            assert answer.startswith(b"HTTP/1.1 431 "), answer
    events = [event for event in journal("no-connect") if event["reason"] == "http"]
    assert len(events) == 4 and all("65536" in event["detail"] for event in events), events


def unfinished_heads():
    before = memory_kib()
    crowd = [dial(WEB_PORT) for _ in range(100)]
    for peer in crowd:
        peer.sendall(head_of(65000)[:-4])
    served_by_ws()
    grown = memory_kib() - before
    assert grown < 20 * 1024, f"100 heads of 64 KiB took {grown} KiB"
    control("POST", "/clock", {"advance_ms": 10000})
    assert all(answer_of(peer, b"").startswith(b"HTTP/1.1 408 ") for peer in crowd)


def stalled(how):
    before = memory_kib()
    crowd = [dial(WEB_PORT) for _ in range(1000)]
    for peer in crowd:
        how(peer)
    served_by_ws()
    others_are_served()
    grown = memory_kib() - before
    assert grown < 50 * 1024, f"1,000 stalled connections took {grown} KiB"
    control("POST", "/clock", {"advance_ms": 9999})
    assert not journal("no-connect"), "somebody was closed too early"
    control("POST", "/clock", {"advance_ms": 1})
    assert all(is_closed(peer) for peer in crowd), "somebody is still connected"
    events = journal("no-connect")
    assert len(events) == 1000 and all(event["reason"] == "timeout" for event in events), f"{len(events)} events"


def closed_with(peer, code):
    opcode, payload = read_frame(peer)
    assert opcode == 0x88 and payload == struct.pack(">H", code), (opcode, payload)
    assert is_closed(peer)


def two_requests():
    peer = upgraded(dial(WEB_PORT))
    peer.sendall(UPGRADE)
    closed_with(peer, 1002)
    event = journal("ws-error")[0]
    assert (event["clause"], event["transport"], event["code"]) == ("RFC 6455 5.2", "ws", 1002), event
    assert journal("no-connect")[0]["reason"] == "ws-error"
    peer = dial(WEB_PORT)
    peer.sendall(UPGRADE + UPGRADE)
    read_head(peer)
    closed_with(peer, 1002)


def pipelined():
    answer = answer_of(dial(WEB_PORT), AUTH + UPGRADE)
    assert answer.count(b"HTTP/1.1 ") == 1 and b" 101 " not in answer, answer
    peer = dial(WEB_PORT)
    peer.sendall(UPGRADE + frame(connect_packet() + PING))
    assert b" 101 " in read_head(peer)
    got = b""
    while len(got) < 6:
        got += read_frame(peer)[1]
    assert got == CONNACK + b"\xd0\x00", got


def close_frames():
    for payload in (b"", b"\x03\xe8", b"\x03\xe9going"):
        peer = ws_sign_in(dial(WEB_PORT))
        peer.sendall(frame(payload, 0x88))
        assert read_frame(peer) == (0x88, payload[:2])
        assert is_closed(peer)
    peer = ws_sign_in(dial(WEB_PORT))
    peer.sendall(frame(b"\xe0\x00"))
    closed_with(peer, 1000)
    reasons = [event["reason"] for event in journal("offline")]
    assert reasons == ["connection-closed"] * 3 + ["disconnect"], reasons


def unread_pongs():
    before = memory_kib()
    peer = ws_sign_in(dial(WEB_PORT))
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    pings, sent = frame(b"x" * 125, 0x89) * 1000, 0
    try:
        while sent < 100 * MIB:
            peer.sendall(pings)
            sent += len(pings)
    except (ConnectionError, socket.timeout):
        pass
    assert sent < 100 * MIB, "pings were answered without end"
    served_by_ws()
    reasons = [event["reason"] for event in journal("offline") if event["deviceName"] == "device"]
    assert reasons == ["slow-consumer"], reasons
    grown = memory_kib() - before
    assert grown < 64 * 1024, f"it took {grown} KiB"


def pings_do_not_reset_the_heartbeat():
    peer = ws_sign_in(dial(WEB_PORT), keep_alive=60)
    for _ in range(3):
        control("POST", "/clock", {"advance_ms": 40000})
        try:
            peer.sendall(frame(b"", 0x89))
        except ConnectionError:
            break
    assert is_closed(peer)
    assert journal("offline")[0]["reason"] == "keepalive-timeout"


def garbage_frames():
    seed = int(time.time())
    for i in range(200):
        peer = upgraded(dial(WEB_PORT))
        peer.sendall(bytes([(seed >> i % 8 | i) & 0xff | 0x40]) + os.urandom(500))
        closed_with(peer, 1002)
    served_by_ws()


def resets():
    for i in range(200):
        peer = dial(WEB_PORT)
        peer.sendall(UPGRADE[:i] if i % 2 else UPGRADE + frame(connect_packet())[:i])
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
    served_by_ws()


def many_subscribed_messages():
    peer = ws_sign_in(dial(WEB_PORT))
    topic = b"/pk/device/user/get"
    peer.sendall(frame(packet(0x82, b"\x00\x01" + text(topic) + b"\x00")))
    assert read_frame(peer)[1][:4] == b"\x90\x03\x00\x01"
    message = packet(0x30, text(topic) + b"x" * 70000)
    peer.sendall(b"".join(frame(message[at:at + 777], 0x02 if at == 0 else 0x00) for at in range(0, len(message), 777)) +
                 frame(b"", 0x80))
    got = b""
    while len(got) < len(message):
        got += read_frame(peer)[1]
    assert got == message


check("all six protocols on the web port", six_protocols)
check("the first bytes one at a time, frames of one byte, a hundred packets in one frame", byte_by_byte)
check("nothing for a while", nothing_for_a_while)
check("heads of 64 KiB and one byte more", largest_heads)
check("100 heads of 64 KiB that are never whole", unfinished_heads)
check("1,000 heads that stop half-way", stalled, lambda peer: peer.sendall(UPGRADE[:100]))
check("1,000 WebSockets without a CONNECT", stalled, upgraded)
check("1,000 frames that stop half-way", stalled, lambda peer: upgraded(peer).sendall(frame(connect_packet())[:30]))
check("two requests on one connection", two_requests)
check("HTTP before, MQTT behind the upgrade in one segment", pipelined)
check("close frames, both ways", close_frames)
check("a peer that pings and does not read", unread_pongs)
check("pings do not reset the heartbeat", pings_do_not_reset_the_heartbeat)
check("200 times garbage for frames", garbage_frames)
check("200 resets in the middle of a head or frame", resets)
check("a message of 91 frames, and its echo", many_subscribed_messages)
print("rude peers are through")
