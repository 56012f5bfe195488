"""Pictures of the collections and the shop's mark."""
import os

from PIL import Image, ImageChops, ImageDraw, ImageFont

import kit
from art.canvas import *

HERE = os.path.dirname(os.path.abspath(__file__))


@motif
def stall(a, c, o):
    a.ground(450, 700, 300, 28)
    for x in (200, 676):
        a.f(a.R(x, 360, 24, 330), dk(WOOD, .2))
    a.f(a.R(224, 380, 452, 190), dk(c, .55))
    for i, (x, h, cc) in enumerate(((270, 90, (206, 164, 112)), (350, 120, (63, 127, 134)), (430, 80, (227, 183, 171)), (510, 130, (207, 154, 58)), (590, 96, (163, 179, 148)))):
        a.s(a.R(x - 28, 566 - h, 62, h, 12), cc, 12)
        a.f(a.R(x - 16, 566 - h * .65, 36, h * .32, 4), PAPER)
    a.s(a.R(180, 560, 540, 130, 8), WOOD, 30)
    for x in range(240, 720, 70):
        a.l(f"M{x} 576 L{x} 684", 4, dk(WOOD, .18))
    a.s("M230 200 L670 200 L740 350 L160 350 Z", PAPER, 0)
    for i in range(7):
        x0, x1 = 230 + i * 440 / 7, 160 + i * 580 / 7
        cc = c if i % 2 == 0 else PAPER
        a.f(f"M{x0} 200 L{x0 + 440 / 7} 200 L{x1 + 580 / 7} 350 L{x1} 350 Z", cc)
        a.s(a.P(f"M{x1} 348 L{x1 + 580 / 7} 348 Q{x1 + 580 / 7} 410 {x1 + 290 / 7} 410 Q{x1} 410 {x1} 348 Z"), dk(cc, .1), 0)
    a.s(a.R(350, 130, 200, 60, 12), GOLD, 14)
    a.l("M390 160 L510 160", 11, PAPER)


@motif
def pricetag(a, c, o):
    for r, cc, dx in ((18, dk(c, .25), 60), (-14, c, -20)):
        with a.tf(dx, 10, rot=r, at=(450, 200)):
            a.s("M450 190 Q470 190 484 204 L590 320 L590 690 Q590 710 570 710 L330 710 Q310 710 310 690 L310 320 L416 204 Q430 190 450 190 Z", cc, 16)
            a.f(a.E(450, 280, 30), lt(cc, .5))
            a.f(a.E(450, 280, 20), dk(cc, .6))
            if cc == c:
                a.l("M372 620 L528 430", 26, PAPER)
                for x, y in ((386, 450), (514, 600)):
                    a.f(sub(a.E(x, y, 46), a.E(x, y, 22)), PAPER)
    a.l("M450 290 Q380 160 470 110 Q560 90 560 180", 9, WOOD)


@motif
def parcel(a, c, o):
    a.ground(450, 690, 280, 30)
    leafc = (92, 128, 84)
    a.l("M450 420 Q440 320 456 230", 14, dk(leafc, .15))
    for x, y, r, n in ((452, 330, -56, 150), (452, 300, 56, 150), (456, 240, 0, 110), (450, 400, -70, 90), (450, 390, 70, 90)):
        with a.tf(x - 450, y - 450, rot=r):
            m = a.f(f"M450 450 Q500 {450 - n * .55} 450 {450 - n} Q400 {450 - n * .55} 450 450 Z", leafc)
            a.f(f"M450 450 Q500 {450 - n * .55} 450 {450 - n} Z", dk(leafc, .14), m)
    a.f("M220 430 L450 380 L680 430 L450 480 Z", dk(c, .45))
    a.s("M220 430 L130 360 L300 320 L430 384 Z", lt(c, .2), 0)
    a.s("M680 430 L770 360 L600 320 L470 384 Z", dk(c, .06), 0)
    a.s("M220 430 L450 470 L450 700 L220 640 Z", c, 0)
    a.s("M680 430 L450 470 L450 700 L680 640 Z", dk(c, .18), 0)
    a.s("M220 430 L450 470 L400 540 L160 490 Z", lt(c, .12), 0)
    a.s("M680 430 L450 470 L500 540 L740 490 Z", dk(c, .1), 0)
    a.f(a.R(560, 560, 80, 54, 4, -12), PAPER)


