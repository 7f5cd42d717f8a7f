"""What the judge makes of bad input: judge.py BUILD [CHECK...]."""

import glob
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

BUILD = sys.argv[1]
CHOSEN = sys.argv[2:]
JUDGE = [f"{BUILD}/iotconform", "judge"]
SUITE = ["--suite", "tests/judge/suite"]
PEER = "exec /usr/bin/python3 tests/judge/peers.py "
DEVICE = f"exec {BUILD}/test-device"
PATIENCE_S = 120
MARK = f"JUDGE_TEST_MARK={uuid.uuid4()}"  # in the environment of all that a check starts
SECRET = "a-secret-of-this-test"
PRODUCT_SECRET = "the-secret-of-its-product"
COUNTS = {"passed": 0, "failed": 0}
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


class Answer:
    def __init__(self, code, said, out):
        self.code, self.said, self.out = code, said, out

    def results(self):
        with open(f"{self.out}/results.json", encoding="utf-8") as f:
            return json.load(f)

    def verdicts(self):
        return {c["id"]: c["verdict"] for c in self.results()["cases"]}

    def log(self):
        return "".join(open(name, encoding="utf-8", errors="replace").read() for name in sorted(glob.glob(f"{self.out}/trigger/*")))


def environment():
    name, _, value = MARK.partition("=")
    return {**os.environ, name: value, "IOTCONFORM_DEVICE_SECRET": SECRET, "IOTCONFORM_PRODUCT_SECRET": PRODUCT_SECRET}


def start(*options, out=None, new_group=False, within=()):
    """within: a command that runs the judge, named behind it."""
    out = out or tempfile.mkdtemp(dir=ROOM)
    return out, subprocess.Popen([*within, *JUDGE, "--reporter", "json", "--out", out, *options], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment(),
                                 process_group=0 if new_group else None)


def judge(*options, out=None, within=()):
    out, process = start(*options, out=out, within=within)
    said, _ = process.communicate(timeout=PATIENCE_S)
    return Answer(process.returncode, said, out)


def without_secrets(answer):
    for folder, _, names in os.walk(answer.out):
        for name in names:
            with open(f"{folder}/{name}", "rb") as f:
                text = f.read()
            for secret in (SECRET, PRODUCT_SECRET):
                assert secret.encode() not in text, f"a secret stands in {folder}/{name}"
    assert SECRET not in answer.said and PRODUCT_SECRET not in answer.said


def left_behind():
    """Processes of ours that live: the mark is in their environment, or what a daemon that cleared it has as an argument."""
    left = []
    for name in glob.glob("/proc/[0-9]*/environ"):
        try:
            with open(name, "rb") as f:
                marked = MARK.encode() in f.read()
            with open(name.replace("environ", "cmdline"), "rb") as f:
                command = f.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if command and (marked or MARK in command):
            left.append((int(name.split("/")[2]), command))
    return left


def expect(answer, code, *parts):
    assert answer.code == code, f"exit code {answer.code}, wanted {code}:\n{answer.said[-3000:]}"
    for part in parts:
        assert part in answer.said, f"'{part}' is not in:\n{answer.said[-3000:]}"


def end_left_behind():
    """A finding, and nobody in the way of the next check."""
    left = left_behind()
    for pid, _ in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, f"left behind: {left}"


def replayable(answer, *ids):
    """What was stored is enough to judge these cases again; the verdicts are those of then, but for what was cut short."""
    again = f"{answer.out}-again"
    run = subprocess.run([f"{BUILD}/iotconform", "replay", answer.out, "--reporter", "json", "--out", again, *SUITE], capture_output=True,
                         text=True, timeout=PATIENCE_S, check=False)
    assert run.returncode in (0, 1, 3), run.stdout + run.stderr
    now, then = Answer(run.returncode, "", again).verdicts(), answer.verdicts()
    assert set(ids) <= set(now), (ids, now)
    assert all(now[i] == then[i] for i in ids), (now, then)


# --- options ---

@check
def help_names_every_drive_mode():
    answer = judge("--help")
    expect(answer, 0, "--trigger CMD", "--identity-mapped", "--describe", "--dry-run", "--quick", "--clock real|manual")


