"""The clients, and the one place that says what a client itself cannot do, with the reason.

`cannot` maps a transport, a scenario or something that a scenario needs (scenarios.py) to the reason; a pair (transport, scenario) is
possible too. Such a cell is printed with its reason and stands in the matrix; it is no test. Where the reason can be seen, it is a pair
(reason, name of a function of scenarios.py) and that function runs in the cell's place: should the client learn it one day, the function
fails and the entry here must go."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("BUILD", "build")
NODE_MODULES = os.path.abspath("build/interop/node/node_modules")
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's paho

TRANSPORTS = ["tcp", "tls", "ws", "wss"]


class Client:
    def __init__(self, title, source, command, version, cannot=None, shared=False, node_ca=False, transports=TRANSPORTS):
        self.title, self.source, self.command, self.version = title, source, command, version
        self.cannot = cannot or {}
        self.transports = transports
        self.shared = shared  # one driver process carries many connections
        self.node_ca = node_ca  # trusts our root by NODE_EXTRA_CA_CERTS, which is the process's and not the connection's

    def why_not(self, transport, scenario):
        """(reason, proof or None), or None."""
        for key in ((transport, scenario.name), transport, scenario.name, *scenario.needs):
            if key in self.cannot:
                reason = self.cannot[key]
                return reason if isinstance(reason, tuple) else (reason, None)
        return None


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def debian(package):
    return lambda: output("dpkg-query", "-W", "-f=${Version}", package)


def npm(package):
    return lambda: output("node", "-p", f"require('{NODE_MODULES}/{package}/package.json').version")


def script(folder, *words):
    return [PYTHON, f"{HERE}/clients/{folder}/driver.py", *words]


def node(folder, *words):
    return ["node", f"{HERE}/clients/{folder}/driver.js", *words]


NO_WEB = {"ws": "has no WebSocket client", "wss": "has no WebSocket client"}
PIPELINE = "waits for the CONNACK before it sends anything else"
SDK_NAMES = "makes user name and password from the device secret; takes no iotId and iotToken"
NO_DUP = "sends again without DUP, as it was (github.com/mqttjs/MQTT.js/issues/692; the resend itself is tested)"
SHA1_ONLY = "signs with SHA-1 whatever signAlgorithm says, so it is refused as it must be"
SESSION_ONLY = "ends after its one answer"

CLIENTS = {
    "mosquitto_sub": Client("mosquitto_sub", "debian", script("mosquitto", "sub"), debian("mosquitto-clients"), {
        **NO_WEB, "publish": "only subscribes", "pipeline": PIPELINE}, shared=True),
    "mosquitto_pub": Client("mosquitto_pub -l", "debian", script("mosquitto", "pub"), debian("mosquitto-clients"), {
        **NO_WEB, "subscribe": "only publishes", "pipeline": PIPELINE}, shared=True),
    "mosquitto_rr": Client("mosquitto_rr", "debian", script("mosquitto", "rr"), debian("mosquitto-clients"), {
        **NO_WEB, "stays": SESSION_ONLY, "DISCONNECT": ("closes its connection when it has its answer", "no_disconnect"), "pipeline": PIPELINE}, shared=True),
    "paho-python": Client("paho-python", "debian", script("paho-python"), debian("python3-paho-mqtt"), {}, shared=True),
    "paho-c-sync": Client("Paho C, MQTTClient", "debian", [f"{BUILD}/interop/paho-c-sync"], debian("libpaho-mqtt1.3"), {"pipeline": PIPELINE}),
    "paho-c-async": Client("Paho C, MQTTAsync", "debian", [f"{BUILD}/interop/paho-c-async"], debian("libpaho-mqtt1.3"), {"pipeline": PIPELINE}),
    "mqttjs": Client("MQTT.js", "npm", node("mqttjs"), npm("mqtt"), {"pipeline": PIPELINE, "DUP": NO_DUP}, shared=True),
    "alibabacloud-sdk": Client("alibabacloud-iot-device-sdk", "npm", node("vendor-sdk", "alibabacloud-iot-device-sdk"), npm("alibabacloud-iot-device-sdk"), {
        "hmacmd5": (SHA1_ONLY, "misdeclares"), "hmacsha256": (SHA1_ONLY, "misdeclares"),
        "token": SDK_NAMES, "pipeline": PIPELINE, "DUP": NO_DUP}, shared=True, node_ca=True),
    "aliyun-sdk": Client("aliyun-iot-device-sdk", "npm", node("vendor-sdk", "aliyun-iot-device-sdk"), npm("aliyun-iot-device-sdk"), {
        "token": SDK_NAMES, "pipeline": PIPELINE, "DUP": NO_DUP}, shared=True, node_ca=True),
    "curl": Client("curl", "debian", [], debian("curl"), transports=["https"]),
}
