"""A small drawing surface: shapes are masks, filled flat or with an edge of shade. Units are 1/900 of the side."""
import math
import re
from contextlib import contextmanager

from PIL import Image, ImageChops, ImageDraw

S, SIDE = 2, 900
N = S * SIDE
MOTIFS = {}
SHADE, LIGHT = (34, 28, 48), (255, 250, 238)
CREAM, WOOD, STEEL, LEAF, CLAY = (243, 234, 215), (206, 164, 112), (191, 197, 201), (92, 128, 84), (196, 112, 79)
PAPER, DARK, GOLD = (249, 245, 235), (52, 48, 58), (201, 162, 75)


def motif(fn):
    MOTIFS[fn.__name__.rstrip("_")] = fn
    return fn


def rgb(h):
    return tuple(int(h[i:i + 2], 16) for i in (1, 3, 5))


def mix(a, b, t):
    return tuple(round(x + (y - x) * t) for x, y in zip(a, b))


def dk(c, t=0.2):
    """A darker shade; on colours that are nearly black, a lighter one, so that seams still show."""
    return mix(c, SHADE, t) if lum(c) > 0.22 else mix(c, (214, 214, 226), t * 0.5)


def lt(c, t=0.25):
    return mix(c, LIGHT, t)


def lum(c):
    return (0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]) / 255


def flatten(path):
    """SVG-like path with absolute M L C Q Z -> points."""
    tok = re.findall(r"[MLCQZ]|-?\d+\.?\d*", path)
    pts, i, cmd = [], 0, "M"
    need = {"M": 2, "L": 2, "Q": 4, "C": 6}
    while i < len(tok):
        if tok[i].isalpha():
            cmd = tok[i]
            i += 1
            continue
        v = [float(t) for t in tok[i:i + need[cmd]]]
        i += need[cmd]
        if cmd in "ML":
            pts.append((v[0], v[1]))
            continue
        x0, y0 = pts[-1]
        for k in range(1, 29):
            t = k / 28
            u = 1 - t
            if cmd == "Q":
                pts.append((u * u * x0 + 2 * u * t * v[0] + t * t * v[2], u * u * y0 + 2 * u * t * v[1] + t * t * v[3]))
            else:
                pts.append((u**3 * x0 + 3 * u * u * t * v[0] + 3 * u * t * t * v[2] + t**3 * v[4],
                            u**3 * y0 + 3 * u * u * t * v[1] + 3 * u * t * t * v[3] + t**3 * v[5]))
    return pts


class Canvas:
    def __init__(self):
        self.im = Image.new("RGB", (N, N), (0, 0, 0))
        self.al = Image.new("L", (N, N), 0)
        self.grounds = []
        self.m = (1, 0, 0, 0, 1, 0)
        self.k = 1.0
        self.tone = 0.0

    @contextmanager
    def tf(self, dx=0, dy=0, rot=0, s=1.0, tone=0.0, at=(450, 450), flip=False):
        """Move, turn, scale and darken everything drawn inside."""
        old = self.m, self.k, self.tone
        r = math.radians(rot)
        fx = -1 if flip else 1
        a, b, d, e = s * math.cos(r) * fx, -s * math.sin(r), s * math.sin(r) * fx, s * math.cos(r)
        c = at[0] + dx - a * at[0] - b * at[1]
        f = at[1] + dy - d * at[0] - e * at[1]
        A, B, C, D, E, F = self.m
        self.m = (A * a + B * d, A * b + B * e, A * c + B * f + C, D * a + E * d, D * b + E * e, D * c + E * f + F)
        self.k *= s
        self.tone = max(self.tone, tone)
        yield
        self.m, self.k, self.tone = old

    def t(self, pts):
        a, b, c, d, e, f = self.m
        return [((a * x + b * y + c) * S, (d * x + e * y + f) * S) for x, y in pts]

    def poly(self, pts):
        m = Image.new("L", (N, N), 0)
        ImageDraw.Draw(m).polygon(self.t(pts), fill=255)
        return m

    def P(self, path):
        if path[0] != "|":
            return self.poly(flatten(path))
        half = flatten(path[1:])
        return self.poly(half + [(900 - x, y) for x, y in reversed(half)])

    def E(self, cx, cy, rx, ry=None, rot=0):
        ry, r = rx if ry is None else ry, math.radians(rot)
        return self.poly([(cx + rx * math.cos(q) * math.cos(r) - ry * math.sin(q) * math.sin(r),
                           cy + rx * math.cos(q) * math.sin(r) + ry * math.sin(q) * math.cos(r))
                          for q in (i * math.pi / 90 for i in range(180))])

    def R(self, x, y, w, h, r=0, rot=0):
        r = min(r, w / 2, h / 2)
        pts = []
        for cx, cy, q0 in ((x + w - r, y + h - r, 0), (x + r, y + h - r, 90), (x + r, y + r, 180), (x + w - r, y + r, 270)):
            for i in range(0, 91, 6 if r else 90):
                q = math.radians(q0 + i)
                pts.append((cx + r * math.cos(q), cy + r * math.sin(q)))
        if rot:
            mx, my, q = x + w / 2, y + h / 2, math.radians(rot)
            pts = [(mx + (px - mx) * math.cos(q) - (py - my) * math.sin(q),
                    my + (px - mx) * math.sin(q) + (py - my) * math.cos(q)) for px, py in pts]
        return self.poly(pts)

    def B(self, *pts):
        """Smooth closed curve through the points."""
        res, n = [], len(pts)
        for i in range(n):
            p0, p1, p2, p3 = pts[i - 1], pts[i], pts[(i + 1) % n], pts[(i + 2) % n]
            for j in range(14):
                t = j / 14
                res.append(tuple(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
                                 for a, b, c, d in zip(p0, p1, p2, p3)))
        return self.poly(res)

    def L(self, path, w, cap=True):
        pts = self.t(flatten(path))
        m = Image.new("L", (N, N), 0)
        d = ImageDraw.Draw(m)
        wd = max(1, round(w * S * self.k))
        d.line(pts, fill=255, width=wd, joint="curve")
        if cap:
            for x, y in (pts[0], pts[-1]):
                d.ellipse((x - wd / 2, y - wd / 2, x + wd / 2, y + wd / 2), fill=255)
        return m

    def mask(self, shape):
        return self.P(shape) if isinstance(shape, str) else shape

    def f(self, shape, col, on=None):
        """Flat fill; `on` keeps it inside another shape."""
        m = self.mask(shape)
        if on is not None:
            m = ImageChops.darker(m, self.mask(on))
        if self.tone:
            col = dk(col, self.tone)
        self.im.paste(col, (0, 0), m)
        self.al = ImageChops.lighter(self.al, m)
        return m

    def s(self, shape, col, d=24, dy=0, hl=0, t=0.16, on=None):
        """Fill with a band of shade on the right (d wide) and, if hl, a light band on the left."""
        m = self.f(shape, col, on)
        if d or dy:
            o = ImageChops.offset(m, round(-d * S * self.k), round(-dy * S * self.k))
            self.f(ImageChops.subtract(m, o), dk(col, t))
        if hl:
            o = ImageChops.offset(m, round(hl * S * self.k), 0)
            self.f(ImageChops.subtract(m, o), lt(col, 0.22))
        return m

    def l(self, path, w, col, on=None, cap=True):
        return self.f(self.L(path, w, cap), col, on)

    def half(self, shape, col, x=450, t=0.12):
        """Fill, then darken everything right of x."""
        m = self.f(shape, col)
        self.f(self.R(x, -200, 1400, 1400), dk(col, t), m)
        return m

    def ground(self, cx=450, cy=690, rx=230, ry=30):
        self.grounds.append((cx, cy, rx, ry))

    def dots(self, pts, r, col, on=None):
        m = Image.new("L", (N, N), 0)
        d = ImageDraw.Draw(m)
        for (x, y), q in zip(self.t(pts), [r] * len(pts) if not isinstance(r, list) else r):
            q *= S * self.k
            d.ellipse((x - q, y - q, x + q, y + q), fill=255)
        return self.f(m, col, on)


