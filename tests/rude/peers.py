"""What the rude peers share: bare sockets, MQTT and the control API of a broker whose ports are the arguments."""

import hashlib
import hmac
import json
import socket
import struct
import sys
import urllib.request

MQTT_PORT, WEB_PORT, CONTROL_PORT, PID = (int(word) for word in sys.argv[1:5])
PATIENCE_S = 20
MIB = 1024 * 1024


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{CONTROL_PORT}/_mock/v1{path}", data, method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        return json.load(answer)


def journal(event):
    return [e for e in control("GET", "/journal")["events"] if e["event"] == event]


def memory_kib():
    with open(f"/proc/{PID}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def dial(port=MQTT_PORT):
    peer = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


def text(value):
    return struct.pack(">H", len(value)) + value


def packet(first, body):
    length, rest = b"", len(body)
    while True:
        byte, rest = rest % 128, rest // 128
        length += bytes([byte | (128 if rest else 0)])
        if not rest:
            return bytes([first]) + length + body


def connect_packet(name=b"device", keep_alive=300, securemode=3):
    content = b"clientId1deviceName" + name + b"productKeypk"
    sign = hmac.new(b"secret", content, hashlib.sha1).hexdigest().encode()
    client_id = b"1|securemode=%d,signmethod=hmacsha1|" % securemode
    body = text(b"MQTT") + b"\x04\xc2" + struct.pack(">H", keep_alive) + text(client_id) + text(name + b"&pk") + text(sign)
    return packet(0x10, body)


def read_exactly(peer, count):
    got = b""
    while len(got) < count:
        piece = peer.recv(count - len(got))
        assert piece, f"closed after {got.hex()}"
        got += piece
    return got


def sign_in(name=b"device"):
    peer = dial()
    peer.sendall(connect_packet(name))
    answer = read_exactly(peer, 4)
    assert answer == b"\x20\x02\x00\x00", answer.hex()
    return peer


def is_closed(peer):
    try:
        while peer.recv(65536):
            pass
        return True
    except ConnectionError:
        return True
    except socket.timeout:
        return False


def others_are_served():
    peer = sign_in(b"other")
    peer.sendall(b"\xc0\x00")
    assert read_exactly(peer, 2) == b"\xd0\x00"
    peer.close()


def check(name, function, *arguments):
    control("POST", "/reset")
    control("POST", "/devices", {"productKey": "pk", "deviceName": "other", "deviceSecret": "secret"})
    try:
        function(*arguments)
        print(f"ok      {name}")
    except Exception as error:  # every failure is a line, not the end of the run
        print(f"NOT OK  {name}\n        {type(error).__name__}: {error}")
