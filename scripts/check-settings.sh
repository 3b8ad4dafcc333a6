#!/bin/sh
# Checks migrations and the settings of a public site, in a folder that is thrown away.
set -eu

VAR_DIR=$(mktemp -d)
trap 'rm -rf "$VAR_DIR"' EXIT
ENV_FILE=/dev/null
SITE_URL=https://films.example.org
SECRET_KEY=$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(60))')
export VAR_DIR ENV_FILE SITE_URL SECRET_KEY
unset DATABASE_URL REDIS_URL CELERY_BROKER_URL ALLOWED_HOSTS DEBUG DEMO TRUSTED_PROXIES

.venv/bin/python manage.py makemigrations --check --dry-run
.venv/bin/python manage.py check --deploy --fail-level WARNING
