"""An HTTP server for tests: appends each request to FOLDER/requests.jsonl and answers as FOLDER/answers.json says.

answers.json: {path without query: [{"status": 500, "headers": {"Retry-After": "7"}, "body": "text", "do": "hang" | "close"}, ...]};
each request gets the next answer, the last one stays. The file is read for each request; a path that is not there gets 200, `ok`.
FOLDER/port is written once the server listens. Without a certificate it speaks HTTP, and takes requests that are made to a proxy.
"""
import argparse
import http.server
import json
import os
import socket
import ssl
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--cert")
parser.add_argument("--key")
parser.add_argument("--host", default="127.0.0.1")
options = parser.parse_args()
lock = threading.Lock()
counts = {}


def next_answer(path):
    """Counts from the time when the answers were last changed."""
    file = os.path.join(options.folder, "answers.json")
    try:
        with lock, open(file) as opened:
            answers = json.load(opened).get(path, [{}])
            key = (path, os.fstat(opened.fileno()).st_ino, os.fstat(opened.fileno()).st_mtime_ns)
            counts[key] = counts.get(key, 0) + 1
            return answers[min(counts[key], len(answers)) - 1]
    except FileNotFoundError:
        return {}


def relay(source, target):
    """Until the source has no more."""
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        record = {"method": self.command, "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()},
                  "body": body.decode()}
        with lock, open(os.path.join(options.folder, "requests.jsonl"), "a") as file:
            file.write(json.dumps(record) + "\n")
        answer = next_answer(self.path.split("?")[0])
        if answer.get("do") == "hang":
            time.sleep(600)
        if answer.get("do") == "close":
            self.close_connection = True
            self.connection.close()
            return
        content = answer.get("body", "ok").encode()
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST

    def do_CONNECT(self):
        """A proxy's tunnel."""
        record = {"method": self.command, "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": ""}
        with lock, open(os.path.join(options.folder, "requests.jsonl"), "a") as file:
            file.write(json.dumps(record) + "\n")
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            # Nothing of this answer is the tunnel's destination's.
            self.send_header("Retry-After", "99")
            self.end_headers()
            back = threading.Thread(target=relay, args=(there, self.connection), daemon=True)
            back.start()
            relay(self.connection, there)
            back.join()
        self.close_connection = True

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer((options.host, 0), Handler)
server.daemon_threads = True
if options.cert:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(options.cert, options.key)
    # The handshake is done in the thread of the connection: one that fails keeps no other waiting.
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
temporary = os.path.join(options.folder, "port.new")
with open(temporary, "w") as file:
    file.write(str(server.server_address[1]))
os.rename(temporary, os.path.join(options.folder, "port"))
server.serve_forever()
