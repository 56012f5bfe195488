from kit import Kind, KETTLE

k = Kind("coffee-and-tea", "Coffee & Tea", "Food, Beverages & Tobacco > Beverages")
p = k.p

GRIND = "Grind: Whole bean, Ground for filter, Ground for espresso"

p("Harbourmaster Espresso", "HME", KETTLE, "Coffee", 10.9, 270, "coffee, dark roast, gift", "coffeebag:label=anchor",
  "Bag of dark-roast espresso beans", """
A dark, low-acid blend with cocoa and toasted hazelnut, roasted on Mondays and posted on Tuesdays. It cuts through milk and stands up on its own.""",
  f"Weight: 250 g, 1 kg | {GRIND}", hue="Navy", add={"1 kg": 26}, heavy={"1 kg": 760}, out="1 kg/Ground for espresso", cont="Whole bean",
  seo="Dark-roast espresso blend with cocoa and hazelnut, whole or ground, in 250 g and 1 kg.", also=["beans|A scatter of roasted coffee beans"])

p("Morning Tide Filter Coffee", "MTF", KETTLE, "Coffee", 12.4, 270, "coffee, light roast, gift", "coffeebag:label=sun",
  "Bag of light-roast filter coffee", """
Washed beans from a single hillside, light enough to taste of apricot and black tea. Try it a shade cooler than usual, around 92 °C.""",
  f"Weight: 250 g, 500 g | {GRIND}", hue="Butter", add={"500 g": 10.5}, heavy={"500 g": 255}, skip="Ground for espresso", out="500 g/Ground for filter")

p("Night Watch Decaf", "NWD", KETTLE, "Coffee", 11.9, 270, "coffee, decaf, gift", "coffeebag:label=moon",
  "Bag of decaffeinated coffee with a moon label", """
Decaffeinated with spring water and nothing else, so it still tastes of caramel and plum. For the third cup, the late guest, and people who like sleep.""",
  f"{GRIND}", hue="Plum")

p("Smoked Orchard Black Tea", "SOB", KETTLE, "Tea", 9.8, 140, "tea, black tea, gift", "teatin",
  "Round tea tin with a paper label", """
Leaves dried over apple wood, which is gentler than pine and sweeter too. Four minutes with boiling water; a splash of milk is allowed.""",
  "Format: 80 g tin, 250 g refill", hue="Rust", add={"250 g refill": 9}, heavy={"250 g refill": 150})

p("Meadow Herbal Infusion", "MHI", KETTLE, "Tea", 7.9, 90, "tea, herbal, gift", "teabox",
  "Box of herbal tea with a hanging tag", """
Lemon verbena, lime blossom and a little mint, cut coarse so you can see what you are drinking. Free of caffeine and of liquorice, which we know matters to some.""",
  "Format: Loose leaf, 20 bags", hue="Sage", was=9.5, seo="A caffeine-free herbal tea of verbena, lime blossom and mint, loose or in bags.")

p("Sencha First Flush", "SFF", KETTLE, "Tea", 14.5, 130, "tea, green tea, gift", "teatin:leaf=1",
  "Tea tin with a leaf on the label", """
The first pick of the year, steamed within hours and green all the way through. Keep the water at 70 °C and the second infusion will be better than the first.""",
  "Format: 80 g tin, 250 g refill", hue="Moss", add={"250 g refill": 19}, heavy={"250 g refill": 150}, out="80 g tin", cont="80 g tin")

p("Round Stoneware Teapot", "RST", KETTLE, "Brewing", 58, 980, "stoneware, handmade", "teapot",
  "Round teapot with a bamboo handle", """
A pot for four cups with a strainer pierced into the wall behind the spout. The lid has a lip, so it stays put to the last drop.""",
  "Color: Lake, Cream, Charcoal", was=72, out="Cream", seo="Four-cup stoneware teapot with a built-in strainer and a lid that stays on.")

p("Cone Coffee Dripper", "CCD", KETTLE, "Brewing", 24, 360, "stoneware, gift", "dripper",
  "Ceramic coffee dripper on a glass jug", """
Spiral ribs keep the paper off the wall, and the single wide hole leaves the pace to you. It sits on most mugs and on anything with a mouth under ten centimetres.""",
  "Color: White, Terracotta | Size: 1–2 cups, 2–4 cups", add={"2–4 cups": 0.9}, heavy={"2–4 cups": 140})

p("Unbleached Cone Filters", "UCF", KETTLE, "Brewing", 4.5, 130, "paper, gift", "filters",
  "Stack of brown cone filters", """
A hundred filters of brown paper with a crimped seam that does not open. Rinse once with hot water and there is no taste of bag.""",
  "Size: 1–2 cups, 2–4 cups", hue="Tan", add={"2–4 cups": 0.7}, heavy={"2–4 cups": 40})

p("Press Pot", "PRP", KETTLE, "Brewing", 46, 890, "glass, steel", "frenchpress",
  "Glass coffee press with a wooden knob", """
A steel frame, a glass that can be replaced for a few euros, and a plunger with two meshes. Coarse grind, four minutes, push slowly.""",
  "Volume: 0.35 l, 1 l", hue="Steel", add={"1 l": 12}, heavy={"1 l": 380}, was=56)

p("Gooseneck Kettle", "GNK", KETTLE, "Brewing", 64, 780, "steel, stovetop", "kettle",
  "Stovetop kettle with a thin curved spout", """
The thin spout pours a stream you can draw circles with, and a stop in the handle keeps your knuckles off the steam. Works on gas, electric and induction.""",
  "Color: Copper, Black, White", pics=3, out="Black")

p("Hand Coffee Grinder", "HCG", KETTLE, "Brewing", 82, 620, "wood, steel, new", "grinder",
  "Box coffee grinder with a crank and drawer", """
A conical steel burr in a wooden box with a small drawer that squeaks pleasantly. Thirty grams take about a minute, which is exactly how long the kettle needs.""",
  "Material: Beech, Walnut", was=98, out="Walnut")

p("Cup & Saucer", "CPS", KETTLE, "Tableware", 21, 340, "porcelain, gift", "cup",
  "Small cup on a saucer", """
A 160 ml porcelain cup with a handle that fits one finger properly. The saucer has an off-centre well, leaving room for a biscuit.""",
  "Color: White, Blush, Ink", pics=3)

p("Honey from the Lime Avenue", "HLA", KETTLE, "Pantry", 8.2, 360, "honey, pantry, gift", "honey",
  "Honey jar with a dipper", """
One beekeeper, forty-one trees and a very good July. It sets firm by Christmas; stand the jar in warm water to bring it round.""",
  hue="Ochre")
