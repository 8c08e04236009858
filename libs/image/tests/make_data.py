#!/usr/bin/env python3
"""Writes the little pictures and PDFs in data/ that the tests read.

They are committed; this says how they were made: Pillow for the usual formats, by hand for the
odd ones, `vips` for HEIF and AVIF, `qpdf` for the encrypted PDF.  Every picture is 64 x 48:
red top left, green top right, blue bottom left, white bottom right.
"""

import pathlib
import struct
import subprocess
import zlib

from PIL import Image

HERE = pathlib.Path(__file__).parent / "data"
WIDTH, HEIGHT = 64, 48
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]


def which(x, y):
    return (2 if y >= HEIGHT // 2 else 0) + (1 if x >= WIDTH // 2 else 0)


def pattern():
    im = Image.new("RGB", (WIDTH, HEIGHT))
    im.putdata([COLOURS[which(x, y)] for y in range(HEIGHT) for x in range(WIDTH)])
    return im


def png(width, height, depth, kind, rows):
    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def pictures():
    im = pattern()

    def save(name, picture=im, **more):
        return picture.save(HERE / name, **more)

    save("rgb.jpg", quality=95, subsampling=0, dpi=(300, 300))
    save("progressive.jpg", quality=95, subsampling=0, progressive=True)
    save("grey.jpg", im.convert("L"), quality=95)
    save("cmyk.jpg", im.convert("CMYK"), quality=95, subsampling=0)
    save("rgb.png", dpi=(200, 200))
    save("palette.png", im.quantize(4))
    save("one_bit.png", im.convert("1", dither=Image.Dither.NONE))
    save("interlaced.webp", lossless=True)
    alpha = im.convert("RGBA")
    alpha.putalpha(
        Image.frombytes(
            "L",
            im.size,
            bytes(0 if which(x, y) == 0 else 255 for y in range(HEIGHT) for x in range(WIDTH)),
        )
    )
    save("alpha.png", alpha)
    save("alpha.webp", alpha, lossless=True)
    save("rgb.webp", quality=95)
    save("grey_alpha.png", alpha.convert("LA"))
    save(
        "animated.gif",
        save_all=True,
        duration=100,
        append_images=[Image.new("RGB", im.size, c) for c in COLOURS],
    )
    pages = [im, im.resize((32, 24)), Image.new("RGB", (20, 10), (0, 0, 255))]
    save(
        "pages.tif",
        pages[0],
        save_all=True,
        append_images=pages[1:],
        compression="tiff_lzw",
        dpi=(150, 150),
    )
    save("fax.tif", im.convert("1", dither=Image.Dither.NONE), compression="group4")
    save("cmyk.tif", im.convert("CMYK"))
    (HERE / "interlaced.webp").rename(HERE / "lossless.webp")

    rows = b""
    for y in range(HEIGHT):
        rows += b"\0" + b"".join(
            struct.pack(">HHH", *(257 * c for c in COLOURS[which(x, y)])) for x in range(WIDTH)
        )
    (HERE / "rgb16.png").write_bytes(png(WIDTH, HEIGHT, 16, 2, rows))
    rows = b""
    for y in range(HEIGHT):
        rows += b"\0" + b"".join(struct.pack(">H", 257 * 60 * which(x, y)) for x in range(WIDTH))
    (HERE / "grey16.png").write_bytes(png(WIDTH, HEIGHT, 16, 0, rows))
    (HERE / "one_pixel.png").write_bytes(png(1, 1, 8, 2, b"\0\x10\x20\x30"))
    (HERE / "bomb.png").write_bytes(png(60000, 60000, 8, 2, b"\0" * 1000))
    for name in "rgb.heic", "rgb.avif":
        codec = "hevc" if name.endswith("heic") else "av1"
        subprocess.run(
            [
                "vips",
                "heifsave",
                HERE / "rgb.png",
                HERE / name,
                "--compression",
                codec,
                "--Q",
                "90",
            ],
            check=True,
        )
    subprocess.run(
        ["vips", "pngsave", HERE / "rgb.png", HERE / "interlaced.png", "--interlace"], check=True
    )
    subprocess.run(
        [
            "vips",
            "tiffsave",
            HERE / "rgb16.png",
            HERE / "tiled16.tif",
            "--tile",
            "--tile-width",
            "16",
            "--tile-height",
            "16",
            "--compression",
            "deflate",
        ],
        check=True,
    )


def bmp(bits, row, *, size=40, compression=0, extra=b"", top_down=False):
    """`row` gives the bytes of row y, without padding."""
    order = range(HEIGHT) if top_down else reversed(range(HEIGHT))
    pixels = b"".join(r + b"\0" * (-len(r) % 4) for r in map(row, order))
    if size == 12:
        info = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, bits)
    else:
        info = struct.pack(
            "<IiiHHIIiiII",
            40,
            WIDTH,
            -HEIGHT if top_down else HEIGHT,
            1,
            bits,
            compression,
            0,
            11811,
            11811,
            0,
            0,
        )
    offset = 14 + len(info) + len(extra)
    return struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, offset) + info + extra + pixels


