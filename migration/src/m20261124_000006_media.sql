-- Films, models and files: table media holds them all, a row for each.

ALTER TABLE media ADD COLUMN preview_media_id BIGINT REFERENCES media (id) ON DELETE SET NULL; -- The picture to show before a film or a model is played.
CREATE INDEX media_preview_idx ON media (preview_media_id);
ALTER TABLE media ADD COLUMN host TEXT;              -- enum MediaHost: youtube vimeo; of an external video.
ALTER TABLE media ADD COLUMN external_id TEXT;       -- What the host calls the video.
ALTER TABLE media ADD COLUMN embed_url TEXT;         -- Address of the host's player for it.
ALTER TABLE media ADD COLUMN sources @JSON;          -- Files of a film or a model, a list: {key, content_type, byte_size, width, height}.
ALTER TABLE media ADD COLUMN thumbhash TEXT;         -- A blurred preview of a picture in a few bytes, base64.
