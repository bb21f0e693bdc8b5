#!/usr/bin/env bash
# Builds every image, brings the composed stack up, runs the demo on it, and once more while every process is
# restarted in turn, on a Docker engine of its own that sees no network. Needs root on Debian 12 with docker.io,
# docker-compose and mmdebstrap. No image registry is asked: the base image is made by mmdebstrap, and the servers
# are Debian's, behind the interface of the official images; Grafana, which Debian has not, is left out. Takes
# about ten minutes the first time; what it made is kept in $SMOKE_FOLDER.
set -euo pipefail

SMOKE_FOLDER="${SMOKE_FOLDER:-/var/tmp/fanfare-docker-smoke}"
SERVICES=(campaign finance lead outreach reporting)
PROCESSES=("${SERVICES[@]}" campaign-worker finance-worker lead-worker outreach-worker reporting-worker)
SERVERS=(postgres rabbitmq prometheus alertmanager)
PACKAGES=ca-certificates,python3,python3-venv,wget,postgresql,rabbitmq-server,prometheus,prometheus-alertmanager
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
SOCKET="unix://$SMOKE_FOLDER/docker.sock"

compose() {
    DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0 DOCKER_HOST="$SOCKET" BASE_IMAGE=smoke/base \
        POSTGRES_IMAGE=smoke/postgres RABBITMQ_IMAGE=smoke/rabbitmq \
        PROMETHEUS_IMAGE=smoke/prometheus ALERTMANAGER_IMAGE=smoke/alertmanager \
        docker-compose --env-file deploy/compose.env "$@"
}

engine() {
    DOCKER_BUILDKIT=0 docker --host "$SOCKET" "$@"
}

# A missing command is told by the Debian package that has it.
check_packages() {
    local pair missing=()
    for pair in mmdebstrap:mmdebstrap dockerd:docker.io docker-compose:docker-compose \
        ip:iproute2 unshare:util-linux curl:curl; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        echo "The smoke test needs Debian packages that are not installed: apt-get install ${missing[*]}" >&2
        exit 1
    fi
}

# The base image has another name when it has other packages.
name_base() {
    BASE="base-$(cksum <<<"$PACKAGES" | cut -d' ' -f1)"
}

# What needs a network: the system of the base image, and the wheels.
fetch() {
    name_base
    mkdir -p "$SMOKE_FOLDER"
    if [ ! -f "$SMOKE_FOLDER/$BASE.tar" ]; then
        mmdebstrap --quiet --variant=minbase --format=tar --include="$PACKAGES" \
            bookworm "$SMOKE_FOLDER/$BASE.tar.part"
        mv "$SMOKE_FOLDER/$BASE.tar.part" "$SMOKE_FOLDER/$BASE.tar"
    fi
    for service in "${SERVICES[@]}"; do
        "$HERE/.venv/bin/pip" download --quiet --disable-pip-version-check --only-binary :all: \
            --python-version 3.11 --require-hashes --dest "$SMOKE_FOLDER/wheels" \
            --requirement "$HERE/locks/$service.txt"
    done
}

start_engine() {
    ip link set lo up
    mount -t tmpfs tmpfs /run
    dockerd --host "$SOCKET" --data-root "$SMOKE_FOLDER/docker" --exec-root /run/docker \
        --pidfile /run/docker.pid --ip-forward=false >"$SMOKE_FOLDER/dockerd.log" 2>&1 &
    ENGINE=$!
    trap stop_engine EXIT
    for _ in $(seq 100); do
        engine info >/dev/null 2>&1 && return
        kill -0 "$ENGINE" 2>/dev/null || break
        sleep 0.2
    done
    tail -20 "$SMOKE_FOLDER/dockerd.log"
    exit 1
}

stop_engine() {
    compose down --volumes --timeout 20 >/dev/null 2>&1 || true
    rm -rf "$HERE/deploy/wheels"
    kill "$ENGINE"
    wait "$ENGINE" || true
}

build_images() {
    name_base
    engine image inspect "smoke/$BASE" >/dev/null 2>&1 ||
        engine import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
            "$SMOKE_FOLDER/$BASE.tar" "smoke/$BASE" >/dev/null
    engine tag "smoke/$BASE" smoke/base
    for server in "${SERVERS[@]}"; do
        engine build --quiet --tag "smoke/$server" deploy/smoke --file "deploy/smoke/$server.Dockerfile"
    done
    cp -r "$SMOKE_FOLDER/wheels" deploy/wheels
    compose build "${SERVICES[@]}"
}

