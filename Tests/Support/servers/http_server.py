"""An HTTP server that answers as the query asks: /anything?status=429&retry-after=5&body=text

    drop=1        close the connection instead of answering
    silent=1      never answer
    flood=N       N bytes of body, without saying how many
    headers=N     N bytes of headers
    cut=1         announce more body than is sent
Every request is recorded. Usage: http_server.py [--certificate PEM]
"""

import argparse
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import fixture

options = argparse.ArgumentParser()
options.add_argument("--certificate")
options = options.parse_args()
forever = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        fixture.record(
            "request",
            method=self.command,
            path=url.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body.decode("utf-8", "replace"),
            port=self.client_address[1],
        )
        if "silent" in query:
            forever.wait()
        if "drop" in query:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        content = query.get("body", "").encode()
        self.send_response(int(query.get("status", "200")))
        for name in ("retry-after", "location"):
            if name in query:
                self.send_header(name.title(), query[name])
        for number in range(int(query.get("headers", "0")) // 1000):
            self.send_header("X-Filler-%d" % number, "x" * 1000)
        if "flood" in query:
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                for _ in range(int(query["flood"]) // 1000):
                    self.wfile.write(b"x" * 1000)
            except OSError:
                fixture.record("aborted")
            self.close_connection = True
            return
        self.send_header("Content-Length", str(len(content) + (10 if "cut" in query else 0)))
        self.end_headers()
        self.wfile.write(content)
        if "cut" in query:
            self.close_connection = True

    do_GET = do_POST = answer


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if options.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate)
    # In the connection's own thread, so that a client that refuses stops nobody else.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
fixture.end_with_parent()
fixture.announce(server.server_address[1])
server.serve_forever()
