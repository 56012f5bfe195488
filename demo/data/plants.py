from kit import Kind, MOOS, FJELL

k = Kind("plants-and-garden", "Plants & Garden", "Home & Garden > Plants", barcodes=False)
p = k.p

p("Swiss-cheese Plant", "SCP", MOOS, "House plants", 29, 1900, "indoor, foliage", "monstera",
  "Potted monstera with split leaves", """
A young monstera that has just begun to split its leaves. Give it a bright corner out of the sun, a moss pole when it asks, and a dusting now and then.""",
  "Pot: Clay pot, Nursery pot | Size: 40 cm, 70 cm", hue="Terracotta", add={"70 cm": 22, "Nursery pot": -6}, heavy={"70 cm": 2400, "Nursery pot": -700},
  out="Clay pot/70 cm", seo="Young monstera plants in two heights, in clay or nursery pots.")

p("Mother-in-law's Tongue", "MIT", MOOS, "House plants", 24, 1700, "indoor, easy", "snakeplant",
  "Upright banded snake plant in a pot", """
Upright, banded and almost impossible to kill, even in the dark end of a hallway. Water it when you remember, then wait until you have forgotten again.""",
  "Color: White, Slate", hue="White", pics=2)

p("Trailing Pothos", "TPO", MOOS, "House plants", 19, 900, "indoor, easy, gift, hanging", "trailing",
  "Trailing plant in a hanging pot", """
Long trails of heart-shaped leaves, happy on a shelf and happier on a high one. Snip a trail below a knot, stand it in water, and you have a present for a neighbour.""",
  hue="Oat")

p("Desk Cactus", "DCA", MOOS, "House plants", 9, 420, "indoor, easy, gift", "cactus",
  "Round-armed cactus in a small pot", """
A fistful of desert that wants a sunny sill and about three spoonfuls of water a month. It flowers pink when it feels appreciated.""",
  "Color: Blush, Ochre, Lake", pics=3, out="Lake", seo="A small cactus in a glazed pot, in three colours.")

p("Kitchen Herb Trio", "KHT", MOOS, "Herbs", 16.5, 1500, "herbs, kitchen, gift", "herbs",
  "Three herb pots in a wooden crate", """
Basil, thyme and flat parsley in a crate that fits a window ledge. Pinch the tips rather than stripping stems, and the basil will see the summer out.""",
  hue="Ash", cont="*")

p("Cottage Seed Mix", "CSM", MOOS, "Seeds", 4.8, 20, "seeds, flowers, gift", "seeds",
  "Seed packet with a drawn flower", """
Cornflower, marigold, poppy and nineteen others, sorted by nothing but colour. Scatter on raked soil from April, tread them in, and be patient for ten weeks.""",
  "Mix: Sunny border, Half shade, Bees’ choice", hue="Butter", also=["seeds:hue=Lilac,f=Plum|Seed packet for half shade with a violet flower"])

p("Heirloom Tomato Seeds", "HTS", MOOS, "Seeds", 3.9, 15, "seeds, vegetables, gift", "seeds:f=Rust,fruit=1",
  "Seed packet with a drawn tomato", """
Open-pollinated varieties you can save seed from, chosen for flavour over shelf life. Each packet holds about fifteen seeds, which is fourteen more than most balconies need.""",
  "Variety: Yellow pear, Black plum, Red beefsteak", hue="Sage", out="Black plum")

p("Spring Bulb Bag", "SBB", MOOS, "Seeds", 14, 800, "bulbs, flowers, autumn, gift", "bulbs",
  "Sprouting flower bulbs on a small sack", """
Fifty bulbs in a jute bag: crocus on top, narcissus in the middle, tulips at the bottom. Plant the lot in layers and the pot keeps flowering from March to May.""",
  hue="Lilac", status="archived")

p("Long-spout Watering Can", "LWC", MOOS, "Garden tools", 38, 1100, "metal, watering", "wateringcan",
  "Watering can with a long spout", """
The spout is long enough to reach the back of the shelf and thin enough to pour slowly. Powder-coated steel, balanced so that the handle sits level when it is full.""",
  "Color: Forest, Butter, Copper | Volume: 1 l, 2.5 l", add={"2.5 l": 12}, heavy={"2.5 l": 500}, was=46, out="Copper/1 l",
  seo="Balanced steel watering can with a long slow spout in 1 and 2.5 litres.")

p("Forged Hand Trowel", "FHT", MOOS, "Garden tools", 26, 340, "steel, wood", "trowel",
  "Hand trowel with a wooden handle", """
One piece of forged steel from tip to tang, with depth marks filed into the blade. The ash handle has a leather loop and a flat for your thumb.""",
  hue="Ash", was=32)

p("Bypass Secateurs", "BPS", MOOS, "Garden tools", 34, 260, "steel, pruning, new", "secateurs",
  "Garden secateurs with coloured grips", """
A hardened blade that passes close by its anvil and leaves a clean cut on green wood. Every part unscrews, and every part can be ordered.""",
  "Color: Rust, Moss", pics=2)

p("Ribbed Terracotta Pot", "RTP", MOOS, "Pots", 11, 900, "pots, clay, gift", "pot",
  "Ribbed clay pot with a saucer", """
Fired hot enough for frost, left unglazed so it can breathe. The saucer has a lip on the inside where nobody looks and water stays.""",
  "Color: Terracotta, White, Charcoal | Size: 12 cm, 16 cm, 22 cm", add={"16 cm": 5, "22 cm": 12}, heavy={"16 cm": 700, "22 cm": 1900}, out="White/22 cm")

p("Brass Plant Mister", "BPM", MOOS, "Garden tools", 23, 320, "brass, watering, gift", "mister",
  "Small plant mister with a pump handle", """
Half a stroke of the pump gives a mist as fine as breath. Ferns approve; so do orchids, ironing and warm foreheads.""",
  "Material: Brass, Steel", pics=2)

p("Kneeling Pad", "KNP", FJELL, "Garden tools", 22, 380, "garden, comfort, gift", "kneeler",
  "Thick kneeling pad with a handle cut-out", """
Four centimetres of cork and natural rubber between you and the gravel. It is wide enough for two knees and a radio.""",
  hue="Moss", out="*")
