"""A server for tests that greets as MySQL does, takes the login over TLS, and answers it with something that is not of the protocol.

FOLDER/port is written once the server listens.
"""
import argparse
import os
import socket
import ssl

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--cert", required=True)
parser.add_argument("--key", required=True)
options = parser.parse_args()

# Long password, protocol 4.1, TLS, secure connection, plugins.
FLAGS = 0x1 | 0x200 | 0x800 | 0x8000 | 0x80000
CHALLENGE = b"A" * 20


def packet(number, payload):
    return len(payload).to_bytes(3, "little") + bytes([number]) + payload


def read_exactly(connection, count):
    found = b""
    while len(found) < count:
        piece = connection.recv(count - len(found))
        if not piece:
            raise ConnectionError("the client has gone")
        found += piece
    return found


def read_packet(connection):
    head = read_exactly(connection, 4)
    return head[3], read_exactly(connection, int.from_bytes(head[:3], "little"))


def serve(plain, context):
    greeting = b"\x0a9.7.4\0" + (1).to_bytes(4, "little") + CHALLENGE[:8] + b"\0" + (FLAGS & 0xFFFF).to_bytes(2, "little")
    greeting += b"\x2d\x02\0" + (FLAGS >> 16).to_bytes(2, "little") + b"\x15" + bytes(10) + CHALLENGE[8:] + b"\0caching_sha2_password\0"
    plain.sendall(packet(0, greeting))
    read_packet(plain)
    with context.wrap_socket(plain, server_side=True) as connection:
        number, _ = read_packet(connection)
        # More of the authentication, of a kind that there is not.
        connection.sendall(packet(number + 1, b"\x01\x09"))
        while connection.recv(4096):
            pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(options.cert, options.key)
listener = socket.create_server(("127.0.0.1", 0))
with open(os.path.join(options.folder, "port.new"), "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename(os.path.join(options.folder, "port.new"), os.path.join(options.folder, "port"))
while True:
    client, _ = listener.accept()
    with client:
        try:
            serve(client, context)
        except (OSError, ConnectionError) as error:
            print(error, flush=True)
