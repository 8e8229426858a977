"""Photos to try: there with scikit-image, quietly absent without."""

from __future__ import annotations

import httpx
import pytest

import app.samples
from app.samples import PHOTOS
from model.pictures import read_picture


@pytest.mark.anyio
async def test_each_photo_is_listed_with_its_credit_and_is_a_picture(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/api/v1/samples")).json()["samples"]
    assert [each["id"] for each in listed] == [each.id for each in PHOTOS]
    for each in listed:
        assert each["credit"]
        answer = await client.get(each["url"])
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("image/")
        assert min(read_picture(answer.content).pixels.shape[:2]) >= 200
        again = await client.get(each["url"], headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.anyio
async def test_without_scikit_image_there_are_none(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.samples, "folder", lambda: None)
    assert (await client.get("/api/v1/samples")).json() == {"samples": []}
    answer = await client.get("/api/v1/samples/chelsea")
    assert answer.status_code == 404 and answer.json()["code"] == "sample_not_found"
    assert "there are: none" in answer.json()["detail"]
