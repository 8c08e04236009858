"""The server as its clients meet it: the real program on a free port, spoken to over plain sockets
where a well-behaved client library would hide what is tested."""

import contextlib
import ctypes
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import SLOW
from PIL import Image

ID = re.compile(r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")
PROBLEM_KEYS = ["type", "title", "status", "code", "detail", "request_id"]


def connect(server, timeout=60):
    u = urllib.parse.urlsplit(server.url)
    return http.client.HTTPConnection(u.hostname, u.port, timeout=timeout * SLOW)


def ask(server, method, path, body=None, headers=None, timeout=120):
    """Returns status, headers and body."""
    c = connect(server, timeout)
    try:
        c.request(method, path, body, headers or {})
        r = c.getresponse()
        return r.status, r.headers, r.read()
    finally:
        c.close()


def raw_socket(server, timeout=30):
    u = urllib.parse.urlsplit(server.url)
    return socket.create_connection((u.hostname, u.port), timeout * SLOW)


def raw(server, text, timeout=30):
    """Sends bytes as they are and returns all that comes back."""
    with raw_socket(server, timeout) as s:
        s.sendall(text)
        return read_all(s)


def read_all(s):
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := s.recv(65536):
            got += piece
    return got


def status_of(answer):
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer[9:12])


def assert_problem(status, headers, body, expected, code):
    assert status == expected
    assert headers["Content-Type"] == "application/problem+json"
    problem = json.loads(body)
    assert list(problem) == PROBLEM_KEYS
    assert problem["status"] == expected
    assert problem["code"] == code
    assert problem["type"] == f"urn:dure:problem:{code}"
    assert problem["request_id"] == headers["X-Request-Id"]
    return problem


def picture(text_size=(400, 300), format="PNG"):
    out = io.BytesIO()
    Image.new("RGB", text_size, "white").save(out, format)
    return out.getvalue()


BLANK = picture()


def many_pages(samples, count):
    """A TIFF that takes about a second a page."""
    page = Image.open(samples / "hardware-scan.jpg").convert("L")
    out = io.BytesIO()
    page.save(out, "TIFF", save_all=True, append_images=[page] * (count - 1), compression="jpeg")
    return out.getvalue()


def form(*files):
    """A multipart body of (name, filename, bytes)."""
    mark = "----------testboundary"
    body = b"".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, filename, content in files
    )
    return body + f"--{mark}--\r\n".encode(), {
        "Content-Type": f"multipart/form-data; boundary={mark}"
    }


def post(server, content, query="", headers=None, timeout=120):
    headers = {"Content-Type": "application/octet-stream"} | (headers or {})
    return ask(server, "POST", "/v1/documents" + query, content, headers, timeout)


def documents_on_disk(server_directory):
    return [p.name for p in (server_directory / "data").iterdir() if p.name != ".lock"]


def directory_of(server):
    return server.log_path.parent


def wait_for(condition, timeout=20):
    deadline = time.monotonic() + timeout * SLOW
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


# What it is for


def test_an_uploaded_document_is_read_kept_and_given_back(server, samples):
    body, headers = form(("file", "cafe-photo.jpg", (samples / "cafe-photo.jpg").read_bytes()))
    status, headers, body = ask(server, "POST", "/v1/documents", body, headers)
    reading = json.loads(body)
    assert status == 201
    assert ID.match(reading["id"])
    assert headers["Location"] == f"/v1/documents/{reading['id']}"
    assert reading["name"] == "cafe-photo.jpg"
    assert any("COFFEE" in line["text"] for line in reading["pages"][0]["lines"])

    status, headers, again = ask(server, "GET", headers["Location"])
    assert (status, again) == (200, body)

    status, headers, jpeg = ask(server, "GET", f"/v1/documents/{reading['id']}/pages/1/image")
    assert (status, headers["Content-Type"]) == (200, "image/jpeg")
    size = Image.open(io.BytesIO(jpeg)).size
    assert size == (reading["pages"][0]["width"], reading["pages"][0]["height"])


