"""One cell of the matrix: a client on a transport, doing one scenario with a device of its own."""

import hashlib
import hmac
import itertools
import json
import subprocess
import threading

from broker import PATIENCE_S
from clients import NODE_MODULES
from driver import Connection, Driver, Trouble

DIGESTS = {"hmacmd5": hashlib.md5, "hmacsha1": hashlib.sha1, "hmacsha256": hashlib.sha256}
PRODUCT = "pk"
NUMBERS = itertools.count(1)
SECRET = "of-the-interop-device"


def signed(method, secret, **values):
    """As the documents have it: names and values, sorted by name."""
    content = "".join(name + values[name] for name in sorted(values))
    return hmac.new(secret.encode(), content.encode(), DIGESTS[method]).hexdigest()


class Drivers:
    """The processes: one for each connection, or one for all of a client that can share."""

    def __init__(self, folder, ca):
        self.other_ca = f"{folder}/other-root.crt"  # a root, but not ours
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=another root", "-days", "2",
                        "-keyout", "/dev/null", "-out", self.other_ca], check=True, capture_output=True)
        self.folder, self.ca, self.shared, self.lock = folder, ca, {}, threading.Lock()

    def start(self, key, client, trusting):
        env = {"NODE_PATH": NODE_MODULES} if client.source == "npm" else {}
        if client.node_ca and trusting:
            env["NODE_EXTRA_CA_CERTS"] = self.ca
        return Driver(client.command, env, f"{self.folder}/driver-{key}.log")

    def get(self, key, client, trusting):
        if not client.shared or (client.node_ca and not trusting):
            return self.start(key, client, trusting)
        with self.lock:
            driver = self.shared.get(key)
            if not driver or not driver.alive():
                driver = self.shared[key] = self.start(key, client, trusting)
            return driver

    def give_back(self, driver):
        if driver not in self.shared.values():
            driver.close()

    def close(self):
        for driver in self.shared.values():
            driver.close()


class Device(Connection):
    """A connection with the scenarios' verbs."""

    def __init__(self, cell, driver, name, hints):
        super().__init__(driver, name)
        self.cell, self.hints = cell, hints

    def subscribe(self, qos):
        self.send("subscribe", topic=self.cell.topic, qos=qos)
        granted = self.wait("subscribed")["granted"]
        if granted not in ([qos], None):
            raise Trouble(f"granted {granted} for QoS {qos}")

    def publish(self, topic, qos, payload):
        self.send("publish", topic=topic, qos=qos, payload=payload)

    def leave(self):
        self.send("leave")
        self.wait("left")


