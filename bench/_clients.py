"""Clients for a server under measurement: four threads, each with one connection that it keeps."""

import gzip
import http.client
import re
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from posixpath import dirname, join, normpath
from typing import NamedTuple
from urllib.parse import quote

CLIENTS, WARM, REQUESTS = 4, 12, 60  # per client
WAIT = 90
# What a page names: style sheets, scripts, and what scripts and sheets name in turn.
NAMED = re.compile(
    r"""<link[^>]+rel="(?:stylesheet|modulepreload)"[^>]+href="([^"]+)"|<script[^>]+src="([^"]+)"|"""
    r"""@import\s+(?:url\()?["']([^"']+)|\bfrom\s*["'](\.[^"']+)["']|\bimport\s*\(?["'](\.[^"']+)["']"""
)
LIBRARY = "maplibre"
DURATION = re.compile(r"dur=([\d.]+)")

quoted = quote


def free_port() -> int:
    """One that nothing listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers; an error when it ended or took too long."""
    last = time.monotonic() + WAIT
    while time.monotonic() < last and server.poll() is None:
        try:
            get(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/health")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"The server did not answer: it ended with {server.poll()}.")


def get(connection: http.client.HTTPConnection, address: str, session: str = "") -> tuple[dict[str, str], bytes]:
    """The headers and the body as they came."""
    headers = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}
    if session:
        headers["Cookie"] = f"sessionid={session}"
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status in (200, 204), (address, answer.status)
    return {name.lower(): value for name, value in answer.getheaders()}, body


class Times(NamedTuple):
    """What one request took, in seconds: in the application, there of the processor's own time, and for the client from
    asking to the last byte."""

    server: float
    cpu: float
    client: float


def measured(port: int, addresses: Sequence[str], session: str) -> dict[str, float]:
    """Middle and 95th of a hundred of each time, in milliseconds, over all requests of all clients."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        asked = [clients.submit(_client, port, addresses, session, first) for first in range(CLIENTS)]
        times = [took for each in asked for took in each.result()]
    figures = {}
    for name in Times._fields:
        column = sorted(getattr(took, name) for took in times)
        figures[f"{name} p50"] = statistics.median(column) * 1000
        figures[f"{name} p95"] = column[int(len(column) * 0.95)] * 1000
    return figures


def _client(port: int, addresses: Sequence[str], session: str, first: int) -> list[Times]:
    """One client asks for one address after the other; what it asks while all grow warm is not counted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for address in addresses:  # every process keeps its own tiles, and a connection stays with one
        get(connection, address, session)
    for number in range(WARM + REQUESTS):
        began = time.perf_counter()
        headers, _body = get(connection, addresses[(first + CLIENTS * number) % len(addresses)], session)
        took = time.perf_counter() - began
        server, cpu = (float(told) / 1000 for told in DURATION.findall(headers["server-timing"]))
        times.append(Times(server, cpu, took))
    connection.close()
    return times[WARM:]


def weight(port: int, page: str) -> dict[str, int]:
    """Bytes of a page with the style sheets and scripts it brings, as sent and as gzip would make them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = packed = 0
    waiting, seen = [page], set()
    while waiting:
        address = waiting.pop()
        if address in seen or LIBRARY in address:
            continue
        seen.add(address)
        headers, body = get(connection, address)
        sent += len(body)
        text = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        packed += min(len(body), len(gzip.compress(text, 6)))
        waiting += _named(address, text.decode())
    return {"as sent": sent, "compressed": packed}


def _named(address: str, text: str) -> Iterator[str]:
    for found in NAMED.findall(text):
        name = next(filter(None, found))
        yield name if name.startswith("/") else normpath(join(dirname(address), name))
