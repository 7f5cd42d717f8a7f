# For the shell tests: a broker of one's own on free ports, passwords computed by openssl (not by our code), and the count.
# Source it; it expects $BUILD (default build) and stops what it started when the shell ends.
: "${BUILD:=build}"
tmp=$(mktemp -d)
passed=0 failed=0 skipped=0
broker_pid=

# start_broker OPTION...: sets mqtt_port web_port mqtts_port control_port ca broker_pid.
start_broker() {
    mkfifo "$tmp/ready"
    "$BUILD/mock-broker" --mqtt-port 0 --web-port 0 --mqtts-port 0 --control-port 0 "$@" >"$tmp/ready" 2>"$tmp/broker.log" &
    broker_pid=$!
    local ready=
    read -r -t 20 ready <"$tmp/ready" || true
    rm "$tmp/ready"
    if [ -z "$ready" ]; then
        echo "the broker did not start:"
        cat "$tmp/broker.log"
        echo "$passed passed, $((failed + 1)) failed, $skipped skipped"
        exit 1
    fi
    eval "$(jq -r '"mqtt_port=\(.ports.mqtt) web_port=\(.ports.web) mqtts_port=\(.ports.mqtts) control_port=\(.ports.control) ca=\(.ca|@sh)"' <<<"$ready")"
}

# Ends the broker as an operator would; a leak or a crash shows in its exit code.
stop_broker() {
    [ -n "$broker_pid" ] || return 0
    kill -TERM "$broker_pid" 2>/dev/null
    wait "$broker_pid"
    local code=$?
    broker_pid=
    return $code
}
trap 'stop_broker; rm -rf "$tmp"' EXIT

# control METHOD PATH [BODY]: the answer of the broker's control API.
control() {
    curl -sS -X "$1" ${3:+-H 'Content-Type: application/json' -d "$3"} "http://127.0.0.1:$control_port/_mock/v1$2"
}

# password METHOD SECRET CONTENT: hex, by openssl. METHOD: md5, sha1 or sha256.
password() {
    printf '%s' "$3" | openssl dgst "-$1" -hmac "$2" | sed 's/.*= //'
}

ok() {
    passed=$((passed + 1))
    echo "ok      $1"
}
not_ok() {
    failed=$((failed + 1))
    echo "NOT OK  $1"
    shift
    printf '        %s\n' "$@"
}

# expect NAME WANTED-EXIT-CODE WANTED-PART-OF-OUTPUT COMMAND...
expect() {
    local name=$1 code=$2 part=$3 out got
    shift 3
    out=$("$@" 2>&1 </dev/null)
    got=$?
    if [ "$got" = "$code" ] && [[ $out == *"$part"* ]]; then
        ok "$name"
    else
        not_ok "$name" "exit code $got, wanted $code; output wanted to hold '$part':" "$out"
    fi
}

finish() {
    stop_broker || not_ok "the broker ends with exit code 0" "it ended with $?" "$(tail -n 20 "$tmp/broker.log")"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
    exit $?
}
