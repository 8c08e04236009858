"""The web page, driven in a real browser against the real server as a clerk would use it.

DURE_SCREENSHOT=FILE keeps the picture that the README shows.
"""

import base64
import io
import json
import os
import re
from pathlib import Path

import pytest
from conftest import ROOT, SLOW
from PIL import Image, ImageStat
from playwright.sync_api import expect, sync_playwright

SAMPLE = "cafe-photo.jpg"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

# One pixel of the sheet's boxes may be lost to rounding.
NEAR = 1.5


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, server):
    """open_page(viewport, locale, url) returns a page; at the end it must have had no script error
    and broken no content policy."""
    contexts, wrong = [], []

    def listen(message):
        failed_request = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not failed_request:
            wrong.append(message.text)

    def open_it(viewport=None, locale="en-US", url=None, **options):
        context = browser.new_context(viewport=viewport or WIDE, locale=locale, **options)
        context.set_default_timeout(15000 * SLOW)
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(url or server.url)
        page.wait_for_selector(".drop", state="attached")
        return page

    expect.set_options(timeout=15000 * SLOW)
    yield open_it
    for context in contexts:
        context.close()
    assert wrong == []


def upload(page, *files):
    page.set_input_files("input[type=file]", list(files))


def document_id(page):
    return re.search(r"#/(\w+)", page.url)[1]


def fetch(page, path):
    """What the page itself gets from this address, as bytes."""
    script = """async path => {
        const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
        let text = '';
        for (const b of bytes) text += String.fromCharCode(b);
        return btoa(text);
    }"""
    return base64.b64decode(page.evaluate(script, path))


@pytest.fixture(scope="module")
def already_read():
    """Ids of samples that the shared server has read, by file name."""
    return {}


@pytest.fixture
def opened(open_page, samples, server, already_read):
    """A page on which a sample is open, and its reading as JSON."""

    def open_sample(name=SAMPLE, tab=None, **options):
        if name in already_read:
            page = open_page(url=f"{server.url}/#/{already_read[name]}", **options)
        else:
            page = open_page(**options)
            upload(page, samples / name)
        page.wait_for_selector(".overlay polygon.box-word")
        expect(page.locator(".sheet img")).to_have_js_property("complete", True)
        if tab:
            page.click(f"#tab-{tab}")
        already_read[name] = document_id(page)
        reading = json.loads(fetch(page, f"/v1/documents/{already_read[name]}"))
        return page, reading

    return open_sample


def words_of(reading, page=0):
    return [w for line in reading["pages"][page]["lines"] for w in line["words"]]


def bounds(box):
    return min(box[0::2]), min(box[1::2]), max(box[0::2]), max(box[1::2])


def rectangle(page, selector):
    """Left, top, right, bottom in the window, not cut off by what scrolls."""
    return page.eval_on_selector(
        selector,
        "e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; }",
    )


def shape(page, key):
    """A box of the overlay in the window, without the width of its stroke."""
    script = """key => {
        const e = document.querySelector(`.overlay [data-k="${key}"]`), m = e.getScreenCTM();
        const p = [...e.points].map(q => q.matrixTransform(m));
        const x = p.map(q => q.x), y = p.map(q => q.y);
        return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
    }"""
    return page.evaluate(script, key)


def lit(page, pane):
    """Keys of what is highlighted in a pane."""
    script = "es => es.map(e => e.dataset.k)"
    return page.eval_on_selector_all(f"{pane} :is(.lit, .on, .on-too)", script)


def assert_boxes_fit(page, reading):
    sheet = rectangle(page, ".sheet img")
    size = reading["pages"][0]
    scale = (sheet[2] - sheet[0]) / size["width"]
    assert abs((sheet[3] - sheet[1]) / size["height"] - scale) < 0.01
    for i, word in enumerate(words_of(reading)):
        want = [sheet[k % 2] + v * scale for k, v in enumerate(bounds(word["box"]))]
        got = shape(page, f"w{i}")
        assert all(abs(a - b) <= NEAR for a, b in zip(want, got, strict=True)), word["text"]


