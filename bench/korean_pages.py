"""Korean pages that are none of our generator's: korean_text.json set by Chromium in
korean_page.html, then made to look scanned or photographed.  Everything follows from the seed.

A page is a picture and its truth: words with the corners of their boxes as they lie on the picture,
the layout as "kind", the look as "degradation", the font.  Names and numbers are invented.
"""

import html
import json
import random
import string
import subprocess
import tempfile
from pathlib import Path

import numpy
from PIL import Image, ImageFilter

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
FONTS = ["NanumGothic", "NanumMyeongjo", "NanumBarunGothic", "UnBatang", "UnDotum"]
LOOKS = ["clean", "scanned", "photographed"]
HERE = Path(__file__).resolve().parent
TEXT = json.loads((HERE / "korean_text.json").read_text(encoding="utf-8"))
PAGE = string.Template((HERE / "korean_page.html").read_text(encoding="utf-8"))

FAMILY, GIVEN = (
    "김이박최정강조윤장임한오서신권황안송류홍",
    "가나다도라미민서수연영우원윤은재정준지진하현혜호",
)


def won(rng, low, high):
    return rng.randrange(low, high) * 10


def person(rng):
    return rng.choice(FAMILY) + "".join(rng.choice(GIVEN) for _ in range(2))


def date(rng):
    return rng.choice(["{}년 {}월 {}일", "{}. {}. {}.", "{}-{:02}-{:02}"]).format(
        rng.randint(2019, 2026), rng.randint(1, 12), rng.randint(1, 28)
    )


def paragraph(text):
    return f"<p>{html.escape(text)}</p>"


def contract(rng):
    clauses = rng.sample(TEXT["clauses"], len(TEXT["clauses"]))
    parts = ["<h1>사무실 임대차 계약서</h1>"]
    parts.append(
        paragraph(
            f"임대인 {person(rng)}(이하 ‘갑’이라 한다)과 임차인 {person(rng)}(이하 ‘을’이라 "
            "한다)은 다음과 같이 계약을 맺는다."
        )
    )
    for number, (title, text) in enumerate(clauses, 1):
        values = dict(
            date=date(rng),
            years=rng.randint(1, 5),
            days=rng.choice([7, 14, 30, 60]),
            day=rng.randint(1, 28),
            months=rng.randint(2, 3),
            rate=rng.randint(5, 15),
            big=f"{won(rng, 1000000, 9000000):,}",
            small=f"{won(rng, 30000, 400000):,}",
            area=f"{rng.uniform(20, 180):.2f}",
        )
        parts.append(f"<h2>제{number}조 ({title})</h2>" + paragraph(text.format(**values)))
    parts.append(f'<p class="c">{date(rng)}</p>')
    return "".join(parts)


def receipt(rng):
    rows, sums = [], [0, 0, 0]
    for name in rng.sample(TEXT["items"], 14):
        cells = [won(rng, 0, 9000) if rng.random() < 0.75 else 0 for _ in range(3)]
        sums = [s + c for s, c in zip(sums, cells, strict=True)]
        shown = "".join(f'<td class="r">{c:,}</td>' if c else "<td></td>" for c in cells)
        rows.append(f"<tr><td>{name}</td>{shown}</tr>")
    total = "".join(f'<td class="r">{s:,}</td>' for s in sums)
    number = f"{rng.randint(100, 999)}-{rng.randint(10, 99)}-{rng.randint(10000, 99999)}"
    return (
        "<h1>진료비 계산서 · 영수증</h1>"
        f"<table><tr><th>환자등록번호</th><th>환자 성명</th><th>진료기간</th></tr>"
        f'<tr class="c"><td>{rng.randint(10**7, 10**8 - 1)}</td><td>{person(rng)}</td>'
        f"<td>{date(rng)} 부터 {date(rng)} 까지</td></tr>"
        f"<tr><th>진료과목</th><th>병실</th><th>영수증번호</th></tr>"
        f'<tr class="c"><td>{rng.choice(["내과", "정형외과", "안과", "이비인후과"])}</td>'
        f"<td>{rng.randint(2, 9)}{rng.randint(10, 30):02}호</td><td>{number}</td></tr></table>"
        "<table><tr><th>항목</th><th>본인부담금</th><th>공단부담금</th><th>비급여</th></tr>"
        + "".join(rows)
        + f"<tr><th>합계</th>{total}</tr></table>"
        f'<p class="pair"><span>진료비 총액</span><span>{sum(sums):,}원</span></p>'
        f'<p class="pair"><span>환자부담 총액</span><span>{sums[0] + sums[2]:,}원</span></p>'
        f'<p class="pair"><span>납부한 금액 (카드)</span><span>₩{sums[0] + sums[2]:,}</span></p>'
        f"<p>사업자등록번호 {number} 상호 {rng.choice(GIVEN)}{rng.choice(GIVEN)}의원 "
        f"대표자 {person(rng)}</p>"
    )


def letter(rng):
    values = dict(
        month=rng.randint(1, 12),
        count=rng.randint(10, 90),
        day=rng.randint(1, 28),
        hour=rng.randint(5, 8),
        exit=rng.randint(1, 9),
        walk=rng.randint(3, 15),
        phone=f"02-555-{rng.randint(0, 9999):04}",
        shelf=rng.randint(3, 20),
    )
    parts = [f"<p>{person(rng)} 선생님께</p>"]
    parts += [paragraph(text.format(**values)) for text in TEXT["letter"]]
    parts.append(f'<p class="r">{date(rng)}<br>{person(rng)} 드림</p>')
    return "".join(parts)


LAYOUTS = {"contract": contract, "receipt": receipt, "letter": letter}