@pytest.mark.parametrize(
    "name, media_type, start",
    [
        ("json", "application/json", b"{"),
        ("text", "text/plain; charset=utf-8", b""),
        ("tsv", "text/tab-separated-values; charset=utf-8", b"level\t"),
        ("hocr", "application/xhtml+xml", b"<?xml"),
        ("alto", "application/xml", b"<?xml"),
        ("pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_every_format_comes_at_once_and_later(server, name, media_type, start):
    status, headers, body = post(server, BLANK, f"?format={name}")
    assert status == 201
    assert headers["Content-Type"] == media_type
    assert body.startswith(start)
    status, headers, later = ask(server, "GET", headers["Location"] + f"?format={name}")
    assert (status, headers["Content-Type"]) == (200, media_type)
    assert later == body


def test_several_files_are_the_pages_of_one_document(server):
    body, headers = form(
        ("file", "one.png", picture((300, 200))), ("file", "two.png", picture((200, 300)))
    )
    status, _, body = ask(server, "POST", "/v1/documents", body, headers)
    pages = json.loads(body)["pages"]
    assert status == 201
    assert [(p["number"], p["source"], p["width"]) for p in pages] == [
        (1, "one.png", 300),
        (2, "two.png", 200),
    ]


def test_files_of_one_document_share_its_limit_of_pages(start_server):
    server = start_server({"TWINREADER_LIMITS_MAX_PAGES": "3"})
    two = io.BytesIO()
    page = Image.new("L", (64, 64), 255)
    page.save(two, "TIFF", save_all=True, append_images=[page])
    files = [("two.tif", two.getvalue()), ("two more.tif", two.getvalue()), ("one.png", BLANK)]
    body, headers = form(*[("file", *f) for f in files])
    status, _, body = ask(server, "POST", "/v1/documents", body, headers)
    assert status == 201
    limit = {
        "code": "limit_exceeded",
        "message": "with it the document has 4 pages, more than the limit of 3",
    }
    assert [(p["source"], p["error"]) for p in json.loads(body)["pages"]] == [
        ("two.tif", None),
        ("two.tif", None),
        ("two more.tif", limit),
        ("one.png", limit),
    ]


def test_a_blank_page_is_a_valid_result_without_words(server):
    status, _, body = post(server, BLANK)
    assert status == 201
    page = json.loads(body)["pages"][0]
    assert (page["lines"], page["error"]) == ([], None)


def test_fields_can_be_left_out(server):
    with_fields = json.loads(post(server, BLANK)[2])
    without = json.loads(post(server, BLANK, "?fields=false")[2])
    assert "form" in with_fields["pages"][0]
    assert "form" not in without["pages"][0]
    stored = json.loads(ask(server, "GET", f"/v1/documents/{without['id']}?fields=true")[2])
    assert "form" in stored["pages"][0]


@pytest.mark.parametrize("name", ["json", "pdf"])
def test_a_document_that_is_not_to_be_kept_is_not(start_server, name):
    server = start_server()
    status, headers, body = post(server, BLANK, f"?store=false&format={name}")
    assert status == 200
    assert "Location" not in headers
    if name == "json":
        assert json.loads(body)["id"] is None
    assert documents_on_disk(directory_of(server)) == []


def test_documents_are_listed_newest_first_in_steps(start_server):
    server = start_server()
    ids = [json.loads(post(server, BLANK, f"?name=page{i}")[2])["id"] for i in range(5)]
    first = json.loads(ask(server, "GET", "/v1/documents?limit=3")[2])
    assert [d["id"] for d in first["documents"]] == ids[:1:-1]
    assert first["documents"][0]["name"] == "page4"
    assert first["next"] == ids[2]
    rest = json.loads(ask(server, "GET", f"/v1/documents?limit=3&after={first['next']}")[2])
    assert [d["id"] for d in rest["documents"]] == ids[1::-1]
    assert rest["next"] is None


@pytest.mark.parametrize("damage", [b"", b"\0\0\0", b'{"id":', b"[1]"])
def test_a_document_that_the_disk_damaged_does_not_spoil_the_list(start_server, damage):
    server = start_server()
    ids = [json.loads(post(server, BLANK)[2])["id"] for _ in range(3)]
    next(directory_of(server).rglob(f"{ids[1]}/meta.json")).write_bytes(damage)
    listed = json.loads(ask(server, "GET", "/v1/documents")[2])
    assert [d["id"] for d in listed["documents"]] == [ids[2], ids[0]]


def test_a_removed_document_is_gone(server):
    place = post(server, BLANK)[1]["Location"]
    status, _, body = ask(server, "DELETE", place)
    assert (status, body) == (204, b"")
    for method, path in [("GET", place), ("DELETE", place), ("GET", place + "/pages/1/image")]:
        assert_problem(*ask(server, method, path), 404, "not_found")


def test_the_oldest_documents_make_room(start_server):
    server = start_server({"TWINREADER_STORE_MAX_DOCUMENTS": "2"})
    places = [post(server, BLANK)[1]["Location"] for _ in range(3)]
    assert [ask(server, "GET", p)[0] for p in places] == [404, 200, 200]


def test_info_says_what_the_server_allows(server):
    info = json.loads(ask(server, "GET", "/v1/info")[2])
    assert info["name"] == "twinreader"
    assert [f["name"] for f in info["formats"]] == ["json", "text", "tsv", "hocr", "alto", "pdf"]
    assert info["limits"]["body_bytes"] == 64 << 20


def test_metrics_count_requests_pages_and_stages(server):
    post(server, BLANK)
    text = ask(server, "GET", "/metrics")[2].decode()
    assert re.search(
        r'http_requests_total\{route="/v1/documents",method="POST",status="201"\} [1-9]', text
    )
    assert re.search(r'twinreader_pages_total\{result="read"\} [1-9]', text)
    assert 'twinreader_stage_seconds_total{stage="decode"}' in text
    assert 'http_queue_length{pool="slow"} 0' in text


# What it refuses


@pytest.mark.parametrize(
    "content, code",
    [
        (b"this is a text", "bad_format"),
        (b"\xff\xd8\xff\xe0 truncated", "bad_format"),
        (b"%PDF-1.7\nbroken", "bad_format"),
    ],
)
def test_what_is_no_document_is_422_and_leaves_nothing(start_server, content, code):
    server = start_server()
    assert_problem(*post(server, content), 422, code)
    assert documents_on_disk(directory_of(server)) == []


def test_an_encrypted_pdf_says_so(server, tmp_path, samples):
    locked = tmp_path / "locked.pdf"
    subprocess.run(
        ["qpdf", "--encrypt", "user", "owner", "256", "--", samples / "bookshop.pdf", locked],
        check=True,
    )
    problem = assert_problem(*post(server, locked.read_bytes()), 422, "encrypted")
    assert problem["title"] == "Unprocessable Content"


@pytest.mark.parametrize(
    "path, detail",
    [
        (
            "/v1/documents?format=docx",
            'format must be json, text, tsv, hocr, alto or pdf, is "docx"',
        ),
        ("/v1/documents?fields=yes", 'fields must be true or false, is "yes"'),
        ("/v1/documents?feilds=true", 'there is no parameter "feilds" here'),
        ("/v1/documents?store=true&store=false", 'the parameter "store" is there twice'),
        ("/v1/documents?name=%00", "the address has a control character"),
        ("/v1/documents?name=%ff", "the address is not valid UTF-8"),
        ("/v1/documents?name=%4", "the address has a broken %-escape"),
    ],
)
def test_wrong_parameters_are_named(server, path, detail):
    answer = ask(server, "POST", path, BLANK, {"Content-Type": "image/png"})
    assert assert_problem(*answer, 400, "usage")["detail"] == detail


def test_an_upload_without_a_file_is_refused(server):
    body, headers = form(("other", "x.png", BLANK))
    problem = assert_problem(*ask(server, "POST", "/v1/documents", body, headers), 400, "usage")
    assert problem["detail"] == 'the parts must be called "file", not "other"'
    assert_problem(*ask(server, "POST", "/v1/documents"), 400, "usage")
    headers = {"Content-Type": "multipart/form-data"}
    assert_problem(*ask(server, "POST", "/v1/documents", b"x", headers), 400, "usage")


def test_a_cut_upload_is_refused(server):
    body, headers = form(("file", "x.png", BLANK))
    problem = assert_problem(
        *ask(server, "POST", "/v1/documents", body[:-40], headers), 400, "usage"
    )
    assert problem["detail"] == "the multipart body is cut off"


def test_other_media_types_are_refused(server):
    answer = post(server, b"{}", headers={"Content-Type": "application/json"})
    assert_problem(*answer, 415, "unsupported")


def test_other_methods_hear_which_there_are(server):
    answer = ask(server, "PUT", "/v1/documents")
    assert_problem(*answer, 405, "usage")
    assert answer[1]["Allow"] == "POST, GET, HEAD"
    answer = ask(server, "POST", "/index.html")
    assert_problem(*answer, 405, "usage")
    assert answer[1]["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/v1/nothing", "/v1/documents/", "/v1/documents/x", "/nothing.html"]
)
def test_what_is_not_there_is_404(server, path):
    assert_problem(*ask(server, "GET", path), 404, "not_found")


@pytest.mark.parametrize("number", ["0", "2", "x", "-1", "99999999999999999999"])
def test_pages_that_are_not_there_are_404(server, number):
    place = post(server, BLANK)[1]["Location"]
    assert_problem(*ask(server, "GET", f"{place}/pages/{number}/image"), 404, "not_found")


# Limits


def test_a_body_over_the_limit_is_refused_before_it_is_sent(start_server):
    server = start_server({"TWINREADER_SERVER_MAX_BODY": "100KiB"})
    with raw_socket(server) as s:
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
            b"Content-Length: 102401\r\nExpect: 100-continue\r\n\r\n"
        )
        answer = read_all(s)
    assert status_of(answer) == 413
    assert b"The body may have at most 102400 bytes." in answer


def test_a_client_that_sends_all_of_a_body_over_the_limit_still_hears_why(start_server):
    server = start_server({"TWINREADER_SERVER_MAX_BODY": "100KiB"})
    c = connect(server)
    c.request("POST", "/v1/documents", b"x" * (20 << 20), {"Content-Type": "image/png"})
    r = c.getresponse()
    assert_problem(r.status, r.headers, r.read(), 413, "limit_exceeded")
    c.close()


def test_stopping_does_not_wait_for_a_client_that_goes_on_sending(start_server):
    server = start_server({"TWINREADER_SERVER_MAX_BODY": "100KiB"})
    with raw_socket(server) as s:
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
            b"Content-Length: 20000000\r\n\r\n" + b"x" * 1000
        )
        assert status_of(read_all(s)) == 413
        s.sendall(b"x" * 1000)
        assert server.stop() == 0


