"""A picture of what a recogniser reads worst: the crop, what it says, what was read."""

import subprocess

from PIL import Image, ImageDraw, ImageFont


def hangul_font(size):
    """A font that shows Hangul, by fontconfig; PIL's own, which does not, where there is none."""
    try:
        done = subprocess.run(
            ["fc-match", "-f", "%{file}", ":lang=ko"], capture_output=True, text=True
        )
        return ImageFont.truetype(done.stdout.strip(), size)
    except OSError:
        return ImageFont.load_default()


def draw(path, errors, width=1000):
    """errors: (crop, truth, read, note), worst first."""
    row, font = 58, hangul_font(15)
    im = Image.new("RGB", (width, row * max(1, len(errors))), "white")
    d = ImageDraw.Draw(im)
    for i, (crop, truth, read, note) in enumerate(errors):
        y = i * row
        picture = Image.fromarray(crop)
        if picture.width > width // 2:
            picture = picture.crop((0, 0, width // 2, picture.height))
        im.paste(picture, (4, y + 4))
        x = picture.width + 16
        d.text((x, y + 2), truth, fill="black", font=font)
        d.text((x, y + 21), read, fill="crimson", font=font)
        d.text((4, y + 38), note, fill="grey", font=font)
        d.line((0, y + row - 1, width, y + row - 1), fill="lightgrey")
    im.save(path)


def write(path, errors):
    """The same as text: note, truth and reading, tab-separated."""
    with open(path, "w", encoding="utf-8") as f:
        for _, truth, read, note in errors:
            f.write(f"{note}\t{truth}\t{read}\n")