def test_an_uploaded_picture_is_shown_with_boxes_text_and_fields(opened):
    page, reading = opened()
    expect(page.locator("h1")).to_have_text(SAMPLE)
    words = words_of(reading)
    assert len(words) > 20
    expect(page.locator(".overlay .box-word")).to_have_count(len(words))

    fields = [f for f in reading["pages"][0]["form"]["fields"] if f["value"]]
    assert fields
    expect(page.locator(".field")).to_have_count(len(fields))
    for row, field in zip(page.locator(".field-value").all(), fields, strict=True):
        assert field["value"] in row.inner_text()

    page.click("#tab-text")
    shown = page.locator(".word").all_inner_texts()
    assert shown == [w["text"] for w in words]


def test_the_picture_of_the_readme_is_taken(opened, tmp_path):
    path = Path(os.environ.get("DURE_SCREENSHOT", tmp_path / "page.png"))
    page, reading = opened("hardware-scan.jpg", viewport={"width": 1280, "height": 800})
    names = [f["name"] for f in reading["pages"][0]["form"]["fields"]]
    page.hover(f'.field[data-k="f{names.index("total")}"]')
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = picture.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=5)
    small.save(path, optimize=True)
    assert path.stat().st_size < 300_000


def test_boxes_lie_on_the_words_at_every_zoom(opened):
    page, reading = opened()
    assert_boxes_fit(page, reading)
    for key in ("+", "+", "1", "9", "-", "0"):
        page.keyboard.press(key)
        assert_boxes_fit(page, reading)


def test_the_picture_has_ink_under_the_boxes(opened):
    page, reading = opened()
    size = reading["pages"][0]
    jpeg = fetch(page, f"/v1/documents/{reading['id']}/pages/1/image")
    picture = Image.open(io.BytesIO(jpeg)).convert("L")
    scale = picture.width / size["width"]
    assert abs(picture.height / size["height"] - scale) < 0.01
    inked = 0
    for word in words_of(reading):
        cut = picture.crop([round(v * scale) for v in bounds(word["box"])])
        inked += ImageStat.Stat(cut).stddev[0] > 20
    assert inked >= 0.9 * len(words_of(reading))


def test_pointing_at_a_box_lights_the_word_and_back(opened):
    page, reading = opened(tab="text")
    key = f"w{len(words_of(reading)) // 2}"
    page.hover(f'.overlay [data-k="{key}"]', force=True)
    assert key in lit(page, ".rows")
    expect(page.locator(".tip")).to_contain_text(words_of(reading)[int(key[1:])]["text"])
    page.mouse.move(2, 2)
    assert lit(page, ".rows") == []

    page.hover(f'.word[data-k="{key}"]')
    assert key in lit(page, ".overlay")
    page.mouse.move(2, 2)
    assert lit(page, ".overlay") == []


def test_pointing_at_a_field_lights_its_words_and_back(opened):
    page, reading = opened(tab="fields")
    fields = reading["pages"][0]["form"]["fields"]
    i, field = next((i, f) for i, f in enumerate(fields) if f["name"] == "total")
    page.hover(f'.field[data-k="f{i}"]')
    words = [int(k[1:]) for k in lit(page, ".overlay") if k[0] == "w"]
    texts = " ".join(words_of(reading)[w]["text"] for w in words)
    assert field["value"].split()[-1] in texts

    page.mouse.move(2, 2)
    page.hover(f'.overlay [data-k="w{words[-1]}"]', force=True)
    assert f"f{i}" in lit(page, ".fields")


def test_a_click_zooms_and_chooses(opened):
    page, _ = opened(tab="text")
    before = rectangle(page, ".sheet")
    page.click('.overlay [data-k="w3"]', force=True)
    after = rectangle(page, ".sheet")
    assert after[2] - after[0] > 1.5 * (before[2] - before[0])
    assert "w3" in lit(page, ".rows")
    page.mouse.move(2, 2)
    page.keyboard.press("Escape")
    assert rectangle(page, ".sheet") == before
    assert lit(page, ".rows") == []

    page.click('.word[data-k="w5"]')
    box, canvas = shape(page, "w5"), rectangle(page, ".canvas")
    assert box[3] - box[1] > 20
    assert canvas[0] <= box[0] and box[2] <= canvas[2]
    assert canvas[1] <= box[1] and box[3] <= canvas[3]


