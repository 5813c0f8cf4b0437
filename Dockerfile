# One image for migrate, ingest, jobs, api, simulate and the one-shot commands.

FROM node:24-slim AS styles
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY api ./api
RUN npm run build

FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/app/.venv/bin:$PATH
WORKDIR /app
COPY requirements-uv.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
    && uv venv .venv \
    && uv pip install --no-cache --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENCE ./
COPY sensors ./sensors
COPY ingest ./ingest
COPY streets ./streets
COPY api ./api
COPY simulators ./simulators
COPY dashboards ./dashboards
COPY cli ./cli
COPY --from=styles /app/api/static/built ./api/static/built
RUN uv pip install --no-cache --no-deps --no-build-isolation -e . && useradd --system --uid 10001 streets
USER streets
ENTRYPOINT ["streets"]
CMD ["--help"]
