#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What every operation that only reads answers in this network namespace, as JSON.

	answers.py SPEC

Each attribute that there is, by operation, without the times that pass meanwhile (names that end in -ns). The
operations are those of the spec, so that one that is new is asked as well.
"""

import json
import os
import sys

import yaml

sys.path.append(os.path.join(os.environ["TUNWIN_KERNEL_YNL"], "tools/net/ynl"))
from lib import YnlFamily  # noqa: E402, pylint: disable=wrong-import-position


def steady(value):
    """Without times."""
    if isinstance(value, dict):
        return {name: steady(inner) for name, inner in value.items() if not name.endswith("-ns")}
    if isinstance(value, list):
        return [steady(inner) for inner in value]
    return value.hex() if isinstance(value, bytes) else value


def flags_of(spec, operation):
    """The flags that a dump may be asked with, each of which has another answer."""
    asked = operation["dump"].get("request", {}).get("attributes", [])
    for attributes in spec["attribute-sets"]:
        if attributes["name"] == operation["attribute-set"]:
            return [one["name"] for one in attributes["attributes"] if one["name"] in asked and one["type"] == "flag"]
    return []


def main(path):
    """Ask what asks for nothing in particular."""
    with open(path, encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    family = YnlFamily(path, "")
    answers = {}
    for operation in spec["operations"]["list"]:
        name = operation["name"]
        if "do" in operation and "request" not in operation["do"] and "flags" not in operation:
            answers["do " + name] = steady(family.do(name, {}))
        if "dump" in operation:
            answers["dump " + name] = steady(family.dump(name, {}))
            for flag in flags_of(spec, operation):
                answers[f"dump {name} {flag}"] = steady(family.dump(name, {flag: True}))
    json.dump(answers, sys.stdout, sort_keys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
