-- What the search keeps in the database; its index lies in the data folder and is made from the other tables.

CREATE TABLE synonym_set (                                -- Words that are found in each other's place.
  id                 @PK,
  words              @JSON NOT NULL,                      -- List of words in lower case.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL
);
