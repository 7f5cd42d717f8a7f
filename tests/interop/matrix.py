"""The table of all cells: matrix.json, and the same as Markdown and HTML."""

import html
import json
import os

MARKS = {"pass": "✓", "fail": "✗", "cannot": "—"}
LEGEND = "✓ passes · ✗ fails · — the client itself cannot, reason below · blank: not a question for this transport"


def document(clients, scenarios, cells, now):
    """The whole of it as one JSON object; cells: dicts with client, transport, scenario, result, reason, ms."""
    names = list(dict.fromkeys(c["client"] for c in cells))
    counts = {result: sum(c["result"] == result for c in cells) for result in MARKS}
    return {
        "matrix": 1, "time": now, "counts": counts,
        "clients": [{"id": n, "title": clients[n].title, "version": clients[n].version(), "source": clients[n].source} for n in names],
        "scenarios": [{"id": s.name, "title": {"en": s.title, "zh": s.title_zh}} for s in scenarios if any(c["scenario"] == s.name for c in cells)],
        "cells": cells}


def columns(matrix):
    """(client id, transport) in order, as far as there are cells."""
    return list(dict.fromkeys((c["client"], c["transport"]) for c in matrix["cells"]))


def lookup(matrix):
    return {(c["client"], c["transport"], c["scenario"]): c for c in matrix["cells"]}


def reasons(matrix):
    """Each reason of a cell that did not pass, once: (client, transports, scenarios, result, reason)."""
    grouped = {}
    for c in matrix["cells"]:
        if c["reason"]:
            grouped.setdefault((c["client"], c["result"], c["reason"]), []).append(c)
    for (client, result, reason), cells in grouped.items():
        yield client, result, reason, list(dict.fromkeys(c["transport"] for c in cells)), list(dict.fromkeys(c["scenario"] for c in cells))


def markdown(matrix):
    titles = {c["id"]: f"{c['title']} {c['version']}".strip() for c in matrix["clients"]}
    cells, lines = lookup(matrix), ["# Real clients against the mock", "", LEGEND, ""]
    for client in matrix["clients"]:
        transports = [t for c, t in columns(matrix) if c == client["id"]]
        lines += [f"## {titles[client['id']]}", "", "| | " + " | ".join(transports) + " |", "|---" * (len(transports) + 1) + "|"]
        for s in matrix["scenarios"]:
            row = [cells.get((client["id"], t, s["id"])) for t in transports]
            if any(row):
                lines.append(f"| {s['title']['en']} | " + " | ".join(MARKS[c["result"]] if c else "" for c in row) + " |")
        lines.append("")
        mine = [r for r in reasons(matrix) if r[0] == client["id"]]
        lines += [f"- {r[1]}: {r[2]} ({', '.join(r[3])}: {', '.join(r[4])})" for r in mine] + ([""] if mine else [])
    return "\n".join(lines).rstrip() + "\n"


STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:80rem}table{border-collapse:collapse;margin:1rem 0}
th,td{border:1px solid #8884;padding:.25rem .6rem;text-align:center}td:first-child,th:first-child{text-align:left}
.pass{color:#187a3c}.fail{background:#b3261e;color:#fff;font-weight:bold}.cannot{color:#777}
@media(prefers-color-scheme:dark){body{background:#16181c;color:#ddd}.pass{color:#6fd08c}.cannot{color:#999}}"""


def page(matrix):
    say = html.escape
    titles = {c["id"]: f"{c['title']} {c['version']}".strip() for c in matrix["clients"]}
    heads = columns(matrix)
    cells = lookup(matrix)
    out = ["<!DOCTYPE html><html lang='en'><meta charset='utf-8'><title>Real clients against the mock</title>", f"<style>{STYLE}</style>",
           "<h1>Real clients against the mock</h1>", f"<p>{say(matrix['time'])}: " + ", ".join(f"{n} {say(r)}" for r, n in matrix["counts"].items() if n) + f"</p><p>{say(LEGEND)}</p>"]
    for chosen in [heads]:
        out.append("<table><tr><th rowspan='2'>scenario</th>")
        for client in dict.fromkeys(c for c, _ in chosen):
            out.append(f"<th colspan='{sum(c == client for c, _ in chosen)}'>{say(titles[client])}</th>")
        out.append("</tr><tr>" + "".join(f"<th>{say(t)}</th>" for _, t in chosen) + "</tr>")
        for s in matrix["scenarios"]:
            out.append(f"<tr><td>{say(s['title']['en'])}</td>")
            for client, transport in chosen:
                c = cells.get((client, transport, s["id"]))
                out.append(f"<td class='{c['result']}' title='{say(c['reason'], True)}'>{MARKS[c['result']]}</td>" if c else "<td></td>")
            out.append("</tr>")
        out.append("</table>")
    out.append("<h2>Reasons</h2><ul>")
    for client, result, reason, transports, scenarios in reasons(matrix):
        out.append(f"<li><b>{say(titles[client])}</b>, {say(result)}: {say(reason)} <small>({say(', '.join(transports))}: {say(', '.join(scenarios))})</small></li>")
    out.append("</ul></html>")
    return "\n".join(out) + "\n"


def write(matrix, folder):
    os.makedirs(folder, exist_ok=True)
    for name, text in (("matrix.json", json.dumps(matrix, indent=1, ensure_ascii=False) + "\n"), ("matrix.md", markdown(matrix)), ("matrix.html", page(matrix))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
