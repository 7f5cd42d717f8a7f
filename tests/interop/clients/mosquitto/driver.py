"""mosquitto_sub, mosquitto_pub (kept open by -l) or mosquitto_rr (argv[1]): one program a connection, its -d lines made into events.

Each program is given topic, QoS and (rr) payload when it starts; so `subscribe`, and `publish` of rr, have been done already when the
command comes, and say nothing more."""

import json
import re
import subprocess
import sys
import threading

PROGRAM = sys.argv[1]
OUT = threading.Lock()


def say(name, event, **what):
    with OUT:
        print(json.dumps({"as": name, "event": event, **what}), flush=True)


class Device:
    def __init__(self, c):
        self.name, self.c, self.connects, self.code, self.dup, self.left = c["as"], c, 0, None, None, False
        words = ["stdbuf", "-oL", "-eL", f"mosquitto_{PROGRAM}", "-d", "-V", "mqttv311", "-h", c["host"], "-p", str(c["port"]),
                 "-i", c["clientId"], "-u", c["username"], "-P", c["password"], "-k", str(c["keepAlive"]), "-t", c["topic"], "-q", str(c["qos"])]
        if c["transport"] == "tls":
            words += ["--cafile", c["ca"]]
        if not c["clean"]:
            words.append("-c")
        words += {"sub": ["-F", "%j"], "pub": ["-l"], "rr": ["-e", c["topic"], "-m", c["payload"], "-F", "%j", "-W", "25"]}[PROGRAM]
        self.quiet = threading.Event()
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        said = ""
        for line in self.process.stdout:
            said = line.strip() or said
            self.quiet.clear()
            self.take(line.strip())
        self.process.wait()
        if self.left:
            say(self.name, "left")
        elif self.code:
            say(self.name, "refused", code=self.code)
        elif not self.connects:
            say(self.name, "failed", text=said)
        else:
            say(self.name, "disconnected", text=said)

    def take(self, line):
        if "sending CONNECT" in line and self.connects:
            say(self.name, "disconnected")
        elif found := re.search(r"received CONNACK \((\d+)\)", line):
            self.code = int(found[1])
            self.connects += self.code == 0
            if self.code == 0:
                say(self.name, "connected", sessionPresent=None)
        elif line.startswith("Subscribed (mid"):
            say(self.name, "subscribed", granted=[int(n) for n in line.split(":")[-1].split(",")])
        elif "received SUBACK" in line and PROGRAM == "rr":  # which does not say what was granted
            say(self.name, "subscribed", granted=None)
        elif found := re.search(r"received PUBLISH \(d(\d), q(\d)", line):
            self.dup = found[1] == "1"
        elif line.startswith("OpenSSL Error") and PROGRAM == "pub":  # with -l it dials for ever and says no more
            say(self.name, "failed", text=line)
        elif "received PUBACK" in line or ("sending PUBLISH" in line and self.c["qos"] == 0):
            say(self.name, "published")
        elif line.startswith("{"):
            m = json.loads(line)
            say(self.name, "message", topic=m["topic"], payload=m["payload"], qos=m["qos"], dup=self.dup)

    def publish(self, payload):
        if PROGRAM == "pub":
            self.process.stdin.write(payload + "\n")
            self.process.stdin.flush()

    def leave(self):
        """mosquitto_sub sends DISCONNECT on SIGTERM, mosquitto_pub -l at the end of its input; mosquitto_rr goes when it has its answer.
        mosquitto_sub's signal handler takes locks: caught in the middle of a packet it never comes back, and caught in a callback it
        queues a DISCONNECT that is never written. So the signal waits until the program has said nothing for a moment and sleeps, which
        it does in its select only, and what hangs all the same is killed."""
        self.left = True
        if self.process.poll() is not None:
            say(self.name, "left")
        elif PROGRAM == "pub":
            self.process.stdin.close()
        elif PROGRAM == "sub":
            while not (self.quiet.is_set() and self.sleeps()):
                self.quiet.set()
                threading.Event().wait(0.2)
            self.process.terminate()
        killer = threading.Timer(5, self.process.kill)
        killer.daemon = True
        killer.start()

    def sleeps(self):
        """Or is gone. A program that a busy machine has interrupted is runnable, not asleep."""
        try:
            with open(f"/proc/{self.process.pid}/stat") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] in "SZX"
        except FileNotFoundError:
            return True

    def end(self):
        self.process.kill()
        self.process.wait()


devices = {}
for text in sys.stdin:
    command = json.loads(text)
    if command["do"] == "connect":
        devices[command["as"]] = Device(command)
    elif command["do"] == "publish":
        devices[command["as"]].publish(command["payload"])
    elif command["do"] == "leave":
        threading.Thread(target=devices[command["as"]].leave, daemon=True).start()
for device in devices.values():
    device.end()