def test_the_wheel_zooms_at_the_pointer(opened):
    page, _ = opened(tab="text")
    page.click('.word[data-k="w8"]')
    box = shape(page, "w8")
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    for _ in range(3):
        page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    page.wait_for_timeout(200)
    now = shape(page, "w8")
    assert now[2] - now[0] > 1.5 * (box[2] - box[0])
    assert now[0] - 3 <= x <= now[2] + 3 and now[1] - 3 <= y <= now[3] + 3


def test_two_fingers_zoom(opened):
    page, _ = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    before, canvas = shape(page, "w2"), rectangle(page, ".canvas")
    x, y = (canvas[0] + canvas[2]) / 2, (canvas[1] + canvas[3]) / 2
    fingers = page.context.new_cdp_session(page)

    def touch(kind, *distances):
        points = [{"x": x + d, "y": y, "id": i} for i, d in enumerate(distances)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -40, 40)
    for d in range(45, 85, 5):
        touch("touchMove", -d, d)
    touch("touchEnd")
    after = shape(page, "w2")
    assert 1.7 < (after[2] - after[0]) / (before[2] - before[0]) < 2.3
    assert lit(page, ".overlay") == []


def test_every_format_downloads(opened):
    page, reading = opened()
    first = words_of(reading)[0]["text"]
    signatures = {
        "pdf": lambda b: b.startswith(b"%PDF-"),
        "json": lambda b: json.loads(b)["id"] == reading["id"],
        "text": lambda b: first in b.decode(),
        "tsv": lambda b: b"\t" in b and first in b.decode(),
        "hocr": lambda b: b"ocr_page" in b,
        "alto": lambda b: b"<alto" in b,
    }
    for name, right in signatures.items():
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as saved:
            page.click(f'[role="menuitem"][data-id="{name}"]')
        assert saved.value.suggested_filename.startswith("cafe-photo.")
        assert right(saved.value.path().read_bytes()), name


