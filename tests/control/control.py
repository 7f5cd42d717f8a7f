#!/usr/bin/python3
"""control.py PORT MQTT-PORT [--write]: holds a broker with a manual clock against mock-broker/openapi.json.

Every operation of the file is called with its own examples, from the same state; the answer must fit the schema and be the
example that stands there. Then everything around it: unknown parameters and fields, methods and paths that are not in the
file, and routes of the broker that the file does not have. --write puts the answers seen into the file instead, as examples.
Ends the broker by the documented call.
"""
import hashlib
import hmac
import http.client
import importlib.machinery
import importlib.util
import json
import re
import socket
import sys

FILE = "mock-broker/openapi.json"
ROUTES = "mock-broker/control_api.c"
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]

loader = importlib.machinery.SourceFileLoader("validate", "tests/schema/validate")
validate = importlib.util.module_from_spec(importlib.util.spec_from_loader("validate", loader))
loader.exec_module(validate)

with open(FILE, encoding="utf-8") as f:
    api = json.load(f)
with open("suites/schema/journal.schema.json", encoding="utf-8") as f:
    journal_schema = json.load(f)
port, mqtt_port = int(sys.argv[1]), int(sys.argv[2])
writing = "--write" in sys.argv
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
devices = []


def ok(name):
    print(f"ok      {name}")


def check(name, faults):
    faults = [str(fault) for fault in faults]
    print(f"NOT OK  {name}\n        " + "\n        ".join(faults) if faults else f"ok      {name}")


