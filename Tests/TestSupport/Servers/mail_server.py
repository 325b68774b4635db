"""A mail server for tests: takes mails by SMTP and appends each to FOLDER/mails.jsonl as its own parser reads it.

The local part of a recipient says what happens: unknown@ 550, later@ 451, spam@ and full@ are refused after the mail (554, 452),
hang@ gets no answer, close@ closes the connection, rude@ gets no answer to QUIT once the mail is taken. FOLDER/port is
written once the server listens.
"""
import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("security", choices=["none", "starttls", "tls"])
parser.add_argument("--cert")
parser.add_argument("--key")
parser.add_argument("--user")
parser.add_argument("--password")
options = parser.parse_args()


class Server(SMTP):
    async def smtp_QUIT(self, argument):
        if getattr(self.session, "is_rude", False):
            await asyncio.sleep(600)
        await super().smtp_QUIT(argument)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        kind = address.split("@")[0]
        if kind == "unknown":
            return "550 5.1.1 no mailbox here by that name"
        if kind == "later":
            return "451 4.7.1 greylisted, come back later"
        if kind == "hang":
            await asyncio.sleep(600)
        if kind == "close":
            server.transport.abort()
        session.is_rude = kind == "rude"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server, session, envelope):
        kinds = [address.split("@")[0] for address in envelope.rcpt_tos]
        if "spam" in kinds:
            return "554 5.7.1 looks like spam"
        if "full" in kinds:
            return "452 4.2.2 mailbox is full"
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        parts = [{"type": p.get_content_type(), "encoding": p["Content-Transfer-Encoding"], "text": p.get_content().replace("\r\n", "\n")}
                 for p in mail.walk() if not p.is_multipart()]
        lines = envelope.original_content.split(b"\r\n")
        record = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": {name: str(value) for name, value in mail.items()},
            "addresses": [[a.display_name, a.addr_spec] for a in mail["From"].addresses + mail["To"].addresses],
            "date": mail["Date"].datetime.isoformat() if mail["Date"] else None,
            "type": mail.get_content_type(),
            "parts": parts,
            "defects": [repr(d) for p in mail.walk() for d in p.defects]
            + [repr(d) for value in mail.values() for d in getattr(value, "defects", [])],
            "longest_line": max(len(line) for line in lines),
            "is_ascii": envelope.original_content.isascii(),
            "bare_newlines": envelope.original_content.replace(b"\r\n", b"").count(b"\n"),
        }
        with open(os.path.join(options.folder, "mails.jsonl"), "a") as file:
            file.write(json.dumps(record) + "\n")
        return f"250 2.0.0 taken as {mail['Message-ID']}"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login.decode() == options.user and data.password.decode() == options.password
    return AuthResult(success=good, handled=False, auth_data=data if good else None)


class MailController(Controller):
    def factory(self):
        return Server(self.handler, **self.SMTP_kwargs)


tls = None
if options.security != "none":
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(options.cert, options.key)
arguments = {"hostname": "127.0.0.1", "port": 0}
if options.user:
    arguments |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": options.security != "none"}
if options.security == "starttls":
    arguments |= {"tls_context": tls, "require_starttls": True}
if options.security == "tls":
    arguments |= {"ssl_context": tls}
    # Over TLS from the start the library does not know that it is encrypted.
    arguments |= {"auth_require_tls": False} if options.user else {}


async def main():
    controller = MailController(Handler(), **arguments)
    controller.loop = asyncio.get_running_loop()
    server = await controller._create_server()
    temporary = os.path.join(options.folder, "port.new")
    with open(temporary, "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(temporary, os.path.join(options.folder, "port"))
    await server.serve_forever()


asyncio.run(main())
