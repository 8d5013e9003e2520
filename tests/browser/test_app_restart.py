"""A server that stops and starts again: what was typed is still there, and is saved by a press."""

from __future__ import annotations

import os
import socket
import subprocess
from contextlib import contextmanager

import pytest
from app_pages import _wait_for, settled
from playwright.sync_api import expect

import platforms as ip
from platforms.app.server import command

pytestmark = [pytest.mark.browser, pytest.mark.long]

PLOT = "SP-0003"


@pytest.fixture
def kept(tmp_path):
    city = ip.Workspace.open("yueqing")
    ip.open_store(city, tmp_path).ledger.take(ip.run(city), by="王")
    return tmp_path


@contextmanager
def running(port, kept):
    with (kept / "log").open("ab") as out:
        server = subprocess.Popen(
            command(port, "yueqing"), cwd=kept, stdout=out, stderr=subprocess.STDOUT,
            env={**os.environ, "PLATFORMS_STORE": str(kept)},
        )  # fmt: skip
        try:
            _wait_for(server, f"http://127.0.0.1:{port}/_stcore/health", kept / "log")
            yield
        finally:
            server.terminate()
            server.wait(10)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_what_was_typed_outlives_the_server(kept, open_app):
    port = free_port()
    with running(port, kept):
        page = open_app(f"http://127.0.0.1:{port}/ledger?plot={PLOT}", until=".ip-facts")
        settled(page)
        page.get_by_label("您的姓名").fill("李敏")
        page.keyboard.press("Enter")
        save = page.get_by_role("button", name="保存（1 宗）")
        expect(save).to_be_enabled()
        page.get_by_role("textbox", name="责任单位").fill("市经信局")
        page.keyboard.press("Enter")
        expect(page.get_by_text("未保存的修改")).to_be_visible()
        # the server stops while one types
        page.get_by_role("textbox", name="备注").fill("三户待谈")
    app = page.get_by_test_id("stApp")
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with running(port, kept):
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=60_000)
        settled(page)
        expect(page.get_by_role("textbox", name="责任单位")).to_have_value("市经信局")
        expect(page.get_by_role("textbox", name="备注")).to_have_value("三户待谈")
        expect(page.get_by_label("您的姓名")).to_have_value("李敏")
        expect(page.get_by_text("未保存的修改")).to_be_visible()
        if shots := os.environ.get("SHOTS"):
            page.screenshot(path=f"{shots}/restart.png")
        save.click()
        expect(page.get_by_text("已保存")).to_be_visible()
        row = ip.open_store("yueqing", kept).ledger.plots().set_index("plot_id").loc[PLOT]
        assert row[["unit", "note", "changed_by"]].tolist() == ["市经信局", "三户待谈", "李敏"]
