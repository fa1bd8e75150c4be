-- The message table alone, as some tools carve it: no handles, chats or joins, few columns.
CREATE TABLE message (ROWID INTEGER PRIMARY KEY, text TEXT, date INTEGER, is_from_me INTEGER,
  handle_id INTEGER);
INSERT INTO message VALUES (1, 'in seconds', 470000000, 0, 1);
INSERT INTO message VALUES (2, 'in nanoseconds', 600000000123456789, 1, 1);
