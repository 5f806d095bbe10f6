# Two stages: the first builds the front end and the packages, the second carries what serves.

FROM python:3.13-slim AS build
WORKDIR /srv/opmaat
COPY requirements ./requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/boot.txt \
 && uv venv /opt/venv \
 && uv pip sync --require-hashes --python /opt/venv/bin/python requirements/run.txt \
 && uv venv .venv \
 && uv pip sync --require-hashes --python .venv/bin/python requirements/demo.txt
COPY . .
RUN .venv/bin/python frontend/build.py \
 && .venv/bin/pybabel --quiet compile --domain django --directory locale \
 && SECRET_KEY=only-for-this-step-only-for-this-step KEY_STORE_SECRET=only-for-this-step-only-for-this-step \
    DATABASE_URL=postgres://owner@nowhere/opmaat \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf .venv frontend/node_modules tests benchmarks requirements

FROM python:3.13-slim
# pg_dump of the server's version, for the worker's backups.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
 && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
 && apt-get install --yes --no-install-recommends postgresql-client-18 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /srv/opmaat opmaat \
 && install -d -o opmaat -g opmaat -m 0700 /srv/keys /srv/ledger /srv/exports /srv/backups
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/opmaat /srv/opmaat
WORKDIR /srv/opmaat
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings KEY_STORE_DIR=/srv/keys LEDGER_DIR=/srv/ledger EXPORT_DIR=/srv/exports \
    BACKUP_DIR=/srv/backups
USER opmaat
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "1", "--respawn-failed-workers", \
     "--host", "0.0.0.0", "--port", "8000", "config.wsgi:application"]
