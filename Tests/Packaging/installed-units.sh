#!/bin/bash
# installed-units.sh - what SystemdTests checks of the installed units. Runs inside packaging/with-systemd, on a machine
# of its own: /source is the repository, /usr/bin has stockd and stockctl, /usr/lib/stockd-runtime what they load.
# Writes a line for each check: `ok NAME`, or `not ok NAME: REASON`.
set -u

passed() { echo "ok $1"; }
failed() {
    echo "not ok $1: $2"
    systemctl status --no-pager --lines=20 stockd.service >&2
}

# check NAME COMMAND...: passes if the command does.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then passed "$name"; else failed "$name" "$* ended with $?: $output"; fi
}

# becomes NAME EXPECTED COMMAND...: passes once the command's output is EXPECTED. systemd and the journal have no
# way to wait for most of what they report.
becomes() {
    local name=$1 expected=$2 output
    shift 2
    for _ in $(seq 300); do
        output=$("$@" 2>&1)
        # shellcheck disable=SC2053 # a pattern
        if [[ $output == $expected ]]; then
            passed "$name"
            return
        fi
        sleep 0.1
    done
    failed "$name" "$* gave $output, not $expected"
}

property() { systemctl show --value --property="$1" stockd.service; }
entries() { journalctl --quiet --output=cat --output-fields="$1" "${@:2}" _SYSTEMD_UNIT=stockd.service; }
absent() { ! journalctl --quiet --output=json _SYSTEMD_UNIT=stockd.service | grep --count "$1"; }
as() { setpriv --reuid="$1" --regid="$1" --init-groups -- "${@:2}"; }
drop_in() {
    mkdir -p /etc/systemd/system/stockd.service.d
    cat >"/etc/systemd/system/stockd.service.d/$1.conf"
    systemctl daemon-reload
}

cp /source/packaging/systemd/stockd.service /source/packaging/systemd/stockd.socket /usr/lib/systemd/system/
cp /source/packaging/systemd/stockd.sysusers /usr/lib/sysusers.d/stockd.conf
cp /source/packaging/catalog/stockd.catalog /usr/lib/systemd/catalog/
mkdir -p /etc/stockd
cp /source/etc/stockd.yaml /etc/stockd/
check "the users are made" systemd-sysusers
check "the catalogue is well-formed" journalctl --update-catalog
# What a build for tests loads stands where the sandbox lets it be read.
drop_in runtime <<<$'[Service]\nEnvironment=LD_LIBRARY_PATH=/usr/lib/stockd-runtime'
export LD_LIBRARY_PATH=/usr/lib/stockd-runtime
useradd --no-create-home watcher
useradd --no-create-home --groups stockd clerk

check "the units are well-formed" systemd-analyze verify --man=no /usr/lib/systemd/system/stockd.service
check "the service is exposed to little" systemd-analyze security --no-pager --threshold=20 stockd.service

# Started by its first client.
check "the socket starts alone" systemctl start stockd.socket
becomes "stockd waits for its first client" inactive property ActiveState
check "the first client is answered" timeout 60 stockctl status --json
becomes "it started stockd" active property ActiveState
becomes "the status line says what it does" "Serving*" property StatusText
becomes "the socket is for its group" "660 stockd stockd" stat -c '%a %U %G' /run/stockd/control.sock
becomes "nobody else reads the database" "600 stockd" stat -c '%a %U' /var/lib/stockd/stock.db
becomes "it runs as its own user" stockd ps -o user= -p "$(property MainPID)"

# Who may.
as watcher stockctl status >/dev/null 2>&1
becomes "a stranger cannot even connect" 77 echo $?
check "the group stockd operates, as the configuration says" as clerk stockctl status
as clerk stockctl config show >/dev/null 2>&1
becomes "an operator is no admin" 77 echo $?
check "the daemon's own user is admin" as stockd stockctl status

# What it writes down.
becomes "the journal has its fields" '*"MESSAGE_ID":"74219b80b5280cacd1afb5e3d8aaa38a"*' \
    journalctl --quiet --output=json _SYSTEMD_UNIT=stockd.service STOCKD_EVENT=daemon.ready PRIORITY=5 SYSLOG_IDENTIFIER=stockd
