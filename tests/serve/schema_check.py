#!/usr/bin/env python3
"""Checks the golden answers against etc/status.schema.json, which is taken strictly: unknown members are errors.

usage: schema_check.py SOURCE_DIR
"""
import json
import pathlib
import sys

import jsonschema

# Golden file (its name up to the first dash or dot) -> the part of the schema it follows.
PARTS = {
    "status": "#",
    "mailboxes": "#/$defs/mailboxes_answer",
    "faxes": "#/$defs/faxes_answer",
    "fax": "#/$defs/fax_answer",
    "transmissions": "#/$defs/transmissions_answer",
    "transmission": "#/$defs/transmission_answer",
    "done": "#/$defs/done_answer",
    "check": "#/$defs/check_answer",
    "error": "#/$defs/error_answer",
}


def strict(schema):
    """The published schema lets members be added; our own goldens must be described to the last member."""
    if isinstance(schema, dict):
        closed = {name: strict(value) for name, value in schema.items()}
        if schema.get("type") == "object" and "properties" in schema:
            closed["additionalProperties"] = False
        return closed
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


def main(source):
    published = json.loads((source / "etc/status.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    schema = strict(published)
    files = sorted((source / "tests/golden/status").glob("*.json"))
    failures = 0
    seen = set()
    for file in files:
        kind = file.stem.split("-")[0]
        seen.add(kind)
        part = schema if kind == "status" else {"$defs": schema["$defs"], "$ref": PARTS[kind]}
        answer = json.loads(file.read_text(encoding="utf-8"))
        for error in jsonschema.Draft202012Validator(part).iter_errors(answer):
            failures += 1
            print(f"{file.name}: {error.json_path}: {error.message}")
    for kind in PARTS.keys() - seen:
        failures += 1
        print(f"no golden file shows {kind}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