def call(method, path, body=None):
    """(status, headers, JSON or text)"""
    data = None if body is None else json.dumps(body) if not isinstance(body, str) else body
    connection.request(method, "/_mock/v1" + path, data, {"Content-Type": "application/json"} if data else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    is_json = answer.headers.get_content_type() == "application/json"
    return answer.status, answer.headers, json.loads(text) if is_json and text else text


def field(text):
    data = text.encode()
    return len(data).to_bytes(2, "big") + data


def receive(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def sign_in(keep_alive):
    """A CONNECT of pk/device; the socket and the CONNACK."""
    password = hmac.new(b"secret", b"clientId12345deviceNamedeviceproductKeypk", hashlib.sha1).hexdigest()
    body = field("MQTT") + bytes([4, 0xC2]) + keep_alive.to_bytes(2, "big")
    body += field("12345|securemode=3,signmethod=hmacsha1|") + field("device&pk") + field(password)
    s = socket.create_connection(("127.0.0.1", mqtt_port), timeout=20)
    s.sendall(bytes([0x10, 0x80 | len(body) % 128, len(body) // 128]) + body)
    return s, receive(s, 4)


def prepare():
    """The state that the examples are told from: one refusal, one device online with a subscription, one fault, 2 s gone."""
    while devices:
        devices.pop().close()
    assert call("POST", "/reset")[0] == 200
    refused, connack = sign_in(15)
    assert connack == b"\x20\x02\x00\x02", connack
    refused.close()
    device, connack = sign_in(60)
    assert connack == b"\x20\x02\x00\x00", connack
    device.sendall(b"\x82\x18\x00\x01" + field("/pk/device/user/get") + b"\x01")
    receive(device, 5)
    devices.append(device)
    assert call("POST", "/faults", {"kind": "withhold", "packet": "PINGRESP", "times": 1})[0] == 200
    assert call("POST", "/clock", {"advance_ms": 2000})[0] == 200


def parameters(operation, where):
    return [p for p in operation.get("parameters", []) if p["in"] == where]


def fill(path, operation):
    for p in parameters(operation, "path"):
        path = path.replace("{" + p["name"] + "}", p["example"])
    return path


def settled(value):
    """Without what differs from run to run."""
    text = json.dumps(value, ensure_ascii=False)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:40000", text)
    text = re.sub(r'"(iotId|iotToken|deviceToken)": "[0-9A-Za-z]+"', r'"\1": "(random)"', text)
    return json.loads(re.sub(r"(memory_bytes) \d+", r"\1 8388608", text))


def operations():
    for path, item in api["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def body_of(operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return content and content["example"], content and content["schema"]


def faults_of(status, headers, answer, operation):
    """What is wrong with an answer to a documented call."""
    described = operation["responses"].get(str(status))
    if status != 200 or not described:
        yield f"status {status}: {answer}"
        return
    if headers["X-Iotconform-Version"] != api["info"]["version"]:
        yield f"X-Iotconform-Version: {headers['X-Iotconform-Version']}"
    ((media, content),) = described["content"].items()
    if headers["Content-Type"] != media:
        yield f"Content-Type: {headers['Content-Type']}, not {media}"
    for place, text in validate.problems(api, content["schema"], answer, "answer"):
        yield f"{place}: {text}"
    for i, event in enumerate(answer.get("events", answer.get("refusals", [])) if isinstance(answer, dict) else []):
        for place, text in validate.problems(journal_schema, journal_schema, event, f"event {i}"):
            yield f"{place}: {text}"


def call_as_documented(method, path, operation):
    body, schema = body_of(operation)
    if schema:
        check(f"{method} {path}: the example fits", [f"{p}: {t}" for p, t in validate.problems(api, schema, body, "body")])
    prepare()
    query = "&".join(f"{p['name']}={p['example']}" for p in parameters(operation, "query"))
    status, headers, answer = call(method, fill(path, operation) + ("?" + query if query else ""), body)
    check(f"{method} {path}: the answer fits", list(faults_of(status, headers, answer, operation)) + ([] if status == 200 else [status]))
    if path == "/openapi.json":
        check("GET /openapi.json: it is the file", [] if writing or answer == api else ["it is not"])
        return
    content = operation["responses"]["200"]["content"]
    (content,) = content.values()
    if writing:
        content["example"] = settled(answer)
    else:
        wanted = content.get("example")
        check(f"{method} {path}: the answer is the example", [] if settled(answer) == wanted else [settled(answer), "is not", wanted])


def refuse(name, answered, status, code, path):
    got, headers, answer = answered
    faults = [] if got == status else [f"status {got}, wanted {status}"]
    faults += [f"{p}: {t}" for p, t in validate.problems(api, api["components"]["schemas"]["Error"], answer, "answer")]
    error = answer.get("error", {}) if isinstance(answer, dict) else {}
    if (error.get("code"), error.get("path")) != (code, path):
        faults.append(f"error {error}, wanted {code} at {path}")
    if not headers["X-Iotconform-Version"]:
        faults.append("no X-Iotconform-Version")
    check(name, faults)


def call_with_mistakes(method, path, operation):
    at = fill(path, operation)
    body, _ = body_of(operation)
    refuse(f"{method} {path}: unknown parameter", call(method, at + "?zz=1", body), 400, "unknown-field", "?zz")
    if body is None:
        return
    refuse(f"{method} {path}: unknown field", call(method, at, {**body, "zz": 1}), 400, "unknown-field", "/zz")
    refuse(f"{method} {path}: no object", call(method, at, [body]), 400, "bad-json", "")
    status, _, answer = call(method, at, "{")
    check(f"{method} {path}: no JSON", [] if status == 400 and answer["error"]["code"] == "bad-json" else [status, answer])


def call_otherwise():
    """Methods and paths that the file does not have; and what the broker has beyond the file."""
    for path, item in api["paths"].items():
        at = fill(path, next(iter(item.values())))
        known = {m.upper() for m in item}
        for method in METHODS:
            if method in known:
                continue
            answered = call(method, at)
            refuse(f"{method} {path} is not served", answered, 405, "wrong-method", "/_mock/v1" + at)
            allow = set((answered[1]["Allow"] or "").split(", "))
            check(f"{method} {path}: Allow", [] if allow == known else [f"{allow}, documented {known}"])
    for path in ["", "/", "/nothing", "/journal/1", "/devices/pk", "/devices/pk/device/more", "/faults/", "/sessions/pk/"]:
        refuse(f"GET {path or '(empty)'}", call("GET", path), 404, "unknown-path", "/_mock/v1" + path)
    with open(ROUTES, encoding="utf-8") as f:
        routes = re.findall(r'\{"([A-Z]+)", "([^"]+)", (?:true|false), \w+\}', f.read())
    served = {(m, p.replace("{device}", "{productKey}/{deviceName}")) for m, p in routes}
    written = {(m, p[1:]) for m, p, _ in operations()}
    check("every route of the broker is in the file, and no other", sorted(served ^ written))


def main():
    for method, path, operation in operations():
        if path != "/shutdown":
            call_as_documented(method, path, operation)
            call_with_mistakes(method, path, operation)
    call_otherwise()
    for method, path, operation in operations():
        if path == "/shutdown":
            call_with_mistakes(method, path, operation)
            call_as_documented(method, path, operation)
    if writing:
        with open(FILE, "w", encoding="utf-8") as f:
            f.write(json.dumps(api, indent=1, ensure_ascii=False) + "\n")
    print("every call is made")


main()