becomes "and where it was said" "*.swift*" entries CODE_FILE STOCKD_EVENT=daemon.ready
check "and nothing that nobody can act on" absent "thread priority"
becomes "the catalogue explains it" "*Nothing to do.*" journalctl --quiet --catalog STOCKD_EVENT=daemon.ready

# Reload.
pid=$(property MainPID)
sed -i 's/^delivery:/delivery:\n  group_wait: 5s/' /etc/stockd/stockd.yaml
check "reload is accepted" systemctl reload stockd.service
becomes "the new configuration is in force" "?*" entries MESSAGE STOCKD_EVENT=config.reloaded
echo "nonsense: true" >>/etc/stockd/stockd.yaml
check "reload of a bad configuration is accepted, too" systemctl reload stockd.service
becomes "and refused by stockd" "*nonsense*" entries MESSAGE STOCKD_EVENT=config.refused
becomes "the status line says so" "*old configuration*" property StatusText
becomes "it goes on" "$pid" property MainPID
check "and serves" stockctl status
sed -i '/^nonsense/d' /etc/stockd/stockd.yaml
check "a mended configuration is taken" systemctl reload stockd.service
becomes "and the status line is back" "Serving" property StatusText

# Nothing that was acknowledged is lost, whatever ends it.
check "a location is made" stockctl location create store-1 --time-zone UTC
kill -KILL "$(property MainPID)"
becomes "killed, it is restarted" 1 property NRestarts
check "and clients only wait" timeout 60 stockctl location list
becomes "and nothing is lost" "*store-1*" stockctl location list --json

# A hang.
drop_in watchdog <<<$'[Service]\nWatchdogSec=2'
check "it restarts" systemctl restart stockd.service
pid=$(property MainPID)
becomes "the watchdog is content" active property ActiveState
kill -STOP "$pid"
becomes "a stopped process is killed" "*watchdog*" journalctl --quiet --output=cat _PID=1 UNIT=stockd.service --grep=watchdog
becomes "and another started" "[1-9]*" property NRestarts
becomes "which serves" active property ActiveState
check "really" timeout 60 stockctl status
[ "$(property MainPID)" != "$pid" ] && passed "it is another process" || failed "it is another process" "pid $pid"

# Secrets.
mkdir -p /etc/stockd/credentials
(umask 077 && echo "https://erp.example.com/hook" >/etc/stockd/credentials/erp-url)
cp /etc/stockd/stockd.yaml /etc/stockd/stockd.yaml.good
sed -i 's/^channels:/channels:\n  webhooks: {erp: {credential: erp-url}}/' /etc/stockd/stockd.yaml
systemctl reset-failed
systemctl stop stockd.socket stockd.service
systemctl start stockd.service 2>/dev/null
becomes "a missing credential is a configuration error" 78 property ExecMainStatus
becomes "which is not tried again" failed property ActiveState
becomes "not once" 0 property NRestarts
drop_in credentials <<<$'[Service]\nLoadCredential=erp-url:/etc/stockd/credentials/erp-url'
systemctl stop stockd.socket
systemctl reset-failed stockd.service
check "with it, stockd starts" systemctl start stockd.service
check "no secret is logged" absent erp.example.com
check "nor shown" bash -c '! stockctl config show --json | grep erp.example.com'

# The end.
check "it stops" systemctl stop stockd.socket stockd.service
becomes "as it should" "success" property Result
becomes "and says so" "?*" entries MESSAGE STOCKD_EVENT=daemon.stopping
[ ! -e /run/stockd/control.sock ] && passed "the socket is gone" || failed "the socket is gone" "$(ls -l /run/stockd)"

# Without the socket unit.
systemctl mask --quiet --runtime stockd.socket
check "without stockd.socket it starts" systemctl start stockd.service
check "and is ready when systemd says so" stockctl status
becomes "with a socket just as narrow" "660 stockd stockd" stat -c '%a %U %G' /run/stockd/control.sock
check "and stops" systemctl stop stockd.service
[ ! -e /run/stockd/control.sock ] && passed "and removes it" || failed "and removes it" "$(ls -l /run/stockd)"
echo "done"
