"""What goes wrong is told as a problem: the right status, one sentence, and nothing of the innards."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

import model.catalog
from app.compute import Compute
from app.main import create_app
from app.settings import Settings
from tests.app.conftest import run_of

pytestmark = pytest.mark.anyio
API = "/api/v1"
INNARDS = ("Traceback", "site-packages", ".py", "0x", "PIL", "numpy.", "Error(")


def check(answer: httpx.Response, status: int, code: str) -> str:
    """Expects a problem; its sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["code"] == code
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["title"] and body["type"] == "about:blank"
    assert not any(word in answer.text for word in INNARDS)
    detail: str = body["detail"]
    assert detail.endswith(".")
    return detail


async def test_what_is_not_there(client: httpx.AsyncClient, two: bytes) -> None:
    run = f"{API}/runs/{(await run_of(client, two))['id']}"
    for path, code in (
        ("/nothing", "not_found"),
        (f"{API}/models/cats", "model_not_found"),
        (f"{API}/models/..%2F..%2Fetc%2Fpasswd", "not_found"),
        (f"{API}/models/", "not_found"),
        (f"{API}/models/digits?checkpoint=99", "checkpoint_not_found"),
        (f"{API}/models/digits/stages/conv9/parameters", "stage_not_found"),
        (f"{API}/runs/0000", "run_not_found"),
        (f"{API}/runs/0000.npz", "run_not_found"),
        (f"{run}/stages/conv9", "stage_not_found"),
        (f"{run}/stages/conv1/maps/8.png", "channel_not_found"),
        (f"{run}/stages/conv1/cells/8/0/0", "channel_not_found"),
        (f"{run}/stages/conv1/cells/0/28/0", "cell_not_found"),
        (f"{run}/stages/dense/cells/0/0/1", "cell_not_found"),
        (f"{run}/preprocessing/6.png", "step_not_found"),
    ):
        check(await client.get(path), 404, code)
    assert "conv1" in check(await client.get(f"{run}/stages/conv9"), 404, "stage_not_found")
    check(await client.delete(f"{API}/models"), 405, "method_not_allowed")


async def test_parameters_out_of_range(client: httpx.AsyncClient, two: bytes) -> None:
    run = f"{API}/runs/{(await run_of(client, two))['id']}"
    for path in (
        f"{run}/stages/conv1/maps/0.png?zoom=0",
        f"{run}/stages/conv1/maps/0.png?zoom=33",
        f"{run}/stages/conv1/maps/0.png?zoom=nan",
        f"{run}/stages/conv1/maps/0.png?scale=other",
        f"{run}/stages/conv1/maps/-1.png",
        f"{run}/stages/conv1/cells/0/x/0",
        f"{run}/stages/conv1/cells/0/-1/0",
        f"{API}/models/digits?checkpoint=-1",
        f"{run}?include=everything",
    ):
        check(await client.get(path), 422, "invalid_parameter")
    huge = await client.get(f"{run}/stages/conv1/cells/0/{'9' * 400}/0")
    assert huge.status_code in (404, 422)


async def test_forms_in_accept(client: httpx.AsyncClient, two: bytes) -> None:
    stage = f"{API}/runs/{(await run_of(client, two))['id']}/stages/conv1"
    detail = check(await client.get(stage, headers={"accept": "text/html"}), 406, "not_acceptable")
    assert "application/x-npy" in detail
    for accept, form in (
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/octet-stream;q=0.5, application/json;q=0.4", "application/octet-stream"),
        ("application/json;q=0, */*", "application/x-npy"),
        ("text/html, application/x-npy;q=0.1", "application/x-npy"),
    ):
        assert (await client.get(stage, headers={"accept": accept})).headers["content-type"] == form
    for accept in (",", "application/x-npy;q=0", "application/x-npy;q=nan", "application/x-npy;q=", "x-npy"):
        check(await client.get(stage, headers={"accept": accept}), 406, "not_acceptable")
    in_two_lines = [("accept", "text/html"), ("accept", "application/x-npy;q=0.5")]
    assert (await client.get(stage, headers=in_two_lines)).headers["content-type"] == "application/x-npy"