def sub(a, b):
    return ImageChops.subtract(a, b)


def both(*ms):
    res = ms[0]
    for m in ms[1:]:
        res = ImageChops.lighter(res, m)
    return res


def scatter(n, seed, x0=150, y0=150, x1=750, y1=750, gap=0):
    """n stable pseudo-random points, at least gap apart."""
    st, res, tries = seed * 7919 + 17, [], 0
    while len(res) < n and tries < n * 40:
        tries += 1
        st = (st * 1103515245 + 12345) & 0x7FFFFFFF
        x = x0 + (st >> 8) % 10000 / 10000 * (x1 - x0)
        st = (st * 1103515245 + 12345) & 0x7FFFFFFF
        y = y0 + (st >> 8) % 10000 / 10000 * (y1 - y0)
        if all((x - a) ** 2 + (y - b) ** 2 > gap * gap for a, b in res):
            res.append((x, y))
    return res


BACKS = [rgb(h) for h in ("#EFE3D3", "#DCE5DB", "#D9E4EA", "#F0DCD3", "#E4DDE9", "#F3E6C4", "#D5DEDD", "#E9D9CB")]
DEEP = [rgb(h) for h in ("#B9CAD1", "#B7C6B0", "#E0BFAF", "#C3B8CC", "#E2CC9C", "#AFC3C1")]


def backdrop(hue, seed):
    """A soft background that stands off from the hue."""
    pool, off = (BACKS, 95) if lum(hue) < 0.8 else (DEEP, 60)
    far = [b for b in pool if sum(abs(x - y) for x, y in zip(b, hue)) > off]
    return (far or DEEP)[seed % len(far or DEEP)]


def compose(cv, bg, plain=False):
    im = Image.new("RGB", (N, N), bg)
    d = ImageDraw.Draw(im)
    if not plain:
        if cv.grounds:
            d.ellipse((140 * S, 110 * S, 760 * S, 730 * S), fill=lt(bg, 0.42 if lum(bg) > 0.8 else 0.16))
            d.rectangle((0, min(g[1] for g in cv.grounds) * S - 44 * S, N, N), fill=mix(bg, (120, 96, 80), 0.13))
        else:
            d.ellipse((90 * S, 90 * S, 810 * S, 810 * S), fill=lt(bg, 0.42 if lum(bg) > 0.8 else 0.16))
    if cv.grounds:
        floor = mix(mix(bg, (120, 96, 80), 0.13), SHADE, 0.2)
        for cx, cy, rx, ry in cv.grounds:
            d.ellipse(((cx - rx + 22) * S, (cy - ry) * S, (cx + rx + 34) * S, (cy + ry) * S), fill=floor)
    else:
        im.paste(dk(bg, 0.15), (0, 0), ImageChops.offset(cv.al, 12 * S, 16 * S))
    im.paste(cv.im, (0, 0), cv.al)
    return im
