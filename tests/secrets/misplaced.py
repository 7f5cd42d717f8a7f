#!/usr/bin/python3
"""misplaced.py MQTT_PORT WEB_PORT CONTROL_PORT LOG CONFIG: puts secrets and passwords into every field that a device fills and that is not
made for them, one after the other, and says after each whether they stand in the journal, the broker's log or the lists of the
control API: a line "clean NAME" or "leaked NAME: where"."""
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import sys
import urllib.parse

MQTT, WEB, CONTROL = (int(p) for p in sys.argv[1:4])
LOG = sys.argv[4]
with open(sys.argv[5], encoding="utf-8") as f:
    PRODUCT = json.load(f)["products"][0]
SECRET, PRODUCT_SECRET = PRODUCT["devices"][0]["deviceSecret"], PRODUCT["productSecret"]
# What a device signs with its secret.
DIGEST = hmac.new(SECRET.encode(), b"clientId12345deviceNamedeviceproductKeypk", "sha1").hexdigest()
GOOD = "12345|securemode=3,signmethod=hmacsha1|"
context = ssl._create_unverified_context()


def field(text):
    return len(text.encode()).to_bytes(2, "big") + text.encode()


def packet(kind, body):
    head, n = bytes([kind]), len(body)
    while n > 127:
        head, n = head + bytes([n % 128 | 128]), n // 128
    return head + bytes([n]) + body


def connect(client_id, username, password, then=(), name=None, port=None):
    """Signs in, sends what follows, reads until the end. name: with TLS and this server name."""
    body = field("MQTT") + bytes([4, 0xC2, 0, 60]) + field(client_id) + field(username) + field(password)
    with socket.create_connection(("127.0.0.1", port or MQTT), timeout=10) as s:
        if name:
            s = context.wrap_socket(s, server_hostname=name)
        s.sendall(packet(0x10, body) + b"".join(then) + b"\xc0\x00")
        while s.recv(4096)[-2:] not in (b"", b"\xd0\x00"):
            pass


def signed(core, extra="", name=None, then=(), mode=3):
    content = f"clientId{core}deviceNamedeviceproductKeypk"
    password = hmac.new(SECRET.encode(), content.encode(), "sha1").hexdigest()
    connect(f"{core}|securemode={mode},signmethod=hmacsha1{extra}|", "device&pk", password, then, name)


def publish(topic, payload="{}"):
    return packet(0x30, field(topic) + payload.encode())


def subscribe(topic):
    return packet(0x82, b"\x00\x01" + field(topic) + b"\x00")


def post(path, form, host=None, body=None):
    c = http.client.HTTPSConnection("127.0.0.1", WEB, timeout=10, context=context)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if host:
        headers["Host"] = host
    c.request("POST", path, body or urllib.parse.urlencode(form), headers)
    return c.getresponse().read()


def control(path, method="GET", body=None):
    c = http.client.HTTPConnection("127.0.0.1", CONTROL, timeout=10)
    c.request(method, "/_mock/v1" + path, body and json.dumps(body), {"Content-Type": "application/json"} if body else {})
    return c.getresponse().read().decode()


def auth(**changed):
    form = {"productKey": "pk", "deviceName": "device", "clientId": "12345", "signmethod": "hmacsha1", "sign": "0" * 40}
    return lambda: post("/auth/devicename", {**form, **changed})


def register(**changed):
    form = {"productKey": "pk", "deviceName": "device", "random": "1", "signMethod": "hmacsha1", "sign": "0" * 40}
    return lambda: post("/auth/register/device", {**form, **changed})


def regnwl(device_name):
    content = f"deviceName{device_name}productKeypkrandom1"
    sign = hmac.new(PRODUCT_SECRET.encode(), content.encode(), "sha1").hexdigest()
    connect("|authType=regnwl,random=1,signmethod=hmacsha1,securemode=-2|", f"{device_name}&pk", sign, name="localhost")