def test_the_text_is_copied(opened):
    page, reading = opened()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy text").click()
    expect(page.locator(".toast")).to_contain_text("copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.split() == [w["text"] for w in words_of(reading)]


def test_everything_works_by_keyboard(open_page, samples):
    page = open_page()
    press = page.keyboard.press
    page.on("filechooser", lambda chooser: chooser.set_files(samples / SAMPLE))

    def focused(script):
        return page.evaluate(f"(e => {script})(document.activeElement)")

    def tab_to(selector, limit=60):
        for _ in range(limit):
            press("Tab")
            if focused(f"e.matches({json.dumps(selector)})"):
                outline = focused("getComputedStyle(e).outlineStyle")
                assert outline != "none", f"no visible focus on {selector}"
                return
        pytest.fail(f"{selector} cannot be reached by Tab")

    tab_to(".drop button")
    press("Enter")
    page.wait_for_selector(".overlay polygon.box-word")

    tab_to(".canvas")
    press("ArrowRight")
    assert "w0" in lit(page, ".overlay")
    press("ArrowRight")
    press("ArrowDown")
    press("ArrowLeft")
    assert len([k for k in lit(page, ".overlay") if k[0] == "w"]) == 1
    before = rectangle(page, ".sheet")
    press("+")
    press("Enter")
    assert rectangle(page, ".sheet") != before
    press("Escape")
    assert rectangle(page, ".sheet") == before

    tab_to(".split-bar")
    share = focused("Number(e.ariaValueNow)")
    press("ArrowRight")
    assert focused("Number(e.ariaValueNow)") > share

    tab_to('.tab[aria-selected="true"]')
    press("Home")
    tab_to(".field-go")
    assert lit(page, ".overlay")
    tab_to(".field-copy")
    page.locator('.tab[aria-selected="true"]').focus()
    press("ArrowRight")
    tab_to(".word")
    assert focused("e.dataset.k") == "w0"
    press("ArrowRight")
    assert focused("e.dataset.k") == "w1"
    press("End")
    press("ArrowDown")
    assert focused("e.dataset.k") in lit(page, ".overlay")

    press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.locator("h1").click()
    tab_to('.doc-head [title="Delete"]')
    press("Enter")
    tab_to('.dialog [type="submit"]')
    press("Enter")
    expect(page.locator(".toast")).to_contain_text("was deleted")
    expect(page.locator(".doc")).to_have_count(0)


def test_arrow_keys_visit_every_word_once(opened):
    page, reading = opened(tab="text")
    page.focus('.word[data-k="w0"]')
    seen = ["w0"]
    for _ in range(len(words_of(reading)) - 1):
        page.keyboard.press("ArrowRight")
        seen.append(page.evaluate("document.activeElement.dataset.k"))
    assert seen == [f"w{i}" for i in range(len(words_of(reading)))]


def test_a_word_is_marked_by_its_weakest_character(open_page):
    def word(text, *confidences):
        chars = [{"text": c, "confidence": p} for c, p in zip(text, confidences, strict=True)]
        mean = sum(confidences) / len(confidences)
        return {"text": text, "confidence": mean, "box": [0, 0, 9, 0, 9, 9, 0, 9], "chars": chars}

    words = [word("sure", 0.9, 0.9, 0.9, 0.9), word("l0se", 1, 0.5, 1, 1)]
    layer = {"text": "typed", "confidence": 1, "box": words[0]["box"], "chars": []}
    line = {"row": 0, "block": 0, "words": [*words, layer]}
    script = "p => import('/page-index.js').then(m => m.indexPage(p).low.map(w => w.text))"
    assert open_page().evaluate(script, {"lines": [line]}) == ["l0se"]


@pytest.mark.parametrize(
    "confidence, said, found",
    [(0.93, 93, 1), (0.93, 92, 1), (0.9299, 92, 1), (0.9301, 92, 0), (0.95, 92, 0)],
)
def test_the_least_sure_cell_of_a_column_is_to_be_reviewed(open_page, confidence, said, found):
    cell = {
        "name": "amount",
        "confidence": confidence,
        "value": "7.80",
        "box": [0, 0, 9, 0, 9, 9, 0, 9],
    }
    field = {"name": "items", "type": "list", "confidence": 0.9, "rows": [[cell]]}
    form = {"fields": [field], "reasons": [f"items: amount {said} % sure"]}
    script = "p => import('/page-index.js').then(m => m.indexPage(p).review.length)"
    assert open_page().evaluate(script, {"lines": [], "form": form}) == found


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_a_phone_has_no_sideways_scroll(opened, locale):
    page, _ = opened(viewport=PHONE, locale=locale, has_touch=True, is_mobile=True)

    # A mobile browser widens its window to what sticks out, so compare with the phone itself.
    def fits():
        return page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    for tab in ("fields", "text", "details"):
        page.tap(f"#tab-{tab}")
        assert fits(), tab
    small = page.eval_on_selector_all(
        "button, a",
        "es => es.filter(e => e.offsetHeight && e.offsetHeight < 24"
        " && !e.closest('td')).map(e => e.outerHTML)",
    )
    assert small == []
    page.tap('.doc-head a[href="#/"]')
    expect(page.locator(".recent li").first).to_be_visible()
    assert fits()


def test_korean_is_chosen_by_the_browser_or_by_hand_and_remembered(open_page):
    page = open_page(locale="ko-KR")
    expect(page.locator(".drop button")).to_have_text("파일 선택")
    assert page.evaluate("document.documentElement.lang") == "ko"
    page.get_by_role("button", name="English").click()
    expect(page.locator(".drop button")).to_have_text("Choose files")
    page.reload()
    expect(page.locator(".drop button")).to_have_text("Choose files")
    page.get_by_role("button", name="한국어").click()
    expect(page.locator(".drop button")).to_have_text("파일 선택")


def test_both_languages_have_every_text(open_page):
    page = open_page()
    tables = page.evaluate("import('/strings.js').then(m => m.tables)")
    assert set(tables) == {"en", "ko"}
    assert list(tables["en"]) == list(tables["ko"])
    for key, english in tables["en"].items():
        variables = re.findall(r"\{\w+\}", english)
        assert sorted(variables) == sorted(re.findall(r"\{\w+\}", tables["ko"][key])), key


def test_a_broken_file_is_reported_and_the_others_are_read(open_page, samples):
    page = open_page()
    broken = {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff broken"}
    good = (samples / SAMPLE).read_bytes()
    upload(page, broken, {"name": "good.jpg", "mimeType": "image/jpeg", "buffer": good})
    job = page.locator(".job-failed")
    expect(job).to_contain_text("broken.jpg")
    expect(job.locator(".job-state")).to_have_text("Damaged, or not a picture or PDF.")
    assert len(job.locator(".job-detail").inner_text()) > 5
    expect(page.locator(".recent")).to_contain_text("good.jpg")
    expect(page.get_by_role("status").filter(has_text="good.jpg")).to_have_count(1)
    job.get_by_role("button", name="Remove").click()
    expect(page.locator(".job")).to_have_count(0)


@pytest.mark.parametrize(
    "name, kept",
    [
        ("n" * 250 + ".jpg", "n" * 179 + "…" + "n" * 16 + ".jpg"),
        ("가" * 201, "가" * 179 + "…" + "가" * 20),
        ('a "b".jpg', "a 'b'.jpg"),
    ],
)
def test_any_file_name_can_be_uploaded(open_page, samples, name, kept):
    page = open_page()
    picture = (samples / SAMPLE).read_bytes()
    upload(page, {"name": name, "mimeType": "image/jpeg", "buffer": picture})
    page.wait_for_selector(".overlay polygon.box-word")
    path = f"/v1/documents/{document_id(page)}"
    assert json.loads(fetch(page, path))["name"] == kept


def test_too_many_files_for_a_document_are_said_to_be_that(open_page, start_server):
    page = open_page(url=start_server({"TWINREADER_LIMITS_MAX_PAGES": "1"}).url)
    page.get_by_label("Several files are one document").check()
    upload(page, *[{"name": n, "mimeType": "image/png", "buffer": b"x"} for n in ("a", "b")])
    expect(page.locator(".job-failed .job-state")).to_have_text("at most 1 files make one document")


def test_a_server_that_is_gone_is_said(open_page, start_server, samples):
    other = start_server()
    page = open_page(url=other.url)
    other.stop()
    upload(page, samples / SAMPLE)
    expect(page.locator(".job-failed")).to_contain_text("did not answer")


def test_a_busy_server_is_tried_again(open_page, samples):
    page = open_page()
    answers = [{"status": 503, "headers": {"Retry-After": "1"}, "body": "{}"}]
    page.route(
        "**/v1/documents",
        lambda route: route.fulfill(**answers.pop()) if answers else route.continue_(),
    )
    upload(page, samples / SAMPLE)
    expect(page.locator(".job-state")).to_contain_text("busy; trying again in 1 s")
    expect(page.locator("h1")).to_have_text(SAMPLE)


def test_a_key_is_asked_for_once_and_kept_for_the_tab(
    open_page, start_server, samples, twinreader, tmp_path
):
    keys = tmp_path / "keys"
    made = twinreader("keys", "new", "desk", "--file", keys, text=True)
    assert made.returncode == 0, made.stderr
    other = start_server(env={"TWINREADER_SERVER_KEYS_FILE": str(keys)})
    page = open_page(url=other.url)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Key").fill("not-the-key")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("did not accept")
    dialog.get_by_label("Key").fill(made.stdout.strip())
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)

    upload(page, samples / SAMPLE)
    expect(page.locator(".sheet img")).not_to_have_js_property("naturalWidth", 0)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
        page.click('[role="menuitem"][data-id="text"]')
    assert len(saved.value.path().read_bytes()) > 100
    page.reload()
    page.wait_for_selector(".overlay polygon.box-word")
    expect(dialog).to_have_count(0)
    stored = page.evaluate("[JSON.stringify(localStorage), document.cookie].join()")
    assert made.stdout.strip() not in stored


def several_pages(samples):
    pages = [Image.open(samples / n).convert("L") for n in (SAMPLE, "taxi-photo.jpg")]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    return {"name": "two.tif", "mimeType": "image/tiff", "buffer": out.getvalue()}


def test_pages_of_a_document_are_turned(open_page, samples):
    page = open_page()
    upload(page, several_pages(samples))
    expect(page.locator(".thumb")).to_have_count(2)
    expect(page.locator('.thumb[aria-current="page"]')).to_have_text("1")
    first = page.locator(".overlay").get_attribute("viewBox")
    page.keyboard.press("PageDown")
    expect(page.locator('.thumb[aria-current="page"]')).to_have_text("2")
    assert page.locator(".overlay").get_attribute("viewBox") != first
    assert page.url.endswith("/2")
    page.click(".thumb >> nth=0")
    expect(page.locator('.thumb[aria-current="page"]')).to_have_text("1")


def test_several_files_become_one_document(open_page, samples):
    page = open_page()
    page.check(".combine input")
    upload(page, samples / SAMPLE, samples / "taxi-photo.jpg")
    expect(page.locator(".thumb")).to_have_count(2)
    expect(page.locator("h1")).to_have_text(SAMPLE)


def transfer(page, data, name):
    """A DataTransfer that carries one picture, as a drop or a paste brings it."""
    return page.evaluate_handle(
        """([data, name]) => {
            const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: 'image/jpeg' }));
            return transfer;
        }""",
        [base64.b64encode(data).decode(), name],
    )


def test_a_picture_is_dropped_anywhere(open_page, samples):
    page = open_page()
    data = transfer(page, (samples / SAMPLE).read_bytes(), "dropped.jpg")
    page.dispatch_event("body", "dragenter", {"dataTransfer": data})
    expect(page.locator(".drop-over")).to_have_count(1)
    page.dispatch_event("body", "drop", {"dataTransfer": data})
    expect(page.locator("h1")).to_have_text("dropped.jpg")


def test_a_picture_is_pasted(open_page, samples):
    page = open_page()
    data = transfer(page, (samples / SAMPLE).read_bytes(), "image.jpg")
    page.evaluate(
        "t => window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: t }))", data
    )
    expect(page.locator("h1")).to_contain_text("paste-")


def test_an_open_document_has_an_address(opened, open_page):
    page, reading = opened()
    expect(page.locator("h1")).to_have_text(SAMPLE)
    again = open_page(url=page.url)
    expect(again.locator("h1")).to_have_text(SAMPLE)
    expect(again.locator(".recent a[aria-current]")).to_have_attribute("href", f"#/{reading['id']}")
    gone = open_page(url=page.url[:-3] + "000")
    expect(gone.get_by_role("alert")).to_contain_text("no longer kept")


def test_every_control_has_a_name(opened):
    page, _ = opened()
    script = """es => es.filter(e => !(e.ariaLabel || e.textContent.trim() || e.labels?.length))
        .map(e => e.outerHTML)"""
    for tab in ("fields", "text", "details"):
        page.click(f"#tab-{tab}")
        assert page.eval_on_selector_all("button, a, input:not([hidden])", script) == []
    assert page.eval_on_selector_all("img:not([alt])", "es => es.length") == 0


def test_modules_come_from_this_server_alone(browser, server):
    asked = []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.url)
    page.wait_for_selector(".drop")
    context.close()
    assert all(url.startswith(server.url) for url in asked)
    policy = server.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert (ROOT / "web" / "package-lock.json").exists()
