"""Our broker in a process of its own, its control API, and its journal as a list that tests can wait on."""

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request

PATIENCE_S = 30
BUILD = os.environ.get("BUILD", "build")


class Broker:
    """Starts with free ports; options go to mock-broker as they are."""

    def __init__(self, folder, name, *options):
        self.log_path = os.path.join(folder, f"broker-{name}.log")
        with open(self.log_path, "w") as log:
            self.process = subprocess.Popen(
                [f"{BUILD}/mock-broker", "--mqtt-port", "0", "--web-port", "0", "--mqtts-port", "0", "--control-port", "0", *options],
                stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the broker did not start: {open(self.log_path).read()}")
        ready = json.loads(line)
        self.ports, self.ca = ready["ports"], ready["ca"]
        self.events, self.news = [], threading.Condition()
        threading.Thread(target=self._follow, daemon=True).start()

    def port_for(self, transport):
        return self.ports["web" if transport in ("ws", "wss", "https") else "mqtt"]

    def call(self, method, path, body=None):
        """The parsed answer of the control API; a refusal is an exception that holds its words."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['control']}/_mock/v1{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S + 60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def _follow(self):
        """Long polls; ends with the broker. A manual clock never times out, which is as good."""
        since = 0
        while True:
            try:
                answer = self.call("GET", f"/journal?since={since}&wait=30000")
            except (OSError, RuntimeError, ValueError):
                return
            if answer["lost"]:
                raise RuntimeError("the journal's ring was too small for this run")
            since = answer["next"]
            with self.news:
                self.events += answer["events"]
                self.news.notify_all()

    def wait_events(self, fits, count=1, patience_s=PATIENCE_S):
        """The events that fit, once there are so many; None when the patience ends first."""
        deadline = time.monotonic() + patience_s
        with self.news:
            while True:
                found = [e for e in self.events if fits(e)]
                if len(found) >= count:
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self.news.wait(left)

    def stop(self):
        """As an operator would; a crash or a leak shows in the exit code."""
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return -9
