# syntax=docker/dockerfile:1
# The portal: one image for web, worker, beat and the jobs of deploy/entrypoint. It holds no secret and runs as nobody
# in particular; whatever it writes goes to the volumes of docker-compose.yml.
FROM python:3.13-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON=/usr/local/bin/python3
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY . .
RUN SECRET_KEY=only-for-this-step .venv/bin/python manage.py compile_messages

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-liberation \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin biscaytik \
    && install -d -o 10001 -g 10001 /srv/blobs /srv/static
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp \
    BISCAYTIK_ENV=production GRANIAN_HOST=0.0.0.0 GRANIAN_PORT=8000 MALLOC_ARENA_MAX=1
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["/app/deploy/entrypoint"]
CMD ["web"]