@motif
def giftbox(a, c, o):
    a.ground(450, 690, 250, 30)
    m = a.s(a.R(250, 400, 400, 290, 8), c, 50)
    a.f(a.R(414, 400, 72, 290), CREAM)
    a.f(a.R(464, 400, 22, 290), dk(CREAM, .14))
    a.s(a.R(226, 320, 448, 96, 10), dk(c, .1), 50)
    a.f(a.R(414, 320, 72, 96), CREAM)
    a.f(a.R(464, 320, 22, 96), dk(CREAM, .14))
    for f in (False, True):
        with a.tf(flip=f):
            a.s("M450 316 Q300 320 270 250 Q260 180 330 184 Q420 200 450 316 Z", dk(CREAM, .06 if f else 0), 0)
            a.f("M440 300 Q340 290 316 250 Q316 220 350 224 Q410 244 440 300 Z", dk(CREAM, .25))
    a.s(a.E(450, 306, 34, 30), CREAM, 8)
    a.s(a.R(560, 470, 84, 120, 8, 8), PAPER, 0)
    a.f("M604 560 Q570 530 580 512 Q592 500 604 520 Q616 500 630 512 Q638 530 604 560 Z", (196, 96, 84))


SCENES = {  # collection -> backdrop, then (motif, colour, size, centre x, foot or centre y)
    "frontpage": ("#E4DDE9", [("stall", "Terracotta", 1.1, 450, 735)]),
    "new-arrivals": ("#F3E6C4", [("parcel", "Tan", 1.08, 450, 735)]),
    "sale": ("#DCE5DB", [("pricetag", "Berry", 1.0, 450, 450)]),
    "gifts-under-25": ("#D9E4EA", [("giftbox", "Lake", 1.02, 440, 735), ("soap", "Butter", .42, 720, 742), ("candle:glass=1", "Ochre", .44, 170, 740)]),
    "clothing": ("#D9E4EA", [("trousers", "Chestnut", .7, 700, 500), ("tee", "Ochre", .66, 210, 500), ("sweater:rib=1,neck=roll", "Forest", .86, 450, 440)]),
    "footwear": ("#F0DCD3", [("welly", "Forest", .72, 232, 700), ("boot:lug=1", "Chestnut", .78, 636, 690), ("sneaker", "Navy", .62, 430, 760)]),
    "kitchen-and-table": ("#DCE5DB", [("jug", "Terracotta", .8, 220, 700), ("mill", "Walnut", .74, 700, 700), ("bowls", "Lake", .8, 450, 740)]),
    "home-textiles": ("#EFE3D3", [("cushion", "Moss", .7, 250, 700), ("pouffe", "Ochre", .66, 660, 700), ("blanket:h2=Cream", "Rust", .64, 440, 760)]),
    "stationery": ("#E4DDE9", [("pencils", "Tan", .72, 640, 360), ("notebook", "Ink", .78, 300, 450), ("pen", "Brass", .5, 640, 690)]),
    "outdoor": ("#D5DEDD", [("tent", "Ochre", .92, 420, 690), ("lantern", "Rust", .48, 760, 740), ("backpack", "Moss", .5, 170, 750)]),
    "plants-and-garden": ("#F3E6C4", [("monstera", "Terracotta", .78, 450, 690), ("cactus", "Lake", .5, 180, 736), ("wateringcan", "Copper", .5, 724, 746)]),
    "coffee-and-tea": ("#E9D9CB", [("kettle", "Black", .72, 640, 690), ("coffeebag:label=sun", "Forest", .66, 250, 690), ("cup", "White", .6, 450, 756)]),
    "games": ("#D9E4EA", [("gamebox:scene=lantern", "Ink", .78, 330, 690), ("top", "Rust", .5, 690, 740), ("dice", "White", .38, 500, 760)]),
    "bath": ("#DCE5DB", [("towel", "Sand", .74, 600, 690), ("pump", "Chestnut", .7, 270, 690), ("soap", "Sage", .5, 450, 764)]),
}
FLAT = {"clothing", "stationery", "sale"}


