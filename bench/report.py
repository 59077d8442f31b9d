#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py FILE…: the tables of what bench/run has measured, and bench/results.json.

Each line of a FILE is a measurement: SECTION CASE WHO VALUE [NAME=VALUE …]. Those of one case come in rounds, everybody
once in each, so that what disturbs a round disturbs all: what WHO adds is the median of its differences from `nobody`
in the same round. A value is what is usual; `mean` may be noted beside it, which a process has its part in that
takes its turn now and then.
"""
import json
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def read(names):
    sections = {}
    for name in names:
        with open(name, encoding="utf-8") as lines:
            for line in lines:
                section, case, who, value, *notes = line.split()
                found = sections.setdefault(section, {}).setdefault(case, {}).setdefault(
                    who, {"rounds": [], "notes": {}})
                found["rounds"].append(float(value))
                found["notes"].update(note.split("=", 1) for note in notes)
                found.setdefault("means", []).append(float(found["notes"].pop("mean", value)))
    return sections


def summary(case, base):
    for who, found in case.items():
        rounds = found["rounds"]
        found.update(median=statistics.median(rounds), lowest=min(rounds), highest=max(rounds))
        if base in case and who != base:
            added = [a - b for a, b in zip(rounds, case[base]["rounds"])]
            found.update(added=statistics.median(added), added_lowest=min(added), added_highest=max(added))
            added = [a - b for a, b in zip(found["means"], case[base]["means"])]
            found.update(added_mean=statistics.median(added))


def table(titles, rows):
    widths = [max(len(row[i]) for row in [titles, *rows]) for i in range(len(titles))]
    for row in [titles, *rows]:
        print("  ".join(cell.ljust(w) if i < 2 else cell.rjust(w)
                        for i, (cell, w) in enumerate(zip(row, widths))).rstrip())
    print()


def print_forward(section):
    print("Nanoseconds for each packet that a gateway forwards (one CPU, a segment of data and its acknowledgment)")
    rows = []
    for case, found in section.items():
        for who, one in found.items():
            added = f"{one['added']:.0f}" if "added" in one else "-"
            spread = f"{one['added_lowest']:.0f}…{one['added_highest']:.0f}" if "added" in one else "-"
            mean = f"{one['added_mean']:.0f}" if "added" in one else "-"
            rows.append([case, who, f"{one['median']:.0f}", f"{one['lowest']:.0f}…{one['highest']:.0f}", added, spread, mean,
                         " ".join(f"{k}={v}" for k, v in one["notes"].items())])
    table(["FLOWS", "WHO LOOKS", "NS/PACKET", "SPREAD", "ADDED", "SPREAD", "ON AVERAGE", "NOTE"], rows)


def goal(goals, text, measured, limit):
    """measured and limit: None if they were not measured"""
    if measured is None or limit is None:
        return
    goals.append({"goal": text, "measured": round(measured, 3), "limit": limit, "met": measured <= limit})


def ratio(a, b):
    return a / b if a is not None and b else None


def goals_of(sections):
    goals = []
    forward = sections.get("forward", {})

    def added(case, who, kind="added"):
        return forward.get(case, {}).get(who, {}).get(kind)

    for case in forward:
        if case == "other":
            continue
        tunwin = added(case, "tunwin")
        goal(goals, f"{case} flows: tunwin / floor", ratio(tunwin, added(case, "floor")), 2)
        goal(goals, f"{case} flows: tunwin / conntrack", ratio(tunwin, added(case, "conntrack")), 1 / 3)
        goal(goals, f"{case} flows: tunwin / tcpdump", ratio(added(case, "tunwin", "added_mean"),
                                                                 added(case, "tcpdump", "added_mean")), 1 / 10)
        notes = forward[case].get("tunwin", {}).get("notes", {})
        if int(notes.get("flows", 0)):
            goal(goals, f"{case} flows: bytes per flow", int(notes["bytes"]) / int(notes["flows"]), 512)
    goal(goals, "tunwin: 1000000 flows / 1000 flows", ratio(added("1000000", "tunwin"), added("1000", "tunwin")), 2.5)
    goal(goals, "packets of other devices: ns", added("other", "tunwin"), 5)
    return goals


def main():
    sections = read(sys.argv[1:])
    for section in sections.values():
        for case in section.values():
            summary(case, "nobody")
    if "forward" in sections:
        print_forward(sections["forward"])
    goals = goals_of(sections)
    if goals:
        table(["GOAL", "", "MEASURED", "AT MOST"],
              [[one["goal"], "met" if one["met"] else "missed", f"{one['measured']:.2f}", f"{one['limit']:.2f}"]
               for one in goals])
    with open(os.path.join(HERE, "results.json"), "w", encoding="utf-8") as out:
        json.dump({"sections": sections, "goals": goals}, out, indent=1)
        out.write("\n")


main()
