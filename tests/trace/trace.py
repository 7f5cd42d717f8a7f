"""What the trace tells of connections that are made here by hand: arguments are MQTT port, control port, root certificate."""

import hashlib
import hmac
import json
import socket
import ssl
import struct
import sys
import threading
import urllib.error
import urllib.request

MQTT_PORT, WEB_PORT, CONTROL_PORT = (int(word) for word in sys.argv[1:4])
ROOT = sys.argv[4]
PATIENCE_S = 20
NAMES = {"productKey": "pk", "deviceName": "device"}


def say(good, what, *details):
    print(("ok      " if good else "NOT OK  ") + what, *([] if good else details), flush=True)


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{CONTROL_PORT}/_mock/v1{path}", data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def text(value):
    return struct.pack(">H", len(value)) + value


def connect_packet(mode, secret=b"secret", flags=0xC0):
    sign = hmac.new(secret, b"clientId1deviceNamedeviceproductKeypk", hashlib.sha1).hexdigest().encode()
    body = text(b"MQTT") + b"\x04" + bytes([flags]) + struct.pack(">H", 60)
    body += text(b"1|securemode=%d,signmethod=hmacsha1|" % mode) + text(b"device&pk") + text(sign)
    return bytes([0x10, len(body) % 128 | 128, len(body) // 128]) + body if len(body) > 127 else bytes([0x10, len(body)]) + body


def exactly(peer, count):
    got = b""
    while len(got) < count:
        more = peer.recv(count - len(got))
        assert more, "closed"
        got += more
    return got


def dial():
    peer = socket.create_connection(("127.0.0.1", MQTT_PORT), PATIENCE_S)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


def sign_in(**other):
    peer = dial()
    peer.sendall(connect_packet(3, **other))
    return peer, exactly(peer, 4)


class Trace:
    """Reads on from where it stopped."""

    def __init__(self):
        self.next = 0

    def more(self):
        status, answer = call("GET", f"/trace?since={self.next}")
        assert status == 200 and answer["lost"] == 0, answer
        self.next = answer["next"]
        return answer["entries"]


def of(entries, what, **members):
    return [e for e in entries if e["what"] == what and all(e.get(k) == v for k, v in members.items())]


def a_sign_in(trace):
    peer, connack = sign_in()
    entries = trace.more()
    say([e["what"] for e in entries] == ["accept", "in", "out", "event"], "a sign-in is accept, CONNECT, CONNACK, online", entries)
    say(len({e["conn"] for e in entries if "conn" in e}) == 1, "all on one connection", entries)
    connect = bytes.fromhex(entries[1]["hex"])
    sent = connect_packet(3)
    say(entries[1]["packet"] == "CONNECT" and connect == sent[:-40] + b"*" * 40, "the password is masked, all else is there", entries[1])
    say(entries[2]["packet"] == "CONNACK" and entries[2]["hex"] == connack.hex(), "the CONNACK is what came", entries[2])
    say(entries[3]["event"]["event"] == "online" and entries[0]["port"] == "mqtt", "event and port", entries)
    return peer


def messages(trace, peer):
    peer.sendall(b"\x82" + bytes([2 + 2 + 19 + 1]) + b"\x00\x07" + text(b"/pk/device/user/get") + b"\x01" + b"\xc0\x00")
    exactly(peer, 7)
    entries = trace.more()
    say([(e["what"], e["packet"]) for e in entries] == [("in", "SUBSCRIBE"), ("out", "SUBACK"), ("in", "PINGREQ"), ("out", "PINGRESP")],
        "two packets in one segment are two entries", entries)
    call("POST", "/publish", dict(NAMES, topic="/pk/device/user/get", qos=1, payload='{"deviceSecret" : "abc"} and secret'))
    entries = of(trace.more(), "out", packet="PUBLISH")
    say(len(entries) == 1 and b'"deviceSecret" : "***"} and ******' in bytes.fromhex(entries[0]["hex"]), "secrets in a payload are masked", entries)
    call("POST", "/publish", dict(NAMES, topic="/pk/device/user/get", qos=0, payload="x" * 5000))
    entry = of(trace.more(), "out", packet="PUBLISH")[0]
    say(entry["bytes"] > 5000 and len(entry["hex"]) == 2 * 4096, "a long packet is cut in the trace", entry["bytes"])


def faults(trace):
    call("POST", "/faults", {"kind": "withhold", "packet": "PINGRESP", "times": 1})
    peer, _ = sign_in(flags=0xC2)
    trace.more()
    peer.sendall(b"\xc0\x00")
    say(of(trace.more(), "withheld", packet="PINGRESP"), "a packet that a fault withholds is withheld")
    call("POST", "/faults", {"kind": "slice", "packet": "PINGRESP", "bytes": 1, "ms": 10, "times": 1})
    peer.sendall(b"\xc0\x00")
    say(len(of(trace.more(), "out", packet="PINGRESP")) == 1, "a sliced one is one packet, told when its first piece leaves")
    status, clock = call("GET", "/clock")
    say(status == 200 and clock["next_ms"] == clock["now_ms"] + 10, "the clock tells the next timer", clock)
    call("POST", "/clock", {"advance_ms": 10})
    say(exactly(peer, 2) == b"\xd0\x00", "and it has come whole")
    call("DELETE", "/faults")
    call("POST", "/faults", {"kind": "coalesce", "packet": "PINGRESP", "ms": 50, "times": 1})
    peer.sendall(b"\xc0\x00\xc0\x00\xc0\x00")
    say(of(trace.more(), "out") == [], "what is to be coalesced has not left")
    call("POST", "/clock", {"advance_ms": 50})
    say(peer.recv(64) == b"\xd0\x00" * 3, "three answers come in one piece")
    call("DELETE", "/faults")
    trace.more()
    return peer


def injection(trace, peer):
    status, answer = call("POST", "/inject", dict(NAMES, hex="f0 ff 01"))
    entries = trace.more()
    say(status == 200 and exactly(peer, 3) == b"\xf0\xff\x01", "raw bytes reach the device", answer)
    say([(e["packet"], e["hex"]) for e in of(entries, "out")] == [(None, "f0ff01")], "and are told as no packet", entries)
    say(call("POST", "/inject", dict(NAMES, hex="f"))[0] == 400, "half a byte is none")
    say(call("POST", "/inject", dict(NAMES, hex=""))[0] == 400, "nothing is nothing")
    say(call("POST", "/inject", dict(NAMES, deviceName="other", hex="00"))[0] == 404, "who is not online gets nothing")


def garbage(trace, peer):
    peer.sendall(b"\x00\x01\x02")
    entries = of(trace.more(), "in", packet=None)
    say(len(entries) == 1 and entries[0]["hex"] == "000102" and entries[0]["fault"]["reason"], "garbage is told with its fault", entries)
    say(peer.recv(1) == b"", "and ends the connection")
    entries = of(trace.more(), "end")
    say(not entries or entries[0]["by"] == "platform", "by the platform's doing", entries)


def sessions(trace):
    peer, _ = sign_in(flags=0xC0)
    say(call("DELETE", "/sessions/pk/device?forget=true")[0] == 200 and peer.recv(1) == b"", "a device is kicked and forgotten")
    say(sign_in(flags=0xC0)[1] == b"\x20\x02\x00\x00", "session present is 0 afterwards")
    call("DELETE", "/sessions/pk/device")
    say(sign_in(flags=0xC0)[1] == b"\x20\x02\x01\x00", "but 1 when it is only kicked")
    call("DELETE", "/sessions/pk/device")
    say(call("DELETE", "/sessions/pk/device?forget=true")[0] == 200, "a stored session can be forgotten too")
    say(call("DELETE", "/sessions/pk/device?forget=no")[0] == 400, "forget is true or not there")
    trace.more()


def handshake(which):
    """Verifies as a device should. Returns what went wrong, or ''."""
    context = ssl.create_default_context(cafile=ROOT)
    try:
        with context.wrap_socket(dial(), server_hostname="localhost") as peer:
            peer.sendall(connect_packet(2))
            return "" if exactly(peer, 4)[3:] == b"\x00" else "refused"
    except ssl.SSLError as error:
        return str(error)


def certificates(trace):
    say(handshake("server") == "", "the platform's own certificate is good")
    entries = of(trace.more(), "tls", certificate="server", serverName="localhost")
    say(len(entries) == 1 and entries[0]["version"] == "TLSv1.3", "what TLS agreed on is told", entries)
    for which, why in [("foreign-root", "in certificate chain"), ("expired", "expired"), ("wrong-name", "mismatch"), ("self-signed", "self")]:
        status, _ = call("POST", "/faults", {"kind": "certificate", "packet": "TLS", "which": which, "times": 1})
        wrong = handshake(which)
        say(status == 200 and why in wrong, f"{which}: a device that looks refuses it", wrong)
        entries = trace.more()
        say(len(of(entries, "tls-failed", certificate=which)) == 1 and not of(entries, "in"), f"{which}: told, and nothing was said inside", entries)
    say(handshake("server") == "", "then its own again")
    trace.more()
    for body in [{"which": "none"}, {}, {"which": "expired", "productKey": "pk"}, {"which": "expired", "packet": "CONNACK"}, {"which": "server"}]:
        status, answer = call("POST", "/faults", {"kind": "certificate", "packet": "TLS", **body})
        say(status == 400, f"no such fault: {body}", answer)


def websocket(trace):
    peer = socket.create_connection(("127.0.0.1", WEB_PORT), PATIENCE_S)
    peer.sendall(b"GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")
    say(peer.recv(4096).startswith(b"HTTP/1.1 101 "), "a WebSocket is opened")
    peer.sendall(b"\x81\x80\x00\x00\x00\x00")
    while peer.recv(4096):
        pass
    ends = of(trace.more(), "end")
    say([e.get("how") for e in ends] == ["ws"], "a text frame ends it, and the trace says how", ends)


def waiting(trace):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(call("GET", f"/trace?since={trace.next}&wait=60000")))
    thread.start()
    peer = dial()
    thread.join(PATIENCE_S)
    say(answers and of(answers[0][1]["entries"], "accept"), "a question that waits is answered when something happens", answers)
    peer.close()


def main():
    trace = Trace()
    peer = a_sign_in(trace)
    messages(trace, peer)
    peer = faults(trace)
    injection(trace, peer)
    garbage(trace, peer)
    sessions(trace)
    certificates(trace)
    websocket(trace)
    waiting(trace)
    print("the trace is told")


main()
