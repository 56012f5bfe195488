from kit import Kind, KETTLE

k = Kind("kitchen-and-table", "Kitchen & Table", "Home & Garden > Kitchen & Dining")
p = k.p

p("Speckled Stoneware Mug", "SSM", KETTLE, "Tableware", 19, 380, "stoneware, gift, handmade", "mug:speckle=1",
  "Stoneware mug with a speckled glaze", """
Thrown on a wheel and dipped in a glaze that breaks to brown along the rim. It holds 320 ml, which is one proper coffee or a tea you will finish while it is still hot.""",
  "Color: Cream, Sage, Sky, Clay", pics=3, out="Sky", seo="Wheel-thrown 320 ml stoneware mug with a speckled glaze in four colours.")

p("Coupe Dinner Plate", "CDP", KETTLE, "Tableware", 22, 720, "stoneware, handmade", "plate",
  "Round coupe plate with a raised edge", """
A flat plate that curves up at the very last centimetre, so sauce stays where it was put. The foot is ground smooth and will not mark a wooden table.""",
  "Color: Cream, Slate | Size: 21 cm, 27 cm", add={"27 cm": 8}, heavy={"27 cm": 260})

p("Nesting Mixing Bowls", "NMB", KETTLE, "Bakeware", 54, 2100, "stoneware, baking", "bowls",
  "Three nesting bowls of falling size", """
Three bowls for dough, batter and the egg whites you meant to fold in. Each has a pouring lip and a foot broad enough not to wander while you whisk.
- 0.8, 1.6 and 3 litres
- Safe in oven, dishwasher and microwave""",
  "Color: Oat, Lake", was=64, out="Lake")

p("Carbon Steel Skillet", "CSS", KETTLE, "Cookware", 62, 1600, "steel, cooking", "pan",
  "Dark carbon steel frying pan with a long handle", """
Lighter than cast iron and just as non-stick once it has fried its first kilo of onions. It comes with a thin coat of beeswax; wash that off, oil it, and begin.""",
  "Size: 20 cm, 24 cm, 28 cm", hue="Charcoal", add={"24 cm": 10, "28 cm": 22}, heavy={"24 cm": 400, "28 cm": 900},
  seo="Carbon steel skillet in three sizes that turns naturally non-stick with use.", also=["pan:egg=1|The skillet from above with a fried egg"])

p("End-grain Cutting Board", "EGB", KETTLE, "Kitchen tools", 78, 2600, "wood, handmade", "board",
  "Thick wooden cutting board with a juice groove", """
Blocks of wood set on end, so the knife slides between the fibres instead of across them. Oil it when it looks thirsty and it will outlast the kitchen around it.""",
  "Material: Oak, Walnut | Size: 30 × 20 cm, 40 × 30 cm", add={"Walnut": 20, "40 × 30 cm": 34}, heavy={"40 × 30 cm": 2200}, out="Walnut/40 × 30 cm")

p("Larch Chef's Knife", "LCK", KETTLE, "Kitchen tools", 94, 210, "steel, cooking", "knife",
  "Chef's knife with a wooden handle", """
A 20 cm blade with a gentle curve and a spine rounded off where the finger rests. The steel takes a keen edge on an ordinary whetstone and forgives a beginner.""",
  "Material: Oak, Walnut", add={"Walnut": 8}, was=110, seo="A 20 cm chef's knife with a rounded spine and an oak or walnut handle.")

p("Bent-handle Wooden Spoons", "BWS", KETTLE, "Kitchen tools", 14, 160, "wood, gift", "spoons",
  "Set of three wooden cooking spoons", """
One round, one pointed for corners and one flat for scraping. Each is carved from a single piece with the grain running the whole length.""",
  "Material: Cherry, Beech", pics=2)

p("Slow Pour Jug", "SPJ", KETTLE, "Tableware", 36, 840, "stoneware, handmade, new", "jug",
  "Round-bellied jug with a pulled spout", """
The spout is pulled by hand and tested with water before firing, so it stops without a drip. Use it for milk, gravy or a handful of tulips.""",
  "Color: White, Terracotta, Lake | Volume: 0.5 l, 1 l", add={"1 l": 9}, heavy={"1 l": 420})

p("Fluted Tumblers, Set of Four", "FTS", KETTLE, "Tableware", 28, 980, "glass", "glass",
  "Fluted drinking glass half filled with water", """
Pressed glass with twelve flutes that feel secure in a wet hand. They stack four high without sticking, because the rim is a fraction wider than the foot.""",
  "Color: Fog, Butter", was=34, seo="Four stackable fluted glasses, clear or tinted butter yellow.")

p("Ferment Crock", "FMC", KETTLE, "Preserving", 49, 3200, "stoneware, preserving", "jar:crock=1",
  "Lidded stoneware crock with a water channel", """
A two-litre crock with a water channel around the lid, which lets gas out and nothing in. Two half-moon weights keep the cabbage under, and the first recipe is on the label.""",
  hue="Oat", out="*")

p("Preserving Jar with Clip", "PJC", KETTLE, "Preserving", 7.5, 520, "glass, preserving, gift", "jar:fill=Berry",
  "Clip-top glass jar filled with jam", """
Thick glass, a steel clip and an orange rubber ring you can buy again when it cracks. The mouth is wide enough for a hand, a ladle or a whole pickled egg.""",
  "Volume: 0.25 l, 0.5 l, 1 l, 2 l", hue="Fog", add={"0.5 l": 1.5, "1 l": 3, "2 l": 6}, heavy={"0.5 l": 160, "1 l": 340, "2 l": 760})

p("Enamel Bread Bin", "EBB", KETTLE, "Storage", 56, 2300, "enamel, storage", "canister:wide=1",
  "Enamel bread bin with a wooden lid", """
Holds one large loaf or two small ones, with four holes at the back so the crust stays a crust. Turn the beech lid over and it is a slicing board.""",
  "Color: Cream, Sage", was=69)

p("Spring Whisk", "SPK", KETTLE, "Kitchen tools", 12, 95, "steel, baking, gift", "whisk",
  "Balloon whisk with a wooden handle", """
Eleven sprung wires and a handle turned to fit between thumb and palm. It will bring 300 ml of cream to soft peaks in about two minutes of honest work.""",
  "Material: Beech, Walnut", pics=1)

p("Folding Pepper Mill", "FPM", KETTLE, "Kitchen tools", 46, 310, "wood, steel, new", "mill",
  "Turned wooden pepper mill", """
A ceramic grinder, a turned body and a crank that folds flat into the top. Six settings run from dust to crushed, with a click between each.""",
  "Material: Walnut, Oak | Size: 12 cm, 18 cm", add={"18 cm": 8}, heavy={"18 cm": 120}, cont="18 cm")