@check
def every_check_is_explained():
    answer = judge("--list-checks")
    expect(answer, 0, "registered-once ", "it registers once")
    assert all(len(line.split(maxsplit=1)) == 2 for line in answer.said.splitlines()), answer.said


@check
def a_dry_run_tells_the_longest_time_and_starts_nothing():
    answer = judge("--dry-run", *SUITE)
    expect(answer, 0, "DEV-901", "DEV-903", "4 cases take at most")
    assert not os.listdir(answer.out), os.listdir(answer.out)


@check
def quick_leaves_out_what_is_long_and_says_so():
    expect(judge("--dry-run", "--quick", *SUITE), 0, "3 cases take at most", "1 were left out")
    answer = judge("--quick", "--clock", "manual", "--trigger", DEVICE, *SUITE)
    expect(answer, 0, "quick: what can take over 30 s was left out")
    assert "DEV-903" not in answer.verdicts() and answer.results()["not_run"] == 1, answer.verdicts()


@check
def every_problem_of_a_description_is_told_with_its_path():
    file = f"{ROOM}/wrong.json"
    with open(file, "w", encoding="utf-8") as f:
        json.dump({"transports": ["carrier pigeon"], "qos": [1, 2], "subscribes": "yes", "colour": "red", "keepAlive": 99999}, f)
    answer = judge("--device", file, *SUITE)
    expect(answer, 2, f"{file}#/transports/0", f"{file}#/qos/1", f"{file}#/subscribes", f"{file}#/colour", f"{file}#/keepAlive")
    with open(file, "w", encoding="utf-8") as f:
        f.write('{"transports": [')
    expect(judge("--device", file, *SUITE), 2, f"{file}:1")
    expect(judge("--device", f"{ROOM}/none.json", *SUITE), 2, "none.json")


@check
def every_wrong_option_is_told():
    answer = judge("--clock", "sundial", "-j", "99", "--nonsense", *SUITE)
    expect(answer, 2, "sundial", "-j", "--nonsense")
    expect(judge("--clock", "manual", *SUITE), 2, "--trigger")
    expect(judge("--select", "NO-SUCH-CASE", *SUITE), 2, "NO-SUCH-CASE")


@check
def mistakes_of_every_kind_are_told_at_once():
    file = f"{ROOM}/wrong.json"
    with open(file, "w", encoding="utf-8") as f:
        f.write('{"colour": "red"}')
    answer = judge("--nonsense", "--product-key", "", "--device-name", "a/b", "--bind", "x", "--web-port", "70000", "--mqtt-port", "2222",
                   "--mqtts-port", "2222", "--device", file, "--expect", "/nowhere", "--reporter", "smoke", "--select", "NO-SUCH-CASE", *SUITE)
    expect(answer, 2, "--nonsense", "--product-key: is empty", "--device-name", "--bind", "--web-port", "--mqtts-port: 2222 is that of --mqtt-port",
           f"{file}#/colour", "/nowhere", "smoke", "NO-SUCH-CASE")


@check
def a_place_where_it_cannot_listen_or_write():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        expect(judge("--mqtt-port", str(port), *SUITE), 2, f"--mqtt-port: {port} is in use")
    expect(judge("--bind", "203.0.113.9", *SUITE), 2, "--bind: 203.0.113.9: this machine has no such address")
    file = f"{ROOM}/a-file"
    with open(file, "w", encoding="utf-8"):
        pass
    expect(judge(*SUITE, out=file), 2, f"{file}: is no folder")


@check
def a_session_that_cannot_be_stored_is_told():
    out = tempfile.mkdtemp(dir=ROOM)
    os.symlink("/dev/full", f"{out}/session.jsonl")
    expect(judge("--select", "DEV-901", "--trigger", DEVICE, *SUITE, out=out), 3, "session.jsonl is not whole: No space left")


@check
def a_stored_line_that_is_too_long_is_told():
    answer = judge("--select", "DEV-901", "--trigger", DEVICE, *SUITE)
    with open(f"{answer.out}/session.jsonl", encoding="utf-8") as f:
        lines = f.readlines()
    with open(f"{answer.out}/session.jsonl", "w", encoding="utf-8") as f:
        f.writelines([*lines[:3], " " * 2000000 + "\n", *lines[3:]])
    run = subprocess.run([f"{BUILD}/iotconform", "replay", answer.out, *SUITE], capture_output=True, text=True, check=False)
    assert run.returncode == 2 and "session.jsonl:4: is longer than" in run.stderr, (run.returncode, run.stderr)


