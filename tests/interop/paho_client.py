"""paho-python against the mock: arguments are the MQTT port, the TLS port, the control port and the root certificate."""

import hashlib
import hmac
import json
import ssl
import sys
import threading
import urllib.request

import paho.mqtt.client as mqtt

MQTT_PORT, MQTTS_PORT, CONTROL_PORT = (int(port) for port in sys.argv[1:4])
CA = sys.argv[4]
CONTENT = b"clientId12345deviceNamedeviceproductKeypktimestamp789"
DIGESTS = {"hmacmd5": hashlib.md5, "hmacsha1": hashlib.sha1, "hmacsha256": hashlib.sha256}
PATIENCE_S = 15


class Device:
    """One paho client that keeps what happened to it."""

    def __init__(self, transport="tcp", method="hmacsha1", secret="secret", clean=True):
        mode = 2 if transport == "tls" else 3
        self.port = MQTTS_PORT if transport == "tls" else MQTT_PORT
        client_id = f"12345|securemode={mode},signmethod={method},timestamp=789|"
        self.client = mqtt.Client(client_id, clean_session=clean, protocol=mqtt.MQTTv311)
        self.client.username_pw_set("device&pk", hmac.new(secret.encode(), CONTENT, DIGESTS[method]).hexdigest())
        if transport == "tls":
            self.client.tls_set(CA, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        self.connected, self.gone, self.got = threading.Event(), threading.Event(), threading.Event()
        self.subscribed, self.published = threading.Event(), threading.Event()
        self.code, self.flags, self.messages = None, {}, []
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *_: self.gone.set()
        self.client.on_message = self._on_message
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_publish = lambda *_: self.published.set()

    def _on_connect(self, _client, _userdata, flags, code):
        self.flags, self.code = flags, code
        self.connected.set()

    def _on_message(self, _client, _userdata, message):
        self.messages.append((message.topic, message.payload, message.qos))
        self.got.set()

    def sign_in(self, keep_alive=60):
        self.client.connect("localhost", self.port, keep_alive)
        self.client.loop_start()
        assert self.connected.wait(PATIENCE_S), "no CONNACK"
        return self.code

    def leave(self):
        self.client.disconnect()
        self.client.loop_stop()


def journal():
    with urllib.request.urlopen(f"http://127.0.0.1:{CONTROL_PORT}/_mock/v1/journal") as answer:
        return json.load(answer)["events"]


def there_and_back(transport, method, qos):
    device = Device(transport, method)
    assert device.sign_in() == 0, f"CONNACK {device.code}"
    device.client.subscribe("/pk/device/user/get", qos)
    assert device.subscribed.wait(PATIENCE_S), "no SUBACK"
    device.client.publish("/pk/device/user/get", b"there and back", qos)
    assert device.published.wait(PATIENCE_S), "publish not complete"
    assert device.got.wait(PATIENCE_S), "own message did not come back"
    assert device.messages == [("/pk/device/user/get", b"there and back", qos)], device.messages
    device.leave()


def refused(transport, wanted, **how):
    keep_alive = how.pop("keep_alive", 60)
    device = Device(transport, **how)
    code = device.sign_in(keep_alive)
    device.client.loop_stop()
    assert code == wanted, f"CONNACK {code}, wanted {wanted}"


def take_over(transport):
    first, second = Device(transport), Device(transport)
    assert first.sign_in() == 0
    first.client.reconnect_delay_set(60, 120)
    assert second.sign_in() == 0
    assert first.gone.wait(PATIENCE_S), "the first connection is still there"
    first.client.loop_stop()
    assert any(e["event"] == "offline" and e.get("reason") == "taken-over" for e in journal()), "not in the journal"
    second.leave()


def session_kept(transport):
    device = Device(transport, clean=False)
    assert device.sign_in() == 0
    device.client.subscribe("/pk/device/user/get", 1)
    assert device.subscribed.wait(PATIENCE_S)
    device.leave()
    again = Device(transport, clean=False)
    assert again.sign_in() == 0
    assert again.flags["session present"] == 1, "session present is 0"
    again.client.publish("/pk/device/user/get", b"kept", 1)
    assert again.got.wait(PATIENCE_S), "the subscription was lost"
    again.leave()
    assert Device(transport).sign_in() == 0


def pipelined(transport):
    """paho queues SUBSCRIBE and PUBLISH before the CONNACK."""
    device = Device(transport)
    device.client.connect("localhost", device.port, 60)
    device.client.subscribe("/pk/device/user/get", 0)
    device.client.publish("/pk/device/user/get", b"early", 0)
    device.client.loop_start()
    assert device.got.wait(PATIENCE_S), "the pipelined message did not come back"
    device.leave()


def check(name, function, *arguments, **keywords):
    try:
        function(*arguments, **keywords)
        print(f"ok      paho-python: {name}")
    except Exception as error:  # every failure is a line, not the end of the run
        print(f"NOT OK  paho-python: {name}\n        {type(error).__name__}: {error}")


for transport in ("tcp", "tls"):
    for method in DIGESTS:
        for qos in (0, 1):
            check(f"{transport}, {method}, QoS {qos} there and back", there_and_back, transport, method, qos)
    check(f"{transport}, wrong secret gets CONNACK 4", refused, transport, 4, secret="wrong")
    check(f"{transport}, keep-alive 29 gets CONNACK 2", refused, transport, 2, keep_alive=29)
    check(f"{transport}, keep-alive 1201 gets CONNACK 2", refused, transport, 2, keep_alive=1201)
    check(f"{transport}, take-over", take_over, transport)
    check(f"{transport}, session kept", session_kept, transport)
    check(f"{transport}, packets pipelined behind CONNECT", pipelined, transport)
print("paho-python is through")
