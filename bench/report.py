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

# Thousands of instructions that take no longer than 50 µs: one in a nanosecond, which is slow.
HELD_LIMIT = 50
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


def print_forward(section, unit):
    print(f"{unit} for each packet that a gateway forwards (one CPU, a segment of data and its acknowledgment)")
    rows = []
    for case, found in section.items():
        for who, one in found.items():
            added = f"{one['added']:.0f}" if "added" in one else "-"
            spread = f"{one['added_lowest']:.0f}…{one['added_highest']:.0f}" if "added" in one else "-"
            mean = f"{one['added_mean']:.0f}" if "added" in one else "-"
            rows.append([case, who, f"{one['median']:.0f}", f"{one['lowest']:.0f}…{one['highest']:.0f}", added, spread, mean,
                         " ".join(f"{k}={v}" for k, v in one["notes"].items())])
    table(["FLOWS", "WHO LOOKS", "A PACKET", "SPREAD", "ADDED", "SPREAD", "ON AVERAGE", "NOTE"], rows)


def print_segment(section):
    print("Instructions for each segment, from one socket of this host through a tunnel to another")
    rows = []
    for who, one in section["socket"].items():
        added = f"{one['added']:,.0f}" if "added" in one else "-"
        rows.append([who, "", f"{one['median']:,.0f}", f"{one['lowest']:,.0f}…{one['highest']:,.0f}", added])
    table(["WHO LOOKS", "", "A SEGMENT", "SPREAD", "ADDED"], rows)


def print_read(section, filtered):
    print("Flows, and sockets, that one second of the processor reads (in a guest, where it is slow)")
    rows = []
    for case, found in section.items():
        for who, one in found.items():
            beside = ratio(one["median"], found.get("ss", {}).get("median"))
            rows.append([case, who, f"{one['median']:,.0f}", f"{one['lowest']:,.0f}…{one['highest']:,.0f}",
                         f"{beside:.2f}" if beside else "-"])
        for who, one in filtered.get(case, {}).items():
            rows.append([case, who.replace("_", " "), f"{one['median']:,.0f} ms",
                         f"{one['lowest']:,.0f}…{one['highest']:,.0f}", "-"])
    table(["FLOWS", "READ", "PER SECOND", "SPREAD", "BESIDE SS"], rows)


def print_held(section):
    print("Instructions in a row with bottom halves off, at most, in all that a process asks of tunwin or its workers do\n"
          "(interrupted: with what an interrupt took that came in between)")
    rows = []
    for case, found in section.items():
        longest = sorted(found.items(), key=lambda one: -max(one[1]["rounds"]))
        for place, one in longest[:5]:
            rows.append([case, place, f"{max(one['rounds']):,.0f}", f"{int(one['notes']['interrupted']):,}",
                         f"{int(one['notes']['times']):,}"])
    table(["FLOWS", "UNTIL", "INSTRUCTIONS", "INTERRUPTED", "TIMES"], rows)


def paired(case):
    """Of each round what tunwin left of it"""
    return [b / a for a, b in zip(case["nobody"]["rounds"], case["tunwin"]["rounds"])]


def print_throughput(section):
    print("Mb/s from one socket of this host through a tunnel to another (segments: each by itself, merged: as large as they get)")
    rows = []
    for case, found in section.items():
        for who, one in found.items():
            left = paired(found) if who == "tunwin" else []
            rows.append([case, who, f"{one['median']:,.0f}", f"{one['lowest']:,.0f}…{one['highest']:,.0f}",
                         f"{statistics.median(left):.3f}" if left else "-",
                         f"{min(left):.3f}…{max(left):.3f}" if left else "-"])
    table(["PACKETS", "WHO LOOKS", "MB/S", "SPREAD", "BESIDE NOBODY", "SPREAD"], rows)


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

    def added(section, case, who, kind="added"):
        return section.get(case, {}).get(who, {}).get(kind)

    for name, section in (("ns", forward), ("instructions", sections.get("instructions", {}))):
        for case in section:
            if case == "other":
                continue
            tunwin = added(section, case, "tunwin")
            text = f"{case} flows, {name}: tunwin /"
            goal(goals, f"{text} floor", ratio(tunwin, added(section, case, "floor")), 2)
            goal(goals, f"{text} conntrack", ratio(tunwin, added(section, case, "conntrack")), 1 / 3)
            goal(goals, f"{text} tcpdump", ratio(added(section, case, "tunwin", "added_mean"),
                                                 added(section, case, "tcpdump", "added_mean")), 1 / 10)
    for case in forward:
        notes = forward[case].get("tunwin", {}).get("notes", {})
        if int(notes.get("flows", 0)):
            goal(goals, f"{case} flows: bytes per flow", int(notes["bytes"]) / int(notes["flows"]), 512)
    goal(goals, "tunwin: 1000000 flows / 1000 flows",
         ratio(added(forward, "1000000", "tunwin"), added(forward, "1000", "tunwin")), 2.5)
    segment = sections.get("segment", {})
    for who, limit in (("ftrace", 1 / 3), ("bpftrace", 1 / 5), ("bpf", 1 / 2)):
        goal(goals, f"a segment at the socket: tunwin / {who}",
             ratio(added(segment, "socket", "tunwin"), added(segment, "socket", who)), limit)
    for case, found in sections.get("read", {}).items():
        sockets = found.get("ss", {}).get("median")
        for who in ("text", "JSON"):
            flows = found.get(who, {}).get("median")
            goal(goals, f"{case} flows: sockets that ss reads / flows, {who}", ratio(sockets, flows), 1 / 5)
    for case, found in sections.get("held", {}).items():
        goal(goals, f"{case} flows: bottom halves off, in thousands of instructions",
             max(max(one["rounds"]) for one in found.values()) / 1000, HELD_LIMIT)
    for case, found in sections.get("throughput", {}).items():
        goal(goals, f"throughput without / with tunwin, {case}", 1 / statistics.median(paired(found)), 1 / 0.98)
    goal(goals, "packets of other devices: ns", added(forward, "other", "tunwin"), 5)
    return goals


def main():
    sections = read(sys.argv[1:])
    for section in sections.values():
        for case in section.values():
            summary(case, "nobody")
    if "forward" in sections:
        print_forward(sections["forward"], "Nanoseconds")
    if "instructions" in sections:
        print_forward(sections["instructions"], "Instructions")
    if "segment" in sections:
        print_segment(sections["segment"])
    if "read" in sections:
        print_read(sections["read"], sections.get("filter", {}))
    if "held" in sections:
        print_held(sections["held"])
    if "throughput" in sections:
        print_throughput(sections["throughput"])
    goals = goals_of(sections)
    if goals:
        table(["GOAL", "", "MEASURED", "AT MOST"],
              [[one["goal"], "met" if one["met"] else "missed", f"{one['measured']:.2f}", f"{one['limit']:.2f}"]
               for one in goals])
    with open(os.path.join(HERE, "results.json"), "w", encoding="utf-8") as out:
        json.dump({"sections": sections, "goals": goals}, out, indent=1)
        out.write("\n")


main()
