#!/usr/bin/env python3
"""sequential.py EFAX FHIR CA-FILE: what a user would write in an afternoon. Makes the requests that efaxd makes for
each fax, one after another on kept connections, and keeps nothing. Brings in whatever is listed each time that it reads
a line, and answers it with one."""

import base64
import http.client
import json
import ssl
import sys
import urllib.parse


class Side:
    """One kept connection."""

    def __init__(self, base, context):
        parts = urllib.parse.urlsplit(base)
        self.path = parts.path
        self.connection = http.client.HTTPSConnection(parts.netloc, context=context)

    def ask(self, method, path, headers, body=None):
        self.connection.request(method, self.path + path, body=body, headers=headers)
        reply = self.connection.getresponse()
        text = reply.read()
        if not 200 <= reply.status < 300:
            raise RuntimeError(f"{method} was answered with {reply.status}")
        return text


def listed(efax, headers):
    faxes = []
    while True:
        paging = {"pagination-offset": str(len(faxes)), "pagination-limit": "100"}
        page = json.loads(efax.ask("GET", "/faxes/received?image_downloaded=false", headers | paging))["faxes"]
        faxes += page
        if len(page) < 100:
            return faxes


def communication(fax, size):
    return {
        "resourceType": "Communication",
        "status": "completed",
        "identifier": [{"system": "https://efax.com", "value": fax["fax_id"]}],
        "category": [
            {"coding": [{"system": "http://medplum.com/fhir/CodeSystem/fax-direction", "code": "inbound"}]}
        ],
        "medium": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode",
                        "code": "FAXWRIT",
                        "display": "telefax",
                    }
                ]
            }
        ],
        "extension": [
            {
                "url": "https://efax.com/originating-fax-number",
                "valueString": fax["originating_fax_number"],
            }
        ],
        "recipient": [{"reference": "Organization/front-desk"}],
        "sent": fax["completed_timestamp"],
        "received": fax["completed_timestamp"],
        "payload": [
            {
                "contentAttachment": {
                    "contentType": "application/pdf",
                    "url": "Binary/bench-" + fax["fax_id"],
                    "title": fax["fax_id"] + ".pdf",
                    "size": size,
                    "creation": fax["completed_timestamp"],
                }
            }
        ],
    }


def bring_in(efax, fhir, headers, fax):
    fax_id = fax["fax_id"]
    identifier = urllib.parse.quote("https://efax.com|" + fax_id, safe="")
    image = json.loads(efax.ask("GET", f"/faxes/{fax_id}/image?desired_format=PDF", headers))["image"]
    document = base64.b64decode(image)
    accept = {"Accept": "application/fhir+json"}
    fhir.ask("GET", f"/Communication?identifier={identifier}&_count=50", accept)
    fhir.ask("PUT", "/Binary/bench-" + fax_id, accept | {"Content-Type": "application/pdf"}, document)
    fhir.ask(
        "POST",
        "/Communication",
        accept | {"Content-Type": "application/fhir+json", "If-None-Exist": "identifier=" + identifier},
        json.dumps(communication(fax, len(document))),
    )
    efax.ask(
        "PATCH",
        f"/faxes/{fax_id}/metadata",
        headers | {"Content-Type": "application/json"},
        '{"image_downloaded":true}',
    )


def main():
    efax_url, fhir_url, ca_file = sys.argv[1:]
    context = ssl.create_default_context(cafile=ca_file)
    efax, fhir = Side(efax_url, context), Side(fhir_url, context)
    headers = {"Authorization": "Bearer bench", "user-id": "main", "Accept": "application/json"}
    for _ in sys.stdin:
        faxes = listed(efax, headers)
        for fax in faxes:
            bring_in(efax, fhir, headers, fax)
        print(len(faxes), flush=True)


main()
