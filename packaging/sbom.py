#!/usr/bin/env python3
"""The bill of materials of a build, as CycloneDX JSON on standard output.

    packaging/sbom.py BUILD-FOLDER

What the programs are linked with is read from the programs; whose headers went into them, from Ninja's record of the
compiler's own lists; names and versions, from dpkg. The same build environment gives the same bytes.
"""
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import uuid

PROGRAMS = ["efaxd", "efaxctl", "efax-sandbox", "efaxd-convert"]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libraries(program):
    """The files of the libraries that the program itself asks for."""
    wanted = set(re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-dW", program)))
    resolved = dict(re.findall(r"^\s*(\S+) => (/\S+)", output("ldd", program), re.MULTILINE))
    return {os.path.realpath(resolved[name]) for name in wanted if name in resolved}


def headers(build):
    """The files outside the tree that any of the objects was compiled from."""
    listed = re.findall(r"^    (/usr/\S+)$", output("ninja", "-C", build, "-t", "deps"), re.MULTILINE)
    return {os.path.realpath(name) for name in listed}


def owners(files):
    """The names of the packages that the files belong to, as `name` or `name:architecture`."""
    files = sorted(files | {name[4:] for name in files if name.startswith("/usr/lib/")})
    found = set()
    for start in range(0, len(files), 500):
        answer = subprocess.run(["dpkg-query", "-S", *files[start:start + 500]], capture_output=True, text=True)
        for line in answer.stdout.splitlines():
            if not line.startswith("diversion "):
                found.update(line.rpartition(": ")[0].split(", "))
    return found


def component(name, used):
    fields = ["binary:Package", "Version", "Architecture", "source:Package", "source:Version"]
    package, version, architecture, source, source_version = output(
        "dpkg-query", "-W", "-f", "\t".join("${%s}" % field for field in fields), name).split("\t")
    package = package.partition(":")[0]
    purl = "pkg:deb/debian/%s@%s?arch=%s&distro=debian-12" % (
        package.replace("+", "%2B"), version.replace("+", "%2B").replace(":", "%3A"), architecture)
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package,
        "version": version,
        "purl": purl,
        "properties": [
            {"name": "efaxd:used", "value": used},
            {"name": "debian:source", "value": "%s %s" % (source, source_version)},
        ],
    }


def sha256(file):
    with open(file, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def main():
    build = sys.argv[1]
    version = re.search(r"^CMAKE_PROJECT_VERSION:STATIC=(.+)$", open(build + "/CMakeCache.txt").read(),
                        re.MULTILINE).group(1)
    programs = {name: build + "/bin/" + name for name in PROGRAMS}
    linked = owners(set().union(*(libraries(file) for file in programs.values())))
    compiled = owners(headers(build)) - linked
    components = sorted([component(name, "linked") for name in linked] +
                        [component(name, "headers") for name in compiled], key=lambda one: one["purl"])
    if not any(one["name"].startswith("libcurl") for one in components):
        sys.exit("sbom: the libraries of the programs were not found")
    if not any(one["name"] == "rapidjson-dev" for one in components):
        sys.exit("sbom: Ninja's record of headers is not there")
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(
                int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": "efaxd",
                "name": "efaxd",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                # Of what was linked; the package has the same programs without their debug information.
                "components": [{"type": "file", "bom-ref": name, "name": name,
                                "hashes": [{"alg": "SHA-256", "content": sha256(file)}]}
                               for name, file in sorted(programs.items())],
            },
        },
        "components": components,
        "dependencies": [{"ref": "efaxd", "dependsOn": [one["bom-ref"] for one in components]}],
    }
    text = json.dumps(bom, sort_keys=True)
    bom["serialNumber"] = "urn:uuid:%s" % uuid.uuid5(uuid.NAMESPACE_URL, text)
    json.dump(bom, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
