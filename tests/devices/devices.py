"""Judges test-device once for each of its switches and styles and compares the failed cases with expected.json: devices.py BUILD [NAME...].

expected.json: {SWITCH: {CASE: why it fails that case}}; with "nothing" the good device, and "style NAME" a good one of another style, which
may fail no must, and of which no must is left open.
"""

import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import time

BUILD = sys.argv[1]
CHOSEN = sys.argv[2:]
OUT = f"{BUILD}/devices"
HERE = "tests/devices"
AT_ONCE = max(2, os.cpu_count() or 2)
PATIENCE_S = 300
FAILED = ("FAIL", "NONSTRICT", "ERROR")  # ERROR: a case that cannot be run is no better
WHOLE = ("nothing", "resends-acknowledged", "ack-qos0", "dies-suback", "dies-refused", "dies-garbage")  # found by what observes other cases: they need all of them
STYLE = "style "
SANITIZED_STYLES = ("style token", "style registers", "style pipelines", "style resends")  # ways of their own; a style meets all cases
SIGNS = {"PASS": ".", "FAIL": "F", "NONSTRICT": "f", "INFO": "i", "INCONCLUSIVE": "?", "UNSUPPORTED": "-", "SKIP": "s", "ERROR": "E"}

counts = {"passed": 0, "failed": 0}


def check(name, problems):
    counts["failed" if problems else "passed"] += 1
    print(f"{'NOT OK ' if problems else 'ok     '} {name}")
    for problem in problems:
        print(f"        {problem}")


def switches():
    out = subprocess.run([f"{BUILD}/test-device", "--list"], capture_output=True, text=True, check=True).stdout
    names = ("name", "requirement", "auth", "transport", "text")
    rows = [dict(zip(names, line.split("\t"))) for line in out.splitlines()]
    for row in rows:
        row["options"] = ["--break", row["name"]]
    return rows


def styles():
    out = subprocess.run([f"{BUILD}/test-device", "--list-styles"], capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in out.splitlines()]
    return [{"name": STYLE + name, "requirement": "", "text": text, "options": ["--style", name]} for name, text in rows]


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL)


def results(folder):
    with open(f"{folder}/results.json", encoding="utf-8") as f:
        return json.load(f)["cases"]


def verdicts(folder):
    return {c["id"]: c["verdict"] for c in results(folder)}


def chosen_cases(name, expected):
    """All of them; under sanitizers, where each takes three times as long, a bad device meets only the cases that are to fail it."""
    if "sanitize" not in BUILD or name in WHOLE or name.startswith(STYLE):
        return []
    return [word for case in expected.get(name, {}) for word in ("--select", case)]


def judge(switch, expected):
    """A judging that broke off by itself (seen once, unexplained: nothing is said of the device then) is told, and done once more."""
    answer = judge_once(switch, expected)
    if answer["broke_off"]:
        own = [line for line in answer["said"].splitlines() if line.startswith("iotconform")]
        print(f"once more  {switch['name']}: the judging broke off with exit code {answer['code']}: {' '.join(own)}")
        answer = judge_once(switch, expected)
    return answer


def judge_once(switch, expected):
    """What a device came to: its verdicts now, and those of a replay; or why there are none."""
    name, started, options = switch["name"], time.monotonic(), switch["options"]
    out = f"{OUT}/{name.replace(' ', '-')}"
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    with open(f"{out}/device.json", "w", encoding="utf-8") as f:
        f.write(run([f"{BUILD}/test-device", *options, "--describe"]).stdout)
    done = run([f"{BUILD}/iotconform", "judge", "--quiet", "--clock", "manual", "--reporter", "json", "--out", out,
                "--device", f"{out}/device.json", "--trigger", f"exec {BUILD}/test-device {' '.join(options)} --state {out}/state",
                *chosen_cases(name, expected)])
    answer = {"name": name, "seconds": time.monotonic() - started, "said": done.stdout + done.stderr, "code": done.returncode, "broke_off": False}
    if done.returncode not in (0, 1, 3) or not os.path.exists(f"{out}/results.json"):  # 3: a case was inconclusive, or there was no device
        return answer
    answer["verdicts"] = verdicts(out)
    answer["broke_off"] = any(c.get("message") == "the run ended before" for c in results(out))
    answer["musts"] = {c["id"]: c["verdict"] for c in results(out) if c["level"] == "must"}
    again = run([f"{BUILD}/iotconform", "replay", out, *chosen_cases(name, expected), "--reporter", "json", "--out", f"{out}/replay"])
    answer["again"] = verdicts(f"{out}/replay") if again.returncode in (0, 1, 3) else {}
    answer["said"] += again.stderr
    return answer


