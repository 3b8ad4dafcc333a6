# One image for every service of docker-compose.yml. Packages and static files are made in the first stage.

FROM python:3.13-slim AS build
RUN python -m venv /venv
COPY requirements.txt /app/
RUN --mount=type=cache,target=/packages /venv/bin/pip install --cache-dir /packages --require-hashes -r /app/requirements.txt
COPY . /app
WORKDIR /app
RUN VAR_DIR=/tmp/build STATIC_ROOT=/app/collected /venv/bin/python manage.py collectstatic --noinput \
    --ignore redoc --ignore rest_framework

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/marquee --create-home marquee
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/marquee \
    DATASETS_DIR=/var/lib/marquee/datasets \
    STATIC_ROOT=/app/collected \
    GRANIAN_HOST=0.0.0.0
WORKDIR /app
USER marquee
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "1", \
     "--respawn-failed-workers", "--workers-kill-timeout", "5", "config.wsgi:application"]