ENDPOINT = SECRET.lower() + ".iot-as-mqtt.cn-shanghai.aliyuncs.com"
CASES = {
    "user name: productKey": lambda: connect(GOOD, f"device&{SECRET}", "0" * 40),
    "user name: deviceName": lambda: connect(GOOD, f"{SECRET}&pk", "0" * 40),
    "user name: deviceName with the secret in it": lambda: connect(GOOD, f"device-{SECRET}.&pk", "0" * 40),
    "user name: a secret that was cut": lambda: connect(GOOD, f"device&{SECRET[:16]}", "0" * 40),
    "user name: the product's secret": lambda: connect(GOOD, f"device&{PRODUCT_SECRET}", "0" * 40),
    "user name: all of it": lambda: connect(GOOD, SECRET, "0" * 40),
    "user name: the password for productKey": lambda: connect(GOOD, f"device&{DIGEST}", "pk"),
    "user name: the password for deviceName": lambda: connect(GOOD, f"{DIGEST}&pk", DIGEST),
    "user name and password swapped": lambda: connect(GOOD, DIGEST, "device&pk"),
    "client id: all of it": lambda: connect(SECRET, "device&pk", DIGEST),
    "client id: the password": lambda: connect(DIGEST, "device&pk", GOOD),
    "client id: clientId, refused": lambda: connect(f"{SECRET}|securemode=3,signmethod=hmacsha1|", "device&pk", "0" * 40),
    "client id: clientId, accepted": lambda: signed(SECRET),
    "client id: securemode": lambda: connect(f"12345|securemode={SECRET},signmethod=hmacsha1|", "device&pk", DIGEST),
    "client id: signmethod": lambda: connect(f"12345|securemode=3,signmethod={SECRET}|", "device&pk", DIGEST),
    "client id: signmethod, the password": lambda: connect(f"12345|securemode=3,signmethod={DIGEST}|", "device&pk", DIGEST),
    "client id: timestamp": lambda: connect(f"12345|securemode=3,signmethod=hmacsha1,timestamp={SECRET}|", "device&pk", DIGEST),
    "client id: authType": lambda: connect(f"12345|securemode=3,signmethod=hmacsha1,authType={SECRET}|", "device&pk", DIGEST),
    "client id: an item's key": lambda: signed("12345", f",{SECRET}=1"),
    "client id: an unknown key's value": lambda: signed("12345", f",x={SECRET}"),
    "publish: topic": lambda: signed("12345", then=[publish(f"/pk/{SECRET}/user/update")]),
    "publish: topic of the platform's": lambda: signed("12345", then=[publish(f"/sys/pk/device/thing/event/{SECRET}/post", "no JSON")]),
    "publish: RRPC answer": lambda: signed("12345", then=[publish("/sys/pk/device/rrpc/response/1", f"my secret is {SECRET}")]),
    "publish: RRPC answer that is no text": lambda: signed("12345", then=[publish("/sys/pk/device/rrpc/response/1", f"\0{SECRET}")]),
    "publish: RRPC number": lambda: signed("12345", then=[publish(f"/sys/pk/device/rrpc/response/{SECRET}", "")]),
    "subscribe: filter": lambda: signed("12345", then=[subscribe(f"/{SECRET}/device/user/get")]),
    "TLS: server name": lambda: signed("12345", mode=2, name=ENDPOINT),
    "auth: productKey": auth(productKey=SECRET),
    "auth: deviceName": auth(deviceName=SECRET),
    "auth: deviceName, the sign": auth(deviceName=DIGEST, sign=DIGEST),
    "auth: clientId": auth(clientId=SECRET),
    "auth: signmethod": auth(signmethod=SECRET),
    "auth: a field's name twice": lambda: post("/auth/devicename", {}, body=f"{SECRET}=1&{SECRET}=2"),
    "auth: path": lambda: post("/auth/" + SECRET, {}),
    "auth: Host": lambda: post("/auth/devicename", {"productKey": "pk", "deviceName": "device"}, ENDPOINT),
    "register: productKey": register(productKey=PRODUCT_SECRET),
    "register: deviceName": register(deviceName=PRODUCT_SECRET),
    "register: random": register(random=PRODUCT_SECRET),
    "regnwl: deviceName": lambda: regnwl(PRODUCT_SECRET),
}


def places():
    with open(LOG, encoding="utf-8", errors="replace") as log:
        yield "log", log.read()
    for path in ("/journal", "/refusals", "/sessions", "/devices"):
        yield path, control(path)
    answer = control("/trace")
    hexes = [entry["hex"] for entry in json.loads(answer)["entries"] if "hex" in entry]
    yield "/trace", answer + " ".join(bytes.fromhex(h.replace(" ", "")).decode("latin-1") for h in hexes)


def tokens():
    """What the platform gave out, in the place of the productKey."""
    token = json.loads(control("/tokens", "POST", {"productKey": "pk", "deviceName": "device", "clientId": "12345"}))["deviceToken"]
    connect(GOOD, f"device&{token}", "0" * 40)
    return token


def main():
    hidden = {SECRET, SECRET.lower(), SECRET[:16], PRODUCT_SECRET, DIGEST, SECRET.encode().hex()}
    control("/products", "POST", {"productKey": "pk", "dynamicRegistration": True, "registerUnknown": True})
    before = {}
    for name, case in {**CASES, "user name: a token": lambda: hidden.add(tokens())}.items():
        case()
        found = []
        for place, text in places():
            count = sum(text.count(h) for h in hidden)
            if count > before.get(place, 0):
                found.append(place)
            before[place] = count
        print(f"leaked {name}: {' '.join(found)}" if found else f"clean {name}")


main()