def chromium(page, *arguments):
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--force-device-scale-factor=1",
        f"--window-size={WIDTH},{HEIGHT}",
        *arguments,
    ]
    return subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=120)


def render(body, font, size, align):
    """The page as a picture, and its words: text and x0, y0, x1, y1."""
    with tempfile.TemporaryDirectory(prefix="korean-") as folder:
        page, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        values = {"font": font, "size": size, "align": align, "width": WIDTH, "height": HEIGHT}
        page.write_text(PAGE.substitute(values, body=body), encoding="utf-8")
        dom = chromium(page, "--dump-dom").stdout.decode("utf-8")
        chromium(page, f"--screenshot={shot}")
        picture = Image.open(shot).convert("RGB")
        picture.load()
    listed = dom.split('id="words">', 1)[1].split("</script>", 1)[0]
    words = []
    for text, *box in json.loads(listed):
        if box[2] > WIDTH or box[3] > HEIGHT:
            raise RuntimeError(f"{text!r} leaves the page")
        words.append((text, box))
    return picture, words


def perspective(points):
    """The 3 x 3 matrix that takes the page's corners to these."""
    rows, right = [], []
    for (x, y), (u, v) in zip(
        [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], points, strict=True
    ):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return numpy.append(numpy.linalg.solve(numpy.array(rows, float), right), 1).reshape(3, 3)


def spoil(picture, rng, blur, noise, light):
    """Blurs, lights one side more than the other, adds grain."""
    samples = numpy.asarray(picture.filter(ImageFilter.GaussianBlur(blur)), numpy.float32)
    x = numpy.linspace(-1, 1, samples.shape[1])[None, :, None]
    y = numpy.linspace(-1, 1, samples.shape[0])[:, None, None]
    slope = (rng.uniform(-1, 1), rng.uniform(-1, 1))
    samples = samples * (1 - light * (1 + slope[0] * x + slope[1] * y) / 2)
    grain = numpy.random.default_rng(rng.randrange(2**32)).normal(0, noise, samples.shape[:2])
    return Image.fromarray(numpy.clip(samples + grain[:, :, None], 0, 255).astype(numpy.uint8))


def apply_look(look, picture, rng):
    """The picture as it looks, and the matrix that its points went through."""
    points = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
    if look == "clean":
        return picture, numpy.eye(3)
    if look == "scanned":
        turn = numpy.radians(rng.uniform(-0.8, 0.8))
        cos, sin = numpy.cos(turn), numpy.sin(turn)
        points = [
            (
                WIDTH / 2 + (x - WIDTH / 2) * cos - (y - HEIGHT / 2) * sin,
                HEIGHT / 2 + (x - WIDTH / 2) * sin + (y - HEIGHT / 2) * cos,
            )
            for x, y in points
        ]
    else:
        points = [
            (
                x + (1 - 2 * x / WIDTH) * rng.uniform(5, 60),
                y + (1 - 2 * y / HEIGHT) * rng.uniform(5, 60),
            )
            for x, y in points
        ]
    matrix = perspective(points)
    back = numpy.linalg.inv(matrix)
    back /= back[2, 2]
    fill = (255, 255, 255) if look == "scanned" else (96, 84, 72)
    moved = picture.transform(
        (WIDTH, HEIGHT),
        Image.Transform.PERSPECTIVE,
        back.flatten()[:8],
        Image.Resampling.BICUBIC,
        fillcolor=fill,
    )
    if look == "scanned":
        return spoil(moved, rng, 0.7, 7, 0.06).convert("L"), matrix
    return spoil(moved, rng, 1.0, 9, 0.35), matrix


def corners(box):
    x0, y0, x1, y1 = box
    return [x0, y0, x1, y0, x1, y1, x0, y1]


def moved(box, matrix):
    """A box's corners, each taken through the matrix."""
    out = []
    for x, y in zip(box[0::2], box[1::2], strict=True):
        u, v, w = matrix @ (x, y, 1)
        out += [round(float(u / w), 1), round(float(v / w), 1)]
    return out


def check_fonts():
    """A browser takes another font without a word."""
    have = subprocess.run(["fc-list", ":", "family"], check=True, capture_output=True, text=True)
    names = {name.strip() for line in have.stdout.splitlines() for name in line.split(",")}
    missing = [font for font in FONTS if font not in names]
    if missing:
        raise SystemExit(f"fonts are missing ({', '.join(missing)}): tools/setup bench")


def make(folder, pages, seed):
    """Writes pictures and truth.jsonl, whose rows also hold the "matrix" that took the flat page's
    points to the picture's; returns the rows."""
    rows = []
    check_fonts()
    for number in range(pages):
        rng = random.Random(f"{seed} {number}")
        kind = list(LAYOUTS)[number % len(LAYOUTS)]
        font = FONTS[number % len(FONTS)]
        body = LAYOUTS[kind](rng)
        picture, words = render(
            body, font, rng.choice([20, 21, 22]), rng.choice(["left", "justify"])
        )
        for look in LOOKS:
            spoiled, matrix = apply_look(look, picture, rng)
            name = f"{look}-{number:02}" + (".png" if look == "clean" else ".jpg")
            spoiled.save(folder / name, **({} if look == "clean" else {"quality": 72}))
            rows.append(
                {
                    "image": name,
                    "level": "word",
                    "kind": kind,
                    "degradation": look,
                    "font": font,
                    "words": [{"text": t, "box": moved(corners(b), matrix)} for t, b in words],
                    "matrix": [round(float(v), 9) for v in matrix.flatten()],
                }
            )
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "truth.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return rows