@check
def every_address_is_told_to_the_trigger_as_one():
    if not os.path.exists("/proc/net/if_inet6"):
        return
    answer = judge("--select", "DEV-901", "--bind", "::", "--trigger", f"echo host $IOTCONFORM_HOST; {DEVICE}", *SUITE)
    expect(answer, 0, "any of its addresses")
    assert "host ::1\n" in answer.log(), answer.log()


@check
def the_wait_is_as_long_as_it_is_said():
    file = f"{ROOM}/quick.json"
    with open(file, "w", encoding="utf-8") as f:
        json.dump({"reconnect_within_s": 1}, f)
    started = time.monotonic()
    expect(judge("--wait", "4", "--device", file, *SUITE), 3, "at most 4.0 s", "within 4 s")
    assert time.monotonic() - started >= 4


@check
def a_second_session_does_not_mix_with_the_first():
    trigger = ["--select", "DEV-901", "--trigger", f"echo begun; {DEVICE}", *SUITE]
    answer = judge(*trigger)
    expect(judge(*trigger, out=answer.out), 0)
    assert answer.log().count("begun") == 2, answer.log()  # one for the first connection, one for the case


@check
def describe_writes_what_was_seen():
    run = subprocess.run([*JUDGE, "--out", tempfile.mkdtemp(dir=ROOM), "--describe", "--clock", "manual", "--trigger", DEVICE], env=environment(),
                         capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    assert "is to connect to" in run.stderr, run.stderr
    described = json.loads(run.stdout)  # it goes into a file
    assert described["transports"] == ["tls"] and described["auth"] == ["secret"] and described["keepAlive"] == 300, described
    assert described["subscribes"] and described["publishes"] and 1 in described["qos"], described
    file = f"{ROOM}/described.json"
    with open(file, "w", encoding="utf-8") as f:
        json.dump(described, f)
    expect(judge("--clock", "manual", "--trigger", DEVICE, "--device", file, *SUITE), 0)


# --- the device never comes ---

@check
def describe_says_why_it_cannot():
    expect(judge("--describe", "--clock", "manual", "--trigger", "exec sleep 1000", *SUITE), 3, "must share the clock")


def diagnosis(trigger, *parts):
    options = ["--trigger", trigger] if trigger else []
    answer = judge("--wait", "2", *options, *SUITE)
    expect(answer, 3, "did not come online within 2 s", *parts)
    assert not os.path.exists(f"{answer.out}/results.json"), "a table of failures, where no device was seen"


@check
def nothing_reached_the_ports():
    diagnosis(None, "nothing reached the ports")


@check
def a_connection_that_says_nothing():
    diagnosis(PEER + "says_nothing", "a connection came, and nothing was sent on it")


@check
def what_is_no_mqtt():
    diagnosis(PEER + "says_nonsense", "without a CONNECT")


@check
def tls_that_the_device_gives_up():
    other = f"{ROOM}/other.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-out", other, "-subj", "/CN=other",
                    "-days", "2"], check=True, capture_output=True)
    diagnosis(f"IOTCONFORM_CA={other} {BUILD}/test-device", "the device began TLS and gave it up", "unknown_ca")


@check
def a_connect_that_is_refused():
    diagnosis(f"IOTCONFORM_DEVICE_SECRET=another-one {BUILD}/test-device", "its CONNECT was refused by rule signature", "to do:")


@check
def an_authentication_that_is_refused():
    diagnosis(f"IOTCONFORM_DEVICE_SECRET=another-one {BUILD}/test-device --auth https", "the device asked /auth/devicename", "the answer's code was")


# --- triggers ---

@check
def a_trigger_that_fails():
    diagnosis("echo no such firmware >&2; exit 7", "the trigger ended with exit code 7")


@check
def a_trigger_that_hangs():
    diagnosis("exec sleep 1000", "nothing reached the ports")


@check
def a_trigger_that_ignores_sigterm_and_leaves_children():
    answer = judge("--select", "DEV-901", "--trigger", f"trap '' TERM; (sleep 1000 &) ; sleep 1000 & {BUILD}/test-device & wait; sleep 1000", *SUITE)
    expect(answer, 0)


