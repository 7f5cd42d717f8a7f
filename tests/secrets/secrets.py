#!/usr/bin/python3
"""secrets.py change FOLDER            gives every secret in the case files below FOLDER a distinctive value; prints them all
secrets.py passwords RESULTS SECRETS   what devices sign with these secrets, for every CONNECT and form in a results.json
secrets.py forms                       a secret a line to all the forms in which it might be written: plain, hex, base64
secrets.py devices PORTS...            signs in, authenticates and registers by its own means; prints the secrets it has met
"""
import base64
import glob
import hashlib
import hmac
import http.client
import itertools
import json
import re
import socket
import ssl
import sys
import urllib.parse

NAMES = {"deviceSecret", "productSecret", "secret"}
BUILT_IN = {"productKey": "pk", "deviceName": "device", "deviceSecret": "secret"}
METHODS = {"hmacmd5": "md5", "hmacsha1": "sha1", "hmacsha256": "sha256"}


def distinctive(text):
    return "Zq9-" + hashlib.sha256(text.encode()).hexdigest()[:24].translate(str.maketrans("abcdef", "GHJKLM")) + "-xK"


def change():
    met = set()

    def walk(node):
        if isinstance(node, list):
            return [walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        new = {}
        for key, value in node.items():
            if key in NAMES and isinstance(value, str) and value and "${" not in value:
                new[key] = distinctive(value)
                met.add(new[key])
            else:
                new[key] = value if key == "capture" else walk(value)
            if key in ("password", "sign") and isinstance(value, str) and len(value) >= 16 and "${" not in value:
                met.add(value)
        return new

    for name in glob.glob(sys.argv[2] + "/*.json"):
        with open(name, encoding="utf-8") as f:
            suite = walk(json.load(f))
        for case in suite["cases"]:
            case.setdefault("devices", {}).setdefault("d1", walk(BUILT_IN))
        with open(name, "w", encoding="utf-8") as f:
            json.dump(suite, f)
    met.add(distinctive("secret"))
    met.add(distinctive("productSecret"))
    print("\n".join(sorted(met)))


def sign(secret, method, values):
    content = "".join(k + values[k] for k in sorted(values))
    return hmac.new(secret.encode(), content.encode(), METHODS[method]).hexdigest()


def passwords():
    with open(sys.argv[2], encoding="utf-8") as f:
        results = json.load(f)
    with open(sys.argv[3], encoding="utf-8") as f:
        secrets = [s for s in f.read().split("\n") if s]
    contents = set()
    for entry in itertools.chain.from_iterable(case["transcript"] for case in results["cases"]):
        fields = entry.get("fields") or {}
        if entry.get("packet") == "CONNECT" and "&" in fields.get("username", ""):
            core, _, items = fields.get("mqttClientId", "").partition("|")
            items = dict(item.split("=", 1) for item in items.strip("|").split(",") if "=" in item)
            name, _, key = fields["username"].partition("&")
            values = {"clientId": core, "deviceName": name, "productKey": key, "timestamp": items.get("timestamp", "")}
        elif isinstance(fields.get("form"), dict):
            values = {k: fields["form"].get(k, "") for k in ("clientId", "deviceName", "productKey", "timestamp")}
        else:
            continue
        contents.add(tuple(sorted((k, str(v)) for k, v in values.items() if v)))
    made = set()
    for content in contents:
        for secret, method in itertools.product(secrets, METHODS):
            made.add(sign(secret, method, dict(content)))
            made.add(sign(secret, method, {k: v for k, v in content if k != "timestamp"}))
    print("\n".join(sorted(made)))


def forms():
    for line in sys.stdin:
        secret = line.rstrip("\n").encode()
        if not secret:
            continue
        print(secret.decode())
        print(urllib.parse.quote(secret.decode()))
        print(secret.hex())
        print(secret.hex(" "))
        print(base64.b64encode(secret)[: len(secret) // 3 * 4].decode())
        if len(secret) % 2 == 0 and re.fullmatch(rb"[0-9a-fA-F]+", secret):
            print(" ".join(re.findall("..", secret.decode().lower())))  # a digest's own bytes


def field(text):
    return len(text.encode()).to_bytes(2, "big") + text.encode()


def connect(port, client_id, username, password, encrypted=False):
    """The CONNACK's code; None without one."""
    body = field("MQTT") + bytes([4, 0xC2, 0, 60]) + field(client_id) + field(username) + field(password)
    head, n = b"\x10", len(body)
    while n > 127:
        head, n = head + bytes([n % 128 | 128]), n // 128
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        if encrypted:
            s = ssl._create_unverified_context().wrap_socket(s)
        s.sendall(head + bytes([n]) + body)
        code = s.recv(4)[-1:]
        if code == b"\x00":
            s.sendall(b"\xe0\x00")
        while s.recv(4096):
            pass
    return code[0] if code else None


def post(port, path, form):
    context = ssl._create_unverified_context()
    c = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    c.request("POST", path, urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
    return json.loads(c.getresponse().read())


def control(port, path, body):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    c.request("POST", "/_mock/v1" + path, json.dumps(body), {"Content-Type": "application/json"})
    return json.loads(c.getresponse().read())


def devices():
    mqtt_port, web_port, control_port = (int(p) for p in sys.argv[2:5])
    secret, product_secret = distinctive("secret"), distinctive("productSecret")
    values = {"clientId": "12345", "deviceName": "device", "productKey": "pk"}
    met, codes = [secret, product_secret], []
    for method in METHODS:
        right = sign(secret, method, values)
        for password in (right, right[::-1], right.upper() + " ", secret, product_secret, base64.b64encode(right.encode()).decode()):
            met.append(password)
            codes.append(connect(mqtt_port, f"12345|securemode=3,signmethod={method}|", "device&pk", password))
    met.append(sign(secret, "hmacmd5", values))
    answer = post(web_port, "/auth/devicename", {**values, "signmethod": "hmacmd5", "sign": met[-1]})
    data = answer["data"]
    met += [data["iotToken"]]
    codes.append(connect(mqtt_port, "12345|securemode=-1|", data["iotId"], data["iotToken"]))
    codes.append(connect(mqtt_port, "12346|securemode=-1|", data["iotId"], data["iotToken"]))
    met.append(met[-2][::-1])
    answer = post(web_port, "/auth/devicename", {**values, "signmethod": "hmacmd5", "sign": met[-1]})
    codes.append(answer["code"])
    token = control(control_port, "/tokens", {"productKey": "pk", "deviceName": "device", "clientId": "12345"})["deviceToken"]
    met.append(token)
    for client_id, username in (("12345", "device&pk"), ("other", "device&pk"), ("12345", "nobody&pk")):
        codes.append(connect(mqtt_port, client_id + "|securemode=-2,authType=connwl|", username, token, True))
    control(control_port, "/products", {"productKey": "pk", "productSecret": product_secret, "dynamicRegistration": True})
    control(control_port, "/devices", {"productKey": "pk", "deviceName": "fresh"})
    form = {"productKey": "pk", "deviceName": "fresh", "random": "567345", "signMethod": "hmacsha1"}
    content = "deviceNamefreshproductKeypkrandom567345"
    met.append(hmac.new(product_secret.encode(), content.encode(), "sha1").hexdigest())
    answer = post(web_port, "/auth/register/device", {**form, "sign": met[-1]})
    met.append(answer["data"]["deviceSecret"])
    codes.append(answer["code"])
    print(codes, file=sys.stderr)
    print("\n".join(met))


{"change": change, "passwords": passwords, "forms": forms, "devices": devices}[sys.argv[1]]()