def test_a_body_of_unknown_length_is_cut_at_the_limit(start_server):
    server = start_server({"TWINREADER_SERVER_MAX_BODY": "100KiB"})
    with raw_socket(server) as s:
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            for _ in range(1000):
                s.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        answer = read_all(s)
    assert status_of(answer) == 413
    assert b"more than 102400 bytes" in answer


def test_headers_over_the_limit_are_refused(server):
    lines = b"".join(b"X-H%d: x\r\n" % i for i in range(200))
    answer = raw(
        server,
        b"GET /v1/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + lines + b"\r\n",
    )
    assert status_of(answer) == 431
    answer = raw(
        server, b"GET /v1/info HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100000 + b"\r\n\r\n"
    )
    assert status_of(answer) in (413, 431)


def test_a_path_over_the_limit_is_refused(server):
    assert_problem(*ask(server, "GET", "/" + "x" * 3000), 414, "limit_exceeded")


def test_a_body_that_comes_a_byte_at_a_time_is_told_408(start_server):
    server = start_server({"TWINREADER_SERVER_READ_TIMEOUT": "1s"})
    with raw_socket(server) as s:
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
            b"Content-Length: 1000\r\n\r\n"
        )
        start = time.monotonic()
        s.settimeout(0.2)
        answer = b""
        while time.monotonic() < start + 10 * SLOW and not answer:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                s.send(b"x")
            with contextlib.suppress(socket.timeout, TimeoutError):
                answer = s.recv(65536)
        took = time.monotonic() - start
    assert status_of(answer) == 408
    assert b'"code":"timeout"' in answer
    assert 0.9 < took < 5 * SLOW


