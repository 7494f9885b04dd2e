"""A daemon that answers on a unix socket from a script, for tests of efaxctl's terminal side.

usage: scripted_daemon.py SOCKET STATUS.json LOG

Every request is written to LOG as a line `METHOD TARGET`. There are three mailboxes; a pause is remembered.
"""
import http.server
import json
import socketserver
import sys

SOCKET, STATUS, LOG = sys.argv[1:4]


def mailbox(name, waiting, held, delivered):
    return {
        "id": name,
        "project": "clinic",
        "user_id": "…42",
        "polling": False,
        "paused": False,
        "stale": False,
        "last_success": "2026-10-03T13:59:30Z",
        "next_poll": "2026-10-03T14:00:30Z",
        "failures": 0,
        "faxes": {"waiting": waiting, "held": held, "delivered": delivered},
    }


MAILBOXES = [
    mailbox("clinic:Organization:north", 0, 0, 12),
    mailbox("clinic:Practitioner:lee", 3, 2, 7),
    mailbox("clinic:system", 1, 0, 40),
]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def note(self):
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(f"{self.command} {self.path}\n")

    def do_GET(self):
        self.note()
        if self.path == "/status":
            with open(STATUS, encoding="utf-8") as status:
                self.answer(json.load(status))
        elif self.path.startswith("/faxes"):
            self.answer({"faxes": [{"project": "clinic", "id": "fax-0001"}, {"project": "clinic", "id": "fax-0002"}]})
        else:
            self.answer({"mailboxes": MAILBOXES})

    def do_POST(self):
        self.note()
        for one in MAILBOXES:
            if one["id"].replace(":", "%3A") in self.path:
                one["paused"] = self.path.endswith("/pause")
        self.answer({"text": "it is done"})

    def log_message(self, *_):
        pass

    def address_string(self):
        return "unix"


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


Server(SOCKET, Handler).serve_forever()
