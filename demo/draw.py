"""Draws every picture of the sample catalogue into images/.

python3 draw.py            everything
python3 draw.py mug boot   only these motifs
python3 draw.py --sheet F  contact sheets F-1.png ... of what is there
"""
import glob
import io
import os
import sys
from multiprocessing import Pool

from PIL import Image

try:
    import zopfli.png  # smaller files; pip install zopfli
except ImportError:
    zopfli = None

import art.canvas as cv
import kit
from art import wear, table, home, desk, wild  # noqa: F401  (they register the motifs)

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "images")


def palette(im, n, gap):
    """The n most frequent colours that differ enough; every flat area keeps its exact colour."""
    got = []
    for k, c in sorted(im.getcolors(1 << 20), reverse=True):
        d = gap if k <= 500 else 8 if n > 24 else 26
        if all(abs(c[0] - g[0]) + abs(c[1] - g[1]) + abs(c[2] - g[2]) >= d for g in got):
            got.append(c)
            if len(got) == n:
                break
    return got


def save(im, path, limit=11000):
    if im.width == cv.N:
        im = im.resize((cv.SIDE, cv.SIDE), Image.BOX)
    for n, gap in ((40, 14), (30, 22), (24, 32), (20, 44), (16, 60)):
        got = palette(im, n, gap)
        pal = Image.new("P", (1, 1))
        pal.putpalette([v for c in got for v in c] + list(got[0]) * (256 - len(got)))
        q = im.quantize(palette=pal, dither=Image.Dither.NONE)
        q.putpalette([v for c in got for v in c])
        buf = io.BytesIO()
        q.save(buf, "PNG", optimize=True, bits=8 if n > 16 else 4)
        data = buf.getvalue()
        if len(data) * (0.75 if zopfli else 1) <= limit:
            break
    if zopfli:
        data = zopfli.png.optimize(data)
    with open(path, "wb") as f:
        f.write(data)


def one(job):
    path, handle, name, args = job
    args = dict(args)
    hue = cv.rgb(kit.HEX[args.pop("hue")])
    for k in ("h2", "h3", "f", "fill"):
        if k in args:
            args[k + "hex"] = kit.HEX[args[k]]
    c = cv.Canvas()
    cv.MOTIFS[name](c, hue, args)
    bg = args.get("bg") or cv.backdrop(hue, kit.roll(handle, 840))
    save(cv.compose(c, bg), path)
    return path


def jobs():
    for k in kit.load():
        for p in k.products:
            for f, name, args, _, _ in kit.pictures(p):
                yield os.path.join(OUT, f), p["handle"], name, args


def sheet(base):
    files = sorted(glob.glob(os.path.join(OUT, "*.png")))
    per, w = 48, 220
    for i in range(0, len(files), per):
        im = Image.new("RGB", (8 * w, 6 * w), "white")
        for j, f in enumerate(files[i:i + per]):
            im.paste(Image.open(f).convert("RGB").resize((w - 6, w - 6), Image.LANCZOS), ((j % 8) * w + 3, (j // 8) * w + 3))
        im.save(f"{base}-{i // per + 1}.png")


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    if sys.argv[1:2] == ["--sheet"]:
        sheet(sys.argv[2])
        sys.exit()
    only = set(sys.argv[1:])
    todo = [j for j in jobs() if not only or j[2] in only]
    missing = {j[2] for j in todo} - set(cv.MOTIFS)
    if missing:
        print("no motif:", sorted(missing))
        todo = [j for j in todo if j[2] not in missing]
    with Pool() as pool:
        done = pool.map(one, todo, chunksize=4)
    try:
        import banners
        if not only or "banners" in only:
            banners.draw(save)
    except ImportError:
        pass
    files = glob.glob(os.path.join(OUT, "*.png"))
    sizes = [os.path.getsize(f) for f in files]
    print(len(done), "drawn;", len(files), "files,", sum(sizes), "bytes, largest", max(sizes))
