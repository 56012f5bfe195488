"""Collections and shop settings."""

COLLECTIONS = [
    dict(handle="frontpage", title="From the front window", sort="MANUAL",
         html="<p>Eight things we would put in the window if the window were big enough. They change with the weather and with what the makers bring in on Fridays.</p>",
         alt="A market stall with a striped awning and a row of jars",
         pick=["speckled-stoneware-mug", "fisher-rib-jumper", "ridge-two-person-tent", "thread-bound-notebook",
               "swiss-cheese-plant", "cairn-hiking-boot", "lanterns-over-larkmere", "round-stoneware-teapot"]),
    dict(handle="new-arrivals", title="New arrivals", sort="CREATED",
         html="<p>Still smelling of straw and packing paper. Everything here reached our shelves within the last few weeks.</p>",
         alt="An open parcel with a young plant growing out of it", tag="new"),
    dict(handle="sale", title="Last of the season", sort="PRICE",
         html="<p>Nothing wrong with any of it: a colour that is going out of the range, a batch that came out too large, a season that ended early. When they are gone, they are gone.</p>",
         alt="Two price tags on a string", was=True),
    dict(handle="gifts-under-25", title="Gifts under 25 euros", sort="BEST_SELLING",
         html="<p>Small parcels for hosts, neighbours, godchildren and the colleague whose name you drew. Every size and version on this page stays below 25 euros.</p>",
         alt="A wrapped gift with a ribbon between a candle and a bar of soap", tag="gift", below=25),
    dict(handle="clothing", title="Clothing", sort="MANUAL",
         html="<p>Clothes in natural fibres and quiet colours, cut to be worn by more than one kind of person. Most of it is woven or knitted at one mill, by people we know by name.</p>",
         alt="A roll-neck jumper between a T-shirt and a pair of trousers"),
    dict(handle="footwear", title="Footwear", sort="MANUAL",
         html="<p>Boots that can be resoled, slippers that do not clack and wellingtons for every depth of puddle. Sizes run true unless we say otherwise.</p>",
         alt="Rain boots, a hiking boot and a canvas trainer"),
    dict(handle="kitchen-and-table", title="Kitchen & table", sort="BEST_SELLING",
         html="<p>Tools that get better with use and tableware that survives being used every day. We cook with all of it ourselves.</p>",
         alt="Three nesting bowls, a jug of tulips and a pepper mill"),
    dict(handle="home-textiles", title="Home textiles", sort="TITLE",
         html="<p>Wool, linen and cotton for beds, floors and windows. Colours are dyed in small lots, so order all you need of one at the same time.</p>",
         alt="A cushion, a pouffe and a stack of folded blankets"),
    dict(handle="stationery", title="Stationery", sort="MANUAL",
         html="<p>Paper worth writing on and the things to write with. Printed, sewn and trimmed in a workshop the size of a garage.</p>",
         alt="A notebook, a fan of colour pencils and three rolls of paper tape"),
    dict(handle="outdoor", title="Outdoor", sort="PRICE",
         html="<p>For nights under canvas and long lunches on short walks. Everything can be repaired, and we keep the spare parts.</p>",
         alt="A tent with a lantern and a backpack in front of it"),
    dict(handle="plants-and-garden", title="Plants & garden", sort="TITLE",
         html="<p>Seeds, pots, plants and the tools that go with them. Living plants travel on Mondays and Tuesdays only, so none of them spends a weekend in a van.</p>",
         alt="A potted monstera, a cactus and a copper watering can"),
    dict(handle="coffee-and-tea", title="Coffee & tea", sort="BEST_SELLING",
         html="<p>Freshly roasted, freshly picked and everything you need to brew it. Tell us how you make your coffee and we will grind to match.</p>",
         alt="A kettle, a bag of coffee and a steaming cup"),
    dict(handle="games", title="Games", sort="MANUAL",
         html="<p>Board games for long evenings, card games for short trains and wooden toys for whoever is awake first.</p>",
         alt="A board game box, two dice and a spinning top"),
    dict(handle="bath", title="Bath", sort="CREATED",
         html="<p>Soap that lasts, towels that dry and a candle for the edge of the tub. Kind to skin, drains and small bathrooms.</p>",
         alt="A stack of towels, a pump bottle and a bar of soap"),
]

EU = ["AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL",
      "PL", "PT", "RO", "SK", "SI", "ES", "SE"]


def method(handle, title, description, price, free=None):
    return {"handle": handle, "title": title, "description": description, "priceMinor": price, "freeFromMinor": free}


SHOP = {
    "name": "Larkmere Trading Post",
    "description": "A general store for useful, well-made things: clothes, kitchen tools, paper, plants, games and the kit for a weekend outside. Most of it comes from eight small makers we visit every year.",
    "slogan": "Useful things, made slowly",
    "currency": "EUR", "country": "DE", "language": "EN", "email": "hello@example.com",
    "deliveryZones": [
        {"name": "Germany", "countries": ["DE"], "methods": [
            method("de-standard", "Standard", "2 to 3 working days, by parcel post", 490, 6000),
            method("de-express", "Express", "Next working day when ordered before noon", 1190)]},
        {"name": "European Union", "countries": EU, "methods": [
            method("eu-standard", "Standard", "3 to 7 working days, tracked", 990),
            method("eu-express", "Express", "2 working days to most addresses", 2190)]},
        {"name": "Beyond the Union", "countries": ["GB", "CH", "NO", "US", "JP"], "methods": [
            method("intl-standard", "Standard", "6 to 14 working days, tracked; duties are paid on delivery", 1690),
            method("intl-express", "Express", "3 to 5 working days, tracked; duties are paid on delivery", 3490)]},
    ],
}