def test_a_header_that_never_ends_is_cut_off(start_server):
    server = start_server({"TWINREADER_SERVER_READ_TIMEOUT": "1s"})
    with raw_socket(server) as s:
        start = time.monotonic()
        s.settimeout(0.2)
        answer, ended = b"", False
        s.sendall(b"GET / HTTP/1.1\r\n")
        while time.monotonic() < start + 10 * SLOW and not ended:
            try:
                s.send(b"X: y\r\n")
                piece = s.recv(65536)
                answer += piece
                ended = not piece
            except TimeoutError:
                pass
            except ConnectionError:
                ended = True
    assert ended
    assert status_of(answer) == 408


def test_a_client_that_does_not_read_its_answer_is_cut_off(start_server, samples):
    server = start_server({"TWINREADER_SERVER_READ_TIMEOUT": "1s"})
    place = post(server, (samples / "cafe-photo.jpg").read_bytes())[1]["Location"]
    u = urllib.parse.urlsplit(server.url)
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect((u.hostname, u.port))
        request = f"GET {place}/pages/1/image HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        s.sendall(request * 60)
        wait_for(lambda: b"http_connections 1\n" in ask(server, "GET", "/metrics")[2], 30)


def test_an_idle_connection_is_closed(start_server):
    server = start_server({"TWINREADER_SERVER_READ_TIMEOUT": "500ms"})
    with raw_socket(server) as s:
        s.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        s.settimeout(10 * SLOW)
        assert status_of(read_all(s)) == 200


def test_slow_clients_do_not_hold_up_others(start_server):
    server = start_server({"TWINREADER_WORKERS": "1"})
    slow = [raw_socket(server) for _ in range(20)]
    try:
        for s in slow:
            s.sendall(
                b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                b"Content-Length: 100000\r\n\r\nx"
            )
        assert post(server, BLANK, timeout=20)[0] == 201
    finally:
        for s in slow:
            s.close()


def test_fifty_uploads_at_once_are_read_or_told_when_to_come_again(start_server):
    server = start_server({"TWINREADER_SERVER_QUEUE": "4", "TWINREADER_WORKERS": "2"})
    page = picture((1200, 1600))
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: post(server, page), range(50)))
    assert {a[0] for a in answers} == {201, 503}
    for status, headers, body in answers:
        if status == 503:
            assert_problem(status, headers, body, 503, "busy")
            assert 1 <= int(headers["Retry-After"]) <= 60
    read = {json.loads(body)["id"] for status, _, body in answers if status == 201}
    assert len(read) == sum(a[0] == 201 for a in answers) >= 6
    listed = json.loads(ask(server, "GET", "/v1/documents?limit=100")[2])["documents"]
    assert {d["id"] for d in listed} == read


# Clients that leave, and stopping


def test_work_for_a_client_that_left_is_cancelled(start_server, samples):
    server = start_server({"TWINREADER_WORKERS": "1"})
    body = many_pages(samples, 30)
    with raw_socket(server) as s:
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/tiff\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
        wait_for(
            lambda: any(n.startswith(".new-") for n in documents_on_disk(directory_of(server)))
        )
    wait_for(lambda: not documents_on_disk(directory_of(server)), 15)
    assert post(server, BLANK)[0] == 201