# setsid and a double fork, an environment of its own, SIGTERM ignored: found by nothing but its ancestry.
DAEMON = f"""env -i setsid sh -c '(trap "" TERM; sleep 1000 & exec python3 -c "import time; time.sleep(1000)" {MARK}) & exit 0' >/dev/null 2>&1"""


@check
def a_trigger_that_leaves_a_daemon():
    expect(judge("--select", "DEV-901", "--trigger", f"{DAEMON}; {DEVICE}", *SUITE), 0)


@check
def a_device_that_is_a_daemon():
    """The command ends at once and well; the device goes on, and is not started a second time beside itself."""
    daemon = f"setsid sh -c '{BUILD}/test-device & echo started' & wait"
    answer = judge("--select", "DEV-901", "--trigger", daemon, *SUITE)
    expect(answer, 0)
    assert answer.log().count("started") <= 2, answer.log()  # once for the first connection, once for the case


@check
def a_device_in_the_background_where_nobody_may_adopt():
    """Its process group is all that is known of it then: it is alive as long as that is, and is ended with it."""
    device = f"({BUILD}/test-device & echo started)"
    answer = judge("--select", "DEV-901", "--trigger", device, *SUITE, within=["/usr/bin/python3", "tests/judge/no_adoption.py"])
    expect(answer, 0)
    assert answer.log().count("started") <= 2, answer.log()


@check
def a_guard_that_is_killed():
    """What becomes of the command cannot be told then: it counts as ended."""
    diagnosis("sleep 0.2; kill -9 $PPID", "the trigger ended with the end of its guard")


@check
def a_daemon_beside_identities():
    answer = judge("--select", "DEV-901", "--select", "DEV-902", "--clock", "manual", "--identity-mapped", "-j", "2", "--trigger",
                   f"{DAEMON}; {DEVICE}", *SUITE)
    expect(answer, 0)


@check
def an_unknown_command():
    started = time.monotonic()
    answer = judge("--wait", "60", "--trigger", "no-such-program --at-all", *SUITE)
    expect(answer, 3, "did not come online", "the trigger cannot be run", "exit code 127", f"{answer.out}/trigger/first.log")
    assert time.monotonic() - started < 10, "it waited for what cannot come"
    assert "not found" in answer.log(), answer.log()


@check
def a_trigger_whose_children_hold_its_output():
    answer = judge("--select", "DEV-901", "--trigger", f"(trap '' TERM PIPE; exec sleep 1000) & {DEVICE}", *SUITE)
    expect(answer, 0)


@check
def a_switch_is_not_thrown_again_while_the_device_starts():
    """A command that ends well at once, as one for a power switch does: the device needs its time."""
    answer = judge("--wait", "5", "--trigger", "echo switched", *SUITE)
    expect(answer, 3, "nothing reached the ports")
    assert answer.log().count("switched") == 1, answer.log()


@check
def a_killed_judge_leaves_nobody():
    """Not even then: its guards see that it has gone."""
    _, process = start("--trigger", f"{DAEMON}; {DEVICE}", *SUITE)
    for line in process.stdout:
        if "DEV-903" in line:
            break
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    until = time.monotonic() + 10
    while left_behind() and time.monotonic() < until:
        time.sleep(0.05)


@check
def a_secret_that_the_trigger_writes_is_masked():
    halves = SECRET[:7], SECRET[7:]
    answer = judge("--select", "DEV-901", "--clock", "manual", *SUITE, "--trigger",
                   f": {SECRET}; echo \"my secret is $IOTCONFORM_DEVICE_SECRET!\"; printf {halves[0]}; sleep 0.1; echo {halves[1]} >&2; {DEVICE}")
    expect(answer, 0)
    assert "my secret is ****" in answer.log(), answer.log()
    without_secrets(answer)


@check
def a_trigger_that_floods_its_log():
    answer = judge("--select", "DEV-901", *SUITE, "--trigger", f"yes | head -c 3000000; {DEVICE}")
    expect(answer, 0)
    for name in glob.glob(f"{answer.out}/trigger/*"):
        assert os.path.getsize(name) < 1100000, f"{name} has {os.path.getsize(name)} bytes"
    assert "is dropped" in answer.log()


