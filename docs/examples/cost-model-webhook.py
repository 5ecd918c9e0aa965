#!/usr/bin/env python3
"""Makes cost management update the cost models and reports of loaded days.

A receiver of usage-streams' webhook: it checks the signature and calls cost management for the dates of each event.
Environment: WEBHOOK_SECRET (as in completions.webhook.secrets), MASU_URL (such as http://koku-masu:5042), SCHEMA (such as
"{organisation}"; {organisation} is replaced by the event's), PORT (8000).
"""

import base64
import collections
import hashlib
import hmac
import http.server
import json
import os
import time
import urllib.parse
import urllib.request

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
MASU = os.environ["MASU_URL"].rstrip("/") + "/api/cost-management/v1/update_cost_model_costs/"
SCHEMA = os.environ.get("SCHEMA", "{organisation}")
TOLERANCE_SECONDS = 300
MOST_BYTES = 16_384
REMEMBERED = 10_000

done = collections.OrderedDict()


def is_signed(headers, body):
    """Standard Webhooks 1.0: HMAC-SHA256 of id, time and body. An old time is a replay."""
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET, message, hashlib.sha256).digest()).decode()
    given = (headers["webhook-signature"] or "").split()
    age = abs(time.time() - int(headers["webhook-timestamp"] or 0))
    return age < TOLERANCE_SECONDS and any(hmac.compare_digest(one, f"v1,{expected}") for one in given)


def update(event):
    query = urllib.parse.urlencode({
        "provider_uuid": event["source_uuid"],
        "schema": SCHEMA.format(organisation=event["organisation"]),
        "start_date": event["usage_date"],
        "end_date": event["usage_date"],
        # Cost management joins what comes for the same source and month meanwhile.
        "delayed": "true",
    })
    with urllib.request.urlopen(f"{MASU}?{query}", timeout=8):
        pass


class Receiver(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length) if 0 < length <= MOST_BYTES else b""
        if not is_signed(self.headers, body):
            return self.answer(401)
        event = json.loads(body)
        if event["event_id"] in done:
            return self.answer(204)
        try:
            update(event)
        except OSError as error:
            # usage-streams tries again.
            self.log_error("cost management: %s", error)
            return self.answer(503)
        done[event["event_id"]] = True
        if len(done) > REMEMBERED:
            done.popitem(last=False)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()


if __name__ == "__main__":
    http.server.HTTPServer(("", int(os.environ.get("PORT", "8000"))), Receiver).serve_forever()
