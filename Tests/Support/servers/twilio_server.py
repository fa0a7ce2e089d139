"""Twilio's Messages API as far as its specification and our script go: it takes messages, lists them, and says what became of them.

    --script JSON    what happens at each POST, in order, the last one again and again:
        {}                                   taken, and delivered at the second look
        {"statuses": ["sent", "delivered"]}  taken; the status at each look, the last one again and again
        {"error": 30003, ...}                with statuses: what the message says when it has failed
        {"refuse": 429, "code": 20429}       refused with that status and code
        {"drop": "after"}                    taken, and the connection closed without an answer
        {"drop": "before"}                   not taken, and the connection closed without an answer
        {"silent": true}                     taken, and never answered
    --page N         messages in a page of a list
A request that Twilio would not understand is recorded as "invalid" and refused. Every other is recorded as "request".
"""

import argparse
import base64
import datetime
import email.utils
import json
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import fixture

options = argparse.ArgumentParser()
options.add_argument("--script", default="[{}]")
options.add_argument("--page", type=int, default=200)
options = options.parse_args()

ACCOUNT, TOKEN = "AC" + "0" * 32, "s3cret"
PATH = "/2010-04-01/Accounts/%s/Messages" % ACCOUNT
FORM = {"To", "From", "Body", "ContentSid", "ContentVariables"}
LIST = {"To", "From", "PageSize", "Page", "PageToken"}
lock = threading.Lock()
forever = threading.Event()
script = json.loads(options.script)
messages = []


def invalid(form):
    """What is wrong with a form, in the words of the specification's prose."""
    if not set(form) <= FORM:
        return "unknown members"
    if not form.get("To") or not form.get("From"):
        return "To and From are required"
    if ("Body" in form) == ("ContentSid" in form):
        return "either Body or ContentSid"
    if len(form.get("Body", "")) > 1600:
        return "Body is longer than 1600"
    if ("ContentSid" in form) != ("ContentVariables" in form):
        return "ContentSid goes with ContentVariables"
    if "ContentVariables" in form:
        if not re.fullmatch("HX[0-9a-fA-F]{32}", form["ContentSid"]):
            return "ContentSid"
        variables = json.loads(form["ContentVariables"])
        if any(not re.fullmatch(r"\d+", name) or "\n" in text or "     " in text for name, text in variables.items()):
            return "ContentVariables"
    number = r"(whatsapp:)?\+[1-9]\d{6,14}"
    to, sender = re.fullmatch(number, form["To"]), re.fullmatch(number, form["From"])
    if not to or not sender or to.group(1) != sender.group(1):
        return "numbers"
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, answer, **headers):
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, status, code, text, **headers):
        self.reply(status, {"code": code, "message": text, "more_info": "", "status": status}, **headers)

    def drop(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def allowed(self):
        expected = "Basic " + base64.b64encode(("%s:%s" % (ACCOUNT, TOKEN)).encode()).decode()
        if self.headers.get("Authorization") == expected:
            return True
        self.refuse(401, 20003, "Authenticate")
        return False

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        form = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
        if not self.allowed():
            return
        problem = invalid(form) if self.headers.get("Content-Type") == "application/x-www-form-urlencoded" else "content type"
        if problem or self.path != PATH + ".json":
            fixture.record("invalid", problem=problem, path=self.path, form=form)
            self.refuse(400, 21000, problem or "path")
            return
        with lock:
            act = script.pop(0) if len(script) > 1 else script[0]
            taken = None
            if "refuse" not in act and act.get("drop") != "before":
                text = form.get("Body") or "Hello! %s Bye." % json.loads(form["ContentVariables"])["1"]
                taken = {
                    "sid": "SM%032x" % (len(messages) + 1), "account_sid": ACCOUNT, "to": form["To"], "from": form["From"],
                    "body": text, "status": "queued", "direction": "outbound-api", "error_code": None, "error_message": None,
                    "date_created": email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc)),
                    "date_sent": None, "num_segments": "1",
                }
                messages.append((taken, list(act.get("statuses", ["sent", "delivered"])), act.get("error")))
        fixture.record("request", method="POST", path=self.path, form=form)
        if act.get("silent"):
            forever.wait()
        if "drop" in act:
            self.drop()
        elif "refuse" in act:
            self.refuse(act["refuse"], act.get("code"), "as scripted", **act.get("headers", {}))
        else:
            self.reply(201, taken)

    def do_GET(self):
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        if not self.allowed():
            return
        fixture.record("request", method="GET", path=url.path, form=query)
        if url.path == PATH + ".json":
            if not set(query) <= LIST:
                fixture.record("invalid", problem="unknown members", path=self.path, form=query)
                self.refuse(400, 20001, "unknown members")
                return
            with lock:
                found = [m for m, _, _ in reversed(messages) if m["to"] == query.get("To", m["to"]) and m["from"] == query.get("From", m["from"])]
            page, size = int(query.get("Page", "0")), min(options.page, int(query.get("PageSize", "50")))
            rest = {**query, "Page": page + 1, "PageToken": "PASM"}
            more = len(found) > (page + 1) * size
            self.reply(200, {
                "messages": found[page * size:(page + 1) * size], "page": page, "page_size": size,
                "next_page_uri": "%s.json?%s" % (PATH, urlencode(rest)) if more else None,
            })
            return
        with lock:
            for message, statuses, error in messages:
                if url.path == "%s/%s.json" % (PATH, message["sid"]):
                    message["status"] = statuses.pop(0) if len(statuses) > 1 else statuses[0]
                    if message["status"] in ("failed", "undelivered"):
                        message["error_code"], message["error_message"] = error, "as scripted"
                    self.reply(200, message)
                    return
        self.refuse(404, 20404, "The requested resource was not found")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
fixture.end_with_parent()
fixture.announce(server.server_address[1])
server.serve_forever()
