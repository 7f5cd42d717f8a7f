"""A platform that goes wrong: over TLS, with our own certificate, it answers each request as its argument says.

auth_server.py KIND: prints its port, serves until it is stopped. An authentication endpoint: status (HTTP 500), html, huge (an answer
without end), fits (code 401 in the 4096 bytes that a client takes), over (one more), close (nothing), half (less than announced), old
(status 200 without a body), silent (never answers). For MQTT: connack (accepts, and says nothing more).
"""
import socket
import ssl
import sys



def padded(n):
    body = b'{"code":401}'.ljust(n)
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % n + body


ANSWERS = {
    "status": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}",
    "html": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
    "huge": b"HTTP/1.1 200 OK\r\n\r\n" + b"{" + b" " * 100000 + b"}",
    "fits": padded(4096),
    "over": padded(4097),
    "close": b"",
    "half": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\":200,",
    "old": b"HTTP/1.0 200 OK\r\n\r\n",
    "silent": b"",
    "connack": b"\x20\x02\0\0",
}
STAYS = ("silent", "connack")


def main():
    kind = sys.argv[1]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("certs/out/server-rsa.crt", "certs/out/server-rsa.key")
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    kept = []
    while True:
        connection, _ = listener.accept()
        try:
            tls = context.wrap_socket(connection, server_side=True)
            tls.recv(65536)
            tls.sendall(ANSWERS[kind])
            if kind in STAYS:
                kept.append(tls)
            else:
                tls.close()
        except OSError:
            connection.close()


main()
