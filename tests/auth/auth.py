"""The authentication endpoint with bare sockets: arguments are the web port, the control port, the MQTT port and the root certificate."""

import json
import socket
import ssl
import struct
import sys
import urllib.request

WEB_PORT, CONTROL_PORT, MQTT_PORT = (int(word) for word in sys.argv[1:4])
CA = sys.argv[4]
PATIENCE_S = 10
SIGN = "fafd82a3d602b37fb0fa8b7892f24a477f851a14"  # S2's worked example
FORM = f"productKey=pk&deviceName=device&signmethod=hmacsha1&sign={SIGN}&version=default&clientId=12345&timestamp=789&resources=mqtt"


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{CONTROL_PORT}/_mock/v1{path}", data, method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        return json.load(answer)


def dial(tls=True):
    peer = socket.create_connection(("127.0.0.1", WEB_PORT), PATIENCE_S)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not tls:
        return peer
    context = ssl.create_default_context(cafile=CA)
    return context.wrap_socket(peer, server_hostname="localhost")


def head(length=len(FORM), method="POST", path="/auth/devicename", extra=""):
    """As the C SDK 2.03 writes it (device-facts 2.8)."""
    return (f"{method} {path} HTTP/1.1\r\nHost: iot-auth.cn-shanghai.aliyuncs.com\r\n"
            "Accept: text/xml,text/javascript,text/html,application/json\r\n"
            f"Content-Length: {length}\r\nContent-Type: application/x-www-form-urlencoded;charset=utf-8\r\n{extra}\r\n").encode()


def read_all(peer):
    answer = b""
    while True:
        try:
            piece = peer.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return answer
        if not piece:
            return answer
        answer += piece


def ask(*writes, tls=True):
    with dial(tls) as peer:
        for write in writes:
            peer.sendall(write)
        return read_all(peer)


def body_of(answer, status=b"200 OK"):
    lines, _, body = answer.partition(b"\r\n\r\n")
    assert lines.startswith(b"HTTP/1.1 " + status), answer[:200]
    return lines.split(b"\r\n"), body


def is_good(answer):
    _, body = body_of(answer)
    assert json.loads(body)["code"] == 200, body
    return json.loads(body)["data"]


def spelling():
    lines, body = body_of(ask(head() + FORM.encode()))
    assert b"Content-Length: %d" % len(body) in lines, lines
    assert b"Connection: close" in lines, lines
    assert b"Content-Type: application/json;charset=utf-8" in lines, lines
    assert not any(line.lower().startswith(b"transfer-encoding") for line in lines), lines
    assert len(body) < 256 and b'": ' not in body and body.startswith(b'{"code":200,"data":{"iotId":"'), body
    data = json.loads(body)["data"]
    assert len(data["iotId"]) <= 64 and len(data["iotToken"]) <= 65
    assert data["resources"]["mqtt"] == {"host": "pk.iot-as-mqtt.cn-shanghai.aliyuncs.com", "port": MQTT_PORT}, data


def two_writes():
    for tls in True, False:
        is_good(ask(head(), FORM.encode(), tls=tls))


def byte_by_byte():
    is_good(ask(*(bytes([byte]) for byte in head() + FORM.encode())))


def without_tls():
    is_good(ask(head() + FORM.encode(), tls=False))


def http_1_0():
    request = head().replace(b"HTTP/1.1", b"HTTP/1.0") + FORM.encode()
    is_good(ask(request))


def chunked():
    request = head(extra="Transfer-Encoding: chunked\r\n").replace(f"Content-Length: {len(FORM)}\r\n".encode(), b"")
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (FORM[:10].encode(), FORM[10:].encode()))
    is_good(ask(request, pieces + b"0\r\n\r\n"))


def expects_continue():
    with dial() as peer:
        peer.sendall(head(extra="Expect: 100-continue\r\n"))
        interim = peer.recv(4096)
        assert interim.startswith(b"HTTP/1.1 100"), interim
        peer.sendall(FORM.encode())
        is_good(read_all(peer))