def problems_of(answer, expected):
    if "verdicts" not in answer:
        return [f"exit code {answer['code']}", *answer["said"].strip().splitlines()[-12:]]
    failed = {case for case, verdict in answer["verdicts"].items() if verdict in FAILED}
    said = {line.split()[1]: line for line in answer["said"].splitlines() if len(line.split()) > 1}
    problems = [f"failed by a case that is not for it: {said.get(case, case)}" for case in sorted(failed - set(expected))]
    for case in sorted(set(expected) - failed):
        problems.append(f"not failed by {said.get(case, case)}; but: {expected[case]}")
    if answer["name"].startswith(STYLE):
        problems += style_problems(answer, said)
    if problems and answer["code"] not in (0, 1):
        problems += [f"exit code {answer['code']}", *(line for line in answer["said"].splitlines() if line.startswith("iotconform"))]
    return problems


def style_problems(answer, said):
    """A good device: every must that it can be tried for is a PASS."""
    return [f"a good device: {said.get(case, case)}" for case, verdict in answer["musts"].items()
            if verdict not in ("PASS", "UNSUPPORTED")]


def replay_problems(answer):
    now, again = answer.get("verdicts", {}), answer.get("again", {})
    return [f"{case}: {now.get(case)} when it was judged, {again.get(case)} in the replay"
            for case in sorted({*now, *again}) if now.get(case) != again.get(case)]


def write_table(rows, answers, expected):
    cases = sorted({case for a in answers for case in a.get("verdicts", {})})
    with open(f"{OUT}/table.json", "w", encoding="utf-8") as f:
        json.dump({"cases": cases, "devices": [
            {**row, "seconds": round(a["seconds"], 2), "verdicts": a.get("verdicts", {}), "expected": expected.get(row["name"], {})}
            for row, a in zip(rows, answers)]}, f, indent=1, ensure_ascii=False)
    with open(f"{OUT}/table.md", "w", encoding="utf-8") as f:
        f.write("# Bad devices and the cases that fail them\n\n")
        f.write("`.` pass, `F` fail, `f` deviates from a recommendation, `?` inconclusive, `-` unsupported, `i` remark, `E` error, `s` skipped\n\n")
        f.write("| device | breaks | s |" + "".join(f" {case.replace('DEV-', '')} |" for case in cases) + "\n")
        f.write("|---|---|---|" + "---|" * len(cases) + "\n")
        for row, a in zip(rows, answers):
            signs = "".join(f" {SIGNS.get(a.get('verdicts', {}).get(case), ' ')} |" for case in cases)
            f.write(f"| {row['name']} | {row['requirement']} | {a['seconds']:.1f} |{signs}\n")
        f.write("\n" + "".join(f"- **{row['name']}**: {row['text']}\n" for row in rows))


def main():
    started = time.monotonic()
    with open(f"{HERE}/expected.json", encoding="utf-8") as f:
        expected = json.load(f)
    every = switches() + styles()
    rows = [row for row in every if not CHOSEN or row["name"] in CHOSEN]
    skipped = [row["name"] for row in rows if "sanitize" in BUILD and not CHOSEN
               and row["name"].startswith(STYLE) and row["name"] not in SANITIZED_STYLES]
    rows = [row for row in rows if row["name"] not in skipped]
    os.makedirs(OUT, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda row: judge(row, expected), rows))
    for row, answer in zip(rows, answers):
        check(f"{row['name']} ({answer['seconds']:.1f} s)", problems_of(answer, expected.get(row["name"], {})))
        check(f"{row['name']}: the same in the replay", replay_problems(answer))
    write_table(rows, answers, expected)
    if not CHOSEN:
        whole(every, answers, expected)
    print(f"{len(rows)} devices in {time.monotonic() - started:.1f} s")
    for name in skipped:
        print(f"skipped {name}: it is judged in the release build")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {len(skipped)} skipped")
    return counts["failed"] != 0


def whole(every, answers, expected):
    names = {row["name"] for row in every}
    bad = [row["name"] for row in every[1:] if not row["name"].startswith(STYLE)]
    check("expected.json names switches that there are", [name for name in expected if name not in names])
    remarks = {c["id"] for c in results(f"{OUT}/nothing") if c["level"] == "info"}  # cannot fail
    failing = {case for a in answers for case, verdict in a.get("verdicts", {}).items() if verdict in FAILED}
    there = {case for a in answers for case in a.get("verdicts", {})}
    check("each case fails some bad device", [f"{case} fails none" for case in sorted(there - failing - remarks)])
    check("each switch is failed by some case", [name for name in bad if not expected.get(name)])


sys.exit(main())
