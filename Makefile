PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-header --annotation-style line $(if $(UPGRADE),--upgrade)

.PHONY: run test check setup browser office provider proxy docs pictures rehearse sbom bundle bench faults soak lock clean

run: setup
	.venv/bin/dialog serve --host 0.0.0.0

# One more than there are cores, since tests of faults and of pages wait as much as they work.
WORKERS = $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

# Hundreds of tests start Python anew: it is to keep what it has compiled also where it is told not to.
test faults: export PYTHONDONTWRITEBYTECODE =

# Browsers apart: Playwright keeps a loop running in its thread, where asyncio.run would fail.
test: setup browser office provider proxy check
	.venv/bin/pytest --numprocesses $(WORKERS) --dist worksteal --ignore tests/browser
	.venv/bin/pytest --numprocesses $(WORKERS) --dist loadfile tests/browser

check: .venv/.test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

setup: .venv/.run

.venv/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "dialog needs Python 3.11 or newer: install it, or name it with make PYTHON=..." >&2; exit 1; }
	@test -x .venv/bin/pip || $(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.run requirements-test.lock
	$(PIP) install --quiet --require-hashes -r requirements-test.lock
	@touch $@

browser: .venv/.test
	@if test -n "$$CHROMIUM"; then test -x "$$CHROMIUM"; else test -x /usr/bin/chromium-headless-shell \
	|| { test "$$(id -u)" = 0 && apt-get update -qq \
	&& apt-get install -qq -y --no-install-recommends chromium-headless-shell >/dev/null; } \
	|| test -x /usr/bin/chromium || .venv/bin/playwright install chromium; fi \
	|| { echo "The browser tests need Chromium: install it, or set CHROMIUM to its path." >&2; exit 1; }

# What the tests open documents with: a word processor, and two that look into PDF files.
office:
	@{ command -v soffice && command -v qpdf && command -v pdftotext; } >/dev/null \
	|| { test "$$(id -u)" = 0 && apt-get update -qq \
	&& apt-get install -qq -y --no-install-recommends libreoffice-writer-nogui qpdf poppler-utils >/dev/null; } \
	|| { echo "The documents' tests need LibreOffice Writer, qpdf and poppler: install them." >&2; exit 1; }

# What stands in front of several web processes in the tests.
proxy:
	@PATH=$$PATH:/usr/sbin; command -v nginx >/dev/null \
	|| { test "$$(id -u)" = 0 && apt-get update -qq \
	&& apt-get install -qq -y --no-install-recommends nginx-light >/dev/null; } \
	|| { echo "The tests of running behind a proxy need nginx: install it." >&2; exit 1; }

# The OpenID Connect provider that staff sign in at in the tests.
provider: tests/oidc/node_modules/.package-lock.json

tests/oidc/node_modules/.package-lock.json: tests/oidc/package-lock.json
	@{ command -v node && command -v npm; } >/dev/null \
	|| { test "$$(id -u)" = 0 && apt-get update -qq \
	&& apt-get install -qq -y --no-install-recommends nodejs npm >/dev/null; } \
	|| { echo "The tests of signing in need Node.js with npm: install it." >&2; exit 1; }
	npm ci --prefix tests/oidc --no-audit --no-fund --loglevel error
	@touch $@

# Networks of the tests' own that lose packets and are cut, and a file system that breaks.
.PHONY: networks
test faults: networks
networks:
	@{ command -v ip && command -v tc && command -v ss && command -v nft && command -v mkfs.ext4; } >/dev/null \
	|| { test "$$(id -u)" = 0 && apt-get update -qq \
	&& apt-get install -qq -y --no-install-recommends iproute2 nftables e2fsprogs >/dev/null; } \
	|| { echo "The faults' tests need iproute2, nftables and e2fsprogs: install them." >&2; exit 1; }

docs: setup
	.venv/bin/python -m dialog.protocol.document

rehearse: setup
	.venv/bin/dialog rehearse

# What the program is made of, for whoever keeps watch over known vulnerabilities.
sbom: setup
	.venv/bin/dialog sbom --out dist/sbom.json

# All that an installation without internet needs, in one archive.
bundle: setup
	.venv/bin/python -m bundle.make

# Keeps the pinned versions that still fit; make lock UPGRADE=1 takes the newest.
lock: .venv/.test
	$(LOCK) --group build -o requirements.lock pyproject.toml
	$(LOCK) --group build --group test -c requirements.lock -o requirements-test.lock pyproject.toml

# The table of figures, each row beside what it is compared with. An idle machine, please.
bench: .venv/.test
	.venv/bin/python -m bench.table --out bench/results/scale.json

# Every row of the fault matrix at full length; make test has a short form of each.
faults: setup browser proxy .venv/.test
	.venv/bin/pytest --numprocesses 2 --dist worksteal tests/faults --whole --results bench/results/faults.json

# An hour with 500 phones.
soak: .venv/.test
	.venv/bin/python -m bench.soak --minutes 60 --phones 500 --out bench/results/soak.json

pictures: setup browser proxy .venv/.test
	DIALOG_PICTURES=docs/pictures .venv/bin/pytest tests/browser/test_evening.py -k laptop

clean:
	rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