def one_request_a_connection():
    answer = ask((head(extra="Connection: keep-alive\r\n") + FORM.encode()) * 3)
    assert answer.count(b"HTTP/1.1 200") == 1, answer


def large_body():
    _, body = body_of(ask(head(length=100000), b"a=" + b"x" * 99998), b"413")
    assert json.loads(body)["code"] == 413, body


def no_http():
    for request in b"POST\r\n\r\n", b"GARBAGE\x00\x01\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n":
        answer = ask(request)
        assert b"200 OK" not in answer[:20], (request, answer)


def endless_head():
    answer = ask(b"POST /auth/devicename HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"y" * 200000)
    assert b"200 OK" not in answer[:20], answer[:80]
    is_good(ask(head() + FORM.encode()))


def stalled_ones():
    """400 that begin and say no more leave others served, and are answered when their time has come."""
    peers = [dial(tls=False) for _ in range(400)]
    for peer in peers:
        peer.sendall(head())
    is_good(ask(head() + FORM.encode()))
    control("POST", "/clock", {"advance_ms": 10000})
    for peer in peers:
        assert read_all(peer).startswith(b"HTTP/1.1 408 "), "no 408"
        peer.close()
    timeouts = [e for e in control("GET", "/journal")["events"] if e["event"] == "no-connect"]
    assert len(timeouts) == 400 and all(e["reason"] == "timeout" for e in timeouts), len(timeouts)


def never_reads():
    """A request without end, pipelined behind the answered one, is not kept without bound."""
    peer = dial(tls=False)
    peer.settimeout(0.5)
    try:
        for _ in range(200):
            peer.sendall((head() + FORM.encode()) * 100)
    except OSError:
        pass
    peer.close()
    is_good(ask(head() + FORM.encode()))


def resets_midway():
    for cut in 1, 20, len(head()), len(head()) + 10:
        peer = dial(tls=False)
        peer.sendall((head() + FORM.encode())[:cut])
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
    is_good(ask(head() + FORM.encode()))


def reset_of_the_broker():
    peers = [dial(tls=False) for _ in range(20)]
    for peer in peers:
        peer.sendall(head())
    data = is_good(ask(head() + FORM.encode()))
    control("POST", "/reset")
    for peer in peers:
        assert read_all(peer) == b""
    assert data["iotId"] and is_good(ask(head() + FORM.encode()))["iotId"] != data["iotId"]


def other_products_host():
    wrong = head().replace(b"iot-auth.cn-shanghai", b"another.iot-as-mqtt.cn-shanghai")
    is_good(ask(wrong + FORM.encode()))
    notes = [e["text"] for e in control("GET", "/journal")["events"] if e["event"] == "note"]
    assert notes == ["the Host another.iot-as-mqtt.cn-shanghai.aliyuncs.com is the endpoint of another product"], notes


def check(name, function):
    control("POST", "/reset")
    try:
        function()
        print(f"ok      {name}")
    except Exception as error:  # every failure is a line, not the end of the run
        print(f"NOT OK  {name}\n        {type(error).__name__}: {error}")


check("the answer is spelt as device SDKs read it", spelling)
check("head and body in separate writes", two_writes)
check("byte by byte", byte_by_byte)
check("the Host of another product is reported, not refused", other_products_host)
check("without TLS", without_tls)
check("HTTP/1.0", http_1_0)
check("a chunked request", chunked)
check("100-continue", expects_continue)
check("one request a connection", one_request_a_connection)
check("a body over the maximum", large_body)
check("what is no HTTP", no_http)
check("an endless head", endless_head)
check("400 stalled requests", stalled_ones)
check("pipelined without end", never_reads)
check("resets in the middle", resets_midway)
check("a reset of the broker", reset_of_the_broker)
print("the endpoint is through")