HALF_REQUESTS = [
    b"GET /v1/in",
    b"GET /v1/info HTTP/1.1\r\nHost: local",
    b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
    b"Content-Length: 1000\r\n\r\nhalf",
    b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nha",
    b"GET /" + b"x" * 2000,
    b"",
]


def connections(server):
    """Sockets that the server holds, those it listens on aside."""
    held = set()
    for fd in os.listdir(f"/proc/{server.pid}/fd"):
        with contextlib.suppress(OSError):
            link = os.readlink(f"/proc/{server.pid}/fd/{fd}")
            if link.startswith("socket:["):
                held.add(link[8:-1])
    lines = Path(f"/proc/{server.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    listening = {line.split()[9] for line in lines if line.split()[3] == "0A"}
    return len(held - listening)


def test_clients_gone_in_the_middle_of_their_request_give_up_their_places(start_server):
    server = start_server({"TWINREADER_SERVER_MAX_CONNECTIONS": "32"})
    # Whoever asked whether it is ready may not have been let go yet.
    wait_for(lambda: connections(server) == 0)
    for half in HALF_REQUESTS:
        gone = [raw_socket(server) for _ in range(30)]
        for s in gone:
            s.sendall(half)
        wait_for(lambda: connections(server) == 30)
        for s in gone:
            s.close()
        # Far less than the time that a request may take.
        wait_for(lambda: connections(server) == 0, 3)
        assert ask(server, "GET", "/health/live", timeout=5)[0] == 200
        wait_for(lambda: connections(server) == 0, 3)


@pytest.mark.parametrize("pages", [1, 4])
def test_a_client_that_ends_its_side_after_its_request_is_answered(server, samples, pages):
    body = many_pages(samples, pages)
    with raw_socket(server, 60) as s:
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/tiff\r\n"
            b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
        s.shutdown(socket.SHUT_WR)
        r = http.client.HTTPResponse(s)
        r.begin()
        assert r.status == 201
        assert len(json.loads(r.read())["pages"]) == pages


def test_a_client_gone_in_the_middle_of_its_answer_harms_nobody(start_server, samples):
    server = start_server()
    place = post(server, (samples / "cafe-photo.jpg").read_bytes())[1]["Location"]
    for read in [0, 1, 1000]:
        for _ in range(10):
            with raw_socket(server) as s:
                s.sendall(f"GET {place}/pages/1/image HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                if read:
                    s.recv(read)
    assert ask(server, "GET", place)[0] == 200
    wait_for(lambda: b"http_connections 1\n" in ask(server, "GET", "/metrics")[2])


def in_background(function, *arguments):
    result = []
    thread = threading.Thread(target=lambda: result.append(function(*arguments)))
    thread.start()

    def wait(timeout=60):
        thread.join(timeout * SLOW)
        assert result, "no answer came"
        return result[0]

    return wait


def test_sigterm_during_a_page_lets_the_answer_out_and_ends_well(start_server, samples):
    server = start_server()
    waiting = in_background(post, server, many_pages(samples, 3))
    wait_for(lambda: any(n.startswith(".new-") for n in documents_on_disk(directory_of(server))))
    idle = connect(server)
    idle.request("GET", "/health/ready")
    assert idle.getresponse().read() == b'{"status":"ready"}'
    server.process.send_signal(signal.SIGTERM)
    wait_for(lambda: "finishing what is under way" in server.log())
    time.sleep(0.1)
    answer = ask(server, "GET", "/health/ready")
    assert_problem(*answer, 503, "busy")
    answer = ask(server, "GET", "/v1/info")
    assert_problem(*answer, 503, "busy")
    assert int(answer[1]["Retry-After"]) > 0
    assert ask(server, "GET", "/health/live")[0] == 200
    status, headers, body = waiting()
    assert status == 201
    assert len(json.loads(body)["pages"]) == 3
    assert server.process.wait(20 * SLOW) == 0
    assert documents_on_disk(directory_of(server)) == [json.loads(body)["id"]]


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(start_server, samples, second):
    server = start_server()
    with raw_socket(server) as s:
        body = many_pages(samples, 60)
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/tiff\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
        wait_for(
            lambda: any(n.startswith(".new-") for n in documents_on_disk(directory_of(server)))
        )
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: "finishing what is under way" in server.log())
        time.sleep(0.3)
        assert server.process.poll() is None
        server.process.send_signal(second)
        assert server.process.wait(2 * SLOW) == 128 + second


def test_work_longer_than_the_drain_is_cancelled(start_server, samples):
    server = start_server({"TWINREADER_SERVER_DRAIN": "200ms"})
    waiting = in_background(post, server, many_pages(samples, 60))
    wait_for(lambda: any(n.startswith(".new-") for n in documents_on_disk(directory_of(server))))
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20 * SLOW) == 0
    with contextlib.suppress(AssertionError):
        assert waiting(1)[0] == 503
    assert documents_on_disk(directory_of(server)) == []