wait_healthy() {
    local waiting
    for _ in $(seq 120); do
        waiting=()
        for process in "${PROCESSES[@]}"; do
            state="$(engine inspect --format '{{.State.Health.Status}}' "fanfare_${process}_1" 2>/dev/null || true)"
            [ "$state" = healthy ] || waiting+=("$process:$state")
        done
        [ ${#waiting[@]} -eq 0 ] && return
        sleep 1
    done
    echo "not healthy: ${waiting[*]}"
    compose logs --tail 20
    exit 1
}

# The demo exits with 1 unless every figure of the evaluation is the one that it counted by hand.
play() {
    if ! compose run --rm --no-deps -T demo </dev/null | tee "$SMOKE_FOLDER/demo.txt" ||
        ! grep -qE 'all [0-9]+ figures agree with the evaluation' "$SMOKE_FOLDER/demo.txt"; then
        compose logs --no-color --tail 30 "${PROCESSES[@]}"
        exit 1
    fi
}

# Each process is told to stop and comes back, round after round, until the demo beside it has ended.
roll() {
    local playing restarts=0
    rm "$SMOKE_FOLDER/demo.txt"
    play &
    playing=$!
    until grep -qs 'They are there' "$SMOKE_FOLDER/demo.txt" || ! kill -0 "$playing" 2>/dev/null; do sleep 1; done
    while kill -0 "$playing" 2>/dev/null; do
        for process in "${PROCESSES[@]}"; do
            kill -0 "$playing" 2>/dev/null || break
            compose restart --timeout 30 "$process" >/dev/null 2>&1
            restarts=$((restarts + 1))
        done
    done
    wait "$playing"
    echo "$restarts restarts while the demo played"
    [ "$restarts" -ge "${#PROCESSES[@]}" ]
    wait_healthy
}

# Prometheus has every process, all rules, and Alertmanager.
watch() {
    local away rules
    for _ in $(seq 30); do
        away="$(ask 9090 'query?query=count(up%20==%200)%20or%20vector(0)' | field '["data"]["result"][0]["value"][1]')"
        [ "$away" = 0 ] && break
        sleep 2
    done
    rules="$(ask 9090 rules | python3 -c '
import json, sys
print(sum(len(group["rules"]) for group in json.load(sys.stdin)["data"]["groups"]))')"
    echo "prometheus: $away of $(ask 9090 targets | grep -o '"scrapePool"' | wc -l) targets away, $rules rules"
    [ "$away" = 0 ] && [ "$rules" -gt 0 ]
    ask 9090 alertmanagers | field '["data"]["activeAlertmanagers"][0]["url"]'
}

ask() {
    curl --silent --show-error --fail "http://127.0.0.1:$1/api/v1/$2"
}

field() {
    python3 -c "import json, sys; print(json.load(sys.stdin)$1)"
}

check() {
    local token status
    token="$(compose run --rm token --subject ada --role administrator | tail -1 | tr -d '\r')"
    for service in "${SERVICES[@]}"; do
        status="$(engine exec "fanfare_${service}_1" python -c '
import sys, urllib.request
print(urllib.request.urlopen("http://127.0.0.1:9000/readyz", timeout=5).status)')"
        echo "$service: ready $status, user $(engine exec "fanfare_${service}_1" id -u)"
    done
    curl --silent --fail --header "Authorization: Bearer $token" http://127.0.0.1:8002/budgets
    echo
    compose stop --timeout 30 "${PROCESSES[@]}" >/dev/null 2>&1
    for process in "${PROCESSES[@]}"; do
        status="$(engine inspect --format '{{.State.ExitCode}}' "fanfare_${process}_1")"
        echo "$process: stopped with $status"
        [ "$status" = 0 ]
    done
}

inside() {
    cd "$HERE"
    start_engine
    # What a run that was killed has left: the engine starts it again.
    compose down --volumes --timeout 5 >/dev/null 2>&1 || true
    build_images
    compose up --detach "${SERVERS[@]}" mailsink "${PROCESSES[@]}"
    wait_healthy
    play
    watch
    roll
    check
    echo "the composed stack came up, played the demo, also under restarts, and went down in order"
}

if [ "${1:-}" = inside ]; then
    inside
else
    check_packages
    fetch
    exec unshare --net --mount --propagation private bash "${BASH_SOURCE[0]}" inside
fi
