"""Talks to a client's driver (clients/README.md): commands go out as JSON lines, events come back as JSON lines."""

import json
import os
import subprocess
import threading
import time

from broker import PATIENCE_S


class Trouble(Exception):
    """A cell fails with these words."""


class Driver:
    """One driver process; it may carry one connection, or many when the client is `shared`."""

    def __init__(self, command, env, log_path):
        self.log = open(log_path, "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                        env={**os.environ, **env}, text=True, bufsize=1)
        self.connections, self.lock = {}, threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            connection = self.connections.get(event.pop("as", None))
            if connection:
                connection.add(event)
        for connection in list(self.connections.values()):
            connection.add({"event": "driver-ended"})

    def send(self, command):
        try:
            with self.lock:
                self.process.stdin.write(json.dumps(command) + "\n")
                self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass  # the driver has ended by itself, which the reader says

    def alive(self):
        return self.process.poll() is None

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Connection:
    """One client of the driver, and what has happened to it so far."""

    def __init__(self, driver, name):
        self.driver, self.name = driver, name
        self.events, self.news = [], threading.Condition()
        driver.connections[name] = self

    def add(self, event):
        with self.news:
            self.events.append(event)
            self.news.notify_all()

    def send(self, do, **what):
        self.driver.send({"do": do, "as": self.name, **what})

    def wait(self, event, count=1, patience_s=PATIENCE_S, **where):
        """The COUNTth event of this name (or one of these) whose members are as given; every earlier one counts too."""
        names = (event,) if isinstance(event, str) else event
        deadline = time.monotonic() + patience_s
        with self.news:
            while True:
                found = [e for e in self.events if e["event"] in names and all(e.get(k) == v for k, v in where.items())]
                if len(found) >= count:
                    return found[count - 1]
                left = deadline - time.monotonic()
                if left <= 0 or any(e["event"] == "driver-ended" for e in self.events):
                    wanted = " ".join([" or ".join(names), *(f"{k}={v}" for k, v in where.items())])
                    raise Trouble(f"no {'' if count == 1 else f'{count} x '}{wanted} from the client; it said {self.events[-8:]}")
                self.news.wait(left)

    def count(self, event):
        with self.news:
            return sum(e["event"] == event for e in self.events)
