# The server in a container: docker build -t cnn-visualizer . && docker run --rm -p 8000:8000 cnn-visualizer
# It writes nothing outside /tmp, so it also runs with --read-only --tmpfs /tmp --cap-drop ALL --security-opt
# no-new-privileges, as compose.yaml does. Every setting of docs/operation.md is an environment variable: -e WORKERS=4.
# The tags name an exact release; to build from the very same bytes for ever, add the digest: python:3.13.12-...@sha256:...

FROM python:3.13.12-slim-bookworm AS install
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
       --require-hashes --only-binary :all: -r /tmp/requirements.lock

FROM python:3.13.12-slim-bookworm
# One BLAS thread a run: the server bounds how many runs go on at once.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    PORT=8000
COPY --from=install /opt/venv /opt/venv
WORKDIR /srv/cnn-visualizer
COPY pyproject.toml ./
COPY model/ model/
COPY templates/ templates/
COPY static/ static/
COPY app/ app/
# The user below cannot write here, so the bytecode that makes the start quick is written now.
RUN python -m compileall -q app model
# A number, so that an orchestrator can tell that it is not root; no such user need exist.
USER 10001:10001
EXPOSE 8000
# Asks for good order: what is under way is answered, for SHUTDOWN_SECONDS at the most (docker stop --time 30).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD ["python", "-m", "app", "serve", "--host", "0.0.0.0"]