async def test_bodies_that_are_no_picture(client: httpx.AsyncClient, two: bytes) -> None:
    address = f"{API}/models/digits/runs"
    post = client.post
    png = {"content-type": "image/png"}
    check(await post(address, content=b"hello", headers={"content-type": "text/plain"}), 415, "unsupported_body")
    check(await post(address, json={"image": "x"}), 415, "unsupported_body")
    check(await post(address, content=b"hello", headers=png), 415, "unsupported_kind")
    check(await post(address, content=b"", headers=png), 422, "empty_picture")
    check(await post(address, content=two[: len(two) // 2], headers=png), 422, "damaged")
    check(await post(address, files={"other": two}), 422, "no_picture")
    check(await post(address, data={"image": "text"}, files={}), 415, "unsupported_body")
    form = {"content-type": "multipart/form-data; boundary=x"}
    for body in (b"nonsense", b"--x\r\nbroken", b""):
        answer = await post(address, content=body, headers=form)
        assert answer.status_code in (400, 422), answer.text
    check(await post(address, content=b"--x", headers={"content-type": "multipart/form-data"}), 400, "malformed_form")
    two_files = [("image", ("a.png", two)), ("image", ("b.png", two))]
    check(await post(address, files=two_files), 400, "malformed_form")


FIELD = b'Content-Disposition: form-data; name="image"'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"--x--\r\n", 422),
        (b"picture\r\n--x--\r\n", 400),
        (b"--x\r\nOther: header\r\n\r\npicture\r\n--x--\r\n", 400),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\npicture\r\n--x--\r\n", 400),
        (b"--x\r\nNo header\r\n" + FIELD + b"\r\n\r\npicture\r\n--x--\r\n", 400),
        (b"--x\r\n" + b"A: b\r\n" * 9000 + FIELD + b'; filename="a"\r\n\r\npicture\r\n--x--\r\n', 400),
        (b"--x\r\n" + FIELD + b"\r\n\r\n" + b"a" * 5000 + b"\r\n--x--\r\n", 400),
        ((b"--x\r\n" + FIELD + b"\r\n\r\na\r\n") * 9 + b"--x--\r\n", 400),
        (b"--x\r\n" + FIELD + b"\r\n\r\nonly a word\r\n--x--\r\n", 422),
        (b"--x\r\n" + FIELD + b"; filename*=utf-9''%ff\r\n\r\npicture\r\n--x--\r\n", 422),
        (b'--x\r\nContent-Disposition: form-data; name="\xff"; filename="\xff"\r\n\r\na\r\n--x--\r\n', 422),
        (b"--x\r\n" + FIELD + b'; filename="a.png"\r\n\r\nthe end is miss', 400),
        (b"--x\r\n" + FIELD + b'; filename="../../a.png"\r\n\r\npicture\r\n--x--\r\n', 415),
    ],
)
async def test_forms_that_nobody_means_well(client: httpx.AsyncClient, body: bytes, status: int) -> None:
    for kind in ("multipart/form-data; boundary=x", 'Multipart/Form-Data; charset=nope; boundary="x"'):
        answer = await client.post(f"{API}/models/digits/runs", content=body, headers={"content-type": kind})
        code = {400: "malformed_form", 415: "unsupported_kind", 422: "no_picture"}[status]
        check(answer, status, code)


