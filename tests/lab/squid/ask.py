"""Inside the namespace: resolvers, an origin that answers every request, and requests to the proxies.

argv: WORK, with `names` (NAME ADDRESS…), `resolvers` and `proxies` (ADDRESS PORT) a line each. Lines on stdin: CLIENT PROXY METHOD
TARGET. Lines on stdout: the status of the proxy's answer, or `lost`. Left in WORK: `peers`, who asked the origin;
`users`, as whom anything went out.
"""
import concurrent.futures
import http.server
import pathlib
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time

WORK = pathlib.Path(sys.argv[1])
NAMES = {name: addresses for name, *addresses in map(str.split, (WORK / "names").read_text().splitlines())}
# What every address is called, by who owns it: nothing may believe it.
REVERSE = "examen-pix1.example"
PEERS = set()
DEADLINE = 30


class Origin(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        PEERS.add(self.client_address[0])
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    request_queue_size = 256

    def server_bind(self):
        # HTTPServer's own would ask a resolver for this host's name.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "origin", self.server_address[1]


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def records(name, kind):
    """Resource data that answers a question."""
    if kind == 12:
        return [b"".join(bytes([len(part)]) + part.encode() for part in REVERSE.split(".")) + b"\0"]
    wanted = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
    return [socket.inet_pton(wanted, a) for a in NAMES.get(name, []) if family_of(a) == wanted]


def answer(query):
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    name, (kind, _) = ".".join(labels), struct.unpack("!HH", query[at + 1 : at + 5])
    data = records(name, kind)
    missing = 0 if data or name in NAMES else 3
    head = query[:2] + struct.pack("!HHHHH", 0x8580 | missing, 1, len(data), 0, 0)
    parts = (struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(one)) + one for one in data)
    return head + query[12 : at + 5] + b"".join(parts)


def resolve(address):
    with socket.socket(family_of(address), socket.SOCK_DGRAM) as s:
        s.bind((address, 53))
        while True:
            query, who = s.recvfrom(2048)
            s.sendto(answer(query), who)


def ask(line):
    client, proxy, method, target = line.split()
    host, port = proxy.rsplit(":", 1)
    with socket.socket(family_of(client)) as s:
        s.settimeout(120)
        s.bind((client, 0))
        s.connect((host.strip("[]"), int(port)))
        authority = target if method == "CONNECT" else target.split("/")[2]
        s.sendall(f"{method} {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n".encode())
        answered = s.recv(200).split(b" ")
        return answered[1].decode() if len(answered) > 1 else "lost"


def wait_for(address, port):
    start = time.monotonic()
    while True:
        with socket.socket(family_of(address)) as s:
            if s.connect_ex((address, port)) == 0:
                return
        if time.monotonic() - start > DEADLINE:
            sys.exit(f"nothing listens on {address} {port}")
        time.sleep(0.02)


def main():
    for address in (WORK / "resolvers").read_text().split():
        threading.Thread(target=resolve, args=(address,), daemon=True).start()
    for port in (80, 443, 8080, 22):
        threading.Thread(target=Server(("::", port), Origin).serve_forever, daemon=True).start()
    for line in (WORK / "proxies").read_text().splitlines():
        address, port = line.split()
        wait_for(address, int(port))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for status in pool.map(ask, sys.stdin.read().splitlines()):
            print(status)
    (WORK / "peers").write_text("\n".join(sorted(PEERS)))
    listed = subprocess.run(["nft", "-n", "list", "set", "inet", "seen", "users"], capture_output=True, text=True, check=True)
    (WORK / "users").write_text(listed.stdout)


main()
