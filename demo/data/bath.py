from kit import Kind, SALZ, OSTRAND

k = Kind("bath", "Bath", "Health & Beauty > Personal Care")
p = k.p

p("Cold-process Bar Soap", "CPB", SALZ, "Soap", 7.5, 110, "soap, gift, vegan", "soap",
  "Bar of soap with a stamped leaf and bubbles", """
Stirred in small batches and cured for six weeks until it is hard, mild and long-lasting. Keep it on a dish that drains and one bar will see out a season.""",
  "Scent: Rosemary & salt, Fig leaf, Oat & honey, Unscented", hue="Sage", out="Fig leaf",
  also=["soap:hue=Butter|Honey-coloured bar of soap", "soap:hue=White|Plain unscented bar of soap"],
  seo="Small-batch bar soap, cured for six weeks, in three scents and unscented.")

p("Hand Wash in Amber Glass", "HWA", SALZ, "Soap", 18, 620, "soap, glass, gift", "pump:amber=1",
  "Amber pump bottle with a plain label", """
A clear gel that rinses off quickly and leaves a trace of bergamot and bay. Order the bottle once and the refill ever after.""",
  "Format: 400 ml bottle, 1 l refill", hue="Chestnut", add={"1 l refill": 6.5}, heavy={"1 l refill": 460})

p("Solid Shampoo", "SSH", SALZ, "Hair", 11.5, 85, "hair, travel, gift", "shampoo",
  "Round solid shampoo bar beside its tin", """
One puck lasts about as long as two bottles and never leaks into a bag. Nettle for hair that is tired by evening, oat for a scalp that is cross.""",
  "Type: Nettle, Oat milk, Lemon balm", hue="Moss", was=13.5)

p("Dead Calm Bath Salts", "DCB", SALZ, "Bath", 16, 560, "bath, gift", "salts",
  "Glass jar of bath salts with a wooden scoop", """
Coarse sea salt with lavender, a little eucalyptus and no glitter. Two scoops, hot water, and a door that locks.""",
  "Scent: Lavender, Pine", hue="Lilac", was=19.5, seo="Coarse sea bath salts with lavender or pine, in a half-litre glass jar.")

p("Honeycomb Bath Towel", "HBT", OSTRAND, "Towels", 29, 480, "cotton, towels", "towel",
  "Folded stack of towels", """
A towel that is mostly air: the honeycomb weave dries you fast and dries itself faster. It shrinks a little and fluffs a lot in the first wash.""",
  "Color: Sage, Sand, Ink, White | Size: Hand, Bath, Sheet", add={"Hand": -13, "Sheet": 16}, heavy={"Hand": -280, "Sheet": 350},
  out="Ink/Sheet, White/Hand", seo="Quick-drying honeycomb cotton towels in three sizes and four colours.")

p("Ribbed Bath Mat", "RBM", OSTRAND, "Towels", 36, 900, "cotton, towels", "bathmat",
  "Thick ribbed bath mat with fringe", """
Thick cotton ribs that feel like standing on a ploughed field in the best sense. Heavy enough to stay where it is without any rubber underneath.""",
  "Color: Fog, Terracotta", was=44)

p("Waffle Robe", "WFR", OSTRAND, "Robes", 92, 860, "cotton, towels", "robe",
  "Belted waffle-weave bathrobe", """
A light robe with a shawl collar, deep pockets and a belt that is sewn on at the back. It packs smaller than a towel and looks presentable when the post arrives.""",
  "Color: White, Slate, Blush | Size: S–M, L–XL", was=112, out="Blush/L–XL")

p("Long-handled Bath Brush", "LBB", SALZ, "Tools", 22, 180, "wood, brush, gift", "brush",
  "Wooden bath brush with a long handle", """
Beech and tampico fibre, with a curve that reaches the middle of the back. The head comes off for use as a hand brush.""",
  "Bristle: Soft, Firm", hue="Beech", out="Firm")

p("Natural Loofah", "NLF", SALZ, "Tools", 8.9, 60, "plant fibre, gift", "loofah",
  "Loofah sponge on a loop of cord", """
Grown on a trellis, dried in the sun and cut to a length you can hold. Rinse it, hang it by the cord, and compost it in spring.""",
  hue="Ochre")

p("Beeswax Pillar Candle", "BPC", SALZ, "Candles", 19.5, 480, "candle, gift", "candle",
  "Lit beeswax pillar candle", """
Pure beeswax poured around a cotton wick, with the faint smell of the hive it came from. Let it burn for two hours the first time and it will stay level to the end.""",
  "Height: 10 cm, 15 cm, 20 cm", hue="Butter", add={"15 cm": 2.5, "20 cm": 5.4}, heavy={"15 cm": 220, "20 cm": 460}, cont="20 cm",
  seo="Pure beeswax pillar candles with a cotton wick, in three heights.")

p("Scented Glass Candle", "SGC", SALZ, "Candles", 28, 420, "candle", "candle:glass=1",
  "Scented candle burning in a tinted glass", """
Rapeseed wax in a glass you will want to drink from afterwards, and may. Forty hours of burning, with a scent that stays in the room you lit it in.""",
  "Color: Moss, Plum, Ochre", pics=3, was=34)

p("Oak Soap Dish", "OSD", SALZ, "Tools", 13, 120, "wood, gift", "soapdish",
  "Slatted wooden soap dish with a bar on it", """
Slats with a slope you would only notice with a marble. Waxed, so the water leaves and the wood stays.""",
  "Material: Oak, Walnut", pics=2)

p("Everyday Body Oil", "EBO", SALZ, "Skin", 24, 180, "skin, vegan, gift", "dropper",
  "Dropper bottle of golden oil", """
Apricot kernel and rosehip oil, light enough to dress straight after. It smells faintly of marzipan and sinks in within a minute. The dropper measures one leg per filling, roughly.""",
  hue="Ochre", cont="*")

p("Wide-tooth Comb", "WTC", SALZ, "Hair", 12.5, 40, "wood, hair, gift", "comb",
  "Wide-tooth wooden comb", """
Sawn from one board and polished between the teeth, where it counts. Wood takes up a little of the hair's own oil and gives no sparks in winter.""",
  "Material: Cherry, Walnut", pics=2, out="Walnut")

p("Weekend Wash Bag", "WWB", OSTRAND, "Bags", 44, 260, "canvas, travel, new", "pouch:wash=1",
  "Waxed canvas wash bag with a zip", """
Waxed outside, wipe-clean inside, and wide at the mouth so you can see the bottom. A hook folds out of the seam for bathrooms without a shelf.""",
  "Color: Ink, Moss, Chestnut", pics=3)