@given(st.binary(max_size=80), st.integers(0, 3), st.binary(max_size=40))
def test_whatever_a_form_holds_it_is_a_problem(noise: bytes, place: int, tail: bytes) -> None:
    pieces = [b"--x\r\n", FIELD + b'; filename="a"\r\n\r\n', b"picture\r\n", b"--x--\r\n"]
    body = b"".join(pieces[:place]) + noise + b"".join(pieces[place:]) + tail

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(ONE_FOR_ALL, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            kind = {"content-type": "multipart/form-data; boundary=x"}
            return await client.post(f"{API}/models/digits/runs", content=body, headers=kind)

    answer = asyncio.run(send())
    assert answer.status_code in (400, 415, 422)
    check(answer, answer.status_code, answer.json()["code"])


ONE_FOR_ALL = create_app(Settings(computations=1))


async def test_a_file_over_the_limit_however_it_comes(two: bytes) -> None:
    app = create_app(Settings(max_image_bytes=len(two) + 10))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:

        async def chunks(data: bytes) -> AsyncIterator[bytes]:
            for start in range(0, len(data), 100):
                yield data[start : start + 100]

        png = {"content-type": "image/png"}
        address = f"{API}/models/digits/runs"
        padded = two + bytes(10)
        for content in (padded, chunks(padded)):
            assert (await client.post(address, content=content, headers=png)).status_code == 201
        assert (await client.post(address, files={"image": padded})).status_code == 201
        large = padded + b"\0"
        for content in (large, chunks(large)):
            answer = await client.post(address, content=content, headers=png)
            check(answer, 413, "too_large")
            assert answer.json()["limit"] == len(padded)
        check(await client.post(address, files={"image": large}), 413, "too_large")
        check(await client.post(address, files={"image": bytes(200_000)}), 413, "too_large")


async def test_a_refused_body_is_read_to_its_end_but_not_for_ever(two: bytes) -> None:
    app = create_app(Settings(max_image_bytes=100, body_seconds=1))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        sent = 0

        async def chunks(number: int) -> AsyncIterator[bytes]:
            nonlocal sent
            for sent in range(number):  # noqa: B007
                await asyncio.sleep(0.001)
                yield bytes(100)

        address, png = f"{API}/models/digits/runs", {"content-type": "image/png"}
        check(await client.post(address, content=chunks(20), headers=png), 413, "too_large")
        assert sent == 19
        endless = await client.post(address, content=chunks(10**6), headers=png)
        check(endless, 408, "body_too_slow")
        assert endless.headers["connection"] == "close"
        waiting = await client.post(address, content=bytes(200), headers=png | {"expect": "100-continue"})
        check(waiting, 413, "too_large")
        assert waiting.headers["connection"] == "close"


async def test_an_answer_that_is_too_large_as_json(two: bytes) -> None:
    app = create_app(Settings(max_json_bytes=20_000))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.post(f"{API}/models/digits/runs?include=values", files={"image": two})
        assert "octet-stream" in check(answer, 422, "answer_too_large")


async def test_a_full_queue_refuses_at_once(app: FastAPI, client: httpx.AsyncClient, two: bytes) -> None:
    app.state.compute = Compute(computations=1, queue=1)
    gate = threading.Event()
    waiting = [asyncio.create_task(app.state.compute.run(lambda _: gate.wait(10))) for _ in range(2)]
    await asyncio.sleep(0.05)
    answer = await client.post(f"{API}/models/digits/runs", files={"image": two})
    check(answer, 503, "busy")
    assert int(answer.headers["retry-after"]) >= 1
    assert (await client.get("/healthz")).status_code == 200
    gate.set()
    await asyncio.gather(*waiting)
    assert (await client.post(f"{API}/models/digits/runs", files={"image": two})).status_code == 201


async def test_a_fault_of_ours_says_nothing_of_the_innards(
    app: FastAPI, client: httpx.AsyncClient, two: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret /path/to/module.py at 0x7f")

    app.state.runs.keep = fail
    answer = await client.post(f"{API}/models/digits/runs", files={"image": two})
    assert "secret" not in check(answer, 500, "internal_error")
    assert answer.headers["x-request-id"] in caplog.text


async def test_a_damaged_model_says_so_and_answers_no_numbers(
    client: httpx.AsyncClient,
    two: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    zoo = tmp_path / "zoo"
    shutil.copytree(model.catalog.ZOO, zoo)
    monkeypatch.setattr(model.catalog, "ZOO", zoo)
    monkeypatch.setattr(model.catalog, "_loaded", {})
    file = zoo / "digits.onnx"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    check(await client.post(f"{API}/models/digits/runs", files={"image": two}), 503, "model_damaged")
    assert "digits.onnx is damaged" in caplog.text
    file.unlink()
    file.mkdir()  # there, but not to be read
    for path in ("/readyz", f"{API}/models", f"{API}/models/digits"):
        answer = await client.get(path)
        check(answer, 503, "model_damaged")
        assert str(tmp_path) not in answer.text
    assert (await client.get("/healthz")).status_code == 200


async def test_old_runs_go_and_lost_traces_come_back(two: bytes, seven: bytes) -> None:
    app = create_app(Settings(runs_kept=2, trace_bytes=1))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        first = await run_of(client, two)
        await run_of(client, seven)
        raw = {"accept": "application/octet-stream"}
        again = await client.get(f"{API}/runs/{first['id']}")
        assert again.json() == first
        values = (await client.get(f"{API}/runs/{first['id']}", headers=raw)).content
        await run_of(client, seven, checkpoint="3")
        check(await client.get(f"{API}/runs/{first['id']}"), 404, "run_not_found")
        await run_of(client, two)
        assert (await client.get(f"{API}/runs/{first['id']}", headers=raw)).content == values


async def test_each_of_many_at_once_gets_its_own_answer(client: httpx.AsyncClient, two: bytes, seven: bytes) -> None:
    async def ask(picture: bytes, expected: str) -> None:
        answered = 0
        while answered < 5:
            answer = await client.post(f"{API}/models/digits/runs", files={"image": picture})
            if answer.status_code == 503:
                check(answer, 503, "busy")
                await asyncio.sleep(0.01)
                continue
            answered += 1
            assert answer.json()["predictions"][0]["class"] == expected

    await asyncio.gather(*(ask(*pair) for pair in [(two, "2"), (seven, "7")] * 4))
