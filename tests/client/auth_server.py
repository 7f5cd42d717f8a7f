"""An authentication endpoint that goes wrong: over TLS, with our own certificate, it answers each request as its argument says.

auth_server.py KIND: prints its port, serves until it is stopped. KIND: status (HTTP 500), html, huge (an answer without end), close
(nothing), half (less than announced), old (status 200 without a body), silent (never answers).
"""
import socket
import ssl
import sys

ANSWERS = {
    "status": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}",
    "html": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
    "huge": b"HTTP/1.1 200 OK\r\n\r\n" + b"{" + b" " * 100000 + b"}",
    "close": b"",
    "half": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\":200,",
    "old": b"HTTP/1.0 200 OK\r\n\r\n",
}


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
            if kind == "silent":
                kept.append(tls)
                continue
            tls.sendall(ANSWERS[kind])
            tls.close()
        except OSError:
            connection.close()


main()
