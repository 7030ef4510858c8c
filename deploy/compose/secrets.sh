#!/bin/sh
# Makes what can be made up: the database's password, the keys of personal data. What is there already stays as it is.
# What comes from Meta (with `secrets.sh twilio`: from Twilio) is asked for, and shown on no screen; for the road that is not
# taken something is made up, which nobody knows. Keep a copy of keys and index_key apart from the backups.
set -eu
channel=${1:-whatsapp}
case $channel in
    whatsapp) asked="whatsapp_app_secret whatsapp_access_token" from=Meta other=twilio_auth_token ;;
    twilio) asked=twilio_auth_token from=Twilio other="whatsapp_app_secret whatsapp_access_token" ;;
    *) echo "secrets.sh: whatsapp or twilio, not $channel." >&2; exit 2 ;;
esac
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

random() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
# Written whole or not at all.
keep() { cat >"secrets/.$1" && mv "secrets/.$1" "secrets/$1"; }

[ -s secrets/database_password ] || random | tr '+/' '-_' | keep database_password
[ -s secrets/database_url ] ||
    printf 'postgresql://siaga:%s@database:5432/siaga' "$(cat secrets/database_password)" | keep database_url
[ -s secrets/keys ] || printf 'k%s:%s' "$(date +%y%m%d)" "$(random)" | keep keys
[ -s secrets/index_key ] || random | keep index_key
[ -s secrets/whatsapp_verify_token ] || random | tr '+/' '-_' | keep whatsapp_verify_token

made_up() { grep -q '^made-up-' "secrets/$1"; }
for name in $other; do
    [ -s "secrets/$name" ] || printf 'made-up-%s' "$(random)" | keep "$name"
done
for name in $asked; do
    [ -s "secrets/$name" ] && ! made_up "$name" && continue
    printf '%s (from %s, not shown): ' "$name" "$from"
    if [ -t 0 ]; then
        stty -echo
        trap 'stty echo' EXIT INT TERM
    fi
    IFS= read -r value
    if [ -t 0 ]; then stty echo; fi
    printf '\n'
    [ -n "$value" ] || { echo "secrets.sh: $name is empty." >&2; exit 1; }
    printf '%s' "$value" | keep "$name"
done
# The container's user reads them; nobody else on this machine but root does, since the folder is closed.
chmod 0444 secrets/*
chmod 0700 secrets
for name in siaga.env alertmanager.yml; do
    [ -e "$name" ] || cp "$name.example" "$name"
done
# Read by a user of the container's: no password stands in it.
chmod 0644 alertmanager.yml
echo "The secrets are in $(pwd)/secrets."
[ "$channel" = twilio ] || echo "The verify token for Meta's app page is in secrets/whatsapp_verify_token."
echo "Now fill in $(pwd)/siaga.env, and in alertmanager.yml whom alarms tell."