@check
def what_the_judge_was_started_with_is_not_what_the_trigger_is_told():
    """A shell takes the last of two variables of one name: there is one only."""
    wrong = ["/usr/bin/env", "IOTCONFORM_MQTT_PORT=1", "IOTCONFORM_HOST=nowhere", "IOTCONFORM_FRESH=1", f"IOTCONFORM_DEVICE_SECRET={PRODUCT_SECRET}"]
    answer = judge("--select", "DEV-901", "--device-secret", SECRET, "--trigger", f"echo fresh=$IOTCONFORM_FRESH; {DEVICE}", *SUITE, within=wrong)
    expect(answer, 0)
    assert "fresh=\n" in answer.log(), answer.log()


@check
def ends_of_children_that_nobody_is_told_of():
    """Whoever starts the judge may have said that he does not want to know of his children's ends: the judge does."""
    ignoring = ["/usr/bin/python3", "-c", "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"]
    answer = judge("--select", "DEV-901", "--trigger", DEVICE, *SUITE, within=ignoring)
    expect(answer, 0)
    assert "could not be ended" not in answer.said, answer.said


@check
def a_trigger_that_floods_its_log_again_and_again():
    answer = judge("--wait", "3", *SUITE, "--trigger", "yes | head -c 700000; exit 1")
    expect(answer, 3, "the trigger ended with exit code 1")
    for name in glob.glob(f"{answer.out}/trigger/*"):
        assert os.path.getsize(name) < 1100000, f"{name} has {os.path.getsize(name)} bytes"


@check
def secrets_and_names_that_are_too_long():
    expect(judge("--device-secret", "s" * 129, "--product-secret", "", "--device-name", "n" * 65, *SUITE), 2,
           "--device-secret: is longer than 128", "--product-secret: is empty", "--device-name: is longer than 64")
    expect(judge("--device-name", b"\xff", *SUITE), 2, "--device-name: is not UTF-8")


# --- devices ---

@check
def a_device_that_floods():
    answer = judge("--select", "DEV-903", "--trigger", PEER + "floods", *SUITE)
    expect(answer, 3, "INCOMPLETE", "more than the judge keeps")
    assert answer.results()["overall"] == "INCOMPLETE"
    replayable(answer, "DEV-903")


@check
def a_device_that_never_reads():
    answer = judge("--select", "DEV-901", "--trigger", PEER + "never_reads", *SUITE)
    assert answer.code in (1, 3), answer.said
    assert answer.verdicts()["DEV-901"] in ("FAIL", "INCONCLUSIVE", "SKIP"), answer.said
    replayable(answer, "DEV-901")


@check
def a_device_that_sends_256_mib():
    answer = judge("--select", "DEV-902", "--select", "DEV-904", "--trigger", PEER + "sends_256_mib", *SUITE)
    expect(answer, 1)
    assert answer.verdicts()["DEV-904"] == "FAIL", answer.said
    assert os.path.getsize(f"{answer.out}/session.jsonl") < 1000000
    replayable(answer, "DEV-902", "DEV-904")


@check
def a_device_that_opens_1000_connections():
    answer = judge("--select", "DEV-901", "--select", "DEV-904", "--trigger", PEER + "opens_1000", *SUITE)
    assert answer.code in (0, 1, 3), answer.said
    assert "DEV-901" in answer.verdicts()
    replayable(answer, "DEV-901", "DEV-904")


@check
def a_device_that_changes_its_identity():
    answer = judge("--select", "DEV-902", "--select", "DEV-904", "--trigger", PEER + "changes_identity", *SUITE)
    expect(answer, 0)
    replayable(answer, "DEV-902", "DEV-904")


def registers(auth, *more):
    """A device of a product of its own, which knows nothing but the product's secret."""
    file, state = f"{ROOM}/{auth}.json", f"{ROOM}/{auth}.state"
    with open(file, "w", encoding="utf-8") as f:
        json.dump({"auth": [auth], "transports": ["tls"]}, f)
    answer = judge("--product-key", "a1B2c3", "--device-name", "sensor-1", "--device", file, "--clock", "manual", "--select", "DEV-17*", "--select",
                   "DEV-20", "--select", "DEV-15*", "--trigger",
                   f"env -u IOTCONFORM_DEVICE_SECRET {BUILD}/test-device --auth {auth} --transport tls --state {state}; echo $IOTCONFORM_PRODUCT_SECRET", *more)
    expect(answer, 0)
    without_secrets(answer)
    return answer.verdicts()


