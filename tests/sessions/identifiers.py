"""A device with clean session 0 that publishes to itself at QoS 1, more often than there are packet identifiers, while it
never acknowledges the first three messages: arguments are the MQTT port and the control port."""

import hashlib
import hmac
import json
import socket
import struct
import sys
import urllib.request

MQTT_PORT, CONTROL_PORT = (int(word) for word in sys.argv[1:3])
PATIENCE_S = 20
TOPIC = b"/pk/device/user/get"
KEPT = 3  # never acknowledged
ROUNDS = 65535 + 100
BATCH = 40  # with the kept ones below the 50 that may be in flight


def say(good, what, *details):
    print(("ok      " if good else "NOT OK  ") + what, *details, flush=True)


def text(value):
    return struct.pack(">H", len(value)) + value


def packet(first, body):
    assert len(body) < 128 * 128
    length = bytes([len(body)]) if len(body) < 128 else bytes([len(body) % 128 | 128, len(body) // 128])
    return bytes([first]) + length + body


class Device:
    """One connection; reads packet by packet."""

    def __init__(self):
        self.peer = socket.create_connection(("127.0.0.1", MQTT_PORT), PATIENCE_S)
        self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.peer.makefile("rb")
        content = b"clientId1deviceNamedeviceproductKeypk"
        sign = hmac.new(b"secret", content, hashlib.sha1).hexdigest().encode()
        body = text(b"MQTT") + b"\x04\xc0" + struct.pack(">H", 300)
        self.peer.sendall(packet(0x10, body + text(b"1|securemode=3,signmethod=hmacsha1|") + text(b"device&pk") + text(sign)))
        first, answer = self.read()
        assert first == 0x20 and answer[1] == 0, answer.hex()
        self.session_present = answer[0] == 1

    def read(self):
        first, length, shift = self.exactly(1)[0], 0, 0
        while True:
            byte = self.exactly(1)[0]
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return first, self.exactly(length)

    def exactly(self, count):
        got = self.stream.read(count)
        assert len(got) == count, "closed"
        return got

    def read_publish(self):
        """(DUP, packet identifier, payload) of a QoS 1 PUBLISH."""
        first, body = self.read()
        assert first & 0xF7 == 0x32, hex(first)
        at = 2 + len(TOPIC)
        return first & 8 != 0, struct.unpack(">H", body[at : at + 2])[0], body[at + 2 :]

    def publish(self, payloads):
        self.peer.sendall(b"".join(packet(0x32, text(TOPIC) + b"\x00\x07" + payload) for payload in payloads))

    def acknowledge(self, identifiers):
        self.peer.sendall(b"".join(packet(0x40, struct.pack(">H", identifier)) for identifier in identifiers))

    def echoes(self, count):
        """What comes for count messages of its own: their deliveries; the PUBACKs between them are read over."""
        got, acks = [], 0
        while len(got) < count or acks < count:
            first, body = self.read()
            if first == 0x40:
                acks += 1
                continue
            assert first & 0xF7 == 0x32, hex(first)
            at = 2 + len(TOPIC)
            got.append((first & 8 != 0, struct.unpack(">H", body[at : at + 2])[0], body[at + 2 :]))
        return got

    def fence(self):
        """True when the next packet is the answer to a PINGREQ: what was sent before is read, and nothing else has come."""
        self.peer.sendall(b"\xc0\x00")
        return self.read() == (0xD0, b"")

    def reset(self):
        """Only after a fence: a reset throws away what the broker has not read, PUBACKs as well."""
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()
        self.peer.close()


def session():
    with urllib.request.urlopen(f"http://127.0.0.1:{CONTROL_PORT}/_mock/v1/sessions", timeout=PATIENCE_S) as answer:
        return json.load(answer)["sessions"][0]


def main():
    device = Device()
    device.peer.sendall(packet(0x82, b"\x00\x01" + text(TOPIC) + b"\x01"))
    assert device.read() == (0x90, b"\x00\x01\x01")
    device.publish([b"kept %d" % i for i in range(KEPT)])
    kept = device.echoes(KEPT)
    identifiers = [identifier for _, identifier, _ in kept]
    say(len(set(identifiers)) == KEPT and not any(dup for dup, _, _ in kept), "three messages are in flight")

    wrong, done, last, wrapped = [], 0, 0, 0
    while done < ROUNDS:
        count = min(BATCH, ROUNDS - done)
        device.publish([b"%d" % (done + i) for i in range(count)])
        for i, (dup, identifier, payload) in enumerate(device.echoes(count)):
            wrapped += identifier < last
            last = identifier
            if dup or identifier == 0 or identifier in identifiers or payload != b"%d" % (done + i):
                wrong.append((done + i, dup, identifier, payload))
            device.acknowledge([identifier])
        done += count
    say(not wrong, f"{ROUNDS} deliveries in order, none under an identifier in flight", wrong[:3])
    say(wrapped == 1 and last > KEPT, "the identifiers have gone round once", wrapped, last)

    say(device.fence(), "all but the three are acknowledged")
    for attempt in ("first", "second"):
        device.reset()
        device = Device()
        again = [device.read_publish() for _ in range(KEPT)]
        wanted = [(True, identifier, payload) for _, identifier, payload in kept]
        alone = device.fence()
        good = device.session_present and again == wanted and alone
        say(good, f"{attempt} reconnect: the same three, in order, with DUP, and no more", again)
    device.publish([b"between"])
    ((dup, identifier, _),) = device.echoes(1)
    say(not dup and identifier == last + 1, "a new message goes on behind the last identifier", identifier)
    device.acknowledge([identifier] + identifiers)
    say(device.fence(), "and then nothing is left")
    state = session()
    say(state["inflight"] == 0 and state["queued"] == 0, "nor in the session", state)
    print("identifiers are through")


main()