class Cell:
    def __init__(self, client_id, client, transport, scenario, broker, drivers):
        self.client_id, self.client, self.transport, self.scenario = client_id, client, transport, scenario
        self.broker, self.drivers = broker, drivers
        self.device_name = f"i{next(NUMBERS):04d}-{transport}"
        self.topic = f"/{PRODUCT}/{self.device_name}/user/get"
        self.devices, self.faults = [], []

    def run(self, function):
        self.broker.call("POST", "/devices", {"productKey": PRODUCT, "deviceName": self.device_name, "deviceSecret": SECRET})
        try:
            function(self)
        finally:
            self.close()

    def close(self):
        """Whatever is still there must not dial for ever."""
        for device in self.devices:
            device.send("leave")
            self.drivers.give_back(device.driver)
            device.driver.connections.pop(device.name, None)
        for fault in self.faults:
            self.broker.call("DELETE", f"/faults/{fault}")
        try:
            self.broker.call("DELETE", f"/devices/{PRODUCT}/{self.device_name}")
        except RuntimeError:
            pass  # the scenario may have deleted it

    def system_topic(self, rest):
        return f"/sys/{PRODUCT}/{self.device_name}/{rest}"

    # Signing in

    def dial(self, name="first", method="hmacsha1", secret=SECRET, trusting=True, **how):
        mode = 2 if self.transport in ("tls", "wss") else 3
        device_id = self.device_name
        values = {"clientId": device_id, "deviceName": self.device_name, "productKey": PRODUCT, "timestamp": "789"}
        command = {
            "transport": self.transport, "host": "localhost", "port": self.broker.port_for(self.transport), "ca": self.broker.ca if trusting else self.drivers.other_ca,
            "clientId": f"{device_id}|securemode={mode},signmethod={method},timestamp=789|", "username": f"{self.device_name}&{PRODUCT}",
            "password": signed(method, secret, **values), "keepAlive": 60, "clean": True, "topic": self.topic, "qos": 0, "payload": "hello",
            "device": {"productKey": PRODUCT, "deviceName": self.device_name, "deviceSecret": secret, "method": method}, **how}
        driver = self.drivers.get(f"{self.client_id}", self.client, trusting)
        device = Device(self, driver, f"{self.device_name}/{name}", command)
        self.devices.append(device)
        device.send("connect", **command)
        return device

    def connect(self, **how):
        device = self.dial(**how)
        device.wait("connected")
        return device

    def refused(self, code, rule, **how):
        device = self.dial(**how)
        seen = device.wait("refused")
        if seen["code"] not in (code, None):
            raise Trouble(f"the client was told {seen['code']}")
        event = self.journal("refused")
        if (event["returnCode"], event["rule"]) != (code, rule):
            raise Trouble(f"refused with {event['returnCode']} by rule {event['rule']}")

    def no_connect(self, device):
        """Some say why, old MQTT.js only ever tells of a close."""
        device.wait(("failed", "disconnected"))
        if device.count("connected") or self.journal_all("online"):
            raise Trouble("it signed in")

    def authentication(self, method="hmacsha1", secret=SECRET, ca=None):
        """What /auth/devicename answers to curl."""
        return authentication(self.broker, self.device_name, method, secret, ca or self.broker.ca)

    def authenticate(self, method="hmacsha1"):
        """iotId and iotToken."""
        answer = self.authentication(method)
        if answer["code"] != 200:
            raise Trouble(f"/auth/devicename answered code {answer['code']}")
        return answer["data"]["iotId"], answer["data"]["iotToken"]

    # The platform's side

    def of_this_device(self, kind, where):
        return lambda e: e["event"] == kind and e.get("deviceName") == self.device_name and all(e.get(k) == v for k, v in where.items())

    def journal(self, kind, count=1, **where):
        """Waits for the COUNTth event about this device."""
        found = self.broker.wait_events(self.of_this_device(kind, where), count)
        if not found:
            mine = [e for e in self.broker.events if e.get("deviceName") == self.device_name]
            said = [e for device in self.devices for e in device.events[-4:]]
            raise Trouble(f"no {f'{count} x ' if count > 1 else ''}{kind} {where or ''} in the journal; "
                          f"it has {[brief(e) for e in mine]}; the client said {said}")
        return found[count - 1]

    def journal_all(self, kind, **where):
        """What there is by now."""
        events = self.broker.call("GET", "/journal")["events"]
        return [e for e in events if self.of_this_device(kind, where)(e)]

    def fault(self, kind, packet, times=1, **how):
        fault = self.broker.call("POST", "/faults", {"kind": kind, "packet": packet, "productKey": PRODUCT,
                                                     "deviceName": self.device_name, "times": times, **how})
        self.faults.append(fault["id"])

    def publish_down(self, payload, qos):
        self.broker.call("POST", "/publish", {"productKey": PRODUCT, "deviceName": self.device_name, "topic": self.topic,
                                              "qos": qos, "payload": payload})

    def kick(self):
        self.broker.call("DELETE", f"/sessions/{PRODUCT}/{self.device_name}")

    def session(self):
        return next((s for s in self.broker.call("GET", "/sessions")["sessions"] if s["deviceName"] == self.device_name), None)

    def still_online(self):
        session = self.session()
        if not session or not session["online"] or self.journal_all("offline"):
            raise Trouble("it is offline")

    def settled(self):
        """No message is in flight to the device any more."""
        for _ in range(1000):
            session = self.session()
            if session and session["inflight"] == 0 and session["queued"] == 0:
                return
            threading.Event().wait(0.01)  # the PUBACK is on its way; nothing tells when it comes
        raise Trouble(f"not acknowledged: {session}")

    def listens(self, device):
        if "subscribe" in self.client.cannot:
            return
        device.subscribe(qos=device.hints["qos"])
        self.hears(device, "before")

    def hears(self, device, payload):
        """Its subscriptions may be a moment behind its sign-in."""
        self.wait_subscribed()
        self.publish_down(payload, 0)
        device.wait("message", topic=self.topic, payload=payload)

    def wait_subscribed(self):
        for _ in range(1000):
            session = self.session()
            if session and session["online"] and any(s["filter"] == self.topic for s in session["subscriptions"]):
                return
            threading.Event().wait(0.01)
        raise Trouble(f"it has not subscribed again: {session}")

    def fall_silent(self, device):
        """The platform's clock passes the limit before the client has sent its next ping."""
        limit_ms = self.journal("online")["limit_ms"]
        self.broker.call("POST", "/clock", {"advance_ms": limit_ms})


def brief(event):
    keep = ("event", "reason", "rule", "returnCode", "packet", "topic", "transport")
    return " ".join(str(event[k]) for k in keep if k in event)


def authentication(broker, device_name, method, secret, ca):
    values = {"clientId": device_name, "deviceName": device_name, "productKey": PRODUCT, "timestamp": "789"}
    fields = {**values, "sign": signed(method, secret, **values), "signmethod": method, "resources": "mqtt"}
    words = ["curl", "-sS", "--max-time", str(PATIENCE_S), "--cacert", ca, f"https://localhost:{broker.port_for('https')}/auth/devicename"]
    for name, value in fields.items():
        words += ["--data-urlencode", f"{name}={value}"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise Trouble(f"curl: {done.stderr.strip()}")
    return json.loads(done.stdout)