@check
def a_device_that_registers_for_its_secret():
    verdicts = registers("registration")
    assert verdicts and set(verdicts.values()) == {"PASS"} and {"DEV-170", "DEV-200", "DEV-150"} <= set(verdicts), verdicts


@check
def a_device_that_registers_for_a_token():
    verdicts = registers("regnwl", "--product-secret", PRODUCT_SECRET)
    assert verdicts.pop("DEV-200") == verdicts.pop("DEV-201") == "UNSUPPORTED", verdicts
    assert set(verdicts.values()) == {"PASS"} and "DEV-170" in verdicts, verdicts


@check
def a_token_that_a_restart_would_take_is_no_failure():
    """Without a description the case is tried: what the device cannot help is not held against it."""
    answer = judge("--clock", "manual", "--select", "DEV-200", "--trigger", f"{BUILD}/test-device --auth regnwl --transport tls --state {ROOM}/token")
    expect(answer, 3, "signs in by a deviceToken")
    assert answer.verdicts() == {"DEV-200": "INCONCLUSIVE"}, answer.said


@check
def a_restart_that_was_not_done_ends_no_connection():
    """It is INCONCLUSIVE, and the case behind it does not wait for a device that is there."""
    answer = by_hand(["device"], "--select", "DEV-200", "--select", "DEV-313", device=["--auth", "regnwl", "--transport", "tls"])
    assert answer.verdicts() == {"DEV-200": "INCONCLUSIVE", "DEV-313": "PASS"}, answer.said


@check
def a_device_that_has_registered_in_a_judging_before():
    file, state = f"{ROOM}/before.json", f"{ROOM}/before.state"
    with open(file, "w", encoding="utf-8") as f:
        json.dump({"auth": ["registration"]}, f)
    trigger = f"{BUILD}/test-device --auth registration --transport tls --state {state}"
    for _ in range(2):
        answer = judge("--device", file, "--clock", "manual", "--select", "DEV-210", "--select", "DEV-151", "--trigger", trigger)
        expect(answer, 0)


@check
def a_description_replaces_no_session():
    answer = judge("--select", "DEV-901", "--trigger", DEVICE, *SUITE)
    with open(f"{answer.out}/session.jsonl", "rb") as f:
        before = f.read()
    judge("--describe", "--clock", "manual", "--trigger", DEVICE, out=answer.out)
    with open(f"{answer.out}/session.jsonl", "rb") as f:
        assert f.read() == before


@check
def a_device_that_denies_that_it_registers():
    """Its platform registers nobody then: it is told so, and found out."""
    file = f"{ROOM}/denies.json"
    with open(file, "w", encoding="utf-8") as f:
        json.dump({"auth": ["secret"]}, f)
    answer = judge("--wait", "2", "--device", file, "--trigger", f"{BUILD}/test-device --auth registration --transport tls", *SUITE)
    expect(answer, 3, "refused by rule")