def bitmaps():
    palette = b"".join(struct.pack("BBBB", b, g, r, 0) for r, g, b in COLOURS)

    def bgr(y):
        return b"".join(bytes(reversed(COLOURS[which(x, y)])) for x in range(WIDTH))

    def index(y):
        return bytes(which(x, y) for x in range(WIDTH))

    def nibbles(y):
        i = index(y)
        return bytes(i[x] << 4 | i[x + 1] for x in range(0, WIDTH, 2))

    def one_bit(y):
        return bytes(0xFF if which(x, y) == 3 else 0 for x in range(0, WIDTH, 8))

    def word(y, f):
        return b"".join(f(*COLOURS[which(x, y)]) for x in range(WIDTH))

    def x1r5g5b5(r, g, b):
        return struct.pack("<H", (r >> 3) << 10 | (g >> 3) << 5 | b >> 3)

    def r5g6b5(r, g, b):
        return struct.pack("<H", (r >> 3) << 11 | (g >> 2) << 5 | b >> 3)

    def rgbx(r, g, b):
        return struct.pack("BBBB", 0, r, g, b)

    def write(name, data):
        return (HERE / name).write_bytes(data)

    write("bmp1.bmp", bmp(1, one_bit, extra=b"\0\0\0\0\xff\xff\xff\0"))
    write("bmp4.bmp", bmp(4, nibbles, extra=palette + b"\0" * 48))
    write("bmp8.bmp", bmp(8, index, extra=palette + b"\0" * 1008))
    write("bmp16.bmp", bmp(16, lambda y: word(y, x1r5g5b5)))
    write(
        "bmp565.bmp",
        bmp(
            16,
            lambda y: word(y, r5g6b5),
            compression=3,
            extra=struct.pack("<III", 0xF800, 0x7E0, 0x1F),
        ),
    )
    write("bmp24.bmp", bmp(24, bgr))
    write("bmp24_down.bmp", bmp(24, bgr, top_down=True))
    write("bmp24_core.bmp", bmp(24, bgr, size=12))
    write("bmp32.bmp", bmp(32, lambda y: word(y, lambda r, g, b: bytes((b, g, r, 0)))))
    write(
        "bmp32_fields.bmp",
        bmp(
            32,
            lambda y: word(y, rgbx),
            compression=3,
            extra=struct.pack("<III", 0xFF00, 0xFF0000, 0xFF000000),
        ),
    )
    write("bmp8_rle.bmp", bmp(8, index, compression=1, extra=palette + b"\0" * 1008))


def pdf(objects):
    out, offsets = b"%PDF-1.5\n", []
    for i, o in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, o)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return out + (
        b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref)
    )


def one_page(boxes=b"/MediaBox[0 0 612 792]", text=None):
    if text is None:
        text = (
            b"BT /F1 24 Tf 100 600 Td (Receipt total 12.50) Tj 0 -40 Td (Second & <third>) Tj"
            b" 0 -40 Td (Thank you) Tj ET"
        )
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R"
            + boxes
            + b"/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def pdfs():
    def write(name, data):
        return (HERE / name).write_bytes(data)

    write("text.pdf", one_page())
    write("turned.pdf", one_page(b"/MediaBox[0 0 612 792]/CropBox[50 400 500 700]/Rotate 90"))
    write("poster.pdf", one_page(b"/MediaBox[0 0 14400 7200]"))
    write("drawing.pdf", one_page(text=b"0 0 1 rg 100 100 200 200 re f"))
    # A scan with the mark of the program that made it: text, but not the page's.
    bars = b"".join(b"%d %d 40 6 re f " % (60 + x % 8 * 60, 700 - x // 8 * 20) for x in range(200))
    write(
        "stamped.pdf",
        one_page(text=b"0 g " + bars + b" BT /F1 9 Tf 400 20 Td (Scanned by a scanner) Tj ET"),
    )
    write(
        "loop.pdf", pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"])
    )
    write(
        "loop2.pdf",
        pdf(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 4/Parent 3 0 R>>",
                b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 4/Parent 2 0 R>>",
            ]
        ),
    )
    write(
        "liar.pdf",
        pdf(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[3 0 R]/Count 5/MediaBox[0 0 100 100]>>",
                b"<</Type/Page/Parent 2 0 R>>",
            ]
        ),
    )
    subprocess.run(
        [
            "qpdf",
            "--encrypt",
            "user",
            "owner",
            "256",
            "--",
            HERE / "text.pdf",
            HERE / "encrypted.pdf",
        ],
        check=True,
    )
    subprocess.run(
        ["qpdf", "--encrypt", "", "owner", "256", "--", HERE / "text.pdf", HERE / "owner_only.pdf"],
        check=True,
    )


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    pictures()
    bitmaps()
    pdfs()
