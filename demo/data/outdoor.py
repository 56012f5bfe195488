from kit import Kind, FJELL, OSTRAND

k = Kind("outdoor", "Outdoor", "Sporting Goods > Outdoor Recreation")
p = k.p

p("Ridge Two-person Tent", "RTT", FJELL, "Tents", 289, 2350, "camping, waterproof", "tent",
  "Ridge tent with an open door and guy lines", """
Two poles, ten pegs and about four minutes, even in wind. The inner hangs from the fly, so it goes up dry in the rain, and there is a porch for boots and one sulking dog.
- 2.35 kg with everything
- 3,000 mm fly, 5,000 mm floor""",
  "Color: Ochre, Forest", was=329, seo="A 2.35 kg ridge tent for two with a porch, pitched in four minutes.",
  also=["tent:night=1|The tent at night, lit from inside"])

p("Rolltop Day Pack", "RDP", FJELL, "Bags", 96, 820, "bags, waterproof", "backpack",
  "Rolltop backpack with a front pocket", """
Waxed canvas, a rolltop that swallows an extra loaf and a back panel stiff enough for a laptop. The harness comes in two back lengths, and the one outside pocket is lined in yellow so you can find things in it.""",
  "Color: Moss, Slate, Rust | Volume: 18 l, 25 l | Back: Short, Regular", add={"25 l": 18}, heavy={"25 l": 160}, out="Rust/25 l",
  seo="Waxed canvas rolltop backpack in 18 and 25 litres with a laptop back panel.")

p("Cirque Steel Bottle", "CSB", FJELL, "Bottles", 27, 290, "steel, travel", "bottle",
  "Steel bottle with a loop cap", """
A single steel wall and a wide mouth that fits ice, a brush and a generous squeeze of lemon. The cap loop is big enough for two fingers in gloves.""",
  "Color: Lake, Butter, Charcoal | Volume: 0.5 l, 0.75 l, 1 l", add={"0.75 l": 3, "1 l": 6}, heavy={"0.75 l": 50, "1 l": 95}, out="Butter/1 l")

p("Storm Flask", "STF", FJELL, "Bottles", 36, 480, "steel, travel", "thermos",
  "Vacuum flask with a cup lid", """
Soup at noon that was ladled in at seven. The lid is two cups, one inside the other, so nobody has to wait their turn.""",
  "Color: Forest, Berry", was=44, pics=2)

p("Ember Camp Lantern", "ECL", FJELL, "Lighting", 49, 420, "camping, light", "lantern",
  "Camping lantern with a glowing globe", """
A warm light that dims down to a night-time glow and runs for sixty hours at reading strength. It charges by cable, and its own feet fold out to hang upside down.""",
  "Color: Rust, Slate", was=59, seo="Dimmable, rechargeable camp lantern with sixty hours of warm light.")

p("Three-season Sleeping Bag", "TSB", FJELL, "Sleeping", 139, 1250, "camping, sleep", "sleepingbag",
  "Rolled-out mummy sleeping bag", """
Comfortable down to three degrees, with a foot box you can turn over in. The zip has a stiff tape behind it, so it does not eat the lining at two in the morning.""",
  "Color: Lake, Rust | Length: Regular, Long", add={"Long": 15}, heavy={"Long": 120}, out="Rust/Long")

p("Double Hammock", "DHM", FJELL, "Sleeping", 54, 640, "camping, garden", "hammock",
  "Striped hammock slung between two posts", """
Three metres of striped cotton, wide enough to lie across rather than along. Tree straps with eighteen loops are in the bag, so there are no knots to argue about.""",
  "Color: Terracotta, Lake", was=66)

p("Trail Folding Chair", "TFC", FJELL, "Furniture", 68, 980, "camping, garden", "chair",
  "Folding camp chair with a canvas seat", """
Ash legs, canvas seat and a single bolt that you tighten with a coin. It folds to the length of an umbrella and holds 120 kg without complaint.""",
  "Color: Sand, Forest", out="Sand")

p("Dry Sack", "DSK", FJELL, "Bags", 14, 90, "waterproof, bags, gift", "drysack",
  "Roll-closed waterproof sack", """
Fold three times, clip, and swim with it if you must. The bottom is a circle, so it stands in a canoe and packs without dead corners.""",
  "Color: Butter, Sky, Rust | Volume: 5 l, 10 l, 20 l", add={"10 l": 4, "20 l": 9}, heavy={"10 l": 30, "20 l": 70},
  out="Sky/5 l", cont="Rust")

p("Enamel Camp Mug", "ECM", FJELL, "Camp kitchen", 12, 140, "enamel, camping, gift", "mug:enamel=1",
  "Enamel mug with a dark rim", """
Stands on embers, bounces off rock and chips like it has stories. It holds 350 ml and weighs about as much as the tea in it.""",
  "Color: White, Forest, Navy", pics=3, seo="A 350 ml enamel mug for fires, rocks and rucksacks, in three colours.")

p("Pocket Compass", "PCO", FJELL, "Navigation", 32, 95, "brass, navigation", "compass",
  "Lidded pocket compass", """
A liquid-damped needle in a lidded case, with a rim you can turn to the declination you need. It will not tell you your pace, and that is its charm.""",
  "Material: Brass, Steel", pics=1)

p("Birch Walking Stick", "BST", FJELL, "Walking", 42, 360, "wood, walking", "stick",
  "Wooden walking stick with a leather loop", """
Steam-bent, hand-oiled and tipped with a rubber foot that hides a steel point. Every tenth centimetre is notched, which settles disputes about snow and fish.""",
  "Length: 110 cm, 120 cm, 130 cm", hue="Oak", out="110 cm")

p("Picnic Rug with Strap", "PRS", OSTRAND, "Camp kitchen", 69, 1300, "wool, garden, new", "picnicrug:h2=Cream",
  "Rolled checked rug in a leather carrying strap", """
Checked wool above and waxed cotton below, so the dew stays in the grass. Rolls up into a leather strap that doubles as a handle for the basket.""",
  "Color: Berry, Moss", pics=2)