@check
def a_device_that_is_quicker_than_the_judge():
    """It dials before there is a port, again and again: the first CONNECT that reaches the platform is one of a device that it knows."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(["/usr/bin/python3", "tests/judge/peers.py", "dials_until_it_is_in"], stderr=subprocess.DEVNULL, env={
            **environment(), "IOTCONFORM_HOST": "127.0.0.1", "IOTCONFORM_MQTT_PORT": str(port), "IOTCONFORM_PRODUCT_KEY": "pk",
            "IOTCONFORM_DEVICE_NAME": "device"}) as device:
        try:
            answer = judge("--mqtt-port", str(port), "--select", "DEV-020", "--select", "DEV-023")
        finally:
            device.kill()
    expect(answer, 0)
    assert set(answer.verdicts().values()) == {"PASS"}, answer.said


@check
def what_was_tried_in_vain_is_undone():
    """No description, so that registration is tried: a device that cannot do it is judged on, with the secret it has."""
    answer = judge("--clock", "manual", "--trigger", DEVICE, "--select", "DEV-170", "--select", "DEV-040", "--select", "DEV-020")
    assert answer.verdicts() == {"DEV-170": "INCONCLUSIVE", "DEV-040": "PASS", "DEV-020": "PASS"}, answer.said


# --- the run ---

def interrupted(number, group=False):
    """A run that gets a signal in its third case; with group as a terminal sends it, to all that is in the foreground."""
    out, process = start("--trigger", f"{DAEMON}; {DEVICE}", *SUITE, new_group=group)
    said = ""
    for line in process.stdout:
        said += line
        if "DEV-903" in line:
            (os.killpg if group else os.kill)(process.pid, number)
            break
    rest, _ = process.communicate(timeout=PATIENCE_S)
    answer = Answer(process.returncode, said + rest, out)
    expect(answer, 130, "INCOMPLETE")
    assert answer.results()["overall"] == "INCOMPLETE"
    verdicts = answer.verdicts()
    assert verdicts["DEV-901"] == verdicts["DEV-902"] == "PASS", verdicts
    assert verdicts["DEV-903"] == "INCONCLUSIVE" and verdicts["DEV-904"] == "SKIP", verdicts
    replayable(answer, "DEV-901", "DEV-902", "DEV-903")


@check
def an_interrupted_run_keeps_what_it_has():
    interrupted(signal.SIGINT, group=True)


@check
def so_does_one_that_is_asked_to_end():
    interrupted(signal.SIGTERM)


@check
def so_does_one_whose_terminal_is_gone():
    interrupted(signal.SIGHUP)


@check
def an_interrupt_before_the_device_has_come():
    _, process = start("--trigger", DAEMON, *SUITE, new_group=True)
    while "waits for" not in process.stdout.readline():
        pass
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, process.returncode


@check
def identities_beside_each_other_come_to_the_same():
    trigger = ["--clock", "manual", "--trigger", DEVICE]
    one, many = judge(*trigger, *SUITE), judge("--identity-mapped", "-j", "4", *trigger, *SUITE)
    expect(one, 0)
    expect(many, 0)
    assert one.verdicts() == many.verdicts(), (one.verdicts(), many.verdicts())


@check
def identities_beside_each_other_are_replayed_as_they_were_judged():
    """What was done for one case is no business of those beside it, then as now."""
    answer = judge("--clock", "manual", "--identity-mapped", "-j", "8", "--trigger", DEVICE)
    assert answer.verdicts()["DEV-070"] == "PASS", answer.said
    again = subprocess.run([f"{BUILD}/iotconform", "replay", answer.out], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert " 0 otherwise than then" in again.stdout, again.stdout + again.stderr


@check
def a_session_that_was_cut_short_is_no_conformant_one():
    answer = judge("--wait", "2", "--trigger", "exit 1", *SUITE)
    again = subprocess.run([f"{BUILD}/iotconform", "replay", answer.out, *SUITE], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert again.returncode == 3 and "INCOMPLETE: 0 of 4" in again.stdout, (again.returncode, again.stdout)
    answer = judge("--select", "DEV-901", "--trigger", DEVICE, *SUITE)
    with open(f"{answer.out}/session.jsonl", encoding="utf-8") as f:
        lines = f.readlines()
    with open(f"{answer.out}/session.jsonl", "w", encoding="utf-8") as f:
        f.writelines(lines[:-1])
    again = subprocess.run([f"{BUILD}/iotconform", "replay", answer.out, *SUITE], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert again.returncode == 3 and "INCOMPLETE: 1 of 4" in again.stdout, (again.returncode, again.stdout)


@check
def a_take_over_where_the_ports_have_an_address_of_their_own():
    """Who takes the device's connection over is the judge: it dials the platform like everybody."""
    answer = judge("--bind", "127.0.0.2", "--clock", "manual", "--trigger", DEVICE, "--select", "DEV-150")
    expect(answer, 0)


@check
def a_platform_that_is_slow_to_start():
    """Its first start takes longer than its restart: what the device does behind that is not told as before it."""
    broker, was_there = f"{ROOM}/slow-broker", f"{ROOM}/was-there"
    with open(broker, "w", encoding="utf-8") as f:
        f.write(f"""#!/bin/bash
[ ! -e {was_there} ] || exec {os.path.abspath(BUILD)}/mock-broker "$@"
touch {was_there}
exec {os.path.abspath(BUILD)}/mock-broker "$@" > >(sleep 5; exec cat)
""")
    os.chmod(broker, 0o755)
    expect(judge("--broker", broker, "--select", "DEV-200", "--trigger", DEVICE), 0)


