-- A Mac of 2015: seconds, no tapback columns, reactions as English sentences.
-- Owner ana@example.org; Ben +447700900102; Cal +447700900103.
CREATE TABLE _SqliteDatabaseProperties (key TEXT, value TEXT, UNIQUE(key));
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL,
  country TEXT, service TEXT NOT NULL, uncanonicalized_id TEXT, UNIQUE (id, service));
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL,
  style INTEGER, chat_identifier TEXT, service_name TEXT, room_name TEXT, display_name TEXT);
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER, UNIQUE(chat_id, handle_id));
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER, message_date INTEGER DEFAULT 0,
  PRIMARY KEY (chat_id, message_id));
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER,
  UNIQUE(message_id, attachment_id));
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT, filename TEXT,
  mime_type TEXT);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL,
  text TEXT, handle_id INTEGER DEFAULT 0, subject TEXT, attributedBody BLOB, service TEXT,
  account TEXT, error INTEGER DEFAULT 0, date INTEGER, date_read INTEGER, date_delivered INTEGER,
  is_delivered INTEGER DEFAULT 0, is_from_me INTEGER DEFAULT 0, is_read INTEGER DEFAULT 0,
  is_sent INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, group_title TEXT,
  group_action_type INTEGER DEFAULT 0, share_status INTEGER DEFAULT 0);

INSERT INTO handle (ROWID, id, service) VALUES (1, '+447700900102', 'iMessage'),
  (2, '+447700900103', 'iMessage');
-- Neither chat has a style: one member makes it direct, two make a group.
INSERT INTO chat (ROWID, guid, style, chat_identifier, service_name) VALUES
  (1, 'iMessage;-;+447700900102', NULL, '+447700900102', 'iMessage'),
  (2, 'iMessage;+;chat77', NULL, 'chat77', 'iMessage');
INSERT INTO chat_handle_join VALUES (1, 1), (2, 1), (2, 2);

INSERT INTO message (ROWID, guid, text, handle_id, service, account, is_from_me, date, is_delivered,
    is_read, is_sent) VALUES
  (1, 'L1', 'Shall we say eight?', 1, 'iMessage', 'e:ana@example.org', 0, 470000000, 1, 1, 0),
  (2, 'L2', 'Liked “Shall we say eight?”', 1, 'iMessage', 'e:ana@example.org', 1, 470000010, 1, 0, 1),
  (3, 'L3', 'Loved “The Hours”', 1, 'iMessage', 'e:ana@example.org', 0, 470000020, 1, 1, 0),
  (4, 'L4', 'Reacted 👋 to "Loved “The Hours”"', 1, 'iMessage', 'e:ana@example.org', 1, 470000030, 1, 0, 1),
  (5, 'L5', 'Removed a like from “Shall we say eight?”', 1, 'iMessage', NULL, 1, 470000040, 1, 0, 1),
  (6, 'L6', 'Laughed at “Shall we say eight?”', 2, 'iMessage', NULL, 0, 470000050, 1, 1, 0),
  (7, 'L7', 'Saturday?', 0, 'iMessage', NULL, 1, 470000060, 0, 0, 0);
INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, 1), (1, 2), (1, 3), (1, 4), (1, 5),
  (2, 6), (2, 7);