def scene(handle):
    back, items = SCENES[handle]
    bg = rgb(back)
    im = Image.new("RGB", (N, N), bg)
    d = ImageDraw.Draw(im)
    flat = handle in FLAT
    floor = mix(bg, (120, 96, 80), 0.16)
    if flat:
        d.ellipse((70 * S, 70 * S, 830 * S, 830 * S), fill=lt(bg, .42))
    else:
        d.rounded_rectangle((130 * S, 90 * S, 770 * S, 1200 * S), 320 * S, fill=lt(bg, .42))
        d.rectangle((0, 640 * S, N, N), fill=floor)
    for spec, hue, size, x, y in items:
        name, args = kit.art(spec)
        for k in ("h2", "h3"):
            if k in args:
                args[k + "hex"] = kit.HEX[args[k]]
        c = Canvas()
        with c.tf(s=1):
            MOTIFS[name](c, rgb(kit.HEX[hue]), args)
        box = c.al.getbbox()
        w, h = round((box[2] - box[0]) * size), round((box[3] - box[1]) * size)
        pic, al = c.im.crop(box).resize((w, h), Image.NEAREST), c.al.crop(box).resize((w, h), Image.NEAREST)
        left = round(x * S - w / 2)
        up = round(y * S - h / 2) if flat else round(y * S - h)
        if flat:
            im.paste(dk(lt(bg, .42), .14), (left + 24, up + 30), al)
        else:
            d.ellipse((left - 10, y * S - 52 * size, left + w + 50, y * S + 46 * size), fill=dk(floor, .17))
        im.paste(pic, (left, up), al)
    return im


def logo():
    w, h, k = 960, 300, 4
    ink, warm = rgb("#2F5140"), rgb("#C4704F")
    im = Image.new("RGBA", (w * k, h * k), (*PAPER, 0))
    d = ImageDraw.Draw(im)
    d.ellipse((20 * k, 20 * k, 280 * k, 280 * k), fill=ink)
    d.ellipse((32 * k, 32 * k, 268 * k, 268 * k), outline=CREAM, width=3 * k)

    def poly(pts, col):
        d.polygon([(x * k, y * k) for x, y in pts], fill=col)
    d.rounded_rectangle((143 * k, 66 * k, 157 * k, 236 * k), 4 * k, fill=CREAM)
    poly([(82, 92), (196, 92), (222, 112), (196, 132), (82, 132)], warm)
    poly([(218, 144), (112, 144), (86, 164), (112, 184), (218, 184)], rgb("#EFD584"))
    poly([(98, 236), (202, 236), (190, 224), (168, 230), (150, 220), (132, 230), (110, 224)], rgb("#A3B394"))
    for x in (96, 204):
        d.ellipse(((x - 3) * k, (109 if x < 150 else 161) * k, (x + 3) * k, (115 if x < 150 else 167) * k), fill=ink)

    def font(name, size):
        try:
            return ImageFont.truetype(name, size * k)
        except OSError:
            return ImageFont.load_default(size * k)
    d.text((318 * k, 62 * k), "Larkmere", font=font("DejaVuSerif-Bold.ttf", 104), fill=ink)
    d.text((324 * k, 192 * k), "TRADING  POST", font=font("DejaVuSans.ttf", 50), fill=warm)
    im = im.resize((w, h), Image.LANCZOS)
    im.crop((0, 0, im.getbbox()[2] + 20, h)).quantize(32, method=Image.Quantize.FASTOCTREE).save(
        os.path.join(HERE, "images", "logo.png"), optimize=True)


def draw(save):
    for handle in SCENES:
        save(scene(handle), os.path.join(HERE, "images", f"collection-{handle}.png"))
    logo()