def by_hand(names, *options, device=()):
    """No trigger: devices of these names are started beside the judge, and dial by themselves."""
    out, process = start("--quick", *options)
    said, devices = "", []
    for line in process.stdout:
        said += line
        ports = re.search(r"port (\d+) \(MQTT, MQTT over TLS\), \d+ .* (\d+) \(WebSocket", said)
        ca = re.search(r"root certificate (\S+)", said)
        if ports and ca:
            devices = [subprocess.Popen([f"{BUILD}/test-device", *device], stderr=subprocess.DEVNULL, env={
                **environment(), "IOTCONFORM_MQTT_PORT": ports[1], "IOTCONFORM_WEB_PORT": ports[2], "IOTCONFORM_CA": ca[1],
                "IOTCONFORM_DEVICE_NAME": name}) for name in names]
            break
    rest, _ = process.communicate(timeout=PATIENCE_S)
    for one in devices:
        one.terminate()
    assert devices and all(one.wait(PATIENCE_S) == 0 for one in devices)
    return Answer(process.returncode, said + rest, out)


@check
def a_device_that_was_started_by_hand():
    """It is there for all cases, in real time."""
    expect(by_hand(["device"], *SUITE), 0, "CONFORMANT")


@check
def a_device_that_dies_and_that_nobody_starts_again():
    """Not every case waits for it: after three it is told. What was seen is judged."""
    file = f"{ROOM}/short.json"
    with open(file, "w", encoding="utf-8") as f:
        json.dump({"reconnect_within_s": 1}, f)
    answer = by_hand(["device"], "--device", file, "--select", "DEV-151", "--select", "DEV-03*", "--select", "DEV-010", device=["--break", "gives-up"])
    expect(answer, 3, "has not dialled any more for three cases", "NOT CONFORMANT, INCOMPLETE")
    verdicts = answer.verdicts()
    assert (verdicts["DEV-151"], verdicts["DEV-010"]) == ("FAIL", "PASS"), verdicts
    assert list(verdicts.values()).count("INCONCLUSIVE") == 3 + 1 and "SKIP" in verdicts.values(), verdicts  # and DEV-034, which observes


@check
def a_fleet_that_was_started_by_hand():
    """A device for each case, all of them from the beginning."""
    answer = by_hand(["sensor-DEV-901", "sensor-DEV-902", "sensor-DEV-904"], "--device-name", "sensor", "--identity-mapped", "-j", "2", *SUITE)
    expect(answer, 0, "CONFORMANT", "deviceName sensor-CASE")
    assert answer.verdicts() == {"DEV-901": "PASS", "DEV-902": "PASS", "DEV-904": "PASS"}, answer.verdicts()
    replayable(answer, "DEV-901", "DEV-902", "DEV-904")


@check
def one_identity_at_a_time():
    answer = judge("--select", "DEV-901", "--identity-mapped", "-j", "1", "--trigger", f"echo I am $IOTCONFORM_DEVICE_NAME; {DEVICE}", *SUITE)
    expect(answer, 0)
    assert "I am device-DEV-901\n" in answer.log(), answer.log()


def main():
    for function in [c for c in CHECKS if not CHOSEN or c.__name__ in CHOSEN]:
        name, started, problem = function.__name__.replace("_", " "), time.monotonic(), ""
        try:
            function()
            end_left_behind()
        except (AssertionError, KeyError, ValueError, OSError, subprocess.SubprocessError) as error:
            problem = f"{type(error).__name__}: {error}"
        COUNTS["failed" if problem else "passed"] += 1
        print(f"{'NOT OK ' if problem else 'ok     '} {name} ({time.monotonic() - started:.1f} s)", flush=True)
        for line in problem.splitlines():
            print(f"        {line}")
    print(f"{COUNTS['passed']} passed, {COUNTS['failed']} failed, 0 skipped")
    return COUNTS["failed"] != 0


ROOM = tempfile.mkdtemp()
try:
    CODE = main()
finally:
    shutil.rmtree(ROOM)
sys.exit(CODE)
