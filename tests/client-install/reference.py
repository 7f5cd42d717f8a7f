#!/usr/bin/env python3
"""Holds iotclient(3) against the public headers. One line a function, type or bound: "ok WHAT" or "missing WHAT: ..."."""
import re
import subprocess

HEADERS = [f"client/include/iotclient/{name}.h" for name in ("iot_export", "iot_export_mqtt", "iot_import")]


def declarations():
    text = ""
    for path in HEADERS:
        with open(path, encoding="utf-8") as f:
            text += re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    return text


def page():
    """Sections by name: the functions' and types' are subsections."""
    text = subprocess.run(["mandoc", "-Tutf8", "-Owidth=400", "man/iotclient.3"], capture_output=True, text=True, check=True).stdout
    text = re.sub(".\b", "", text)
    sections, name = {}, ""
    for line in text.splitlines():
        if re.match(r"( {3})?[A-Za-z]", line):
            name = line.strip()
        sections.setdefault(name, []).append(line.strip())
    return {name: "\n".join(lines) for name, lines in sections.items()}


def say(what, missing):
    print(f"missing {what}: {', '.join(missing)}" if missing else f"ok {what}")


def functions(text, sections):
    for prototype in re.findall(r"^[a-z][\w *]*?\b(?:IOT|HAL)_\w+\([^;]*\);", text, re.M):
        name = re.search(r"((?:IOT|HAL)_\w+)\(", prototype).group(1)
        section, missing = sections.get(name, ""), []
        if re.sub(r"\s+", " ", prototype) not in re.sub(r"\s+", " ", section):
            missing.append("its prototype")
        arguments = prototype[prototype.index("(") + 1:prototype.rindex(")")]
        for argument in re.split(r",", arguments):
            if argument.strip() in ("void", "..."):
                continue
            parameter = re.search(r"(\w+)$", argument.strip()).group(1)
            if not re.search(rf"^{parameter} \(.+\)$", section, re.M):
                missing.append(f"parameter {parameter} with its unit")
        missing += [word for word in ("Returns", "Source") if not re.search(rf"^{word}\b", section, re.M)]
        say(f"{name} with {arguments.count(',') + 1 if arguments != 'void' else 0} parameters", missing)


def values(body):
    """Enumerators with their numbers."""
    known, last = {}, -1
    for item in filter(None, (item.strip() for item in body.split(","))):
        name, _, value = (part.strip() for part in item.partition("="))
        last = last + 1 if not value else known[value] if value in known else int(value)
        known[name] = last
    return known


def types(text, sections):
    for kind, body, name in re.findall(r"typedef (enum|struct)\s*\w*\s*\{(.*?)\}\s*(\w+)", text, re.S):
        section = sections.get(name, "")
        if kind == "enum":
            wanted = [f"{value} = {number}" for value, number in values(body).items()]
        else:
            wanted = [re.sub(r"\s+", " ", member).strip() for member in body.split(";") if member.strip()]
        lines = section.splitlines()
        say(f"{name} with {len(wanted)} members", [want for want in wanted if want not in lines])


def bounds(text, sections):
    for name, value in re.findall(r"^#define (\w+) +\((\d+|\w+ \+ 1)\)", text, re.M):
        say(f"bound {name}", [] if f"{name} = {value}" in sections.get("BOUNDS", "").splitlines() else [f"{name} = {value}"])


def main():
    text, sections = declarations(), page()
    functions(text, sections)
    types(text, sections)
    bounds(text, sections)


main()
