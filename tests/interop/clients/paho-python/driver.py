"""paho-python 1.x, Debian's python3-paho-mqtt: many connections in one process, each on paho's own thread."""

import json
import ssl
import sys
import threading

import paho.mqtt.client as mqtt

OUT = threading.Lock()


def say(name, event, **what):
    with OUT:
        print(json.dumps({"as": name, "event": event, **what}), flush=True)


class Device:
    def __init__(self, c):
        self.name, self.c, self.topics, self.mids = c["as"], c, {}, set()
        web = c["transport"] in ("ws", "wss")
        self.client = mqtt.Client(c["clientId"], clean_session=c["clean"], protocol=mqtt.MQTTv311,
                                  transport="websockets" if web else "tcp")
        self.client.username_pw_set(c["username"], c["password"])
        if c["transport"] in ("tls", "wss"):
            self.client.tls_set(c["ca"], tls_version=ssl.PROTOCOL_TLS_CLIENT)
        self.client.reconnect_delay_set(1, 2)
        self.client.on_connect = self.on_connect
        self.client.on_disconnect = lambda *_: say(self.name, "disconnected")
        self.client.on_message = lambda _c, _u, m: say(self.name, "message", topic=m.topic, payload=m.payload.decode(errors="replace"), qos=m.qos, dup=bool(m.dup))
        self.client.on_subscribe = lambda _c, _u, _mid, granted: say(self.name, "subscribed", granted=list(granted))
        self.client.on_publish = lambda *_: say(self.name, "published")

    def on_connect(self, _client, _userdata, flags, code):
        if code:
            say(self.name, "refused", code=code)
            if not self.c.get("again"):
                self.client.disconnect()
            return
        if not flags["session present"]:
            for topic, qos in self.topics.items():  # the manual: "subscribing in on_connect() means that ... reconnect"
                self.client.subscribe(topic, qos)
        say(self.name, "connected", sessionPresent=bool(flags["session present"]))

    def connect(self):
        try:
            self.client.connect(self.c["host"], self.c["port"], self.c["keepAlive"])
        except (OSError, ValueError, mqtt.WebsocketConnectionError) as error:
            say(self.name, "failed", text=f"{type(error).__name__}: {error}")
            return
        if self.c.get("pipeline"):
            self.client.subscribe(self.c["topic"], self.c["qos"])
            self.client.publish(self.c["topic"], self.c["payload"], self.c["qos"])
        self.client.loop_start()

    def subscribe(self, topic, qos):
        self.topics[topic] = qos
        self.client.subscribe(topic, qos)

    def leave(self):
        self.client.disconnect()
        self.client.loop_stop()
        say(self.name, "left")


devices = {}
for line in sys.stdin:
    command = json.loads(line)
    do, name = command["do"], command["as"]
    if do == "connect":
        devices[name] = Device(command)
        threading.Thread(target=devices[name].connect, daemon=True).start()
    elif do == "subscribe":
        devices[name].subscribe(command["topic"], command["qos"])
    elif do == "publish":
        devices[name].client.publish(command["topic"], command["payload"], command["qos"])
    elif do == "leave" and name in devices:
        threading.Thread(target=devices.pop(name).leave, daemon=True).start()
