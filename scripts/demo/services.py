"""The commands of the three services. docker-compose.yml runs the very same."""

WEB = [
    *["granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "1"],
    *["--respawn-failed-workers", "--workers-kill-timeout", "5", "config.wsgi:application"],
]
WORKER = ["celery", "--app", "config", "worker", "--concurrency", "1", "--loglevel", "INFO"]
BEAT = ["celery", "--app", "config", "beat", "--pidfile=", "--loglevel", "INFO"]

SERVICES = {"web": WEB, "worker": WORKER, "beat": BEAT}
