"""A mail server that answers as it is told and records what it takes, decoded by Python's own email package.

Usage: smtp_server.py [--tls starttls|implicit] [--certificate PEM] [--auth USER:PASSWORD]
                      [--reply STAGE=LINE]... [--drop STAGE]... [--silent STAGE]...
STAGE: greeting mail rcpt data starttls. A reply, drop or silence at `data` comes after the mail's last line.
"""

import argparse
import asyncio
import email
import email.policy
import logging
import ssl
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, syntax

import fixture

parser = argparse.ArgumentParser()
parser.add_argument("--tls", choices=["starttls", "implicit"])
parser.add_argument("--certificate")
parser.add_argument("--auth")
parser.add_argument("--reply", action="append", default=[])
parser.add_argument("--drop", action="append", default=[])
parser.add_argument("--silent", action="append", default=[])
options = parser.parse_args()
# A login without TLS is what some tests are about.
warnings.simplefilter("ignore")
logging.disable()
replies = dict(line.split("=", 1) for line in options.reply)


def decoded(data):
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = [
        {"type": part.get_content_type(), "charset": part.get_content_charset(), "text": part.get_content()}
        for part in message.walk()
        if not part.is_multipart()
    ]
    return {
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "type": message.get_content_type(),
        "parts": parts,
        "defects": [type(defect).__name__ for part in message.walk() for defect in part.defects],
        "longest_line": max(len(line) for line in data.split(b"\r\n")),
        "bare_line_ends": data.replace(b"\r\n", b"").count(b"\n") + data.replace(b"\r\n", b"").count(b"\r"),
        "raw": data.decode("latin-1"),
    }


class Handler:
    async def scripted(self, stage, server, otherwise):
        fixture.record("reached", stage=stage)
        if stage in options.drop:
            server.transport.abort()
            await asyncio.get_running_loop().create_future()
        if stage in options.silent:
            await asyncio.get_running_loop().create_future()
        return replies.get(stage, otherwise)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        reply = await self.scripted("mail", server, "250 OK")
        envelope.mail_from = address
        return reply

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = await self.scripted("rcpt", server, "250 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        fixture.record(
            "mail",
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            port=session.peer[1],
            tls=session.ssl is not None or options.tls == "implicit",
            user=session.auth_data,
            ehlo=session.host_name,
            mail=decoded(envelope.original_content),
        )
        return await self.scripted("data", server, "250 2.0.0 Taken as 4711")


def authenticate(server, session, envelope, mechanism, data):
    if not isinstance(data, LoginPassword):
        return AuthResult(success=False, handled=False)
    user, password = options.auth.split(":", 1)
    right = (data.login, data.password) == (user.encode(), password.encode())
    fixture.record("login", mechanism=mechanism, right=right)
    return AuthResult(success=right, handled=False, auth_data=user if right else None)


class Server(SMTP):
    @syntax("STARTTLS")
    async def smtp_STARTTLS(self, argument):
        if "starttls" in replies:
            await self.push(replies["starttls"])
        else:
            await super().smtp_STARTTLS(argument)


def certificate():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate)
    return context


def session():
    return Server(
        Handler(),
        hostname="mail.test",
        tls_context=certificate() if options.tls == "starttls" else None,
        require_starttls=options.tls == "starttls",
        authenticator=authenticate if options.auth else None,
        auth_required=bool(options.auth),
        auth_require_tls=False,
        enable_SMTPUTF8=False,
    )


async def greet_badly(reader, writer):
    fixture.record("reached", stage="greeting")
    if "greeting" in options.drop:
        writer.transport.abort()
        return
    if "greeting" in replies:
        writer.write(replies["greeting"].encode() + b"\r\n")
    await reader.read()
    writer.close()


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    if "greeting" in replies or "greeting" in options.drop + options.silent:
        server = await asyncio.start_server(greet_badly, "127.0.0.1", 0)
    else:
        server = await loop.create_server(session, "127.0.0.1", 0, ssl=certificate() if options.tls == "implicit" else None)
    fixture.end_with_parent()
    fixture.announce(server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
