"""Holds etc/efaxd.schema.json, the shipped file and the man page against what the loader's tests agree on.

Run with the root of the repository as its argument. Needs python3-jsonschema and python3-yaml.
"""

import json
import pathlib
import sys

import jsonschema
import yaml

# What a schema cannot say or a YAML reader swallows: only the loader refuses these.
LOADER_ONLY = {
    "alias": "YAML expands it",
    "callers_token_of_no_project": "compares sections",
    "booleans_of_old_yaml": "YAML 1.1 reads yes as true",
    "lone_carriage_return": "a line break to YAML",
    "merge_key": "YAML expands it",
    "no_mailbox": "compares sections",
    "country_with_bare_plus": "YAML reads it as a number",
    "hexadecimal_number": "YAML 1.1 reads it as a number",
    "operations_listen_no_ipv6": "an address within a text",
    "octal_number": "YAML 1.1 reads it as a number",
    "owner_listed_twice": "compares items",
    "project_name_twice": "compares items",
    "repeated_keys": "YAML takes the last",
    "retry_backwards": "compares values",
    "retry_first_beyond_default_most": "compares values",
    "send_given_twice": "YAML takes the last",
    "send_too_long": "a range over units",
    "url_port_too_large": "a range within a text",
    "user_id_listed_twice": "compares items",
    "user_id_of_two_owners": "compares items",
    "utf16": "YAML reads it",
    "window_too_long": "a range over units",
}


class Reader(yaml.SafeLoader):
    """Reads dates as the texts they are, as JSON tools do."""


Reader.yaml_implicit_resolvers = {
    letter: [(tag, form) for tag, form in rules if tag != "tag:yaml.org,2002:timestamp"]
    for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

failures = []


def expect(truth, what):
    if not truth:
        failures.append(what)


def refusal(validator, path):
    """Why the file is refused; nothing if it is not."""
    try:
        instance = yaml.load(path.read_bytes(), Reader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return str(error)
    return next((error.message for error in validator.iter_errors(instance)), None)


def properties(schema):
    """Every name of a key in the schema."""
    if isinstance(schema, dict):
        for name, rule in schema.items():
            if name == "properties":
                yield from rule
            yield from properties(rule)
    elif isinstance(schema, list):
        for rule in schema:
            yield from properties(rule)


def resolved(schema, rule):
    """The rule, together with the one it refers to."""
    name = rule.get("$ref", "").removeprefix("#/$defs/")
    return {**schema["$defs"].get(name, {}), **rule}


def defaults(schema, rule, instance, path=""):
    """(path, default, value in the file) of every default in the schema; a key left out has no value."""
    rule = resolved(schema, rule)
    if rule.get("type") == "array" and instance:
        yield from defaults(schema, rule["items"], instance[0], path + "[0]")
    for name, below in rule.get("properties", {}).items():
        below = resolved(schema, below)
        if "default" in below:
            yield path + "." + name, below["default"], instance.get(name)
        if name in instance and isinstance(instance[name], (dict, list)):
            yield from defaults(schema, below, instance[name], path + "." + name)


def main(root):
    schema = json.loads((root / "etc/efaxd.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    shipped = root / "etc/efaxd.yaml"
    golden = root / "tests/golden/config"
    good = sorted((golden / "good").glob("*.yaml"))
    bad = sorted((golden / "bad").glob("*.yaml"))
    expect(good and bad, "no golden files")

    for path in [shipped, *good]:
        why = refusal(validator, path)
        expect(why is None, f"{path.name}: refused by the schema: {why}")
    for path in bad:
        accepted = refusal(validator, path) is None
        if path.stem in LOADER_ONLY:
            expect(accepted, f"{path.name}: the schema refuses it too; it is not loader-only")
        else:
            expect(not accepted, f"{path.name}: accepted by the schema")
    for name in LOADER_ONLY.keys() - {path.stem for path in bad}:
        expect(False, f"{name}: no such bad file")

    instance = yaml.safe_load(shipped.read_text("utf-8"))
    for path, default, value in defaults(schema, schema, instance):
        known = path == ".projects[0].fhir.auth.method"  # the shipped file shows another one
        expect(value == default or known, f"{path}: default in the schema is not that of the shipped file")

    manual = (root / "packaging/man/efaxd.yaml.5").read_text("utf-8")
    for name in set(properties(schema)):
        expect(name + ":" in shipped.read_text("utf-8") or name in ("user_id", "env"), f"{name}: not in {shipped.name}")
        expect(f".B {name}\n" in manual, f"{name}: not in the man page")

    for what in failures:
        print(what)
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
