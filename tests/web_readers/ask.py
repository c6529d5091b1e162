"""Run inside the test's namespace: an origin that answers every request, and requests to the proxy.

Lines on stdin: CLIENT PROXY METHOD TARGET, separated by spaces. Lines on stdout: the status of the proxy's answer, or `lost`.
"""
import http.server
import socket
import sys
import threading


class Origin(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


def ask(client, proxy, method, target):
    host, port = proxy.rsplit(":", 1)
    family = socket.AF_INET6 if ":" in client else socket.AF_INET
    with socket.socket(family) as s:
        s.settimeout(10)
        s.bind((client, 0))
        s.connect((host.strip("[]"), int(port)))
        authority = target if method == "CONNECT" else target.split("/")[2]
        s.sendall(f"{method} {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n".encode())
        answer = s.recv(200).split(b" ")
        return answer[1].decode() if len(answer) > 1 else "lost"


for port in (80, 443, 8080, 22):
    threading.Thread(target=Server(("::", port), Origin).serve_forever, daemon=True).start()
for line in sys.stdin:
    print(ask(*line.split()), flush=True)