def test_a_killed_server_leaves_no_half_document(start_server, samples, tmp_path):
    first = start_server()
    kept = json.loads(post(first, BLANK)[2])["id"]
    data = directory_of(first) / "data"
    with raw_socket(first) as s:
        body = many_pages(samples, 20)
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/tiff\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
        wait_for(lambda: any(n.startswith(".new-") for n in documents_on_disk(directory_of(first))))
        first.process.kill()
        first.process.wait()
    assert any(n.startswith(".new-") for n in documents_on_disk(directory_of(first)))
    second = start_server({"TWINREADER_STORE_DIR": str(data)})
    assert documents_on_disk(directory_of(first)) == [kept]
    listed = json.loads(ask(second, "GET", "/v1/documents")[2])["documents"]
    assert [d["id"] for d in listed] == [kept]
    assert ask(second, "GET", f"/v1/documents/{kept}")[0] == 200


def test_two_servers_do_not_share_a_store(start_server, twinreader):
    server = start_server()
    data = str(directory_of(server) / "data")
    done = twinreader("serve", "-p", "0", env={"TWINREADER_STORE_DIR": data}, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"twinreader: store.dir {data}: another server uses it"


def test_what_a_client_was_told_is_on_the_disk(start_server, tmp_path):
    """Without fsync a power cut takes back what was answered with 201."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    server = start_server()
    log = tmp_path / "calls"
    with subprocess.Popen(
        ["strace", "-f", "-y", "-e", "trace=fsync,renameat", "-o", log, "-p", str(server.pid)],
        stderr=subprocess.PIPE,
        text=True,
    ) as tracer:
        if "attached" not in tracer.stderr.readline():
            pytest.skip("strace may not trace here")
        place = post(server, BLANK)[1]["Location"].rsplit("/", 1)[1]
        tracer.terminate()
    calls = re.findall(r"(fsync|renameat)\(\d+<([^>]*)>", log.read_text())
    data = str(directory_of(server) / "data")
    draft = f"{data}/.new-{place}"
    files = [f"{draft}/{name}" for name in ["page-1.jpg", "reading.json", "meta.json"]]
    assert calls == [("fsync", f) for f in [*files, draft]] + [("renameat", data), ("fsync", data)]


# Disk full


@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True
    )
    if done.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_is_507_and_leaves_nothing(start_server, small_disk, samples):
    server = start_server({"TWINREADER_STORE_DIR": str(small_disk / "data")})
    (small_disk / "filler").write_bytes(b"x" * (900 << 10))
    answer = post(server, (samples / "hardware-scan.jpg").read_bytes()[:200000])
    assert answer[0] in (422, 507)
    answer = post(server, (samples / "cafe-photo.jpg").read_bytes())
    assert_problem(*answer, 507, "no_space")
    assert [p.name for p in (small_disk / "data").iterdir()] == [".lock"]
    (small_disk / "filler").unlink()
    assert post(server, BLANK)[0] == 201


def test_a_pdf_that_finds_no_room_to_be_rendered_is_507(start_server, small_disk, samples):
    server = start_server({"TMPDIR": str(small_disk)})
    with contextlib.suppress(OSError), open(small_disk / "filler", "wb", buffering=0) as filler:
        while filler.write(b"x" * 4096):
            pass
    pdf = (samples / "bookshop.pdf").read_bytes()
    assert_problem(*post(server, pdf), 507, "no_space")
    (small_disk / "filler").unlink()
    assert post(server, pdf)[0] == 201


@pytest.mark.parametrize(
    ("key", "advice"),
    [("dir", ""), ("kit", ""), ("vendor", "; run make serve or set web.vendor")],
)
def test_it_refuses_to_serve_a_blank_page(twinreader, tmp_path, key, advice):
    folder = tmp_path / "folder"
    env = {f"TWINREADER_WEB_{key.upper()}": str(folder), "TWINREADER_STORE_DIR": str(tmp_path)}
    done = twinreader("serve", "-p", "0", env=env, text=True)
    said = f"twinreader: web.{key}: {folder}: No such file or directory{advice}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    folder.mkdir()
    done = twinreader("serve", "-p", "0", env=env, text=True)
    said = f"twinreader: web.{key}: {folder}: the folder is empty{advice}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_without_a_page_there_is_the_interface_alone(start_server, tmp_path):
    env = {"TWINREADER_WEB_DIR": "", "TWINREADER_WEB_VENDOR": str(tmp_path / "nowhere")}
    with start_server(env=env).get("/v1/info") as answer:
        assert answer.status == 200


# Who may ask


def test_without_keys_it_refuses_to_listen_elsewhere(twinreader, tmp_path):
    env = {"TWINREADER_SERVER_LISTEN": "0.0.0.0", "TWINREADER_STORE_DIR": str(tmp_path / "data")}
    done = twinreader("serve", "-p", "0", env=env, text=True)
    assert done.returncode == 2
    assert done.stderr == (
        "twinreader: server.listen: refusing to listen on 0.0.0.0 without API keys; "
        "set server.keys_file, or listen on 127.0.0.1\n"
    )


def test_with_keys_only_their_holders_are_served(start_server, twinreader, tmp_path):
    keys = tmp_path / "keys"
    made = twinreader("keys", "new", "scanner", "--file", keys, text=True)
    assert made.returncode == 0
    key = made.stdout.strip()
    assert re.fullmatch(r"dure_[A-Za-z0-9_-]{43}", key)
    assert key not in keys.read_text()
    server = start_server(
        {"TWINREADER_SERVER_KEYS_FILE": str(keys), "TWINREADER_SERVER_LISTEN": "0.0.0.0"}
    )
    answer = ask(server, "GET", "/v1/info")
    assert_problem(*answer, 401, "denied")
    assert answer[1]["WWW-Authenticate"] == "Bearer"
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    for path in ["/v1/documents", "/v1/info", "/metrics"]:
        assert ask(server, "GET", path)[0] == 401
        assert ask(server, "GET", path, headers={"Authorization": f"Bearer {wrong}"})[0] == 401
        assert ask(server, "GET", path, headers={"Authorization": f"Bearer {key}"})[0] == 200
        assert ask(server, "GET", path, headers={"X-Api-Key": key})[0] == 200
    for path in ["/", "/health/live", "/health/ready", "/openapi.json"]:
        assert ask(server, "GET", path)[0] == 200
    assert (
        ask(server, "GET", "/v1/info", headers={"Host": "ocr.example", "X-Api-Key": key})[0] == 200
    )
    assert twinreader("keys", "list", "--file", keys, text=True).stdout == "scanner\n"
    assert twinreader("keys", "revoke", "scanner", "--file", keys).returncode == 0
    assert ask(server, "GET", "/v1/info", headers={"X-Api-Key": key})[0] == 401


def test_a_rebound_host_name_is_refused(server):
    assert_problem(
        *ask(server, "GET", "/v1/documents", headers={"Host": "evil.example"}), 421, "denied"
    )
    assert ask(server, "GET", "/v1/documents", headers={"Host": "localhost:1234"})[0] == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_pages_of_other_origins_may_not_write(server, headers):
    assert_problem(*post(server, BLANK, headers=headers), 403, "denied")


def test_the_own_page_may_write(server):
    host = urllib.parse.urlsplit(server.url).netloc
    assert post(server, BLANK, headers={"Origin": f"http://{host}"})[0] == 201


# The protocol


def test_request_ids_are_kept_when_harmless(server):
    assert (
        ask(server, "GET", "/v1/info", headers={"X-Request-Id": "abc-1"})[1]["X-Request-Id"]
        == "abc-1"
    )
    for bad in ["a b", "x" * 65, 'a"b']:
        headers = ask(server, "GET", "/v1/info", headers={"X-Request-Id": bad})[1]
        assert ID.match(headers["X-Request-Id"])


def test_head_has_the_headers_of_get_and_no_body(server):
    place = post(server, BLANK)[1]["Location"]
    for path in ["/", "/v1/info", place, place + "/pages/1/image", "/openapi.json"]:
        get, head = ask(server, "GET", path), ask(server, "HEAD", path)
        assert (head[0], head[2]) == (200, b"")
        for name in ["Content-Length", "Content-Type"]:
            assert head[1][name] == get[1][name]


def test_files_are_not_sent_again_to_who_has_them(server):
    status, headers, body = ask(server, "GET", "/")
    assert status == 200
    assert headers["Cache-Control"] == "no-cache"
    status, again, body = ask(server, "GET", "/", headers={"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")
    assert again["ETag"] == headers["ETag"]
    assert ask(server, "GET", "/", headers={"If-None-Match": '"other"'})[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../meson.build",
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/meson.build",
        "/..%2f..%2fmeson.build",
        "/kit/../../../README.md",
        "/kit/..%5c..%5cREADME.md",
        "//etc/passwd",
        "/kit//etc/passwd",
        "/./main.c",
    ],
)
def test_nothing_outside_the_page_is_served(server, path):
    answer = raw(
        server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    )
    assert status_of(answer) == 404


def test_every_answer_carries_the_headers_that_keep_browsers_safe(server):
    place = post(server, BLANK)[1]["Location"]
    for path in ["/", "/v1/info", "/nothing", place + "?format=hocr"]:
        headers = ask(server, "GET", path)[1]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers
    assert "default-src 'self'" in ask(server, "GET", "/")[1]["Content-Security-Policy"]
    assert "sandbox" in ask(server, "GET", place + "?format=hocr")[1]["Content-Security-Policy"]


def test_ambiguous_requests_are_refused(server):
    two_hosts = (
        b"GET /v1/info HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    assert status_of(raw(server, two_hosts)) == 400
    no_host = b"GET /v1/info HTTP/1.1\r\nConnection: close\r\n\r\n"
    assert status_of(raw(server, no_host)) == 400


def server_library():
    library = ctypes.CDLL("libmicrohttpd.so.12")
    library.MHD_get_version.restype = ctypes.c_char_p
    return tuple(int(n) for n in library.MHD_get_version().split(b".")[:2])


CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BLANK), BLANK)
ONCE = b"Content-Length and Transfer-Encoding may be there only once."


@pytest.mark.parametrize(
    "fields, body, status, detail",
    [
        (
            b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n" % len(CHUNKED),
            CHUNKED,
            400,
            b"Content-Length and Transfer-Encoding exclude each other.",
        ),
        (b"Content-Length: %d\r\nContent-Length: 5\r\n" % len(BLANK), BLANK, 400, ONCE),
        (b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(BLANK), BLANK, 400, ONCE),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", CHUNKED, 400, ONCE),
        (b"Content-Length : %d\r\n" % len(BLANK), BLANK, 400, b""),
        (b"X Y: z\r\nContent-Length: %d\r\n" % len(BLANK), BLANK, 400, b""),
        (b"Transfer-Encoding: gzip\r\n", BLANK, 501, b"is chunked."),
        (b"Transfer-Encoding: gzip, chunked\r\n", CHUNKED, 501, b"is chunked."),
        (b"Transfer-Encoding: identity\r\n", b"", 501, b"is chunked."),
    ],
)
def test_a_request_whose_end_is_in_doubt_is_refused_and_ends_the_connection(
    server, fields, body, status, detail
):
    start = time.monotonic()
    answer = raw(
        server,
        b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
        + fields
        + b"\r\n"
        + body
        + b"GET /v1/info HTTP/1.1\r\nHost: localhost\r\n\r\n",
    )
    # From 1.0 on it refuses most codings by itself, in its own words.
    by_itself = (
        server_library() >= (1, 0)
        and b"Transfer-Encoding" in fields
        and not fields.startswith(b"Transfer-Encoding: chunked")
    )
    assert status_of(answer) == (400 if by_itself else status)
    assert by_itself or detail in answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert time.monotonic() < start + 5 * SLOW


def test_a_chunked_upload_is_read(server):
    answer = raw(
        server,
        b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
        b"Transfer-Encoding: Chunked\r\nConnection: close\r\n\r\n" + CHUNKED,
    )
    assert status_of(answer) == 201


def test_a_name_has_at_most_200_characters(server):
    for length, expected in [(200, 201), (201, 400)]:
        name = "\u00e9" * length
        assert post(server, BLANK, "?name=" + urllib.parse.quote(name))[0] == expected
        body, headers = form(("file", name, BLANK))
        assert ask(server, "POST", "/v1/documents", body, headers)[0] == expected


def test_one_connection_carries_many_requests(server):
    c = connect(server)
    for _ in range(5):
        c.request("POST", "/v1/documents?store=false", BLANK, {"Content-Type": "image/png"})
        r = c.getresponse()
        assert r.status == 200
        r.read()
    c.close()


def test_expect_continue_is_answered(server):
    with raw_socket(server) as s:
        s.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
            b"Content-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n" % len(BLANK)
        )
        assert s.recv(100).startswith(b"HTTP/1.1 100")
        s.sendall(BLANK)
        assert status_of(read_all(s)) == 201


def test_a_large_upload_arrives_whole(server):
    noise = Image.frombytes("RGB", (1500, 1000), os.urandom(1500 * 1000 * 3))
    out = io.BytesIO()
    noise.save(out, "PNG")
    status, _, body = post(server, out.getvalue(), "?store=false")
    assert status == 200
    assert json.loads(body)["pages"][0]["width"] == 1500


# Its description


def described(server):
    return json.loads(ask(server, "GET", "/openapi.json")[2])


def test_the_description_has_this_programs_version_and_limits(server, twinreader):
    document = described(server)
    version = twinreader("--version", text=True).stdout.split()[1]
    assert document["info"]["version"] == version
    assert "@" not in json.dumps(document)
    assert f"At most {64 << 20} bytes" in document["paths"]["/v1/documents"]["post"]["description"]


def test_what_is_described_is_there_and_nothing_more(server):
    """The other direction, that every route is described, is a unit test over the table."""
    methods = {"get", "post", "put", "patch", "delete"}
    for path, item in described(server)["paths"].items():
        url = path.replace("{id}", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ").replace("{n}", "1")
        answer = ask(server, "PATCH", url)
        assert answer[0] == 405
        allowed = {m.lower() for m in answer[1]["Allow"].split(", ")} - {"head"}
        assert allowed == methods & set(item)
